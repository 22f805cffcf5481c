//! Who shares what with whom.

use std::sync::Arc;

use easy_wechat::Clock;
use easy_wechat::store::{Store, StoreError, open, shared, strict};

use crate::run;

#[test]
fn who_asks_for_the_same_folder_gets_the_same_store() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("link");
    let real = folder.path().join("real");
    std::fs::create_dir(&real).unwrap();
    std::os::unix::fs::symlink(&real, &link).unwrap();

    let not_yet = shared(Some(&real.join("not/yet")));
    assert!(same(&not_yet, &shared(Some(&link.join("not/yet")))));

    let one = shared(Some(&real));
    assert!(same(&one, &shared(Some(&link))));
    assert!(same(&one, &shared(Some(&real.join(".")))));
    assert!(!same(&one, &shared(Some(folder.path()))));
    assert!(!same(&one, &open(Some(&real), Clock::system())));

    // When nobody holds it any more it is closed; what was written is there all the same.
    run(one.put("a", "1", None)).unwrap();
    drop(one);
    assert!(
        !real.join("easy_wechat.sqlite3-wal").exists(),
        "it is still open"
    );
    assert_eq!(
        run(shared(Some(&real)).get("a")).unwrap().as_deref(),
        Some("1")
    );
}

#[test]
fn without_a_folder_all_share_the_memory_of_the_process() {
    let key = "sharing/without a folder";
    run(shared(None).put(key, "1", None)).unwrap();
    assert_eq!(run(shared(None).get(key)).unwrap().as_deref(), Some("1"));
    assert_eq!(run(open(None, Clock::system()).get(key)).unwrap(), None);
}

/// Where the shared one goes on in memory, the strict one reports what is wrong; otherwise both have the same values.
#[test]
fn the_strict_store_reports_what_the_shared_one_bridges() {
    let folder = tempfile::tempdir().unwrap();
    let (shared_one, strict_one) = (shared(Some(folder.path())), strict(Some(folder.path())));
    run(async {
        strict_one.put("a", "1", None).await.unwrap();
        assert_eq!(shared_one.get("a").await.unwrap().as_deref(), Some("1"));
    });
    let broken = tempfile::tempdir().unwrap();
    std::fs::create_dir(broken.path().join(crate::FILE)).unwrap();
    run(async {
        shared(Some(broken.path()))
            .put("a", "1", None)
            .await
            .unwrap();
        let strict_one = strict(Some(broken.path()));
        for _ in 0..2 {
            let put = strict_one.put("a", "1", None).await;
            assert!(
                matches!(put, Err(StoreError::Unavailable { .. })),
                "{put:?}"
            );
        }
        std::fs::remove_dir(broken.path().join(crate::FILE)).unwrap();
        strict_one.put("a", "1", None).await.unwrap();

        let key = "sharing/strict without a folder";
        strict(None).put(key, "1", None).await.unwrap();
        assert_eq!(shared(None).get(key).await.unwrap().as_deref(), Some("1"));
    });
}

fn same(one: &Arc<dyn Store>, other: &Arc<dyn Store>) -> bool {
    Arc::ptr_eq(one, other)
}
