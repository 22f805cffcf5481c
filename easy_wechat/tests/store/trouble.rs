//! Disks and files that fail. The verbs work all the same, and the log has one warning.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use easy_wechat::store::{SqliteStore, Store as _, open};
use easy_wechat::{Clock, Timestamp};

use crate::child::Other;
use crate::{FILE, NOW, log, run};

#[test]
fn garbage_instead_of_a_database() {
    check("delete it", |folder| {
        fs::write(folder.join(FILE), "this is no database".repeat(1000)).unwrap();
    });
}

#[test]
fn a_database_of_which_half_is_missing() {
    check("delete it", |folder| {
        fill(folder);
        let file = fs::OpenOptions::new()
            .write(true)
            .open(folder.join(FILE))
            .unwrap();
        let length = file.metadata().unwrap().len();
        assert!(length > 100_000, "{length}");
        file.set_len(length / 2 / 4096 * 4096).unwrap();
    });
}

#[test]
fn a_database_with_holes() {
    check("delete it", |folder| {
        fill(folder);
        let mut bytes = fs::read(folder.join(FILE)).unwrap();
        bytes[4096..].fill(0x5a);
        fs::write(folder.join(FILE), bytes).unwrap();
    });
}

#[test]
fn a_database_of_something_else() {
    check("delete it", |folder| {
        let connection = rusqlite::Connection::open(folder.join(FILE)).unwrap();
        connection
            .execute_batch("CREATE TABLE songs (title TEXT); PRAGMA user_version = 1")
            .unwrap();
    });
}

#[test]
fn a_database_from_the_future() {
    check("update this program", |folder| {
        fill(folder);
        let connection = rusqlite::Connection::open(folder.join(FILE)).unwrap();
        connection.pragma_update(None, "user_version", 2).unwrap();
    });
}

#[test]
fn a_folder_in_place_of_the_file() {
    check("may write there", |folder| {
        fs::create_dir(folder.join(FILE)).unwrap();
    });
}

#[test]
fn a_link_that_leads_nowhere() {
    check("may write there", |folder| {
        std::os::unix::fs::symlink("/nowhere/at all", folder.join(FILE)).unwrap();
    });
}

/// Another user may have put it there, where the folder is shared: what it leads to stays as it is.
#[test]
fn a_link_in_place_of_the_file() {
    check("may write there", |folder| {
        fill(folder);
        let file = folder.join(FILE);
        fs::rename(&file, folder.join("of another")).unwrap();
        std::os::unix::fs::symlink(folder.join("of another"), &file).unwrap();
    });
    let folder = tempfile::tempdir().unwrap();
    let victim = folder.path().join("victim");
    std::os::unix::fs::symlink(&victim, folder.path().join(FILE)).unwrap();
    let store = SqliteStore::open(folder.path(), Clock::system());
    run(store.put("a", "1", None)).unwrap_err();
    assert!(!victim.exists());
}

/// Its owner could read the tokens. Only root can make such a file here.
#[test]
fn a_file_of_another_user_in_a_shared_folder() {
    let folder = tempfile::tempdir().unwrap();
    if folder.path().metadata().unwrap().uid() != 0 {
        eprintln!("not tested: only root can give a file away");
        return;
    }
    let file = folder.path().join(FILE);
    let put = || {
        let store = SqliteStore::open(folder.path(), Clock::system());
        run(store.put("a", "1", None))
    };
    put().unwrap();
    std::os::unix::fs::chown(&file, Some(65534), None).unwrap();
    put().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o1777)).unwrap();
    put().unwrap_err();
    std::os::unix::fs::chown(&file, Some(0), None).unwrap();
    put().unwrap();
}

#[test]
fn a_path_below_a_file() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    check_in(&folder.path().join("file/state"), "may write there");
}

#[test]
fn a_place_where_nobody_may_write() {
    check_in(Path::new("/proc/easy_wechat"), "may write there");
}

#[test]
fn another_process_never_releases_its_lock() {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path());
    let mut other = Other::start("hold", folder.path());
    assert_eq!(other.says(), "ready");
    check_in(folder.path(), "which process hangs");
    assert_eq!(other.ends(), "done");
}

#[test]
fn a_user_who_may_only_read() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    fs::create_dir(&state).unwrap();
    fill(&state);
    let mode =
        |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    mode(&state.join(FILE), 0o444);
    mode(&state, 0o555);
    mode(folder.path(), 0o755);
    // In a private folder, as below /root, the program could not be started.
    let program = folder.path().join("program");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let mut command = Command::new(program);
    if folder.path().metadata().unwrap().uid() == 0 {
        command.uid(65534).gid(65534);
    }
    let told = Other::from(command, "use and tidy", &state).ends();
    mode(&state, 0o755);
    one_warning(&told, "may write there");
}

#[test]
fn a_file_that_may_not_grow() {
    let folder = tempfile::tempdir().unwrap();
    let limited = in_a_shell("trap '' XFSZ; ulimit -f 512; exec \"$0\" \"$@\"");
    let told = Other::from(limited, "use", folder.path()).ends();
    one_warning(&told, "may write there");
}

/// A disk of 300 KB, which only the child sees.
#[test]
fn a_disk_that_is_full() {
    let mut possible = Command::new("unshare");
    possible
        .args(["-rm", "mount", "-t", "tmpfs", "none", "/mnt"])
        .stderr(Stdio::null());
    if !possible.status().is_ok_and(|status| status.success()) {
        eprintln!("not tested: this system lets nobody mount a disk of his own");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut mounted = Command::new("unshare");
    let mount = format!(
        "mount -t tmpfs -o size=300k none '{}' && exec \"$0\" \"$@\"",
        folder.path().display()
    );
    mounted
        .args(["-rm", "sh", "-c", &mount])
        .arg(std::env::current_exe().unwrap());
    let told = Other::from(mounted, "use", folder.path()).ends();
    one_warning(&told, "free some");
}

/// Spoils a folder, and uses the store there.
#[track_caller]
fn check(help: &str, spoil: fn(&Path)) {
    let folder = tempfile::tempdir().unwrap();
    spoil(folder.path());
    check_in(folder.path(), help);
}

#[track_caller]
fn check_in(folder: &Path, help: &str) {
    log::begin();
    let clock = Clock::fake(Timestamp::from_secs(NOW));
    let store = open(Some(folder), clock.clone());
    run(async {
        let _ = store.get("filler/50").await.unwrap();
        for value in ["1", "2"] {
            // Some of a damaged file can be read and written; this goes over most of it.
            for number in 0..100 {
                store
                    .put(&format!("filler/{number}"), value, None)
                    .await
                    .unwrap();
            }
        }
        assert_eq!(store.get("filler/50").await.unwrap().as_deref(), Some("2"));
        let swapped = store.swap("filler/50", Some("2"), None, None).await;
        assert!(swapped.unwrap());
        assert_eq!(store.list("filler/", 999).await.unwrap().len(), 99);
        store.remove("filler/50").await.unwrap();

        // A minute later the disk is tried, and is no better.
        clock.advance(Duration::from_mins(1));
        assert_eq!(store.list("filler/", 999).await.unwrap().len(), 99);
    });
    one_warning(&log::about(folder).join("; "), help);
}

#[track_caller]
fn one_warning(told: &str, help: &str) {
    assert_eq!(told.matches("WARN").count(), 1, "{told}");
    assert!(told.contains(help) && told.contains(FILE), "{told}");
    assert!(!told.contains("; INFO"), "{told}");
}

/// A good store of some size, and nobody has it open.
pub(crate) fn fill(folder: &Path) {
    let store = SqliteStore::open(folder, Clock::fake(Timestamp::from_secs(NOW)));
    run(async {
        for number in 0..100 {
            let key = format!("filler/{number}");
            store.put(&key, &"v".repeat(3000), None).await.unwrap();
        }
    });
}

fn in_a_shell(script: &str) -> Command {
    let mut shell = Command::new("sh");
    shell
        .args(["-c", script])
        .arg(std::env::current_exe().unwrap());
    shell
}
