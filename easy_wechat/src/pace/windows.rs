//! Windows that slide: the last times exactly, or counts of sixtieths.

use super::limits::Limit;

/// The last times, as many as may be in one window.
#[derive(Debug)]
pub(super) struct Recent {
    /// Milliseconds without their upper half; a ring.
    times: Box<[u32]>,
    oldest: usize,
}

impl Recent {
    pub(super) fn new(limit: Limit, now: u64) -> Self {
        let count = usize::try_from(limit.count)
            .unwrap_or(usize::MAX)
            .clamp(1, MOST_EXACT);
        let mut recent = Self {
            times: vec![0; count].into(),
            oldest: 0,
        };
        recent.forget(now);
        recent
    }

    /// Forgets all times. It must be called at least every few days, lest the missing halves differ.
    pub(super) fn forget(&mut self, now: u64) {
        self.times.fill(low(now.saturating_sub(LONG_AGO)));
    }

    /// When there is a place, if `ahead` others take theirs before.
    pub(super) fn when(&self, limit: Limit, ahead: usize, now: u64) -> u64 {
        let count = self.times.len().max(1);
        let span = limit.millis.saturating_add(JITTER);
        let place = self.oldest.wrapping_add(ahead) % count;
        let age = self
            .times
            .get(place)
            .map_or(u64::MAX, |time| low(now).wrapping_sub(*time).into());
        let rounds = u64::try_from(ahead / count).unwrap_or(u64::MAX);
        now.saturating_add(span.saturating_sub(age))
            .saturating_add(span.saturating_mul(rounds))
    }

    pub(super) fn take(&mut self, now: u64) {
        if let Some(time) = self.times.get_mut(self.oldest) {
            *time = low(now);
        }
        self.oldest = self.oldest.wrapping_add(1) % self.times.len().max(1);
    }
}

/// How many came in each sixtieth of a window. What is partly in it counts as a whole.
#[derive(Debug)]
pub(super) struct Counts {
    /// The sixtieth `n` is at `n % RING`.
    ring: [u16; RING],
    /// The newest sixtieth.
    newest: u64,
    sum: u32,
}

impl Default for Counts {
    fn default() -> Self {
        Self {
            ring: [0; RING],
            newest: 0,
            sum: 0,
        }
    }
}

impl Counts {
    /// When there is a place, if `ahead` others take theirs before.
    pub(super) fn when(&mut self, limit: Limit, ahead: usize, now: u64) -> u64 {
        self.advance(limit, now);
        let ahead = u32::try_from(ahead).unwrap_or(u32::MAX);
        let wanted = self.sum.saturating_add(ahead).saturating_add(1);
        let over = wanted.saturating_sub(limit.count);
        if over == 0 {
            return now;
        }
        let mut freed = 0_u32;
        for sixtieth in self.newest.saturating_sub(KEPT - 1)..=self.newest {
            freed = freed.saturating_add(self.at(sixtieth).into());
            if freed >= over {
                return now.max((sixtieth + KEPT).saturating_mul(length(limit)));
            }
        }
        let rounds = u64::from((over - freed) / limit.count.max(1)) + 1;
        now.saturating_add(rounds.saturating_mul(limit.millis))
    }

    pub(super) fn take(&mut self, limit: Limit, now: u64) {
        self.advance(limit, now);
        if let Some(count) = self.ring.get_mut(place(self.newest)) {
            *count = count.saturating_add(1);
            self.sum = self.sum.saturating_add(1);
        }
    }

    /// Lets go of what is no longer in the window.
    fn advance(&mut self, limit: Limit, now: u64) {
        let newest = now / length(limit);
        if newest <= self.newest {
            return;
        }
        let first = self.newest.saturating_sub(KEPT - 1);
        let end = newest.saturating_sub(KEPT - 1).min(self.newest + 1);
        for sixtieth in first..end {
            if let Some(count) = self.ring.get_mut(place(sixtieth)) {
                self.sum = self.sum.saturating_sub(u32::from(*count));
                *count = 0;
            }
        }
        self.newest = newest;
    }

    fn at(&self, sixtieth: u64) -> u16 {
        self.ring.get(place(sixtieth)).copied().unwrap_or(0)
    }
}

fn length(limit: Limit) -> u64 {
    (limit.millis / 60).max(1)
}

fn place(sixtieth: u64) -> usize {
    usize::try_from(sixtieth % RING_LENGTH).unwrap_or(0)
}

fn low(millis: u64) -> u32 {
    u32::try_from(millis & u64::from(u32::MAX)).unwrap_or(0)
}

/// The platform counts when a message arrives: one that was slow on its way and one that was fast are nearer there than
/// they were here.
const JITTER: u64 = 1000;
const LONG_AGO: u64 = 60 * 60 * 1000;
const MOST_EXACT: usize = 255;

const RING: usize = 64;
const RING_LENGTH: u64 = 64;
/// The window's 60, the one that is under way, and one for the jitter.
const KEPT: u64 = 62;
