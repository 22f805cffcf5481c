use serde_json::{Map, Value};

use super::error::{ApiError, ClientError};
use crate::errcode::Asked;
use crate::platform::AccountKind;

/// What is known of a call when its answer is read.
pub(super) struct Reading<'a> {
    pub(super) path: &'a str,
    pub(super) kind: AccountKind,
    pub(super) asked: Asked,
    pub(super) secrets: &'a [(&'a str, &'a str)],
    pub(super) repeatable: bool,
    /// Whether the platform gives an `errcode` also where all is well. Other answers of success may have none.
    pub(super) says_errcode: bool,
}

impl Reading<'_> {
    /// The answer's object, when it says success. The platform's HTTP status is 200 also for errors; where it is not, and
    /// the body is the platform's all the same, the body counts.
    pub(super) fn read(
        &self,
        status: u16,
        location: Option<&str>,
        body: &[u8],
    ) -> Result<Map<String, Value>, ClientError> {
        let garbled = |what: &str| {
            let status = match status {
                200 => String::new(),
                other => format!(" with HTTP {other}"),
            };
            ClientError::garbled(self.path, format!("{what}{status}"), self.repeatable)
        };
        if status == PROXY_REFUSES {
            // The proxy's own answer: it has passed nothing on.
            return Err(ClientError::refused_by_proxy(self.path));
        }
        if (300..400).contains(&status) {
            return Err(garbled(&redirected(location)));
        }
        let object = match serde_json::from_slice::<Value>(body) {
            Ok(Value::Object(object)) => object,
            Ok(_) => return Err(garbled("JSON, but no object")),
            Err(error) => return Err(garbled(&no_json(body, &error))),
        };
        let code = match object.get("errcode") {
            Some(Value::Number(code)) => code
                .as_i64()
                .ok_or_else(|| garbled("JSON whose errcode is no whole number"))?,
            Some(_) => return Err(garbled("JSON whose errcode is no number")),
            None if (200..300).contains(&status) && !self.says_errcode => 0,
            None => return Err(garbled("JSON without an errcode")),
        };
        if code == 0 {
            return Ok(object);
        }
        let errmsg = object.get("errmsg").and_then(Value::as_str);
        let errmsg = self.without_secrets(errmsg.unwrap_or_default());
        Err(ApiError::new(self.path, code, errmsg, self.kind, self.asked).into())
    }

    /// What is sent in the address may come back in the words of an answer. It is one line.
    fn without_secrets(&self, text: &str) -> String {
        // Before it is cut, lest the cut leaves the beginning of a secret.
        let mut text = text.to_owned();
        for (name, secret) in self.secrets {
            if !secret.is_empty() {
                text = text.replace(secret, &format!("({name})"));
            }
        }
        let text = text.chars().take(MAX_ERRMSG);
        text.map(|c| if c.is_control() { ' ' } else { c }).collect()
    }
}

/// Only where to: the rest of the address may repeat ours.
fn redirected(location: Option<&str>) -> String {
    let host = location
        .and_then(|location| location.split_once("//"))
        .and_then(|(_, behind)| behind.split(['/', '?', '#']).next())
        .map(|host| host.rsplit('@').next().unwrap_or(host));
    match host {
        Some(host) if host.len() <= MAX_HOST => {
            format!(
                "a redirect to {host}: a portal that wants a login, or a wrong api_base_url; a redirect"
            )
        }
        _ => "a redirect".to_owned(),
    }
}

/// The body itself is not shown: it may repeat the address, with its secrets.
fn no_json(body: &[u8], error: &serde_json::Error) -> String {
    let begin = body.trim_ascii_start();
    if begin.is_empty() {
        return "an empty body".to_owned();
    }
    if begin.starts_with(b"<") {
        return "a page in HTML: a gateway, or a portal that wants a login, answered in the platform's place".to_owned();
    }
    if error.is_eof() {
        return format!("JSON that breaks off after {} bytes", body.len());
    }
    format!("{} bytes that are no JSON", body.len())
}

const PROXY_REFUSES: u16 = 407;
const MAX_ERRMSG: usize = 500;
const MAX_HOST: usize = 255;

#[cfg(test)]
mod tests;
