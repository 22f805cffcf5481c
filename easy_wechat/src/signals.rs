//! The signals that end a program, and what the service manager is told of it.

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

/// Tells systemd that the program is ready, where it asks for it (`Type=notify`).
pub(crate) fn tell_ready() {
    #[cfg(unix)]
    tell(&sd_notify::NotifyState::Ready);
}

/// Tells systemd that the program is about to end.
pub(crate) fn tell_stopping() {
    #[cfg(unix)]
    tell(&sd_notify::NotifyState::Stopping);
}

/// Without `$NOTIFY_SOCKET` nothing is told.
#[cfg(unix)]
fn tell(state: &sd_notify::NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(std::slice::from_ref(state)) {
        tracing::warn!(%error, "systemd cannot be told how it goes");
    }
}

/// Signals within this time are one.
const SAME_SIGNAL: Duration = Duration::from_millis(500);
