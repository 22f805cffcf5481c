//! A server in this process, and the log that it writes.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use easy_wechat::config::LogSettings;
use easy_wechat::{Clock, ServerHandle, WeChatServer};
use tokio::runtime::{Builder, Runtime};

use super::wire::{Answer, Request, call};

/// A server that runs until the test ends.
pub struct Server {
    pub addr: SocketAddr,
    handle: Option<ServerHandle>,
    runtime: Option<Runtime>,
}

impl Server {
    pub fn start(server: WeChatServer) -> Self {
        begin_log();
        let runtime = runtime();
        let handle = runtime
            .block_on(server.start("127.0.0.1:0"))
            .expect("a free port");
        Self {
            addr: handle.addr(),
            handle: Some(handle),
            runtime: Some(runtime),
        }
    }

    /// Sends one request on a connection of its own.
    pub fn call(&self, request: &Request) -> Answer {
        call(self.addr, request)
    }

    /// Stops, and tells how long that took.
    pub fn stop(mut self) -> Duration {
        let handle = self.handle.take().expect("it is stopped once");
        let runtime = self.runtime.take().expect("it is stopped once");
        let began = Instant::now();
        runtime.block_on(handle.stop());
        let took = began.elapsed();
        runtime.shutdown_background();
        took
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

pub fn runtime() -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
}

/// Waits until `found` finds something.
pub fn eventually<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(began.elapsed() < Duration::from_secs(15), "never: {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// The lines of this program's log that hold `what`.
pub fn log_lines(what: &str) -> Vec<String> {
    let log = std::fs::read_to_string(begin_log()).unwrap_or_default();
    log.lines()
        .filter(|line| line.contains(what))
        .map(str::to_owned)
        .collect()
}

/// Waits for the line of the log that holds all of `parts`.
pub fn wait_for_line(parts: &[&str]) -> String {
    eventually(&format!("a line of the log with {parts:?}"), || {
        let lines = log_lines(parts[0]);
        lines
            .into_iter()
            .find(|line| parts.iter().all(|part| line.contains(part)))
    })
}

/// One log for the whole program; the file.
pub fn begin_log() -> &'static PathBuf {
    static LOG: OnceLock<PathBuf> = OnceLock::new();
    LOG.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(env!("CARGO_CRATE_NAME"));
        let file = folder.join("easy_wechat.log");
        let _ = std::fs::remove_file(&file);
        let mut settings = LogSettings::default();
        settings.dir = Some(folder);
        settings.stderr = false;
        let guard = easy_wechat::log::init(&settings, Clock::system()).expect("the first log");
        // Tests have no end that could drop it; each line is written as it comes.
        std::mem::forget(guard);
        file
    })
}
