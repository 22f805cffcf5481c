//! HTTP listeners on which no client can hold a connection without using it.
//!
//! actix-web times out only the first request head of a connection: a client that sends half of a second head, leaves a
//! chunked body unfinished after an early response, or does not read its response keeps the connection, and its
//! descriptor, indefinitely. An [`HttpListener`] times out every connection in every state:
//!
//! | the client | is disconnected after |
//! |---|---|
//! | has not finished a request head, or a body that no handler reads | 5 s in total |
//! | has not finished a request body that a handler reads | 5 s of silence, or 5 s plus 1 s for every 32 KiB received |
//! | does not read its response | 5 s without progress (about 32 KiB/s is enough); 10 s where the response has no end (a stream) |
//! | is idle between two requests | 5 s; 30 s once a handler has called [`trust`] |
//!
//! The deadlines have a tolerance of half a second. A running handler has no limit, nor has a stream that the client reads.
//! A client that closes its half of the connection while a handler works gets no response.
//!
//! The number of connections is limited as well, by the descriptors of the process (`ulimit -n`). Above the limit, the
//! connections that have been silent for longest are closed, so that active clients are served.

mod connection;
mod crowd;
mod methods;
mod watch;

use std::io;
use std::net::TcpListener;
use std::rc::Rc;
use std::time::Duration;

use actix_http::{HttpService, KeepAlive};
use actix_service::{
    IntoServiceFactory as _, ServiceFactoryExt as _, apply_fn_factory, fn_service, map_config,
};
use actix_web::dev::{AppConfig, Server};
use actix_web::rt::net::TcpStream;
use actix_web::web::ServiceConfig;
use actix_web::{App, Error, HttpRequest};
use socket2::SockRef;

use connection::{Connection, Timed};
use crowd::{Crowd, Room};

pub use methods::{not_allowed, resource};

/// A builder of an HTTP/1.1 server: an actix-web app, and the limits of its connections.
///
/// ```no_run
/// use std::net::TcpListener;
///
/// use actix_web::web;
/// use easy_wechat::listener::HttpListener;
///
/// # async fn example() -> std::io::Result<()> {
/// let socket = TcpListener::bind("127.0.0.1:8080")?;
/// let app = |config: &mut web::ServiceConfig| {
///     config.route("/", web::get().to(async || "hello"));
/// };
/// HttpListener::new(app).serve([socket])?.await
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a listener does nothing until `serve` is called"]
pub struct HttpListener<C> {
    configure: C,
    workers: Option<usize>,
    max_connections: Option<usize>,
    shutdown_timeout: Duration,
    send_buffer: usize,
}

impl<C> HttpListener<C>
where
    C: Fn(&mut ServiceConfig) + Clone + Send + 'static,
{
    /// Creates a listener for the app that `configure` sets up. It is called once for each worker and socket.
    pub fn new(configure: C) -> Self {
        Self {
            configure,
            workers: None,
            max_connections: None,
            shutdown_timeout: SHUTDOWN,
            send_buffer: SEND_BUFFER,
        }
    }

    /// Sets the number of worker threads, at most 512. Default, also for 0: one for each processor.
    pub fn workers(self, workers: usize) -> Self {
        Self {
            workers: Some(workers.min(MAX_WORKERS)).filter(|&workers| workers > 0),
            ..self
        }
    }

    /// Sets the maximum number of connections, shared out evenly among the workers. Default and upper bound: 60 % of the
    /// descriptors that the process may have, at most 8192.
    ///
    /// Up to a quarter more are accepted while silent connections are being closed; further clients wait.
    pub fn max_connections(self, max_connections: usize) -> Self {
        Self {
            max_connections: Some(max_connections),
            ..self
        }
    }

    /// Sets how long requests in flight may take when the server stops, in whole seconds, at least 1. Default: 10 s.
    pub fn shutdown_timeout(self, shutdown_timeout: Duration) -> Self {
        Self {
            shutdown_timeout,
            ..self
        }
    }

    /// Sets the size of each socket's send buffer (`SO_SNDBUF`), in bytes. Default: 128 KiB. With a larger one, a client that
    /// reads steadily but slowly seems to make no progress; with a smaller one, a slow client of a live stream gets newer
    /// data.
    pub fn send_buffer(self, bytes: usize) -> Self {
        Self {
            send_buffer: bytes,
            ..self
        }
    }

    /// Serves on `sockets`. The server runs once the returned future is awaited or spawned. It handles no signals;
    /// [`Server::handle`] stops it.
    ///
    /// # Errors
    /// [`io::Error`] when there is no socket, or one that cannot be listened on.
    pub fn serve(self, sockets: impl IntoIterator<Item = TcpListener>) -> io::Result<Server> {
        let mut server = Server::build()
            .shutdown_timeout(self.shutdown_timeout.as_secs().max(1))
            .disable_signals();
        let workers = self.workers.unwrap_or_else(|| {
            std::thread::available_parallelism().map_or(1, |workers| workers.get().min(MAX_WORKERS))
        });
        server = server.workers(workers);
        let room = Room::new(self.max_connections, workers);
        server = server.max_concurrent_connections(room.hard);

        let stopping = server.graceful_shutdown_signal();
        let mut none = true;
        for socket in sockets {
            none = false;
            let addr = socket.local_addr()?;
            SockRef::from(&socket).listen(BACKLOG)?;
            let (configure, stopping) = (self.configure.clone(), stopping.clone());
            let send_buffer = self.send_buffer;
            server = server.listen(format!("easy_wechat {addr}"), socket, move || {
                let app = App::new()
                    .configure(configure.clone())
                    .into_factory()
                    .map_err(|error: Error| error.error_response());
                let stopping = stopping.clone();
                let http = HttpService::build()
                    .graceful_shutdown_signal(move || {
                        let stopping = stopping.clone();
                        async move { stopping.notified().await }
                    })
                    // Without actix's timer, which is allocated for each request: the connection has its own.
                    .keep_alive(KeepAlive::Os)
                    .client_request_timeout(HEAD_WITHIN)
                    .client_disconnect_timeout(LINGER)
                    // The platform does not read the response of a connection that it has half closed.
                    .h1_allow_half_closed(false)
                    .local_addr(addr)
                    .on_connect_ext(|stream: &Timed, extensions| {
                        extensions.insert(stream.connection());
                    })
                    .h1(apply_fn_factory(
                        map_config(app, |()| AppConfig::default()),
                        watch::watch,
                    ));
                fn_service(move |stream: TcpStream| {
                    // Best effort: the connection works without either.
                    let _ = stream.set_nodelay(true);
                    let _ = SockRef::from(&stream).set_send_buffer_size(send_buffer);
                    let peer = stream.peer_addr().ok();
                    let stream = Timed::new(stream, &Crowd::here(room));
                    async move { Ok((stream, peer)) }
                })
                .and_then(http)
            })?;
        }
        if none {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "no socket to serve on",
            ));
        }
        Ok(server.run())
    }
}

/// Allows the connection of this request to be idle for 30 s between requests instead of 5 s. Call it when the client is
/// authenticated.
///
/// Does nothing for a request that did not arrive through an [`HttpListener`].
pub fn trust(request: &HttpRequest) {
    if let Some(connection) = request.conn_data::<Rc<Connection>>() {
        connection.trust();
    }
}

/// Connections that may wait to be accepted. A burst beyond it waits for seconds, until TCP retransmits.
const BACKLOG: i32 = 4096;

/// How long the first head of a connection may take until actix answers 408.
const HEAD_WITHIN: Duration = Duration::from_secs(5);

/// How long the rest of an unwanted body is read, so that the client sees the response.
const LINGER: Duration = Duration::from_secs(1);

/// The system reports progress only when a third of the buffer is free. Left to itself it grows the buffer to several
/// MiB, and a client at 200 KB/s was disconnected in the middle of a long response.
const SEND_BUFFER: usize = 128 << 10;

const SHUTDOWN: Duration = Duration::from_secs(10);

/// The most that actix supports.
const MAX_WORKERS: usize = 512;
