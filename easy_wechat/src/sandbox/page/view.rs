//! What the page shows: the state, and the details of one thing.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::refuse::Refused;
use crate::platform::AccountKind;
use crate::sandbox::app::mode_name;
use crate::sandbox::calls::Call;
use crate::sandbox::exchanges::Exchange;
use crate::sandbox::media::Media;
use crate::sandbox::world::{World, WorldState};
use crate::sandbox::{api, callback};

/// Everything, for a page that opens.
pub(crate) async fn state(world: web::Data<World>) -> HttpResponse {
    let body = {
        let state = world.lock();
        json!({
            "seq": state.changes.seq(),
            "now": state.now_ms(),
            "version": env!("CARGO_PKG_VERSION"),
            "account": account(&state),
            "conversations": state.conversations.iter().collect::<Vec<_>>(),
            "items": state.conversations.all_items(),
            "exchanges": state.exchanges.iter().collect::<Vec<_>>(),
            "calls": state.calls.iter().collect::<Vec<_>>(),
            "menu": api::menu(&state),
            "faults": state.faults.list(),
            "media_dropped": state.media.dropped(),
        })
    };
    HttpResponse::Ok().json(body)
}

/// The app that is called back.
pub(crate) fn account(state: &WorldState) -> Value {
    let Some(app) = state.apps.first() else {
        return Value::Null;
    };
    let kind = match app.kind {
        AccountKind::WeCom => "wecom",
        AccountKind::OfficialAccount => "official_account",
    };
    json!({
        "kind": kind,
        "mode": mode_name(app.mode),
        "app": state.name(),
        "receive_id": app.receive_id,
        "agentid": app.agent_id,
        "callback": state.callback,
        "verified": state.verified,
        "ini": app.ini(state.name(), &state.url),
    })
}

/// The events that can be fired.
pub(crate) async fn catalog(world: web::Data<World>) -> HttpResponse {
    HttpResponse::Ok().json(callback::catalog(world.app().kind))
}

/// One exchange, whole.
pub(crate) async fn exchange(
    id: web::Path<u64>,
    world: web::Data<World>,
) -> Result<HttpResponse, Refused> {
    let body = {
        let state = world.lock();
        let exchange = state.exchanges.get(*id).ok_or_else(Refused::gone)?;
        exchange_details(&state, exchange)
    };
    Ok(HttpResponse::Ok().json(body))
}

/// One call, whole.
pub(crate) async fn call(
    id: web::Path<u64>,
    world: web::Data<World>,
) -> Result<HttpResponse, Refused> {
    let body = {
        let state = world.lock();
        let call = state.calls.get(*id).ok_or_else(Refused::gone)?;
        call_details(&state, call)
    };
    Ok(HttpResponse::Ok().json(body))
}

/// An exchange with its attempts, and with the calls that the app made from its begin to the next of that conversation.
pub(crate) fn exchange_details(state: &WorldState, exchange: &Exchange) -> Value {
    let next = state
        .exchanges
        .iter()
        .find(|it| it.id > exchange.id && it.conversation == exchange.conversation)
        .map_or(i64::MAX, |it| it.at);
    let calls: Vec<u64> = state
        .calls
        .iter()
        .filter(|call| (exchange.at..next).contains(&call.at))
        .map(|call| call.id)
        .take(MAX_CALLS)
        .collect();
    with(
        exchange,
        &json!({"plain": &*exchange.plain, "deliveries": exchange.deliveries, "calls": calls}),
    )
}

/// A call with what came and what was answered, without secrets and access tokens.
pub(crate) fn call_details(state: &WorldState, call: &Call) -> Value {
    let shown = |bytes: &[u8]| {
        let start = bytes.get(..MAX_SHOWN).unwrap_or(bytes);
        let text = String::from_utf8_lossy(start).into_owned();
        hide(state, text)
    };
    let answer = shown(&call.answer);
    let answer = match serde_json::from_str(&answer) {
        Ok(Value::Object(mut object)) if object.contains_key("access_token") => {
            object.insert("access_token".to_owned(), json!("***"));
            Value::Object(object).to_string()
        }
        _ => answer,
    };
    with(
        call,
        &json!({"query": hide(state, without_secrets(&call.query)), "request": shown(&call.request), "answer": answer}),
    )
}

/// The bytes of a file. What is no picture, recording or film can only be saved.
pub(crate) async fn media(
    id: web::Path<String>,
    world: web::Data<World>,
) -> Result<HttpResponse, Refused> {
    let media = find(&world, &id)?;
    let shown = ["image/", "audio/", "video/"]
        .iter()
        .any(|kind| media.content_type.starts_with(kind));
    let how = if shown { "inline" } else { "attachment" };
    let name = utf8_percent_encode(&media.filename, NON_ALPHANUMERIC);
    Ok(HttpResponse::Ok()
        .content_type(media.content_type)
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("{how}; filename*=UTF-8''{name}"),
        ))
        .insert_header((
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox",
        ))
        // A file never changes, so that a conversation of pictures need not be loaded twice.
        .insert_header((header::CACHE_CONTROL, "private, max-age=86400, immutable"))
        .body(media.bytes))
}

/// What is known of a file.
pub(crate) async fn media_info(
    id: web::Path<String>,
    world: web::Data<World>,
) -> Result<HttpResponse, Refused> {
    let media = find(&world, &id)?;
    Ok(HttpResponse::Ok().json(json!({
        "media_id": media.media_id,
        "filename": media.filename,
        "size": media.bytes.len(),
        "type": media.kind,
        "content_type": media.content_type,
    })))
}

fn find(world: &World, media_id: &str) -> Result<Media, Refused> {
    let state = world.lock();
    let found = state.media.get(media_id, state.now());
    found.cloned().ok_or_else(Refused::gone)
}

/// The summary and more in one object.
fn with(summary: &impl serde::Serialize, more: &Value) -> Value {
    let mut object = serde_json::to_value(summary).unwrap_or_default();
    if let (Value::Object(object), Value::Object(more)) = (&mut object, more) {
        object.extend(more.clone());
    }
    object
}

/// Stars in place of the secrets that calls carry: the apps' secrets and the webhook's key.
fn hide(state: &WorldState, mut text: String) -> String {
    let secrets = state.apps.iter().map(|app| app.secret.reveal());
    for secret in secrets.chain(state.api.webhook_key()) {
        if secret.is_empty() {
            continue;
        }
        text = text.replace(secret, "***");
        let encoded = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
        if encoded != secret {
            text = text.replace(&encoded, "***");
        }
    }
    text
}

/// A query whose secrets are stars.
fn without_secrets(query: &str) -> String {
    query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((name @ ("access_token" | "corpsecret" | "secret" | "key"), _)) => {
                format!("{name}=***")
            }
            _ => pair.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("&")
}

/// Of a body, in bytes.
const MAX_SHOWN: usize = 64 << 10;

/// Of an exchange.
const MAX_CALLS: usize = 100;
