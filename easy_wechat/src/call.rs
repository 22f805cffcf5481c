//! One call of the platform's API: a request, and its answer read as the platform means it.
//!
//! It sees to it that an error says what can be done about it, and holds no secret. It repeats nothing: that is the
//! client's decision.

mod answer;
mod error;
mod receipt;

pub use error::{ApiError, ClientError, ErrorKind};
pub use receipt::{Missed, Receipt};

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use percent_encoding::percent_decode_str;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::config::ApiSettings;
use crate::errcode::Asked;
use crate::platform::AccountKind;
use crate::secret::Secret;
use crate::wire::{Answer, Payload, Request, Unfollowed, Wire};
use answer::Reading;

/// A call of the API that this crate need not know: [`WeChatClient::call`](crate::WeChatClient::call).
///
/// The client adds `access_token`.
///
/// ```
/// use easy_wechat::client::Call;
/// use serde_json::json;
///
/// let one = Call::get("/cgi-bin/user/get").query("userid", "zhangsan");
/// let all = Call::post("/cgi-bin/user/list_id", &json!({"limit": 100})).repeatable();
/// # let _ = (one, all);
/// ```
#[derive(Clone)]
#[must_use]
pub struct Call {
    path: Cow<'static, str>,
    query: Vec<(Cow<'static, str>, String)>,
    /// `None` for a GET.
    body: Option<Result<Bytes, String>>,
    repeatable: bool,
    says_errcode: bool,
    timeout: Option<Duration>,
    /// A secret in the body, with its name, which no error shows.
    hidden: Option<(&'static str, Secret)>,
}

impl Call {
    /// A GET, which may be repeated when no answer comes.
    ///
    /// `path` may have a query, as the documentation writes it; an `access_token` in it is left out.
    pub fn get(path: impl Into<Cow<'static, str>>) -> Self {
        let (path, query) = apart(path.into());
        Self {
            path: with_slash(path),
            query,
            body: None,
            repeatable: true,
            says_errcode: false,
            timeout: None,
            hidden: None,
        }
    }

    /// A POST of a JSON body, which is not repeated when no answer comes: it may have been carried out.
    pub fn post(path: impl Into<Cow<'static, str>>, body: &impl Serialize) -> Self {
        let body = serde_json::to_vec(body);
        Self {
            body: Some(body.map(Bytes::from).map_err(|error| error.to_string())),
            repeatable: false,
            ..Self::get(path)
        }
    }

    /// One more parameter, not yet encoded. `access_token` is added by the client.
    pub fn query(mut self, name: impl Into<Cow<'static, str>>, value: impl fmt::Display) -> Self {
        self.query.push((name.into(), value.to_string()));
        self
    }

    /// Says that the call may be repeated when no answer comes: it reads something, or does the same twice as once.
    pub fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self
    }

    /// How long it may take. Default: `api_timeout`.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Says that the answer has an `errcode` also where all is well: without one it is not the platform's. So no message
    /// counts as sent by the JSON of a gateway.
    pub(crate) fn says_errcode(mut self) -> Self {
        self.says_errcode = true;
        self
    }

    pub(crate) fn hiding(mut self, name: &'static str, secret: &Secret) -> Self {
        self.hidden = Some((name, secret.clone()));
        self
    }

    pub(crate) fn is_repeatable(&self) -> bool {
        self.repeatable
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }
}

/// Without what is sent: it may be a secret.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.query.iter().map(|(name, _)| &**name).collect();
        f.debug_struct("Call")
            .field("path", &self.path)
            .field("query", &names)
            .field("repeatable", &self.repeatable)
            .finish_non_exhaustive()
    }
}

/// The path, and the query behind it. In an error only the path may stand.
fn apart(path: Cow<'static, str>) -> (Cow<'static, str>, Vec<(Cow<'static, str>, String)>) {
    let Some((path, query)) = path.split_once('?') else {
        return (path, Vec::new());
    };
    let decoded = |text: &str| {
        let text = text.replace('+', " ");
        percent_decode_str(&text).decode_utf8_lossy().into_owned()
    };
    let pairs = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .filter(|(name, _)| *name != "access_token")
        .map(|(name, value)| (decoded(name).into(), decoded(value)));
    (path.to_owned().into(), pairs.collect())
}

fn with_slash(path: Cow<'static, str>) -> Cow<'static, str> {
    if path.starts_with('/') {
        path
    } else {
        format!("/{path}").into()
    }
}

/// The API of one platform, at one address.
#[derive(Debug)]
pub(crate) struct Api {
    pub(crate) kind: AccountKind,
    wire: Wire,
    timeout: Duration,
}

impl Api {
    pub(crate) fn new(kind: AccountKind, settings: &ApiSettings) -> Self {
        Self {
            kind,
            wire: Wire::new(settings),
            timeout: settings.timeout,
        }
    }

    /// Where it is called: host, port and path.
    pub(crate) fn place(&self) -> String {
        self.wire.place()
    }

    pub(crate) fn host(&self) -> &str {
        self.wire.host()
    }

    /// Makes the call. `secrets` are further parameters, which no error shows, also where the answer repeats them.
    pub(crate) async fn json(
        &self,
        call: &Call,
        secrets: &[(&str, &str)],
        asked: Asked,
    ) -> Result<Map<String, Value>, ClientError> {
        let payload = match &call.body {
            None => Payload::Nothing,
            Some(Ok(json)) => Payload::Json(json.clone()),
            Some(Err(reason)) => {
                return Err(ClientError::Body {
                    call: call.path.to_string(),
                    reason: reason.clone(),
                });
            }
        };
        let timeout = call.timeout.unwrap_or(self.timeout);
        let query = call.query.iter().map(|(name, value)| (&**name, &**value));
        let request = Request {
            post: call.body.is_some(),
            path: &call.path,
            query: query.chain(secrets.iter().copied()).collect(),
            payload,
            range: None,
            quiet: None,
            timeout,
        };
        let hidden = call
            .hidden
            .iter()
            .map(|(name, secret)| (*name, secret.reveal()));
        let secrets: Vec<(&str, &str)> = secrets.iter().copied().chain(hidden).collect();
        let mut reading = self.reading(&call.path, &secrets, asked, call.repeatable);
        reading.says_errcode = call.says_errcode;
        self.exchange(request, &reading).await
    }

    /// Sends a file in the part `media` and reads the JSON that answers it.
    pub(crate) async fn upload(
        &self,
        path: &str,
        query: &[(&str, &str)],
        secrets: &[(&str, &str)],
        payload: Payload,
        timeout: Duration,
    ) -> Result<Map<String, Value>, ClientError> {
        let request = Request {
            post: true,
            path,
            query: [query, secrets].concat(),
            payload,
            range: None,
            quiet: None,
            timeout: self.timeout.saturating_add(timeout),
        };
        // A file that was uploaded twice is only one more that the platform forgets after three days.
        let reading = self.reading(path, secrets, Asked::Call, true);
        self.exchange(request, &reading).await
    }

    /// Asks for a file: the answer, when it is one, and not the JSON of an error.
    pub(crate) async fn file(
        &self,
        path: &str,
        query: &[(&str, &str)],
        secrets: &[(&str, &str)],
        range: Option<(u64, Option<u64>)>,
        timeout: Duration,
    ) -> Result<Answer, ClientError> {
        let request = Request {
            post: false,
            path,
            query: [query, secrets].concat(),
            payload: Payload::Nothing,
            range,
            quiet: Some(self.timeout),
            timeout: self.timeout.saturating_add(timeout),
        };
        let reading = self.reading(path, secrets, Asked::Call, true);
        let answer = self.wire.send(request).await;
        let answer = answer.map_err(|error| ClientError::from_wire(path, &error, true))?;
        // The platform gives every file a name. What has none may be its error, or the page of a portal.
        let is_text = answer.header("content-type").is_some_and(|kind| {
            let kind = kind.trim_start().to_ascii_lowercase();
            TEXTS.iter().any(|text| kind.starts_with(text))
        });
        let is_file = !is_text || answer.header("content-disposition").is_some();
        if is_file && matches!(answer.status, 200 | 206 | 416) {
            return Ok(answer);
        }
        let status = answer.status;
        let location = answer.header("location").map(str::to_owned);
        let body = answer.body(MAX_JSON).await;
        let body = body.map_err(|error| ClientError::from_wire(path, &error, true))?;
        match reading.read(status, location.as_deref(), &body) {
            Err(error) => Err(error),
            // For a video, an Official Account responds with its address.
            Ok(answer) => match answer.get("video_url").and_then(Value::as_str) {
                Some(address) => self.follow(path, address, range, timeout).await,
                None => Err(ClientError::garbled(path, "JSON in place of a file", true)),
            },
        }
    }

    async fn follow(
        &self,
        path: &str,
        address: &str,
        range: Option<(u64, Option<u64>)>,
        timeout: Duration,
    ) -> Result<Answer, ClientError> {
        let timeout = self.timeout.saturating_add(timeout);
        let followed = self.wire.follow(address, range, self.timeout, timeout);
        let refused = |why: String| ClientError::bad_video(path, &why);
        let answer = followed.await.map_err(|error| match error {
            Unfollowed::Refused(why) => refused(why),
            Unfollowed::Failed(error) => ClientError::from_wire(path, &error, true),
        })?;
        let kind = answer.header("content-type").unwrap_or_default();
        let kind = kind.trim_start().to_ascii_lowercase();
        match answer.status {
            200 | 206 | 416 if !TEXTS.iter().any(|text| kind.starts_with(text)) => Ok(answer),
            200 | 206 | 416 => Err(refused("the response is text, not a video".to_owned())),
            status => Err(refused(format!("HTTP status {status}"))),
        }
    }

    /// The `Date` of the platform's answer, to compare with this machine's clock; `None` when it gives none.
    #[cfg(feature = "cli")]
    pub(crate) async fn date(&self) -> Result<Option<String>, ClientError> {
        let request = Request {
            post: false,
            path: PROBE,
            query: Vec::new(),
            payload: Payload::Nothing,
            range: None,
            quiet: None,
            timeout: self.timeout,
        };
        let answer = self.wire.send(request).await;
        let answer = answer.map_err(|error| ClientError::from_wire(PROBE, &error, true))?;
        Ok(answer.header("date").map(str::to_owned))
    }

    async fn exchange(
        &self,
        request: Request<'_>,
        reading: &Reading<'_>,
    ) -> Result<Map<String, Value>, ClientError> {
        let failed = |error| ClientError::from_wire(reading.path, &error, reading.repeatable);
        let answer = self.wire.send(request).await.map_err(failed)?;
        let status = answer.status;
        let location = answer.header("location").map(str::to_owned);
        let body = answer.body(MAX_JSON).await.map_err(failed)?;
        reading.read(status, location.as_deref(), &body)
    }

    fn reading<'a>(
        &self,
        path: &'a str,
        secrets: &'a [(&'a str, &'a str)],
        asked: Asked,
        repeatable: bool,
    ) -> Reading<'a> {
        Reading {
            path,
            kind: self.kind,
            asked,
            secrets,
            repeatable,
            says_errcode: false,
        }
    }
}

/// Types of answers that may be something else than the file that was asked for.
const TEXTS: [&str; 3] = ["application/json", "text/plain", "text/html"];

/// The longest answer in JSON that is read: the members of a large corporation are some megabytes.
const MAX_JSON: usize = 32 << 20;

/// An address that needs no token and answers at once: without one it is refused.
#[cfg(feature = "cli")]
const PROBE: &str = "/cgi-bin/getcallbackip";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_copied_from_the_documentation_is_taken_apart() {
        let call = Call::get("cgi-bin/user/get?access_token=SECRET&userid=a%26b+c&deep");
        assert_eq!(call.path, "/cgi-bin/user/get");
        let query: Vec<_> = call
            .query
            .iter()
            .map(|(name, value)| (&**name, &**value))
            .collect();
        assert_eq!(query, [("userid", "a&b c"), ("deep", "")]);
    }

    #[test]
    fn a_call_does_not_print_what_it_sends() {
        let call = Call::post(
            "/cgi-bin/stable_token",
            &serde_json::json!({"secret": "SECRET"}),
        );
        let shown = format!("{:?}", call.query("key", "SECRET"));
        assert!(
            shown.contains("stable_token") && !shown.contains("SECRET"),
            "{shown}"
        );
    }
}
