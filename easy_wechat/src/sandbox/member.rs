//! The test kit: members who say something, and what they see.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::Value;
use tokio::time::timeout;

use super::conversations::{From as Sender, Item};
use super::world::World;
use super::{Incoming, SandboxError, State, Via, Words, callback};
use crate::clock::Timestamp;
use crate::ids::{MediaId, MsgId};

/// A member of the corporation, or a follower of the Official Account.
#[derive(Clone, Debug)]
pub struct Member {
    world: Arc<World>,
    id: String,
}

/// What a member sees after he sent something.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Seen {
    /// How the callback ended.
    pub state: State,
    /// The same in plain words: what was wrong, if something was.
    pub words: Words,
    /// How often the callback was sent.
    pub attempts: usize,
    /// The messages that came, in their order: the passive reply, or what was sent proactively meanwhile; where the
    /// platform itself says something (该公众号暂时无法提供服务), that as well, with [`Delivered::msg_type`] `notice`.
    pub messages: Vec<Delivered>,
}

/// A message that reached a member.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Delivered {
    /// The platform's `msgtype`, like `text`; `notice` for what the platform itself says.
    pub msg_type: Cow<'static, str>,
    /// As the platform's JSON has it, like `{"content": "…"}`.
    pub content: Value,
    /// How it came; `None` for a notice.
    pub via: Option<Via>,
    /// Its number, for recalling; only proactive messages have one.
    pub msgid: Option<MsgId>,
    /// When it came.
    pub at: Timestamp,
    item: u64,
}

impl Member {
    pub(super) fn new(world: Arc<World>, id: &str) -> Self {
        let mut state = world.lock();
        if !state.conversations.contains(id) {
            state.open_member(id, id);
        }
        drop(state);
        Self {
            world,
            id: id.to_owned(),
        }
    }

    /// His id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Writes to the app, and waits for what comes of it: see [`Member::sends`].
    ///
    /// # Errors
    /// As for [`Member::sends`].
    pub async fn says(&self, text: impl Into<String>) -> Result<Seen, SandboxError> {
        self.sends(Incoming::text(text)).await
    }

    /// Sends a message or an event to the app, and waits until the callback has ended: with a passive reply, an
    /// acknowledgement, or a failure that the platform would show.
    ///
    /// After an acknowledgement without a reply it waits for what the app sends: where the server reports to
    /// [`Sandbox::observer`](super::Sandbox::observer), until the handler is done and its reply is out, 60 s at most; else for
    /// one message, up to [`SandboxBuilder::late_within`](super::SandboxBuilder::late_within).
    ///
    /// # Errors
    /// [`SandboxError::NoCallback`] before [`Sandbox::connect`](super::Sandbox::connect); [`SandboxError::Refused`] when
    /// the platform has no such message, like an event without a name.
    pub async fn sends(&self, message: Incoming) -> Result<Seen, SandboxError> {
        let newest = self.newest();
        let exchange = callback::send(&self.world, &self.id, message)?;
        let ended = callback::ended(&self.world, exchange).await;
        if ended.state == State::Acknowledged {
            self.settles(exchange, newest).await;
        }
        Ok(Seen {
            state: ended.state,
            words: ended.words,
            attempts: ended.attempts,
            messages: self.after(newest),
        })
    }

    /// Clicks a button of the newest template card that has one with this key; what was selected on it is sent along as
    /// pairs of question and option.
    ///
    /// # Errors
    /// [`SandboxError::Unknown`] when there is no such card, and all of [`Member::sends`].
    pub async fn clicks(&self, key: &str, selected: &[(&str, &str)]) -> Result<Seen, SandboxError> {
        let click = callback::click(&self.world, &self.id, key, selected)?;
        self.sends(click).await
    }

    /// What the app has sent him, oldest first: [`Sandbox::inbox`](super::Sandbox::inbox).
    pub fn inbox(&self) -> Vec<Delivered> {
        inbox(&self.world, &self.id)
    }

    /// Waits until there are `count` messages in his inbox, and gives them. It waits for ever: put a time-out around it.
    pub async fn inbox_of(&self, count: usize) -> Vec<Delivered> {
        self.world
            .until(|state| {
                let all: Vec<Delivered> = state
                    .conversations
                    .items(&self.id)
                    .filter_map(Delivered::to_member)
                    .collect();
                (all.len() >= count).then_some(all)
            })
            .await
    }

    fn newest(&self) -> u64 {
        let state = self.world.lock();
        let newest = state.conversations.items(&self.id).next_back();
        newest.map_or(0, |item| item.id)
    }

    fn after(&self, item: u64) -> Vec<Delivered> {
        let mut found = inbox(&self.world, &self.id);
        found.retain(|delivered| delivered.item > item);
        found
    }

    /// Waits for what comes after an acknowledgement. Nothing may come at all, and that is an answer too.
    async fn settles(&self, exchange: u64, newest: u64) {
        let late_within = self.world.timing.late_within;
        if !self.world.observed.load(Ordering::Relaxed) {
            if self.after(newest).is_empty() {
                let _ = timeout(late_within, self.arrival(newest)).await;
            }
            return;
        }
        let reported = self
            .world
            .until(|state| state.exchanges.get(exchange)?.done);
        if timeout(late_within, reported).await.is_ok() {
            let done = self.world.until(|state| {
                let exchange = state.exchanges.get(exchange);
                exchange
                    .is_none_or(|exchange| exchange.done == Some(true))
                    .then_some(())
            });
            let _ = timeout(HANDLER_WITHIN, done).await;
        }
    }

    async fn arrival(&self, after: u64) {
        let came = |item: &Item| item.id > after && Delivered::to_member(item).is_some();
        self.world
            .until(|state| {
                let mut newest = state.conversations.items(&self.id).rev();
                newest.any(came).then_some(())
            })
            .await;
    }
}

impl Seen {
    /// The text of the first message, if it is one: what the member reads first.
    pub fn text(&self) -> Option<&str> {
        self.messages.first()?.text()
    }

    /// Whether nothing came.
    pub fn is_silent(&self) -> bool {
        self.messages.is_empty()
    }
}

impl Delivered {
    /// The text: of a text or markdown message.
    pub fn text(&self) -> Option<&str> {
        self.content.get("content")?.as_str()
    }

    /// The file: of a picture, recording, film or file.
    pub fn media_id(&self) -> Option<MediaId> {
        Some(self.content.get("media_id")?.as_str()?.into())
    }

    /// What of a conversation the app or the platform said, and the member sees.
    fn to_member(item: &Item) -> Option<Self> {
        if item.from == Sender::Member || item.recalled || item.hidden {
            return None;
        }
        Some(Self {
            msg_type: item.kind.clone(),
            content: item.content.clone(),
            via: item.via,
            msgid: item.msgid.clone().map(MsgId),
            at: Timestamp::from_micros(item.at.saturating_mul(1000)),
            item: item.id,
        })
    }
}

pub(super) fn inbox(world: &World, conversation: &str) -> Vec<Delivered> {
    let state = world.lock();
    let items = state.conversations.items(conversation);
    items.filter_map(Delivered::to_member).collect()
}

/// How long a handler is waited for that says that it is at work.
const HANDLER_WITHIN: Duration = Duration::from_mins(1);
