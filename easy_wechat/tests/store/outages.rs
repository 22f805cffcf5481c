//! How an outage of the disk begins and ends.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use easy_wechat::store::{SqliteStore, Store, open};
use easy_wechat::{Clock, Timestamp};

use crate::trouble::fill;
use crate::{FILE, NOW, at, log, run};

#[test]
fn a_disk_that_works_again_gets_what_was_written_meanwhile() {
    run(async {
        let World {
            folder,
            clock,
            store,
        } = World::broken();
        store.put("kept", "1", Some(at(3600))).await.unwrap();
        store.put("for good", "2", None).await.unwrap();
        store.put("expired", "3", Some(at(30))).await.unwrap();
        store.put("removed", "4", None).await.unwrap();
        store.remove("removed").await.unwrap();
        store.put("on both", "of memory", None).await.unwrap();
        mend(folder.path());
        let disk = SqliteStore::open(folder.path(), clock.clone());
        disk.put("on both", "of the disk", None).await.unwrap();

        // Before its time nobody looks.
        clock.advance(Duration::from_secs(59));
        assert_eq!(
            store.get("on both").await.unwrap().as_deref(),
            Some("of memory")
        );
        clock.advance(Duration::from_secs(1));
        assert_eq!(
            store.get("on both").await.unwrap().as_deref(),
            Some("of the disk")
        );
        let listed = disk.list("", 99).await.unwrap();
        let listed: Vec<String> = listed
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        assert_eq!(listed, ["for good=2", "kept=1", "on both=of the disk"]);
        // Its end came with it.
        clock.advance(Duration::from_hours(1));
        assert_eq!(disk.get("kept").await.unwrap(), None);

        let told = log::about(folder.path());
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(
            told[0].starts_with("WARN") && told[1].starts_with("INFO"),
            "{told:?}"
        );
        assert!(told[1].contains("works again"), "{told:?}");
    });
}

#[test]
fn a_disk_that_stays_broken_is_not_told_again() {
    run(async {
        let World {
            folder,
            clock,
            store,
        } = World::broken();
        for minute in 0..10 {
            store
                .put("minute", &minute.to_string(), None)
                .await
                .unwrap();
            clock.advance(Duration::from_mins(1));
            let found = store.get("minute").await.unwrap();
            assert_eq!(found, Some(minute.to_string()));
        }
        let told = log::about(folder.path());
        assert_eq!(told.len(), 1, "{told:?}");
    });
}

#[test]
fn a_file_that_is_damaged_somewhere_is_not_taken_for_mended() {
    log::begin();
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path());
    let mut bytes = fs::read(folder.path().join(FILE)).unwrap();
    // Of the tables only the middle, which holds values; the beginning can be read and written.
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 8192].fill(0x5a);
    fs::write(folder.path().join(FILE), bytes).unwrap();

    let clock = Clock::fake(Timestamp::from_secs(NOW));
    let store = open(Some(folder.path()), clock.clone());
    run(async {
        assert!(store.get("filler/0").await.unwrap().is_some());
        for number in 0..100 {
            store.get(&format!("filler/{number}")).await.unwrap();
        }
        assert_eq!(log::about(folder.path()).len(), 1);
        clock.advance(Duration::from_mins(1));
        assert_eq!(store.get("filler/0").await.unwrap(), None);
        let told = log::about(folder.path());
        assert_eq!(told.len(), 1, "{told:?}");
    });
}

#[test]
fn every_outage_is_told_and_begins_with_nothing() {
    run(async {
        let World {
            folder,
            clock,
            store,
        } = World::broken();
        store.put("a", "1", None).await.unwrap();
        for round in 1..4 {
            mend(folder.path());
            clock.advance(Duration::from_mins(1));
            store.put("b", "2", None).await.unwrap();
            assert_eq!(log::about(folder.path()).len(), 2 * round);
            spoil(folder.path());
            assert_eq!(store.get("b").await.unwrap(), None);
            assert_eq!(store.get("a").await.unwrap(), None);
            assert_eq!(log::about(folder.path()).len(), 2 * round + 1);
        }
    });
}

#[test]
fn a_clock_set_back_does_not_prolong_an_outage() {
    run(async {
        let World {
            folder,
            clock,
            store,
        } = World::broken();
        store.put("a", "1", None).await.unwrap();
        mend(folder.path());
        clock.set(Timestamp::from_secs(NOW - 1_000_000));
        store.put("b", "2", None).await.unwrap();
        assert_eq!(log::about(folder.path()).len(), 2);
    });
}

#[test]
fn many_tasks_that_see_an_outage_begin_have_one_memory() {
    run(async {
        let World {
            folder,
            clock,
            store,
        } = World::broken();
        let count = |store: Arc<dyn Store>| {
            tokio::spawn(async move { crate::races::increment(&*store, "count", 20).await })
        };
        let tasks: Vec<_> = (0..8).map(|_| count(Arc::clone(&store))).collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(store.get("count").await.unwrap().as_deref(), Some("160"));
        assert_eq!(log::about(folder.path()).len(), 1);
        mend(folder.path());
        clock.advance(Duration::from_mins(1));
        assert_eq!(store.get("count").await.unwrap().as_deref(), Some("160"));
    });
}

struct World {
    folder: tempfile::TempDir,
    clock: Clock,
    store: Arc<dyn Store>,
}

impl World {
    /// A store whose file cannot be used.
    fn broken() -> Self {
        log::begin();
        let folder = tempfile::tempdir().unwrap();
        spoil(folder.path());
        let clock = Clock::fake(Timestamp::from_secs(NOW));
        let store = open(Some(folder.path()), clock.clone());
        Self {
            folder,
            clock,
            store,
        }
    }
}

fn spoil(folder: &Path) {
    mend(folder);
    fs::create_dir(folder.join(FILE)).unwrap();
}

fn mend(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            fs::remove_dir(path).unwrap();
        } else {
            // SQLite may remove those beside the file itself.
            let _ = fs::remove_file(path);
        }
    }
}
