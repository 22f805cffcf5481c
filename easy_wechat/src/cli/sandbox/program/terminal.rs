//! The terminal belongs to one process group: other groups are stopped when they read from it, and do not get Ctrl-C.

use std::io::{self, IsTerminal as _};
use std::thread;
use std::time::Duration;

use nix::sys::signal::{SigSet, Signal, killpg};
use nix::unistd::{Pid, getpgrp, tcgetpgrp, tcsetpgrp};

/// The terminal at the standard input.
#[derive(Debug)]
pub(super) struct Terminal {
    own: Pid,
}

impl Terminal {
    pub(super) fn new() -> Option<Self> {
        io::stdin().is_terminal().then(|| Self { own: getpgrp() })
    }

    /// Whether our job has no other process: with a pipe there may be a pager, which needs the terminal too.
    #[expect(clippy::unused_self, reason = "it is about this terminal")]
    pub(super) fn is_all_ours(&self) -> bool {
        io::stdout().is_terminal()
    }

    /// Makes `group` the foreground group, unless we are in the background.
    pub(super) fn give(&self, group: Pid) -> bool {
        match tcgetpgrp(io::stdin()) {
            Ok(holder) if holder == group => true,
            Ok(holder) if holder == self.own => tcsetpgrp(io::stdin(), group).is_ok(),
            _ => false,
        }
    }

    /// Takes the terminal back from `group`, if that has it.
    pub(super) fn take_back(&self, group: Pid) {
        if tcgetpgrp(io::stdin()) != Ok(group) {
            return;
        }
        // A background group that does this is stopped, unless it blocks the signal. This thread does nothing else.
        let mut blocked = SigSet::empty();
        blocked.add(Signal::SIGTTOU);
        let _ = blocked.thread_block();
        let _ = tcsetpgrp(io::stdin(), self.own);
    }

    /// Handles a stop of `group` by `signal`: gives it the terminal that it wants, or stops us all until the shell continues
    /// us (`fg`, `bg`).
    pub(super) fn stopped(&self, group: Pid, signal: Signal) {
        let wants_terminal = matches!(signal, Signal::SIGTTIN | Signal::SIGTTOU);
        if !(wants_terminal && self.give(group)) {
            self.take_back(group);
            let _ = killpg(self.own, Signal::SIGTSTP);
            // The signal takes effect during the sleep; the system drops it where no shell could continue us.
            thread::sleep(Duration::from_millis(100));
            self.give(group);
        }
        let _ = killpg(group, Signal::SIGCONT);
    }
}
