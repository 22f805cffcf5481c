//! The only reader of the system time, and a clock that tests can set.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A moment, in microseconds since 1970-01-01 00:00:00 UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment `seconds` after 1970-01-01 UTC, as the platform counts.
    pub const fn from_secs(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    /// The moment `micros` microseconds after 1970-01-01 UTC.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Whole seconds since 1970-01-01 UTC: what the platform writes as `CreateTime` and `timestamp`.
    pub const fn as_secs(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// Microseconds since 1970-01-01 UTC.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// How long after `earlier` this is; zero when it is not after it, as when the clock was set back.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// This moment and `duration` more; the end of time at most.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)),
        )
    }
}

/// Where the time comes from: the system, or a test.
///
/// Clones share their time, so that one moves them all.
///
/// ```
/// use std::time::Duration;
/// use easy_wechat::{Clock, Timestamp};
///
/// let clock = Clock::fake(Timestamp::from_secs(1_450_092_658));
/// clock.advance(Duration::from_secs(2));
/// assert_eq!(clock.now().as_secs(), 1_450_092_660);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Clock(Source);

#[derive(Clone, Debug, Default)]
enum Source {
    #[default]
    System,
    /// Microseconds since 1970.
    Fake(Arc<AtomicI64>),
    /// Microseconds that are added to the system's time.
    Movable(Arc<AtomicI64>),
}

impl Clock {
    /// The system's clock.
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `now` until it is moved.
    pub fn fake(now: Timestamp) -> Self {
        Self(Source::Fake(Arc::new(AtomicI64::new(now.0))))
    }

    /// A clock that goes with the system's, and can be moved away from it.
    ///
    /// ```
    /// use std::time::Duration;
    /// use easy_wechat::Clock;
    ///
    /// let clock = Clock::movable();
    /// clock.advance(Duration::from_secs(7200));
    /// assert!(clock.now().since(Clock::system().now()) > Duration::from_secs(7100));
    /// ```
    pub fn movable() -> Self {
        Self(Source::Movable(Arc::default()))
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => system_time(),
            Source::Fake(now) => Timestamp(now.load(Ordering::SeqCst)),
            Source::Movable(offset) => Timestamp(
                system_time()
                    .0
                    .saturating_add(offset.load(Ordering::SeqCst)),
            ),
        }
    }

    /// Whether it is the system's, so that all who have it agree.
    #[cfg(feature = "client")]
    pub(crate) fn is_system(&self) -> bool {
        matches!(self.0, Source::System)
    }

    /// Sets a fake or movable clock; the system's clock is left as it is.
    pub fn set(&self, now: Timestamp) {
        match &self.0 {
            Source::System => {}
            Source::Fake(time) => time.store(now.0, Ordering::SeqCst),
            Source::Movable(offset) => {
                offset.store(now.0.saturating_sub(system_time().0), Ordering::SeqCst);
            }
        }
    }

    /// Moves a fake or movable clock on; the system's clock is left as it is.
    pub fn advance(&self, by: Duration) {
        self.set(self.now().plus(by));
    }

    /// How long it may go unread while somebody waits for a moment of it: the machine may sleep, and the clock be set.
    #[cfg(feature = "scheduler")]
    pub(crate) const fn slice(&self) -> Duration {
        match &self.0 {
            Source::System => Duration::from_secs(10),
            Source::Fake(_) | Source::Movable(_) => Duration::from_millis(50),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that reads the system time"
)]
fn system_time() -> Timestamp {
    let micros = match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_micros()).unwrap_or(i64::MAX),
        Err(before) => {
            i64::try_from(before.duration().as_micros()).map_or(i64::MIN, |micros| -micros)
        }
    };
    Timestamp(micros)
}
