//! When a job is due. Pure: what is now comes in.

use std::time::Duration;

use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use jiff::tz::TimeZone;

use super::error::SchedulerError;
use crate::clock::Timestamp;

/// The moments of a job.
#[derive(Clone, Debug)]
pub(crate) struct Schedule {
    kind: Kind,
    zone: TimeZone,
}

#[derive(Clone, Debug)]
enum Kind {
    /// The expression, and its text as it was written.
    Cron(Box<Cron>, String),
    Every {
        interval: Duration,
        /// The share of the interval by which it may be shorter or longer.
        jitter: f64,
    },
}

impl Schedule {
    pub(crate) fn cron(text: &str) -> Result<Self, SchedulerError> {
        let text = text.trim();
        let wrong = |reason: String| SchedulerError::BadCron {
            text: text.chars().take(MAX_TEXT).collect(),
            reason,
        };
        if text.chars().count() > MAX_TEXT {
            return Err(wrong(format!("longer than {MAX_TEXT} characters")));
        }
        let pattern = if text.eq_ignore_ascii_case("@midnight") {
            "@daily"
        } else {
            text
        };
        let cron = CronParser::builder()
            .seconds(Seconds::Optional)
            .year(Year::Disallowed)
            .build()
            .parse(pattern)
            .map_err(|error| wrong(error.to_string().trim_end_matches('.').to_owned()))?;
        let schedule = Self {
            kind: Kind::Cron(Box::new(cron), text.to_owned()),
            zone: zone(DEFAULT_ZONE)?,
        };
        if schedule.next_after(A_MOMENT, "").is_none() {
            return Err(wrong("no day is such a day".to_owned()));
        }
        Ok(schedule)
    }

    pub(crate) fn every(interval: Duration) -> Result<Self, SchedulerError> {
        if interval < SHORTEST || interval > LONGEST {
            let what = "the interval must be between a second and 366 days";
            return Err(SchedulerError::BadInterval { what });
        }
        Ok(Self {
            kind: Kind::Every {
                interval,
                jitter: 0.0,
            },
            zone: zone(DEFAULT_ZONE)?,
        })
    }

    pub(crate) fn set_jitter(&mut self, share: f64) -> Result<(), SchedulerError> {
        match &mut self.kind {
            Kind::Cron(..) => Err(SchedulerError::BadInterval {
                what: "only a job that runs every so often has a jitter, not one with a cron expression",
            }),
            Kind::Every { jitter, .. } if (0.0..=0.5).contains(&share) => {
                *jitter = share;
                Ok(())
            }
            Kind::Every { .. } => Err(SchedulerError::BadInterval {
                what: "the jitter must be between 0 and 0.5 of the interval",
            }),
        }
    }

    pub(crate) fn set_zone(&mut self, name: &str) -> Result<(), SchedulerError> {
        self.zone = zone(name)?;
        Ok(())
    }

    /// What tells it from another schedule, and what a user reads.
    pub(crate) fn text(&self) -> String {
        let zone = self.zone.iana_name().unwrap_or("UTC");
        match &self.kind {
            Kind::Cron(_, text) => format!("{text} ({zone})"),
            Kind::Every { interval, jitter } if *jitter > 0.0 => {
                format!("every {interval:?} ± {:.0} %", jitter * 100.0)
            }
            Kind::Every { interval, .. } => format!("every {interval:?}"),
        }
    }

    /// What counts as settled when the job is seen for the first time: what was before is not missed. A job that runs
    /// every so often begins at once.
    pub(crate) fn since(&self, now: Timestamp) -> Timestamp {
        match &self.kind {
            Kind::Cron(..) => now,
            Kind::Every { interval, .. } => before(now, interval.saturating_mul(2)),
        }
    }

    /// The first moment after `after`. `seed` is what makes the jitter of one job differ from another's; for processes on
    /// one store it is the same.
    pub(crate) fn next_after(&self, after: Timestamp, seed: &str) -> Option<Timestamp> {
        match &self.kind {
            // Its moments are whole seconds.
            Kind::Cron(cron, _) => {
                let after = jiff::Timestamp::from_second(after.as_secs()).ok()?;
                let next = cron
                    .find_next_occurrence(&after.to_zoned(self.zone.clone()), false)
                    .ok()?;
                Some(Timestamp::from_secs(next.timestamp().as_second()))
            }
            Kind::Every { interval, jitter } => {
                let factor = 1.0 + jitter * spread(seed, after);
                Some(after.plus(interval.mul_f64(factor)))
            }
        }
    }

    /// The last moment that is not after `now`, where the first one after `after` is `first`, which is not after `now`
    /// either.
    pub(crate) fn last_until(
        &self,
        now: Timestamp,
        after: Timestamp,
        first: Timestamp,
    ) -> Timestamp {
        match &self.kind {
            Kind::Every { interval, .. } if now.since(first) < *interval => first,
            Kind::Every { .. } => now,
            Kind::Cron(..) => {
                // Between these two there is a moment, and after the second one there is none until now.
                let (mut low, mut high) = (after.as_secs(), now.as_secs());
                while high.saturating_sub(low) > 1 {
                    let middle = low + (high - low) / 2;
                    let next = self.next_after(Timestamp::from_secs(middle), "");
                    if next.is_some_and(|next| next <= now) {
                        low = middle;
                    } else {
                        high = middle;
                    }
                }
                Timestamp::from_secs(high)
            }
        }
    }

    /// How far in the future a settled moment may be; beyond that, the clock was set back.
    pub(crate) fn believable(&self) -> Duration {
        match &self.kind {
            Kind::Cron(..) => CLOCK_ERROR,
            Kind::Every { interval, .. } => CLOCK_ERROR.min(*interval),
        }
    }

    /// Whether a moment may be too long ago to be caught up.
    pub(crate) fn can_be_missed(&self) -> bool {
        matches!(self.kind, Kind::Cron(..))
    }

    pub(crate) fn local(&self, at: Timestamp) -> String {
        local(at, &self.zone)
    }
}

pub(super) fn zone(name: &str) -> Result<TimeZone, SchedulerError> {
    TimeZone::get(name).map_err(|_| SchedulerError::TimeZone {
        name: name.to_owned(),
    })
}

pub(super) fn local(at: Timestamp, zone: &TimeZone) -> String {
    let Ok(moment) = jiff::Timestamp::from_second(at.as_secs()) else {
        return format!("{} s after 1970", at.as_secs());
    };
    let moment = moment.to_zoned(zone.clone());
    moment.strftime("%Y-%m-%d %H:%M:%S %:z").to_string()
}

fn before(now: Timestamp, by: Duration) -> Timestamp {
    let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
    Timestamp::from_micros(now.as_micros().saturating_sub(by))
}

/// A number from -1 to 1, evenly spread over the moments: FNV-1a, and the end of splitmix64.
fn spread(seed: &str, at: Timestamp) -> f64 {
    let bytes = seed.bytes().chain(at.as_micros().to_le_bytes());
    let mut hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let top = u32::try_from((hash ^ (hash >> 31)) >> 32).unwrap_or(0);
    f64::from(top) / f64::from(u32::MAX) * 2.0 - 1.0
}

const DEFAULT_ZONE: &str = "Asia/Shanghai";
const MAX_TEXT: usize = 200;
const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_hours(366 * 24);
/// A correction of the clock by less than this changes nothing.
const CLOCK_ERROR: Duration = Duration::from_mins(1);
/// 2026-01-01: from there it is looked whether an expression has a moment at all.
const A_MOMENT: Timestamp = Timestamp::from_secs(1_767_225_600);
