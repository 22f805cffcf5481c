//! The signals that end a program, and what the service manager is told of it.

use std::io;
use std::time::Duration;

use tokio::time::Instant;

/// SIGTERM, Ctrl-C and SIGHUP (the terminal was closed), caught as soon as this exists.
///
/// A process that was started with SIGHUP ignored, as by `nohup`, goes on ignoring it. This is detected on Linux only;
/// elsewhere SIGHUP is not caught.
///
/// ```no_run
/// # async fn example() -> std::io::Result<()> {
/// let mut signals = easy_wechat::signals::Signals::new()?; // before the program can be told to stop
/// // … start it
/// signals.next().await;
/// // … stop it
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    hang_up: Option<tokio::signal::unix::Signal>,
    #[cfg(windows)]
    interrupt: tokio::signal::windows::CtrlC,
}

#[cfg(unix)]
impl Signals {
    /// Starts to catch the signals. Call it in a tokio runtime, before the program can be told to stop.
    ///
    /// # Errors
    /// [`io::Error`] when the system does not allow it.
    pub fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hang_up: hang_up()?,
        })
    }

    /// Waits for the next.
    pub async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
            () = next_of(&mut self.hang_up) => {}
        }
    }
}

/// Catches SIGHUP, unless the process ignores it.
#[cfg(unix)]
pub(crate) fn hang_up() -> io::Result<Option<tokio::signal::unix::Signal>> {
    use tokio::signal::unix::{SignalKind, signal};
    if ignores_hang_up() {
        return Ok(None);
    }
    signal(SignalKind::hangup()).map(Some)
}

/// Waits for the next `signal`; forever if it is not caught.
#[cfg(unix)]
pub(crate) async fn next_of(signal: &mut Option<tokio::signal::unix::Signal>) {
    match signal {
        Some(signal) => {
            signal.recv().await;
        }
        None => std::future::pending().await,
    }
}

/// Whether SIGHUP, the lowest bit of the mask, is ignored; also true where that is unknown.
#[cfg(unix)]
fn ignores_hang_up() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .is_none_or(|mask| mask & 1 == 1)
}

#[cfg(windows)]
impl Signals {
    /// Starts to catch Ctrl-C. Call it in a tokio runtime.
    ///
    /// # Errors
    /// [`io::Error`] when the system does not allow it.
    pub fn new() -> io::Result<Self> {
        let interrupt = tokio::signal::windows::ctrl_c()?;
        Ok(Self { interrupt })
    }

    /// Waits for the next.
    pub async fn next(&mut self) {
        let _ = self.interrupt.recv().await;
    }
}

impl Signals {
    /// Waits for another signal. One within half a second of the first does not count: a single Ctrl-C may be delivered twice,
    /// to the process and to its group.
    pub async fn another(&mut self) {
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
pub fn tell_ready() {
    #[cfg(unix)]
    tell(&sd_notify::NotifyState::Ready);
}

/// Tells systemd that the program is about to end.
pub fn tell_stopping() {
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
