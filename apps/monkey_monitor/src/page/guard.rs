//! Who may see the page, and what a browser may do with it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderValue};
use actix_web::middleware::{DefaultHeaders, Next};
use actix_web::web::Data;
use actix_web::{Error, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use easy_wechat::listener::trust;
use subtle::ConstantTimeEq as _;

use super::Page;
use super::guesses::Guesser;

/// Lets through those who know the password, by the browser's own dialog (Basic authentication).
pub(super) async fn password(
    page: Data<Page>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(password) = &page.password else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    let Some(given) = given(&request) else {
        return Ok(request.into_response(unauthorized()));
    };
    let (guesses, who, now) = (&page.guesses, guesser(&request), Instant::now());
    let is_marked = marks(&request).any(|mark| guesses.is_mark(mark));
    if !is_marked && let Err(wait) = guesses.begin(who, &given, now) {
        return Ok(request.into_response(too_many(wait)));
    }
    if !bool::from(given.ct_eq(password.reveal().as_bytes())) {
        guesses.wrong(who, &given, now);
        return Ok(request.into_response(unauthorized()));
    }
    if !is_marked {
        guesses.right(who, now);
    }
    trust(request.request());
    let mut response = next.call(request).await?.map_into_boxed_body();
    if !is_marked {
        let mark = guesses.mark().reveal();
        let cookie = format!("{MARK}={mark}; HttpOnly; SameSite=Strict");
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    Ok(response)
}

fn unauthorized() -> HttpResponse {
    HttpResponse::Unauthorized()
        .insert_header((header::WWW_AUTHENTICATE, CHALLENGE))
        .content_type("text/plain; charset=utf-8")
        .body("需要密码\n")
}

fn too_many(wait: Duration) -> HttpResponse {
    let seconds = wait.as_secs() + 1;
    HttpResponse::TooManyRequests()
        .insert_header((header::RETRY_AFTER, seconds.to_string()))
        .content_type("text/plain; charset=utf-8")
        .body(format!("密码错误的次数太多了, 请 {seconds} 秒后再试\n"))
}

/// The password that a request has, if it has one.
fn given(request: &ServiceRequest) -> Option<Vec<u8>> {
    let value = request.headers().get(header::AUTHORIZATION)?;
    let (scheme, credentials) = value.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let credentials = STANDARD.decode(credentials.trim()).ok()?;
    // The user's name does not matter, and has no colon in it.
    let colon = credentials.iter().position(|&byte| byte == b':')?;
    credentials.get(colon + 1..).map(<[u8]>::to_vec)
}

/// The marks that a browser sends.
fn marks(request: &ServiceRequest) -> impl Iterator<Item = &str> {
    request
        .headers()
        .get_all(header::COOKIE)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().strip_prefix(MARK)?.strip_prefix('='))
}

/// Who asks. A proxy is believed only if it runs on this machine: of what it tells, the last address is its own word.
fn guesser(request: &ServiceRequest) -> Guesser {
    let peer = request.peer_addr().map_or(UNKNOWN, |it| it.ip());
    let mut told = request.headers().get_all(FORWARDED_FOR);
    let told = told
        .next_back()
        .and_then(|value| value.to_str().ok()?.rsplit(',').next())
        .and_then(|last| address(last.trim()));
    match told {
        Some(address) if peer.to_canonical().is_loopback() => Guesser {
            address,
            by_proxy: true,
        },
        _ => Guesser {
            address: peer,
            by_proxy: false,
        },
    }
}

/// An address as proxies tell it, with a port or without.
fn address(text: &str) -> Option<IpAddr> {
    let with_port = || text.parse().map(|it: SocketAddr| it.ip());
    text.parse().or_else(|_| with_port()).ok()
}

/// Headers of every answer; one that has its own keeps it.
pub(super) fn headers() -> DefaultHeaders {
    DefaultHeaders::new()
        .add((header::CONTENT_SECURITY_POLICY, POLICY))
        .add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .add((header::REFERRER_POLICY, "no-referrer"))
        .add((header::CACHE_CONTROL, "no-store"))
}

const POLICY: &str = "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const FORWARDED_FOR: &str = "x-forwarded-for";
const UNKNOWN: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// The cookie of a browser that knew the password: it opens nothing, but is not refused because of others at its address.
const MARK: &str = "monkey_monitor_known";
const CHALLENGE: &str = "Basic realm=\"monkey_monitor\", charset=\"UTF-8\"";
