//! What of a job is kept in the store: what is settled, who runs it, and its history.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::history::Entry;
use crate::clock::{Clock, Timestamp};
use crate::store::{Store, StoreError};

/// The keys of one job.
#[derive(Debug)]
pub(super) struct Books {
    store: Arc<dyn Store>,
    clock: Clock,
    plan: String,
    lease: String,
    history: String,
    check: String,
}

/// What is settled, with its text as the store has it.
#[derive(Clone, Debug)]
pub(super) struct Settled {
    text: String,
    pub(super) until: Timestamp,
    /// The schedule it was settled by.
    pub(super) schedule: String,
    /// The last moments that were run, oldest run first, at most [`MOST_RAN`].
    pub(super) ran: Vec<Timestamp>,
    /// The id of the run that settled it; empty for none.
    pub(super) by: String,
}

#[derive(Serialize, Deserialize)]
struct Plan {
    /// Microseconds since 1970.
    settled: i64,
    schedule: String,
    /// Seconds since 1970: a moment of a cron expression is a whole second.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    ran: Vec<i64>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    by: String,
}

impl Settled {
    /// Neither a moment up to `until` nor one in `ran` is run again.
    pub(super) fn new(until: Timestamp, schedule: String, ran: Vec<Timestamp>) -> Self {
        Self {
            text: String::new(),
            until,
            schedule,
            ran,
            by: String::new(),
        }
    }

    /// Adds the run of the moment `until`.
    pub(super) fn with_run(mut self, run: &str) -> Self {
        self.ran.push(self.until);
        self.ran.drain(..self.ran.len().saturating_sub(MOST_RAN));
        run.clone_into(&mut self.by);
        self
    }
}

impl Books {
    pub(super) fn new(store: Arc<dyn Store>, clock: Clock, scheduler: &str, job: &str) -> Self {
        let key = |what| format!("scheduler/{scheduler}/{job}/{what}");
        Self {
            store,
            clock,
            plan: key("plan"),
            lease: key("lease"),
            history: key("history"),
            check: key("check"),
        }
    }

    /// `None` when the job is new, or what the store has is no plan.
    pub(super) async fn settled(&self) -> Result<Option<Settled>, StoreError> {
        let Some(text) = self.store.get(&self.plan).await? else {
            return Ok(None);
        };
        let Ok(plan) = serde_json::from_str::<Plan>(&text) else {
            tracing::warn!(key = %self.plan, "the store has no plan there; the job counts as new");
            self.store.swap(&self.plan, Some(&text), None, None).await?;
            return Ok(None);
        };
        Ok(Some(Settled {
            text,
            until: Timestamp::from_micros(plan.settled),
            schedule: plan.schedule,
            ran: plan.ran.into_iter().map(Timestamp::from_secs).collect(),
            by: plan.by,
        }))
    }

    /// Writes an entry, so that a read-only store is noticed before a moment is due.
    pub(super) async fn check(&self) -> Result<(), StoreError> {
        let until = Some(self.clock.now().plus(LEASE));
        self.store.put(&self.check, "", until).await
    }

    /// Replaces `from` by `to` in the store. `None` when another process was faster.
    pub(super) async fn settle(
        &self,
        from: Option<&Settled>,
        to: Settled,
    ) -> Result<Option<Settled>, StoreError> {
        let text = to_json(&Plan {
            settled: to.until.as_micros(),
            schedule: to.schedule.clone(),
            ran: to.ran.iter().map(|ran| ran.as_secs()).collect(),
            by: to.by.clone(),
        });
        let from = from.map(|settled| settled.text.as_str());
        let won = self.store.swap(&self.plan, from, Some(&text), None).await?;
        Ok(won.then_some(Settled { text, ..to }))
    }

    /// Takes the lease, or renews it for [`LEASE`]. Each renewal changes its text, so that other processes notice it even
    /// when the clock jumps.
    pub(super) async fn keep(&self, run: &str) -> Result<bool, StoreError> {
        let held = self.lease().await?;
        match &held {
            Some(text) if holder(text) != run => Ok(false),
            held => self.replace_lease(held.as_deref(), run).await,
        }
    }

    /// The lease as the store has it.
    pub(super) async fn lease(&self) -> Result<Option<String>, StoreError> {
        self.store.get(&self.lease).await
    }

    /// Takes the lease if its text is still `held`, even before it expires.
    pub(super) async fn replace_lease(
        &self,
        held: Option<&str>,
        run: &str,
    ) -> Result<bool, StoreError> {
        let until = self.clock.now().plus(LEASE);
        let text = format!("{run}/{}", until.as_micros());
        let swapped = self.store.swap(&self.lease, held, Some(&text), Some(until));
        swapped.await
    }

    pub(super) async fn release(&self, run: &str) -> Result<(), StoreError> {
        if let Some(text) = self.lease().await?.filter(|text| holder(text) == run) {
            self.store
                .swap(&self.lease, Some(&text), None, None)
                .await?;
        }
        Ok(())
    }

    /// The run that holds the lease.
    pub(super) async fn holder(&self) -> Result<Option<String>, StoreError> {
        let lease = self.lease().await?;
        Ok(lease.map(|text| holder(&text).to_owned()))
    }

    /// Oldest first.
    pub(super) async fn history(&self) -> Result<Vec<Entry>, StoreError> {
        let text = self.store.get(&self.history).await?;
        Ok(entries(text.as_deref()))
    }

    /// Adds an entry, or writes over the one of the same run.
    pub(super) async fn write(&self, entry: &Entry) -> Result<(), StoreError> {
        for _ in 0..ATTEMPTS {
            let text = self.store.get(&self.history).await?;
            let mut all = entries(text.as_deref());
            match all.iter_mut().find(|old| old.id == entry.id) {
                Some(old) => *old = entry.clone(),
                None => all.push(entry.clone()),
            }
            all.drain(..all.len().saturating_sub(KEPT));
            let new = to_json(&all);
            let text = text.as_deref();
            if self
                .store
                .swap(&self.history, text, Some(&new), None)
                .await?
            {
                return Ok(());
            }
        }
        tracing::warn!(key = %self.history, "so many write the history that this run is not in it");
        Ok(())
    }
}

/// What is no history any more is begun anew.
fn entries(text: Option<&str>) -> Vec<Entry> {
    text.and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default()
}

fn to_json(it: &impl Serialize) -> String {
    serde_json::to_string(it).unwrap_or_default()
}

/// How long after its last sign of life a run counts as broken off.
pub(super) const LEASE: Duration = Duration::from_secs(30);

/// The run of a lease's text, which is `RUN/UNTIL`.
fn holder(lease: &str) -> &str {
    lease.split('/').next().unwrap_or(lease)
}

/// How many moments that were run are remembered, for a clock that is set back.
pub(super) const MOST_RAN: usize = 64;

/// How many entries of a job's history are kept.
const KEPT: usize = 50;

const ATTEMPTS: usize = 20;
