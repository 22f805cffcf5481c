//! Pushes as jobs of a scheduler.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use easy_wechat::scheduler::{IntoRunResult as _, Scheduler};
use easy_wechat::{BoxError, Clock, Config, Outgoing, SchedulerError, Store, WeChatClient, store};

use crate::job::PushJob;

/// There is no push of that name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown push {name:?}; the configuration has {}", .known.join(", "))]
#[non_exhaustive]
pub struct UnknownPush {
    /// The name.
    pub name: String,
    /// The pushes that there are.
    pub known: Vec<String>,
}

/// The pushes of a configuration with the store in which the scheduler keeps what was sent.
#[derive(Debug)]
pub struct Pushes {
    jobs: Vec<PushJob>,
    store: Arc<dyn Store>,
    clock: Clock,
}

impl Pushes {
    /// With the store of the account's `state_path`, which reports what cannot be kept: a moment that is not recorded is
    /// not sent.
    ///
    /// # Errors
    /// The account's section is missing or malformed.
    pub fn open(
        config: &Config,
        app: &str,
        jobs: Vec<PushJob>,
        clock: Clock,
    ) -> Result<Self, BoxError> {
        let app = jobs.first().map_or(app, |job| job.app.as_str());
        let store = store::strict(config.app(app)?.api.state_path.as_deref());
        Ok(Self::with(jobs, store, clock))
    }

    /// With another store.
    pub fn with(jobs: Vec<PushJob>, store: Arc<dyn Store>, clock: Clock) -> Self {
        Self { jobs, store, clock }
    }

    /// The service: the pushes that are enabled, with their accounts.
    ///
    /// # Errors
    /// No push is enabled; an account lacks something that sending needs.
    pub fn service(&self, config: &Config) -> Result<Scheduler, BoxError> {
        let enabled: Vec<&PushJob> = self.jobs.iter().filter(|job| job.enabled).collect();
        if enabled.is_empty() {
            let first = self.jobs.first().map_or("", |job| job.name.as_str());
            let section = config.section(&format!("push:{first}"))?;
            let expected = "true in one section [push:NAME] at least: no push is enabled";
            return Err(section.malformed("enabled", "false", expected).into());
        }
        self.with_accounts(config, &enabled)
    }

    /// One push, enabled or not.
    ///
    /// # Errors
    /// There is none of that name; its account lacks something that sending needs.
    pub fn one(&self, config: &Config, name: &str) -> Result<Scheduler, BoxError> {
        self.with_accounts(config, &[self.job(name)?])
    }

    /// The push of that name.
    ///
    /// # Errors
    /// [`UnknownPush`].
    pub fn job(&self, name: &str) -> Result<&PushJob, UnknownPush> {
        let found = self.jobs.iter().find(|job| job.name == name);
        found.ok_or_else(|| UnknownPush {
            name: name.to_owned(),
            known: self.jobs.iter().map(|job| job.name.clone()).collect(),
        })
    }

    /// What a push would send.
    ///
    /// # Errors
    /// Its command or Zhihu failed.
    pub async fn message(&self, job: &PushJob) -> Result<Option<Outgoing>, BoxError> {
        job.content.make(&*self.store, self.clock.now()).await
    }

    fn with_accounts(&self, config: &Config, jobs: &[&PushJob]) -> Result<Scheduler, BoxError> {
        let mut clients: HashMap<&str, WeChatClient> = HashMap::new();
        let mut scheduler = self.empty()?;
        for job in jobs {
            let client = match clients.entry(&job.app) {
                Entry::Occupied(known) => known.get().clone(),
                Entry::Vacant(new) => new
                    .insert(WeChatClient::from_config(config, &job.app)?)
                    .clone(),
            };
            let shared = Arc::new((PushJob::clone(job), client, Arc::clone(&self.store)));
            scheduler = scheduler.job(job.schedule.clone(), move |run| {
                let shared = Arc::clone(&shared);
                async move {
                    let (job, client, store) = &*shared;
                    match job.content.make(&**store, run.started).await? {
                        Some(message) => client.send(&job.to, &message).await?.into_run_result(),
                        None => Ok(NOTHING_TO_SAY.to_owned()),
                    }
                }
            })?;
        }
        Ok(scheduler)
    }

    /// All of them without their accounts: to look at.
    ///
    /// # Errors
    /// Two pushes have the same name.
    pub fn to_look_at(&self) -> Result<Scheduler, SchedulerError> {
        self.jobs.iter().try_fold(self.empty()?, |scheduler, job| {
            scheduler.job(job.schedule.clone(), |_| ())
        })
    }

    /// All of them.
    pub fn jobs(&self) -> &[PushJob] {
        &self.jobs
    }

    /// What in the configuration is probably a mistake.
    pub fn warnings(&self) -> impl Iterator<Item = &str> {
        self.jobs
            .iter()
            .flat_map(|job| job.warnings.iter().map(String::as_str))
    }

    fn empty(&self) -> Result<Scheduler, SchedulerError> {
        Scheduler::new("morning_push", Arc::clone(&self.store), self.clock.clone())
    }
}

/// What the history shows for a push whose command printed nothing.
pub const NOTHING_TO_SAY: &str = "the command printed nothing, so nothing was sent";
