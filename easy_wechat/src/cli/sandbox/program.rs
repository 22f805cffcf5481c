//! The command as a process group of its own, so that all its processes get the signals and end together.

mod terminal;

use std::ffi::OsString;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;
use std::thread;

use nix::errno::Errno;
use nix::sys::signal::{Signal, killpg};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use tokio::signal::unix::{Signal as Stream, SignalKind, signal};
use tokio::sync::oneshot;

use crate::cli::outcome::Ended;
use crate::config;
use crate::signals::{hang_up, next_of};
use terminal::Terminal;

/// The signals that end us, caught from its creation on.
#[derive(Debug)]
pub(super) struct Signals {
    interrupt: Stream,
    terminate: Stream,
    hang_up: Option<Stream>,
    quit: Stream,
}

impl Signals {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: hang_up()?,
            quit: signal(SignalKind::quit())?,
        })
    }

    pub(super) async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.interrupt.recv() => Signal::SIGINT,
            _ = self.terminate.recv() => Signal::SIGTERM,
            () = next_of(&mut self.hang_up) => Signal::SIGHUP,
            _ = self.quit.recv() => Signal::SIGQUIT,
        }
    }
}

/// A running command. Dropping it kills what is left of its group.
#[derive(Debug)]
pub(super) struct Program {
    group: Pid,
    code: oneshot::Receiver<u8>,
}

impl Program {
    pub(super) fn start(command: &[OsString], config: &Path) -> Result<Self, Ended> {
        let mut words = command.iter();
        let name = words.next().cloned().unwrap_or_default();
        // Adopts its orphans, so that we see when the last one has ended. Elsewhere they go to init.
        #[cfg(target_os = "linux")]
        let _ = nix::sys::prctl::set_child_subreaper(true);
        let mut command = Command::new(&name);
        command.args(words).process_group(0);
        // One of them left in place could lead to a real account.
        for variable in config::variables() {
            command.env_remove(variable);
        }
        command.env(config::CONFIG_VARIABLE, config);
        let child = command
            .spawn()
            .map_err(|error| not_started(&name, &error))?;
        let group = Pid::from_raw(i32::try_from(child.id()).unwrap_or(i32::MAX));
        let terminal = Terminal::new();
        if let Some(terminal) = terminal.as_ref().filter(|it| it.is_all_ours()) {
            terminal.give(group);
        }
        let (ended, code) = oneshot::channel();
        thread::spawn(move || {
            let _ = ended.send(watch(group, terminal.as_ref()));
        });
        Ok(Self { group, code })
    }

    /// The exit code of the command, as a shell gives it: for a signal, 128 plus its number.
    pub(super) async fn ended(&mut self) -> u8 {
        (&mut self.code).await.unwrap_or(1)
    }

    pub(super) fn pass(&self, signal: Signal) {
        let _ = killpg(self.group, signal);
        // A stopped process does not handle signals.
        let _ = killpg(self.group, Signal::SIGCONT);
    }

    pub(super) fn terminate(&self) {
        self.pass(Signal::SIGTERM);
    }

    pub(super) fn kill(&self) {
        let _ = killpg(self.group, Signal::SIGKILL);
    }

    /// Whether no process of the group is left. Call it only after the command has ended.
    pub(super) fn is_group_empty(&self) -> bool {
        let any = Pid::from_raw(-self.group.as_raw());
        while let Ok(status) = waitpid(any, Some(WaitPidFlag::WNOHANG)) {
            if status == WaitStatus::StillAlive {
                break;
            }
        }
        killpg(self.group, None) == Err(Errno::ESRCH)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Waits for the end of the command. When Ctrl-Z stops it, stops us too; it continues when we do.
fn watch(group: Pid, terminal: Option<&Terminal>) -> u8 {
    loop {
        let status = waitpid(group, Some(WaitPidFlag::WUNTRACED));
        let code = match (status, terminal) {
            (Ok(WaitStatus::Stopped(_, signal)), Some(terminal)) => {
                terminal.stopped(group, signal);
                continue;
            }
            (Ok(WaitStatus::Exited(_, code)), _) => u8::try_from(code).unwrap_or(u8::MAX),
            (Ok(WaitStatus::Signaled(_, signal, _)), _) => {
                u8::try_from(128 + signal as i32).unwrap_or(u8::MAX)
            }
            (Ok(_) | Err(Errno::EINTR), _) => continue,
            (Err(_), _) => 1,
        };
        if let Some(terminal) = terminal {
            terminal.take_back(group);
        }
        return code;
    }
}

fn not_started(name: &OsString, error: &io::Error) -> Ended {
    let name = name.to_string_lossy();
    match error.kind() {
        io::ErrorKind::NotFound => Ended::because(127, format!("command not found: {name:?}")),
        _ => Ended::because(126, format!("cannot run command {name:?}: {error}")),
    }
}
