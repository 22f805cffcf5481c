//! The thin part that knows HTTP.

use std::pin::pin;
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
    max_body: usize,
    bodies: Bodies,
    healthz: bool,
}

impl Mount {
    pub(super) fn new(max_body: usize, healthz: bool) -> Self {
        Self {
            apps: Vec::new(),
            max_body,
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
        let service = service.clone();
        let limits = (self.max_body, self.bodies.clone());
        resource.to(move |request: HttpRequest, payload: web::Payload| {
            let (service, limits) = (service.clone(), limits.clone());
            async move { answer(&service, &request, payload, limits).await }
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
    (max_body, bodies): (usize, Bodies),
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
            let body = match read_body(request, payload, max_body, &bodies).await {
                Ok(body) => body,
                Err(status) => {
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

/// An empty response with this status, after which the connection is closed: only clients that know the token keep
/// theirs.
pub(super) fn refuse(status: StatusCode) -> HttpResponse {
    HttpResponse::build(status).force_close().finish()
}

/// The body, or the status to refuse it with: too large, too slow, broken off, too many at once.
pub(super) async fn read_body(
    request: &HttpRequest,
    mut payload: web::Payload,
    max_body: usize,
    bodies: &Bodies,
) -> Result<Bytes, StatusCode> {
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

/// Counts the bytes of the bodies that are being read, so that strangers cannot fill the memory with theirs before a
/// signature is known to be wrong.
///
/// The first 16 KiB of a body are free. The platform's are shorter than 10, so strangers only lock out each other.
#[derive(Clone, Debug)]
pub(super) struct Bodies {
    left: Arc<AtomicUsize>,
}

impl Bodies {
    /// Room for many bodies, but for at least one of the longest.
    pub(super) fn new(max_body: usize) -> Self {
        Self {
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

/// The part of a body.
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

/// Bytes of all bodies together, beside what is free.
const ALL_BODIES: usize = 32 << 20;

/// Bytes of each body that are not counted.
const FREE: usize = 16 << 10;

/// What a callback's path answers to.
pub(super) const METHODS: &str = "GET, HEAD, POST";

const XML: HeaderValue = HeaderValue::from_static("application/xml; charset=utf-8");

/// How long a body may take; the platform hangs up after 5 seconds anyway.
const BODY_WITHIN: Duration = Duration::from_secs(5);
