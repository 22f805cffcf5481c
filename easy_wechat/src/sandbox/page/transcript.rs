//! The transcript: what happened, as a file that a bug report can carry, and that can be played again.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::commands::{MAX_MEMBERS, MAX_NAME, read};
use super::refuse::Refused;
use super::view::{account, call_details, exchange_details};
use crate::sandbox::media::{self, Media};
use crate::sandbox::people::People;
use crate::sandbox::world::{World, WorldState};
use crate::sandbox::{Incoming, callback};

/// The transcript as a file. It holds no keys, no secret and no token.
pub(crate) async fn export(world: web::Data<World>) -> HttpResponse {
    let transcript = whole(&world.lock());
    HttpResponse::Ok()
        .insert_header((
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"easy-wechat-transcript.json\"",
        ))
        .json(transcript)
}

/// Sends the members' messages of a transcript again, one after the other.
pub(crate) async fn replay(
    body: web::Bytes,
    world: web::Data<World>,
) -> Result<HttpResponse, Refused> {
    let transcript: Transcript = read(&body)?;
    {
        let mut state = world.lock();
        for file in transcript.media {
            keep(&mut state, file);
        }
        for conversation in &transcript.conversations {
            let Person { id, name, kind } = conversation;
            if kind == "member"
                && People::is_userid(id)
                && state.people.get(id).is_none()
                && state.people.len() < MAX_MEMBERS
            {
                let name: String = name.chars().take(MAX_NAME).collect();
                state.open_member(id, &name);
            }
        }
    }
    let messages: Vec<(String, Incoming)> = transcript
        .items
        .into_iter()
        .filter(|item| item.get("from").is_some_and(|from| from == "member"))
        .filter_map(|item| {
            let conversation = item.get("conversation")?.as_str()?.to_owned();
            Some((conversation, serde_json::from_value(item).ok()?))
        })
        .collect();
    let messages = callback::replay(&world, messages)?;
    Ok(HttpResponse::Ok().json(json!({"messages": messages})))
}

/// Of a transcript, what is played again.
#[derive(Deserialize)]
struct Transcript {
    #[serde(default)]
    conversations: Vec<Person>,
    items: Vec<Value>,
    #[serde(default)]
    media: Vec<File>,
}

#[derive(Deserialize)]
struct Person {
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    kind: String,
}

#[derive(Deserialize)]
struct File {
    media_id: String,
    #[serde(rename = "type")]
    kind: String,
    filename: String,
    base64: String,
}

fn whole(state: &WorldState) -> Value {
    let exchanges: Vec<Value> = state
        .exchanges
        .iter()
        .map(|exchange| exchange_details(state, exchange))
        .collect();
    let calls: Vec<Value> = state
        .calls
        .iter()
        .map(|call| call_details(state, call))
        .collect();
    let media: Vec<Value> = state
        .media
        .iter()
        .filter(|media| media.bytes.len() <= MAX_CARRIED)
        .map(|media| {
            json!({
                "media_id": media.media_id,
                "type": media.kind,
                "filename": media.filename,
                "base64": STANDARD.encode(&media.bytes),
            })
        })
        .collect();
    let account = account(state);
    json!({
        "transcript": 1,
        "version": env!("CARGO_PKG_VERSION"),
        "account": {"kind": account.get("kind"), "mode": account.get("mode")},
        "conversations": state.conversations.iter().collect::<Vec<_>>(),
        "items": state.conversations.all_items(),
        "exchanges": exchanges,
        "calls": calls,
        "media": media,
    })
}

/// Takes a file over under its id, if it is whole.
fn keep(state: &mut WorldState, file: File) {
    let now = state.now();
    let known = state.media.get(&file.media_id, now).is_some();
    let (Some(kind), Ok(bytes)) = (media::kind(&file.kind), STANDARD.decode(&file.base64)) else {
        return;
    };
    if !known && file.media_id.len() <= MAX_MEDIA_ID {
        state.media.keep(Media {
            content_type: media::content_type(&bytes),
            media_id: file.media_id,
            kind,
            filename: file.filename,
            bytes: bytes.into(),
            at: now,
        });
    }
}

/// Files up to this size are in the transcript, in bytes.
const MAX_CARRIED: usize = 1 << 20;
const MAX_MEDIA_ID: usize = 256;
