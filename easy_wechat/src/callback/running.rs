//! One handler at work, from its start to what becomes of its value.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use futures_util::FutureExt as _;
use tokio::runtime::Handle;
use tracing::{error, info, warn};

use super::Service;
use super::in_flight::Permit;
use super::record::Origin;
use crate::BoxError;
use crate::clock::Timestamp;
use crate::deliveries::{Delivery, Settled};
use crate::delivery_key::DeliveryKey;
use crate::error_line::one_line;
use crate::handler::{Handler, HandlerResult, Shape, contained, drop_contained, panic_error};
use crate::late::{Delivering, LateReply};
use crate::message::Message;
use crate::reply::{Reply, ReplyError};

/// A handler at work. Dropped unfinished, as when the runtime goes down, it settles its callback as failed, so that
/// nobody waits for it.
pub(super) struct Running {
    service: Arc<Service>,
    delivery: Arc<Delivery>,
    origin: Arc<Origin>,
    /// Held until the value is on its way.
    permit: Option<Permit>,
    /// When the value was there.
    finished: Option<Timestamp>,
}

impl Running {
    pub(super) fn new(
        service: &Arc<Service>,
        delivery: &Arc<Delivery>,
        origin: &Arc<Origin>,
        permit: Permit,
    ) -> Self {
        Self {
            service: Arc::clone(service),
            delivery: Arc::clone(delivery),
            origin: Arc::clone(origin),
            permit: Some(permit),
            finished: None,
        }
    }

    /// Starts the handler. It goes on also when the one who asked has hung up.
    pub(super) fn start(self, handler: &Handler, message: Message) {
        let runtime = self
            .service
            .settings
            .runtime
            .clone()
            .unwrap_or_else(Handle::current);
        match &handler.0 {
            Shape::Blocking(handler) => {
                let handler = Arc::clone(handler);
                let pool = self.service.settings.pool.clone();
                let begun = pool.run(Box::new(move || {
                    // What is asynchronous within it finds the runtime, as it would on the runtime's own threads.
                    let _entered = runtime.enter();
                    let result = contained(|| handler(message)).and_then(|result| result);
                    if let Some(late) = self.finish(result) {
                        runtime.spawn(late.deliver());
                    }
                }));
                if !begun {
                    error!("the system gives no thread for a handler");
                }
            }
            Shape::Async(handler) => {
                // Most handlers are ready at once. Such a one costs no task: it is polled here, as if it were on the
                // runtime that it goes on with if it is not.
                let entered = runtime.enter();
                let begun = contained(|| {
                    let mut future = handler(message);
                    match future
                        .as_mut()
                        .poll(&mut Context::from_waker(Waker::noop()))
                    {
                        Poll::Ready(result) => Ok(result),
                        Poll::Pending => Err(future),
                    }
                });
                drop(entered);
                let rest = match begun {
                    Ok(Err(future)) => future,
                    Ok(Ok(result)) => return self.finish_on(&runtime, result),
                    Err(panic) => return self.finish_on(&runtime, Err(panic)),
                };
                runtime.spawn(async move {
                    let result = match AssertUnwindSafe(rest).catch_unwind().await {
                        Ok(result) => result,
                        Err(panic) => Err(panic_error(panic)),
                    };
                    if let Some(late) = self.finish(result) {
                        late.deliver().await;
                    }
                });
            }
        }
    }

    fn finish_on(self, runtime: &Handle, result: HandlerResult) {
        if let Some(late) = self.finish(result) {
            runtime.spawn(late.deliver());
        }
    }

    /// Settles the callback with the handler's value. What comes back is left to be delivered: it was too late.
    fn finish(mut self, result: HandlerResult) -> Option<Late> {
        let reply = match result {
            Ok(reply) => reply,
            Err(error) => {
                self.log_failure(&error);
                self.delivery.settle(Settled::Failed);
                drop_contained(error);
                return None;
            }
        };
        if !self.delivery.begin_to_settle() {
            return self.late(reply);
        }
        let now = *self.finished.insert(self.service.settings.clock.now());
        let settled = self.as_passive(reply, now).unwrap_or_else(|error| {
            self.log_failure(&error.into());
            Settled::Failed
        });
        self.delivery.settle(settled);
        None
    }

    /// The reply as the platform takes it, cut to its limits.
    fn as_passive(&self, mut reply: Reply, now: Timestamp) -> Result<Settled, ReplyError> {
        let settings = &self.service.settings;
        for cut in reply.fit(settings.account.kind().platform(), self.origin.is_event)? {
            warn!(app = %settings.app, key = %self.delivery.key, "the reply is too long: {cut}");
        }
        let xml = reply.to_xml(self.origin.from.as_str(), &self.origin.to, now.as_secs());
        Ok(match (reply.msg_type(), xml) {
            (Some(msg_type), Some(xml)) if xml.len() > MAX_REPLY => {
                return Err(ReplyError::TooLarge {
                    msg_type,
                    bytes: xml.len(),
                    limit: MAX_REPLY,
                });
            }
            (Some(msg_type), Some(xml)) => Settled::Reply { xml, msg_type },
            _ => Settled::Nothing,
        })
    }

    /// Hands the reply to the sink, in this very moment: the replies of one member reach it in the order in which they
    /// become ready.
    fn late(&mut self, reply: Reply) -> Option<Late> {
        let kind = reply.msg_type()?;
        let late = LateReply {
            app: self.service.settings.app.clone(),
            to: self.origin.from.clone(),
            agent: self.origin.agent,
            key: self.delivery.key.clone(),
            reply,
            response_code: self.origin.response_code.clone(),
            task_id: self.origin.task_id.clone(),
        };
        let sink = &self.service.settings.sink;
        Some(Late {
            service: Arc::clone(&self.service),
            origin: Arc::clone(&self.origin),
            key: late.key.clone(),
            kind,
            delivering: Some(contained(|| sink.deliver(late))),
            _permit: self.permit.take(),
        })
    }

    fn log_failure(&self, error: &BoxError) {
        let app = &self.service.settings.app;
        let from = &self.origin.from;
        error!(%app, %from, key = %self.delivery.key, error = %chain(error), "the handler failed");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.delivery.read(|_| ()).is_none() {
            let app = &self.service.settings.app;
            error!(%app, key = %self.delivery.key, "the handler did not come to its end");
            self.delivery.settle(Settled::Failed);
        }
        let now = self
            .finished
            .unwrap_or_else(|| self.service.settings.clock.now());
        self.service.forget_later(&self.delivery, now);
    }
}

/// A reply on its way to the user; the server waits for it when it stops. Dropped unfinished, as when the runtime goes
/// down, it says so.
struct Late {
    service: Arc<Service>,
    origin: Arc<Origin>,
    key: DeliveryKey,
    kind: &'static str,
    /// There until it is known what became of it.
    delivering: Option<Result<Delivering, BoxError>>,
    _permit: Option<Permit>,
}

impl Late {
    async fn deliver(mut self) {
        let delivered = match &mut self.delivering {
            Some(Ok(delivering)) => AssertUnwindSafe(delivering)
                .catch_unwind()
                .await
                .unwrap_or_else(|panic| Err(panic_error(panic))),
            Some(Err(panic)) => Err(chain(panic).into()),
            None => Ok(()),
        };
        drop_contained(self.delivering.take());
        self.tell(delivered);
    }

    fn tell(&self, delivered: Result<(), BoxError>) {
        let (app, from, kind, key) = (
            &self.service.settings.app,
            &self.origin.from,
            self.kind,
            &self.key,
        );
        match delivered {
            Ok(()) => info!(%app, %from, %kind, %key, "late reply sent"),
            Err(error) => {
                error!(%app, %from, %kind, %key, error = %chain(&error), "late reply not delivered");
            }
        }
    }
}

impl Drop for Late {
    fn drop(&mut self) {
        let unfinished = self.delivering.take();
        if unfinished.is_some() {
            drop_contained(unfinished);
            self.tell(Err(
                "the server stopped before it was sent, or while it was".into(),
            ));
        }
    }
}

/// An error and its causes, in one line. It is the user's, so that even to print it may panic.
fn chain(error: &BoxError) -> String {
    contained(|| one_line(&**error)).unwrap_or_else(|panic| panic.to_string())
}

/// Replies are remembered for re-sends. The longest that the platform takes, 8 articles, is well below.
const MAX_REPLY: usize = 64 * 1024;
