use std::time::Duration;

use serde_json::{Value, json};

use crate::clock::Timestamp;
use crate::secret::Secret;

/// A token with its times, and as the text that stands for it in the store.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) token: Secret,
    /// From then on the platform no longer knows it.
    pub(super) expires: Timestamp,
    /// From then on a new one is fetched.
    refresh: Timestamp,
    /// A secret as well: it holds the token.
    pub(super) text: SecretText,
}

/// The text that stands in the store; dereferences to it, and does not print.
#[derive(Clone)]
pub(super) struct SecretText(Secret);

impl std::ops::Deref for SecretText {
    type Target = str;

    fn deref(&self) -> &str {
        self.0.reveal()
    }
}

impl std::fmt::Debug for SecretText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl Stored {
    /// A token that was fetched just now. It is refreshed early, so that no call finds it expired; but when an early fetch
    /// brings the same one again there is nothing to gain by it before it ends.
    pub(super) fn new(
        token: Secret,
        lifetime: Duration,
        is_the_same: bool,
        now: Timestamp,
    ) -> Self {
        let expires = now.plus(lifetime);
        let early = EARLY.min(lifetime / 10);
        let refresh = if is_the_same {
            expires
        } else {
            now.plus(lifetime.saturating_sub(early))
        };
        let text = json!({
            "access_token": token.reveal(),
            "expires": expires.as_micros(),
            "refresh": refresh.as_micros(),
        });
        Self {
            token,
            expires,
            refresh,
            text: SecretText(Secret::from(text.to_string())),
        }
    }

    /// Reads what stands in the store; nothing when it is of another making.
    pub(super) fn read(text: String) -> Option<Self> {
        let value: Value = serde_json::from_str(&text).ok()?;
        let time = |name: &str| Some(Timestamp::from_micros(value.get(name)?.as_i64()?));
        let (expires, refresh) = (time("expires")?, time("refresh")?);
        let token = Secret::from(value.get("access_token")?.as_str()?);
        Some(Self {
            token,
            expires,
            refresh,
            text: SecretText(Secret::from(text)),
        })
    }

    /// The same, to be refreshed at another time.
    pub(super) fn refreshed_at(&self, refresh: Timestamp) -> Self {
        Self {
            token: self.token.clone(),
            expires: self.expires,
            refresh: refresh.min(self.expires),
            text: self.text.clone(),
        }
    }

    pub(super) fn is_fresh(&self, now: Timestamp) -> bool {
        now < self.refresh
    }

    pub(super) fn is_good(&self, now: Timestamp) -> bool {
        now < self.expires
    }
}

/// A stable token of an Official Account is renewed in its last five minutes, in which old and new are good.
/// <https://developers.weixin.qq.com/doc/offiaccount/Basic_Information/getStableAccessToken.html>
const EARLY: Duration = Duration::from_mins(5);
