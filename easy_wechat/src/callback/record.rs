//! What the log says of a callback.

use std::borrow::Cow;
use std::sync::Arc;

use tracing::info;

use super::{MAX_KIND, Settings};
use crate::clock::Timestamp;
use crate::deliveries::Delivery;
use crate::ids::{AgentId, MsgId, UserId};
use crate::message::{Message, MessageKind};

/// Who wrote what to whom: what is left of a message that a handler took.
pub(super) struct Origin {
    pub(super) from: UserId,
    pub(super) to: String,
    pub(super) agent: Option<AgentId>,
    /// The type of the message, or the name of the event, shortened to [`MAX_KIND`] characters.
    pub(super) kind: Cow<'static, str>,
    pub(super) is_event: bool,
    pub(super) created: i64,
    /// When the callback arrived.
    pub(super) began: Timestamp,
    /// Only set for observers.
    pub(super) id: Option<MsgId>,
    /// Of a click on a card: what a late update of it needs.
    pub(super) response_code: Option<String>,
    pub(super) task_id: Option<String>,
}

impl Origin {
    pub(super) fn of(message: &Message, began: Timestamp, is_observed: bool) -> Arc<Self> {
        let name = message.event_name().unwrap_or_else(|| message.msg_type());
        let known = MessageKind::MSG_TYPES.iter().find(|known| **known == name);
        let is_event = message.event().is_some();
        let of_a_card = |name| {
            let text = message.get(name).filter(|_| is_event).map(str::trim);
            text.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        Arc::new(Self {
            from: message.from.clone(),
            to: message.to.clone(),
            agent: message.agent,
            kind: known.map_or_else(
                || Cow::Owned(name.chars().take(MAX_KIND).collect()),
                |known| Cow::Borrowed(*known),
            ),
            is_event,
            created: message.created,
            began,
            id: message.id.as_ref().filter(|_| is_observed).cloned(),
            response_code: of_a_card("ResponseCode"),
            task_id: of_a_card("TaskId"),
        })
    }
}

/// The line of the log that each callback gets when this is dropped, also when the platform hung up and nobody waits for
/// the answer any more.
pub(super) struct Line<'a> {
    settings: &'a Settings,
    delivery: &'a Delivery,
    origin: &'a Origin,
    began: Timestamp,
    ended: Option<Timestamp>,
    attempt: u32,
    outcome: &'static str,
}

impl<'a> Line<'a> {
    pub(super) fn new(
        settings: &'a Settings,
        delivery: &'a Delivery,
        origin: &'a Origin,
        began: Timestamp,
        attempt: u32,
    ) -> Self {
        Self {
            settings,
            delivery,
            origin,
            began,
            ended: None,
            attempt,
            outcome: "hung up",
        }
    }

    /// Says what the callback came to.
    pub(super) fn came_to(&mut self, outcome: &'static str) {
        self.outcome = outcome;
    }

    /// The time, which is taken for that of the answer.
    pub(super) fn now(&mut self) -> Timestamp {
        *self.ended.insert(self.settings.clock.now())
    }
}

impl Drop for Line<'_> {
    fn drop(&mut self) {
        let app = self.settings.app.as_str();
        let from = self.origin.from.as_str();
        let kind = &*self.origin.kind;
        let key = self.delivery.key.as_str();
        let Self {
            attempt, outcome, ..
        } = *self;
        let ended = self.ended.unwrap_or_else(|| self.settings.clock.now());
        let took_ms = u64::try_from(ended.since(self.began).as_millis()).unwrap_or(u64::MAX);
        if attempt > 1 {
            info!(target: TARGET, app, from, kind, took_ms, outcome, attempt, key, "re-sent callback");
        } else {
            info!(target: TARGET, app, from, kind, took_ms, outcome, key, "callback");
        }
    }
}

/// Where the lines come from, whatever file this stands in: people search for it.
const TARGET: &str = "easy_wechat::callback";
