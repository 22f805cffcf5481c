//! The callbacks and the page on one port.

use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs as _};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::web::ServiceConfig;
use easy_wechat::ServeError;
use easy_wechat::listener::HttpListener;
use tokio::task::JoinHandle;

use crate::page::Page;

/// A server that runs in the background.
#[derive(Debug)]
pub struct Serving {
    addr: SocketAddr,
    handle: ServerHandle,
    task: JoinHandle<io::Result<()>>,
}

/// A port that nobody serves yet. The page's address is known before the server is made.
///
/// # Errors
/// [`ServeError`]: the port is in use, the address is none.
pub fn bind(addr: &str) -> Result<TcpListener, ServeError> {
    let bad = |why: String| ServeError::BadAddress {
        addr: addr.to_owned(),
        why,
    };
    let mut addrs = addr
        .to_socket_addrs()
        .map_err(|error| bad(error.to_string()))?;
    let addr = addrs
        .next()
        .ok_or_else(|| bad("the name has no address".to_owned()))?;
    TcpListener::bind(addr).map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => ServeError::PortInUse { addr },
        io::ErrorKind::PermissionDenied => ServeError::NotPermitted { addr },
        io::ErrorKind::AddrNotAvailable => ServeError::NotHere { addr },
        _ => ServeError::Listen { addr, source },
    })
}

/// Serves the callbacks, as [`WeChatServer::configure`](easy_wechat::WeChatServer::configure) gives them, and the page for
/// all other paths.
///
/// # Errors
/// [`ServeError::Runtime`] when the system gives no threads.
pub fn start(
    listener: TcpListener,
    callbacks: impl Fn(&mut ServiceConfig) + Clone + Send + 'static,
    page: Page,
) -> Result<Serving, ServeError> {
    let addr = listener.local_addr().map_err(ServeError::Runtime)?;
    let server = HttpListener::new(move |config: &mut ServiceConfig| {
        config
            .configure(callbacks.clone())
            .configure(|config| page.routes(config));
    })
    .send_buffer(SEND_BUFFER)
    .shutdown_timeout(SHUTDOWN)
    .serve([listener])
    .map_err(ServeError::Runtime)?;
    Ok(Serving {
        addr,
        handle: server.handle(),
        task: tokio::spawn(server),
    })
}

impl Serving {
    /// The address it listens on.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Stops it. Close the camera before: a live picture would keep it for as long as it may.
    pub async fn stop(self) {
        self.handle.stop(true).await;
        let _ = self.task.await;
    }
}

/// Bytes that the system keeps for a viewer: a few pictures. More would be old when a slow viewer gets them.
const SEND_BUFFER: usize = 128 * 1024;

const SHUTDOWN: Duration = Duration::from_secs(10);
