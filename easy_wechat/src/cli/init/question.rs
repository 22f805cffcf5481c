//! A question on the terminal, whose answer may be hidden.

use std::io::{self, IsTerminal as _, Read as _, Write as _};

use super::cleaned;
use crate::BoxError;
use crate::secret::Secret;

/// Asks on stderr and reads a line of the standard input; `None` at its end.
pub(super) fn ask(question: &str, is_secret: bool) -> Result<Option<Secret>, BoxError> {
    let mut err = io::stderr().lock();
    write!(err, "{question}: ")?;
    err.flush()?;
    let hidden = is_secret.then(Hidden::begin).flatten();
    let mut line = Vec::new();
    let mut is_interrupted = false;
    for byte in io::stdin().lock().take(MAX_VALUE).bytes() {
        let byte = byte?;
        is_interrupted = hidden.is_some() && byte == INTERRUPT;
        if is_interrupted {
            break;
        }
        line.push(byte);
        if byte == b'\n' {
            break;
        }
    }
    if hidden.is_some() || !io::stdin().is_terminal() {
        writeln!(err)?;
    }
    drop(hidden);
    if is_interrupted {
        interrupt();
    }
    let is_end = line.is_empty() || is_interrupted;
    let line = Secret::from(String::from_utf8(line).map_err(|_| "invalid value: not UTF-8")?);
    Ok((!is_end).then(|| cleaned(line.reveal())))
}

/// Ends the program as Ctrl-C does.
fn interrupt() {
    #[cfg(unix)]
    let _ = nix::sys::signal::raise(nix::sys::signal::Signal::SIGINT);
}

/// Turns off the echo of the terminal until it is dropped. Ctrl-C ends the line meanwhile: a signal would end the program
/// and leave the terminal without echo.
struct Hidden {
    #[cfg(unix)]
    before: nix::sys::termios::Termios,
}

impl Hidden {
    #[cfg(unix)]
    fn begin() -> Option<Self> {
        use nix::sys::termios::SpecialCharacterIndices::VEOL;
        use nix::sys::termios::{LocalFlags, SetArg, tcgetattr, tcsetattr};
        let before = tcgetattr(io::stdin()).ok()?;
        let mut hidden = before.clone();
        hidden
            .local_flags
            .remove(LocalFlags::ECHO | LocalFlags::ISIG);
        if let Some(end_of_line) = hidden.control_chars.get_mut(VEOL as usize) {
            *end_of_line = INTERRUPT;
        }
        tcsetattr(io::stdin(), SetArg::TCSANOW, &hidden).ok()?;
        Some(Self { before })
    }

    #[cfg(not(unix))]
    fn begin() -> Option<Self> {
        None
    }
}

#[cfg(unix)]
impl Drop for Hidden {
    fn drop(&mut self) {
        use nix::sys::termios::{SetArg, tcsetattr};
        let _ = tcsetattr(io::stdin(), SetArg::TCSANOW, &self.before);
    }
}

/// What Ctrl-C sends.
const INTERRUPT: u8 = 3;

/// Bytes of one value.
pub(super) const MAX_VALUE: u64 = 64 * 1024;
