//! The callbacks that were sent, each with all of its attempts.

use std::collections::VecDeque;
use std::sync::Arc;

use serde::Serialize;

use super::Words;
use super::changes::Changes;

/// The last exchanges, oldest first.
#[derive(Debug)]
pub(crate) struct Exchanges {
    list: VecDeque<Exchange>,
    next: u64,
    keep: usize,
    /// What they take in memory, about.
    bytes: usize,
}

/// One callback: a message or event, or the verification of the address.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Exchange {
    pub(crate) id: u64,
    /// The member's item that it carries.
    pub(crate) item: Option<u64>,
    pub(crate) conversation: Option<String>,
    /// Milliseconds since 1970.
    pub(crate) at: i64,
    /// `text`, `event click`, `verify`.
    pub(crate) what: String,
    pub(crate) state: State,
    /// The outcome, once there is one.
    pub(crate) words: Option<Words>,
    pub(crate) attempts: usize,
    /// Of the last attempt, in milliseconds.
    pub(crate) took_ms: u64,
    pub(crate) limit_ms: u64,
    /// The fault that was injected.
    pub(crate) fault: Option<&'static str>,
    /// What deserves a second look although it ended well, like a reply that was cut.
    pub(crate) mark: Option<Words>,
    /// What went wrong in the app, as it reported itself: see [`Sandbox::observer`](super::Sandbox::observer).
    pub(crate) error: Option<Words>,
    /// The message that the app sent by the API in place of a passive reply, as far as it can be told.
    pub(crate) late: Option<Late>,
    /// Whether the app has reported that it is done with the callback; `None` when it reports nothing.
    pub(crate) done: Option<bool>,
    /// The message before encryption. Left out of summaries.
    #[serde(skip)]
    pub(crate) plain: Arc<str>,
    #[serde(skip)]
    pub(crate) deliveries: Vec<Delivery>,
}

/// A late reply.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Late {
    /// The number of the call.
    pub(crate) call: u64,
    /// Since the callback, in milliseconds.
    pub(crate) after_ms: i64,
}

/// How a callback, or one attempt of it, ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum State {
    /// It has not ended.
    Running,
    /// The app answered in time, and the member sees the passive reply.
    Replied,
    /// The app answered in time with an empty body or `success`: it has it, and says nothing now.
    Acknowledged,
    /// The app answered 200, but with what the platform does not take: the member sees nothing of it.
    Dropped,
    /// No 200 in time, in any attempt.
    Failed,
}

/// One attempt.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Delivery {
    pub(crate) n: usize,
    /// Milliseconds since 1970.
    pub(crate) at: i64,
    pub(crate) method: &'static str,
    pub(crate) url: String,
    pub(crate) request_body: String,
    pub(crate) status: Option<u16>,
    pub(crate) took_ms: u64,
    pub(crate) answer_headers: Option<String>,
    pub(crate) answer: Option<String>,
    /// The reply, decrypted.
    pub(crate) reply: Option<String>,
    pub(crate) state: State,
    pub(crate) words: Words,
}

impl Exchanges {
    pub(crate) fn new(keep: usize) -> Self {
        Self {
            list: VecDeque::new(),
            next: 1,
            keep,
            bytes: 0,
        }
    }

    /// The number that the next exchange gets.
    pub(crate) fn next_id(&self) -> u64 {
        self.next
    }

    /// Adds an exchange that begins, and gives its number.
    pub(crate) fn begin(&mut self, mut exchange: Exchange, changes: &mut Changes) -> u64 {
        exchange.id = self.next;
        self.next += 1;
        if self.list.len() >= self.keep {
            self.drop_oldest();
        }
        changes.push("exchange", &exchange);
        let id = exchange.id;
        self.bytes += exchange.bytes();
        self.list.push_back(exchange);
        id
    }

    /// Changes an exchange, if it is still known.
    pub(crate) fn change(
        &mut self,
        id: u64,
        changes: &mut Changes,
        change: impl FnOnce(&mut Exchange),
    ) {
        if let Ok(at) = self.list.binary_search_by_key(&id, |it| it.id)
            && let Some(exchange) = self.list.get_mut(at)
        {
            let before = exchange.bytes();
            change(exchange);
            self.bytes = (self.bytes + exchange.bytes()).saturating_sub(before);
            changes.push("exchange", exchange);
        }
        while self.bytes > MAX_BYTES && self.list.len() > 1 && self.drop_oldest() {}
    }

    pub(crate) fn get(&self, id: u64) -> Option<&Exchange> {
        let at = self.list.binary_search_by_key(&id, |it| it.id).ok()?;
        self.list.get(at)
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Exchange> {
        self.list.iter()
    }

    /// The callback that a message to `conversation` at `at` answers late, if there is one.
    ///
    /// A message of the API does not name the callback. So this is a guess: the oldest one that was acknowledged without
    /// a reply when the time was nearly over, else the newest one that was acknowledged; never one that the app reported
    /// as failed.
    pub(crate) fn awaiting(&self, conversation: &str, at: i64) -> Option<u64> {
        let open = |it: &&Exchange| {
            it.state == State::Acknowledged
                && it.late.is_none()
                && it.error.is_none()
                && it.conversation.as_deref() == Some(conversation)
                && it.at >= at - LATE_WITHIN_MS
        };
        let recent = self.list.iter().rev().take(MOST_LATE);
        let open: Vec<&Exchange> = recent.filter(open).collect();
        let slow = |it: &&&Exchange| it.took_ms >= SLOW_MS;
        let oldest_slow = open.iter().rev().find(slow);
        oldest_slow.or(open.first()).map(|it| it.id)
    }

    /// Forgets those that have ended.
    pub(crate) fn clear(&mut self) {
        self.list.retain(|it| it.state == State::Running);
        self.bytes = self.list.iter().map(Exchange::bytes).sum();
    }

    /// Forgets the oldest that has ended; those that run are still waited for, and there are few of them.
    fn drop_oldest(&mut self) -> bool {
        let ended = self.list.iter().position(|it| it.state != State::Running);
        let dropped = ended.and_then(|at| self.list.remove(at));
        if let Some(dropped) = &dropped {
            self.bytes = self.bytes.saturating_sub(dropped.bytes());
        }
        dropped.is_some()
    }
}

impl Exchange {
    /// One that begins now; [`Exchanges::begin`] gives it its number.
    pub(crate) fn new(what: String, plain: Arc<str>, at: i64, limit_ms: u64) -> Self {
        Self {
            id: 0,
            item: None,
            conversation: None,
            at,
            what,
            state: State::Running,
            words: None,
            attempts: 0,
            took_ms: 0,
            limit_ms,
            fault: None,
            mark: None,
            error: None,
            late: None,
            done: None,
            plain,
            deliveries: Vec::new(),
        }
    }

    /// What it takes in memory, about.
    fn bytes(&self) -> usize {
        let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let deliveries = self.deliveries.iter().map(|delivery| {
            delivery.url.len()
                + delivery.request_body.len()
                + text(&delivery.answer_headers)
                + text(&delivery.answer)
                + text(&delivery.reply)
                + delivery.words.en.len()
                + delivery.words.zh.len()
                + size_of::<Delivery>()
        });
        self.plain.len() + deliveries.sum::<usize>() + size_of::<Self>()
    }
}

/// How late a reply may be to be told as one, and among how many callbacks it is looked for.
const LATE_WITHIN_MS: i64 = 10 * 60 * 1000;
const MOST_LATE: usize = 200;

/// An acknowledgement that took so long was given when the handler had no more time.
const SLOW_MS: u64 = 3000;

/// All of them together.
const MAX_BYTES: usize = 48 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_reply_belongs_to_the_oldest_callback_that_ran_out_of_time() {
        let mut changes = Changes::new();
        let mut exchanges = Exchanges::new(100);
        let mut begin = |at: i64, conversation: &str, took_ms: u64, state: State| {
            let mut exchange = Exchange::new("text".to_owned(), "".into(), at, 5000);
            exchange.conversation = Some(conversation.to_owned());
            exchange.took_ms = took_ms;
            exchange.state = state;
            exchanges.begin(exchange, &mut changes)
        };
        let quick = begin(0, "zhangsan", 2, State::Acknowledged);
        let slow = begin(1000, "zhangsan", 4500, State::Acknowledged);
        let slow_too = begin(2000, "zhangsan", 4500, State::Acknowledged);
        let newest = begin(3000, "zhangsan", 2, State::Acknowledged);
        begin(3500, "lisi", 4500, State::Acknowledged);
        begin(4000, "zhangsan", 4500, State::Replied);
        for expected in [slow, slow_too, newest, quick] {
            assert_eq!(exchanges.awaiting("zhangsan", 9000), Some(expected));
            exchanges.change(expected, &mut changes, |it| {
                it.late = Some(Late {
                    call: 1,
                    after_ms: 1,
                });
            });
        }
        assert_eq!(exchanges.awaiting("zhangsan", 9000), None);
        assert_eq!(exchanges.awaiting("lisi", 3500 + LATE_WITHIN_MS + 1), None);
    }
}
