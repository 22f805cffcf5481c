//! What becomes of a callback when the platform hangs up, or the server stops. What can be seen with a platform that
//! behaves is tested in `tests/pipeline`.

mod hang_up;
mod sink;
mod stopping;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

use easy_wechat::{BoxError, Message};
use tokio::sync::Semaphore;

use crate::support::eventually;

/// A handler that waits until the test lets it go, and counts its calls.
#[derive(Clone)]
struct Gate {
    open: Arc<Semaphore>,
    calls: Arc<AtomicUsize>,
    done: Sender<String>,
}

impl Gate {
    /// The second one tells which handlers came to their end, by the message's text.
    fn closed() -> (Self, Receiver<String>) {
        let (done, finished) = channel();
        let gate = Self {
            open: Arc::new(Semaphore::new(0)),
            calls: Arc::default(),
            done,
        };
        (gate, finished)
    }

    /// Echoes text once it is let through.
    async fn answer(self, message: Message) -> Result<String, BoxError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        self.open.acquire().await?.forget();
        let said = message.text().unwrap_or_default().to_owned();
        self.done.send(said.clone())?;
        Ok(said)
    }

    fn let_through(&self, handlers: usize) {
        self.open.add_permits(handlers);
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    fn wait_for_calls(&self, calls: usize) {
        eventually("the handler is called", || {
            (self.calls() >= calls).then_some(())
        });
    }
}
