//! What is due of a job is found, and run or passed over.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tracing::{error, info, warn};

use super::{Blocked, Planned, Trouble, run_id};
use crate::clock::Timestamp;
use crate::error_line::one_line;
use crate::scheduler::books::{LEASE, Settled};
use crate::scheduler::history::RunState;
use crate::scheduler::plan::{Decision, ON_TIME};
use crate::store::StoreError;

impl Planned {
    /// Does what is due, and tells when to look again.
    pub(in crate::scheduler) async fn look(self: &Arc<Self>) -> Option<Timestamp> {
        match self.try_look().await {
            Ok(next) => {
                if self.lock().trouble.take().is_some() {
                    info!(job = %self.job.name, "the scheduler's store works again");
                }
                next
            }
            Err(error) => {
                self.report(&error);
                Some(self.clock.now().plus(STORE_PAUSE))
            }
        }
    }

    /// The store failed: nothing is run, and this is logged at once, for each moment that is held up (but not more often
    /// than every minute), and every hour.
    fn report(&self, failure: &StoreError) {
        let settled = self.lock().settled.clone();
        let due = settled.and_then(|it| match self.decide(&it, self.clock.now()) {
            Decision::Run(planned) => Some(planned),
            _ => None,
        });
        let now = Instant::now();
        {
            let mut local = self.lock();
            let told = local.trouble.is_some_and(|trouble| {
                let ago = now.saturating_duration_since(trouble.logged);
                ago < if due == trouble.due { REMIND } else { ON_TIME }
            });
            if told {
                return;
            }
            local.trouble = Some(Trouble { logged: now, due });
        }
        let (job, reason) = (&self.job.name, one_line(failure));
        match due.map(|at| self.job.schedule.local(at)) {
            Some(planned) => {
                error!(%job, %planned, grace = ?self.job.grace, reason, "not run: the scheduler's store failed, so that the moment cannot be recorded; retried within the grace");
            }
            None => {
                error!(%job, reason, "the scheduler's store failed; nothing is run until it works");
            }
        }
    }

    async fn try_look(self: &Arc<Self>) -> Result<Option<Timestamp>, StoreError> {
        let (known, failed, first) = {
            let mut local = self.lock();
            let first = local.first_look.is_none();
            local.first_look.get_or_insert_with(|| self.clock.now());
            (local.settled.clone(), local.trouble.is_some(), first)
        };
        if first || failed {
            self.check_and_read().await?;
        }
        self.write_again().await?;
        if let Some(settled) = known
            && let Decision::Wait(next) = self.decide(&settled, self.clock.now())
        {
            return Ok(next);
        }
        // Each turn settles something, or sees that somebody did.
        for _ in 0..MOST_TURNS {
            let settled = self.known_or_new().await?;
            if self.take_up(&settled).await? {
                continue;
            }
            let now = self.clock.now();
            match self.decide(&settled, now) {
                Decision::Wait(next) => {
                    self.lock().blocked = None;
                    return Ok(next);
                }
                Decision::SetBack => {
                    if self.settle(&settled, now, None).await? {
                        let local = |at| self.job.schedule.local(at);
                        let (job, ahead) = (&self.job.name, local(settled.until));
                        warn!(%job, settled = %ahead, now = %local(now), "the clock was set back: the job is planned from now on, without the moments that have been run");
                    }
                }
                Decision::Ran(planned) => {
                    let (job, at) = (&self.job.name, self.job.schedule.local(planned));
                    info!(%job, planned = %at, "it was run before the clock was set back, and is not run again");
                    self.settle(&settled, planned, None).await?;
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

    /// Runs what was settled here although the store reported a failure: its process is the only one that may. True when
    /// there was such a moment.
    async fn take_up(self: &Arc<Self>, settled: &Settled) -> Result<bool, StoreError> {
        let attempt = self.lock().attempt.clone();
        let Some(id) = attempt.filter(|id| *id == settled.by) else {
            return Ok(false);
        };
        let (planned, now) = (settled.until, self.clock.now());
        let in_time = now.since(planned) <= self.job.grace.max(ON_TIME);
        if in_time && self.books.keep(&id).await? {
            self.lock().attempt = None;
            drop(self.begin(id, Some(planned)));
        } else {
            self.lock().attempt = None;
            self.passed_over(planned, RunState::Missed).await;
        }
        Ok(true)
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
        let id = self.lock().attempt.get_or_insert_with(run_id).clone();
        if !self.books.keep(&id).await? && !self.take_from_the_dead(&id, now).await? {
            // Either another process runs it, or it was killed in the middle and its lease expires.
            let since = self.lock().blocked.as_ref().map_or(now, |it| it.since);
            if now.since(since) <= LEASE {
                return Ok(Some(now.plus(BLOCKED_PAUSE)));
            }
            self.pass_over(settled, planned, RunState::Overlapped)
                .await?;
            return Ok(None);
        }
        // When this fails it may have been settled all the same; `take_up` finds out.
        let won = self.settle(settled, planned, Some(&id)).await?;
        self.lock().attempt = None;
        if won {
            drop(self.begin(id, Some(planned)));
        } else {
            self.books.release(&id).await?;
        }
        Ok(None)
    }

    /// Takes a lease that was not renewed for as long as it lasts, but has not expired: its holder was killed, and then the
    /// clock was set back.
    async fn take_from_the_dead(&self, id: &str, now: Timestamp) -> Result<bool, StoreError> {
        let Some(lease) = self.books.lease().await? else {
            return Ok(false);
        };
        {
            let mut local = self.lock();
            let blocked = local.blocked.get_or_insert_with(|| Blocked {
                since: now,
                lease: lease.clone(),
                same_since: now,
            });
            blocked.since = blocked.since.min(now);
            if blocked.lease != lease || blocked.same_since > now {
                (blocked.lease, blocked.same_since) = (lease.clone(), now);
            }
            if now.since(blocked.same_since) <= LEASE {
                return Ok(false);
            }
        }
        self.books.replace_lease(Some(&lease), id).await
    }

    /// Whether the store can be written. Where it cannot, what is settled is read if it can be, to know what is held up.
    async fn check_and_read(&self) -> Result<(), StoreError> {
        let checked = self.books.check().await;
        if checked.is_err()
            && self.lock().settled.is_none()
            && let Ok(Some(settled)) = self.books.settled().await
            && settled.schedule == self.job.schedule.text()
        {
            self.lock().settled = Some(settled);
        }
        checked
    }

    /// What is settled. Where there is nothing, or it was settled by another schedule, it begins now.
    async fn known_or_new(&self) -> Result<Settled, StoreError> {
        let schedule = self.job.schedule.text();
        loop {
            let found = self.books.settled().await?;
            let now = self.clock.now();
            // While the store failed nothing could be settled, and what became due meanwhile is not new.
            let first_look = self.lock().first_look.map_or(now, |first| first.min(now));
            let since = self.job.schedule.since(first_look);
            let new = match &found {
                // What was known here and is gone was not new: the store lost it.
                None => {
                    let known = self.lock().settled.clone();
                    let known = known.map(|it| (it.until, it.ran));
                    let (until, ran) = known.unwrap_or((since, Vec::new()));
                    Settled::new(until, schedule.clone(), ran)
                }
                // Two processes with different schedules would change it to and fro, so only the first look counts.
                Some(settled) if settled.schedule != schedule && self.lock().settled.is_none() => {
                    let until = since.max(settled.until);
                    Settled::new(until, schedule.clone(), settled.ran.clone())
                }
                Some(settled) => {
                    self.lock().settled = Some(settled.clone());
                    return Ok(settled.clone());
                }
            };
            if let Some(settled) = self.books.settle(found.as_ref(), new).await? {
                self.lock().settled = Some(settled.clone());
                return Ok(settled);
            }
        }
    }
}

const MOST_TURNS: usize = 8;
const STORE_PAUSE: Duration = Duration::from_secs(5);
const BLOCKED_PAUSE: Duration = Duration::from_secs(1);
/// How often a failure that lasts is logged again.
const REMIND: Duration = Duration::from_hours(1);
