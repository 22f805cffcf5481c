//! One attempt: sealed afresh, sent, judged. Nothing is recorded here.

use reqwest::{Client, Url};

use super::call::{Got, call};
use super::judge::{Asked, Verdict, judge, with_remark};
use super::millis;
use super::occasion::Occasion;
use super::seal::{self, Request, Tamper};
use crate::sandbox::app::App;
use crate::sandbox::world::World;
use crate::sandbox::{State, Words};

/// What is sent, from whom to where.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) world: &'a World,
    pub(super) http: &'a Client,
    pub(super) app: &'a App,
    pub(super) callback: &'a str,
    pub(super) plain: &'a str,
    pub(super) occasion: &'a Occasion,
}

/// What came of it.
pub(super) struct Attempt {
    pub(super) request: Request,
    pub(super) got: Got,
    pub(super) verdict: Verdict,
}

/// Makes one attempt, within the time that the platform gives.
pub(super) async fn attempt(line: Line<'_>, tamper: Tamper) -> Attempt {
    let world = line.world;
    let now = world.clock.now().as_secs();
    let openid = line.occasion.from.as_deref().unwrap_or_default();
    let request = match seal::post(line.app, line.callback, line.plain, openid, now, tamper) {
        Ok(request) => request,
        Err(error) => {
            let words = Words::new(
                format!("the callback cannot be encrypted: {error}"),
                format!("回调无法加密: {error}"),
            );
            return Attempt {
                request: Request {
                    url: line.callback.to_owned(),
                    body: None,
                },
                got: Got::default(),
                verdict: Verdict::failed(words),
            };
        }
    };
    let limit = world.timing.answer;
    let got = call(line.http, &request, limit).await;
    let mut verdict = if let Some(trouble) = &got.trouble {
        Verdict::failed(trouble.words(&place(line.callback), millis(limit)))
    } else {
        let asked = Asked {
            app: line.app,
            occasion: line.occasion,
            media: &|media_id| {
                let state = world.lock();
                let media = state.media.get(media_id, state.now())?;
                Some(media.kind)
            },
        };
        let status = got.status.unwrap_or_default();
        judge(&asked, status, got.location.as_deref(), &got.body)
    };
    if let Some(words) = of_tampering(tamper, got.status) {
        verdict.words = if verdict.state == State::Failed {
            words
        } else {
            with_remark(words, Some(verdict.words))
        };
    }
    if let Some(why) = &line.occasion.malformed
        && got
            .status
            .is_some_and(|status| (400..500).contains(&status))
    {
        verdict.words = not_well_formed(got.status.unwrap_or_default(), why);
    }
    Attempt {
        request,
        got,
        verdict,
    }
}

/// The keys are right then, and there is nothing to be compared.
fn not_well_formed(status: u16, why: &str) -> Words {
    Words::new(
        format!("HTTP {status}: the app refused the XML that was sent: {why}"),
        format!("HTTP {status}: 应用拒绝了发送的 XML, 它的格式不正确: {why}"),
    )
}

/// Host and port of an address.
pub(super) fn place(callback: &str) -> String {
    let Ok(url) = Url::parse(callback) else {
        return callback.to_owned();
    };
    let host = url.host_str().unwrap_or_default();
    match url.port_or_known_default() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// What the answer to a callback that is wrong on purpose says of the app.
fn of_tampering(tamper: Tamper, status: Option<u16>) -> Option<Words> {
    let status = status?;
    let refused = (400..500).contains(&status);
    match (tamper, refused, status) {
        (Tamper::WrongSignature, true, _) => Some(Words::new(
            format!("HTTP {status}: refused, as it should be: the signature was wrong on purpose"),
            format!("HTTP {status}: 正确地拒绝了: 签名是故意写错的"),
        )),
        (Tamper::Stale, true, _) => Some(Words::new(
            format!("HTTP {status}: refused, as it should be: it was signed an hour ago"),
            format!("HTTP {status}: 正确地拒绝了: 这个回调是一小时前签名的"),
        )),
        (Tamper::WrongSignature, false, 200) => Some(Words::new(
            "the app took a callback whose signature is wrong: check msg_signature before anything else",
            "应用接受了签名错误的回调: 请先校验 msg_signature",
        )),
        (Tamper::Stale, false, 200) => Some(Words::new(
            "the app took a callback that was signed an hour ago, so old ones can be sent again by others: check the timestamp (easy_wechat: max_callback_age)",
            "应用接受了一小时前签名的回调, 旧回调可能被他人重放: 请检查 timestamp (easy_wechat 的 max_callback_age)",
        )),
        _ => None,
    }
}
