//! A map whose entries end by the clock, and that holds only so many.

use std::borrow::Borrow;
use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::time::Duration;

use crate::clock::Timestamp;

/// When it is full, the oldest entries make room.
#[derive(Debug)]
pub(crate) struct Expiring<K, V> {
    entries: HashMap<K, Entry<V>>,
    /// In the order in which they came; what was taken out may still stand here.
    order: VecDeque<(u64, K)>,
    next: u64,
    most: usize,
}

#[derive(Debug)]
struct Entry<V> {
    number: u64,
    from: Timestamp,
    lifetime: Duration,
    value: V,
}

impl<K: Clone + Eq + Hash, V> Expiring<K, V> {
    /// Holds `most` entries.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            entries: HashMap::new(),
            order: VecDeque::new(),
            next: 0,
            most,
        }
    }

    /// An entry whose time is not over.
    pub(crate) fn get<Q>(&self, key: &Q, now: Timestamp) -> Option<&V>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let entry = self.entries.get(key)?;
        (now.since(entry.from) < entry.lifetime).then_some(&entry.value)
    }

    /// Puts an entry in, in place of the one with this key.
    pub(crate) fn put(&mut self, key: K, value: V, lifetime: Duration, now: Timestamp) {
        self.next += 1;
        let entry = Entry {
            number: self.next,
            from: now,
            lifetime,
            value,
        };
        self.order.push_back((self.next, key.clone()));
        self.entries.insert(key, entry);
        while self.order.len() > self.most || self.oldest_is_over(now) {
            let Some((number, key)) = self.order.pop_front() else {
                break;
            };
            if self.entries.get(&key).is_some_and(|it| it.number == number) {
                self.entries.remove(&key);
            }
        }
    }

    /// Takes an entry out.
    pub(crate) fn take<Q>(&mut self, key: &Q)
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.entries.remove(key);
    }

    fn oldest_is_over(&self, now: Timestamp) -> bool {
        let Some((number, key)) = self.order.front() else {
            return false;
        };
        self.entries
            .get(key)
            .is_none_or(|it| it.number != *number || now.since(it.from) >= it.lifetime)
    }
}
