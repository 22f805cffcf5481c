//! Jobs by cron in a time zone, or every so often: each moment once, over restarts and among processes.
//!
//! ```no_run
//! use easy_wechat::scheduler::{Job, Scheduler};
//! use easy_wechat::{BoxError, Clock, Config, Outgoing, WeChatClient, store};
//!
//! fn main() -> Result<(), BoxError> {
//!     let config = Config::find()?;
//!     let client = WeChatClient::from_config(&config, "demo")?;
//!     let store = store::strict(config.app("demo")?.api.state_path.as_deref());
//!     Scheduler::new("my_pushes", store, Clock::system())?
//!         .job(Job::new("morning", "30 7 * * *")?.time_zone("Asia/Shanghai")?, move |_| {
//!             let client = client.clone();
//!             async move { Ok(client.send("@all", &Outgoing::text("早安问候")).await?) }
//!         })?
//!         .run()?; // until Ctrl-C, SIGTERM or SIGHUP
//!     Ok(())
//! }
//! ```
//!
//! How expressions are written, and where they differ from those of `APScheduler`, says [`Job`].
//!
//! # What it promises
//!
//! - **Each moment is run at most once.** Before a run begins, its moment is settled in the [`Store`], by one of all the
//!   processes that share it. A process that is killed in the middle leaves a run that is [`RunState::Interrupted`] and is
//!   not run again: it may have sent its message. So a crash loop sends nothing twice.
//! - **What was missed is caught up once**, within the job's [`grace`](Job::grace): a restart at 7:31 runs what was planned
//!   for 7:30. What is too late is [`RunState::Missed`]. A job that is new, or whose schedule was changed, has missed nothing.
//! - **A job runs one at a time**, also among processes. A moment that comes while it still runs is
//!   [`RunState::Overlapped`].
//! - **A moment that cannot be recorded is not run.** While the store fails (disk full, read-only, locked), this is logged as
//!   an error; when the store works again, the moment is caught up within the grace. A command can call
//!   [`check_store`](Scheduler::check_store) to find out.
//! - **The clock may jump.** It is read at least every 10 seconds, so that a suspended machine, or a clock that is set
//!   forward, is noticed. When it is set back by more than a minute, as by an NTP step after boot, this is logged, and jobs go
//!   on from the new time at once; the last 64 moments of a cron job that were run are not run again.
//!
//! All this needs a store that reports its failures: [`store::strict`](crate::store::strict) or
//! `SqliteStore`, not [`store::shared`](crate::store::shared), which falls back to memory. With a
//! [`MemoryStore`](crate::store::MemoryStore) it holds for one process and as long as it lives.

mod books;
mod error;
mod handler;
mod history;
mod job;
mod plan;
mod planned;
mod schedule;
mod timekeeper;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Builder, Handle};
use tokio::sync::watch;

pub use error::SchedulerError;
pub use handler::{Async, Blocking, IntoRunResult, JobHandler, JobOutcome, Run};
pub use history::{RunRecord, RunState};
pub use job::Job;

use crate::clock::{Clock, Timestamp};
use crate::panics;
use crate::signals::{self, Signals};
use crate::store::Store;
use books::Books;
use planned::Planned;
use timekeeper::Timekeeper;

/// Jobs, before they are started; it can also run one now and tell of them without ever being started.
pub struct Scheduler {
    name: String,
    store: Arc<dyn Store>,
    clock: Clock,
    jobs: Vec<Arc<Planned>>,
    running: watch::Sender<usize>,
    break_off: watch::Sender<bool>,
    stop_within: Duration,
}

/// When a job runs next.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NextRun {
    /// The job's name.
    pub job: String,
    /// The moment; not after now when it is about to be caught up. `None`: never again.
    pub at: Option<Timestamp>,
    /// The same in the job's time zone, like `2026-12-01 07:30:00 +08:00`; empty for never.
    pub local: String,
    /// The schedule as it was written, with its time zone.
    pub schedule: String,
}

impl Scheduler {
    /// A scheduler without jobs. `name` keeps its jobs apart from those of other programs in the same store; processes that
    /// run the same jobs have the same name.
    ///
    /// `store` should be one that reports its failures ([`store::strict`](crate::store::strict)); `clock` must be the
    /// store's.
    ///
    /// # Errors
    /// [`SchedulerError::BadName`].
    pub fn new(
        name: impl Into<String>,
        store: Arc<dyn Store>,
        clock: Clock,
    ) -> Result<Self, SchedulerError> {
        let name = name.into();
        job::check_name(&name)?;
        Ok(Self {
            name,
            store,
            clock,
            jobs: Vec::new(),
            running: watch::Sender::new(0),
            break_off: watch::Sender::new(false),
            stop_within: DEFAULT_STOP_WITHIN,
        })
    }

    /// Adds a job. The handler is a closure or function from a [`Run`] to anything that [`JobOutcome`] lists, sync (it may
    /// block) or async; what it captures is shared by all its runs.
    ///
    /// # Errors
    /// [`SchedulerError::SameName`].
    pub fn job<R, K>(
        mut self,
        job: Job,
        handler: impl Fn(Run) -> R + Send + Sync + 'static,
    ) -> Result<Self, SchedulerError>
    where
        R: JobOutcome<K>,
    {
        let name = &job.name;
        if self.jobs.iter().any(|other| other.job.name == *name) {
            return Err(SchedulerError::SameName { name: name.clone() });
        }
        let books = Books::new(
            Arc::clone(&self.store),
            self.clock.clone(),
            &self.name,
            name,
        );
        let planned = Planned::new(
            job,
            R::bind(handler),
            books,
            self.clock.clone(),
            self.running.clone(),
            self.break_off.subscribe(),
        );
        self.jobs.push(Arc::new(planned));
        Ok(self)
    }

    /// How long running jobs may go on after [`SchedulerHandle::stop`]; then they are broken off. Default: 30 s.
    #[must_use]
    pub fn stop_within(mut self, bound: Duration) -> Self {
        self.stop_within = bound;
        self
    }

    /// Starts it within the tokio runtime of the caller.
    ///
    /// # Errors
    /// [`SchedulerError::OutsideRuntime`] when there is none.
    pub fn start(self) -> Result<SchedulerHandle, SchedulerError> {
        let runtime = Handle::try_current().map_err(|_| SchedulerError::OutsideRuntime)?;
        let jobs: Arc<[Arc<Planned>]> = self.jobs.into();
        let timekeeper = Timekeeper::start(&runtime, Arc::clone(&jobs), self.clock);
        Ok(SchedulerHandle {
            jobs,
            timekeeper,
            running: self.running.subscribe(),
            break_off: self.break_off,
            stop_within: self.stop_within,
        })
    }

    /// Runs it in a runtime of its own until Ctrl-C, SIGTERM or SIGHUP, and stops it as [`SchedulerHandle::stop`] does; a
    /// second signal stops it at once.
    ///
    /// # Errors
    /// [`SchedulerError::InsideRuntime`]; [`SchedulerError::Runtime`] when the system gives none.
    pub fn run(self) -> Result<(), SchedulerError> {
        if Handle::try_current().is_ok() {
            return Err(SchedulerError::InsideRuntime);
        }
        panics::escape();
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("scheduler")
            .enable_all()
            .build()
            .map_err(SchedulerError::Runtime)?;
        let ran = runtime.block_on(async {
            let mut signals = Signals::new().map_err(SchedulerError::Runtime)?;
            let handle = self.start()?;
            signals::tell_ready();
            tokio::select! {
                () = signals.next() => {}
                () = handle.timekeeper.ended() => {
                    let why = "nobody keeps the time any more: something in it panicked";
                    return Err(SchedulerError::Runtime(std::io::Error::other(why)));
                }
            }
            signals::tell_stopping();
            tokio::select! {
                () = handle.stop() => {}
                () = signals.another() => {}
            }
            Ok(())
        });
        // A handler that still blocks is left behind.
        runtime.shutdown_background();
        ran
    }

    /// Checks that the store can be written, without which no job runs.
    ///
    /// # Errors
    /// [`SchedulerError::Store`] when it cannot.
    pub async fn check_store(&self) -> Result<(), SchedulerError> {
        if let Some(planned) = self.jobs.first() {
            planned.check_store().await?;
        }
        Ok(())
    }

    /// When each job runs next, in the order in which they were added.
    ///
    /// # Errors
    /// [`SchedulerError::Store`].
    pub async fn next_runs(&self) -> Result<Vec<NextRun>, SchedulerError> {
        next_runs(&self.jobs).await
    }

    /// What became of the last 50 moments of a job, newest first.
    ///
    /// # Errors
    /// [`SchedulerError::Unknown`]; [`SchedulerError::Store`].
    pub async fn history(&self, job: &str) -> Result<Vec<RunRecord>, SchedulerError> {
        Ok(find(&self.jobs, job)?.history().await?)
    }

    /// Runs a job now, and waits for its end. What is planned stays as it is.
    ///
    /// # Errors
    /// [`SchedulerError::Unknown`]; [`SchedulerError::Running`]; [`SchedulerError::Store`]. That the job failed is no error
    /// of this call: see [`RunRecord::state`].
    pub async fn run_now(&self, job: &str) -> Result<RunRecord, SchedulerError> {
        find(&self.jobs, job)?.run_now().await
    }
}

/// Tells the names of the jobs.
impl fmt::Debug for Scheduler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let jobs: Vec<&Job> = self.jobs.iter().map(|planned| &planned.job).collect();
        f.debug_struct("Scheduler")
            .field("name", &self.name)
            .field("jobs", &jobs)
            .finish_non_exhaustive()
    }
}

/// A running scheduler. When it is dropped no more runs begin; those that run go on.
#[derive(Debug)]
#[must_use = "the scheduler ends when its handle is dropped"]
pub struct SchedulerHandle {
    jobs: Arc<[Arc<Planned>]>,
    timekeeper: Timekeeper,
    running: watch::Receiver<usize>,
    break_off: watch::Sender<bool>,
    stop_within: Duration,
}

impl SchedulerHandle {
    /// As [`Scheduler::next_runs`].
    ///
    /// # Errors
    /// [`SchedulerError::Store`].
    pub async fn next_runs(&self) -> Result<Vec<NextRun>, SchedulerError> {
        next_runs(&self.jobs).await
    }

    /// As [`Scheduler::history`].
    ///
    /// # Errors
    /// [`SchedulerError::Unknown`]; [`SchedulerError::Store`].
    pub async fn history(&self, job: &str) -> Result<Vec<RunRecord>, SchedulerError> {
        Ok(find(&self.jobs, job)?.history().await?)
    }

    /// As [`Scheduler::run_now`].
    ///
    /// # Errors
    /// The same.
    pub async fn run_now(&self, job: &str) -> Result<RunRecord, SchedulerError> {
        find(&self.jobs, job)?.run_now().await
    }

    /// Reads the clock now, begins what is due by it, and waits until nothing runs any more. For tests that set their
    /// clock.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// use std::sync::Arc;
    /// use std::time::Duration;
    /// use easy_wechat::scheduler::{Job, Scheduler};
    /// use easy_wechat::store::MemoryStore;
    /// use easy_wechat::{Clock, Timestamp};
    ///
    /// let clock = Clock::fake(Timestamp::from_secs(1_796_079_600)); // 2026-12-01 07:00 in Shanghai
    /// let store = Arc::new(MemoryStore::new(clock.clone()));
    /// let scheduler = Scheduler::new("example", store, clock.clone())?
    ///     .job(Job::new("morning", "30 7 * * *")?, |_| "sent")?
    ///     .start()?;
    /// scheduler.settled().await;
    /// clock.advance(Duration::from_secs(30 * 60));
    /// scheduler.settled().await;
    /// assert_eq!(scheduler.history("morning").await?[0].said, "sent");
    /// # Ok::<_, easy_wechat::BoxError>(())
    /// # })?;
    /// # Ok::<_, easy_wechat::BoxError>(())
    /// ```
    pub async fn settled(&self) {
        self.timekeeper.looked().await;
        let mut running = self.running.clone();
        // Its sender lives in the jobs.
        let _ = running.wait_for(|count| *count == 0).await;
    }

    /// Begins no more runs, and waits for those that run, as long as [`Scheduler::stop_within`] says; then they are broken
    /// off and count as failed. An async handler is dropped; one that blocks cannot be stopped, and its thread goes on.
    pub async fn stop(self) {
        self.timekeeper.stop().await;
        let mut running = self.running.clone();
        if tokio::time::timeout(self.stop_within, running.wait_for(|count| *count == 0))
            .await
            .is_ok()
        {
            return;
        }
        self.break_off.send_replace(true);
        // What is left is to write that down.
        let _ = tokio::time::timeout(LAST_WORDS, running.wait_for(|count| *count == 0)).await;
    }
}

/// A moment as the clocks of a time zone show it: `2026-12-01 07:30:00 +08:00`.
///
/// # Errors
/// [`SchedulerError::TimeZone`] when the zone is unknown.
pub fn local_time(at: Timestamp, time_zone: &str) -> Result<String, SchedulerError> {
    Ok(schedule::local(at, &schedule::zone(time_zone)?))
}

async fn next_runs(jobs: &[Arc<Planned>]) -> Result<Vec<NextRun>, SchedulerError> {
    let mut all = Vec::with_capacity(jobs.len());
    for planned in jobs {
        let at = planned.next().await?;
        let schedule = &planned.job.schedule;
        all.push(NextRun {
            job: planned.job.name.clone(),
            at,
            local: at.map(|at| schedule.local(at)).unwrap_or_default(),
            schedule: schedule.text(),
        });
    }
    Ok(all)
}

fn find<'a>(jobs: &'a [Arc<Planned>], name: &str) -> Result<&'a Arc<Planned>, SchedulerError> {
    let found = jobs.iter().find(|planned| planned.job.name == name);
    found.ok_or_else(|| SchedulerError::Unknown {
        name: name.to_owned(),
        known: jobs
            .iter()
            .map(|planned| planned.job.name.clone())
            .collect(),
    })
}

const DEFAULT_STOP_WITHIN: Duration = Duration::from_secs(30);
const LAST_WORDS: Duration = Duration::from_secs(5);
