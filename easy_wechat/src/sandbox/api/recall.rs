//! What becomes of sent messages: `message/recall` and `message/get_statistics`.

use serde_json::{Value, json};

use super::answer::{Answered, done, ok};
use super::error::ApiError;
use super::rates::DAY;
use super::request::ApiRequest;
use super::send::day;
use crate::sandbox::world::WorldState;

/// Takes a message back, within 24 hours, for the app that sent it. The page has one code, 40058, for another app's message;
/// that unknown and old ones get the same is an assumption.
pub(crate) fn recall(state: &mut WorldState, request: &mut ApiRequest<'_>) -> Answered {
    let msgid = request.text("msgid").filter(|it| !it.is_empty());
    let msgid = msgid.ok_or_else(|| ApiError::at(40058, "msgid"))?;
    let now = state.now();
    let sent = state.api.sent.iter().find(|sent| sent.msgid == msgid);
    let sent = sent.ok_or_else(|| {
        ApiError::because(
            40058,
            "no message with this msgid was sent",
            "没有发送过这个 msgid 的消息",
        )
    })?;
    if sent.app != request.app {
        return Err(ApiError::because(
            40058,
            "the message was sent by another app",
            "消息由其他应用发送",
        ));
    }
    if now.since(sent.at) >= DAY {
        return Err(ApiError::because(
            40058,
            "the message was sent more than 24 hours ago",
            "消息发送已超过 24 小时",
        ));
    }
    let mut conversation = None;
    state.change_items(|item| {
        let is_it = item.msgid.as_deref() == Some(&msgid) && !item.recalled;
        if is_it {
            item.recalled = true;
            conversation.get_or_insert_with(|| item.conversation.clone());
        }
        is_it
    });
    request.conversation = conversation;
    done()
}

/// How many messages the app has sent today or yesterday.
pub(crate) fn statistics(state: &mut WorldState, request: &mut ApiRequest<'_>) -> Answered {
    let back = match request.number("time_type") {
        None | Some(0) => 0,
        Some(1) => 1,
        Some(_) => return Err(ApiError::at(40058, "time_type")),
    };
    let day = day(state.now()) - back;
    let statistics: Vec<Value> = state
        .apps
        .iter()
        .enumerate()
        .filter_map(|(number, app)| {
            let count = state.api.counts.get(&(day, number))?;
            Some(json!({
                "agentid": app.agent_id,
                "app_name": state.name_of(number),
                "count": count,
            }))
        })
        .collect();
    ok(json!({"statistics": statistics}))
}
