//! Customer-service messages of Official Accounts, and the windows in which they may be sent.
//!
//! <https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Service_Center_messages.html>. A follower's message allows
//! 5 messages within 48 hours; a click on the menu, a subscription or a scanned code 3 within a minute. That each new message
//! of the follower's begins a new count of 5 is an assumption.

use std::time::Duration;

use super::answer::{Answered, done};
use super::content::Scene;
use super::deliver::Outgoing;
use super::error::ApiError;
use super::rates::MINUTE;
use super::request::ApiRequest;
use super::send;
use crate::clock::Timestamp;
use crate::sandbox::conversations::Via;
use crate::sandbox::world::WorldState;

/// What a follower's last actions allow.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Allowed {
    message: Option<Allowance>,
    event: Option<Allowance>,
}

#[derive(Clone, Copy, Debug)]
struct Allowance {
    from: Timestamp,
    left: u8,
}

/// Takes note of what a follower sent: `kind` is the `MsgType`, `event` the event's name. WeCom knows no such windows.
pub(crate) fn note_from_member(
    state: &mut WorldState,
    member: &str,
    kind: &str,
    event: Option<&str>,
) {
    let now = state.now();
    let windows = &mut state.api.windows;
    let mut allowed = windows.get(member, now).copied().unwrap_or_default();
    match event {
        None if kind != "event" => {
            allowed.message = Some(Allowance {
                from: now,
                left: BY_MESSAGE,
            });
        }
        Some(event) if OPENING.iter().any(|it| it.eq_ignore_ascii_case(event)) => {
            allowed.event = Some(Allowance {
                from: now,
                left: BY_EVENT,
            });
        }
        Some(event) if event.eq_ignore_ascii_case("unsubscribe") => {
            windows.take(member);
            return;
        }
        _ => return,
    }
    windows.put(member.to_owned(), allowed, MESSAGE_WINDOW, now);
}

pub(crate) fn send(state: &mut WorldState, request: &mut ApiRequest<'_>) -> Answered {
    let to = request.text("touser").unwrap_or_default();
    let member = state.people.get(&to).map(|it| it.id.clone());
    let member = member.ok_or_else(|| ApiError::at(40003, "touser"))?;
    let kind = request.text("msgtype");
    let kind = kind.ok_or_else(|| ApiError::at(40008, "msgtype"))?;
    let kind = Scene::Custom.msg_type(&kind)?;
    let mut object = request.object(kind).unwrap_or_else(send::empty);
    let note = send::check(state, Scene::Custom, kind, &mut object)?;
    let now = state.now();
    let allowed = state.api.windows.get(&member, now).copied();
    let mut allowed = allowed.ok_or_else(|| ApiError::new(45015))?;
    allowed.spend(now)?;
    state
        .api
        .windows
        .put(member.clone(), allowed, MESSAGE_WINDOW, now);
    let outgoing = Outgoing::new(request, kind, object, Via::Proactive, note);
    if !state.conversations.contains(&member) {
        state.open_member(&member, &member);
    }
    outgoing.show_in(state, &member);
    request.conversation = Some(member);
    done()
}

impl Allowed {
    /// Takes one message out of the shorter window first.
    fn spend(&mut self, now: Timestamp) -> Result<(), ApiError> {
        let mut open = false;
        for (allowance, within) in [
            (&mut self.event, MINUTE),
            (&mut self.message, MESSAGE_WINDOW),
        ] {
            let Some(allowance) = allowance.as_mut() else {
                continue;
            };
            if now.since(allowance.from) < within {
                open = true;
                if allowance.left > 0 {
                    allowance.left -= 1;
                    return Ok(());
                }
            }
        }
        Err(ApiError::new(if open { 45047 } else { 45015 }))
    }
}

const BY_MESSAGE: u8 = 5;
const BY_EVENT: u8 = 3;
const MESSAGE_WINDOW: Duration = Duration::from_hours(48);

/// The events that open a window.
const OPENING: [&str; 5] = [
    "click",
    "subscribe",
    "SCAN",
    "scancode_push",
    "scancode_waitmsg",
];
