//! One connection: what it waits for, since when, and for how long.

use std::cell::{Cell, RefCell};
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use actix_http::body::BodySize;
use actix_web::rt::net::TcpStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

use super::crowd::Crowd;

/// The state of a connection, which stays on one thread.
#[derive(Debug)]
pub(super) struct Connection {
    crowd: Rc<Crowd>,
    /// Requests being served: 0 or 1.
    serving: Cell<u32>,
    /// Since when it has waited for a request.
    waiting_since: Cell<Instant>,
    /// When the first bytes of the next request arrived.
    heard: Cell<Option<Instant>>,
    /// The body of the request, where a handler waits for it.
    body: Cell<Option<Body>>,
    /// Whether the response is a stream without a known length.
    streams: Cell<bool>,
    /// Since when a write has been blocked.
    blocked: Cell<Option<Instant>>,
    trusted: Cell<bool>,
    /// Whether it is to be closed, to make room for others.
    evicted: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

#[derive(Clone, Copy, Debug)]
struct Body {
    /// When a handler first waited for it.
    since: Instant,
    bytes: u64,
    /// Since when a handler has waited for the next bytes.
    awaited: Option<Instant>,
    whole: bool,
}

impl Body {
    /// When the wait ends: the client is too slow on average, or silent for too long.
    fn deadline(self) -> Option<Instant> {
        let arrives = Duration::from_secs(self.bytes / BYTES_A_SECOND);
        Some((self.awaited? + PATIENCE).min(self.since + PATIENCE + arrives))
    }
}

impl Connection {
    fn new(crowd: &Rc<Crowd>) -> Rc<Self> {
        let connection = Rc::new(Self {
            crowd: Rc::clone(crowd),
            serving: Cell::new(0),
            waiting_since: Cell::new(Instant::now()),
            heard: Cell::new(None),
            body: Cell::new(None),
            streams: Cell::new(false),
            blocked: Cell::new(None),
            trusted: Cell::new(false),
            evicted: Cell::new(false),
            waker: RefCell::new(None),
        });
        crowd.enter(&connection);
        connection
    }

    pub(super) fn trust(&self) {
        self.trusted.set(true);
    }

    pub(super) fn is_trusted(&self) -> bool {
        self.trusted.get()
    }

    pub(super) fn begin(&self) {
        self.serving.set(self.serving.get() + 1);
        self.heard.set(None);
    }

    pub(super) fn end(&self) {
        let now = Instant::now();
        // The time of an unfinished body counts for the next wait; only the response may still be read.
        let late = self.body.take().filter(|body| !body.whole);
        let since = late.map_or(now, |body| {
            let grace = now.checked_sub(PATIENCE).unwrap_or(now) + GRACE;
            body.since.max(grace)
        });
        self.waiting_since.set(since);
        self.serving.set(self.serving.get().saturating_sub(1));
        self.streams.set(false);
    }

    pub(super) fn answers(&self, size: BodySize) {
        self.streams.set(size == BodySize::Stream);
    }

    /// Notes that a handler waits for the body.
    pub(super) fn body_awaited(&self) {
        let before = self.body.get();
        if before.is_some_and(|body| body.awaited.is_some()) {
            return;
        }
        let now = Instant::now();
        let body = before.unwrap_or(Body {
            since: now,
            bytes: 0,
            awaited: None,
            whole: false,
        });
        self.body.set(Some(Body {
            awaited: Some(now),
            ..body
        }));
    }

    /// Notes that bytes of the body arrived, or that the handler no longer waits for it.
    pub(super) fn body_arrived(&self, bytes: u64, whole: bool) {
        if let Some(body) = self.body.get() {
            self.body.set(Some(Body {
                bytes: body.bytes.saturating_add(bytes),
                awaited: None,
                whole: whole || body.whole,
                ..body
            }));
        }
    }

    /// Since when the connection has waited only for the client; `None` while a handler works.
    pub(super) fn silent_since(&self) -> Option<Instant> {
        if self.evicted.get() {
            return None;
        }
        let body = self.body.get();
        self.blocked
            .get()
            .or_else(|| {
                body.filter(|body| body.awaited.is_some())
                    .map(|body| body.since)
            })
            .or_else(|| (self.serving.get() == 0).then(|| self.waiting_since.get()))
    }

    pub(super) fn evict(&self) {
        self.evicted.set(true);
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    pub(super) fn is_evicted(&self) -> bool {
        self.evicted.get()
    }

    /// When the connection is closed unless its state changes before.
    ///
    /// No wait begins with a deadline nearer than [`PATIENCE`], so a timer that is set to at most that never has to be
    /// moved forward.
    fn deadline(&self) -> Option<Instant> {
        let blocked = self.blocked.get().map(|since| {
            since
                + if self.streams.get() {
                    STREAM_PATIENCE
                } else {
                    PATIENCE
                }
        });
        let waits = if self.serving.get() > 0 {
            self.body.get().and_then(Body::deadline)
        } else if self.trusted.get() {
            let idle = self.waiting_since.get() + IDLE;
            let head = self.heard.get().map(|heard| heard + PATIENCE);
            Some(head.map_or(idle, |head| head.min(idle)))
        } else {
            Some(self.waiting_since.get() + PATIENCE)
        };
        blocked.into_iter().chain(waits).min()
    }

    fn is_late(&self, now: Instant) -> bool {
        self.evicted.get() || self.deadline().is_some_and(|deadline| deadline <= now)
    }

    /// Notes that bytes arrived. Outside a request they belong to the next head or to an unwanted body, and a client that
    /// goes on sending them past the deadline is late as well.
    fn hears(&self) -> io::Result<()> {
        if self.serving.get() > 0 {
            return Ok(());
        }
        let now = Instant::now();
        if self.is_late(now) {
            return Err(io::ErrorKind::TimedOut.into());
        }
        if self.heard.get().is_none() {
            self.heard.set(Some(now));
        }
        Ok(())
    }
}

/// The socket of a connection. Reads and writes fail with `TimedOut` when the client is late.
pub(super) struct Timed {
    stream: TcpStream,
    connection: Rc<Connection>,
    timer: Pin<Box<Sleep>>,
}

impl Timed {
    pub(super) fn new(stream: TcpStream, crowd: &Rc<Crowd>) -> Self {
        Self {
            stream,
            connection: Connection::new(crowd),
            timer: Box::pin(sleep(PATIENCE)),
        }
    }

    pub(super) fn connection(&self) -> Rc<Connection> {
        Rc::clone(&self.connection)
    }

    /// Ready, with an error, when the client is late.
    fn poll_late<T>(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        let late = || Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        if self.connection.evicted.get() {
            return late();
        }
        {
            let mut waker = self.connection.waker.borrow_mut();
            if !waker
                .as_ref()
                .is_some_and(|waker| waker.will_wake(cx.waker()))
            {
                *waker = Some(cx.waker().clone());
            }
        }
        loop {
            ready!(self.timer.as_mut().poll(cx));
            let now = Instant::now();
            if self.connection.is_late(now) {
                return late();
            }
            let deadline = self.connection.deadline();
            let next = deadline.map_or(now + PATIENCE, |deadline| deadline.min(now + PATIENCE));
            self.timer.as_mut().reset(next);
        }
    }
}

impl AsyncRead for Timed {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        match Pin::new(&mut this.stream).poll_read(cx, buf) {
            Poll::Pending => this.poll_late(cx),
            Poll::Ready(Ok(())) => Poll::Ready(this.connection.hears()),
            failed @ Poll::Ready(_) => failed,
        }
    }
}

impl AsyncWrite for Timed {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let blocked = &this.connection.blocked;
        match Pin::new(&mut this.stream).poll_write(cx, buf) {
            Poll::Pending => {
                if blocked.get().is_none() {
                    blocked.set(Some(Instant::now()));
                }
                this.poll_late(cx)
            }
            ready @ Poll::Ready(_) => {
                blocked.set(None);
                ready
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

impl Drop for Timed {
    fn drop(&mut self) {
        self.connection.crowd.leave(&self.connection);
    }
}

/// How long a client may take; a little more than 5 s, so that actix responds with 408 first.
const PATIENCE: Duration = Duration::from_millis(5500);

/// How long a client that did not send its body in time may take to read the response.
const GRACE: Duration = Duration::from_millis(500);

/// How long the client of a stream may pause reading.
const STREAM_PATIENCE: Duration = Duration::from_secs(10);

/// How long a trusted client may be idle.
const IDLE: Duration = Duration::from_secs(30);

/// How fast a long body has to arrive, on average.
const BYTES_A_SECOND: u64 = 32 << 10;
