//! How fast we send, so that the platform drops nothing.
//!
//! What an app sends to one member beyond a limit is dropped, and the platform says ok to it. So it must not be sent:
//! it waits here, or is refused. This knows only what this process sends, and only receivers that are named one by one;
//! who is in a department or behind `@all` it does not know.

#![allow(dead_code, reason = "not every limit of the table has its sender")]

mod limits;
mod lines;
mod members;
mod watch;
mod windows;

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

pub(crate) use limits::Limits;

use crate::clock::{Clock, Timestamp};
use limits::Limit;
use lines::Lines;
use members::Members;
use watch::Watch;
use windows::Counts;

/// The messages that were lately sent through one door: of an app, a robot, or to group chats.
///
/// Never more of them go in *any* window than the limit allows; the last minute is known exactly, longer windows are
/// counted in sixtieths and rounded up. Some 20,000 receivers are remembered: those not written to for longest are
/// forgotten first. One takes about 350 bytes.
#[derive(Debug)]
pub(crate) struct Pace {
    state: Mutex<State>,
    hasher: RandomState,
    /// How long the clock goes unread while somebody waits.
    slice: Duration,
}

/// It would go too fast, and the wait is longer than the caller's patience.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a receiver got as many messages as the platform delivers; the next may go {} s after 1970",
    .until.as_secs()
)]
pub(crate) struct Paced {
    /// The earliest moment at which it could go.
    pub(crate) until: Timestamp,
}

impl Pace {
    pub(crate) fn new(limits: Limits) -> Self {
        Self::with(limits, MOST_MEMBERS, SLICE)
    }

    fn with(limits: Limits, most_members: usize, slice: Duration) -> Self {
        Self {
            state: Mutex::new(State {
                watch: Watch::default(),
                members: Members::new(limits.recent, limits.long, most_members),
                calls: limits.calls.map(|limit| (limit, Counts::default())),
                lines: Lines::default(),
                ids: Vec::new(),
                slots: Vec::new(),
            }),
            hasher: RandomState::new(),
            slice,
        }
    }

    /// Takes a place for one call, which brings a message to all of `members`.
    ///
    /// It does not overtake those that wait in [`enter`](Self::enter). Ids are compared without regard to case.
    ///
    /// # Errors
    /// The moment from which on it would go; then no place is taken, with nobody.
    pub(crate) fn reserve<'m>(
        &self,
        members: impl IntoIterator<Item = &'m str>,
        now: Timestamp,
    ) -> Result<(), Timestamp> {
        let mut state = self.lock();
        let now = state.watch.read(now);
        state.name(members.into_iter().map(|member| self.id(member)));
        state
            .attempt(None, now)
            .map_err(|refused| state.watch.tell(refused.until))
    }

    /// Waits for a place as [`reserve`](Self::reserve) takes it, at most for `patience`.
    ///
    /// Messages to the same member go in the order in which they came here. Whoever drops the future leaves the line.
    ///
    /// # Errors
    /// [`Paced`] as soon as it is known that the wait would be longer.
    pub(crate) async fn enter<'m>(
        &self,
        members: impl IntoIterator<Item = &'m str>,
        clock: &Clock,
        patience: Duration,
    ) -> Result<(), Paced> {
        let (waiting, deadline, mut pause) = {
            let mut state = self.lock();
            let now = state.watch.read(clock.now());
            let deadline = now.saturating_add(millis(patience));
            state.name(members.into_iter().map(|member| self.id(member)));
            let Err(refused) = state.attempt(None, now) else {
                return Ok(());
            };
            if refused.until > deadline {
                let until = state.watch.tell(refused.until);
                return Err(Paced { until });
            }
            let turn = Arc::new(Notify::new());
            let ids: Box<[u64]> = state.ids.as_slice().into();
            let ticket = state.lines.join(&ids, &turn);
            let waiting = Waiting {
                pace: self,
                ids,
                ticket,
                turn,
            };
            (waiting, deadline, self.pause(refused, now))
        };
        loop {
            // Whether it is the turn or the time, the next attempt sees.
            let _ = tokio::time::timeout(pause, waiting.turn.notified()).await;
            let mut state = self.lock();
            let now = state.watch.read(clock.now());
            state.name(waiting.ids.iter().copied());
            match state.attempt(Some(waiting.ticket), now) {
                Ok(()) => return Ok(()),
                Err(refused) if refused.until > deadline => {
                    let until = state.watch.tell(refused.until);
                    return Err(Paced { until });
                }
                Err(refused) => pause = self.pause(refused, now),
            }
        }
    }

    fn pause(&self, refused: Refused, now: u64) -> Duration {
        if refused.is_first {
            Duration::from_millis(refused.until.saturating_sub(now)).min(self.slice)
        } else {
            // Who goes before wakes who comes next.
            self.slice
        }
    }

    /// What stands for a member: no text is kept. Should two ids ever meet in one number, they share their places.
    fn id(&self, member: &str) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        for byte in member.bytes() {
            hasher.write_u8(byte.to_ascii_lowercase());
        }
        hasher.finish()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Times are in milliseconds of the watch.
#[derive(Debug)]
struct State {
    watch: Watch,
    members: Members,
    /// All calls, whoever they are for.
    calls: [(Limit, Counts); 2],
    lines: Lines,
    /// For whom the attempt at hand is; kept so that it need not be allocated.
    ids: Vec<u64>,
    slots: Vec<u32>,
}

/// Why an attempt did not go.
#[derive(Clone, Copy, Debug)]
struct Refused {
    until: u64,
    /// Whether only the time is missing, not the turn.
    is_first: bool,
}

impl State {
    /// Says for whom the next attempt is.
    fn name(&mut self, ids: impl Iterator<Item = u64>) {
        self.ids.clear();
        // A call for more than are remembered counts for those that are.
        self.ids.extend(ids.take(self.members.most()));
        self.ids.sort_unstable();
        self.ids.dedup();
    }

    /// Takes a place with all that were named, or with none.
    fn attempt(&mut self, ticket: Option<u64>, now: u64) -> Result<(), Refused> {
        let mut until = now;
        let mut is_first = true;
        self.slots.clear();
        for id in &self.ids {
            let ahead = self.lines.ahead(*id, ticket);
            let slot = self.members.find_or_add(*id, now);
            until = until.max(self.members.when(slot, ahead, now));
            is_first &= ahead == 0;
            self.slots.push(slot);
        }
        for (limit, counts) in &mut self.calls {
            until = until.max(counts.when(*limit, 0, now));
        }
        if until > now || !is_first {
            return Err(Refused {
                until: until.max(now.saturating_add(1)),
                is_first,
            });
        }
        for slot in &self.slots {
            self.members.take(*slot, now);
        }
        for (limit, counts) in &mut self.calls {
            counts.take(*limit, now);
        }
        Ok(())
    }
}

/// A place in the lines of all receivers. It is left when this is dropped.
struct Waiting<'p> {
    pace: &'p Pace,
    ids: Box<[u64]>,
    ticket: u64,
    turn: Arc<Notify>,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.pace.lock().lines.leave(&self.ids, self.ticket);
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

const MOST_MEMBERS: usize = 20_000;
const SLICE: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests;
