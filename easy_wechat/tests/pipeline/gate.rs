//! What holds handlers back, counts what arrives, and keeps late replies.

use std::sync::Arc;

use easy_wechat::{
    BoxError, Delivering, DeliveryKey, LateReply, LateReplySink, Message, WeChatServer,
};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{Semaphore, watch};

/// A handler that waits until the test lets it go, and counts its calls.
#[derive(Clone)]
pub(super) struct Gate {
    open: Arc<Semaphore>,
    calls: Counter,
}

impl Gate {
    pub(super) fn closed() -> Self {
        Self {
            open: Arc::new(Semaphore::new(0)),
            calls: Counter::default(),
        }
    }

    /// Echoes text once it is let through.
    pub(super) async fn answer(self, message: Message) -> Result<String, BoxError> {
        self.pass().await?;
        Ok(message.text().unwrap_or_default().to_owned())
    }

    pub(super) async fn pass(&self) -> Result<(), BoxError> {
        self.calls.count();
        self.open.acquire().await?.forget();
        Ok(())
    }

    pub(super) fn let_through(&self, handlers: usize) {
        self.open.add_permits(handlers);
    }

    pub(super) fn calls(&self) -> usize {
        self.calls.get()
    }

    pub(super) async fn called(&self, times: usize) {
        self.calls.reaches(times).await;
    }
}

/// A number that one can wait for. Clones count together.
#[derive(Clone)]
pub(super) struct Counter(Arc<watch::Sender<usize>>);

impl Counter {
    /// Counts one more, and gives the number.
    pub(super) fn count(&self) -> usize {
        let mut number = 0;
        self.0.send_modify(|count| {
            *count += 1;
            number = *count;
        });
        number
    }

    pub(super) fn get(&self) -> usize {
        *self.0.borrow()
    }

    pub(super) async fn reaches(&self, number: usize) {
        let mut changes = self.0.subscribe();
        changes.wait_for(|count| *count >= number).await.unwrap();
    }
}

impl Default for Counter {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(0)))
    }
}

/// Counts what arrives at a server, re-sends as well: whoever keeps the usual key is asked for it each time.
pub(super) fn arrivals(server: WeChatServer) -> (WeChatServer, Counter) {
    let arrived = Counter::default();
    let counter = arrived.clone();
    let server = server.delivery_key(move |message| {
        counter.count();
        DeliveryKey::of(message)
    });
    (server, arrived)
}

/// A sink, and what it gets.
pub(super) fn kept() -> (Kept, Late) {
    let (sender, receiver) = unbounded_channel();
    (Kept(sender), Late(receiver))
}

pub(super) struct Kept(UnboundedSender<LateReply>);

impl LateReplySink for Kept {
    fn deliver(&self, late: LateReply) -> Delivering {
        let sent = self.0.send(late);
        Box::pin(async { Ok(sent?) })
    }
}

/// What a sink got.
pub(super) struct Late(UnboundedReceiver<LateReply>);

impl Late {
    pub(super) async fn next(&mut self) -> LateReply {
        self.0.recv().await.expect("a late reply")
    }

    /// To be asked when the server has stopped: it waits for late replies.
    pub(super) fn is_all(&mut self) {
        if let Ok(more) = self.0.try_recv() {
            panic!("one late reply too many: {more:?}");
        }
    }
}
