//! Access tokens: `gettoken` of WeCom, `token` and `stable_token` of Official Accounts.

use serde_json::{Value, json};

use super::answer::{Answer, Answered, ok};
use super::error::ApiError;
use super::rates::{DAY, Limit};
use super::request::ApiRequest;
use crate::sandbox::tokens::Scheme;
use crate::sandbox::world::WorldState;

/// The same token until it expires. <https://developer.work.weixin.qq.com/document/path/91039>
pub(crate) fn gettoken(state: &mut WorldState, request: &mut ApiRequest<'_>) -> Answered {
    let corpid = request.parameter("corpid");
    let corpid = corpid.ok_or_else(|| ApiError::at(41002, "corpid"))?;
    let secret = request.parameter("corpsecret");
    let secret = secret.ok_or_else(|| ApiError::at(41004, "corpsecret"))?;
    let app = app_of(state, &corpid, &secret, 40001)?;
    let now = state.now();
    let (token, left) = state.tokens.get(app, Scheme::GetToken, false, now);
    ok(json!({"access_token": token, "expires_in": left}))
}

/// A new token each time, which ends the one before. The platform lets the old one live for five more minutes, as is said;
/// the sandbox does not, so that who keeps an old one finds out.
///
/// <https://developers.weixin.qq.com/doc/offiaccount/Basic_Information/Get_access_token.html>
pub(crate) fn token(state: &mut WorldState, request: &mut ApiRequest<'_>) -> Answered {
    let granted = request.parameter("grant_type");
    if granted.as_deref() != Some(GRANT_TYPE) {
        return Err(ApiError::at(40002, "grant_type"));
    }
    let appid = request.parameter("appid");
    let appid = appid.ok_or_else(|| ApiError::at(41002, "appid"))?;
    let secret = request.parameter("secret");
    let secret = secret.ok_or_else(|| ApiError::at(41004, "secret"))?;
    let app = app_of(state, &appid, &secret, 40125)?;
    let now = state.now();
    Ok(without_code(state.tokens.get(
        app,
        Scheme::Token,
        false,
        now,
    )))
}

/// The same token until its last five minutes; by force at most 20 a day, and not twice in 30 seconds. The code for too much
/// force, 45009, is an assumption.
///
/// <https://developers.weixin.qq.com/doc/offiaccount/Basic_Information/getStableAccessToken.html>
pub(crate) fn stable_token(state: &mut WorldState, request: &mut ApiRequest<'_>) -> Answered {
    if request.text("grant_type").as_deref() != Some(GRANT_TYPE) {
        return Err(ApiError::at(40002, "grant_type"));
    }
    let appid = request.text("appid");
    let appid = appid.ok_or_else(|| ApiError::at(41002, "appid"))?;
    let secret = request.text("secret");
    let secret = secret.ok_or_else(|| ApiError::at(41004, "secret"))?;
    let force = request.is_on("force_refresh");
    let app = app_of(state, &appid, &secret, 40125)?;
    let now = state.now();
    if force && !state.api.forced.admits(&FORCED, now) {
        return Err(ApiError::because(
            45009,
            "force_refresh may be used 20 times a day, and not twice within 30 seconds",
            "force_refresh 每天最多 20 次, 且两次至少间隔 30 秒",
        ));
    }
    Ok(without_code(state.tokens.get(
        app,
        Scheme::StableToken,
        force,
        now,
    )))
}

/// On success these two answer without a code.
fn without_code((token, left): (String, u64)) -> Answer {
    Answer::Json(json!({"access_token": Value::from(token), "expires_in": left}))
}

/// The number of the app; `wrong_secret` is the code when only the secret is not right.
fn app_of(
    state: &WorldState,
    receive_id: &str,
    secret: &str,
    wrong_secret: i64,
) -> Result<usize, ApiError> {
    let mut wrong = 40013;
    for (number, app) in state.apps.iter().enumerate() {
        if app.receive_id == receive_id {
            if app.secret.reveal() == secret {
                return Ok(number);
            }
            wrong = wrong_secret;
        }
    }
    Err(ApiError::new(wrong))
}

const GRANT_TYPE: &str = "client_credential";
const FORCED: [Limit; 2] = [(20, DAY), (1, std::time::Duration::from_secs(30))];
