//! Who may use the page: a browser on this machine, on the page itself. No site that is open in another tab.

use std::net::IpAddr;

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, ResponseError as _};

use super::refuse::Refused;

/// Checks Host and Origin of each request, and adds the headers that keep the page to itself.
pub(crate) async fn guard(
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let mut response = match stranger(request.headers(), reads) {
        Some(refused) => request.into_response(refused.error_response()),
        None => match next.call(request).await {
            Ok(response) => response,
            Err(error) => return Err(error),
        },
    };
    let headers = response.headers_mut();
    for (name, value) in PROTECTION {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    Ok(response)
}

/// Why a request does not come from the page, if it does not.
fn stranger(headers: &HeaderMap, reads: bool) -> Option<Refused> {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(header::HOST).unwrap_or_default();
    // A name that an attacker's DNS points at 127.0.0.1 is still a name; an address cannot be pointed anywhere.
    if !is_own(host) {
        return Some(Refused::new(
            StatusCode::MISDIRECTED_REQUEST,
            "open the page by its address, like http://127.0.0.1:8686, not by a name",
            "请用地址打开页面 (例如 http://127.0.0.1:8686), 不要用域名",
        ));
    }
    let foreign = headers.contains_key(header::ORIGIN)
        && text(header::ORIGIN)
            .and_then(|origin| origin.strip_prefix("http://"))
            .is_none_or(|origin| origin != host);
    // A form of another site cannot set a header of its own.
    if foreign || !reads && !headers.contains_key(OWN_HEADER) {
        return Some(Refused::new(
            StatusCode::FORBIDDEN,
            "only the sandbox's own page may do this; programs send the header X-Sandbox: 1",
            "只有沙箱自己的页面可以这样做; 程序请带上请求头 X-Sandbox: 1",
        ));
    }
    None
}

/// Whether a `Host` is an address or `localhost`.
fn is_own(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let bare = name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'));
    name.eq_ignore_ascii_case("localhost") || bare.unwrap_or(name).parse::<IpAddr>().is_ok()
}

const OWN_HEADER: &str = "x-sandbox";

const PROTECTION: [(HeaderName, &str); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; \
         connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];
