//! The callbacks and the page on one port.

use std::any::Any;
use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs as _};
use std::time::Duration;

use actix_web::dev::{Extensions, ServerHandle};
use actix_web::rt::net::TcpStream;
use actix_web::web::ServiceConfig;
use actix_web::{App, HttpServer};
use easy_wechat::ServeError;
use socket2::SockRef;
use tokio::task::JoinHandle;
use tracing::debug;

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
    let server = HttpServer::new(move || {
        let page = page.clone();
        App::new()
            .configure(callbacks.clone())
            .configure(move |config| page.routes(config))
    })
    .on_connect(limit_waiting)
    .client_request_timeout(HEAD_WITHIN)
    .keep_alive(KEEP_ALIVE)
    .h1_allow_half_closed(false)
    .tcp_nodelay(true)
    .shutdown_timeout(SHUTDOWN.as_secs())
    .disable_signals()
    .listen(listener)
    .map_err(ServeError::Runtime)?
    .run();
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

/// A viewer who does not read is cut off by the system, and what waits for him is little: it would be old.
fn limit_waiting(connection: &dyn Any, _: &mut Extensions) {
    let Some(stream) = connection.downcast_ref::<TcpStream>() else {
        return;
    };
    let socket = SockRef::from(stream);
    let set = socket.set_send_buffer_size(SEND_BUFFER);
    #[cfg(target_os = "linux")]
    let set = set.and(socket.set_tcp_user_timeout(Some(WRITE_WITHIN)));
    if let Err(error) = set {
        debug!(%error, "the connection's limits cannot be set");
    }
}

/// Bytes that the system keeps for a reader: some pictures.
const SEND_BUFFER: usize = 128 * 1024;

/// How long what was written may wait for its reader.
#[cfg(target_os = "linux")]
const WRITE_WITHIN: Duration = Duration::from_secs(10);

const HEAD_WITHIN: Duration = Duration::from_secs(5);
const KEEP_ALIVE: Duration = Duration::from_secs(30);
const SHUTDOWN: Duration = Duration::from_secs(10);
