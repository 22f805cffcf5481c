//! `message/send`: an app's message to members.
//!
//! <https://developer.work.weixin.qq.com/document/path/90236>

use std::time::Duration;

use serde_json::{Map, Value};
use sha1::{Digest as _, Sha1};

use super::answer::{Answer, Answered};
use super::card;
use super::content::{self, Scene};
use super::deliver::Outgoing;
use super::error::ApiError;
use super::rates::DAY;
use super::recipients::Recipients;
use super::request::ApiRequest;
use crate::clock::Timestamp;
use crate::sandbox::Words;
use crate::sandbox::app::letters;
use crate::sandbox::conversations::Via;
use crate::sandbox::world::WorldState;

/// The body of a request that may be sent again: app and hash.
pub(crate) type Repeatable = (usize, [u8; 20]);

/// A message that was sent, to be recalled by the app that sent it.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) msgid: String,
    pub(crate) app: usize,
    pub(crate) at: Timestamp,
}

/// A card that may be changed, once, by whoever has its code.
#[derive(Clone, Debug)]
pub(crate) struct OpenCard {
    pub(crate) app: usize,
    pub(crate) msgid: String,
    /// Whether it has a button to grey.
    pub(crate) buttons: bool,
}

pub(crate) fn send(state: &mut WorldState, request: &mut ApiRequest<'_>) -> Answered {
    let repeatable = repeatable(request);
    let to = Recipients::of_message(request)?;
    if to.is_empty() {
        return Err(ApiError::new(82001));
    }
    own_agent(state, request)?;
    let kind = request.text("msgtype");
    let kind = kind.ok_or_else(|| ApiError::at(40008, "msgtype"))?;
    let kind = Scene::App.msg_type(&kind)?;
    let mut object = request.object(kind).unwrap_or_else(empty);
    let note = check(state, Scene::App, kind, &mut object)?;
    confidential(request, kind)?;
    let now = state.now();
    if let Some((key, interval)) = &repeatable
        && let Some(msgid) = state.api.duplicates.get(key, now)
    {
        request.note = Some(Words::new(
            format!(
                "the same request came within {} s and was delivered then; not delivered again",
                interval.as_secs()
            ),
            format!(
                "{} 秒内已有相同的请求并已送达, 这次不再下发",
                interval.as_secs()
            ),
        ));
        let answer = Map::from_iter([("msgid".to_owned(), Value::from(msgid.clone()))]);
        return super::answer::ok(Value::Object(answer));
    }
    let found = to.resolve(&state.people);
    if found.members.is_empty() {
        return Err(ApiError::new(81013));
    }
    let task = new_task(state, request.app, kind, &object, now)?;
    let code = (kind == "template_card" && card::has_response_code(&object))
        .then(|| card::has_buttons(&object));

    let msgid = letters(MSGID_LETTERS);
    request.conversation = found.members.first().cloned();
    let outgoing = Outgoing::new(request, kind, object, Via::Proactive, note);
    let outgoing = outgoing.with_msgid(msgid.clone());
    request.note = outgoing.deliver(state, request.app, &found.members);
    if found.has_invalid() && request.note.is_none() {
        request.note = Some(partly());
    }

    let app = request.app;
    let api = &mut state.api;
    api.sent.push_back(Sent {
        msgid: msgid.clone(),
        app,
        at: now,
    });
    if api.sent.len() > MAX_SENT {
        api.sent.pop_front();
    }
    *api.counts.entry((day(now), app)).or_default() += 1;
    while api.counts.len() > MAX_COUNTS {
        api.counts.pop_first();
    }
    if let Some(task) = task {
        api.tasks.put((app, task), (), TASKS_KEPT, now);
    }
    if let Some((key, interval)) = repeatable {
        api.duplicates.put(key, msgid.clone(), interval, now);
    }
    let mut answer = Map::new();
    found.tell(&mut answer);
    if let Some(buttons) = code {
        let card = OpenCard {
            app,
            msgid: msgid.clone(),
            buttons,
        };
        answer.insert(
            "response_code".to_owned(),
            Value::from(response_code(state, card)),
        );
    }
    answer.insert("errcode".to_owned(), Value::from(0));
    answer.insert("errmsg".to_owned(), Value::from("ok"));
    answer.insert("msgid".to_owned(), Value::from(msgid));
    Ok(Answer::Json(Value::Object(answer)))
}

/// A code for one change of a card, good for 72 hours. <https://developer.work.weixin.qq.com/document/path/94945>
pub(crate) fn response_code(state: &mut WorldState, card: OpenCard) -> String {
    let code = letters(RESPONSE_CODE_LETTERS);
    let now = state.now();
    state.api.cards.put(code.clone(), card, CODES_KEPT, now);
    code
}

/// Checks that `agentid` is that of the token's app.
pub(crate) fn own_agent(state: &WorldState, request: &mut ApiRequest<'_>) -> Result<(), ApiError> {
    let agent = request.number("agentid");
    own(
        state,
        request.app,
        agent.ok_or_else(|| ApiError::new(41011))?,
    )
}

/// Checks that an app's id is that of the token's app.
pub(crate) fn own(state: &WorldState, app: usize, agent: i64) -> Result<(), ApiError> {
    let of_token = state.apps.get(app).map(|it| it.agent_id);
    if of_token == Some(agent) {
        return Ok(());
    }
    if !state.apps.iter().any(|it| it.agent_id == agent) {
        return Err(ApiError::at(40056, format!("agentid {agent}")));
    }
    let own = of_token.unwrap_or_default();
    Err(ApiError::because(
        301_002,
        format!("agentid is {agent}, but the token is that of app {own}"),
        format!("agentid 是 {agent}, 但 access_token 属于应用 {own}"),
    ))
}

/// Checks a message against the files that there are.
pub(crate) fn check(
    state: &WorldState,
    scene: Scene,
    kind: &'static str,
    object: &mut Value,
) -> Result<Option<Words>, ApiError> {
    let now = state.now();
    let has_file = |media_id: &str, kind: &str| {
        let file = state.media.get(media_id, now);
        let of_robot = state.api.robot.has_file(media_id);
        of_robot == (scene == Scene::Robot) && file.is_some_and(|file| file.kind == kind)
    };
    content::check(scene, kind, object, &has_file)
}

/// `safe`: 1 for what can be confidential, 2 only for mpnews. That other types get 40074 as news does is an assumption.
pub(crate) fn confidential(
    request: &mut ApiRequest<'_>,
    kind: &'static str,
) -> Result<(), ApiError> {
    let can = match request.number("safe") {
        None | Some(0) => true,
        Some(1) => matches!(kind, "text" | "image" | "video" | "file" | "mpnews"),
        Some(2) => kind == "mpnews",
        Some(_) => return Err(ApiError::at(40058, "safe")),
    };
    if can {
        Ok(())
    } else {
        Err(ApiError::at(40074, format!("safe of {kind}")))
    }
}

pub(crate) fn empty() -> Value {
    Value::Object(Map::new())
}

/// The day in the platform's time zone.
pub(crate) fn day(now: Timestamp) -> i64 {
    (now.as_secs() + 8 * 3600).div_euclid(24 * 3600)
}

/// What the request is known by, and for how long, when it asks for the check: its JSON without regard to order and blanks.
fn repeatable(request: &mut ApiRequest<'_>) -> Option<(Repeatable, Duration)> {
    let json = &request.json;
    if json.get("enable_duplicate_check")?.as_i64() != Some(1) {
        return None;
    }
    let interval = json
        .get("duplicate_check_interval")
        .and_then(Value::as_u64)
        .unwrap_or(1800)
        .min(4 * 3600);
    let hash = Sha1::digest(json.to_string().as_bytes()).into();
    Some(((request.app, hash), Duration::from_secs(interval)))
}

/// The task id of a card, which an app may use once.
fn new_task(
    state: &WorldState,
    app: usize,
    kind: &'static str,
    object: &Value,
    now: Timestamp,
) -> Result<Option<String>, ApiError> {
    if !matches!(kind, "template_card" | "interactive_taskcard") {
        return Ok(None);
    }
    let Some(id) = content::text(object, "task_id") else {
        return Ok(None);
    };
    let key = (app, id.to_owned());
    if state.api.tasks.get(&key, now).is_some() {
        return Err(ApiError::because(
            42014,
            format!(
                "task_id {id:?} was used by this app before; that the platform answers 42014 to it is an assumption"
            ),
            format!("此应用已用过 task_id {id:?}; 平台此时返回 42014 是推测"),
        ));
    }
    Ok(Some(key.1))
}

fn partly() -> Words {
    Words::new(
        "sent, but not to all: see invaliduser, invalidparty and invalidtag of the answer",
        "已发送, 但部分接收人无效: 见返回中的 invaliduser、invalidparty、invalidtag",
    )
}

const MSGID_LETTERS: usize = 44;
const RESPONSE_CODE_LETTERS: usize = 43;
/// Older copies of the page say 24 hours.
const CODES_KEPT: Duration = Duration::from_hours(72);
const TASKS_KEPT: Duration = DAY.saturating_mul(30);
const MAX_SENT: usize = 10_000;
const MAX_COUNTS: usize = 100;
