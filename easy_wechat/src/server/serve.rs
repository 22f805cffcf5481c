//! Running and stopping.

use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs as _};
use std::time::Duration;

use actix_web::{dev, web};
use tokio::runtime::{self, Handle};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};
use tracing::{info, warn};

use super::WeChatServer;
use super::error::ServeError;
use super::http::not_found;
use crate::callback::InFlight;
use crate::listener::HttpListener;
use crate::log::{self, LogError};
use crate::panics;
use crate::signals::{self, Signals};

impl WeChatServer {
    /// Serves on `addr`, like `0.0.0.0:6000`, until SIGTERM, Ctrl-C or SIGHUP; then stops as [`ServerHandle::stop`] does. A
    /// second signal, half a second later or more, stops at once.
    ///
    /// `addr` overrides `listen` of `[system]`; [`run_configured`](Self::run_configured) uses the latter.
    ///
    /// Also starts the log that `[system]` describes, unless the program has a subscriber, and installs a panic hook that
    /// escapes control characters, unless the program has set a hook.
    ///
    /// # Errors
    /// [`ServeError`]: an address that cannot be listened on, an app that cannot be mounted, a log that is misspelt.
    pub fn run(self, addr: impl AsRef<str>) -> Result<(), ServeError> {
        if Handle::try_current().is_ok() {
            return Err(ServeError::InsideRuntime);
        }
        let _log = match log::init(&self.system.log, self.clock.clone()) {
            Ok(guard) => Some(guard),
            Err(LogError::AlreadySet) => None,
            Err(error) => return Err(error.into()),
        };
        panics::escape();
        self.log_unused_listen(addr.as_ref());
        let runtime = runtime::Builder::new_multi_thread()
            .thread_name("easy_wechat")
            .enable_all()
            .build()
            .map_err(ServeError::Runtime)?;
        let served = runtime.block_on(async {
            // Before it listens: who sees it listen may stop it.
            let mut signals = Signals::new().map_err(ServeError::Runtime)?;
            let server = self.start(addr).await?;
            signals::tell_ready();
            signals.next().await;
            signals::tell_stopping();
            info!("stopping; once more to stop at once");
            tokio::select! {
                () = server.stop() => {}
                () = signals.another() => warn!("stopped at once"),
            }
            Ok(())
        });
        // A handler that still blocks is left behind; the process ends.
        runtime.shutdown_background();
        served
    }

    /// Serves on `addr`, like `127.0.0.1:0` for any free port, in the background of the current runtime, on which the
    /// handlers run as well.
    ///
    /// # Errors
    /// As for [`WeChatServer::run`].
    #[expect(
        clippy::unused_async,
        reason = "it needs the runtime that only an async caller surely has"
    )]
    pub async fn start(self, addr: impl AsRef<str>) -> Result<ServerHandle, ServeError> {
        let addresses = resolve(addr.as_ref())?;
        let workers = self.system.workers;
        let shutdown_timeout = self.system.shutdown_timeout;
        let (mount, in_flight) = self.mount(Some(&Handle::current()))?;
        let routes: Vec<String> = mount
            .routes_and_names()
            .map(|(route, app)| format!("[{app}] /{route}"))
            .collect();

        let shared = web::Data::new(mount);
        let (sockets, addrs) = bind(addresses)?;
        let server = HttpListener::new(move |config: &mut web::ServiceConfig| {
            config
                .app_data(shared.clone())
                .configure(|config| shared.routes(config))
                .default_service(web::to(not_found));
        })
        .workers(workers)
        .shutdown_timeout(shutdown_timeout)
        .serve(sockets)
        .map_err(ServeError::Runtime)?;
        let handle = server.handle();
        let listening = addrs
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", ");
        info!("listening on {listening} for {}", routes.join(", "));
        Ok(ServerHandle {
            addrs,
            handle,
            task: tokio::spawn(server),
            in_flight,
            shutdown_timeout,
        })
    }
}

/// A server that runs in the background. Dropping the handle lets it run on.
#[derive(Debug)]
pub struct ServerHandle {
    addrs: Vec<SocketAddr>,
    handle: dev::ServerHandle,
    task: JoinHandle<io::Result<()>>,
    in_flight: InFlight,
    shutdown_timeout: Duration,
}

impl ServerHandle {
    /// The address it listens on; the first, where a name stands for several.
    pub fn addr(&self) -> SocketAddr {
        // A server that listens nowhere is not started.
        self.addrs
            .first()
            .copied()
            .unwrap_or_else(|| SocketAddr::from(([0, 0, 0, 0], 0)))
    }

    /// Stops: takes no new connections, lets running handlers finish and late replies go out, but takes no longer than
    /// `shutdown_timeout` for each of the two.
    pub async fn stop(self) {
        self.handle.stop(true).await;
        if timeout_at(
            Instant::now() + self.shutdown_timeout,
            self.in_flight.idle(),
        )
        .await
        .is_err()
        {
            warn!(
                handlers = self.in_flight.running(),
                "stopped before these handlers were done (shutdown_timeout)"
            );
        }
        info!("stopped");
    }

    /// Waits until the server ends by itself, which it does only when its thread fails.
    ///
    /// # Errors
    /// [`ServeError::Runtime`] with the reason.
    pub async fn wait(self) -> Result<(), ServeError> {
        match self.task.await {
            Ok(ended) => ended.map_err(ServeError::Runtime),
            Err(error) => Err(ServeError::Runtime(io::Error::other(error))),
        }
    }
}

pub(super) fn resolve(addr: &str) -> Result<Vec<SocketAddr>, ServeError> {
    let bad = |why: String| ServeError::BadAddress {
        addr: addr.to_owned(),
        why,
    };
    let mut addresses: Vec<SocketAddr> = addr
        .to_socket_addrs()
        .map_err(|error| bad(error.to_string()))?
        .collect();
    if addresses.len() > 1 {
        // A name like localhost also stands for an address of IPv6, which this machine may not have.
        addresses.retain(|addr| TcpListener::bind((addr.ip(), 0)).is_ok());
    }
    if addresses.is_empty() {
        Err(bad("the name has no address of this machine".to_owned()))
    } else {
        Ok(addresses)
    }
}

/// Binds a socket for each address; returns them with their local addresses.
pub(super) fn bind(
    addresses: Vec<SocketAddr>,
) -> Result<(Vec<TcpListener>, Vec<SocketAddr>), ServeError> {
    let mut sockets = Vec::new();
    let mut bound = Vec::new();
    for addr in addresses {
        let failed = |error| ServeError::listening(addr, error);
        let socket = TcpListener::bind(addr).map_err(failed)?;
        bound.push(socket.local_addr().map_err(failed)?);
        sockets.push(socket);
    }
    Ok((sockets, bound))
}
