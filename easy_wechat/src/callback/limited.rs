//! Blocking handlers with a time limit.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::sleep;
use tracing::error;

use super::in_flight::Permit;
use super::running::Running;
use crate::handler::{HandlerError, HandlerResult, drop_contained};

impl Running {
    /// Starts a handler that may block, with a time limit. A thread cannot be stopped: a handler that takes longer keeps its
    /// permit, and its result is dropped.
    pub(super) fn start_blocking_within(
        self,
        limit: Duration,
        call: impl FnOnce() -> HandlerResult + Send + 'static,
        runtime: Handle,
    ) {
        let pool = self.service.settings.pool.clone();
        let shared = Arc::new(Mutex::new(Within::Runs(Box::new(self))));
        let watched = Arc::clone(&shared);
        let on = runtime.clone();
        let watch = runtime.spawn(async move {
            sleep(limit).await;
            let mut within = watched.lock().unwrap_or_else(PoisonError::into_inner);
            let was = std::mem::replace(&mut *within, Within::Over);
            if let Within::Runs(running) = was {
                *within = Within::TimedOut {
                    _permit: running.permit.as_ref().map(Permit::another),
                };
                drop(within);
                running.finish(Err(HandlerError::TimedOut(limit).into()), &on);
            }
        });
        let in_time = watch.abort_handle();
        let begun = pool.run(Box::new(move || {
            // It may have waited for a thread for too long: its callback is answered by now.
            if !matches!(
                &*shared.lock().unwrap_or_else(PoisonError::into_inner),
                Within::Runs(_)
            ) {
                return;
            }
            let _entered = runtime.enter();
            let result = call();
            in_time.abort();
            let mut within = shared.lock().unwrap_or_else(PoisonError::into_inner);
            let was = std::mem::replace(&mut *within, Within::Over);
            drop(within);
            match was {
                Within::Runs(running) => running.finish(result, &runtime),
                Within::TimedOut { .. } | Within::Over => drop_contained(result),
            }
        }));
        if !begun {
            error!("the system gives no thread for a handler");
            watch.abort();
        }
    }
}

/// The state of a handler with a limit, on a thread of the pool.
enum Within {
    Runs(Box<Running>),
    /// It still runs, and keeps its permit.
    TimedOut {
        _permit: Option<Permit>,
    },
    Over,
}
