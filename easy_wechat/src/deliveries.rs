//! Have I seen this callback? Then join the one that runs, or take what it came to.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher as _, BuildHasherDefault, Hasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::clock::Timestamp;
use crate::delivery_key::DeliveryKey;

/// The callbacks that run, and those that lately did.
///
/// One is remembered for as long as its re-sends and replays could still pass the check of age; but of those that are done
/// only the last 32,768 are, and only the last 4,096 with what they came to. A re-send of another gets an empty answer.
#[derive(Debug)]
pub(crate) struct Deliveries {
    /// By a part of the hash, so that threads rarely wait for each other.
    shards: [Mutex<Table>; SHARDS],
    hasher: RandomState,
    remember: Duration,
}

/// One callback, however often it was sent.
#[derive(Debug)]
pub(crate) struct Delivery {
    pub(crate) key: DeliveryKey,
    state: Mutex<State>,
    changed: Notify,
}

/// What a handler's value came to: the same for every re-send.
#[derive(Debug)]
pub(crate) enum Settled {
    /// A reply, as XML, and its type.
    Reply { xml: String, msg_type: &'static str },
    /// Nothing to say.
    Nothing,
    /// The handler failed. It was logged.
    Failed,
    /// The callback was acknowledged before the value was ready: it goes out another way.
    Late,
    /// The value was ready but is too long for a passive reply: it is sent as a proactive message.
    Proactive,
}

/// Whether a callback is new.
#[derive(Debug)]
pub(crate) enum Claim {
    /// It is: run its handler.
    First(Arc<Delivery>),
    /// It is the `attempt`th of its kind, counted from 1.
    Again {
        delivery: Arc<Delivery>,
        attempt: u32,
    },
}

impl Deliveries {
    /// `remember`: how long after it is done a callback is still recognised.
    pub(crate) fn new(remember: Duration) -> Self {
        Self {
            shards: Default::default(),
            hasher: RandomState::new(),
            remember,
        }
    }

    /// Looks the callback up, and writes it down when it is new: one step, so that of two only one is first.
    ///
    /// `None` when it is new and must not start.
    pub(crate) fn claim(&self, key: DeliveryKey, now: Timestamp, may_start: bool) -> Option<Claim> {
        let hash = self.hasher.hash_one(&key);
        let mut table = self.shard(hash);
        // Given back to the system only when the lock is open again.
        let _forgotten = table.forget(now);
        match table.entries.get(&hash) {
            Some(Some(delivery)) if delivery.key == key => {
                let delivery = Arc::clone(delivery);
                drop(table);
                let attempt = delivery.count_attempt();
                return Some(Claim::Again { delivery, attempt });
            }
            Some(None) => {
                let delivery = Arc::new(Delivery::new(key));
                delivery.settle(Settled::Nothing);
                return Some(Claim::Again {
                    delivery,
                    attempt: 2,
                });
            }
            Some(Some(_)) | None => {}
        }
        if !may_start {
            return None;
        }
        let delivery = Arc::new(Delivery::new(key));
        table.entries.insert(hash, Some(Arc::clone(&delivery)));
        Some(Claim::First(delivery))
    }

    /// Says that the handler is done, so that the callback may be forgotten some time later.
    pub(crate) fn done(&self, delivery: &Delivery, now: Timestamp) {
        let hash = self.hasher.hash_one(&delivery.key);
        self.shard(hash)
            .done
            .push_back((now.plus(self.remember), hash));
    }

    fn shard(&self, hash: u64) -> MutexGuard<'_, Table> {
        // The lowest and the highest bits choose the place within a table, these the table.
        let [first, ..] = &self.shards;
        let index = usize::try_from((hash >> 32) % SHARDS as u64);
        lock(
            index
                .ok()
                .and_then(|index| self.shards.get(index))
                .unwrap_or(first),
        )
    }
}

impl Delivery {
    pub(crate) fn new(key: DeliveryKey) -> Self {
        let state = State {
            phase: Phase::Running,
            attempts: 1,
        };
        Self {
            key,
            state: Mutex::new(state),
            changed: Notify::new(),
        }
    }

    /// Says that the handler's value is there and is made into a reply. False when that is too late.
    ///
    /// From here on the deadline no longer counts, so that nothing is both too late and sent.
    pub(crate) fn begin_to_settle(&self) -> bool {
        let mut state = lock(&self.state);
        let in_time = matches!(state.phase, Phase::Running);
        if in_time {
            state.phase = Phase::Settling;
        }
        in_time
    }

    /// Settles it, unless it is settled already.
    pub(crate) fn settle(&self, settled: Settled) {
        let mut state = lock(&self.state);
        if !matches!(state.phase, Phase::Settled(_)) {
            state.phase = Phase::Settled(settled);
            drop(state);
            self.changed.notify_waiters();
        }
    }

    /// Undoes [`begin_to_settle`](Self::begin_to_settle): the value cannot be made into a reply, and another one may follow.
    pub(crate) fn go_on(&self) {
        let mut state = lock(&self.state);
        if matches!(state.phase, Phase::Settling) {
            state.phase = Phase::Running;
        }
    }

    /// Settles it as late and calls `report`, unless its value is there.
    ///
    /// `report` runs under the lock, so that no later outcome is reported before it.
    pub(crate) fn give_up(&self, report: impl FnOnce()) {
        let mut state = lock(&self.state);
        if matches!(state.phase, Phase::Running) {
            state.phase = Phase::Settled(Settled::Late);
            report();
            drop(state);
            self.changed.notify_waiters();
        }
    }

    /// Looks at what it is settled to, if it is.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&Settled) -> T) -> Option<T> {
        match &lock(&self.state).phase {
            Phase::Settled(settled) => Some(look(settled)),
            Phase::Running | Phase::Settling => None,
        }
    }

    /// Waits until it is settled.
    pub(crate) async fn settled(&self) {
        loop {
            // Made before the look, so that what happens in between wakes it.
            let changed = self.changed.notified();
            if self.read(|_| ()).is_some() {
                return;
            }
            changed.await;
        }
    }

    fn count_attempt(&self) -> u32 {
        let mut state = lock(&self.state);
        state.attempts = state.attempts.saturating_add(1);
        state.attempts
    }
}

#[derive(Debug)]
struct State {
    phase: Phase,
    attempts: u32,
}

#[derive(Debug)]
enum Phase {
    Running,
    Settling,
    Settled(Settled),
}

#[derive(Debug, Default)]
struct Table {
    /// By the hash of the key, so that forgetting one need not look at its key, which has long left the cache; `None` for
    /// one whose outcome is forgotten. That a new callback has the hash of one of them is one chance in 10^14.
    entries: HashMap<u64, Option<Arc<Delivery>>, BuildHasherDefault<Hashed>>,
    /// Those that are done, the oldest first, and when each may be forgotten.
    done: VecDeque<(Timestamp, u64)>,
    /// How many of them, the oldest, have lost their outcome.
    spent: usize,
}

impl Table {
    /// Takes out what is too old or too much: one at a time, and one outcome, which is as many as are added; and one more,
    /// so that it becomes less where less is added.
    fn forget(&mut self, now: Timestamp) -> [Option<Arc<Delivery>>; 3] {
        [self.forget_one(now), self.forget_one(now), self.spend_one()]
    }

    fn forget_one(&mut self, now: Timestamp) -> Option<Arc<Delivery>> {
        let (until, hash) = *self.done.front()?;
        if until > now && self.done.len() <= MAX_REMEMBERED / SHARDS {
            return None;
        }
        self.done.pop_front();
        self.spent = self.spent.saturating_sub(1);
        self.entries.remove(&hash).flatten()
    }

    fn spend_one(&mut self) -> Option<Arc<Delivery>> {
        if self.done.len() - self.spent <= MAX_OUTCOMES / SHARDS {
            return None;
        }
        let (_, hash) = self.done.get(self.spent)?;
        self.spent += 1;
        self.entries.get_mut(hash)?.take()
    }
}

/// Takes a hash for its own hash.
#[derive(Debug, Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// The lock; what a thread that panicked left behind is whole, since no step in between can panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// At 50 callbacks a second these are the 10 minutes for which one may be replayed.
const MAX_REMEMBERED: usize = 32_768;

/// Up to 200 callbacks a second, this covers the 20 s within which the platform re-sends one that was not answered.
const MAX_OUTCOMES: usize = 4_096;

const SHARDS: usize = 16;

#[cfg(test)]
mod tests;
