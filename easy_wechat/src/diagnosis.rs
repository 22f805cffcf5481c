//! Why a callback is not taken: a captured request, taken apart.
//!
//! The console says 回调失败 and no more. [`diagnose`] goes the way of a callback with the keys of an app and says at each
//! step what is right, what is wrong and what mends it. It does not stop at the first step that fails: from what the
//! others say follows what the reason is. A ciphertext that the key opens under a signature that is wrong means another
//! token; one that the key does not open under a signature that is right means another key.
//!
//! Pure, like the protocol that it looks at. A [`Finding`] never holds a secret: no token, no key, no part of one.
//!
//! ```
//! use easy_wechat::AccountKind;
//! use easy_wechat::diagnosis::{Captured, Cause, Keys, diagnose};
//!
//! let mut keys = Keys::new("demo", AccountKind::WeCom);
//! keys.token = "QDG6eL".into();
//! keys.encoding_aes_key = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C".into();
//! keys.receive_ids = vec!["wx5823bf96d3bd56c7".to_owned()];
//! let query = "msg_signature=5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3&timestamp=1409659589&nonce=263014780\
//!     &echostr=P9nAzCzyDtyTWESHep1vC5X9xho%2FqYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp%2B4RPcs8TgAE7OaBO%2BFZXvnaqQ%3D%3D";
//!
//! let diagnosis = diagnose(&Captured::get(query), &keys, &[]);
//! assert!(diagnosis.has(Cause::Token), "{:?}", diagnosis.findings);
//! ```

mod blame;
mod body;
mod cause;
mod finding;
mod keys;
mod mode;
mod opening;
mod query;
mod signed;
mod stray;
mod suspects;

pub use cause::Cause;
pub use finding::{Finding, Step, Verdict};
pub use keys::Keys;
#[cfg(feature = "config")]
pub(crate) use stray::{is_invisible, is_quote, stray};

use std::time::Duration;

use crate::clock::Timestamp;
use crate::platform::AccountKind;
use crate::xml::Fields;
use body::Body;
use query::Parameters;
use suspects::Material;

/// A request as it came, or as a log kept it.
#[derive(Clone, Copy, Debug)]
pub struct Captured<'a> {
    /// `GET` for the verification of the address, `POST` for a message.
    pub method: &'a str,
    /// What stands behind the `?`, not decoded.
    pub query: &'a str,
    /// The body; empty for a GET.
    pub body: &'a [u8],
    /// When it came; `None` leaves the clock out of it.
    pub now: Option<Timestamp>,
    /// How far its time may be from `now`; zero takes any. Default: 600 s, as for `max_callback_age`.
    pub max_age: Duration,
}

/// What is right and wrong with a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnosis {
    /// In the order of the way of a callback.
    pub findings: Vec<Finding>,
    /// What was in it: the XML of a message, the text to answer a verification with. It is there as soon as it could be
    /// read, also when something else is wrong.
    pub plain: Option<String>,
    /// The receive id that was found in it.
    pub receive_id: Option<String>,
    /// The name of the other [`Keys`] whose request it is.
    pub belongs_to: Option<String>,
}

/// Says what is wrong with `request` for the app with these `keys`; `others` are those of other apps, to which it may
/// belong.
pub fn diagnose(request: &Captured<'_>, keys: &Keys, others: &[Keys]) -> Diagnosis {
    let mut diagnosis = Diagnosis {
        findings: keys.check(),
        ..Diagnosis::default()
    };
    let found = &mut diagnosis.findings;
    let verification = match request.method {
        "GET" => true,
        "POST" => false,
        other => {
            found.push(Finding::wrong(
                Cause::Method,
                format!("it is a {other:?}; the platform sends GET and POST only"),
                "it comes from a browser, a scanner or a health check: leave it alone",
            ));
            return diagnosis;
        }
    };
    let Some(parameters) = Parameters::read(request.query, found) else {
        return diagnosis;
    };
    let kind = mode::seen_kind(keys.kind, &parameters);
    if kind != keys.kind {
        found.push(mode::wrong_kind(kind, keys));
    }
    let body = if verification {
        Body::default()
    } else {
        body::read(request.body, found)
    };
    let encrypted = mode::is_encrypted(kind, verification, &parameters);
    if !verification && kind == AccountKind::OfficialAccount {
        mode::check(keys, encrypted, &body, &parameters, found);
    }
    if !verification && encrypted {
        found.extend(mode::unencrypted(&body, keys));
    }
    let complete = query::check(&parameters, kind, verification, encrypted, found);
    let material = Material::new(&parameters, &body, verification, encrypted);
    let seen = suspects::judge(&material, (kind, complete), keys, others, found);
    diagnosis.belongs_to = seen.belongs_to;
    diagnosis.receive_id = seen.receive_id;
    let unsealed = if verification {
        material.echo()
    } else {
        body.plain.clone()
    };
    diagnosis.plain = seen.plain.or(unsealed.filter(|_| !encrypted));
    if let Some(plain) = diagnosis.plain.as_ref().filter(|_| !verification) {
        found.push(message(plain));
    }
    found.extend(clock(request, &parameters, verification));
    found.sort_by_key(|finding| finding.step);
    diagnosis
}

impl<'a> Captured<'a> {
    /// The platform's verification of the address.
    pub const fn get(query: &'a str) -> Self {
        Self {
            method: "GET",
            query,
            body: &[],
            now: None,
            max_age: MAX_AGE,
        }
    }

    /// A message or an event.
    pub const fn post(query: &'a str, body: &'a [u8]) -> Self {
        Self {
            method: "POST",
            query,
            body,
            now: None,
            max_age: MAX_AGE,
        }
    }

    /// The same, as it came at `now`.
    #[must_use]
    pub const fn at(self, now: Timestamp) -> Self {
        Self {
            now: Some(now),
            ..self
        }
    }
}

impl Diagnosis {
    /// Whether a server with these keys takes the request.
    pub fn is_good(&self) -> bool {
        self.findings
            .iter()
            .all(|finding| matches!(finding.verdict, Verdict::Good | Verdict::Odd))
    }

    /// Whether one of the findings has this cause.
    pub fn has(&self, cause: Cause) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.cause == Some(cause))
    }
}

/// Whether what was opened is a message.
fn message(plain: &str) -> Finding {
    let advice = "choose XML as the data format (数据格式) in the console";
    match Fields::parse(plain) {
        Ok(fields) => {
            let kind = fields.get("MsgType").or_else(|| fields.get("InfoType"));
            let kind: String = kind.unwrap_or_default().chars().take(40).collect();
            Finding::good(
                Step::Message,
                format!("it is a message of the type {kind:?}"),
            )
        }
        Err(_) if plain.trim_start().starts_with('{') => {
            Finding::wrong(Cause::Json, "what was in it is JSON, not XML", advice).at(Step::Message)
        }
        Err(error) => Finding::wrong(
            Cause::Message,
            format!("what was in it is no message: {error}"),
            advice,
        ),
    }
}

/// Whether the time in the query is that of the clock.
fn clock(
    request: &Captured<'_>,
    parameters: &Parameters<'_>,
    verification: bool,
) -> Option<Finding> {
    let now = request.now?.as_secs();
    let signed = parameters.once("timestamp")?;
    let age = now.saturating_sub(signed.parse().unwrap_or(0));
    if signed.len() == MILLISECOND_DIGITS && signed.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Finding::wrong(
            Cause::Clock,
            "the timestamp counts milliseconds; the platform's counts seconds",
            "it does not come from the platform itself: look at what calls this address",
        ));
    }
    let when = format!(
        "it was signed {} {}",
        span(age.unsigned_abs()),
        if age >= 0 { "ago" } else { "from now" }
    );
    if request.max_age.is_zero() || Duration::from_secs(age.unsigned_abs()) <= request.max_age {
        return Some(Finding::good(Step::Clock, when));
    }
    let advice = "set this machine's clock (timedatectl set-ntp true); if it is right, an old request came again \
                  (max_callback_age = 0 takes any)";
    Some(if verification {
        // The server answers it all the same, so that the settings can be saved.
        let what =
            format!("{when}: an address can be verified so, but messages of this age are refused");
        Finding::odd(Cause::Clock, what, advice)
    } else {
        Finding::wrong(Cause::Clock, when, advice)
    })
}

/// Seconds in words.
fn span(seconds: u64) -> String {
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7199 => format!("{} minutes", seconds / 60),
        7200..=172_799 => format!("{} hours", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}

const MAX_AGE: Duration = Duration::from_mins(10);

/// Of a time in this century.
const MILLISECOND_DIGITS: usize = 13;
