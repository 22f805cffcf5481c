//! What a call does: faults, token, endpoint, record. All of it within one hold of the lock.

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::answer::{Answer, Reply};
use super::body::{BOM, Body};
use super::dispatch::address;
use super::endpoints::{Endpoint, Verb};
use super::error::ApiError;
use super::record::{Head, MAX_QUERY, shown};
use super::refusal::{also, documented_as_get, errmsg, injected, mistyped, not_done};
use super::request::{ApiRequest, Query};
use super::struck::Struck;
use crate::platform::AccountKind;
use crate::sandbox::Words;
use crate::sandbox::calls::Call;
use crate::sandbox::faults::HangUp;
use crate::sandbox::tokens::TokenState;
use crate::sandbox::world::WorldState;

/// What is left to do when the lock is free again.
#[derive(Debug)]
pub(crate) struct Acted {
    /// `None`: the connection just ends.
    pub(crate) reply: Option<Reply>,
    /// Only half of it is sent.
    pub(crate) half: bool,
    pub(crate) delay: Option<Duration>,
}

/// Carries out a call, and completes its record.
pub(crate) fn act(
    state: &mut WorldState,
    endpoint: Option<&'static Endpoint>,
    head: &Head<'_>,
    body: Body,
    mut call: Call,
) -> Acted {
    let struck = Struck::now(state, head.path);
    let kind = state.kind();
    call.at = state.now_ms();
    call.fault = struck.name;
    let refused = struck.hang_up == Some(HangUp::Before) || struck.bad_gateway;
    let mut reply = None;
    if refused {
        call.status = if struck.bad_gateway { 502 } else { 0 };
        call.errcode = -1;
        call.errmsg = Cow::Borrowed("");
        call.words = Some(not_done());
        if struck.bad_gateway {
            let page = Reply::bad_gateway();
            call.answer = page.body.clone();
            reply = Some(page);
        }
    } else if let Some((code, ip)) = &struck.code {
        let error = injected(*code);
        let from = ip
            .as_deref()
            .map_or_else(|| address(head.from), Cow::Borrowed);
        let errmsg = errmsg(&error, kind, &from, None);
        reply = Some(refusal(&mut call, *code, errmsg));
        call.words = (*code != 0).then(|| error.words());
    } else {
        let flood = matches!(body, Body::Flood);
        let answer = carry_out(state, endpoint, head, body, kind, &mut call);
        // Whoever sends without end would have to be read without end before he reads.
        if flood {
            call.status = 0;
        } else {
            reply = Some(answer);
        }
    }
    let slept = struck.delay.unwrap_or_default();
    let took = head.begun.elapsed().saturating_add(slept);
    call.took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    state.add_call(call);
    Acted {
        reply,
        half: struck.hang_up == Some(HangUp::Middle),
        delay: struck.delay,
    }
}

/// Runs the endpoint, and turns what it says into an answer.
fn carry_out(
    state: &mut WorldState,
    endpoint: Option<&'static Endpoint>,
    head: &Head<'_>,
    body: Body,
    kind: AccountKind,
    call: &mut Call,
) -> Reply {
    let mut request = ApiRequest {
        query: Query::new(head.query),
        range: head.range,
        json: Value::Null,
        file: None,
        kind,
        app: 0,
        call: state.calls.next_id(),
        url: head.url,
        conversation: None,
        note: None,
        mistyped: None,
    };
    let has_bom = matches!(&body, Body::Json { bytes, .. } if bytes.starts_with(BOM));
    let answered = check(state, endpoint, head, body, &mut request)
        .and_then(|endpoint| (endpoint.run)(state, &mut request));
    call.conversation = request.conversation.take();
    call.words = request.note.take().or_else(|| has_bom.then(with_bom));
    match answered {
        Ok(Answer::File(piece)) => {
            let note = format!("{} bytes of {}", piece.bytes.len(), piece.content_type);
            call.answer = note.into();
            let reply = Reply::file(piece);
            call.status = reply.status.as_u16();
            reply
        }
        Ok(Answer::Json(mut answer)) => {
            if let Some(field) = request.mistyped {
                call.errmsg = Cow::Borrowed(MISTYPED_OK);
                call.words.get_or_insert_with(|| mistyped(field));
                if let Some(errmsg) = answer.get_mut("errmsg") {
                    *errmsg = Value::from(MISTYPED_OK);
                }
            }
            // What serde_json made can be written.
            let body = Bytes::from(serde_json::to_vec(&answer).unwrap_or_default());
            call.answer = body.clone();
            Reply::json(0, &call.errmsg, body)
        }
        Err(error) => {
            let errmsg = errmsg(&error, kind, &address(head.from), request.mistyped);
            call.words = Some(match request.mistyped {
                None => error.words(),
                Some(field) => also(&error.words(), &mistyped(field)),
            });
            refusal(call, error.code, errmsg)
        }
    }
}

/// All that is the same for every endpoint: address, method, token, form of the body.
fn check(
    state: &mut WorldState,
    endpoint: Option<&'static Endpoint>,
    head: &Head<'_>,
    body: Body,
    request: &mut ApiRequest<'_>,
) -> Result<&'static Endpoint, ApiError> {
    // 40066 for an address that is none is an assumption.
    let endpoint = endpoint.ok_or_else(|| ApiError::at(40066, shown(head.path)))?;
    if !endpoint.is_of(request.kind) {
        return Err(of_the_other(request.kind));
    }
    if head.query.len() > MAX_QUERY {
        let length = head.query.len();
        return Err(ApiError::over(
            40058,
            "the query in bytes",
            length,
            MAX_QUERY,
        ));
    }
    let posted = head.method == "POST";
    // Where GET is, HEAD is. RFC 9110, section 9.1.
    let gotten = matches!(head.method, "GET" | "HEAD");
    let fits = match endpoint.verb {
        Verb::Get => gotten,
        Verb::Post => posted,
        Verb::Either => posted || gotten,
    };
    if !fits {
        // 40058 is what the platform's list has for GET in place of POST; the others are the Official Accounts' codes.
        return Err(match (endpoint.verb, request.kind, head.method) {
            (Verb::Post, AccountKind::WeCom, "GET") => ApiError::at(40058, "GET instead of POST"),
            (Verb::Post, ..) => ApiError::new(43002),
            _ => ApiError::new(43001),
        });
    }
    if posted && endpoint.verb == Verb::Either {
        request.note = Some(documented_as_get());
    }
    if endpoint.token {
        let token = request.query.get("access_token");
        let token = token.ok_or_else(|| ApiError::new(41001))?;
        request.app = match state.tokens.check(&token, state.now()) {
            TokenState::Good(app) => app,
            TokenState::Expired => return Err(ApiError::new(42001)),
            TokenState::Unknown if request.kind == AccountKind::OfficialAccount => {
                return Err(ApiError::because(
                    40001,
                    "the token was never given out, or a newer one has taken its place: get a new one, then try once more",
                    "access_token 从未发放过, 或已被更新的取代: 重新获取后再试一次",
                ));
            }
            TokenState::Unknown => return Err(ApiError::new(40014)),
        };
    }
    match body {
        Body::Nothing => request.json = Value::Object(Map::new()),
        Body::File { file, note } => {
            request.file = Some(file);
            request.note = note;
        }
        Body::Bad(error) => return Err(error),
        Body::Flood => return Err(ApiError::at(45002, "an endless body")),
        Body::Json {
            object: Ok(object), ..
        } => request.json = object,
        Body::Json {
            object: Err(why), ..
        } => return Err(not_json(request, &why)),
    }
    Ok(endpoint)
}

/// The platform goes on without what it cannot read, and then mostly misses something; here such a body is refused at once,
/// with the platform's warning in the `errmsg`.
fn not_json(request: &mut ApiRequest<'_>, why: &str) -> ApiError {
    if request.kind == AccountKind::OfficialAccount {
        return ApiError::at(47001, why.to_owned());
    }
    request.mistyped = Some("");
    ApiError::because(
        40058,
        format!("the body is no JSON object: {why}"),
        format!("请求体不是 JSON 对象: {why}"),
    )
}

fn with_bom() -> Words {
    Words::new(
        "the body begins with a byte order mark, which the sandbox leaves out; whether the platform does is not known: send UTF-8 without it",
        "请求体以 BOM 开头, 沙箱已忽略; 平台是否接受未知: 请发送不带 BOM 的 UTF-8",
    )
}

fn of_the_other(kind: AccountKind) -> ApiError {
    match kind {
        AccountKind::WeCom => ApiError::because(
            40066,
            "this is an address of Official Accounts; the sandbox plays WeCom now",
            "这是公众号的接口; 沙箱当前扮演的是企业微信",
        ),
        AccountKind::OfficialAccount => ApiError::because(
            40066,
            "this is an address of WeCom; the sandbox plays an Official Account now",
            "这是企业微信的接口; 沙箱当前扮演的是公众号",
        ),
    }
}

fn refusal(call: &mut Call, code: i64, errmsg: Cow<'static, str>) -> Reply {
    let body = json!({"errcode": code, "errmsg": errmsg}).to_string();
    call.errcode = code;
    call.answer = Bytes::from(body);
    let reply = Reply::json(code, &errmsg, call.answer.clone());
    call.errmsg = errmsg;
    reply
}

const MISTYPED_OK: &str = "ok. Warning: wrong json format. ";
