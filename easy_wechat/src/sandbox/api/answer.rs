//! What goes back: JSON with its headers, a file or a piece of it, and the ways in which it is broken off.

use std::fmt::Write as _;
use std::io;
use std::time::Duration;

use actix_web::body::SizedStream;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_RANGE, CONTENT_TYPE, HeaderName, HeaderValue,
};
use actix_web::{HttpResponse, HttpResponseBuilder};
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::error::ApiError;

/// What an endpoint answers with.
#[derive(Debug)]
pub(crate) enum Answer {
    Json(Value),
    File(Piece),
}

pub(crate) type Answered = Result<Answer, ApiError>;

/// A file, or the part of it that was asked for.
#[derive(Debug)]
pub(crate) struct Piece {
    /// 200, 206 or 416.
    pub(crate) status: StatusCode,
    pub(crate) content_type: &'static str,
    pub(crate) filename: String,
    pub(crate) content_range: Option<String>,
    pub(crate) bytes: Bytes,
}

/// Success, with further fields.
#[expect(
    clippy::unnecessary_wraps,
    reason = "endpoints end with it, and they can fail"
)]
pub(crate) fn ok(mut fields: Value) -> Answered {
    if let Some(fields) = fields.as_object_mut() {
        fields.insert("errcode".to_owned(), Value::from(0));
        fields.insert("errmsg".to_owned(), Value::from("ok"));
    }
    Ok(Answer::Json(fields))
}

/// Success, and no more to say.
#[expect(
    clippy::unnecessary_wraps,
    reason = "endpoints end with it, and they can fail"
)]
pub(crate) fn done() -> Answered {
    Ok(Answer::Json(json!({"errcode": 0, "errmsg": "ok"})))
}

/// An answer with its head, ready to send.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) body: Bytes,
}

impl Reply {
    /// The platform's JSON: also `errcode` and `errmsg` as headers.
    pub(crate) fn json(errcode: i64, errmsg: &str, body: Bytes) -> Self {
        let errmsg = HeaderValue::from_str(errmsg);
        let errmsg = errmsg.unwrap_or_else(|_| HeaderValue::from_static("error"));
        Self {
            status: StatusCode::OK,
            headers: vec![
                (
                    CONTENT_TYPE,
                    HeaderValue::from_static("application/json; charset=UTF-8"),
                ),
                (
                    HeaderName::from_static("error-code"),
                    HeaderValue::from(errcode),
                ),
                (HeaderName::from_static("error-msg"), errmsg),
            ],
            body,
        }
    }

    pub(crate) fn file(piece: Piece) -> Self {
        let mut headers = vec![
            (CONTENT_TYPE, HeaderValue::from_static(piece.content_type)),
            (ACCEPT_RANGES, HeaderValue::from_static("bytes")),
        ];
        if let Ok(name) = HeaderValue::from_bytes(attachment(&piece.filename).as_bytes()) {
            headers.push((CONTENT_DISPOSITION, name));
        }
        if let Some(Ok(range)) = piece.content_range.map(HeaderValue::try_from) {
            headers.push((CONTENT_RANGE, range));
        }
        Self {
            status: piece.status,
            headers,
            body: piece.bytes,
        }
    }

    /// The page of a gateway whose server does not answer, as nginx writes it.
    pub(crate) fn bad_gateway() -> Self {
        Self {
            status: StatusCode::BAD_GATEWAY,
            headers: vec![(CONTENT_TYPE, HeaderValue::from_static("text/html"))],
            body: Bytes::from_static(BAD_GATEWAY),
        }
    }

    pub(crate) fn send(self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        set_headers(&mut response, self.headers);
        response.body(self.body)
    }

    /// The whole head and half of the body; then the connection ends.
    pub(crate) fn send_half(self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        set_headers(&mut response, self.headers);
        let whole = self.body.len() as u64;
        let half = self.body.slice(..self.body.len() / 2);
        // The half must have left before the failure, which throws away what waits to be written.
        let broken = stream::once(async {
            tokio::time::sleep(FLUSHED_WITHIN).await;
            Err(io::Error::from(io::ErrorKind::BrokenPipe))
        });
        let parts = stream::once(async { Ok(half) }).chain(broken);
        response.body(SizedStream::new(whole, Box::pin(parts)))
    }
}

/// No answer at all: a body that fails at once ends the connection before the head is written.
pub(crate) fn hang_up() -> HttpResponse {
    let broken =
        stream::once(async { Err::<Bytes, _>(io::Error::from(io::ErrorKind::ConnectionAborted)) });
    HttpResponse::Ok().body(SizedStream::new(1, Box::pin(broken)))
}

fn set_headers(response: &mut HttpResponseBuilder, headers: Vec<(HeaderName, HeaderValue)>) {
    for header in headers {
        response.insert_header(header);
    }
}

/// The name in plain UTF-8, as the platform takes it in an upload; one that is not ASCII also as RFC 5987 has it. Which of
/// these the platform sends is not documented.
fn attachment(filename: &str) -> String {
    let name: String = filename
        .chars()
        .map(|char| match char {
            '"' | '\\' => '_',
            char if char.is_control() => '_',
            char => char,
        })
        .collect();
    let mut header = format!("attachment; filename=\"{name}\"");
    if !name.is_ascii() {
        // Writing to a String cannot fail.
        let _ = write!(
            header,
            "; filename*=UTF-8''{}",
            utf8_percent_encode(&name, NON_ALPHANUMERIC)
        );
    }
    header
}

const FLUSHED_WITHIN: Duration = Duration::from_millis(50);

const BAD_GATEWAY: &[u8] = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n\
    <center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";
