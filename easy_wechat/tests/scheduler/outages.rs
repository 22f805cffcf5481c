//! Disks that are full, read-only or locked: a moment that cannot be recorded is not run, and is caught up when it can.

use std::fs;
use std::io::{Write as _, stdin, stdout};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use easy_wechat::scheduler::{RunState, SchedulerError};
use easy_wechat::store::{SqliteStore, StoreError};
use easy_wechat::{Clock, Store};
use nix::fcntl::{AT_FDCWD, RenameFlags, renameat2};
use tokio::runtime::Runtime;

use crate::late::Late;
use crate::world::{Ran, World, at, daily, states};

const FILE: &str = "easy_wechat.sqlite3";

/// A process of its own on the folder, as a restart is.
fn on_disk(folder: &Path, clock: &Clock, ran: &Ran) -> World {
    let store = SqliteStore::open(folder, clock.clone());
    World {
        clock: clock.clone(),
        store: Arc::new(store),
        ran: ran.clone(),
    }
}

/// Swaps two entries of a folder in one step: a scheduler that looks in between would make a new database.
fn exchange(folder: &Path, one: &str, other: &str) {
    let (one, other) = (folder.join(one), folder.join(other));
    renameat2(
        AT_FDCWD,
        &one,
        AT_FDCWD,
        &other,
        RenameFlags::RENAME_EXCHANGE,
    )
    .unwrap();
}

/// Another program holds the lock while a moment is due, longer than a store waits for it.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_another_program_locks_delays_a_moment() {
    let folder = tempfile::tempdir().unwrap();
    let World { clock, ran, .. } = World::new();
    let world = |_: i32| on_disk(folder.path(), &clock, &ran);
    let worlds = [world(1), world(2)];
    let handles = [
        worlds[0].start(daily()).await,
        worlds[1].start(daily()).await,
    ];
    let other = rusqlite::Connection::open(folder.path().join(FILE)).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    clock.set(at("12-01 07:31"));
    tokio::join!(handles[0].settled(), handles[1].settled());
    assert_eq!(ran.all(), [""; 0]);
    let check = worlds[0].with(daily()).check_store().await;
    assert!(matches!(
        check,
        Err(SchedulerError::Store(StoreError::Busy { .. }))
    ));
    other.execute_batch("ROLLBACK").unwrap();
    tokio::join!(handles[0].settled(), handles[1].settled());
    tokio::join!(handles[0].settled(), handles[1].settled());
    assert_eq!(ran.all(), ["12-01 07:30"]);
    let history = handles[1].history("daily").await.unwrap();
    assert_eq!(states(&history), [RunState::Done]);
}

/// Ten restarts while nothing can be written, and then it can: in time, or too late.
#[tokio::test(flavor = "multi_thread")]
async fn ten_restarts_on_a_broken_store_run_nothing_and_then_once() {
    for (works_again, expected, state) in [
        ("12-01 07:40", &["12-01 07:30"][..], RunState::Done),
        ("12-01 07:50", &[], RunState::Missed),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let World { clock, ran, .. } = World::new();
        let world = || on_disk(folder.path(), &clock, &ran);
        world().start(daily()).await.stop().await;
        fs::create_dir(folder.path().join("aside")).unwrap();
        exchange(folder.path(), FILE, "aside");
        clock.set(at("12-01 07:31"));
        for _ in 0..10 {
            let handle = world().start(daily()).await;
            let look = handle.history("daily").await;
            assert!(matches!(look, Err(SchedulerError::Store(_))));
            handle.stop().await;
        }
        let started_meanwhile = world().start(daily()).await;
        assert_eq!(ran.all(), [""; 0]);
        exchange(folder.path(), FILE, "aside");
        clock.set(at(works_again));
        started_meanwhile.settled().await;
        for _ in 0..3 {
            world().start(daily()).await.stop().await;
        }
        assert_eq!(ran.all(), expected);
        let history = started_meanwhile.history("daily").await.unwrap();
        assert_eq!(states(&history), [state]);
    }
}

/// What became due while a job that was new could not be recorded has not been missed by being new.
#[tokio::test]
async fn a_new_job_on_a_broken_store_catches_up() {
    let folder = tempfile::tempdir().unwrap();
    let World { clock, ran, .. } = World::new();
    fs::create_dir(folder.path().join(FILE)).unwrap();
    let handle = on_disk(folder.path(), &clock, &ran).start(daily()).await;
    clock.set(at("12-01 07:30"));
    handle.settled().await;
    fs::remove_dir(folder.path().join(FILE)).unwrap();
    clock.set(at("12-01 07:35"));
    handle.settled().await;
    assert_eq!(ran.all(), ["12-01 07:30"]);
}

/// The file may not grow, as on a disk that is full.
#[test]
fn a_full_disk_in_another_process() {
    let folder = filled();
    let mut limited = Command::new("sh");
    limited
        .args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().unwrap());
    assert_eq!(in_another_process(limited, folder.path()), "0 failed");
    assert_eq!(afterwards(folder.path()), ["12-01 07:30"]);
}

/// A disk of 64 KiB that is full to the last byte, in a mount namespace of its own.
#[test]
fn a_disk_without_space() {
    let mut possible = Command::new("unshare");
    possible
        .args(["-rm", "mount", "-t", "tmpfs", "none", "/mnt"])
        .stderr(Stdio::null());
    if !possible.status().is_ok_and(|status| status.success()) {
        eprintln!("skipped: mounting a file system is not allowed here");
        return;
    }
    let folder = filled();
    let script = format!(
        "cp -a '{0}' '{0}.copy' && mount -t tmpfs -o size=64k none '{0}' && cp -a '{0}.copy'/. '{0}' && rm -r '{0}.copy' \
         && {{ cat /dev/zero > '{0}/filler' 2>/dev/null; exec \"$0\" \"$@\"; }}",
        folder.path().display()
    );
    let mut mounted = Command::new("unshare");
    mounted
        .args(["-rm", "sh", "-c", &script])
        .arg(std::env::current_exe().unwrap());
    assert_eq!(in_another_process(mounted, folder.path()), "0 failed");
    assert_eq!(afterwards(folder.path()), ["12-01 07:30"]);
}

/// A user who may read the folder and not write in it; root is made such a user.
#[test]
fn a_folder_that_is_read_only() {
    let folder = filled();
    let mode =
        |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    // In a private folder, as below /root, the program could not be started.
    let elsewhere = tempfile::tempdir().unwrap();
    mode(elsewhere.path(), 0o755);
    let program = elsewhere.path().join("program");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    for entry in fs::read_dir(folder.path()).unwrap() {
        mode(&entry.unwrap().path(), 0o444);
    }
    mode(folder.path(), 0o555);
    let mut command = Command::new(program);
    if folder.path().metadata().unwrap().uid() == 0 {
        command.uid(65534).gid(65534);
    }
    assert_eq!(in_another_process(command, folder.path()), "0 failed");
    mode(folder.path(), 0o755);
    for entry in fs::read_dir(folder.path()).unwrap() {
        mode(&entry.unwrap().path(), 0o644);
    }
    assert_eq!(afterwards(folder.path()), ["12-01 07:30"]);
}

/// A folder with a store that knows the job and is not open.
fn filled() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    Runtime::new().unwrap().block_on(async {
        let World { clock, ran, .. } = World::new();
        let world = on_disk(folder.path(), &clock, &ran);
        world.start(daily()).await.stop().await;
    });
    folder
}

/// What runs at 7:35 with the disk as it was before.
fn afterwards(folder: &Path) -> Vec<String> {
    Runtime::new().unwrap().block_on(async {
        let World { clock, ran, .. } = World::new();
        clock.set(at("12-01 07:35"));
        for _ in 0..3 {
            let world = on_disk(folder, &clock, &ran);
            world.start(daily()).await.stop().await;
        }
        ran.all()
    })
}

fn in_another_process(mut program: Command, folder: &Path) -> String {
    let mut process = program
        .args([
            "--exact",
            "outages::another_process",
            "--ignored",
            "--nocapture",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = process.stdin.take().unwrap();
    writeln!(input, "{}", folder.display()).unwrap();
    drop(input);
    let output = process.wait_with_output().unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    let said = output.lines().find_map(|line| {
        let (_, said) = line.split_once(MARK)?;
        Some(said.to_owned())
    });
    said.expect("the other process says what it found")
}

#[test]
#[ignore = "it is a part of other tests, which start it"]
fn another_process() {
    let mut folder = String::new();
    stdin().read_line(&mut folder).unwrap();
    if folder.trim().is_empty() {
        return;
    }
    Runtime::new().unwrap().block_on(async {
        let World { clock, ran, .. } = World::new();
        clock.set(at("12-01 07:31"));
        let mut check = Ok(());
        for _ in 0..10 {
            let world = on_disk(Path::new(folder.trim()), &clock, &ran);
            world.start(daily()).await.stop().await;
            check = world.with(daily()).check_store().await;
        }
        let check = check.map_or("failed", |()| "worked");
        let mut out = stdout().lock();
        writeln!(out, "{MARK}{} {check}", ran.all().len()).unwrap();
        out.flush().unwrap();
    });
}

/// Of a store that answers with a failure and writes all the same, as one that was too slow does.
#[tokio::test]
async fn what_was_written_although_it_failed_is_run_once() {
    let world = World::new();
    world.start(daily()).await.stop().await;
    let late = Late::new(Arc::clone(&world.store));
    let ran = world.ran.clone();
    let slow = World {
        store: Arc::clone(&late) as Arc<dyn Store>,
        clock: world.clock.clone(),
        ran: ran.clone(),
    };
    let handle = slow.start(daily()).await;
    late.fail_writes(true);
    world.at("12-01 07:30", &handle).await;
    assert_eq!(ran.all(), [""; 0]);
    late.fail_writes(false);
    handle.settled().await;
    handle.settled().await;
    assert_eq!(ran.all(), ["12-01 07:30"]);
    for _ in 0..3 {
        world.start(daily()).await.stop().await;
    }
    assert_eq!(ran.all(), ["12-01 07:30"]);
}

const MARK: &str = "the child says: ";
