//! What came back, judged: an answer, a moved path, or a reason why it is neither.
//!
//! Pure: a status, a `Location` and a body go in.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::answer::{Answer, Data, Text};
use super::error::RailwayError;

/// What one answer of the site means.
#[derive(Debug)]
#[non_exhaustive]
pub enum Verdict {
    /// The trains.
    Trains(Answer),
    /// The query has another path now.
    Moved(QueryPath),
    /// The session is no longer good: renew it, once.
    Renew(RailwayError),
    /// Neither.
    Failed(RailwayError),
}

/// Where the query is: `leftTicket/query`, with a letter behind it that changes now and then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryPath(String);

impl QueryPath {
    /// Takes `leftTicket/query` and `leftTicket/queryA` to `leftTicket/queryZ`, nothing else: whatever the site sends,
    /// no request goes anywhere else.
    pub fn read(path: &str) -> Option<Self> {
        let letter = path.strip_prefix("leftTicket/query")?.as_bytes();
        matches!(letter, [] | [b'A'..=b'Z']).then(|| Self(path.to_owned()))
    }

    /// The path below `/otn/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads a `Location` that stays on the host: relative, or with `base` before it.
    fn in_location(location: &str, base: &str) -> Option<Self> {
        let path = location.split(['?', '#']).next()?;
        let path = path.strip_prefix(base).unwrap_or(path);
        let path = path.strip_prefix("/otn/").unwrap_or(path);
        let last = path.strip_prefix("leftTicket/").unwrap_or(path);
        Self::read(&format!("leftTicket/{last}"))
    }
}

impl Default for QueryPath {
    /// The path since 2024.
    fn default() -> Self {
        Self("leftTicket/queryG".to_owned())
    }
}

/// Judges what came back. `base` is the site's address without a slash at its end.
pub fn judge(status: u16, location: Option<&str>, body: &[u8], base: &str) -> Verdict {
    if matches!(status, 403 | 412 | 429) {
        return Verdict::Failed(RailwayError::Throttled { status });
    }
    let body = body.trim_ascii();
    // The path may move with status 200 or 302; the body says so in both.
    if let [b'{', ..] = body {
        return judge_json(body);
    }
    if (300..400).contains(&status) {
        let location = location.unwrap_or("");
        if let Some(path) = QueryPath::in_location(location, base) {
            return Verdict::Moved(path);
        }
        return Verdict::Renew(RailwayError::SentAway {
            location: clip(location),
        });
    }
    match status {
        // An old path ends there once it is no longer served.
        404 => Verdict::Renew(RailwayError::Status { status }),
        200 if body.is_empty() => Verdict::Failed(RailwayError::Empty),
        200 if body.starts_with(b"<") => Verdict::Failed(RailwayError::Page),
        200 => Verdict::Failed(RailwayError::NotJson),
        _ => Verdict::Failed(RailwayError::Status { status }),
    }
}

fn judge_json(body: &[u8]) -> Verdict {
    let failed = |error| Verdict::Failed(error);
    let envelope = match serde_json::from_slice::<Envelope<'_, Data<'_>>>(body) {
        Ok(envelope) => envelope,
        // In refusals `data` has been a text or a list.
        Err(_) => match serde_json::from_slice::<Envelope<'_, IgnoredAny>>(body) {
            Ok(envelope) => envelope.without_data(),
            Err(_) => return failed(RailwayError::NotJson),
        },
    };
    if let Some(path) = envelope.c_url {
        return QueryPath::read(&path.0).map_or_else(
            || {
                failed(RailwayError::StrangePath {
                    path: clip(&path.0),
                })
            },
            Verdict::Moved,
        );
    }
    let messages = said(envelope.messages.as_ref());
    if messages.contains("非法请求") {
        return failed(RailwayError::BadRequest { messages });
    }
    match envelope.data {
        Some(data) if envelope.status != Some(false) && data.has_result() => {
            Verdict::Trains(Answer::of(&data))
        }
        _ => failed(RailwayError::Refused { messages }),
    }
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "D: Deserialize<'de>"))]
struct Envelope<'a, D> {
    status: Option<bool>,
    #[serde(borrow)]
    c_url: Option<Text<'a>>,
    data: Option<D>,
    messages: Option<Value>,
}

impl<'a> Envelope<'a, IgnoredAny> {
    fn without_data<D>(self) -> Envelope<'a, D> {
        Envelope {
            status: self.status,
            c_url: self.c_url,
            data: None,
            messages: self.messages,
        }
    }
}

/// `messages` is a text or a list of texts.
fn said(messages: Option<&Value>) -> String {
    let text = match messages {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(texts)) => {
            let texts: Vec<&str> = texts.iter().filter_map(Value::as_str).collect();
            texts.join("; ")
        }
        _ => String::new(),
    };
    clip(&text)
}

fn clip(text: &str) -> String {
    text.chars()
        .filter(|char| !char.is_control())
        .take(MAX_CLIP)
        .collect()
}

/// Of what the site said, in characters.
const MAX_CLIP: usize = 120;
