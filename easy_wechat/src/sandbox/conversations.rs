//! What members and apps said to each other.

use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;
use serde_json::Value;

use super::Words;
use super::changes::Changes;

/// Conversations by id: a member's, a group chat's, a robot's.
#[derive(Debug)]
pub(crate) struct Conversations {
    by_id: BTreeMap<String, Conversation>,
    next_item: u64,
    keep: usize,
    /// What all items take in memory, about.
    bytes: usize,
}

#[derive(Debug, Serialize)]
pub(crate) struct Conversation {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: ConversationKind,
    /// Who is in it.
    pub(crate) members: Vec<String>,
    /// How many old items were dropped to bound the memory.
    pub(crate) dropped: u64,
    /// How many were opened before it.
    #[serde(skip)]
    opened: usize,
    #[serde(skip)]
    items: VecDeque<Item>,
    /// What they take in memory, about.
    #[serde(skip)]
    bytes: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ConversationKind {
    Member,
    Group,
    Robot,
}

/// One bubble of a conversation.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Item {
    pub(crate) id: u64,
    pub(crate) conversation: String,
    /// Milliseconds since 1970.
    pub(crate) at: i64,
    pub(crate) from: From,
    pub(crate) sender: Option<String>,
    /// The platform's `msgtype`; `event`, `raw` or `notice`.
    #[serde(rename = "type")]
    pub(crate) kind: Cow<'static, str>,
    /// As the platform's JSON has it.
    pub(crate) content: Value,
    pub(crate) via: Option<Via>,
    pub(crate) exchange: Option<u64>,
    pub(crate) call: Option<u64>,
    pub(crate) msgid: Option<String>,
    pub(crate) recalled: bool,
    /// The platform accepted it and did not show it.
    pub(crate) hidden: bool,
    pub(crate) note: Option<Words>,
    /// What it takes in memory, about.
    #[serde(skip)]
    bytes: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum From {
    Member,
    App,
    System,
}

/// How a message of the app's reached the member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Via {
    /// In the answer to a callback.
    Passive,
    /// By a call of the API.
    Proactive,
    /// By a group robot's webhook.
    Robot,
}

impl Item {
    /// A new item without a number; [`Conversations::add`] gives it one.
    pub(crate) fn new(
        conversation: &str,
        from: From,
        kind: impl Into<Cow<'static, str>>,
        content: Value,
    ) -> Self {
        Self {
            id: 0,
            conversation: conversation.to_owned(),
            at: 0,
            from,
            sender: None,
            kind: kind.into(),
            content,
            via: None,
            exchange: None,
            call: None,
            msgid: None,
            recalled: false,
            hidden: false,
            note: None,
            bytes: 0,
        }
    }
}

impl Conversations {
    /// Each keeps its last `keep` items.
    pub(crate) fn new(keep: usize) -> Self {
        Self {
            by_id: BTreeMap::new(),
            next_item: 1,
            keep,
            bytes: 0,
        }
    }

    /// Opens a conversation, or changes the name and the members of one that is open.
    pub(crate) fn open(
        &mut self,
        id: &str,
        name: &str,
        kind: ConversationKind,
        members: Vec<String>,
        changes: &mut Changes,
    ) {
        let opened = self.by_id.len();
        let conversation = self
            .by_id
            .entry(id.to_owned())
            .or_insert_with(|| Conversation {
                id: id.to_owned(),
                name: String::new(),
                kind,
                members: Vec::new(),
                dropped: 0,
                opened,
                items: VecDeque::new(),
                bytes: 0,
            });
        name.clone_into(&mut conversation.name);
        conversation.members = members;
        changes.push("conversation", conversation);
    }

    pub(crate) fn contains(&self, id: &str) -> bool {
        self.by_id.contains_key(id)
    }

    pub(crate) fn kind_of(&self, id: &str) -> Option<ConversationKind> {
        self.by_id.get(id).map(|conversation| conversation.kind)
    }

    /// In the order in which they were opened.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Conversation> {
        let mut all: Vec<&Conversation> = self.by_id.values().collect();
        all.sort_by_key(|conversation| conversation.opened);
        all.into_iter()
    }

    /// The items of one conversation, oldest first.
    pub(crate) fn items(&self, id: &str) -> impl DoubleEndedIterator<Item = &Item> {
        self.by_id.get(id).into_iter().flat_map(|it| &it.items)
    }

    /// The items of all conversations, oldest first.
    pub(crate) fn all_items(&self) -> Vec<&Item> {
        let mut all: Vec<&Item> = self.by_id.values().flat_map(|it| &it.items).collect();
        all.sort_by_key(|item| item.id);
        all
    }

    /// Adds an item and gives its number; `None` when there is no such conversation.
    pub(crate) fn add(&mut self, mut item: Item, now: i64, changes: &mut Changes) -> Option<u64> {
        let conversation = self.by_id.get_mut(&item.conversation)?;
        item.id = self.next_item;
        item.at = now;
        self.next_item += 1;
        let id = item.id;
        item.bytes = size_of::<Item>() + text_in(&item.content);
        self.bytes += item.bytes;
        conversation.bytes += item.bytes;
        changes.push("item", &item);
        conversation.items.push_back(item);
        if conversation.items.len() > self.keep {
            self.bytes = self.bytes.saturating_sub(conversation.drop_oldest(changes));
        }
        // The longest conversations give way, so that a flood in one does not empty the others.
        while self.bytes > MAX_BYTES {
            let longest = self.by_id.values_mut().max_by_key(|it| it.bytes);
            let freed = longest.map_or(0, |it| it.drop_oldest(changes));
            if freed == 0 {
                break;
            }
            self.bytes = self.bytes.saturating_sub(freed);
        }
        Some(id)
    }

    pub(crate) fn get(&self, item: u64) -> Option<&Item> {
        self.by_id.values().find_map(|conversation| {
            let at = conversation.place_of(item)?;
            conversation.items.get(at)
        })
    }

    /// Changes the items for which `change` says that it changed them.
    pub(crate) fn change(
        &mut self,
        changes: &mut Changes,
        mut change: impl FnMut(&mut Item) -> bool,
    ) -> usize {
        let mut count = 0;
        for item in self.by_id.values_mut().flat_map(|it| &mut it.items) {
            if change(item) {
                count += 1;
                changes.push("item", item);
            }
        }
        count
    }

    /// Forgets all items.
    pub(crate) fn clear(&mut self) {
        for conversation in self.by_id.values_mut() {
            conversation.items.clear();
            conversation.dropped = 0;
            conversation.bytes = 0;
        }
        self.bytes = 0;
    }
}

impl Conversation {
    /// Forgets the oldest item, and gives how many bytes that frees.
    fn drop_oldest(&mut self, changes: &mut Changes) -> usize {
        let freed = self.items.pop_front().map_or(0, |item| item.bytes);
        self.bytes = self.bytes.saturating_sub(freed);
        self.dropped += 1;
        let before = self.items.front().map_or(u64::MAX >> 12, |item| item.id);
        changes.dropped(&self.id, before, self.dropped);
        freed
    }

    /// Items are in the order of their numbers.
    fn place_of(&self, item: u64) -> Option<usize> {
        self.items.binary_search_by_key(&item, |item| item.id).ok()
    }
}

/// What a value takes in memory, about.
fn text_in(value: &Value) -> usize {
    let inside = match value {
        Value::String(text) => text.len(),
        Value::Array(values) => values.iter().map(text_in).sum(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| size_of::<String>() + name.len() + text_in(value))
            .sum(),
        _ => 0,
    };
    size_of::<Value>() + inside
}

/// Of all items together.
const MAX_BYTES: usize = 64 << 20;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_flood_of_long_messages_does_not_empty_the_other_conversations() {
        let mut changes = Changes::new();
        let mut conversations = Conversations::new(2000);
        for id in ["quiet", "loud"] {
            conversations.open(id, id, ConversationKind::Member, Vec::new(), &mut changes);
        }
        let item = |id: &str, length| {
            let content = json!({"content": "x".repeat(length)});
            Item::new(id, From::App, "text", content)
        };
        conversations.add(item("quiet", 10), 0, &mut changes);
        for _ in 0..100 {
            conversations.add(item("loud", 1 << 20), 0, &mut changes);
        }
        assert_eq!(conversations.items("quiet").count(), 1);
        let kept = conversations.items("loud").count();
        assert!((60..=64).contains(&kept), "{kept}");
        assert!(conversations.bytes <= MAX_BYTES);
    }
}
