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
}

/// What is settled, with its text as the store has it.
#[derive(Clone, Debug)]
pub(super) struct Settled {
    text: String,
    pub(super) until: Timestamp,
    /// The schedule it was settled by.
    pub(super) schedule: String,
}

#[derive(Serialize, Deserialize)]
struct Plan {
    /// Microseconds since 1970.
    settled: i64,
    schedule: String,
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
        }))
    }

    /// Settles everything up to `until`. `None` when somebody else was faster.
    pub(super) async fn settle(
        &self,
        from: Option<&Settled>,
        until: Timestamp,
        schedule: &str,
    ) -> Result<Option<Settled>, StoreError> {
        let plan = Plan {
            settled: until.as_micros(),
            schedule: schedule.to_owned(),
        };
        let text = to_json(&plan);
        let from = from.map(|settled| settled.text.as_str());
        let won = self.store.swap(&self.plan, from, Some(&text), None).await?;
        Ok(won.then_some(Settled {
            text,
            until,
            schedule: plan.schedule,
        }))
    }

    /// Becomes the one who runs the job, for [`LEASE`].
    pub(super) async fn take(&self, run: &str) -> Result<bool, StoreError> {
        let until = Some(self.clock.now().plus(LEASE));
        self.store.swap(&self.lease, None, Some(run), until).await
    }

    /// Stays the one who runs the job. A lease that has run out is taken again.
    pub(super) async fn keep(&self, run: &str) -> Result<bool, StoreError> {
        let until = Some(self.clock.now().plus(LEASE));
        let kept = self
            .store
            .swap(&self.lease, Some(run), Some(run), until)
            .await?;
        Ok(kept || self.take(run).await?)
    }

    pub(super) async fn release(&self, run: &str) -> Result<(), StoreError> {
        self.store
            .swap(&self.lease, Some(run), None, None)
            .await
            .map(drop)
    }

    /// The run that holds the lease.
    pub(super) async fn holder(&self) -> Result<Option<String>, StoreError> {
        self.store.get(&self.lease).await
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

/// How many entries of a job's history are kept.
const KEPT: usize = 50;

const ATTEMPTS: usize = 20;
