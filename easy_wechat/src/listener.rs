//! HTTP listeners on which no client can hold a connection without using it.
//!
//! actix-web times the first request head of a connection, and nothing else: a client that sends half of a second head,
//! leaves a chunked body unfinished after an early response, or does not read its response keeps the connection, and
//! its descriptor, for as long as it likes. Every connection of an [`HttpListener`] is timed in every state:
//!
//! | the client | is disconnected after |
//! |---|---|
//! | owes a request head, the rest of one, or the rest of a body that nobody reads | 5 s, all together |
//! | owes the rest of a request body that a handler reads | 5 s of silence, or 5 s and 1 s more for every 32 KiB that arrived |
//! | does not read its response | 5 s without progress (about 32 KiB/s is enough); 10 s where the response has no end (a stream) |
//! | is idle between two requests | 5 s; 30 s once a handler has called [`trust`] |
//!
//! The deadlines have a tolerance of half a second. There is no limit while a handler works, nor for a stream that is
//! read. A client that closes its half of the connection while a handler works is taken to have hung up: it gets no
//! response.
//!
//! The number of connections is limited as well, to what the process has descriptors for (`ulimit -n`). Above the limit
//! those clients are disconnected that have been silent for longest, so that clients that do use their connection are
//! served while others hold theirs.

mod connection;
mod crowd;
mod methods;
mod watch;

use std::io;
use std::net::TcpListener;
use std::rc::Rc;
use std::time::Duration;

use actix_http::{HttpService, KeepAlive};
use actix_service::{IntoServiceFactory as _, ServiceFactoryExt as _, fn_service, map_config};
use actix_web::dev::{AppConfig, Server};
use actix_web::middleware::from_fn;
use actix_web::rt::net::TcpStream;
use actix_web::web::ServiceConfig;
use actix_web::{App, Error, HttpRequest};
use socket2::SockRef;

use connection::{Connection, Timed};
use crowd::{Crowd, Room};

pub use methods::{not_allowed, resource};

/// An HTTP/1.1 server before it runs: an actix app, and how many connections it may have.
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
#[must_use = "it listens only when it is served"]
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
    /// A listener for the app that `configure` mounts. It is called once for each worker and socket.
    pub fn new(configure: C) -> Self {
        Self {
            configure,
            workers: None,
            max_connections: None,
            shutdown_timeout: SHUTDOWN,
            send_buffer: SEND_BUFFER,
        }
    }

    /// The number of worker threads, 1 to 512; 0 for the default: one for each processor.
    pub fn workers(self, workers: usize) -> Self {
        Self {
            workers: Some(workers.min(MAX_WORKERS)).filter(|&workers| workers > 0),
            ..self
        }
    }

    /// The greatest number of connections. Default, and at most: 60 % of the descriptors that the process may have,
    /// and 8192. While all of them are in use, a quarter more are accepted; further clients wait.
    pub fn max_connections(self, max_connections: usize) -> Self {
        Self {
            max_connections: Some(max_connections),
            ..self
        }
    }

    /// How long requests in flight may take when the server stops; whole seconds, at least 1. Default: 10 s.
    pub fn shutdown_timeout(self, shutdown_timeout: Duration) -> Self {
        Self {
            shutdown_timeout,
            ..self
        }
    }

    /// Bytes that the system keeps of a response for a client that reads slowly. Default: 128 KiB. With more, a client
    /// that reads steadily but slowly seems to make no progress; with less, a stream has newer data for it.
    pub fn send_buffer(self, bytes: usize) -> Self {
        Self {
            send_buffer: bytes,
            ..self
        }
    }

    /// Serves on `sockets`. The server runs when the future is awaited or spawned, and takes no signals:
    /// [`Server::handle`] stops it.
    ///
    /// # Errors
    /// [`io::Error`]: no socket, or one that cannot be listened on.
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
                    .wrap(from_fn(watch::watch))
                    .configure(configure.clone())
                    .into_factory()
                    .map_err(|error: Error| error.error_response());
                let stopping = stopping.clone();
                let http = HttpService::build()
                    .graceful_shutdown_signal(move || {
                        let stopping = stopping.clone();
                        async move { stopping.notified().await }
                    })
                    // Without a timer: the connection has its own.
                    .keep_alive(KeepAlive::Os)
                    .client_request_timeout(HEAD_WITHIN)
                    .client_disconnect_timeout(LINGER)
                    // A client that has hung up waits for no response.
                    .h1_allow_half_closed(false)
                    .local_addr(addr)
                    .on_connect_ext(|stream: &Timed, extensions| {
                        extensions.insert(stream.connection());
                    })
                    .h1(map_config(app, |()| AppConfig::default()));
                fn_service(move |stream: TcpStream| {
                    // Neither matters enough to refuse the client.
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

/// Lets the client of this request stay idle for 30 s between requests, not 5 s. Call it when the client has proved who
/// it is.
///
/// Nothing happens where the request did not come in through an [`HttpListener`].
pub fn trust(request: &HttpRequest) {
    if let Some(connection) = request.conn_data::<Rc<Connection>>() {
        connection.trust();
    }
}

/// Connections that may wait to be accepted. A burst beyond it waits for seconds, until the peer's TCP tries again.
const BACKLOG: i32 = 4096;

/// How long the first head of a connection may take. actix answers 408 then.
const HEAD_WITHIN: Duration = Duration::from_secs(5);

/// How long the rest of a body that is not wanted is read, so that the client sees the response.
const LINGER: Duration = Duration::from_secs(1);

/// The system reports progress only when a third of the buffer is free. Left to itself it grows the buffer to several
/// MiB, and a client at 200 KB/s was disconnected in the middle of a long response.
const SEND_BUFFER: usize = 128 << 10;

const SHUTDOWN: Duration = Duration::from_secs(10);

/// What actix has at most.
const MAX_WORKERS: usize = 512;
