use std::borrow::Cow;

use serde_json::Value;

use super::{Cause, Finding, Step};
use crate::crypt::{Envelope, EnvelopeError};
use crate::xml::{Fields, XmlError};

/// What could be read of a body.
#[derive(Debug, Default)]
pub(super) struct Body {
    /// What stands in `Encrypt`.
    pub(super) ciphertext: Option<String>,
    /// The message itself, when it came unencrypted.
    pub(super) plain: Option<String>,
}

/// Takes the body apart, also when it is not as it should be.
pub(super) fn read(bytes: &[u8], found: &mut Vec<Finding>) -> Body {
    if bytes.trim_ascii().is_empty() {
        return wrong(
            found,
            Cause::BodyEmpty,
            "the body is empty",
            "something on the way drops it: a redirect, a proxy that makes a POST a GET, a filter that read it before",
        );
    }
    if let Some(how) = compressed(bytes) {
        return wrong(
            found,
            Cause::BodyCompressed,
            &format!("the body is compressed ({how}); the platform sends it as it is"),
            "let the proxy pass bodies on as they come",
        );
    }
    let Ok(text) = str::from_utf8(bytes) else {
        let (what, advice) = if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
            (
                "the body is UTF-16",
                "the platform sends UTF-8: something on the way, or an editor, changed it",
            )
        } else {
            (
                "the body is not UTF-8",
                "something on the way changed it, or it does not come from the platform",
            )
        };
        return wrong(found, Cause::BodyBroken, what, advice);
    };
    if let Some(rest) = text.trim_start().strip_prefix('\u{FEFF}') {
        found.push(Finding::odd(
            Cause::Bom,
            "a byte order mark (BOM) stands before the body",
            "the platform sends none: something on the way, or an editor, put it there",
        ));
        return read_text(rest, found);
    }
    read_text(text, found)
}

fn read_text(text: &str, found: &mut Vec<Finding>) -> Body {
    let trimmed = text.trim_start();
    if trimmed.starts_with(['{', '[', '"']) {
        return json(trimmed, found);
    }
    let lower: String = trimmed
        .chars()
        .take(16)
        .collect::<String>()
        .to_ascii_lowercase();
    if ["<!doctype html", "<html", "<head", "<body"]
        .iter()
        .any(|html| lower.starts_with(html))
    {
        return wrong(
            found,
            Cause::Html,
            "the body is a page in HTML",
            "it does not come from the platform: a proxy or a login page stands before this address",
        );
    }
    if lower.starts_with("%3cxml") || lower.starts_with("xml=") {
        return wrong(
            found,
            Cause::BodyBroken,
            "the body came as a form",
            "something on the way reads it as a form and writes it anew: pass bodies on as they come",
        );
    }
    match Envelope::parse(text) {
        Ok(envelope) => {
            found.push(Finding::good(Step::Body, "it is the platform's envelope"));
            let plain = Fields::parse(text).is_ok_and(|fields| fields.get("MsgType").is_some());
            Body {
                ciphertext: Some(envelope.encrypt.into_owned()),
                plain: plain.then(|| text.to_owned()),
            }
        }
        Err(EnvelopeError::NoEncrypt) => Body {
            ciphertext: None,
            plain: Some(text.to_owned()),
        },
        Err(error) if is_cut(trimmed, &error) => wrong(
            found,
            Cause::BodyCut,
            "the body ends before its </xml>",
            "something on the way cuts it: look for a limit of size, or a Content-Length in characters, not in bytes",
        ),
        Err(error) => wrong(
            found,
            Cause::BodyBroken,
            &format!("the body is not the platform's envelope: {error}"),
            "something on the way changed it, or it does not come from the platform",
        ),
    }
}

fn json(text: &str, found: &mut Vec<Finding>) -> Body {
    found.push(Finding::wrong(
        Cause::Json,
        "the body is JSON, not XML",
        "choose XML as the data format (数据格式) in the console; if it is XML there, something on the way changes it",
    ));
    let value: Value = serde_json::from_str(text).unwrap_or_default();
    let encrypt = value
        .as_object()
        .and_then(|object| {
            object
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case("encrypt"))
        })
        .and_then(|(_, encrypt)| encrypt.as_str());
    Body {
        ciphertext: encrypt.map(str::to_owned),
        plain: None,
    }
}

fn is_cut(text: &str, error: &EnvelopeError) -> bool {
    matches!(error, EnvelopeError::Xml(XmlError::Malformed { .. }))
        && text.starts_with('<')
        && !text.trim_end().ends_with('>')
        || text.starts_with("<xml") && !text.contains("</xml>")
}

fn compressed(bytes: &[u8]) -> Option<&'static str> {
    let known: [(&[u8], &str); 4] = [
        (b"\x1f\x8b", "gzip"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
        (b"\x78\x9c", "deflate"),
        (b"\x78\xda", "deflate"),
    ];
    known
        .into_iter()
        .find(|(magic, _)| bytes.starts_with(magic))
        .map(|(_, name)| name)
}

fn wrong(found: &mut Vec<Finding>, cause: Cause, what: &str, advice: &str) -> Body {
    found.push(Finding::wrong(cause, what, advice));
    Body::default()
}

/// Without white space, for a body that was wrapped on the way.
pub(super) fn without_space(text: &str) -> Cow<'_, str> {
    if text.contains(char::is_whitespace) {
        Cow::Owned(text.split_whitespace().collect())
    } else {
        Cow::Borrowed(text)
    }
}
