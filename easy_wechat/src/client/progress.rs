use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How far a file has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Progress {
    /// So many bytes were handed to the connection, or written. It never falls: where something is sent again, it stands
    /// still until the new try is as far.
    pub done: u64,
    /// So many there are in all; 0 where a download's platform does not say it, and `done` at its end.
    pub total: u64,
}

/// Who is told.
#[derive(Clone, Default)]
pub(super) struct Watch(Option<Watcher>);

#[derive(Clone)]
struct Watcher {
    tell: Arc<dyn Fn(Progress) + Send + Sync>,
    highest: Arc<AtomicU64>,
}

impl Watch {
    pub(super) fn new(tell: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        Self(Some(Watcher {
            tell: Arc::new(tell),
            highest: Arc::default(),
        }))
    }

    /// The same for a transfer that begins now.
    pub(super) fn afresh(&self) -> Self {
        Self(self.0.as_ref().map(|watcher| Watcher {
            tell: Arc::clone(&watcher.tell),
            highest: Arc::default(),
        }))
    }

    /// Tells it, unless it was further already.
    pub(super) fn tell(&self, done: u64, total: u64) {
        let Some(Watcher { tell, highest }) = &self.0 else {
            return;
        };
        if highest.fetch_max(done, Ordering::Relaxed) < done {
            tell(Progress { done, total });
        }
    }

    /// Tells the end, unless it was told.
    pub(super) fn end(&self, total: u64, was_known: bool) {
        let Some(Watcher { tell, highest }) = &self.0 else {
            return;
        };
        if highest.fetch_max(total, Ordering::Relaxed) < total || !was_known {
            let done = total;
            tell(Progress { done, total });
        }
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.0 {
            Some(_) => "Watch(..)",
            None => "Watch",
        };
        f.write_str(what)
    }
}
