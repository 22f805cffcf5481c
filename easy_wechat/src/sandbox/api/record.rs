//! What is kept of a call, before anything is done about it.

use std::borrow::Cow;
use std::net::IpAddr;
use std::time::Instant;

use bytes::Bytes;

use super::body::Body;
use super::endpoints::Endpoint;
use crate::sandbox::calls::Call;

/// What came with a call, apart from its body.
#[derive(Debug)]
pub(crate) struct Head<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) range: Option<&'a str>,
    pub(crate) from: Option<IpAddr>,
    /// Where the sandbox is.
    pub(crate) url: &'a str,
    pub(crate) begun: Instant,
}

/// The record of a call that begins: time, fault and outcome are still missing.
pub(crate) fn begin(head: &Head<'_>, endpoint: Option<&'static Endpoint>, body: &Body) -> Call {
    Call {
        id: 0,
        at: 0,
        method: match head.method {
            "GET" => Cow::Borrowed("GET"),
            "POST" => Cow::Borrowed("POST"),
            other => shown(other).into(),
        },
        path: endpoint.map_or_else(|| shown(head.path).into(), |it| Cow::Borrowed(it.path)),
        status: 200,
        errcode: 0,
        errmsg: Cow::Borrowed("ok"),
        took_ms: 0,
        conversation: None,
        exchange: None,
        words: None,
        fault: None,
        query: shown(head.query),
        request: recorded(body),
        answer: Bytes::new(),
    }
}

/// What the page may show of a text of the client's.
pub(crate) fn shown(text: &str) -> String {
    let mut end = text.len().min(MAX_QUERY);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default().to_owned()
}

/// What is kept of a body: a copy, so that it does not hold the buffer that it was read into.
fn recorded(body: &Body) -> Bytes {
    match body {
        Body::Json { bytes, .. } => {
            Bytes::copy_from_slice(bytes.get(..MAX_RECORDED).unwrap_or(bytes))
        }
        Body::File { file, .. } => {
            let (name, length) = (&file.filename, file.bytes.len());
            format!("multipart/form-data: {name:?}, {length} bytes").into()
        }
        _ => Bytes::new(),
    }
}

/// Of the query; longer ones are refused.
pub(crate) const MAX_QUERY: usize = 8 * 1024;
const MAX_RECORDED: usize = 64 * 1024;
