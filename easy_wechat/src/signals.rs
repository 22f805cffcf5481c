//! The signals that end a program.

use std::io;
use std::time::Duration;

use tokio::time::Instant;

/// SIGTERM and Ctrl-C, from when it is made.
#[derive(Debug)]
pub(crate) struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(windows)]
    interrupt: tokio::signal::windows::CtrlC,
}

#[cfg(unix)]
impl Signals {
    pub(crate) fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Waits for the next.
    pub(crate) async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

#[cfg(windows)]
impl Signals {
    pub(crate) fn new() -> io::Result<Self> {
        let interrupt = tokio::signal::windows::ctrl_c()?;
        Ok(Self { interrupt })
    }

    /// Waits for the next.
    pub(crate) async fn next(&mut self) {
        let _ = self.interrupt.recv().await;
    }
}

impl Signals {
    /// Waits for another one. Those right behind the first are the same key pressed, or sent to the whole group.
    pub(crate) async fn another(&mut self) {
        let began = Instant::now();
        loop {
            self.next().await;
            if began.elapsed() > SAME_SIGNAL {
                return;
            }
        }
    }
}

/// Signals within this time are one.
const SAME_SIGNAL: Duration = Duration::from_millis(500);
