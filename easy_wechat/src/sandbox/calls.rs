//! The calls of the API that the app made.

use std::borrow::Cow;
use std::collections::VecDeque;

use bytes::Bytes;
use serde::Serialize;

use super::Words;
use super::changes::Changes;

/// The last calls, oldest first.
#[derive(Debug)]
pub(crate) struct Calls {
    list: VecDeque<Call>,
    next: u64,
    keep: usize,
    /// What they take in memory, about.
    bytes: usize,
}

/// One request under `/cgi-bin/`, and its answer.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Call {
    pub(crate) id: u64,
    /// Milliseconds since 1970.
    pub(crate) at: i64,
    pub(crate) method: Cow<'static, str>,
    pub(crate) path: Cow<'static, str>,
    pub(crate) status: u16,
    pub(crate) errcode: i64,
    pub(crate) errmsg: Cow<'static, str>,
    pub(crate) took_ms: u64,
    /// Where what it sent appears.
    pub(crate) conversation: Option<String>,
    /// The callback that it answers late, as far as it can be told.
    pub(crate) exchange: Option<u64>,
    /// What was wrong, in plain words.
    pub(crate) words: Option<Words>,
    /// The fault that was injected.
    pub(crate) fault: Option<&'static str>,
    /// As it came, with token and secret in it; whoever shows it hides them. The rest is left out of summaries.
    #[serde(skip)]
    pub(crate) query: String,
    #[serde(skip)]
    pub(crate) request: Bytes,
    #[serde(skip)]
    pub(crate) answer: Bytes,
}

impl Calls {
    pub(crate) fn new(keep: usize) -> Self {
        Self {
            list: VecDeque::new(),
            next: 1,
            keep,
            bytes: 0,
        }
    }

    /// The number that the next call gets.
    pub(crate) fn next_id(&self) -> u64 {
        self.next
    }

    /// Adds a call that has ended.
    pub(crate) fn add(&mut self, mut call: Call, changes: &mut Changes) -> u64 {
        call.id = self.next;
        self.next += 1;
        changes.push("call", &call);
        let id = call.id;
        self.bytes += call.bytes();
        self.list.push_back(call);
        while self.list.len() > self.keep || self.bytes > MAX_BYTES {
            let Some(dropped) = self.list.pop_front() else {
                break;
            };
            self.bytes = self.bytes.saturating_sub(dropped.bytes());
        }
        id
    }

    /// The first message that was sent to `conversation` since `at` and is not yet a late reply to a callback.
    pub(crate) fn untied(&self, conversation: &str, at: i64) -> Option<(u64, i64)> {
        let recent = self.list.iter().rev().take(MOST_LATE);
        let found = recent
            .take_while(|it| it.at >= at)
            .filter(|it| it.exchange.is_none() && it.sent_to() == Some(conversation));
        found.last().map(|it| (it.id, it.at))
    }

    /// The message to `conversation` just before `at`, if it was long enough to be a part of a longer text.
    pub(crate) fn part_before(&self, conversation: &str, at: i64) -> Option<&Call> {
        let recent = self.list.iter().rev().take(MOST_LATE);
        let before = recent
            .take_while(|it| it.at >= at - PARTS_WITHIN_MS)
            .find(|it| it.sent_to() == Some(conversation));
        before.filter(|it| it.request.len() >= PART_BYTES)
    }

    /// Notes that a call answers a callback.
    pub(crate) fn tie(&mut self, id: u64, exchange: u64, changes: &mut Changes) {
        if let Ok(at) = self.list.binary_search_by_key(&id, |it| it.id)
            && let Some(call) = self.list.get_mut(at)
        {
            call.exchange = Some(exchange);
            changes.push("call", call);
        }
    }

    pub(crate) fn get(&self, id: u64) -> Option<&Call> {
        let at = self.list.binary_search_by_key(&id, |it| it.id).ok()?;
        self.list.get(at)
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Call> {
        self.list.iter()
    }

    pub(crate) fn clear(&mut self) {
        self.list.clear();
        self.bytes = 0;
    }
}

impl Call {
    /// Where the message appeared that it sent; `None` for other calls.
    pub(crate) fn sent_to(&self) -> Option<&str> {
        let sends = SENDS.contains(&&*self.path) && self.errcode == 0 && self.status == 200;
        self.conversation.as_deref().filter(|_| sends)
    }

    /// What it takes in memory, about.
    fn bytes(&self) -> usize {
        let words = self
            .words
            .as_ref()
            .map_or(0, |it| it.en.len() + it.zh.len());
        let texts = self.path.len() + self.errmsg.len() + self.query.len() + words;
        texts + self.request.len() + self.answer.len() + size_of::<Self>()
    }
}

/// The addresses that send messages to members.
const SENDS: [&str; 2] = ["/cgi-bin/message/send", "/cgi-bin/message/custom/send"];

/// A text of more than 2,048 bytes is split at line ends, so that a part is rarely shorter than half of that.
const PART_BYTES: usize = 1024;

/// How soon parts follow each other.
const PARTS_WITHIN_MS: i64 = 2000;

/// How many calls are looked at for a late reply.
const MOST_LATE: usize = 200;

/// All of them together.
const MAX_BYTES: usize = 32 << 20;
