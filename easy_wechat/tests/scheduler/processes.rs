//! Several processes, one store on disk, a job every second.

use std::collections::BTreeMap;
use std::io::{Write as _, stdin, stdout};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use easy_wechat::Clock;
use easy_wechat::scheduler::{Job, Run, RunState, Scheduler};
use easy_wechat::store::SqliteStore;
use tokio::runtime::Runtime;

#[test]
fn three_processes_on_one_store_run_each_moment_once() {
    let folder = tempfile::tempdir().unwrap();
    let children: Vec<Child> = (0..3).map(|_| start(folder.path())).collect();
    let mut ran: BTreeMap<String, usize> = BTreeMap::new();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        for line in String::from_utf8(output.stdout).unwrap().lines() {
            if let Some((_, moment)) = line.split_once(MARK) {
                *ran.entry(moment.to_owned()).or_default() += 1;
            }
        }
    }
    assert!(ran.len() >= 2, "{ran:?}");
    assert!(ran.values().all(|times| *times == 1), "{ran:?}");
    let history = Runtime::new()
        .unwrap()
        .block_on(scheduler(folder.path()).history("ticks"))
        .unwrap();
    let done = history.iter().filter(|it| it.state == RunState::Done);
    assert_eq!(done.count(), ran.len());
}

fn start(folder: &Path) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "processes::another_process",
            "--ignored",
            "--nocapture",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    writeln!(input, "{}", folder.display()).unwrap();
    child
}

#[test]
#[ignore = "it is a part of another test, which starts it"]
fn another_process() {
    let mut folder = String::new();
    stdin().read_line(&mut folder).unwrap();
    if folder.trim().is_empty() {
        return;
    }
    Runtime::new().unwrap().block_on(async {
        let handle = scheduler(Path::new(folder.trim())).start().unwrap();
        // What it is about is the system's clock.
        tokio::time::sleep(Duration::from_secs(4)).await;
        handle.stop().await;
    });
}

fn scheduler(folder: &Path) -> Scheduler {
    let clock = Clock::system();
    let store = Arc::new(SqliteStore::open(folder, clock.clone()));
    Scheduler::new("tests", store, clock)
        .and_then(|it| it.job(Job::new("ticks", "* * * * * *")?, |run: Run| say(&run)))
        .unwrap()
}

fn say(run: &Run) {
    let mut out = stdout().lock();
    writeln!(out, "{MARK}{}", run.planned.unwrap().as_secs()).unwrap();
    out.flush().unwrap();
}

const MARK: &str = "ran for ";
