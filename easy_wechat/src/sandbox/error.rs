use std::fmt;
use std::io;
use std::net::SocketAddr;

use super::Words;
use crate::crypt::CryptError;

/// Why a sandbox does not start, or does not do what it was asked for.
///
/// `Debug` says the same as `Display`, so that a `main` that returns it prints a sentence.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum SandboxError {
    /// Another program listens there.
    #[error(
        "the sandbox cannot listen on {addr}: the port is in use, maybe by another sandbox; stop that program, or choose another port, 0 for any free one: --sandbox=127.0.0.1:0 (of `easy-wechat sandbox`: --listen 127.0.0.1:0)"
    )]
    PortInUse {
        /// The address.
        addr: SocketAddr,
    },
    /// The address is none.
    #[error(
        "the sandbox cannot listen on {addr:?}; write an address and a port, like 127.0.0.1:8686"
    )]
    BadAddress {
        /// What was asked for.
        addr: String,
    },
    /// The address can be reached from other machines, which was not asked for in so many words.
    #[error(
        "the sandbox shows all messages to whoever reaches {addr}, and has no password; 127.0.0.1 is for this machine alone (whoever wants it otherwise: easy-wechat sandbox --expose)"
    )]
    NotLoopback {
        /// The address.
        addr: SocketAddr,
    },
    /// It cannot listen for another reason.
    #[error("the sandbox cannot listen on {addr}")]
    Listen {
        /// The address.
        addr: SocketAddr,
        /// The reason.
        source: io::Error,
    },
    /// The keys are not right.
    #[error("the keys of the app are not right")]
    Keys(#[from] CryptError),
    /// The callback address is none.
    #[error("{url:?} is no address to call back; write one like http://127.0.0.1:6000/weixin")]
    BadCallback {
        /// What was given.
        url: String,
    },
    /// The callback address did not pass the verification.
    #[error("the callback address {url} did not pass the verification: {words}")]
    NotVerified {
        /// The address.
        url: String,
        /// Why, in plain words.
        words: Words,
    },
    /// There is no callback address yet.
    #[error("there is no callback address yet; Sandbox::connect says it")]
    NoCallback,
    /// There is no such member, group or exchange.
    #[error("there is no {what} {id:?}")]
    Unknown {
        /// Of what.
        what: &'static str,
        /// What was named.
        id: String,
    },
    /// What was to be sent is not right.
    #[error("{0}")]
    Refused(Words),
    /// The HTTP client cannot be made.
    #[error("the sandbox cannot make connections")]
    Client(#[source] reqwest::Error),
    /// The server's thread failed.
    #[error("the sandbox cannot run")]
    Runtime(#[source] io::Error),
}

impl SandboxError {
    /// Sorts what the system said to listening on `addr`.
    pub(super) fn listening(addr: SocketAddr, source: io::Error) -> Self {
        if source.kind() == io::ErrorKind::AddrInUse {
            Self::PortInUse { addr }
        } else {
            Self::Listen { addr, source }
        }
    }

    /// The same in both languages, for the page.
    pub(crate) fn words(&self) -> Words {
        match self {
            Self::Refused(words) | Self::NotVerified { words, .. } => words.clone(),
            Self::NoCallback => Words::new(
                "there is no callback address yet: start your app with the config.ini that is shown above, and give its address with --callback",
                "还没有回调地址: 用上面显示的 config.ini 启动你的应用, 再用 --callback 给出它的地址",
            ),
            Self::Unknown { what, id } => Words::new(
                format!("there is no {what} {id:?}"),
                format!("没有这个对象: {id}"),
            ),
            _ => Words::new(self.to_string(), self.to_string()),
        }
    }
}

impl fmt::Debug for SandboxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen { source, .. } | Self::Runtime(source) => write!(f, "{self}: {source}"),
            Self::Client(source) => write!(f, "{self}: {source}"),
            Self::Keys(source) => write!(f, "{self}: {source}"),
            _ => fmt::Display::fmt(self, f),
        }
    }
}
