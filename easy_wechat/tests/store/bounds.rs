//! Everything has a limit, and no secret is shown.

use easy_wechat::store::{MAX_KEY_BYTES, MAX_VALUE_BYTES, MemoryStore, Store, StoreError};
use easy_wechat::{Clock, Timestamp};

use crate::{NOW, Place, at, places, run};

const SECRET: &str = "an-invented-secret";

#[test]
fn the_largest_are_kept_and_larger_ones_refused() {
    let key = "k".repeat(MAX_KEY_BYTES);
    let long_key = format!("{key}k");
    let value = "企".repeat(MAX_VALUE_BYTES / 3) + "v";
    assert_eq!(value.len(), MAX_VALUE_BYTES);
    let long_value = format!("{value}v");
    for Place { name, store, .. } in places() {
        run(async {
            store.put(&key, &value, None).await.unwrap();
            assert_eq!(store.get(&key).await.unwrap().as_ref(), Some(&value));
            let swapped = store.swap(&key, Some(&value), Some(&value), None).await;
            assert!(swapped.unwrap(), "{name}");

            let refused = [
                store.put(&key, &long_value, None).await,
                store.put(&long_key, "1", None).await,
                store
                    .swap("new", None, Some(&long_value), None)
                    .await
                    .map(|_| ()),
                store.swap(&long_key, None, None, None).await.map(|_| ()),
                store.get(&long_key).await.map(|_| ()),
                store.remove(&long_key).await,
                store.list(&long_key, 1).await.map(|_| ()),
            ];
            for (number, refused) in refused.into_iter().enumerate() {
                let error = refused.unwrap_err();
                assert!(
                    matches!(error, StoreError::TooLarge { .. }),
                    "{name} {number}: {error}"
                );
                assert!(!error.to_string().contains("kkk"), "{error}");
            }
            assert_eq!(store.get("new").await.unwrap(), None);
            assert_eq!(
                store.get(&key).await.unwrap(),
                Some(value.clone()),
                "{name}"
            );
        });
    }
}

#[test]
fn nobody_shows_what_is_stored() {
    for Place { store, .. } in places() {
        run(async {
            store.put("token/demo", SECRET, None).await.unwrap();
            let shown = format!("{store:?} {store:#?}");
            assert!(!shown.contains(SECRET), "{shown}");
        });
    }
}

#[test]
fn memory_that_is_full_refuses_more_until_something_expires() {
    let clock = Clock::fake(Timestamp::from_secs(NOW));
    let store = MemoryStore::new(clock.clone());
    run(async {
        for number in 0..100_000 {
            let end = if number < 100 { Some(at(10)) } else { None };
            store.put(&format!("{number}"), SECRET, end).await.unwrap();
        }
        let full = store.put("one more", SECRET, None).await.unwrap_err();
        assert!(
            matches!(
                full,
                StoreError::Full {
                    entries: 100_000,
                    ..
                }
            ),
            "{full}"
        );
        assert!(full.to_string().contains("state_path") && !format!("{full:?}").contains(SECRET));
        assert!(store.swap("one more", None, Some("1"), None).await.is_err());
        // What is there may still change.
        store.put("99999", "other", None).await.unwrap();

        clock.set(at(10));
        for number in 0..100 {
            store
                .put(&format!("new {number}"), "1", None)
                .await
                .unwrap();
        }
        assert!(store.put("one more", "1", None).await.is_err());
    });
}

#[test]
fn many_small_ones_that_expired_make_room_for_a_large_one() {
    let clock = Clock::fake(Timestamp::from_secs(NOW));
    let store = MemoryStore::new(clock.clone());
    let large = "v".repeat(MAX_VALUE_BYTES);
    run(async {
        for number in 0..1000 {
            let key = format!("small/{number}");
            store
                .put(&key, &"v".repeat(1000), Some(at(10)))
                .await
                .unwrap();
        }
        let mut kept = 0;
        while store.put(&format!("{kept}"), &large, None).await.is_ok() {
            kept += 1;
        }
        clock.set(at(10));
        store.put("one more", &large, None).await.unwrap();
    });
}

#[test]
fn memory_is_bounded_in_bytes_as_well() {
    let store = MemoryStore::new(Clock::fake(Timestamp::from_secs(NOW)));
    let large = "v".repeat(MAX_VALUE_BYTES);
    run(async {
        let mut kept = 0;
        while store.put(&format!("{kept}"), &large, None).await.is_ok() {
            kept += 1;
            assert!(kept < 1000, "no end");
        }
        assert_eq!(kept, 255, "64 MiB, with the keys");
        store.remove("0").await.unwrap();
        store.put("other", &large, None).await.unwrap();
        assert!(store.put("another", &large, None).await.is_err());
    });
}
