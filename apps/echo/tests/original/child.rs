//! The echo app as a process of its own, with a folder of its own.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::wire::{Answer, Request, call};

/// The configuration of the original's public test account.
pub(crate) const CONFIG_TEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config_test.ini");

/// A running echo app; it ends with the test.
pub(crate) struct Echo {
    pub(crate) addr: SocketAddr,
    child: Child,
    folder: TempDir,
}

impl Echo {
    /// With `config_test.ini`.
    pub(crate) fn start() -> Self {
        Self::with(
            &[("EASY_WECHAT_SYSTEM_LOG_STDERR", "false")],
            &["--config", CONFIG_TEST, "--app", "test"],
        )
    }

    /// With a configuration of the test's own; its section is `[demo]`.
    pub(crate) fn of(text: &str) -> Self {
        let folder = folder();
        fs::write(folder.path().join("config.ini"), text).expect("a folder to write in");
        Self::within(folder, &[], &[])
    }

    /// With `config_test.ini`, and only so many descriptors.
    pub(crate) fn with_descriptors(descriptors: u32) -> Self {
        let quiet = [("EASY_WECHAT_SYSTEM_LOG_STDERR", "false")];
        let args = ["--config", CONFIG_TEST, "--app", "test"];
        let shell = format!("ulimit -n {descriptors}; exec \"$0\" \"$@\"");
        Self::by(&["sh", "-c", &shell], folder(), &quiet, &args)
    }

    pub(crate) fn with(variables: &[(&str, &str)], args: &[&str]) -> Self {
        Self::within(folder(), variables, args)
    }

    fn within(folder: TempDir, variables: &[(&str, &str)], args: &[&str]) -> Self {
        Self::by(&[], folder, variables, args)
    }

    /// As the arguments of another program that runs it.
    fn by(runner: &[&str], folder: TempDir, variables: &[(&str, &str)], args: &[&str]) -> Self {
        loop {
            let addr = free();
            let mut child = command(runner, &folder, variables, args)
                .args(["--listen", &addr.to_string()])
                .stderr(
                    fs::File::create(folder.path().join("stderr")).expect("a folder to write in"),
                )
                .spawn()
                .expect("it starts");
            let began = Instant::now();
            let ended = loop {
                if TcpStream::connect(addr).is_ok() {
                    return Self {
                        addr,
                        child,
                        folder,
                    };
                }
                if let Some(ended) = child.try_wait().expect("it is ours") {
                    break ended;
                }
                assert!(began.elapsed() < PATIENCE, "it does not listen");
                std::thread::sleep(Duration::from_millis(2));
            };
            // Somebody else took the port in between.
            let said = fs::read_to_string(folder.path().join("stderr")).unwrap_or_default();
            assert_eq!(ended.code(), Some(3), "{said}");
        }
    }

    pub(crate) fn call(&self, request: &Request) -> Answer {
        call(self.addr, request)
    }

    /// The bytes of memory that it uses.
    #[cfg(target_os = "linux")]
    pub(crate) fn memory(&self) -> u64 {
        let status = format!("/proc/{}/status", self.child.id());
        let status = fs::read_to_string(status).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.split_whitespace().next());
        let number = number.and_then(|number| number.parse::<u64>().ok());
        number.expect("a number of KiB") << 10
    }

    /// What it has written to its standard error stream.
    pub(crate) fn stderr(&self) -> String {
        fs::read_to_string(self.folder.path().join("stderr")).expect("it is ours")
    }

    /// Sends a signal, by its name.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &pid]).status();
        assert!(sent.expect("kill is there").success());
    }

    /// Waits until it has ended; how it did, and how long that took.
    pub(crate) fn end(&mut self) -> (ExitStatus, Duration) {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("it is ours") {
                return (status, began.elapsed());
            }
            assert!(began.elapsed() < PATIENCE, "it does not end");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Stops it and gives the log that it has written.
    pub(crate) fn log(mut self) -> String {
        self.signal("TERM");
        self.end();
        let log = fs::read_dir(self.folder.path()).expect("its folder");
        let log = log.flatten().map(|entry| entry.path());
        let log: Vec<PathBuf> = log
            .filter(|path| path.extension().is_some_and(|it| it == "log"))
            .collect();
        let [log] = log.as_slice() else {
            panic!("not one log, but {log:?}");
        };
        fs::read_to_string(log).expect("a log of text")
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs it to its end: the exit code, the standard output, the standard error.
pub(crate) fn run(
    folder: &TempDir,
    variables: &[(&str, &str)],
    args: &[&str],
) -> (Option<i32>, String, String) {
    let output = command(&[], folder, variables, args)
        .stdin(Stdio::null())
        .output()
        .expect("it starts");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

/// An address that nobody listens on.
pub(crate) fn free() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    listener.expect("a free port")
}

/// In its own folder, with no environment but `variables`; the log goes to that folder too.
fn command(
    runner: &[&str],
    folder: &TempDir,
    variables: &[(&str, &str)],
    args: &[&str],
) -> Command {
    let words = [runner, &[env!("CARGO_BIN_EXE_echo")]].concat();
    let mut command = Command::new(words[0]);
    command
        .args(&words[1..])
        .env_clear()
        .env("EASY_WECHAT_SYSTEM_LOG_PATH", folder.path())
        .envs(variables.iter().copied())
        .current_dir(folder.path())
        .args(args);
    command
}

const PATIENCE: Duration = Duration::from_secs(20);
