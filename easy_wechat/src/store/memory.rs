use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Store, StoreError, StoreFuture, check_key, check_value};
use crate::clock::{Clock, Timestamp};
use crate::secret::Secret;

/// A store in the memory of this process.
///
/// It holds at most 100,000 entries and 64 MiB. When it is full, what has expired makes room; if nothing has, a write
/// is refused with [`StoreError::Full`].
pub struct MemoryStore {
    entries: Mutex<Entries>,
    clock: Clock,
}

impl MemoryStore {
    /// An empty store, whose values expire by `clock`.
    pub fn new(clock: Clock) -> Self {
        Self {
            entries: Mutex::default(),
            clock,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").finish_non_exhaustive()
    }
}

impl Store for MemoryStore {
    fn get<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<String>> {
        Box::pin(async move { self.lock().get(key, self.clock.now()) })
    }

    fn put<'a>(
        &'a self,
        key: &'a str,
        value: &'a str,
        until: Option<Timestamp>,
    ) -> StoreFuture<'a, ()> {
        Box::pin(async move { self.lock().put(key, value, until, self.clock.now()) })
    }

    fn remove<'a>(&'a self, key: &'a str) -> StoreFuture<'a, ()> {
        Box::pin(async move { self.lock().remove(key) })
    }

    fn swap<'a>(
        &'a self,
        key: &'a str,
        from: Option<&'a str>,
        to: Option<&'a str>,
        until: Option<Timestamp>,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move { self.lock().swap(key, from, to, until, self.clock.now()) })
    }

    fn list<'a>(
        &'a self,
        prefix: &'a str,
        at_most: usize,
    ) -> StoreFuture<'a, Vec<(String, String)>> {
        Box::pin(async move { self.lock().list(prefix, at_most, self.clock.now()) })
    }
}

/// The verbs without the lock and the clock.
#[derive(Default)]
pub(super) struct Entries {
    by_key: BTreeMap<Arc<str>, Entry>,
    /// What expires, the first to do so first.
    by_end: BTreeSet<(Timestamp, Arc<str>)>,
    /// The size of all keys and values.
    bytes: usize,
}

pub(super) struct Entry {
    pub(super) value: Secret,
    pub(super) until: Option<Timestamp>,
}

impl Entry {
    fn is_valid(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

impl Entries {
    pub(super) fn get(&self, key: &str, now: Timestamp) -> Result<Option<String>, StoreError> {
        check_key(key)?;
        Ok(self.valid(key, now).map(str::to_owned))
    }

    pub(super) fn put(
        &mut self,
        key: &str,
        value: &str,
        until: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        check_key(key)?;
        check_value(value)?;
        self.clean(now, CLEANED_AT_ONCE);
        let replaced = self.by_key.get(key).map(|old| size(key, old));
        let entries = self.by_key.len() + usize::from(replaced.is_none());
        let bytes = self.bytes - replaced.unwrap_or(0) + key.len() + value.len();
        if entries > MAX_ENTRIES || bytes > MAX_BYTES {
            // All that have expired may be as many as there are, but each is cleaned only once.
            if self.clean(now, usize::MAX) > 0 {
                return self.put(key, value, until, now);
            }
            return Err(StoreError::Full {
                entries: self.by_key.len(),
                bytes: self.bytes,
            });
        }
        self.take(key);
        let key: Arc<str> = key.into();
        if let Some(until) = until {
            self.by_end.insert((until, Arc::clone(&key)));
        }
        let value = value.into();
        self.by_key.insert(key, Entry { value, until });
        self.bytes = bytes;
        Ok(())
    }

    pub(super) fn remove(&mut self, key: &str) -> Result<(), StoreError> {
        check_key(key)?;
        self.take(key);
        Ok(())
    }

    pub(super) fn swap(
        &mut self,
        key: &str,
        from: Option<&str>,
        to: Option<&str>,
        until: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        check_key(key)?;
        to.map_or(Ok(()), check_value)?;
        if self.valid(key, now) != from {
            return Ok(false);
        }
        match to {
            Some(value) => self.put(key, value, until, now)?,
            None => self.take(key),
        }
        Ok(true)
    }

    pub(super) fn list(
        &self,
        prefix: &str,
        at_most: usize,
        now: Timestamp,
    ) -> Result<Vec<(String, String)>, StoreError> {
        check_key(prefix)?;
        let from_there = (Bound::Included(prefix), Bound::Unbounded);
        let found = self
            .by_key
            .range::<str, _>(from_there)
            .take_while(|(key, _)| key.starts_with(prefix))
            .filter(|(_, entry)| entry.is_valid(now))
            .take(at_most)
            .map(|(key, entry)| (key.as_ref().to_owned(), entry.value.reveal().to_owned()));
        Ok(found.collect())
    }

    /// All that has not expired.
    #[cfg(feature = "sqlite")]
    pub(super) fn all(&self, now: Timestamp) -> Vec<(Arc<str>, Entry)> {
        let valid = self
            .by_key
            .iter()
            .filter(|(_, entry)| entry.is_valid(now))
            .map(|(key, entry)| {
                let (value, until) = (entry.value.clone(), entry.until);
                (Arc::clone(key), Entry { value, until })
            });
        valid.collect()
    }

    fn valid(&self, key: &str, now: Timestamp) -> Option<&str> {
        let entry = self.by_key.get(key).filter(|entry| entry.is_valid(now))?;
        Some(entry.value.reveal())
    }

    fn take(&mut self, key: &str) {
        if let Some((key, entry)) = self.by_key.remove_entry(key) {
            self.bytes -= size(&key, &entry);
            if let Some(until) = entry.until {
                self.by_end.remove(&(until, key));
            }
        }
    }

    /// Removes up to `at_most` of those that have expired, and tells how many.
    fn clean(&mut self, now: Timestamp, at_most: usize) -> usize {
        let mut cleaned = 0;
        while cleaned < at_most {
            let Some((until, key)) = self.by_end.first() else {
                break;
            };
            if now < *until {
                break;
            }
            let key = Arc::clone(key);
            self.take(&key);
            cleaned += 1;
        }
        cleaned
    }
}

fn size(key: &str, entry: &Entry) -> usize {
    key.len() + entry.value.reveal().len()
}

const MAX_ENTRIES: usize = 100_000;

const MAX_BYTES: usize = 64 * 1024 * 1024;

/// More than one, so that cleaning keeps ahead of writing.
const CLEANED_AT_ONCE: usize = 4;
