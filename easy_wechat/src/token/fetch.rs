use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::time::{sleep, timeout};

use crate::call::{Api, Call, ClientError};
use crate::config::Credentials;
use crate::errcode::{Asked, Remedy};
use crate::platform::AccountKind;
use crate::secret::Secret;

/// A token as the platform gave it.
pub(super) struct Fetched {
    pub(super) token: Secret,
    pub(super) lifetime: Duration,
}

/// Asks the platform for a token. To ask twice does no harm, so that it is asked again when no answer comes.
pub(super) async fn fetch(api: &Api, credentials: &Credentials) -> Result<Fetched, ClientError> {
    match timeout(WITHIN, fetch_patiently(api, credentials)).await {
        Ok(fetched) => fetched,
        Err(_) => Err(ClientError::Unreachable {
            reason: format!("no token from {} within {} s", api.host(), WITHIN.as_secs()),
        }),
    }
}

async fn fetch_patiently(api: &Api, credentials: &Credentials) -> Result<Fetched, ClientError> {
    let mut pauses = PAUSES.iter();
    loop {
        let error = match fetch_once(api, credentials).await {
            Ok(fetched) => return Ok(fetched),
            Err(error) => error,
        };
        match pauses.next() {
            Some(pause) if may_pass(&error) => sleep(*pause).await,
            _ => return Err(error),
        }
    }
}

/// Where a token comes from.
pub(super) fn path(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::WeCom => "/cgi-bin/gettoken",
        // The one whose tokens do not end each other: two programs of one account can have theirs.
        AccountKind::OfficialAccount => "/cgi-bin/stable_token",
    }
}

/// What a fetch failed with, for one more who waited for it.
pub(super) fn same(error: &ClientError) -> ClientError {
    match error {
        ClientError::Api(error) => ClientError::Api(error.clone()),
        error => ClientError::Unreachable {
            reason: error.to_string(),
        },
    }
}

/// The task that fetched ended before it had an answer, as when the runtime goes down.
pub(super) fn ended() -> ClientError {
    ClientError::Unreachable {
        reason: "the program ended while it fetched a token".to_owned(),
    }
}

async fn fetch_once(api: &Api, credentials: &Credentials) -> Result<Fetched, ClientError> {
    let Credentials { id, secret, .. } = credentials;
    let path = path(api.kind);
    let answer = match api.kind {
        AccountKind::WeCom => {
            let call = Call::get(path).query("corpid", id);
            let secrets = [("corpsecret", secret.reveal())];
            api.json(&call, &secrets, Asked::Token).await?
        }
        AccountKind::OfficialAccount => {
            let body = json!({
                "grant_type": "client_credential",
                "appid": id,
                "secret": secret.reveal(),
                "force_refresh": false,
            });
            let call = Call::post(path, &body)
                .repeatable()
                .hiding("secret", secret);
            api.json(&call, &[], Asked::Token).await?
        }
    };
    read(path, &answer)
}

fn read(path: &str, answer: &Map<String, Value>) -> Result<Fetched, ClientError> {
    let garbled = |what: &str| ClientError::garbled(path, what, true);
    let token = match answer.get("access_token") {
        Some(Value::String(token)) if !token.is_empty() => token.as_str(),
        _ => return Err(garbled("JSON without an access_token")),
    };
    if token.len() > MAX_TOKEN {
        return Err(garbled("JSON whose access_token is far too long"));
    }
    let seconds = match answer.get("expires_in") {
        Some(Value::Number(seconds)) => seconds.as_u64(),
        _ => return Err(garbled("JSON without a number expires_in")),
    };
    match seconds {
        Some(seconds @ 1..=LONGEST_LIFE) => Ok(Fetched {
            token: Secret::from(token),
            lifetime: Duration::from_secs(seconds),
        }),
        _ => Err(garbled(
            "JSON whose expires_in is no life of a token, which is some thousand seconds",
        )),
    }
}

fn may_pass(error: &ClientError) -> bool {
    match error {
        ClientError::Unreachable { .. } => true,
        ClientError::Api(error) => error.remedy == Remedy::TryAgain || error.code == CONCURRENCY,
        _ => false,
    }
}

/// All tries together; the lease on fetching is a little longer.
const WITHIN: Duration = Duration::from_secs(18);

/// Between the tries.
const PAUSES: [Duration; 2] = [Duration::from_millis(300), Duration::from_millis(900)];

/// Too many at once: it passes within moments.
const CONCURRENCY: i64 = 45033;

/// The platform says 512 at most; this is only a bound.
const MAX_TOKEN: usize = 8192;

/// In seconds: a year.
const LONGEST_LIFE: u64 = 31_536_000;
