//! What the page can do.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::refuse::Refused;
use crate::sandbox::faults::Injection;
use crate::sandbox::people::People;
use crate::sandbox::world::World;
use crate::sandbox::{Incoming, callback, media, samples};

type Answer = Result<HttpResponse, Refused>;

/// Adds a member.
pub(crate) async fn add_member(body: Bytes, world: web::Data<World>) -> Answer {
    #[derive(Deserialize)]
    struct New {
        id: String,
        #[serde(default)]
        name: String,
    }
    let New { id, name } = read(&body)?;
    if !People::is_userid(&id) {
        return Err(Refused::new(
            StatusCode::BAD_REQUEST,
            "a userid has 1 to 64 letters, digits, and _ - . @",
            "userid 由 1 到 64 个字母、数字和 _ - . @ 组成",
        ));
    }
    let name: String = if name.trim().is_empty() { &id } else { &name }
        .chars()
        .take(MAX_NAME)
        .collect();
    let mut state = world.lock();
    if state.people.len() >= MAX_MEMBERS {
        return Err(Refused::new(
            StatusCode::BAD_REQUEST,
            "there are enough members",
            "成员已经足够多了",
        ));
    }
    if state.people.get(&id).is_some() {
        return Err(Refused::new(
            StatusCode::CONFLICT,
            "this userid is taken",
            "这个 userid 已经有人用了",
        ));
    }
    state.open_member(&id, &name);
    Ok(HttpResponse::Ok().json(json!({"id": id})))
}

/// Sends a message or an event as a member.
pub(crate) async fn send(body: Bytes, world: web::Data<World>) -> Answer {
    #[derive(Deserialize)]
    struct New {
        conversation: String,
        message: Incoming,
    }
    let New {
        conversation,
        message,
    } = read(&body)?;
    Ok(began(callback::send(&world, &conversation, message)?))
}

/// Clicks a button of a template card.
pub(crate) async fn click(body: Bytes, world: web::Data<World>) -> Answer {
    #[derive(Deserialize)]
    struct Click {
        item: u64,
        key: String,
        #[serde(default)]
        menu: bool,
        #[serde(default)]
        selected: Vec<Selected>,
    }
    #[derive(Deserialize)]
    struct Selected {
        question_key: String,
        option_ids: Vec<String>,
    }
    let click: Click = read(&body)?;
    let selected: Vec<(String, Vec<String>)> = click
        .selected
        .into_iter()
        .map(|selected| (selected.question_key, selected.option_ids))
        .collect();
    let exchange = callback::click_item(&world, click.item, &click.key, click.menu, &selected)?;
    Ok(began(exchange))
}

/// Sends the callback of an exchange again.
pub(crate) async fn resend(id: web::Path<u64>, world: web::Data<World>) -> Answer {
    Ok(began(callback::resend(&world, *id)?))
}

/// Verifies the callback address.
pub(crate) async fn verify(world: web::Data<World>) -> Answer {
    Ok(began(callback::verify(&world)?))
}

/// Keeps a file for a member to send.
pub(crate) async fn upload(request: HttpRequest, body: Bytes, world: web::Data<World>) -> Answer {
    #[derive(Deserialize)]
    struct File {
        #[serde(rename = "type")]
        kind: String,
        filename: String,
        /// Sends it whatever it is: `1`.
        #[serde(default)]
        as_is: u8,
    }
    let wrong = || {
        Refused::new(
            StatusCode::BAD_REQUEST,
            "say ?type=image|voice|video|file&filename=…",
            "请写 ?type=image|voice|video|file&filename=…",
        )
    };
    let file = web::Query::<File>::from_query(request.query_string()).map_err(|_| wrong())?;
    let kind = media::kind(&file.kind).ok_or_else(wrong)?;
    if body.is_empty() {
        return Err(Refused::new(
            StatusCode::BAD_REQUEST,
            "the file is empty",
            "文件是空的",
        ));
    }
    if file.as_is == 0 {
        media::fits(kind, &file.filename, &body).map_err(Refused::as_it_is)?;
    }
    let filename: String = file.filename.chars().take(MAX_FILENAME).collect();
    let mut state = world.lock();
    let now = state.now();
    let media_id = state.media.add(kind, filename, body, now);
    Ok(HttpResponse::Ok().json(json!({"media_id": media_id})))
}

/// Keeps a file of the sandbox's own for a member to send.
pub(crate) async fn sample(kind: web::Path<String>, world: web::Data<World>) -> Answer {
    let known = media::kind(&kind);
    let (kind, (filename, bytes)) = known
        .zip(samples::sample(&kind))
        .ok_or_else(Refused::gone)?;
    let mut state = world.lock();
    let now = state.now();
    let media_id = state.media.add(kind, filename.to_owned(), bytes, now);
    Ok(HttpResponse::Ok().json(json!({"media_id": media_id, "filename": filename})))
}

/// The faults that are injected now.
pub(crate) async fn faults(world: web::Data<World>) -> HttpResponse {
    let state = world.lock();
    HttpResponse::Ok().json(state.faults.list())
}

/// Injects a fault.
pub(crate) async fn inject(body: Bytes, world: web::Data<World>) -> Answer {
    let injection: Injection = read(&body)?;
    injection.check()?;
    let mut state = world.lock();
    let id = state.faults.add(injection).ok_or_else(|| {
        Refused::new(
            StatusCode::BAD_REQUEST,
            "there are 100 faults already; remove some",
            "已经有 100 个故障, 请先删除一些",
        )
    })?;
    state.faults_changed();
    Ok(HttpResponse::Ok().json(json!({"id": id})))
}

/// Removes one fault.
pub(crate) async fn remove_fault(id: web::Path<u64>, world: web::Data<World>) -> Answer {
    let mut state = world.lock();
    if !state.faults.remove(*id) {
        return Err(Refused::gone());
    }
    state.faults_changed();
    Ok(done())
}

/// Removes all faults.
pub(crate) async fn heal(world: web::Data<World>) -> Answer {
    let mut state = world.lock();
    state.faults.clear();
    state.faults_changed();
    Ok(done())
}

/// Ends the tokens, or says how long the next ones live.
pub(crate) async fn tokens(body: Bytes, world: web::Data<World>) -> Answer {
    #[derive(Deserialize)]
    #[serde(rename_all = "snake_case", deny_unknown_fields)]
    struct Tokens {
        #[serde(rename = "do", default)]
        action: Option<Action>,
        #[serde(default)]
        expires_in: Option<u32>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Action {
        Expire,
        Revoke,
    }
    let tokens: Tokens = read(&body)?;
    let mut state = world.lock();
    let now = state.now();
    match tokens.action {
        Some(Action::Expire) => state.tokens.expire(now),
        Some(Action::Revoke) => state.tokens.revoke(),
        None => {}
    }
    if let Some(seconds) = tokens.expires_in {
        let lifetime = Duration::from_secs(u64::from(seconds));
        state.tokens.set_lifetime(lifetime);
    }
    Ok(done())
}

/// Sends many messages from many members.
pub(crate) async fn burst(body: Bytes, world: web::Data<World>) -> Answer {
    #[derive(Deserialize)]
    struct Burst {
        messages: usize,
        members: usize,
        #[serde(default)]
        content: String,
    }
    let burst: Burst = read(&body)?;
    let started = callback::burst(&world, burst.messages, burst.members, &burst.content)?;
    Ok(HttpResponse::Ok().json(json!({"started": started})))
}

/// Forgets what was said.
pub(crate) async fn clear(world: web::Data<World>) -> Answer {
    let mut state = world.lock();
    state.conversations.clear();
    state.exchanges.clear();
    state.calls.clear();
    state.changes.push("reset", &());
    Ok(done())
}

fn began(exchange: u64) -> HttpResponse {
    HttpResponse::Accepted().json(json!({"exchange": exchange}))
}

fn done() -> HttpResponse {
    HttpResponse::Ok().json(json!({}))
}

pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refused> {
    serde_json::from_slice(body).map_err(|error| Refused::json(&error))
}

/// In characters.
pub(super) const MAX_NAME: usize = 64;
const MAX_FILENAME: usize = 255;

pub(super) const MAX_MEMBERS: usize = 10_000;
