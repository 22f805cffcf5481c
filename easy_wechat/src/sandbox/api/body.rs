//! Reading what comes with a call, within bounds: JSON, or one file as multipart.
//!
//! What is over the bounds is read and thrown away, so that a client that sends all of it before it reads still gets its
//! answer; only from a flood does the sandbox hang up.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::error::PayloadError;
use actix_web::http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use actix_web::web::{BytesMut, Payload};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::error::ApiError;
use super::request::Upload;
use crate::sandbox::Words;

/// What came, and as much of it as may be shown.
#[derive(Debug)]
pub(crate) enum Body {
    Nothing,
    Json {
        /// As it came.
        bytes: Bytes,
        /// Or why it is no object.
        object: Result<Value, String>,
    },
    File {
        file: Upload,
        /// What is worth a word about how it came.
        note: Option<Words>,
    },
    /// Nothing that can be read.
    Bad(ApiError),
    /// So much that the sandbox stopped reading.
    Flood,
}

/// The byte order mark of UTF-8.
pub(crate) const BOM: &[u8] = b"\xEF\xBB\xBF";

/// What an endpoint reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expects {
    Nothing,
    /// At most so many bytes.
    Json(usize),
    /// Parameters that may also be in the query: JSON, a form, or nothing at all; at most so many bytes.
    Parameters(usize),
    /// One file; the parameter `type` says how large it may be.
    File(Part),
}

/// The part of multipart in which a file is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// `media`, which the platform does not insist on: without it the first part with a file name. <https://developer.work.weixin.qq.com/document/path/96484>
    Media,
    /// Any: the example of `uploadimg` has a placeholder.
    Any,
}

/// Reads JSON of at most `limit` bytes.
pub(crate) async fn read_json(payload: Payload, limit: usize) -> Body {
    let bytes = match read(payload, limit).await {
        Ok(bytes) => bytes,
        Err(body) => return body,
    };
    // Here, and not where the lock is held.
    let object = match serde_json::from_slice(without_bom(&bytes)) {
        Ok(object @ Value::Object(_)) => Ok(object),
        Ok(_) => Err("it is no object".to_owned()),
        Err(error) => Err(error.to_string()),
    };
    Body::Json { bytes, object }
}

/// Reads parameters of at most `limit` bytes: a JSON object or a form. What is neither has none.
pub(crate) async fn read_parameters(payload: Payload, limit: usize) -> Body {
    let bytes = match read(payload, limit).await {
        Ok(bytes) => bytes,
        Err(body) => return body,
    };
    let text = without_bom(&bytes);
    let object = match serde_json::from_slice(text) {
        Ok(object @ Value::Object(_)) => object,
        _ => from_form(text),
    };
    Body::Json {
        bytes,
        object: Ok(object),
    }
}

/// PowerShell and others write a byte order mark before the JSON.
fn without_bom(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(BOM).unwrap_or(bytes)
}

fn from_form(bytes: &[u8]) -> Value {
    let text = String::from_utf8_lossy(bytes).replace('+', " ");
    let pairs = text.trim().split('&').filter_map(|it| it.split_once('='));
    let fields = pairs.map(|(name, value)| {
        let value = percent_decode_str(value).decode_utf8_lossy();
        (name.to_owned(), Value::from(value))
    });
    Value::Object(fields.collect())
}

/// Takes away what nobody reads.
pub(crate) async fn read_nothing(payload: Payload) -> Body {
    match read(payload, 0).await {
        Err(Body::Flood) => Body::Flood,
        _ => Body::Nothing,
    }
}

/// Reads at most `limit` bytes.
async fn read(mut payload: Payload, limit: usize) -> Result<Bytes, Body> {
    let mut whole = Bytes::new();
    let mut joined = BytesMut::new();
    let mut length = 0_usize;
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Body::Bad(cut_off()))?;
        length += chunk.len();
        if length > FLOOD {
            return Err(Body::Flood);
        }
        if length > limit {
            // The rest is only read.
            joined = BytesMut::new();
        } else if whole.is_empty() {
            // Most bodies come in one piece, which need not be copied.
            whole = chunk;
        } else {
            if joined.is_empty() {
                joined.extend_from_slice(&whole);
            }
            joined.extend_from_slice(&chunk);
        }
    }
    if length > limit {
        let error = ApiError::over(45002, "the body in bytes", length, limit);
        return Err(Body::Bad(error));
    }
    Ok(if joined.is_empty() {
        whole
    } else {
        joined.freeze()
    })
}

/// Reads the file of a multipart body; of one that is larger than `limit` only as much as shows that it is.
pub(crate) async fn read_file(
    headers: &HeaderMap,
    payload: Payload,
    part: Part,
    limit: usize,
) -> Body {
    let mut payload = Shared(Rc::new(RefCell::new(payload)));
    let body = read_parts(headers, payload.clone(), part, limit).await;
    if !matches!(body, Body::Bad(_)) {
        return body;
    }
    let mut seen = 0;
    while let Some(Ok(chunk)) = payload.next().await {
        seen += chunk.len();
        if seen > FLOOD {
            return Body::Flood;
        }
    }
    body
}

async fn read_parts(headers: &HeaderMap, payload: Shared, part: Part, limit: usize) -> Body {
    let mut parts = Multipart::new(&of_nameless(headers), payload);
    let (mut found, mut others, mut seen) = (None::<Found>, Vec::new(), 0_usize);
    while let Some(field) = parts.next().await {
        let mut field = match field {
            Ok(field) => field,
            // Behind the file a bad ending harms nothing.
            Err(_) if found.is_some() => break,
            Err(error) => return Body::Bad(not_multipart(&error)),
        };
        let name = name(&field);
        let filename = filename(&field);
        let right = part == Part::Any || name == "media";
        let wanted = match &found {
            None => right || filename.is_some(),
            Some(found) => right && !found.right,
        };
        let kept = if wanted { limit + 1 } else { 0 };
        let Some(bytes) = read_field(&mut field, kept, &mut seen).await else {
            return if seen > FLOOD {
                Body::Flood
            } else {
                Body::Bad(cut_off())
            };
        };
        if wanted {
            found = Some(Found {
                name,
                filename,
                bytes,
                right,
            });
        } else {
            others.push(name);
        }
        if others.len() > MAX_PARTS {
            break;
        }
    }
    match found {
        Some(found) => found.into_body(),
        None => Body::Bad(ApiError::because(
            44001,
            format!(
                "no part with a file: expected `media` with filename=\"…\"; received {others:?}"
            ),
            format!("没有带文件的部分: 应为 media, 并带 filename=\"…\"; 收到的是: {others:?}"),
        )),
    }
}

/// The part that is taken.
struct Found {
    name: String,
    filename: Option<String>,
    bytes: Bytes,
    /// Whether it is the documented one.
    right: bool,
}

impl Found {
    fn into_body(self) -> Body {
        let Some(filename) = self.filename else {
            return Body::Bad(ApiError::because(
                44001,
                "the part has no filename=\"…\" in plain UTF-8, and so is no file; a filename* alone (RFC 5987) is not read",
                "这个部分没有纯 UTF-8 的 filename=\"…\", 因此不是文件; 平台不读取单独的 filename* (RFC 5987)",
            ));
        };
        let name = self.name;
        let note = (!self.right).then(|| {
            Words::new(
                format!("the part is called {name:?}: the documentation has `media`; the platform takes either"),
                format!("这个部分的名字是 {name:?}: 文档要求 media; 平台两者都接受"),
            )
        });
        Body::File {
            file: Upload {
                filename,
                bytes: self.bytes,
            },
            note,
        }
    }
}

/// The same headers for a parser that insists on a name for each part of a form; the platform does not.
fn of_nameless(headers: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    let form = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let rest = form.and_then(|form| {
        let (start, rest) = form.split_at_checked(FORM.len())?;
        start.eq_ignore_ascii_case(FORM).then_some(rest)
    });
    if let Some(Ok(mixed)) =
        rest.map(|rest| HeaderValue::try_from(format!("multipart/mixed{rest}")))
    {
        headers.insert(CONTENT_TYPE, mixed);
    }
    headers
}

fn name(field: &Field) -> String {
    let disposition = field.content_disposition();
    let name = disposition.and_then(|it| it.get_name());
    name.unwrap_or_default().to_owned()
}

/// Reads a part to its end and keeps its first `most` bytes; `None` when it breaks off.
async fn read_field(field: &mut Field, most: usize, seen: &mut usize) -> Option<Bytes> {
    let mut kept = BytesMut::new();
    while let Some(chunk) = field.next().await {
        let chunk = chunk.ok()?;
        *seen += chunk.len();
        if *seen > FLOOD {
            return None;
        }
        let room = most.saturating_sub(kept.len()).min(chunk.len());
        kept.extend_from_slice(chunk.get(..room)?);
    }
    Some(kept.freeze())
}

/// Only the plain form counts: that the platform does not read `filename*` is what clients report.
fn filename(field: &Field) -> Option<String> {
    let name = field.content_disposition()?.get_filename()?;
    let mut end = name.len().min(MAX_FILENAME);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    let name = name.get(..end)?.replace(char::is_control, "_");
    (!name.is_empty()).then_some(name)
}

fn not_multipart(error: &MultipartError) -> ApiError {
    ApiError::because(
        41005,
        format!("the body is no multipart/form-data with a file: {error}"),
        format!("请求体不是带文件的 multipart/form-data: {error}"),
    )
}

fn cut_off() -> ApiError {
    ApiError::because(41005, "the body ended before its time", "请求体提前结束")
}

/// The parser may stop early; it shares the payload, so that the rest can be thrown away.
#[derive(Clone)]
struct Shared(Rc<RefCell<Payload>>);

impl Stream for Shared {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut *self.0.borrow_mut()).poll_next(context)
    }
}

/// More than this is not even thrown away.
const FLOOD: usize = 64 << 20;
const FORM: &str = "multipart/form-data";
const MAX_PARTS: usize = 16;
const MAX_FILENAME: usize = 255;
