//! The group robot: who has the key of its webhook may speak in its group.
//!
//! <https://developer.work.weixin.qq.com/document/path/99110>

use std::collections::VecDeque;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use md5::{Digest as _, Md5};
use rand::RngExt as _;
use serde_json::{Value, json};

use super::answer::{Answered, done, ok};
use super::content::{Scene, required};
use super::deliver::Outgoing;
use super::error::ApiError;
use super::media::{checked, kind_of, take_file};
use super::rates::{Limit, MINUTE, Window};
use super::request::{ApiRequest, Upload};
use super::send;
use crate::sandbox::conversations::{ConversationKind, Via};
use crate::sandbox::world::WorldState;

/// The robot; there is one.
#[derive(Debug, Default)]
pub(crate) struct Robot {
    key: Option<String>,
    sent: Window,
    /// Its files are good for nobody else.
    files: VecDeque<String>,
}

impl Robot {
    pub(crate) fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    pub(crate) fn has_file(&self, media_id: &str) -> bool {
        self.files.iter().any(|it| it == media_id)
    }
}

/// The key of the robot's webhook. The robot and its group come to be when they are first asked for.
pub(crate) fn robot_key(state: &mut WorldState) -> String {
    if let Some(key) = &state.api.robot.key {
        return key.clone();
    }
    let digits = |count: usize| -> String {
        let mut rng = rand::rng();
        (0..count)
            .filter_map(|_| char::from_digit(rng.random_range(0..16), 16))
            .collect()
    };
    let key = [8, 4, 4, 4, 12].map(digits).join("-");
    state.api.robot.key = Some(key.clone());
    let members = state.people.iter().map(|it| it.id.clone()).collect();
    state.open_conversation(GROUP, "群机器人", ConversationKind::Robot, members);
    key
}

pub(crate) fn send(state: &mut WorldState, request: &mut ApiRequest<'_>) -> Answered {
    check_key(state, request)?;
    let now = state.now();
    if !state.api.robot.sent.admits(&PER_MINUTE, now) {
        return Err(ApiError::because(
            45009,
            "a robot sends at most 20 messages a minute",
            "每个机器人每分钟最多发送 20 条消息",
        ));
    }
    let kind = request.text("msgtype");
    let kind = kind.ok_or_else(|| ApiError::at(40008, "msgtype"))?;
    let kind = Scene::Robot.msg_type(&kind)?;
    let mut object = request.object(kind).unwrap_or_else(send::empty);
    let mut note = None;
    if kind == "image" {
        object = picture(state, &object)?;
    } else {
        note = send::check(state, Scene::Robot, kind, &mut object)?;
    }
    let outgoing = Outgoing::new(request, kind, object, Via::Robot, note);
    outgoing.show_in(state, GROUP);
    request.conversation = Some(GROUP.to_owned());
    done()
}

pub(crate) fn upload_media(state: &mut WorldState, request: &mut ApiRequest<'_>) -> Answered {
    check_key(state, request)?;
    let kind = kind_of(request, &["file", "voice"])?;
    let file = take_file(request)?;
    checked(kind, &file, request.kind)?;
    let now = state.now();
    let media_id = state.media.add(kind, file.filename, file.bytes, now);
    let files = &mut state.api.robot.files;
    files.push_back(media_id.clone());
    if files.len() > MAX_FILES {
        files.pop_front();
    }
    let at = now.as_secs().to_string();
    ok(json!({"type": kind, "media_id": media_id, "created_at": at}))
}

/// Whether the call has the robot's key.
fn check_key(state: &WorldState, request: &ApiRequest<'_>) -> Result<(), ApiError> {
    let key = request.query.get("key");
    match (key, &state.api.robot.key) {
        (Some(given), Some(key)) if given == *key => Ok(()),
        _ => Err(ApiError::new(93000)),
    }
}

/// A picture comes within the JSON. The page gets it as a file.
fn picture(state: &mut WorldState, object: &Value) -> Result<Value, ApiError> {
    let base64 = required(object, "base64", 40058)?;
    let md5 = required(object, "md5", 40058)?;
    let bytes = STANDARD.decode(base64.trim());
    let bytes = Bytes::from(bytes.map_err(|_| ApiError::at(40058, "base64"))?);
    if bytes.len() > MAX_PICTURE {
        let length = bytes.len();
        return Err(ApiError::over(
            40009,
            "the picture in bytes",
            length,
            MAX_PICTURE,
        ));
    }
    if !hex(&Md5::digest(&bytes)).eq_ignore_ascii_case(md5) {
        return Err(ApiError::new(301_019));
    }
    let file = Upload {
        filename: "image".to_owned(),
        bytes,
    };
    checked("image", &file, crate::platform::AccountKind::WeCom)?;
    let now = state.now();
    let media_id = state.media.add("image", file.filename, file.bytes, now);
    Ok(json!({"media_id": media_id, "md5": md5}))
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0x0F]);
    digits
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

/// The conversation of the robot's group. Its key is a secret, so it is not in the id.
const GROUP: &str = "robot:alerts";

const PER_MINUTE: [Limit; 1] = [(20, MINUTE)];
/// Before base64.
const MAX_PICTURE: usize = 2 << 20;
const MAX_FILES: usize = 500;
