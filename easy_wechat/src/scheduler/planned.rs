//! One job and what is done with it: looked at, passed over, run.

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
    /// The run that goes on in this process.
    runs_here: Option<String>,
    /// Since when another process holds the lease while the job is due.
    blocked: Option<Timestamp>,
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

    /// Does what is due, and tells when to look again.
    pub(super) async fn look(self: &Arc<Self>) -> Option<Timestamp> {
        match self.try_look().await {
            Ok(next) => next,
            Err(error) => {
                let (job, error) = (&self.job.name, one_line(&error));
                warn!(%job, %error, "the scheduler's store failed; the job waits for it");
                Some(self.clock.now().plus(STORE_PAUSE))
            }
        }
    }

    async fn try_look(self: &Arc<Self>) -> Result<Option<Timestamp>, StoreError> {
        let known = self.lock().settled.clone();
        if let Some(settled) = known
            && let Decision::Wait(next) = self.decide(&settled, self.clock.now())
        {
            return Ok(next);
        }
        // Each turn settles something, or sees that somebody did.
        for _ in 0..MOST_TURNS {
            let settled = self.known_or_new().await?;
            let now = self.clock.now();
            match self.decide(&settled, now) {
                Decision::Wait(next) => {
                    self.lock().blocked = None;
                    return Ok(next);
                }
                Decision::Restart => {
                    let job = &self.job.name;
                    warn!(%job, "the clock was set back by more than a day; the job is planned anew");
                    self.settle(&settled, now).await?;
                }
                Decision::Miss(planned) => {
                    self.pass_over(&settled, planned, RunState::Missed).await?;
                }
                Decision::Run(planned) => {
                    if let Some(again) = self.run_or_wait(&settled, planned, now).await? {
                        return Ok(Some(again));
                    }
                }
            }
        }
        Ok(Some(self.clock.now().plus(BLOCKED_PAUSE)))
    }

    /// Runs it if nobody does. Gives the moment to look again, if it has to wait for the lease.
    async fn run_or_wait(
        self: &Arc<Self>,
        settled: &Settled,
        planned: Timestamp,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let here = self.lock().runs_here.clone();
        if let Some(id) = here {
            // When the clock has leapt, the lease has run out.
            self.books.keep(&id).await?;
            if self.lock().runs_here.as_deref() != Some(id.as_str()) {
                // It ended meanwhile, and the lease may have been taken for it once more.
                self.books.release(&id).await?;
                return Ok(None);
            }
            self.pass_over(settled, planned, RunState::Overlapped)
                .await?;
            return Ok(None);
        }
        let id = run_id();
        if !self.books.take(&id).await? {
            // Either somebody runs it, or somebody was killed while he did and his lease runs out.
            let since = *self.lock().blocked.get_or_insert(now);
            if now.since(since) <= LEASE {
                return Ok(Some(now.plus(BLOCKED_PAUSE)));
            }
            self.pass_over(settled, planned, RunState::Overlapped)
                .await?;
            return Ok(None);
        }
        match self.settle(settled, planned).await {
            Ok(true) => drop(self.begin(id, Some(planned))),
            Ok(false) => self.books.release(&id).await?,
            Err(error) => {
                // It may have been settled, and then it is not run: better not at all than twice.
                self.books.release(&id).await.ok();
                return Err(error);
            }
        }
        Ok(None)
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
        if !self.books.take(&id).await? {
            return Err(running());
        }
        self.begin(id, None)
            .await
            .map_err(|ended| SchedulerError::Runtime(io::Error::other(ended)))
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
        let until = settled.map_or_else(|| schedule.since(now), |settled| settled.until);
        let name = &self.job.name;
        Ok(match decide(schedule, name, until, now, self.job.grace) {
            Decision::Wait(next) => next,
            Decision::Run(planned) => Some(planned),
            Decision::Miss(_) | Decision::Restart => schedule.next_after(now, name),
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

    /// What is settled. Where there is nothing, or it was settled by another schedule, it begins now.
    async fn known_or_new(&self) -> Result<Settled, StoreError> {
        let schedule = self.job.schedule.text();
        loop {
            let found = self.books.settled().await?;
            let now = self.clock.now();
            let until = match &found {
                // What was known here and is gone was not new: the store lost it.
                None => {
                    let known = self.lock().settled.clone();
                    known.map_or_else(|| self.job.schedule.since(now), |known| known.until)
                }
                // Two processes with different schedules would change it to and fro, so only the first look counts.
                Some(settled) if settled.schedule != schedule && self.lock().settled.is_none() => {
                    self.job.schedule.since(now).max(settled.until)
                }
                Some(settled) => {
                    self.lock().settled = Some(settled.clone());
                    return Ok(settled.clone());
                }
            };
            if let Some(settled) = self.books.settle(found.as_ref(), until, &schedule).await? {
                self.lock().settled = Some(settled.clone());
                return Ok(settled);
            }
        }
    }

    fn decide(&self, settled: &Settled, now: Timestamp) -> Decision {
        let Job {
            name,
            schedule,
            grace,
            ..
        } = &self.job;
        decide(schedule, name, settled.until, now, *grace)
    }

    async fn settle(&self, from: &Settled, until: Timestamp) -> Result<bool, StoreError> {
        let schedule = self.job.schedule.text();
        let settled = self.books.settle(Some(from), until, &schedule).await?;
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
        if !self.settle(settled, planned).await? {
            return Ok(());
        }
        let (job, at) = (&self.job.name, self.job.schedule.local(planned));
        if why == RunState::Missed {
            warn!(%job, planned = %at, grace = ?self.job.grace, "missed: it is too late for it now");
        } else {
            warn!(%job, planned = %at, "passed over: the run before it has not ended");
        }
        let entry = Entry::new(run_id(), Some(planned), self.clock.now(), why);
        self.books.write(&entry).await
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
        let limit = Instant::now() + self.job.limit;
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

    async fn write(&self, entry: &Entry) {
        if let Err(error) = self.books.write(entry).await {
            let (job, error) = (&self.job.name, one_line(&error));
            warn!(%job, %error, "the history could not be written");
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

const MOST_TURNS: usize = 8;
const STORE_PAUSE: Duration = Duration::from_secs(5);
const BLOCKED_PAUSE: Duration = Duration::from_secs(1);
