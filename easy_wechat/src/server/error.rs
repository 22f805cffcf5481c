use std::fmt;
use std::io;
use std::net::SocketAddr;

use crate::config::ConfigError;
use crate::log::LogError;

/// Why a server does not run.
///
/// `Debug` says the same as `Display`, so that a `main` that returns it prints a sentence.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The configuration is not right.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The log is not right.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The address is none.
    #[error("cannot listen on {addr:?}: {why}; write an address and a port, like 0.0.0.0:6000")]
    BadAddress {
        /// What was asked for.
        addr: String,
        /// What is wrong with it.
        why: String,
    },
    /// Another program listens there.
    #[error(
        "cannot listen on {addr}: the port is in use; stop the program that has it (ss -ltnp 'sport = :{}' shows which), or choose another port",
        .addr.port()
    )]
    PortInUse {
        /// The address.
        addr: SocketAddr,
    },
    /// The port is for privileged programs.
    #[error(
        "cannot listen on {addr}: ports below 1024 need privileges; choose one above and put nginx before it, or allow it with setcap cap_net_bind_service=+ep"
    )]
    NotPermitted {
        /// The address.
        addr: SocketAddr,
    },
    /// This machine does not have the address.
    #[error("cannot listen on {addr}: this machine has no such address; 0.0.0.0 is all of its own")]
    NotHere {
        /// The address.
        addr: SocketAddr,
    },
    /// It cannot listen for another reason.
    #[error("cannot listen on {addr}")]
    Listen {
        /// The address.
        addr: SocketAddr,
        /// The reason.
        source: io::Error,
    },
    /// Two apps want the same route.
    #[error(
        "the apps [{first}] and [{second}] have the same route_name {route:?}; give each its own"
    )]
    SameRoute {
        /// The route.
        route: String,
        /// An app.
        first: String,
        /// The other.
        second: String,
    },
    /// An app wants the route that `healthz = true` answers itself.
    #[error(
        "[{app}] route_name is healthz, which healthz = true of [system] answers itself; choose another"
    )]
    HealthzRoute {
        /// The app.
        app: String,
    },
    /// A route is no path.
    #[error(
        "[{app}] route_name is {route:?}, but should be a path of letters, digits, and - _ . ~ /"
    )]
    BadRoute {
        /// The app.
        app: String,
        /// What stands there.
        route: String,
    },
    /// [`WeChatServer::run`](crate::WeChatServer::run) was called from asynchronous code, which it would block.
    #[error("run blocks, so it cannot be called from async code: use start(addr).await there")]
    InsideRuntime,
    /// The system gave no thread, or the server's thread failed.
    #[error("the server cannot run")]
    Runtime(#[source] io::Error),
}

impl ServeError {
    /// Sorts what the system said to listening on `addr`.
    pub(super) fn listening(addr: SocketAddr, error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::AddrInUse => Self::PortInUse { addr },
            io::ErrorKind::PermissionDenied => Self::NotPermitted { addr },
            io::ErrorKind::AddrNotAvailable => Self::NotHere { addr },
            _ => Self::Listen {
                addr,
                source: error,
            },
        }
    }
}

impl fmt::Debug for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(error) => error.fmt(f),
            Self::Listen { source, .. } | Self::Runtime(source) => write!(f, "{self}: {source}"),
            _ => fmt::Display::fmt(self, f),
        }
    }
}
