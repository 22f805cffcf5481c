//! One job and what is done with it: looked at, passed over, run.

mod look;

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};
use tracing::{debug, info, warn};

use super::books::{Books, LEASE, Settled};
use super::error::SchedulerError;
use super::handler::{JobHandler, Run, came_to};
use super::history::{Entry, RunRecord, RunState};
use super::job::Job;
use super::plan::{Decision, decide};
use crate::BoxError;
use crate::clock::{Clock, Timestamp};
use crate::error_line::one_line;
use crate::store::StoreError;

/// A job with its handler and its books.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) job: Job,
    handler: JobHandler,
    books: Books,
    clock: Clock,
    /// How many runs there are, of all jobs of the scheduler.
    running: watch::Sender<usize>,
    /// Whether runs are to be broken off.
    break_off: watch::Receiver<bool>,
    local: Mutex<Local>,
}

#[derive(Debug, Default)]
struct Local {
    /// As it was last seen: a look at the store can be spared while nothing is due by it.
    settled: Option<Settled>,
    /// When this process first looked.
    first_look: Option<Timestamp>,
    /// The run that goes on in this process.
    runs_here: Option<String>,
    /// A run whose moment may have been settled although the store returned an error.
    attempt: Option<String>,
    /// The lease of another process while the job is due.
    blocked: Option<Blocked>,
    /// Set while the store fails.
    trouble: Option<Trouble>,
    /// Entries of the history that could not be written, oldest first.
    unwritten: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Blocked {
    since: Timestamp,
    /// The lease's text, and since when it has been the same.
    lease: String,
    same_since: Timestamp,
}

#[derive(Clone, Copy, Debug)]
struct Trouble {
    /// When it was last logged.
    logged: Instant,
    /// The moment that was due then.
    due: Option<Timestamp>,
}

impl Planned {
    pub(super) fn new(
        job: Job,
        handler: JobHandler,
        books: Books,
        clock: Clock,
        running: watch::Sender<usize>,
        break_off: watch::Receiver<bool>,
    ) -> Self {
        Self {
            job,
            handler,
            books,
            clock,
            running,
            break_off,
            local: Mutex::default(),
        }
    }

    /// Runs the job now, whatever is planned, and waits for its end.
    pub(super) async fn run_now(self: &Arc<Self>) -> Result<RunRecord, SchedulerError> {
        Handle::try_current().map_err(|_| SchedulerError::OutsideRuntime)?;
        let name = &self.job.name;
        let running = || SchedulerError::Running { name: name.clone() };
        if self.lock().runs_here.is_some() {
            return Err(running());
        }
        let id = run_id();
        if !self.books.keep(&id).await? {
            return Err(running());
        }
        self.begin(id, None)
            .await
            .map_err(|ended| SchedulerError::Runtime(io::Error::other(ended)))
    }

    /// Checks that the store can be written.
    pub(super) async fn check_store(&self) -> Result<(), StoreError> {
        self.books.check().await
    }

    /// When it runs next.
    pub(super) async fn next(&self) -> Result<Option<Timestamp>, StoreError> {
        let now = self.clock.now();
        let schedule = &self.job.schedule;
        let settled = self
            .books
            .settled()
            .await?
            .filter(|settled| settled.schedule == schedule.text());
        let (until, ran) = settled.map_or_else(
            || (schedule.since(now), Vec::new()),
            |settled| (settled.until, settled.ran),
        );
        let name = &self.job.name;
        let grace = self.job.grace;
        let after_now = || match decide(schedule, name, now, &ran, now, grace) {
            Decision::Wait(next) => next,
            _ => None,
        };
        Ok(match decide(schedule, name, until, &ran, now, grace) {
            Decision::Wait(next) => next,
            Decision::Run(planned) => Some(planned),
            Decision::Miss(_) | Decision::Ran(_) | Decision::SetBack => after_now(),
        })
    }

    pub(super) async fn history(&self) -> Result<Vec<RunRecord>, StoreError> {
        let here = self.lock().runs_here.clone();
        let holder = match here {
            Some(id) => Some(id),
            None => self.books.holder().await?,
        };
        let entries = self.books.history().await?;
        let records = entries.iter().rev();
        Ok(records
            .map(|entry| entry.record(holder.as_deref()))
            .collect())
    }

    fn decide(&self, settled: &Settled, now: Timestamp) -> Decision {
        let Job {
            name,
            schedule,
            grace,
            ..
        } = &self.job;
        decide(schedule, name, settled.until, &settled.ran, now, *grace)
    }

    /// Settles everything up to `until`, for `run` if that is given.
    async fn settle(
        &self,
        from: &Settled,
        until: Timestamp,
        run: Option<&str>,
    ) -> Result<bool, StoreError> {
        let schedule = &self.job.schedule;
        let mut to = Settled::new(until, schedule.text(), from.ran.clone());
        if let Some(run) = run {
            to = to.with_run(run);
        }
        if !schedule.can_be_missed() {
            // An interval has no fixed moments that could recur.
            to.ran.clear();
        }
        let settled = self.books.settle(Some(from), to).await?;
        let won = settled.is_some();
        let mut local = self.lock();
        local.blocked = None;
        if won {
            local.settled = settled;
        }
        Ok(won)
    }

    async fn pass_over(
        &self,
        settled: &Settled,
        planned: Timestamp,
        why: RunState,
    ) -> Result<(), StoreError> {
        if self.settle(settled, planned, None).await? {
            self.passed_over(planned, why).await;
        }
        Ok(())
    }

    async fn passed_over(&self, planned: Timestamp, why: RunState) {
        let (job, at) = (&self.job.name, self.job.schedule.local(planned));
        if why == RunState::Missed {
            warn!(%job, planned = %at, grace = ?self.job.grace, "missed: it is too late for it now");
        } else {
            warn!(%job, planned = %at, "passed over: the run before it has not ended");
        }
        let entry = Entry::new(run_id(), Some(planned), self.clock.now(), why);
        self.write(&entry).await;
    }

    /// Begins a run whose lease is taken.
    fn begin(
        self: &Arc<Self>,
        id: String,
        planned: Option<Timestamp>,
    ) -> tokio::task::JoinHandle<RunRecord> {
        self.lock().runs_here = Some(id.clone());
        let counted = Counted::new(Arc::clone(self), id.clone());
        tokio::spawn(async move { counted.0.run(id, planned).await })
    }

    async fn run(&self, id: String, planned: Option<Timestamp>) -> RunRecord {
        let started = self.clock.now();
        let mut entry = Entry::new(id, planned, started, RunState::Running);
        self.write(&entry).await;
        let name = &self.job.name;
        let at = planned.map(|at| self.job.schedule.local(at));
        debug!(job = %name, planned = at, "begins");
        let run = Run {
            job: name.clone(),
            planned,
            started,
        };
        let result = self.guarded(run, &entry.id).await;
        let result = result.map_err(|error| one_line(&*error));
        match &result {
            Ok(said) => info!(job = %name, planned = at, %said, "done"),
            Err(error) => warn!(job = %name, planned = at, %error, "failed"),
        }
        let result = result.as_ref().map(String::as_str);
        entry.end(self.clock.now(), result.map_err(String::as_str));
        self.write(&entry).await;
        // In this order: who finds nothing running here takes no lease for what has ended.
        self.ended(&entry.id);
        if let Err(error) = self.books.release(&entry.id).await {
            warn!(job = %name, error = %one_line(&error), "the lease could not be given back; it runs out");
        }
        entry.record(None)
    }

    /// Runs the handler, and keeps the lease as long as that takes.
    async fn guarded(&self, run: Run, id: &str) -> Result<String, BoxError> {
        let broken_off = told(self.break_off.clone());
        tokio::pin!(broken_off);
        let mut work = self.handler.begin(run);
        let limit = Instant::now() + self.job.limit.min(LONGEST_LIMIT);
        loop {
            tokio::select! {
                joined = &mut work => return came_to(joined),
                () = &mut broken_off => {
                    work.abort();
                    return Err("it was broken off because the scheduler stopped".into());
                }
                () = sleep_until(limit) => {
                    work.abort();
                    return Err(format!("it was not done after {:?}", self.job.limit).into());
                }
                () = sleep(LEASE / 3) => {
                    if !matches!(self.books.keep(id).await, Ok(true)) {
                        warn!(job = %self.job.name, "the lease is lost; another process may run the job as well");
                    }
                }
            }
        }
    }

    /// Forgets a run, unless another one has begun.
    fn ended(&self, id: &str) {
        self.lock().runs_here.take_if(|running| running == id);
    }

    /// Writes an entry of the history, or keeps it to be written later.
    async fn write(&self, entry: &Entry) {
        if let Err(error) = self.books.write(entry).await {
            let (job, error) = (&self.job.name, one_line(&error));
            warn!(%job, %error, "cannot write the history; retrying");
            let unwritten = &mut self.lock().unwritten;
            unwritten.retain(|old| old.id != entry.id);
            unwritten.push(entry.clone());
            unwritten.drain(..unwritten.len().saturating_sub(MOST_UNWRITTEN));
        }
    }

    /// Writes the entries that could not be written before.
    async fn write_again(&self) -> Result<(), StoreError> {
        loop {
            let first = self.lock().unwritten.first().cloned();
            let Some(entry) = first else {
                return Ok(());
            };
            self.books.write(&entry).await?;
            let unwritten = &mut self.lock().unwritten;
            // The same run may have ended meanwhile, with another state.
            unwritten.retain(|old| old.id != entry.id || old.state != entry.state);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Local> {
        self.local.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A run that is counted, until this is dropped.
struct Counted(Arc<Planned>, String);

impl Counted {
    fn new(planned: Arc<Planned>, id: String) -> Self {
        planned.running.send_modify(|count| *count += 1);
        Self(planned, id)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.ended(&self.1);
        self.0.running.send_modify(|count| *count -= 1);
    }
}

/// Waits until it is true; for ever when nobody is left who could say so.
async fn told(mut it: watch::Receiver<bool>) {
    if it.wait_for(|it| *it).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// No two runs have the same, whatever process they are of.
fn run_id() -> String {
    format!("{}-{:016x}", std::process::id(), rand::random::<u64>())
}

/// A longer limit could overflow an `Instant`.
const LONGEST_LIMIT: Duration = Duration::from_hours(24 * 366);
/// As many entries as the history keeps.
const MOST_UNWRITTEN: usize = 50;
