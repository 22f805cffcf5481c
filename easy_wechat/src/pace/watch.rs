//! A time that never goes back.

use crate::clock::Timestamp;

/// Milliseconds that go with the clock; when the clock is set back they stand still for a moment and then go on.
///
/// So no message that was sent lies in the future, and nobody waits for hours because of a clock that was mended.
#[derive(Debug, Default)]
pub(super) struct Watch {
    /// The clock's milliseconds at which the watch stood at `BEGINNING`.
    origin: Option<i64>,
    last: i64,
}

impl Watch {
    /// What the watch shows when the clock says `now`.
    pub(super) fn read(&mut self, now: Timestamp) -> u64 {
        let now = now.as_micros().div_euclid(1000);
        let origin = self.origin.get_or_insert(now);
        let shown = now.saturating_sub(*origin).saturating_add(BEGINNING);
        // Two threads may come with their readings in the wrong order: that is not a clock set back, and moving the
        // origin for each would make the watch go too fast.
        if self.last.saturating_sub(shown) > TOLERANCE {
            *origin = now.saturating_sub(self.last.saturating_sub(BEGINNING));
        }
        self.last = self.last.max(shown);
        u64::try_from(self.last).unwrap_or(0)
    }

    /// What the clock says when the watch shows `shown`.
    pub(super) fn tell(&self, shown: u64) -> Timestamp {
        let passed = i64::try_from(shown)
            .unwrap_or(i64::MAX)
            .saturating_sub(BEGINNING);
        let clock = passed.saturating_add(self.origin.unwrap_or(0));
        Timestamp::from_micros(clock.saturating_mul(1000))
    }
}

/// Far enough from zero that every window has a beginning.
const BEGINNING: i64 = 30 * 24 * 60 * 60 * 1000;
const TOLERANCE: i64 = 1000;
