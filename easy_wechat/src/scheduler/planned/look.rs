//! Finds the moments of a job that are due, and runs or passes them over.

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
    /// Does what is due, and returns when to look again.
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

    /// Logs a failure of the store: at once, for each moment that is due meanwhile (at most once a minute), and every hour.
    fn report(&self, failure: &StoreError) {
        let settled = self.lock().settled.clone();
        let due = settled.and_then(|it| match self.decide(&it, self.clock.now()) {
            Decision::Run(planned) => Some(planned),
            _ => None,
        });
        let now = Instant::now();
        {
            let mut local = self.lock();
            let is_logged = local.trouble.is_some_and(|trouble| {
                let ago = now.saturating_duration_since(trouble.logged);
                ago < if due == trouble.due { REMIND } else { ON_TIME }
            });
            if is_logged {
                return;
            }
            local.trouble = Some(Trouble { logged: now, due });
        }
        let (job, reason) = (&self.job.name, one_line(failure));
        match due.map(|at| self.job.schedule.local(at)) {
            Some(planned) => {
                error!(%job, %planned, grace = ?self.job.grace, reason, "not run: the scheduler's store failed, the moment cannot be recorded; retrying within the grace");
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
        // Each turn settles a moment, or finds that another process did.
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
                        warn!(%job, settled = %ahead, now = %local(now), "the clock was set back; the job goes on from now, without the moments that were run");
                    }
                }
                Decision::Ran(planned) => {
                    let (job, at) = (&self.job.name, self.job.schedule.local(planned));
                    info!(%job, planned = %at, "not run again: it was run before the clock was set back");
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

    /// Runs a moment that this process settled although the store returned an error; no other process may run it. Returns
    /// whether there was one.
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

    /// Runs the job unless it is running. Returns when to look again if another process holds the lease.
    async fn run_or_wait(
        self: &Arc<Self>,
        settled: &Settled,
        planned: Timestamp,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let here = self.lock().runs_here.clone();
        if let Some(id) = here {
            // When the clock has jumped, the lease has expired.
            self.books.keep(&id).await?;
            if self.lock().runs_here.as_deref() != Some(id.as_str()) {
                // It ended meanwhile, and the lease may have been taken again for it.
                self.books.release(&id).await?;
                return Ok(None);
            }
            self.pass_over(settled, planned, RunState::Overlapped)
                .await?;
            return Ok(None);
        }
        let id = self.lock().attempt.get_or_insert_with(run_id).clone();
        if !self.books.keep(&id).await? && !self.take_from_the_dead(&id, now).await? {
            // Either another process runs it, or that process was killed and its lease is about to expire.
            let since = self.lock().blocked.as_ref().map_or(now, |it| it.since);
            if now.since(since) <= LEASE {
                return Ok(Some(now.plus(BLOCKED_PAUSE)));
            }
            self.pass_over(settled, planned, RunState::Overlapped)
                .await?;
            return Ok(None);
        }
        // When this fails, the moment may be settled nevertheless; `take_up` checks that.
        let won = self.settle(settled, planned, Some(&id)).await?;
        self.lock().attempt = None;
        if won {
            drop(self.begin(id, Some(planned)));
        } else {
            self.books.release(&id).await?;
        }
        Ok(None)
    }

    /// Takes a lease that was not renewed for [`LEASE`] but has not expired: its holder was killed, and the clock was set back
    /// afterwards.
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

    /// Checks that the store can be written. If it cannot, reads what is settled if possible, so that the log can name the
    /// moment that is due.
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

    /// Returns what is settled. With no entry, or one of another schedule, the job begins now.
    async fn known_or_new(&self) -> Result<Settled, StoreError> {
        let schedule = self.job.schedule.text();
        loop {
            let found = self.books.settled().await?;
            let now = self.clock.now();
            // A moment that became due while the store failed is not new: it could not be settled.
            let first_look = self.lock().first_look.map_or(now, |first| first.min(now));
            let since = self.job.schedule.since(first_look);
            let new = match &found {
                // An entry that was known here and is gone was lost by the store.
                None => {
                    let known = self.lock().settled.clone();
                    let known = known.map(|it| (it.until, it.ran));
                    let (until, ran) = known.unwrap_or((since, Vec::new()));
                    Settled::new(until, schedule.clone(), ran)
                }
                // Only at the first look: two processes with different schedules would replace it in turns.
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
