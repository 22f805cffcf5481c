use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use sha1::{Digest as _, Sha1};

use super::Inner;
use crate::call::{ApiError, ClientError, ErrorKind};
use crate::clock::Timestamp;
use crate::errcode::Asked;

/// A fetch that the platform refused: how often in a row, and until when it is not tried again.
#[derive(Debug)]
pub(super) struct Refused {
    code: i64,
    errmsg: String,
    times: u32,
    until: Timestamp,
    /// Which secret was refused, without telling it: another one is tried at once.
    salt: String,
    fingerprint: String,
}

impl Refused {
    /// Refuses in the platform's place, while it is too early to ask it again with the same secret.
    pub(super) async fn check(inner: &Inner) -> Result<(), ClientError> {
        let Some(refused) = Self::stored(inner).await else {
            return Ok(());
        };
        let now = inner.clock.now();
        // Much further off than any pause: the clock was set back.
        let wait = refused.until.since(now);
        if wait.is_zero() || wait > LONGEST || !refused.is_of(inner) {
            return Ok(());
        }
        let kind = inner.credentials.kind;
        let path = super::fetch::path(kind);
        let mut error = ApiError::new(path, refused.code, refused.errmsg, kind, Asked::Token);
        error.advice = format!(
            "{}; refused {} times in a row, so that the platform is asked again in {} s",
            error.advice,
            refused.times,
            wait.as_secs().max(1)
        );
        Err(error.into())
    }

    /// Remembers a refusal. What may go well the next time is none.
    pub(super) async fn keep(inner: &Inner, error: &ClientError, now: Timestamp) {
        let ClientError::Api(error) = error else {
            return;
        };
        if error.kind() == ErrorKind::TryAgain {
            return;
        }
        let before = Self::stored(inner).await.filter(|it| it.is_of(inner));
        let times = before.map_or(1, |before| before.times.saturating_add(1));
        let pause = FIRST.saturating_mul(1 << times.saturating_sub(1).min(10));
        let until = now.plus(pause.min(LONGEST));
        let salt = BASE64_STANDARD.encode(rand::random::<[u8; 9]>());
        let refused = json!({
            "errcode": error.code,
            "errmsg": error.errmsg,
            "times": times,
            "until": until.as_micros(),
            "fingerprint": fingerprint(&salt, inner),
            "salt": salt,
        });
        let forgotten = now.plus(FORGOTTEN_AFTER);
        // A store that fails forgets it; the next fetch is refused by the platform itself.
        let _ = inner
            .store
            .put(&key(inner), &refused.to_string(), Some(forgotten))
            .await;
    }

    pub(super) async fn forget(inner: &Inner) {
        let _ = inner.store.remove(&key(inner)).await;
    }

    async fn stored(inner: &Inner) -> Option<Self> {
        let text = inner.store.get(&key(inner)).await.ok()??;
        let value: Value = serde_json::from_str(&text).ok()?;
        let text = |name: &str| Some(value.get(name)?.as_str()?.to_owned());
        Some(Self {
            code: value.get("errcode")?.as_i64()?,
            errmsg: text("errmsg")?,
            times: u32::try_from(value.get("times")?.as_u64()?).ok()?,
            until: Timestamp::from_micros(value.get("until")?.as_i64()?),
            salt: text("salt")?,
            fingerprint: text("fingerprint")?,
        })
    }

    fn is_of(&self, inner: &Inner) -> bool {
        self.fingerprint == fingerprint(&self.salt, inner)
    }
}

/// 32 bits of a salted hash: enough to see that the secret was changed, far too little to find it by.
fn fingerprint(salt: &str, inner: &Inner) -> String {
    let mut hash = Sha1::new();
    hash.update(salt);
    hash.update(inner.credentials.secret.reveal());
    let hash = hash.finalize();
    BASE64_STANDARD.encode(hash.iter().take(4).copied().collect::<Vec<u8>>())
}

fn key(inner: &Inner) -> String {
    format!("{}/refused", inner.key)
}

const FIRST: Duration = Duration::from_secs(10);
const LONGEST: Duration = Duration::from_mins(10);
const FORGOTTEN_AFTER: Duration = Duration::from_hours(1);
