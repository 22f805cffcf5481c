use std::io;
use std::path::PathBuf;

use super::Receipt;
use crate::clock::Timestamp;
use crate::config::ConfigError;
use crate::errcode::{self, Asked, Remedy};
use crate::outgoing::OutgoingError;
use crate::platform::AccountKind;
use crate::wire::{Fate, WireError};

/// Why a call of the platform came to nothing. [`ClientError::kind`] says what can be done about it.
///
/// No error holds a secret, a token or an address with one.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The configuration lacks what is needed. Nothing was sent.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// What should be a robot's webhook is none.
    #[error(
        "no webhook of a group robot; expected https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…, or its key"
    )]
    NoWebhook,
    /// A robot's webhook holds a character that cannot belong to it.
    #[error("invalid webhook: {what}; copy it again from WeCom, where it is shown at the robot")]
    InvalidWebhook {
        /// The kind and the place of the character. Never holds the value.
        what: String,
    },
    /// The platform would not take it. Nothing was sent.
    #[error(transparent)]
    Outgoing(#[from] OutgoingError),
    /// A file cannot be read or written.
    #[error("{}: cannot be {what}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What was to be done with it: `read` or `written`.
        what: &'static str,
        /// Why not.
        source: io::Error,
    },
    /// The body of a [`Call`](super::Call) cannot be written as JSON. Nothing was sent.
    #[error("{call}: the body cannot be written as JSON: {reason}")]
    Body {
        /// The call's path.
        call: String,
        /// Why not.
        reason: String,
    },
    /// The platform refused the call, and did not carry it out.
    #[error(transparent)]
    Api(Box<ApiError>),
    /// The platform would drop the message silently, or refuse it, if it came now, and the wait is longer than
    /// `api_patience`. Nothing was sent.
    #[error("not sent: the platform delivers {limit}; there is room again in {} s", .wait.as_secs().max(1))]
    Paced {
        /// How much it delivers, in words.
        limit: &'static str,
        /// From when on it would go.
        until: Timestamp,
        /// How long that is.
        wait: std::time::Duration,
    },
    /// The call never left this machine, or no answer of the platform's came to one that does the same twice as once, so
    /// that it may be made again.
    #[error("{reason}")]
    Unreachable {
        /// What was in the way.
        reason: String,
    },
    /// The platform responded with the address of a video that cannot be followed: a scheme other than http and https, an
    /// address in a private network, or a response that is not a video.
    #[error("{reason}")]
    BadVideo {
        /// Why the address is refused.
        reason: String,
    },
    /// The call was on its way when something broke: it may have been carried out. It is not repeated by itself.
    #[error("{reason}; it may have been carried out all the same, so it was not sent again")]
    MaybeDelivered {
        /// What broke.
        reason: String,
    },
    /// Of a text in several parts, or of markdown and text, some were sent, and then one failed.
    #[error("{done} of {parts} parts were sent, then one failed")]
    Interrupted {
        /// What became of those that were sent.
        sent: Box<Receipt>,
        /// How many were sent.
        done: usize,
        /// How many parts there are.
        parts: usize,
        /// Why the next one was not.
        source: Box<Self>,
    },
}

impl From<ApiError> for ClientError {
    fn from(error: ApiError) -> Self {
        Self::Api(Box::new(error))
    }
}

/// What can be done about a [`ClientError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The call itself is wrong: change the program.
    FixCall,
    /// The settings are wrong, in the console or in `config.ini`.
    FixAccount,
    /// A receiver, a file or another thing that the call names does not exist, or may not be used.
    FixTarget,
    /// It was too much at once: wait.
    Wait,
    /// It was not carried out, and may work later: try again.
    TryAgain,
    /// It may have been carried out, or a part of it was: look before it is sent again.
    MaybeDelivered,
}

impl ClientError {
    /// What can be done about it.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Config(_) | Self::NoWebhook | Self::InvalidWebhook { .. } => {
                ErrorKind::FixAccount
            }
            Self::Outgoing(_) | Self::File { .. } | Self::Body { .. } => ErrorKind::FixCall,
            Self::Api(error) => error.kind(),
            Self::BadVideo { .. } => ErrorKind::FixTarget,
            Self::Paced { .. } => ErrorKind::Wait,
            Self::Unreachable { .. } => ErrorKind::TryAgain,
            // To send all of it again would deliver some of it twice.
            Self::MaybeDelivered { .. } | Self::Interrupted { .. } => ErrorKind::MaybeDelivered,
        }
    }

    /// The platform's code, when it gave one.
    pub fn errcode(&self) -> Option<i64> {
        match self {
            Self::Api(error) => Some(error.code),
            Self::Interrupted { source, .. } => source.errcode(),
            _ => None,
        }
    }

    pub(crate) fn from_wire(path: &str, error: &WireError, repeatable: bool) -> Self {
        let reason = format!("{}: {error}", name_of(path));
        match error.fate {
            Fate::Begun if !repeatable => Self::MaybeDelivered { reason },
            _ => Self::Unreachable { reason },
        }
    }

    /// A proxy that wants to know who calls.
    pub(super) fn refused_by_proxy(path: &str) -> Self {
        let name = name_of(path);
        let reason = format!(
            "{name}: the proxy wants a name and a password: write http://name:password@… to proxy in config.ini"
        );
        Self::Unreachable { reason }
    }

    /// An address that is not followed. The error does not contain it: it may grant access to the video.
    pub(super) fn bad_video(path: &str, why: &str) -> Self {
        let reason = format!(
            "{}: cannot download the video (video_url): {why}",
            name_of(path)
        );
        Self::BadVideo { reason }
    }

    /// The answer is none of the platform's.
    pub(crate) fn garbled(path: &str, what: impl AsRef<str>, repeatable: bool) -> Self {
        let reason = format!("{}: the answer is {}", name_of(path), what.as_ref());
        if repeatable {
            Self::Unreachable { reason }
        } else {
            Self::MaybeDelivered { reason }
        }
    }
}

/// The platform's refusal of a call.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{platform} refused {call}: {code}, {meaning}; {advice}{}", said(.errmsg))]
#[non_exhaustive]
pub struct ApiError {
    /// The platform's name.
    pub platform: &'static str,
    /// The call, like `message/send`.
    pub call: String,
    /// `errcode`: <https://developer.work.weixin.qq.com/document/path/90313>
    pub code: i64,
    /// `errmsg`, at most 500 characters: for people. Never decide by it, it changes.
    pub errmsg: String,
    /// What the code means.
    pub meaning: String,
    /// What to do about it.
    pub advice: String,
    /// Who can do something about it.
    pub remedy: Remedy,
    /// Whether a block for calling too often passes within a minute or so.
    pub(crate) passes_soon: bool,
}

impl ApiError {
    pub(crate) fn new(
        path: &str,
        code: i64,
        errmsg: String,
        kind: AccountKind,
        asked: Asked,
    ) -> Self {
        let known = errcode::meaning(code, kind, asked);
        let mut advice = known.advice.to_string();
        if let Some(ip) = errcode::untrusted_ip(&errmsg).filter(|_| UNTRUSTED.contains(&code)) {
            advice = format!("the address to add is {ip}: {advice}");
        }
        Self {
            platform: kind.platform().name,
            call: name_of(path).to_owned(),
            code,
            errmsg,
            meaning: known.meaning.to_string(),
            advice,
            remedy: known.remedy,
            passes_soon: errcode::wait_hint(code, kind).is_some(),
        }
    }

    /// What can be done about it.
    pub fn kind(&self) -> ErrorKind {
        match self.remedy {
            Remedy::FixAccount => ErrorKind::FixAccount,
            Remedy::FixTarget => ErrorKind::FixTarget,
            Remedy::Wait => ErrorKind::Wait,
            // A token that was refused twice is renewed by another program, or the platform is about to recover.
            Remedy::TryAgain | Remedy::RenewToken => ErrorKind::TryAgain,
            _ => ErrorKind::FixCall,
        }
    }
}

/// `/cgi-bin/message/send` as people and the documentation write it.
fn name_of(path: &str) -> &str {
    path.strip_prefix("/cgi-bin/").unwrap_or(path)
}

fn said(errmsg: &str) -> String {
    if errmsg.is_empty() {
        String::new()
    } else {
        format!(" (it says: {errmsg})")
    }
}

/// This machine's address is not on the list of trusted ones: on WeCom, on an Official Account.
const UNTRUSTED: [i64; 2] = [60020, 40164];
