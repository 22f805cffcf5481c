//! One call from its head to its record: read, struck by faults, checked, acted on, answered.

use std::borrow::Cow;
use std::net::IpAddr;
use std::pin::pin;
use std::time::{Duration, Instant};

use actix_web::http::header::RANGE;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::FutureExt as _;
use tokio::time::timeout;

use super::act;
use super::answer;
use super::body::{self, Body, Expects};
use super::endpoints::Endpoint;
use super::error::ApiError;
use super::media;
use super::record::{self, Head};
use super::request::Query;
use crate::sandbox::world::World;

/// Answers a call.
pub(crate) async fn serve(http: HttpRequest, payload: Payload, world: Data<World>) -> HttpResponse {
    let begun = Instant::now();
    let endpoint = Endpoint::of(http.path());
    let mut reading = pin!(read(&http, payload, endpoint));
    // Most bodies have come with the head, and need no clock.
    let body = match reading.as_mut().now_or_never() {
        Some(body) => body,
        None => timeout(BODY_WITHIN, reading)
            .await
            .unwrap_or_else(|_| Body::Bad(too_slow())),
    };
    let head = Head {
        method: http.method().as_str(),
        path: http.path(),
        query: http.query_string(),
        range: http.headers().get(RANGE).and_then(|it| it.to_str().ok()),
        from: http.peer_addr().map(|peer| peer.ip()),
        url: &world.url,
        begun,
    };
    let call = record::begin(&head, endpoint, &body);
    let acted = act::act(&mut world.lock(), endpoint, &head, body, call);
    // The app is answered late; what it asked for has been done all the same.
    if let Some(delay) = acted.delay {
        tokio::time::sleep(delay).await;
    }
    match acted.reply {
        None => answer::hang_up(),
        Some(reply) if acted.half => reply.send_half(),
        Some(reply) => reply.send(),
    }
}

async fn read(http: &HttpRequest, payload: Payload, endpoint: Option<&Endpoint>) -> Body {
    let posted = http.method() == "POST";
    match endpoint.map(|it| it.expects) {
        Some(Expects::Json(limit)) if posted => body::read_json(payload, limit).await,
        Some(Expects::Parameters(limit)) if posted => body::read_parameters(payload, limit).await,
        Some(Expects::File(part)) if posted => {
            let kind = Query::new(http.query_string()).get("type");
            let limit = media::limit(kind.as_deref());
            body::read_file(http.headers(), payload, part, limit).await
        }
        _ => body::read_nothing(payload).await,
    }
}

fn too_slow() -> ApiError {
    ApiError::because(
        41005,
        "the body did not come within a minute",
        "一分钟内没有收到完整的请求体",
    )
}

/// The address of the app, as the platform names it.
pub(crate) fn address(from: Option<IpAddr>) -> Cow<'static, str> {
    from.map_or(Cow::Borrowed("127.0.0.1"), |ip| ip.to_string().into())
}

const BODY_WITHIN: Duration = Duration::from_mins(1);
