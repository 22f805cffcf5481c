use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// Counts the handlers that run, up to a limit, and tells when none does. Clones count together.
#[derive(Clone, Debug)]
pub(crate) struct InFlight(Arc<Count>);

/// A place among those that run; given back when dropped.
#[derive(Debug)]
pub(crate) struct Permit(Arc<Count>);

#[derive(Debug)]
struct Count {
    running: AtomicUsize,
    limit: usize,
    idle: Notify,
}

impl InFlight {
    pub(crate) fn new(limit: usize) -> Self {
        Self(Arc::new(Count {
            running: AtomicUsize::new(0),
            limit,
            idle: Notify::new(),
        }))
    }

    pub(crate) fn limit(&self) -> usize {
        self.0.limit
    }

    /// A place, if one is free.
    pub(crate) fn enter(&self) -> Option<Permit> {
        let count = &self.0;
        // Made before the check: one too many gives its place back when it is dropped.
        let before = count.running.fetch_add(1, Ordering::SeqCst);
        let permit = Permit(Arc::clone(count));
        (before < count.limit).then_some(permit)
    }

    /// How many run.
    pub(crate) fn running(&self) -> usize {
        self.0.running.load(Ordering::SeqCst)
    }

    /// Waits until none runs.
    pub(crate) async fn idle(&self) {
        loop {
            let idle = self.0.idle.notified();
            if self.running() == 0 {
                return;
            }
            idle.await;
        }
    }
}

impl Permit {
    /// Takes one more permit, even above the limit, for work that goes on beside the holder's.
    pub(super) fn another(&self) -> Self {
        self.0.running.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(&self.0))
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if self.0.running.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.0.idle.notify_waiters();
        }
    }
}
