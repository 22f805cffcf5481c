//! Reports to observers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::thread;

use tracing::warn;

use super::Service;
use super::record::Origin;
use crate::delivery_key::DeliveryKey;
use crate::handler::{contained, drop_contained};
use crate::outcome::{CallbackOutcome, CallbackReport};

/// A user's function that is called with the outcome of callbacks.
pub(crate) type Observer = Arc<dyn Fn(&CallbackReport) + Send + Sync>;

/// Calls observers in order on a thread of their own, so that a slow one never delays a callback. The thread ends when
/// this is dropped.
#[derive(Debug)]
pub(crate) struct Observers {
    queue: SyncSender<CallbackReport>,
    /// Whether it is already logged that reports are dropped.
    lossy: AtomicBool,
}

impl Observers {
    /// Starts the thread; `None` without observers.
    pub(crate) fn start(app: &str, observers: Vec<Observer>) -> Option<Self> {
        if observers.is_empty() {
            return None;
        }
        let (queue, reports) = sync_channel(LONGEST_QUEUE);
        let name = app.to_owned();
        let tell = move || {
            for report in reports {
                for observer in &observers {
                    if let Err(error) = contained(|| observer(&report)) {
                        warn!(app = %name, key = %report.key, %error, "observer failed");
                        drop_contained(error);
                    }
                }
            }
        };
        let thread = thread::Builder::new().name("easy_wechat-observer".to_owned());
        if let Err(error) = thread.spawn(tell) {
            warn!(%app, %error, "observers are disabled: cannot start a thread");
            return None;
        }
        Some(Self {
            queue,
            lossy: AtomicBool::default(),
        })
    }

    fn tell(&self, report: CallbackReport) {
        match self.queue.try_send(report) {
            Ok(()) => self.lossy.store(false, Ordering::Relaxed),
            Err(TrySendError::Full(report)) => {
                if !self.lossy.swap(true, Ordering::Relaxed) {
                    warn!(app = %report.app, "observers are too slow; reports are dropped");
                }
            }
            // Panics of observers are caught, so the thread ends only with this sender.
            Err(TrySendError::Disconnected(_)) => {}
        }
    }
}

impl Service {
    /// Reports an outcome to the observers, if there are any.
    pub(super) fn report(
        &self,
        key: &DeliveryKey,
        origin: &Origin,
        done: bool,
        outcome: impl FnOnce() -> CallbackOutcome,
    ) {
        let Some(observers) = &self.settings.observers else {
            return;
        };
        let now = self.settings.clock.now();
        observers.tell(CallbackReport {
            app: self.settings.app.clone(),
            key: key.clone(),
            id: origin.id.clone(),
            from: origin.from.clone(),
            created: origin.created,
            kind: origin.kind.clone().into_owned(),
            outcome: outcome(),
            duration: now.since(origin.began),
            done,
        });
    }
}

/// Reports that may wait for slow observers; further ones are dropped.
const LONGEST_QUEUE: usize = 1024;
