//! Many tasks at once.

use std::sync::{Arc, Barrier};
use std::thread;

use easy_wechat::Clock;
use easy_wechat::store::{SqliteStore, Store};

use crate::{Place, at, places, run};

#[test]
fn one_of_many_takes_a_lease() {
    for Place { name, store, .. } in places() {
        run(async {
            for round in 0..5 {
                let key = format!("lease/{round}");
                let tasks: Vec<_> = (0..40)
                    .map(|who| {
                        let (store, key) = (Arc::clone(&store), key.clone());
                        tokio::spawn(async move {
                            let me = who.to_string();
                            store
                                .swap(&key, None, Some(&me), Some(at(10)))
                                .await
                                .unwrap()
                                .then_some(me)
                        })
                    })
                    .collect();
                let mut winners = Vec::new();
                for task in tasks {
                    winners.extend(task.await.unwrap());
                }
                assert_eq!(winners.len(), 1, "{name}: {winners:?}");
                assert_eq!(
                    store.get(&key).await.unwrap().as_ref(),
                    winners.first(),
                    "{name}"
                );
            }
        });
    }
}

#[test]
fn one_of_many_invalidates_a_token() {
    for Place { name, store, .. } in places() {
        run(async {
            store.put("token", "old", None).await.unwrap();
            let tasks: Vec<_> = (0..40)
                .map(|_| {
                    let store = Arc::clone(&store);
                    tokio::spawn(async move {
                        store.swap("token", Some("old"), None, None).await.unwrap()
                    })
                })
                .collect();
            let mut wins = 0;
            for task in tasks {
                wins += usize::from(task.await.unwrap());
            }
            assert_eq!(wins, 1, "{name}");
        });
    }
}

#[test]
fn no_increment_of_many_tasks_is_lost() {
    for Place { name, store, .. } in places() {
        run(async {
            let tasks: Vec<_> = (0..8)
                .map(|_| {
                    let store = Arc::clone(&store);
                    tokio::spawn(async move { increment(&*store, "count", 25).await })
                })
                .collect();
            for task in tasks {
                task.await.unwrap();
            }
            assert_eq!(
                store.get("count").await.unwrap().as_deref(),
                Some("200"),
                "{name}"
            );
        });
    }
}

#[test]
fn many_may_make_the_same_file_at_once() {
    for _ in 0..40 {
        let folder = tempfile::tempdir().unwrap();
        let together = Barrier::new(16);
        thread::scope(|scope| {
            for who in 0..16 {
                let (folder, together) = (folder.path(), &together);
                scope.spawn(move || {
                    let store = SqliteStore::open(folder, Clock::system());
                    together.wait();
                    run(store.put(&format!("{who}"), "1", None)).unwrap();
                });
            }
        });
        let store = SqliteStore::open(folder.path(), Clock::system());
        assert_eq!(run(store.list("", 99)).unwrap().len(), 16);
    }
}

/// Adds one, so many times, and each time again until nobody was faster.
pub(crate) async fn increment(store: &dyn Store, key: &str, times: u32) {
    for _ in 0..times {
        loop {
            let old = store.get(key).await.unwrap();
            let new = old.as_deref().map_or(0, |old| old.parse::<u64>().unwrap()) + 1;
            let new = new.to_string();
            if store
                .swap(key, old.as_deref(), Some(&new), None)
                .await
                .unwrap()
            {
                break;
            }
        }
    }
}
