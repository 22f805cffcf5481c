//! A listener for an address that is being verified: answers the platform, and tells what is wrong with a request.
//!
//! The console's 保存 sends a GET and says no more than that it failed. A [`Listener`] stands where the server will be,
//! takes that GET on any path, and gives a [`Visit`] for each request, whoever sent it. It runs no handlers.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use actix_web::http::{Method, StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, dev, web};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::ServeError;
use super::http::{Bodies, METHODS, read_body, refuse};
use super::serve::{bind, resolve};
use crate::clock::Clock;
use crate::diagnosis::{Captured, Cause, Diagnosis, Finding, Keys, Step, diagnose};
use crate::listener::{HttpListener, not_allowed};

/// A [`Listening`] before it listens.
#[derive(Clone, Debug)]
#[must_use = "it listens only when it is started"]
pub struct Listener {
    keys: Keys,
    others: Vec<Keys>,
    clock: Clock,
    max_age: Duration,
}

impl Listener {
    /// Answers verifications with these keys, right or not.
    pub fn new(keys: Keys) -> Self {
        Self {
            keys,
            others: Vec::new(),
            clock: Clock::system(),
            max_age: MAX_AGE,
        }
    }

    /// The keys of other apps, to which a request may belong.
    pub fn others(self, others: impl IntoIterator<Item = Keys>) -> Self {
        Self {
            others: others.into_iter().collect(),
            ..self
        }
    }

    /// Where the time comes from. Default: the system's clock.
    pub fn clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// How far the time of a message may be from the clock; zero takes any. Default: 600 s.
    pub fn max_age(self, max_age: Duration) -> Self {
        Self { max_age, ..self }
    }

    /// Listens on `addr`, like `0.0.0.0:6000`, in the background of the current runtime.
    ///
    /// # Errors
    /// [`ServeError`]: an address that cannot be listened on.
    #[expect(
        clippy::unused_async,
        reason = "it needs the runtime that only an async caller surely has"
    )]
    pub async fn start(self, addr: impl AsRef<str>) -> Result<Listening, ServeError> {
        let addresses = resolve(addr.as_ref())?;
        let (sender, visits) = mpsc::channel(MAX_WAITING);
        let missed = Arc::new(AtomicU64::new(0));
        let post = web::Data::new(Post {
            listener: self,
            bodies: Bodies::new(MAX_BODY),
            sender,
            missed: Arc::clone(&missed),
        });
        let (sockets, addrs) = bind(addresses)?;
        let server = HttpListener::new(move |config: &mut web::ServiceConfig| {
            config.app_data(post.clone()).default_service(web::to(take));
        })
        .workers(1)
        .max_connections(MAX_CONNECTIONS)
        .shutdown_timeout(Duration::from_secs(1))
        .serve(sockets)
        .map_err(ServeError::Runtime)?;
        Ok(Listening {
            addrs,
            handle: server.handle(),
            task: tokio::spawn(server),
            visits,
            missed,
        })
    }
}

/// A listener that runs. Dropping it lets it run on, with nobody to tell.
#[derive(Debug)]
pub struct Listening {
    addrs: Vec<SocketAddr>,
    handle: dev::ServerHandle,
    task: JoinHandle<io::Result<()>>,
    visits: mpsc::Receiver<Visit>,
    missed: Arc<AtomicU64>,
}

impl Listening {
    /// The address it listens on; the first, where a name stands for several.
    pub fn addr(&self) -> SocketAddr {
        // One that listens nowhere is not started.
        self.addrs
            .first()
            .copied()
            .unwrap_or_else(|| SocketAddr::from(([0, 0, 0, 0], 0)))
    }

    /// Waits for the next request; `None` when the listener has failed. Cancelling loses nothing.
    pub async fn next(&mut self) -> Option<Visit> {
        self.visits.recv().await
    }

    /// How many requests were answered but not kept, because 64 waited to be looked at already.
    pub fn missed(&self) -> u64 {
        self.missed.load(Ordering::Relaxed)
    }

    /// Stops, and gives what came last and was not looked at.
    pub async fn stop(mut self) -> Vec<Visit> {
        self.handle.stop(true).await;
        // It ends because it was told to; there is nothing more to learn.
        let _ = self.task.await;
        let mut rest = Vec::new();
        while let Ok(visit) = self.visits.try_recv() {
            rest.push(visit);
        }
        rest
    }
}

/// A request that came, and what is to be said of it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Visit {
    /// The verb.
    pub method: String,
    /// The path, as it came.
    pub path: String,
    /// Who connected; behind a proxy this is the proxy.
    pub from: Option<SocketAddr>,
    /// What a proxy says of who sent it (`X-Forwarded-For`). Anybody can write that.
    pub forwarded_for: Option<String>,
    /// The status it was answered with: 200 when all is right.
    pub status: u16,
    /// What is right and wrong with it.
    pub diagnosis: Diagnosis,
}

impl Visit {
    /// Whether this is a verification that succeeded, or a message that would be taken.
    pub fn is_good(&self) -> bool {
        self.diagnosis.is_good()
    }
}

/// What the requests are given to.
#[derive(Debug)]
struct Post {
    listener: Listener,
    bodies: Bodies,
    sender: mpsc::Sender<Visit>,
    missed: Arc<AtomicU64>,
}

async fn take(request: HttpRequest, payload: web::Payload, post: web::Data<Post>) -> HttpResponse {
    let diagnosis = match read_body(&request, payload, &post.bodies).await {
        Ok(body) => post.look(&request, &body),
        Err(status) => unread(status),
    };
    let response = answer(request.method(), &diagnosis);
    let forwarded_for = request
        .headers()
        .get("x-forwarded-for")
        .map(|value| short(&String::from_utf8_lossy(value.as_bytes())));
    let visit = Visit {
        method: short(request.method().as_str()),
        path: short(request.path()),
        from: request.peer_addr(),
        forwarded_for,
        status: response.status().as_u16(),
        diagnosis,
    };
    if post.sender.try_send(visit).is_err() {
        post.missed.fetch_add(1, Ordering::Relaxed);
    }
    response
}

impl Post {
    fn look(&self, request: &HttpRequest, body: &[u8]) -> Diagnosis {
        let captured = Captured {
            // HEAD is answered as GET is.
            method: if is_get(request.method()) {
                "GET"
            } else {
                request.method().as_str()
            },
            query: request.query_string(),
            body,
            now: Some(self.listener.clock.now()),
            max_age: self.listener.max_age,
        };
        diagnose(&captured, &self.listener.keys, &self.listener.others)
    }
}

fn unread(status: StatusCode) -> Diagnosis {
    let mut diagnosis = Diagnosis::default();
    diagnosis.findings.push(if status == StatusCode::PAYLOAD_TOO_LARGE {
        Finding::wrong(
            Cause::BodyBroken,
            format!("the body is longer than {} KiB; the platform's has less than 10", MAX_BODY / 1024),
            "it does not come from the platform",
        )
    } else {
        Finding::wrong(
            Cause::BodyCut,
            "the body did not come to its end",
            "something on the way breaks it off, or sends another Content-Length than there are bytes",
        )
    });
    diagnosis
}

/// As the server would answer, but that a message gets an empty reply.
fn answer(method: &Method, diagnosis: &Diagnosis) -> HttpResponse {
    if diagnosis.is_good() {
        let echo = diagnosis.plain.as_ref().filter(|_| is_get(method));
        return HttpResponse::Ok()
            .content_type("text/plain; charset=utf-8")
            .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .force_close()
            .body(echo.cloned().unwrap_or_default());
    }
    let signature = |finding: &Finding| finding.step == Step::Signature && finding.cause.is_some();
    if diagnosis.has(Cause::Method) {
        return not_allowed(METHODS);
    }
    refuse(
        if is_get(method) && diagnosis.findings.iter().any(signature) {
            StatusCode::FORBIDDEN
        } else {
            StatusCode::BAD_REQUEST
        },
    )
}

fn is_get(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

fn short(text: &str) -> String {
    text.chars().take(MAX_CHARACTERS).collect()
}

const MAX_AGE: Duration = Duration::from_mins(10);

/// Of a body, in bytes.
const MAX_BODY: usize = 64 << 10;

/// Visits that nobody has looked at yet.
const MAX_WAITING: usize = 64;

const MAX_CONNECTIONS: usize = 256;

/// Of a path and a header.
const MAX_CHARACTERS: usize = 200;
