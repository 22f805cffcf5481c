//! The terminal belongs to one process group: who else reads from it is stopped, and Ctrl-C reaches nobody else.

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

    /// Whether nobody else is in our job: behind a pipe there may be a pager, which needs the terminal too.
    #[expect(clippy::unused_self, reason = "it is about this terminal")]
    pub(super) fn is_all_ours(&self) -> bool {
        io::stdout().is_terminal()
    }

    /// Makes `group` the one that reads, and that Ctrl-C ends; not while we are in the background.
    pub(super) fn give(&self, group: Pid) -> bool {
        match tcgetpgrp(io::stdin()) {
            Ok(holder) if holder == group => true,
            Ok(holder) if holder == self.own => tcsetpgrp(io::stdin(), group).is_ok(),
            _ => false,
        }
    }

    /// Takes it from `group`; whoever else has it keeps it.
    pub(super) fn take_back(&self, group: Pid) {
        if tcgetpgrp(io::stdin()) != Ok(group) {
            return;
        }
        // A group in the background that does this is stopped, unless it blocks the signal. This thread has no other use.
        let mut blocked = SigSet::empty();
        blocked.add(Signal::SIGTTOU);
        let _ = blocked.thread_block();
        let _ = tcsetpgrp(io::stdin(), self.own);
    }

    /// What is to be done when `group` was stopped by `signal`: it gets the terminal that it wants, or all of us stop until
    /// the shell lets us go on (`fg`, `bg`).
    pub(super) fn stopped(&self, group: Pid, signal: Signal) {
        let wants_terminal = matches!(signal, Signal::SIGTTIN | Signal::SIGTTOU);
        if !(wants_terminal && self.give(group)) {
            self.take_back(group);
            let _ = killpg(self.own, Signal::SIGTSTP);
            // The signal takes effect during the sleep; where nobody could wake us, the system drops it.
            thread::sleep(Duration::from_millis(100));
            self.give(group);
        }
        let _ = killpg(group, Signal::SIGCONT);
    }
}
