//! How a command that calls the platform ends: for people, for machines, for scripts.

use std::io::{self, Write as _};

use serde_json::{Value, json};

use super::send;
use crate::BoxError;
use crate::client::{ClientError, ErrorKind};
use crate::error_line::one_line;
use crate::printable::printable_lines;

/// How a command ends when it is no error of the library: the exit code, and the reason unless it was already printed.
#[derive(Debug, thiserror::Error)]
#[error("{}", .why.as_deref().unwrap_or("the command failed"))]
pub(super) struct Ended {
    pub(super) code: u8,
    pub(super) why: Option<String>,
}

impl Ended {
    pub(super) fn silently(code: u8) -> Self {
        Self { code, why: None }
    }

    pub(super) fn because(code: u8, why: String) -> Self {
        let why = Some(why);
        Self { code, why }
    }

    /// Done in part.
    pub(super) fn partly(why: String) -> Self {
        Self::because(3, why)
    }

    /// Invalid arguments.
    pub(super) fn usage(why: String) -> Self {
        Self::because(2, why)
    }
}

/// An argument that turns out to be invalid while the command runs: exit code 2, with the usage of the command.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Usage(String);

pub(super) fn usage(message: impl std::fmt::Display) -> BoxError {
    Usage(message.to_string()).into()
}

/// Prints what came of a call. When that fails, as when nobody reads any more, it is said on the other stream and no error:
/// what was done is done, and a script that sees an error would do it again.
///
/// What the platform or a sender chose is in it: see [`printable_lines`]. In JSON the escapes stand for what was there.
pub(super) fn print(text: &str) {
    print_or_say(text, "done, but the result cannot be printed");
}

/// The same for a message that went out.
pub(super) fn print_sent(text: &str) {
    print_or_say(
        text,
        "the message was sent; do not send it again. Only its id cannot be printed",
    );
}

fn print_or_say(text: &str, done: &str) {
    let text = printable_lines(text);
    let mut out = io::stdout().lock();
    if let Err(error) = out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        let text = text.trim_end().replace('\n', " ");
        let _ = writeln!(io::stderr(), "{done} ({error}): {text}");
    }
}

/// An error as machines read it.
pub(super) fn as_json(error: &ClientError) -> Value {
    let sent = match error {
        ClientError::Interrupted { sent, .. } => send::to_json(sent),
        _ => Value::Null,
    };
    json!({
        "error": one_line(error),
        "kind": name(error.kind()),
        "errcode": error.errcode(),
        "sent": sent,
    })
}

fn name(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::FixCall => "fix_call",
        ErrorKind::FixAccount => "fix_account",
        ErrorKind::FixTarget => "fix_target",
        ErrorKind::Wait => "wait",
        ErrorKind::TryAgain => "try_again",
        ErrorKind::MaybeDelivered => "maybe_delivered",
    }
}
