//! Several processes and one file.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use easy_wechat::Clock;
use easy_wechat::store::{SqliteStore, Store as _, StoreError};

use crate::child::Other;
use crate::{FILE, run};

#[test]
fn no_increment_of_many_processes_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let mut others: Vec<Other> = (0..8)
        .map(|_| Other::start("count", folder.path()))
        .collect();
    for other in &mut others {
        assert_eq!(other.says(), "ready");
    }
    // Now all make the file at once, and count.
    for other in &mut others {
        other.let_go();
    }
    for other in &mut others {
        assert_eq!(other.says(), "done");
    }
    let store = SqliteStore::open(folder.path(), Clock::system());
    let count = run(store.get("count")).unwrap();
    assert_eq!(count.as_deref(), Some("400"));
}

#[test]
fn a_process_killed_while_it_writes_leaves_all_that_it_had_written() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..5 {
        let mut other = Other::start("write", folder.path());
        let mut last = 0;
        for _ in 0..(20 + 7 * round) {
            last = other.says().parse::<u64>().unwrap();
        }
        other.kill();
        let store = SqliteStore::open(folder.path(), Clock::system());
        run(async {
            let first = number(store.get("first").await.unwrap());
            let second = number(store.get("second").await.unwrap());
            assert!(first >= last && second >= last, "{last} {first} {second}");
            assert!(first == second || first == second + 1, "{first} {second}");
            store.put("after", "it can be written", None).await.unwrap();
        });
        drop(store);
        let connection = rusqlite::Connection::open(folder.path().join(FILE)).unwrap();
        let found: String = connection
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .unwrap();
        assert_eq!(found, "ok");
    }
}

#[test]
fn a_lock_that_is_not_released_is_an_error_in_time() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path(), Clock::system());
    run(async {
        store.put("a", "1", None).await.unwrap();
        let mut other = Other::start("hold", folder.path());
        assert_eq!(other.says(), "ready");
        let error = store.put("a", "2", None).await.unwrap_err();
        assert!(matches!(error, StoreError::Busy { .. }), "{error}");
        assert_eq!(store.get("a").await.unwrap().as_deref(), Some("1"));
        assert_eq!(other.ends(), "done");
        store.put("a", "3", None).await.unwrap();
        assert_eq!(store.get("a").await.unwrap().as_deref(), Some("3"));
    });
}

#[test]
fn only_its_user_may_read_it() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("made/for it");
    let store = SqliteStore::open(&folder, Clock::system());
    assert!(!folder.exists(), "nothing is made before it is needed");
    run(async {
        store.put("token", "a secret", None).await.unwrap();
        assert_eq!(mode(&folder), 0o700);
        for file in [FILE, "easy_wechat.sqlite3-wal", "easy_wechat.sqlite3-shm"] {
            assert_eq!(mode(&folder.join(file)), 0o600, "{file}");
        }
    });
}

#[test]
fn a_file_that_was_deleted_is_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let [first, second] = [(), ()].map(|()| SqliteStore::open(folder.path(), Clock::system()));
    run(async {
        first.put("a", "1", None).await.unwrap();
        assert_eq!(second.get("a").await.unwrap().as_deref(), Some("1"));
        for file in [FILE, "easy_wechat.sqlite3-wal", "easy_wechat.sqlite3-shm"] {
            std::fs::remove_file(folder.path().join(file)).unwrap();
        }
        assert_eq!(second.get("a").await.unwrap(), None);
        second.put("a", "2", None).await.unwrap();
        assert_eq!(first.get("a").await.unwrap().as_deref(), Some("2"));
        first.put("b", "3", None).await.unwrap();
        drop(first);
        assert_eq!(second.get("b").await.unwrap().as_deref(), Some("3"));
    });
}

fn number(value: Option<String>) -> u64 {
    let value = value.unwrap();
    let (number, filler) = value.split_once(' ').unwrap();
    assert_eq!(filler.len(), 5000);
    number.parse().unwrap()
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}
