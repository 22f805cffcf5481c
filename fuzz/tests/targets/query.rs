//! The query of a callback: read as a second reader reads it, and the same when it is written again.

use std::borrow::Cow;
use std::fmt::Write as _;

use easy_wechat::query::Query;

pub(crate) const DICTIONARY: &[&str] = &[
    "&", "=", "%", "+", "%00", "%ff", "%E4%BD%A0", "%25", "%26", "%2", "%zz", ";", "#", "?",
    "msg_signature=", "signature=", "timestamp=", "nonce=", "echostr=", "encrypt_type=aes",
    "Nonce=", "n%6fnce=", "你",
];

pub(crate) fn check(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let expected: Option<Vec<Option<String>>> =
        NAMES.iter().map(|name| parameter(&text, name)).collect();
    match Query::parse(&text) {
        Ok(query) => {
            assert!(text.len() <= MAX_BYTES);
            assert_eq!(Some(values(&query)), expected);
            let again = written(&query);
            if again.len() <= MAX_BYTES {
                assert_eq!(Query::parse(&again), Ok(query.clone()));
            }
        }
        Err(error) => {
            assert!(expected.is_none() || text.len() > MAX_BYTES, "{error}");
            assert!(error.to_string().len() < 100, "{error}");
        }
    }
}

fn values(query: &Query<'_>) -> Vec<Option<String>> {
    let values = [
        &query.msg_signature,
        &query.signature,
        &query.timestamp,
        &query.nonce,
        &query.echostr,
        &query.encrypt_type,
    ];
    let owned = |value: &Option<Cow<'_, str>>| value.as_deref().map(str::to_owned);
    values.into_iter().map(owned).collect()
}

/// The value of one parameter by the book; `None` when it is repeated or not UTF-8.
#[expect(clippy::option_option, reason = "missing is not invalid")]
fn parameter(query: &str, name: &str) -> Option<Option<String>> {
    let mut found = query.split('&').filter_map(|pair| {
        let rest = pair.strip_prefix(name)?;
        if rest.is_empty() { Some("") } else { rest.strip_prefix('=') }
    });
    let Some(value) = found.next() else {
        return Some(None);
    };
    if found.next().is_some() {
        return None;
    }
    let mut bytes = Vec::new();
    let mut rest = value.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        let code = behind.first_chunk::<2>().filter(|_| byte == b'%');
        let code = code.and_then(|code| {
            let digit = |byte: u8| char::from(byte).to_digit(16);
            u8::try_from(digit(code[0])? * 16 + digit(code[1])?).ok()
        });
        bytes.push(code.unwrap_or(byte));
        rest = if code.is_some() { &behind[2..] } else { behind };
    }
    String::from_utf8(bytes).ok().map(Some)
}

fn written(query: &Query<'_>) -> String {
    let mut text = String::new();
    for (name, value) in NAMES.iter().zip(values(query)) {
        let Some(value) = value else { continue };
        write!(text, "&{name}=").unwrap();
        for byte in value.bytes() {
            write!(text, "%{byte:02X}").unwrap();
        }
    }
    text
}

const NAMES: [&str; 6] = [
    "msg_signature",
    "signature",
    "timestamp",
    "nonce",
    "echostr",
    "encrypt_type",
];

const MAX_BYTES: usize = 8 * 1024;
