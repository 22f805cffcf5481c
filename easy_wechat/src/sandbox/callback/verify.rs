//! The verification of the callback address, as the console's 保存 does it.
//!
//! <https://developer.work.weixin.qq.com/document/path/90930>

use std::sync::Arc;

use reqwest::Url;

use super::attempt::place;
use super::call::{Got, call};
use super::run::{finish, shown};
use super::seal::{self, Request};
use super::trouble::Trouble;
use super::{echo, ended, light, millis};
use crate::sandbox::exchanges::{Delivery, Exchange};
use crate::sandbox::world::{Verified, VerifiedBy, World, WorldState};
use crate::sandbox::{SandboxError, State, Words};

/// Has the platform call `url` from now on, and verifies it.
pub(crate) async fn connect(world: &Arc<World>, url: String) -> Result<(), SandboxError> {
    let good = Url::parse(&url).is_ok_and(|parsed| {
        matches!(parsed.scheme(), "http" | "https")
            && parsed.host_str().is_some_and(|host| !host.is_empty())
    });
    if !good || url.len() > MAX_URL {
        let url = url.chars().take(MAX_URL).collect();
        return Err(SandboxError::BadCallback { url });
    }
    {
        let mut state = world.lock();
        state.callback = Some(url.clone());
        state.verified = None;
        state.account_changed();
    }
    let ended = ended(world, verify(world)?).await;
    if ended.state == State::Acknowledged {
        Ok(())
    } else {
        let words = ended.words;
        Err(SandboxError::NotVerified { url, words })
    }
}

/// Begins the verification of the callback address; gives the number of the exchange.
pub(crate) fn verify(world: &Arc<World>) -> Result<u64, SandboxError> {
    let mut state = world.lock();
    let callback = state.callback.clone().ok_or(SandboxError::NoCallback)?;
    super::check_room(&state)?;
    let app = super::first_app(&state)?;
    let now = state.now();
    let (request, echo) = seal::get(&app, &callback, now.as_secs())?;
    let limit = millis(world.timing.verify);
    let exchange = Exchange::new(
        "verify".to_owned(),
        echo.as_str().into(),
        state.now_ms(),
        limit,
    );
    let id = state.begin_exchange(exchange);
    state.callbacks.begin(id);
    drop(state);
    let world = Arc::clone(world);
    world.runtime.clone().spawn(async move {
        let verification = Verification {
            request,
            echo,
            callback,
            at: now.as_micros().div_euclid(1000),
        };
        verification.run(&world, id).await;
    });
    Ok(id)
}

/// Verifies the address unasked, after the app was away: a success is recorded, another failure only said of the address,
/// so that an app that is still starting does not fill the list.
pub(super) async fn verify_again(world: &Arc<World>) {
    let (verification, limit) = {
        let state = world.lock();
        let (Some(callback), Some(app)) = (state.callback.clone(), state.apps.first()) else {
            return;
        };
        let now = state.now();
        let Ok((request, echo)) = seal::get(app, &callback, now.as_secs()) else {
            return;
        };
        let verification = Verification {
            request,
            echo,
            callback,
            at: now.as_micros().div_euclid(1000),
        };
        (verification, millis(world.timing.verify))
    };
    let outcome = verification.ask(world).await;
    if outcome.ended == State::Acknowledged {
        let plain = verification.echo.as_str().into();
        let exchange = Exchange::new("verify".to_owned(), plain, verification.at, limit);
        let id = world.lock().begin_exchange(exchange);
        verification.record(world, id, outcome);
    } else {
        verification.note(&mut world.lock(), &outcome);
    }
}

struct Verification {
    request: Request,
    echo: String,
    callback: String,
    at: i64,
}

/// What became of a verification.
struct Outcome {
    ended: State,
    words: Words,
    got: Got,
}

impl Verification {
    async fn run(self, world: &Arc<World>, id: u64) {
        let outcome = self.ask(world).await;
        let failed = outcome.ended != State::Acknowledged;
        self.record(world, id, outcome);
        if failed {
            light::watch(world);
        }
    }

    async fn ask(&self, world: &World) -> Outcome {
        let limit = world.timing.verify;
        let got = call(&world.http, &self.request, limit).await;
        let judged = match &got.trouble {
            Some(Trouble::TimeOut) => Err(too_slow(&place(&self.callback), millis(limit))),
            Some(trouble) => Err(trouble.words(&place(&self.callback), millis(limit))),
            None => {
                let status = got.status.unwrap_or_default();
                let sent = sent(&self.request.url);
                echo::judge(
                    status,
                    got.location.as_deref(),
                    &got.body,
                    &self.echo,
                    &sent,
                )
            }
        };
        let answered = got.trouble.is_none() && got.status == Some(200);
        let (ended, words) = match judged {
            Ok(()) => (
                State::Acknowledged,
                Words::new("the address is verified", "回调地址验证通过"),
            ),
            Err(words) if answered => (State::Dropped, words),
            Err(words) => (State::Failed, words),
        };
        Outcome { ended, words, got }
    }

    /// Ends the exchange with what became of it.
    fn record(self, world: &World, id: u64, outcome: Outcome) {
        let took_ms = millis(outcome.got.took);
        {
            let mut state = world.lock();
            self.note(&mut state, &outcome);
            let Outcome { ended, words, got } = &outcome;
            let delivery = Delivery {
                n: 1,
                at: self.at,
                method: "GET",
                url: self.request.url,
                request_body: String::new(),
                status: got.status,
                took_ms,
                answer: got.status.map(|_| shown(&got.body)),
                answer_headers: got.headers.clone(),
                reply: None,
                state: *ended,
                words: words.clone(),
            };
            state.change_exchange(id, |exchange| {
                exchange.attempts = 1;
                exchange.took_ms = took_ms;
                exchange.deliveries.push(delivery);
            });
        }
        finish(world, id, outcome.ended, outcome.words);
    }

    /// Says it of the address, unless that is another one by now.
    fn note(&self, state: &mut WorldState, outcome: &Outcome) {
        if state.callback.as_ref() != Some(&self.callback) {
            return;
        }
        let verified = Verified {
            ok: outcome.ended == State::Acknowledged,
            words: outcome.words.clone(),
            took_ms: millis(outcome.got.took),
            by: VerifiedBy::Verification,
        };
        let same = |it: &Verified| !it.ok && !verified.ok && it.words == verified.words;
        if !state.verified.as_ref().is_some_and(same) {
            state.verified = Some(verified);
            state.account_changed();
        }
    }
}

fn too_slow(place: &str, limit_ms: u64) -> Words {
    Words::new(
        format!(
            "no answer from {place} within {limit_ms} ms: answer the GET at once with the echostr (on WeCom decrypted)"
        ),
        format!(
            "{place} 在 {limit_ms} 毫秒内没有应答: 对 GET 请求要立即返回 echostr (企业微信需先解密)"
        ),
    )
}

/// The `echostr` that stands in the query.
fn sent(url: &str) -> String {
    let url = Url::parse(url).ok();
    let mut pairs = url.as_ref().map(Url::query_pairs).into_iter().flatten();
    let echostr = pairs.find(|(name, _)| name == "echostr");
    echostr
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

/// In bytes.
const MAX_URL: usize = 2048;
