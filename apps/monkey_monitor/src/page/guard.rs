//! Who may see the page, and what a browser may do with it.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::{DefaultHeaders, Next};
use actix_web::web::Data;
use actix_web::{Error, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use easy_wechat::listener::trust;
use subtle::ConstantTimeEq as _;

use super::Page;

/// Lets through who knows the password, by the browser's own dialog (Basic authentication).
pub(super) async fn password(
    page: Data<Page>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if let Some(password) = &page.password
        && !knows(&request, password.reveal())
    {
        let refusal = HttpResponse::Unauthorized()
            .insert_header((header::WWW_AUTHENTICATE, CHALLENGE))
            .content_type("text/plain; charset=utf-8")
            .body("需要密码\n");
        return Ok(request.into_response(refusal));
    }
    if page.password.is_some() {
        trust(request.request());
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

fn knows(request: &ServiceRequest, password: &str) -> bool {
    let given = request.headers().get(header::AUTHORIZATION);
    let Some((scheme, credentials)) = given
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
    else {
        return false;
    };
    let Ok(credentials) = STANDARD.decode(credentials.trim()) else {
        return false;
    };
    // The user's name does not matter, and has no colon in it.
    let Some(colon) = credentials.iter().position(|&byte| byte == b':') else {
        return false;
    };
    let given = credentials.get(colon + 1..).unwrap_or_default();
    scheme.eq_ignore_ascii_case("basic") && bool::from(given.ct_eq(password.as_bytes()))
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
const CHALLENGE: &str = "Basic realm=\"monkey_monitor\", charset=\"UTF-8\"";
