//! Listening: one server for the page and the API.

use std::net::{SocketAddr, TcpListener, ToSocketAddrs as _};
use std::sync::Arc;
use std::time::Duration;

use actix_web::{dev, web};
use tokio::sync::watch;

use super::world::World;
use super::{SandboxError, api, page};
use crate::listener::HttpListener;

/// The server, which ends with this.
#[derive(Debug)]
pub(crate) struct Serving {
    addr: SocketAddr,
    handle: dev::ServerHandle,
    /// Ends the pages that watch; a server that stops waits for them.
    ended: watch::Sender<bool>,
}

/// Tells the streams of pages that the sandbox ends.
#[derive(Clone, Debug)]
pub(crate) struct Ended(pub(crate) watch::Receiver<bool>);

/// Takes an address; one that other machines reach only with `expose`.
pub(crate) fn listen(addr: &str, expose: bool) -> Result<TcpListener, SandboxError> {
    let bad = || SandboxError::BadAddress {
        addr: addr.to_owned(),
    };
    let addresses: Vec<SocketAddr> = addr.to_socket_addrs().map_err(|_| bad())?.collect();
    if let Some(&open) = addresses.iter().find(|addr| !addr.ip().is_loopback())
        && !expose
    {
        return Err(SandboxError::NotLoopback { addr: open });
    }
    // localhost may also stand for an address of IPv6, which this machine may not have.
    let mut failed = None;
    for addr in addresses {
        match TcpListener::bind(addr) {
            Ok(listener) => return Ok(listener),
            Err(error) => failed = failed.or(Some(SandboxError::listening(addr, error))),
        }
    }
    Err(failed.unwrap_or_else(bad))
}

impl Serving {
    pub(crate) fn start(
        listener: TcpListener,
        addr: SocketAddr,
        world: Arc<World>,
    ) -> Result<Self, SandboxError> {
        let (ended, end) = watch::channel(false);
        let world = web::Data::from(world);
        let end = web::Data::new(Ended(end));
        let server = HttpListener::new(move |config: &mut web::ServiceConfig| {
            config
                .app_data(world.clone())
                .app_data(end.clone())
                .configure(api::routes)
                .configure(page::routes);
        })
        .workers(WORKERS)
        .shutdown_timeout(Duration::from_secs(1))
        .serve([listener])
        .map_err(SandboxError::Runtime)?;
        let handle = server.handle();
        tokio::spawn(server);
        Ok(Self {
            addr,
            handle,
            ended,
        })
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.addr
    }

    pub(crate) async fn stop(&self) {
        self.ended.send_replace(true);
        self.handle.stop(true).await;
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.ended.send_replace(true);
        // The server is told at once; nobody waits for it.
        drop(self.handle.stop(false));
    }
}

const WORKERS: usize = 2;
