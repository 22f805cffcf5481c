//! This test program once more, as another process: it is told on its standard input what to do.

use std::io::{BufRead as _, BufReader, Write as _, stdin, stdout};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use easy_wechat::Clock;
use easy_wechat::store::{SqliteStore, Store as _, open};

use crate::races::increment;
use crate::{log, run};

/// A process that does a job in a folder. It is killed when it is dropped.
pub(crate) struct Other {
    process: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Other {
    pub(crate) fn start(job: &str, folder: &Path) -> Self {
        Self::from(Command::new(std::env::current_exe().unwrap()), job, folder)
    }

    /// The same, with the program that runs it said in full; the arguments are added.
    pub(crate) fn from(mut program: Command, job: &str, folder: &Path) -> Self {
        let mut process = program
            .args([
                "--exact",
                "child::another_process",
                "--ignored",
                "--nocapture",
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = process.stdin.take().unwrap();
        writeln!(input, "{job}: {}", folder.display()).unwrap();
        Self {
            output: BufReader::new(process.stdout.take().unwrap()),
            input: Some(input),
            process,
        }
    }

    /// The next thing that it says.
    pub(crate) fn says(&mut self) -> String {
        loop {
            let mut line = String::new();
            let read = self.output.read_line(&mut line).unwrap();
            assert!(read > 0, "it ended and said nothing");
            if let Some((_, said)) = line.split_once(MARK) {
                return said.trim_end().to_owned();
            }
        }
    }

    /// Lets it go on, if it waits.
    pub(crate) fn let_go(&mut self) {
        drop(self.input.take());
    }

    /// Lets it go on, and takes its last words.
    pub(crate) fn ends(&mut self) -> String {
        self.let_go();
        self.says()
    }

    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
#[ignore = "it is a part of other tests, which start it"]
fn another_process() {
    let mut line = String::new();
    stdin().read_line(&mut line).unwrap();
    let Some((job, folder)) = line.trim_end().split_once(": ") else {
        return;
    };
    let folder = Path::new(folder);
    match job {
        "count" => count(folder),
        "hold" => hold(folder),
        "write" => write(folder),
        "use" => use_all(folder, false),
        "use and tidy" => use_all(folder, true),
        other => panic!("what is {other}?"),
    }
}

/// Waits for the others, and counts with them.
fn count(folder: &Path) {
    say("ready");
    until_told();
    let store = SqliteStore::open(folder, Clock::system());
    run(increment(&store, "count", 50));
    say("done");
}

/// Holds the lock for writing.
fn hold(folder: &Path) {
    let connection = rusqlite::Connection::open(folder.join(crate::FILE)).unwrap();
    connection.execute_batch("BEGIN EXCLUSIVE").unwrap();
    say("ready");
    until_told();
    connection.execute_batch("ROLLBACK").unwrap();
    say("done");
}

/// Writes until it is killed; two values that belong together, one after the other.
fn write(folder: &Path) {
    let store = SqliteStore::open(folder, Clock::system());
    let filler = "v".repeat(5000);
    run(async {
        for number in 0_u64.. {
            let value = format!("{number} {filler}");
            store.put("first", &value, None).await.unwrap();
            store.put("second", &value, None).await.unwrap();
            say(&number.to_string());
        }
    });
}

/// Uses the store that is meant to work always, and tells what the log says. Where it is to tidy, the store ends up
/// empty.
fn use_all(folder: &Path, tidy: bool) {
    log::begin();
    let clock = Clock::movable();
    let store = open(Some(folder), clock.clone());
    run(async {
        let large = "v".repeat(100_000);
        for number in 0..20 {
            let key = format!("key/{number}");
            store.put(&key, &large, None).await.unwrap();
            assert!(
                store
                    .swap(&key, Some(&large), Some("1"), None)
                    .await
                    .unwrap()
            );
            assert_eq!(store.get(&key).await.unwrap().as_deref(), Some("1"));
            store.put(&key, &large, None).await.unwrap();
        }
        for number in 0..if tidy { 20 } else { 0 } {
            store.remove(&format!("key/{number}")).await.unwrap();
        }
        clock.advance(Duration::from_mins(1));
        let left = store.get("key/19").await.unwrap();
        assert_eq!(left, (!tidy).then_some(large));
        store.put("key/20", "1", None).await.unwrap();
    });
    say(&log::about(folder).join("; "));
}

fn say(what: &str) {
    let mut out = stdout().lock();
    writeln!(out, "{MARK}{what}").unwrap();
    out.flush().unwrap();
}

/// Until the parent closes the input.
fn until_told() {
    let _ = stdin().read_line(&mut String::new());
}

/// Before what is for the parent; the test harness says things as well.
const MARK: &str = "the child says: ";
