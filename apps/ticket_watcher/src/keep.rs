//! The watches in the store: a key for each, with the watch as JSON, and the lease of the one process that has them.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use easy_wechat::store::StoreError;
use easy_wechat::{Clock, Store};
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::sleep;

use crate::engine::WatchId;
use crate::watch::Watch;
use crate::watcher::Watcher;

/// Keeps the watches of one app.
#[derive(Debug)]
pub struct Keeper {
    store: Arc<dyn Store>,
    prefix: String,
    /// The key of the lease, and who takes it here.
    lease: String,
    me: String,
    /// Whether the lease was held when it was last seen.
    holds: AtomicBool,
    /// Whether the last write failed, which has been logged then.
    fails: AtomicBool,
    /// Of two that save, the later one must not write what is older.
    turn: Mutex<()>,
}

/// Why the watches cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeepError {
    /// Another process has them. Two would both tell, and each would overwrite what the other was told.
    #[error(
        "another ticket_watcher (process {process}) uses the watches of [{app}] in the same state_path; stop it, or use another state_path"
    )]
    InUse {
        /// The section of the app.
        app: String,
        /// The number of the process.
        process: String,
    },
    /// The store failed.
    #[error("cannot use the store of the watches")]
    Store(#[from] StoreError),
}

impl Keeper {
    /// Keeps them in `store`, apart from those of other apps. The store must report its failures
    /// ([`store::strict`](easy_wechat::store::strict)), and go by the system's clock.
    pub fn new(store: Arc<dyn Store>, app: &str) -> Self {
        Self {
            store,
            prefix: format!("ticket_watcher/{app}/"),
            lease: format!("ticket_watcher_lease/{app}"),
            me: format!("{} {:016x}", std::process::id(), rand::random::<u64>()),
            holds: AtomicBool::new(false),
            fails: AtomicBool::new(false),
            turn: Mutex::default(),
        }
    }

    /// Becomes the one process that has the watches. A process that was killed is waited for, as long as its lease lasts.
    ///
    /// # Errors
    /// [`KeepError::InUse`] when another process renews the lease.
    pub async fn begin(&self) -> Result<(), KeepError> {
        let began = Instant::now();
        let mut first: Option<String> = None;
        loop {
            if self.renew().await? {
                return Ok(());
            }
            let Some(held) = self.store.get(&self.lease).await? else {
                continue;
            };
            let process = held.split(' ').next().unwrap_or_default().to_owned();
            // Beyond its time it is there only because the clock was set back.
            if is_gone(&process) || began.elapsed() > LEASE + RENEW {
                self.take(Some(&held)).await?;
                continue;
            }
            if *first.get_or_insert_with(|| {
                tracing::info!(process, "waiting for the lease of another process");
                held.clone()
            }) != held
            {
                let prefix = self.prefix.trim_end_matches('/');
                let app = prefix.rsplit('/').next().unwrap_or_default().to_owned();
                return Err(KeepError::InUse { app, process });
            }
            sleep(LOOK).await;
        }
    }

    /// Renews the lease, or takes it when it is free. False when another process has it.
    ///
    /// # Errors
    /// [`StoreError`]; then no other process can have taken it either.
    pub async fn renew(&self) -> Result<bool, StoreError> {
        let held = self.store.get(&self.lease).await?;
        let is_ours = held.as_ref().is_none_or(|held| held.starts_with(&self.me));
        let holds = is_ours && self.take(held.as_deref()).await?;
        self.holds.store(holds, Ordering::SeqCst);
        Ok(holds)
    }

    /// Keeps the lease until `watcher` stops, and gives it back.
    pub async fn hold(&self, watcher: &Watcher) {
        let mut renewed = Instant::now();
        while !watcher.is_stopped() {
            sleep(LOOK).await;
            if renewed.elapsed() < RENEW || watcher.is_stopped() {
                continue;
            }
            renewed = Instant::now();
            let held = self.holds();
            match self.renew().await {
                Ok(true) if !held => tracing::info!("the lease of the watches is ours again"),
                Ok(false) if held => tracing::error!(
                    "another process has taken the lease of the watches; this one tells nothing"
                ),
                Ok(_) => {}
                Err(error) => tracing::debug!(%error, "the lease could not be renewed"),
            }
        }
    }

    /// Gives the lease back, so that the next process need not wait.
    pub async fn release(&self) {
        if let Ok(Some(held)) = self.store.get(&self.lease).await
            && held.starts_with(&self.me)
        {
            let released = self.store.swap(&self.lease, Some(&held), None, None).await;
            if let Err(error) = released {
                tracing::debug!(%error, "the lease could not be given back; it expires");
            }
        }
    }

    /// Whether this process has the watches.
    pub fn holds(&self) -> bool {
        self.holds.load(Ordering::SeqCst)
    }

    async fn take(&self, held: Option<&str>) -> Result<bool, StoreError> {
        let until = Clock::system().now().plus(LEASE);
        // Each renewal writes another text, so that it shows whatever the clock does.
        let text = format!("{} {}", self.me, until.as_micros());
        let taken = self.store.swap(&self.lease, held, Some(&text), Some(until));
        taken.await
    }

    /// The watches that were kept. One that cannot be read is left where it is, and said in the log.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn load(&self) -> Result<Vec<Watch>, StoreError> {
        let kept = self.store.list(&self.prefix, MAX_WATCHES).await?;
        let read = |(key, json): (String, String)| match serde_json::from_str(&json) {
            Ok(watch) => Some(watch),
            Err(error) => {
                tracing::warn!(key, %error, "a watch in the store cannot be read");
                None
            }
        };
        Ok(kept.into_iter().filter_map(read).collect())
    }

    /// Writes what changed. What cannot be written is tried again the next time.
    pub async fn save(&self, watcher: &Watcher) {
        if !self.holds() {
            return;
        }
        let _turn = self.turn().await;
        for (id, watch) in watcher.take_changes() {
            if !self.write(&id, watch.as_ref()).await {
                watcher.changed(id);
            }
        }
    }

    /// Held while a change is written and made, so that nothing else is written in between.
    pub(crate) async fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// Writes one watch, or removes it. False when it may not have been written.
    pub(crate) async fn write(&self, (user, number): &WatchId, watch: Option<&Watch>) -> bool {
        let key = format!("{}{user}/{number}", self.prefix);
        let written = match watch.map(serde_json::to_string) {
            Some(Ok(json)) => self.store.put(&key, &json, None).await,
            // It holds nothing but texts and numbers.
            Some(Err(_)) => Ok(()),
            None => self.store.remove(&key).await,
        };
        let failed_before = self.fails.swap(written.is_err(), Ordering::SeqCst);
        match written {
            Ok(()) => {
                if failed_before {
                    tracing::info!("the store of the watches works again");
                }
                true
            }
            Err(error) => {
                if !failed_before {
                    tracing::error!(key, error = %with_cause(&error), "a watch could not be written to the store; retried until it can");
                }
                false
            }
        }
    }
}

fn with_cause(error: &StoreError) -> String {
    std::error::Error::source(error)
        .map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}

/// Whether a process has certainly ended. The store is on a local disk, but its users may be in several containers.
fn is_gone(process: &str) -> bool {
    let me = std::process::id();
    let is_contained = me < 100 || process.parse().is_ok_and(|process: u32| process < 100);
    let proc = Path::new("/proc");
    proc.join("self").exists() && !is_contained && !proc.join(process).exists()
}

/// More than the settings allow.
const MAX_WATCHES: usize = 10_000;

/// How long the lease lasts without a renewal.
const LEASE: Duration = Duration::from_secs(15);
const RENEW: Duration = Duration::from_secs(3);
/// How often is looked whether the lease is free, or to be renewed, or to be given back.
const LOOK: Duration = Duration::from_millis(200);
