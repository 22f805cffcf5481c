//! The command as a process group of its own, so that all of it gets the signals and ends together.

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

/// The signals that end us, from when this is made.
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

/// A running command. What is left of its group is killed when this is dropped.
#[derive(Debug)]
pub(super) struct Program {
    group: Pid,
    code: oneshot::Receiver<u8>,
}

impl Program {
    pub(super) fn start(command: &[OsString], config: &Path) -> Result<Self, Ended> {
        let mut words = command.iter();
        let name = words.next().cloned().unwrap_or_default();
        // Its orphans become ours, so that we know when the last one has ended. Where this is not possible, init knows.
        #[cfg(target_os = "linux")]
        let _ = nix::sys::prctl::set_child_subreaper(true);
        let mut command = Command::new(&name);
        command.args(words).process_group(0);
        // With one of them left it could reach a real account.
        for variable in config::variables() {
            command.env_remove(variable);
        }
        command.env(config::CONFIG_VARIABLE, config);
        let child = command
            .spawn()
            .map_err(|error| not_started(&name, &error))?;
        let group = Pid::from_raw(i32::try_from(child.id()).unwrap_or(i32::MAX));
        let terminal = Terminal::new();
        if terminal.as_ref().is_some_and(Terminal::is_all_ours) {
            terminal.as_ref().map(|terminal| terminal.give(group));
        }
        let (ended, code) = oneshot::channel();
        thread::spawn(move || {
            let _ = ended.send(watch(group, terminal.as_ref()));
        });
        Ok(Self { group, code })
    }

    /// The exit code of the command, as a shell has it: 128 and the number of the signal that ended it.
    pub(super) async fn ended(&mut self) -> u8 {
        (&mut self.code).await.unwrap_or(1)
    }

    pub(super) fn pass(&self, signal: Signal) {
        let _ = killpg(self.group, signal);
        // What is stopped hears nothing.
        let _ = killpg(self.group, Signal::SIGCONT);
    }

    pub(super) fn terminate(&self) {
        self.pass(Signal::SIGTERM);
    }

    pub(super) fn kill(&self) {
        let _ = killpg(self.group, Signal::SIGKILL);
    }

    /// Whether nothing of the group runs any more; to ask only when the command has ended.
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

/// Waits for the end of the command. A stop by Ctrl-Z stops us as well, and with us it goes on.
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
        _ => Ended::because(126, format!("cannot run {name:?}: {error}")),
    }
}
