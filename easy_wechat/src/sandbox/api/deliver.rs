//! From a checked message to the bubbles of a conversation.

use std::mem;

use serde_json::Value;

use super::request::ApiRequest;
use crate::sandbox::Words;
use crate::sandbox::conversations::{From, Item, Via};
use crate::sandbox::world::WorldState;

/// A message on its way.
#[derive(Debug)]
pub(crate) struct Outgoing {
    kind: &'static str,
    content: Value,
    via: Via,
    call: u64,
    msgid: Option<String>,
    note: Option<Words>,
}

impl Outgoing {
    /// A message of the call's; `note` is what the platform did to it.
    pub(crate) fn new(
        request: &ApiRequest<'_>,
        kind: &'static str,
        mut content: Value,
        via: Via,
        note: Option<Words>,
    ) -> Self {
        let note = if fit(&mut content) {
            Some(Words::new(
                "too large for the sandbox's page: it shows only a part; all of it was accepted",
                "内容太大, 沙箱页面只显示一部分; 平台已全部接受",
            ))
        } else {
            note
        };
        Self {
            kind,
            content,
            via,
            call: request.call,
            msgid: None,
            note,
        }
    }

    pub(crate) fn with_msgid(mut self, msgid: String) -> Self {
        self.msgid = Some(msgid);
        self
    }

    /// Puts it into each of the members' conversations; gives the words when some were dropped silently.
    pub(crate) fn deliver(
        mut self,
        state: &mut WorldState,
        app: usize,
        members: &[String],
    ) -> Option<Words> {
        let now = state.now();
        let mut dropped = 0_usize;
        for (place, member) in members.iter().enumerate() {
            let content = if place + 1 == members.len() {
                mem::take(&mut self.content)
            } else {
                self.content.clone()
            };
            let mut item = self.item(member, content);
            if !state.api.rates.admits(app, member, now) {
                item.hidden = true;
                item.note = Some(over_the_rate());
                dropped += 1;
            }
            if !state.conversations.contains(member) {
                let name = state.people.get(member).map(|it| it.name.clone());
                state.open_member(member, &name.unwrap_or_default());
            }
            state.add_item(item);
        }
        (dropped > 0).then(|| {
            Words::new(
                format!(
                    "dropped silently for {dropped} of {} members: more than 30 messages a minute, or 1000 an hour",
                    members.len()
                ),
                format!(
                    "{} 个成员中有 {dropped} 个没有收到: 超过每分钟 30 条或每小时 1000 条, 平台静默丢弃",
                    members.len()
                ),
            )
        })
    }

    /// Puts it into one conversation, as one bubble.
    pub(crate) fn show_in(mut self, state: &mut WorldState, conversation: &str) {
        let content = mem::take(&mut self.content);
        let item = self.item(conversation, content);
        state.add_item(item);
    }

    fn item(&self, conversation: &str, content: Value) -> Item {
        let mut item = Item::new(conversation, From::App, self.kind, content);
        item.via = Some(self.via);
        item.call = Some(self.call);
        item.msgid.clone_from(&self.msgid);
        item.note.clone_from(&self.note);
        item
    }
}

/// Makes what is too large to be kept for every receiver smaller; says whether it did.
pub(crate) fn fit(content: &mut Value) -> bool {
    let (mut bytes, mut values) = (MAX_BYTES, MAX_VALUES);
    shorten(content, &mut bytes, &mut values)
}

fn shorten(value: &mut Value, bytes: &mut usize, values: &mut usize) -> bool {
    if *values == 0 {
        *value = Value::Null;
        return true;
    }
    *values -= 1;
    match value {
        Value::String(text) => {
            let fits = text.len() <= *bytes;
            if !fits {
                text.truncate(text.floor_char_boundary(*bytes));
                text.shrink_to_fit();
            }
            *bytes -= text.len().min(*bytes);
            !fits
        }
        Value::Array(list) => {
            let room = *values;
            let mut shortened = list.len() > room;
            list.truncate(room);
            for value in list {
                shortened |= shorten(value, bytes, values);
            }
            shortened
        }
        Value::Object(fields) => {
            let mut shortened = false;
            fields.retain(|name, value| {
                let fits = name.len() <= *bytes && *values > 0;
                if fits {
                    *bytes -= name.len();
                    shortened |= shorten(value, bytes, values);
                } else {
                    shortened = true;
                }
                fits
            });
            shortened
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn over_the_rate() -> Words {
    Words::new(
        "silently dropped by the platform: over 30 messages a minute or 1000 an hour to this member",
        "被平台静默丢弃: 对该成员超过每分钟 30 条或每小时 1000 条",
    )
}

/// An article of 666 KB for a thousand members would fill the memory.
const MAX_BYTES: usize = 48 * 1024;
const MAX_VALUES: usize = 2000;
