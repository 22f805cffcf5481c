use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tracing::{debug, info, warn};

use super::memory::Entries;
use super::{SqliteStore, Store, StoreError, StoreFuture};
use crate::clock::{Clock, Timestamp};
use crate::error_line::one_line;

/// The store on disk, and memory while the disk fails.
pub(super) struct FallbackStore {
    disk: SqliteStore,
    clock: Clock,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The outage, if there is one.
    outage: Option<Outage>,
    /// How many outages there were, so that a call that was slow to fail in one does not begin the next.
    outages: u64,
}

struct Outage {
    /// When the disk was last tried.
    tried: Timestamp,
    /// Whether the file was found damaged. Some of a damaged file may well be read and written.
    damaged: bool,
    /// What was written since it began.
    entries: Entries,
}

/// The one store for each folder.
pub(super) fn shared(folder: &Path) -> Arc<dyn Store> {
    static OPEN: Mutex<BTreeMap<PathBuf, Weak<FallbackStore>>> = Mutex::new(BTreeMap::new());
    let name = real_name(folder);
    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(store) = open.get(&name).and_then(Weak::upgrade) {
        return store;
    }
    open.retain(|_, store| store.strong_count() > 0);
    let store = Arc::new(FallbackStore::open(&name, Clock::system()));
    open.insert(name, Arc::downgrade(&store));
    store
}

/// The folder's name without links, also when the last parts of it are not there yet.
fn real_name(folder: &Path) -> PathBuf {
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let real = folder.ancestors().find_map(|parent| {
        let rest = folder.strip_prefix(parent).ok()?;
        Some(parent.canonicalize().ok()?.join(rest))
    });
    // Joined with nothing, a path ends in a slash.
    real.unwrap_or(folder).components().collect()
}

impl FallbackStore {
    pub(super) fn open(folder: &Path, clock: Clock) -> Self {
        Self {
            disk: SqliteStore::open(folder, clock.clone()),
            clock,
            state: Mutex::default(),
        }
    }

    /// Asks the disk, or memory when it fails.
    fn call<'a, T: Send + 'a>(
        &'a self,
        on_disk: impl Fn(&'a SqliteStore) -> StoreFuture<'a, T> + Send + 'a,
        in_memory: impl Fn(&mut Entries, Timestamp) -> Result<T, StoreError> + Send + 'a,
    ) -> StoreFuture<'a, T> {
        Box::pin(async move {
            loop {
                let number = match self.turn(&in_memory) {
                    Turn::Memory(done) => return done,
                    Turn::Disk(number) => number,
                    Turn::Try => {
                        self.try_again().await;
                        continue;
                    }
                };
                match on_disk(&self.disk).await {
                    Err(error) if !matches!(error, StoreError::TooLarge { .. }) => {
                        self.begin_outage(number, &error);
                    }
                    done => return done,
                }
            }
        })
    }

    /// Whose turn it is. If it is memory's, it is done under the same lock, so that it belongs to this outage.
    fn turn<T>(
        &self,
        in_memory: impl Fn(&mut Entries, Timestamp) -> Result<T, StoreError>,
    ) -> Turn<T> {
        let now = self.clock.now();
        let mut state = self.lock();
        let number = state.outages;
        let Some(outage) = &mut state.outage else {
            return Turn::Disk(number);
        };
        // Also when the clock was set back, for then nobody knows how long ago it was.
        if now < outage.tried || now.since(outage.tried) >= TRY_AGAIN {
            outage.tried = now;
            return Turn::Try;
        }
        Turn::Memory(in_memory(&mut outage.entries, now))
    }

    fn begin_outage(&self, number: u64, error: &StoreError) {
        let mut state = self.lock();
        if state.outages != number {
            return;
        }
        state.outages += 1;
        state.outage = Some(Outage {
            tried: self.clock.now(),
            damaged: matches!(error, StoreError::Damaged { .. }),
            entries: Entries::default(),
        });
        drop(state);
        warn!(
            file = %self.disk.place().display(),
            reason = one_line(error),
            "the store on disk does not work: until it does, this process keeps its state in memory and shares it with no other"
        );
    }

    /// Tries the disk with what memory holds. If it works, the outage is over.
    async fn try_again(&self) {
        let (entries, damaged) = match &self.lock().outage {
            Some(outage) => (outage.entries.all(self.clock.now()), outage.damaged),
            None => return,
        };
        let copied = entries.len();
        let file = self.disk.place().display();
        match self.disk.put_missing(entries, damaged).await {
            Ok(()) => {
                self.lock().outage = None;
                info!(%file, copied, "the store on disk works again");
            }
            Err(error) => {
                debug!(%file, reason = one_line(&error), "the store on disk still does not work");
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Turn<T> {
    Disk(u64),
    Try,
    Memory(Result<T, StoreError>),
}

impl fmt::Debug for FallbackStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FallbackStore")
            .field("place", &self.disk.place())
            .finish_non_exhaustive()
    }
}

impl Store for FallbackStore {
    fn get<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<String>> {
        self.call(
            move |disk| disk.get(key),
            move |memory, now| memory.get(key, now),
        )
    }

    fn put<'a>(
        &'a self,
        key: &'a str,
        value: &'a str,
        until: Option<Timestamp>,
    ) -> StoreFuture<'a, ()> {
        self.call(
            move |disk| disk.put(key, value, until),
            move |memory, now| memory.put(key, value, until, now),
        )
    }

    fn remove<'a>(&'a self, key: &'a str) -> StoreFuture<'a, ()> {
        self.call(
            move |disk| disk.remove(key),
            move |memory, _now| memory.remove(key),
        )
    }

    fn swap<'a>(
        &'a self,
        key: &'a str,
        from: Option<&'a str>,
        to: Option<&'a str>,
        until: Option<Timestamp>,
    ) -> StoreFuture<'a, bool> {
        self.call(
            move |disk| disk.swap(key, from, to, until),
            move |memory, now| memory.swap(key, from, to, until, now),
        )
    }

    fn list<'a>(
        &'a self,
        prefix: &'a str,
        at_most: usize,
    ) -> StoreFuture<'a, Vec<(String, String)>> {
        self.call(
            move |disk| disk.list(prefix, at_most),
            move |memory, now| memory.list(prefix, at_most, now),
        )
    }
}

/// How long after a failure the disk is left alone, by the store's clock.
const TRY_AGAIN: Duration = Duration::from_mins(1);
