//! What happens in the sandbox, in order: for pages that watch, and for tests that wait.

use std::collections::VecDeque;
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::{broadcast, watch};

/// The line of changes. Each has a number; a change is only written out when somebody watches.
#[derive(Debug)]
pub(crate) struct Changes {
    seq: u64,
    watchers: broadcast::Sender<Change>,
    /// The last ones that were written out, for a page that connects again.
    recent: VecDeque<Change>,
    waiters: watch::Sender<u64>,
}

/// One change as the page gets it.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) seq: u64,
    /// JSON.
    pub(crate) data: Arc<str>,
}

impl Changes {
    pub(crate) fn new() -> Self {
        Self {
            seq: 0,
            watchers: broadcast::Sender::new(CAPACITY),
            recent: VecDeque::new(),
            waiters: watch::Sender::new(0),
        }
    }

    /// The number of the last change.
    pub(crate) fn seq(&self) -> u64 {
        self.seq
    }

    /// Takes note of a change; `key` is both its type and the name of `value` in it.
    pub(crate) fn push(&mut self, key: &'static str, value: &impl Serialize) {
        self.note(|seq| {
            let value = serde_json::to_value(value).ok()?;
            Some(json!({"seq": seq, "type": key, key: value}))
        });
    }

    /// Takes note that old items of a conversation were dropped: those before the item `before`, `dropped` so far.
    pub(crate) fn dropped(&mut self, conversation: &str, before: u64, dropped: u64) {
        self.note(|seq| {
            Some(json!({
                "seq": seq, "type": "dropped",
                "conversation": conversation, "before": before, "dropped": dropped,
            }))
        });
    }

    fn note(&mut self, write: impl FnOnce(u64) -> Option<Value>) {
        self.seq += 1;
        self.waiters.send_replace(self.seq);
        if self.watchers.receiver_count() == 0 {
            self.recent.clear();
            return;
        }
        let Some(data) = write(self.seq) else {
            return;
        };
        let change = Change {
            seq: self.seq,
            data: data.to_string().into(),
        };
        if self.recent.len() == CAPACITY {
            self.recent.pop_front();
        }
        self.recent.push_back(change.clone());
        // Nobody listening any more is no failure.
        let _ = self.watchers.send(change);
    }

    /// What came after `after`, as far as it is still known, and what comes from now on. `None` in place of the first
    /// when there is a gap: then the page must fetch the state anew.
    pub(crate) fn watch(&self, after: u64) -> (Option<Vec<Change>>, broadcast::Receiver<Change>) {
        let missed: Vec<Change> = self
            .recent
            .iter()
            .filter(|change| change.seq > after)
            .cloned()
            .collect();
        let complete = after <= self.seq && missed.len() as u64 == self.seq - after;
        (complete.then_some(missed), self.watchers.subscribe())
    }

    /// How many pages watch.
    pub(crate) fn watchers(&self) -> usize {
        self.watchers.receiver_count()
    }

    /// Something that changes with every change.
    pub(crate) fn wait(&self) -> watch::Receiver<u64> {
        self.waiters.subscribe()
    }
}

/// How many changes a slow page may be behind before it must fetch the state anew.
const CAPACITY: usize = 1024;
