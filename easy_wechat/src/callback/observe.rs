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

/// A user's function that is told what becomes of callbacks.
pub(crate) type Observer = Arc<dyn Fn(&CallbackReport) + Send + Sync>;

/// Tells observers on a thread of their own, in order, so that a slow one never holds up a callback. Clones share the
/// thread; it ends with the last of them.
#[derive(Clone, Debug)]
pub(crate) struct Observers {
    queue: SyncSender<CallbackReport>,
    /// Whether the log says already that reports are lost.
    lossy: Arc<AtomicBool>,
}

impl Observers {
    /// `None` without observers.
    pub(crate) fn start(app: &str, observers: Vec<Observer>) -> Option<Self> {
        if observers.is_empty() {
            return None;
        }
        let (queue, reports) = sync_channel(LONGEST_QUEUE);
        let app = app.to_owned();
        let tell = move || {
            for report in reports {
                for observer in &observers {
                    if let Err(error) = contained(|| observer(&report)) {
                        warn!(%app, key = %report.key, %error, "observer failed");
                        drop_contained(error);
                    }
                }
            }
        };
        let thread = thread::Builder::new().name("easy_wechat-observer".to_owned());
        if let Err(error) = thread.spawn(tell) {
            warn!(%error, "observers are not told: no thread for them");
            return None;
        }
        Some(Self {
            queue,
            lossy: Arc::default(),
        })
    }

    fn tell(&self, report: CallbackReport) {
        match self.queue.try_send(report) {
            Ok(()) => self.lossy.store(false, Ordering::Relaxed),
            Err(TrySendError::Full(report)) => {
                if !self.lossy.swap(true, Ordering::Relaxed) {
                    warn!(app = %report.app, "observers are too slow: reports are lost");
                }
            }
            // The thread contains what observers do; it does not end before the last sender.
            Err(TrySendError::Disconnected(_)) => {}
        }
    }
}

impl Service {
    /// Tells observers, if there are any.
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

/// Reports that wait for slow observers; more are lost.
const LONGEST_QUEUE: usize = 1024;
