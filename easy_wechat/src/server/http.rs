//! The thin part that knows HTTP.

use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use actix_web::http::header::HeaderValue;
use actix_web::http::{Method, StatusCode, header};
use actix_web::web::{self, Bytes, BytesMut, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, Resource};
use futures_util::{FutureExt as _, StreamExt as _};
use tracing::warn;

use super::error::ServeError;
use crate::account::Refusal;
use crate::callback::{CallbackService, Rejected};
use crate::crypt::CryptError;
use crate::listener::{not_allowed, resource, trust};

/// The apps of a server, each on its route.
#[derive(Clone, Debug)]
pub(super) struct Mount {
    /// Routes without slashes at the ends, longest first: `a/weixin` before `weixin` before the empty one.
    apps: Vec<(String, CallbackService)>,
    bodies: Bodies,
    healthz: bool,
}

impl Mount {
    pub(super) fn new(max_body: usize, healthz: bool) -> Self {
        Self {
            apps: Vec::new(),
            bodies: Bodies::new(max_body),
            healthz,
        }
    }

    pub(super) fn add(&mut self, route: &str, service: CallbackService) -> Result<(), ServeError> {
        let allowed = |char: char| char.is_ascii_alphanumeric() || "-_.~/".contains(char);
        if !route.chars().all(allowed) {
            return Err(ServeError::BadRoute {
                app: service.app().to_owned(),
                route: route.to_owned(),
            });
        }
        let route = route.trim_matches('/').to_owned();
        if self.healthz && route == "healthz" {
            return Err(ServeError::HealthzRoute {
                app: service.app().to_owned(),
            });
        }
        if let Some((_, first)) = self.apps.iter().find(|(taken, _)| *taken == route) {
            return Err(ServeError::SameRoute {
                route,
                first: first.app().to_owned(),
                second: service.app().to_owned(),
            });
        }
        self.apps.push((route, service));
        self.apps
            .sort_by_key(|(route, _)| std::cmp::Reverse(route.len()));
        Ok(())
    }

    /// The routes and their apps' names, for the log.
    pub(super) fn routes_and_names(&self) -> impl Iterator<Item = (&str, &str)> {
        self.apps
            .iter()
            .map(|(route, service)| (route.as_str(), service.app()))
    }

    /// Adds the routes to an actix app.
    pub(super) fn routes(&self, config: &mut ServiceConfig) {
        if self.healthz {
            let ok = async || HttpResponse::Ok().force_close().body("ok");
            config.service(resource("/healthz", [(Method::GET, web::to(ok))]));
        }
        // The plain paths first: they are found without a pattern.
        for (route, service) in &self.apps {
            config.service(self.serve(web::resource(format!("/{route}")), service));
        }
        for (route, service) in &self.apps {
            // With a slash behind, and below whatever prefix nginx leaves.
            let patterns = if route.is_empty() {
                vec!["/{path:.*}".to_owned()]
            } else {
                vec![
                    format!("/{route}/"),
                    format!("/{{prefix:.*}}/{route}"),
                    format!("/{{prefix:.*}}/{route}/"),
                ]
            };
            config.service(self.serve(web::resource(patterns), service));
        }
    }

    fn serve(&self, resource: Resource, service: &CallbackService) -> Resource {
        // One for each worker, so that no request contends for the reference counts of others.
        let shared = Rc::new((service.clone(), self.bodies.clone()));
        resource.to(move |request: HttpRequest, payload: web::Payload| {
            let shared = Rc::clone(&shared);
            async move {
                let (service, bodies) = &*shared;
                answer(service, &request, payload, bodies).await
            }
        })
    }
}

/// What a path that is no app's gets; a callback that went astray is told in the log.
pub(super) async fn not_found(request: HttpRequest, mount: web::Data<Mount>) -> HttpResponse {
    if request.query_string().contains("signature=") {
        let routes: Vec<&str> = mount.routes_and_names().map(|(route, _)| route).collect();
        warn!(
            path = request.path(),
            "a callback came here, but the routes are /{}",
            routes.join(", /")
        );
    }
    refuse(StatusCode::NOT_FOUND)
}

async fn answer(
    service: &CallbackService,
    request: &HttpRequest,
    payload: web::Payload,
    bodies: &Bodies,
) -> HttpResponse {
    match *request.method() {
        Method::GET | Method::HEAD => match service.verify(request.query_string()) {
            Ok(echo) => {
                trust(request);
                HttpResponse::Ok()
                    .content_type("text/plain; charset=utf-8")
                    // An Official Account's echo is the caller's own text: no browser may take it for a page.
                    .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
                    .body(echo)
            }
            Err(Rejected::Refused(Refusal::Crypt(CryptError::ValidateSignature))) => {
                refuse(StatusCode::FORBIDDEN)
            }
            Err(_) => refuse(StatusCode::BAD_REQUEST),
        },
        Method::POST => {
            // Reject on the query alone, before reading the body.
            let Ok(query) = service.admit(request.query_string()) else {
                return refuse(StatusCode::BAD_REQUEST);
            };
            let body = match read_body(request, payload, bodies).await {
                Ok(body) => body,
                Err(status) => {
                    let max_body = bodies.max_body;
                    warn!(app = service.app(), %status, max_body, "the body of a callback was not read");
                    return refuse(status);
                }
            };
            let received = service.receive(&query, &body).await;
            if received.is_ok() {
                trust(request);
            }
            match received {
                Ok(reply) if reply.is_empty() => HttpResponse::Ok().finish(),
                Ok(reply) => HttpResponse::Ok()
                    .insert_header((header::CONTENT_TYPE, XML))
                    .body(reply),
                Err(Rejected::Busy { .. }) => refuse(StatusCode::SERVICE_UNAVAILABLE),
                Err(Rejected::Refused(_)) => refuse(StatusCode::BAD_REQUEST),
            }
        }
        _ => not_allowed(METHODS),
    }
}

/// An empty response with this status that closes the connection: only clients that know the token keep theirs.
pub(super) fn refuse(status: StatusCode) -> HttpResponse {
    HttpResponse::build(status).force_close().finish()
}

/// Reads the body, or returns the status to refuse it with: too large, too slow, incomplete, too many at once.
pub(super) async fn read_body(
    request: &HttpRequest,
    mut payload: web::Payload,
    bodies: &Bodies,
) -> Result<Bytes, StatusCode> {
    let max_body = bodies.max_body;
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok());
    if announced
        .and_then(|length| length.parse::<u64>().ok())
        .is_some_and(|length| length > max_body as u64)
    {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let mut read = pin!(async move {
        let mut first = Bytes::new();
        let mut rest = BytesMut::new();
        let mut share = bodies.share();
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|_| StatusCode::BAD_REQUEST)?;
            if first.len() + rest.len() + chunk.len() > max_body {
                return Err(StatusCode::PAYLOAD_TOO_LARGE);
            }
            share.grow(chunk.len())?;
            // One chunk, as nearly always, is not copied.
            if first.is_empty() {
                first = chunk;
            } else {
                rest.extend_from_slice(&chunk);
            }
        }
        if rest.is_empty() {
            return Ok(first);
        }
        Ok([first, rest.freeze()].concat().into())
    });
    // Mostly it is there already, and needs no timer.
    if let Some(body) = read.as_mut().now_or_never() {
        return body;
    }
    tokio::time::timeout(BODY_WITHIN, read.as_mut())
        .await
        .unwrap_or(Err(StatusCode::REQUEST_TIMEOUT))
}

/// The limits of request bodies: of each one, and of all that are being read, so that unauthenticated clients cannot
/// exhaust the memory.
///
/// The first 16 KiB of each body are not counted. The platform sends less than 10 KiB, so it is never affected by others.
#[derive(Clone, Debug)]
pub(super) struct Bodies {
    /// In bytes.
    max_body: usize,
    /// Bytes that may still be read, all bodies together.
    left: Arc<AtomicUsize>,
}

impl Bodies {
    /// Allows at least one body of `max_body` bytes.
    pub(super) fn new(max_body: usize) -> Self {
        Self {
            max_body,
            left: Arc::new(AtomicUsize::new(ALL_BODIES.max(max_body))),
        }
    }

    fn share(&self) -> Share<'_> {
        Share {
            bodies: self,
            bytes: 0,
            taken: 0,
        }
    }
}

/// What one body takes of the limit, until it is dropped.
struct Share<'a> {
    bodies: &'a Bodies,
    bytes: usize,
    taken: usize,
}

impl Share<'_> {
    fn grow(&mut self, bytes: usize) -> Result<(), StatusCode> {
        self.bytes += bytes;
        let more = self.bytes.saturating_sub(FREE).saturating_sub(self.taken);
        if more == 0 {
            return Ok(());
        }
        let left = &self.bodies.left;
        left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
            left.checked_sub(more)
        })
        .map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
        self.taken += more;
        Ok(())
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        self.bodies.left.fetch_add(self.taken, Ordering::Relaxed);
    }
}

/// The limit of all bodies together, in bytes, beside what is not counted.
const ALL_BODIES: usize = 32 << 20;

/// Bytes of each body that are not counted.
const FREE: usize = 16 << 10;

/// The methods of a callback route.
pub(super) const METHODS: &str = "GET, HEAD, POST";

const XML: HeaderValue = HeaderValue::from_static("application/xml; charset=utf-8");

/// How long a body may take; the platform hangs up after 5 seconds anyway.
const BODY_WITHIN: Duration = Duration::from_secs(5);
