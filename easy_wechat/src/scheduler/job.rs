use std::fmt;
use std::time::Duration;

use super::error::SchedulerError;
use super::schedule::Schedule;

/// What a job is called and when it runs; what it does is given to [`Scheduler::job`](super::Scheduler::job).
///
/// ```
/// use std::time::Duration;
/// use easy_wechat::scheduler::Job;
///
/// let morning = Job::new("morning", "30 7 * * *")?;                            // 7:30 in Asia/Shanghai
/// let report = Job::new("report", "0 18 * * MON-FRI")?.time_zone("Europe/Berlin")?;
/// let poll = Job::every("poll", Duration::from_secs(60))?.jitter(0.2)?;         // every 48 to 72 seconds
/// # Ok::<_, easy_wechat::scheduler::SchedulerError>(())
/// ```
///
/// # Cron expressions
///
/// Five fields, `minute hour day-of-month month day-of-week`, or six with the second before them; `*`, lists, ranges,
/// `*/n`, names (`MON`, `JAN`), `L`, `#`, `W`; or `@hourly @daily @midnight @weekly @monthly @yearly`.
///
/// **The days of the week are crontab's: 0 and 7 are Sunday, 1 is Monday.** `APScheduler` counts from Monday = 0, so that
/// its `0 9 * * 0` is `0 9 * * 1` here; names mean the same in both. And when both day-of-month and day-of-week are
/// restricted, a day on which *either* matches is one: `0 9 1 * MON` is every Monday and each first of the month. (`+MON`
/// asks for both.) The same holds for a field that begins with `*`, as in `0 0 */10 * 1`, where Debian's cron requires both;
/// POSIX does not.
///
/// # Summer time
///
/// A time that the clocks leap over is run once, when they have leapt: `30 2 * * *` at 3:00. A time that comes twice is run
/// the first time. Expressions with a `*` or a step in hour, minute or second go by what the clock shows: what is leapt over
/// does not come, what comes twice runs twice.
#[derive(Clone)]
pub struct Job {
    pub(super) name: String,
    pub(super) schedule: Schedule,
    pub(super) grace: Duration,
    pub(super) limit: Duration,
}

impl Job {
    /// A job that runs when a cron expression says, in the time zone Asia/Shanghai.
    ///
    /// # Errors
    /// [`SchedulerError::BadName`], and [`SchedulerError::BadCron`] also for a date that never comes (`0 0 31 2 *`).
    pub fn new(name: impl Into<String>, cron: &str) -> Result<Self, SchedulerError> {
        Self::with(name.into(), Schedule::cron(cron)?)
    }

    /// A job that runs every so often, between a second and 366 days: at once when it is new, and then this long after
    /// each run was planned. Over a restart it keeps its beat; what was due meanwhile is run once, without a grace.
    ///
    /// # Errors
    /// [`SchedulerError::BadName`]; [`SchedulerError::BadInterval`].
    pub fn every(name: impl Into<String>, interval: Duration) -> Result<Self, SchedulerError> {
        Self::with(name.into(), Schedule::every(interval)?)
    }

    /// The IANA name of the time zone of the cron expression. Default: `Asia/Shanghai`.
    ///
    /// # Errors
    /// [`SchedulerError::TimeZone`] when it is unknown.
    pub fn time_zone(mut self, name: &str) -> Result<Self, SchedulerError> {
        self.schedule.set_zone(name)?;
        Ok(self)
    }

    /// How much longer or shorter an interval may be, as a share of it from 0 to 0.5. Default: 0.
    ///
    /// # Errors
    /// [`SchedulerError::BadInterval`], also for a job with a cron expression.
    pub fn jitter(mut self, share: f64) -> Result<Self, SchedulerError> {
        self.schedule.set_jitter(share)?;
        Ok(self)
    }

    /// How late a run may begin that was missed: because no process ran, the machine slept, or the clock was set forward.
    /// Then it is caught up once, however many were missed. Default: 15 min. Up to a minute counts as on time, so that zero
    /// catches nothing up.
    #[must_use]
    pub fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// How long a run may take; then it counts as failed. An async handler is dropped; one that blocks cannot be stopped,
    /// and its thread goes on. Default: 1 h.
    #[must_use]
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    fn with(name: String, schedule: Schedule) -> Result<Self, SchedulerError> {
        check_name(&name)?;
        Ok(Self {
            name,
            schedule,
            grace: DEFAULT_GRACE,
            limit: DEFAULT_LIMIT,
        })
    }
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("name", &self.name)
            .field("schedule", &self.schedule.text())
            .field("grace", &self.grace)
            .field("limit", &self.limit)
            .finish()
    }
}

/// Names are parts of the store's keys.
pub(super) fn check_name(name: &str) -> Result<(), SchedulerError> {
    let is_good =
        (1..=100).contains(&name.len()) && !name.contains('/') && !name.contains(char::is_control);
    if !is_good {
        return Err(SchedulerError::BadName {
            name: name.chars().take(100).collect(),
        });
    }
    Ok(())
}

const DEFAULT_GRACE: Duration = Duration::from_mins(15);
const DEFAULT_LIMIT: Duration = Duration::from_hours(1);
