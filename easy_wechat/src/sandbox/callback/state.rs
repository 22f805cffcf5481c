//! What only callbacks read and change of the world: which ones run, and the numbers that messages get.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use tokio::sync::watch;

use crate::clock::Timestamp;
use crate::sandbox::exchanges::{Exchange, State};
use crate::sandbox::{Incoming, Words};

/// The callbacks that run, and the numbers that were given out.
#[derive(Debug, Default)]
pub(crate) struct CallbackState {
    /// By the number of the exchange; whoever waits for its end listens here.
    running: HashMap<u64, watch::Sender<Option<Ended>>>,
    last_msgid: i64,
    /// The highest number of an exchange of which an attempt has ended.
    delivered_up_to: u64,
    /// Whether a task waits for the app to come back: see `light`.
    pub(super) watching: bool,
    /// The second that was given to an event, by the event.
    events: HashMap<u64, i64>,
}

/// How a callback ended.
#[derive(Clone, Debug)]
pub(crate) struct Ended {
    pub(crate) state: State,
    pub(crate) words: Words,
    pub(crate) attempts: usize,
}

impl CallbackState {
    pub(super) fn in_flight(&self) -> usize {
        self.running.len()
    }

    /// Takes note of an exchange that begins; [`CallbackState::end`] must follow.
    pub(super) fn begin(&mut self, exchange: u64) {
        self.running.insert(exchange, watch::Sender::new(None));
    }

    /// Tells those who wait that an exchange has ended.
    pub(super) fn end(&mut self, exchange: u64, ended: Ended) {
        if let Some(waiting) = self.running.remove(&exchange) {
            waiting.send_replace(Some(ended));
        }
    }

    /// Something that changes when the exchange ends; `None` when it does not run.
    pub(super) fn wait(&self, exchange: u64) -> Option<watch::Receiver<Option<Ended>>> {
        Some(self.running.get(&exchange)?.subscribe())
    }

    /// Takes note of an attempt that has ended.
    pub(super) fn count_delivery(&mut self, exchange: u64) {
        self.delivered_up_to = self.delivered_up_to.max(exchange);
    }

    pub(super) fn delivered_up_to(&self) -> u64 {
        self.delivered_up_to
    }

    /// A number that no other message has, and that is higher than all before.
    ///
    /// It begins with the time, so that a sandbox that is started again does not repeat the numbers that an app has seen.
    pub(super) fn next_msgid(&mut self, now: Timestamp) -> i64 {
        self.reserve_msgids(now, 1)
    }

    /// The first of `count` such numbers in a row.
    pub(super) fn reserve_msgids(&mut self, now: Timestamp, count: i64) -> i64 {
        let least = FIRST_MSGID.max(now.as_micros());
        let first = least.max(self.last_msgid.saturating_add(1));
        self.last_msgid = first.saturating_add(count - 1);
        first
    }

    /// The `CreateTime` of a message: now; a second later where the same event from the same member has that second already.
    ///
    /// Events have no number, so that two equal ones of one second would be one and the same to the app: a test that
    /// clicks twice would count one click. A hand is slower.
    pub(super) fn created(&mut self, member: &str, message: &Incoming, now: i64) -> i64 {
        let Incoming::Event { event, fields } = message else {
            return now;
        };
        let mut hasher = DefaultHasher::new();
        (member, event, fields).hash(&mut hasher);
        if self.events.len() >= MAX_EVENTS {
            self.events.retain(|_, second| *second >= now);
        }
        if self.events.len() >= MAX_EVENTS {
            self.events.clear();
        }
        let second = self.events.entry(hasher.finish()).or_insert(i64::MIN);
        // A clock that was set far back begins anew.
        let taken = (now..now.saturating_add(MAX_AHEAD)).contains(second);
        *second = if taken { *second + 1 } else { now };
        *second
    }
}

impl From<Option<&Exchange>> for Ended {
    /// Of an exchange that does not run; one that is no longer known ended long ago.
    fn from(exchange: Option<&Exchange>) -> Self {
        let words = exchange.and_then(|exchange| exchange.words.clone());
        Self {
            state: exchange.map_or(State::Failed, |exchange| exchange.state),
            words: words.unwrap_or_else(|| {
                Words::new("it is no longer known how this ended", "已无法得知结果")
            }),
            attempts: exchange.map_or(0, |exchange| exchange.attempts),
        }
    }
}

/// 16 digits, as in the platform's examples.
const FIRST_MSGID: i64 = 1_000_000_000_000_000;

/// How many events are remembered, and for how many seconds ahead one may be moved.
const MAX_EVENTS: usize = 4096;
const MAX_AHEAD: i64 = 3600;
