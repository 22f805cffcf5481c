//! Changes of the sandbox's state, in order: for open pages and for waiting tests.

use std::collections::VecDeque;
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::watch;

/// The sequence of changes. Each has a number; a change is serialized only while a page watches.
#[derive(Debug)]
pub(crate) struct Changes {
    seq: u64,
    /// The last serialized changes, without gaps up to `seq`, shared by all pages: a page that is slow or does not read
    /// holds none of them.
    recent: VecDeque<Change>,
    /// The approximate size of `recent` in bytes.
    bytes: usize,
    /// Notifies the watching pages.
    pages: watch::Sender<u64>,
    waiters: watch::Sender<u64>,
}

/// One change, serialized for the page.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) seq: u64,
    /// JSON.
    pub(crate) data: Arc<str>,
}

/// What a page gets next.
#[derive(Debug)]
pub(crate) enum Next {
    Change(Change),
    /// Nothing new.
    Nothing,
    /// The next change was dropped: the page must fetch the state again, which is that of this number.
    Gap(u64),
}

impl Changes {
    pub(crate) fn new() -> Self {
        Self {
            seq: 0,
            recent: VecDeque::new(),
            bytes: 0,
            pages: watch::Sender::new(0),
            waiters: watch::Sender::new(0),
        }
    }

    /// The number of the last change.
    pub(crate) fn seq(&self) -> u64 {
        self.seq
    }

    /// Adds a change; `key` is both its type and the name of `value` in it.
    pub(crate) fn push(&mut self, key: &'static str, value: &impl Serialize) {
        self.note(|seq| {
            let value = serde_json::to_value(value).ok()?;
            Some(json!({"seq": seq, "type": key, key: value}))
        });
    }

    /// Adds the change that old items of a conversation were dropped: those before the item `before`, `dropped` so far.
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
        let written = if self.watchers() == 0 {
            None
        } else {
            write(self.seq)
        };
        if let Some(data) = written {
            self.keep(data.to_string().into());
        } else {
            // A change that was not serialized leaves a gap.
            self.recent.clear();
            self.bytes = 0;
        }
        self.pages.send_replace(self.seq);
    }

    fn keep(&mut self, data: Arc<str>) {
        self.bytes += data.len();
        self.recent.push_back(Change {
            seq: self.seq,
            data,
        });
        while self.recent.len() > CAPACITY || self.bytes > MAX_BYTES {
            let Some(dropped) = self.recent.pop_front() else {
                break;
            };
            self.bytes = self.bytes.saturating_sub(dropped.data.len());
        }
    }

    /// The changes after `after`.
    pub(crate) fn after(&self, after: u64) -> Next {
        if after == self.seq {
            return Next::Nothing;
        }
        let first = self.recent.front().map_or(u64::MAX, |change| change.seq);
        let place = (after + 1).checked_sub(first);
        let place = place.and_then(|place| usize::try_from(place).ok());
        match place.and_then(|place| self.recent.get(place)) {
            Some(change) => Next::Change(change.clone()),
            None => Next::Gap(self.seq),
        }
    }

    /// Something that changes with every change, for as long as a page watches.
    pub(crate) fn watch(&self) -> watch::Receiver<u64> {
        self.pages.subscribe()
    }

    /// How many pages watch.
    pub(crate) fn watchers(&self) -> usize {
        self.pages.receiver_count()
    }

    /// Something that changes with every change.
    pub(crate) fn wait(&self) -> watch::Receiver<u64> {
        self.waiters.subscribe()
    }
}

/// How far behind a slow page may be before it must fetch the state again: in changes, and in bytes.
const CAPACITY: usize = 1024;
const MAX_BYTES: usize = 8 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_does_not_read_holds_a_bounded_part_of_what_happened() {
        let mut changes = Changes::new();
        let stalled = changes.watch();
        let long = "x".repeat(120_000);
        for _ in 0..2500 {
            changes.push("item", &long);
        }
        assert!(changes.bytes <= MAX_BYTES, "{}", changes.bytes);
        let kept: usize = changes.recent.iter().map(|it| it.data.len()).sum();
        assert_eq!(kept, changes.bytes);
        assert!(matches!(changes.after(0), Next::Gap(2500)));
        assert!(matches!(changes.after(2499), Next::Change(it) if it.seq == 2500));
        assert!(matches!(changes.after(2500), Next::Nothing));
        assert!(matches!(changes.after(9999), Next::Gap(2500)));
        drop(stalled);
        changes.push("item", &"nobody watches");
        assert_eq!(changes.bytes, 0);
        assert!(matches!(changes.after(2500), Next::Gap(2501)));
    }
}
