//! The task that waits for the next moment, with an eye on the clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use super::planned::Planned;
use crate::clock::Clock;

/// It ends when this is dropped.
#[derive(Debug)]
pub(super) struct Timekeeper {
    shared: Arc<Shared>,
    looked: watch::Receiver<u64>,
    stopping: watch::Sender<bool>,
    task: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Shared {
    /// How often somebody asked it to look at the clock.
    asked: AtomicU64,
    ask: Notify,
}

impl Timekeeper {
    pub(super) fn start(runtime: &Handle, jobs: Arc<[Arc<Planned>]>, clock: Clock) -> Self {
        let shared = Arc::new(Shared::default());
        let (looks, looked) = watch::channel(0);
        let (stopping, stop) = watch::channel(false);
        let task = runtime.spawn(keep(jobs, clock, Arc::clone(&shared), looks, stop));
        Self {
            shared,
            looked,
            stopping,
            task,
        }
    }

    /// Has it look at the clock, and waits until it has done what was due.
    pub(super) async fn looked(&self) {
        let mine = self.shared.asked.fetch_add(1, Ordering::SeqCst) + 1;
        self.shared.ask.notify_one();
        // An error is the end of the task, and then nothing is due any more.
        let _ = self.looked.clone().wait_for(|seen| *seen >= mine).await;
    }

    /// Ready when it has ended although nobody stopped it: something in it panicked.
    pub(super) async fn ended(&self) {
        let _ = self.looked.clone().wait_for(|_| false).await;
    }

    /// Ends it. A look that it is at is finished first: what is settled is begun.
    pub(super) async fn stop(self) {
        self.stopping.send_replace(true);
        let _ = self.task.await;
    }
}

async fn keep(
    jobs: Arc<[Arc<Planned>]>,
    clock: Clock,
    shared: Arc<Shared>,
    looks: watch::Sender<u64>,
    mut stop: watch::Receiver<bool>,
) {
    loop {
        let asked = shared.asked.load(Ordering::SeqCst);
        let nexts = join_all(jobs.iter().map(Planned::look)).await;
        looks.send_replace(asked);
        let slice = clock.slice();
        let pause = nexts
            .into_iter()
            .flatten()
            .min()
            .map_or(slice, |next| next.since(clock.now()).clamp(SHORTEST, slice));
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = shared.ask.notified() => {}
            // Also when the handle is dropped.
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// A moment that is about to come is not asked for without a pause.
const SHORTEST: Duration = Duration::from_millis(1);
