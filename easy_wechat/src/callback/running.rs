//! One handler at work, from its start to what becomes of its value.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::runtime::Handle;
use tokio::time::timeout;
use tracing::{error, warn};

use super::Service;
use super::in_flight::Permit;
use super::record::Origin;
use super::sending::{Sending, Why};
use crate::BoxError;
use crate::clock::Timestamp;
use crate::deliveries::{Delivery, Settled};
use crate::error_line::one_line;
use crate::handler::{
    Handler, HandlerError, HandlerFuture, HandlerResult, Shape, contained, drop_contained,
    panic_error,
};
use crate::late::LateReply;
use crate::message::Message;
use crate::outcome::CallbackOutcome;
use crate::reply::{Cut, Reply, ReplyError};

/// A handler at work. Dropped unfinished, as when the runtime goes down, it settles its callback as failed, so that
/// nobody waits for it.
pub(super) struct Running {
    pub(super) service: Arc<Service>,
    delivery: Arc<Delivery>,
    origin: Arc<Origin>,
    /// Held until the value is on its way.
    pub(super) permit: Option<Permit>,
    /// When the value was there.
    finished: Option<Timestamp>,
    /// Only set for `on_error`.
    message: Option<Message>,
    /// Whether `on_error` is what runs.
    recovers: bool,
    /// Whether the outcome is reported, or left to a [`Sending`].
    done: bool,
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
            message: None,
            recovers: false,
            done: false,
        }
    }

    /// Starts the handler. It goes on also when the one who asked has hung up.
    pub(super) fn start(mut self, handler: &Handler, message: Message) {
        let settings = &self.service.settings;
        let runtime = settings.runtime.clone().unwrap_or_else(Handle::current);
        let limit = if self.recovers {
            Some(ON_ERROR_WITHIN)
        } else {
            if settings.on_error.is_some() {
                self.message = Some(message.clone());
            }
            settings.handler_timeout
        };
        match &handler.0 {
            Shape::Blocking(handler) => {
                let handler = Arc::clone(handler);
                let call = move || contained(|| handler(message)).and_then(|result| result);
                match limit {
                    None => self.start_blocking(call, runtime),
                    Some(limit) => self.start_blocking_within(limit, call, runtime),
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
                    Ok(Ok(result)) => return self.finish(result, &runtime),
                    Err(panic) => return self.finish(Err(panic), &runtime),
                };
                let on = runtime.clone();
                runtime.spawn(async move {
                    let result = rest_of(rest, limit).await;
                    self.finish(result, &on);
                });
            }
        }
    }

    fn start_blocking(
        self,
        call: impl FnOnce() -> HandlerResult + Send + 'static,
        runtime: Handle,
    ) {
        let pool = self.service.settings.pool.clone();
        let begun = pool.run(Box::new(move || {
            // What is asynchronous within it finds the runtime, as it would on the runtime's own threads.
            let _entered = runtime.enter();
            let result = call();
            self.finish(result, &runtime);
        }));
        if !begun {
            error!("the system gives no thread for a handler");
        }
    }

    /// Settles the callback with the handler's value, or with the reply of `on_error`.
    pub(super) fn finish(mut self, result: HandlerResult, runtime: &Handle) {
        let settled = match result {
            Ok(reply) => self.settle(reply),
            Err(error) => Err(error),
        };
        match settled {
            Ok(None) => {}
            Ok(Some(sending)) => drop(runtime.spawn(sending.deliver())),
            Err(error) => self.fail(error),
        }
    }

    /// Settles the callback with a reply. Returns what is still to be delivered: a reply that is late or too long.
    fn settle(&mut self, reply: Reply) -> Result<Option<Sending>, BoxError> {
        let msg_type = reply.msg_type();
        if !self.delivery.begin_to_settle() {
            let Some(msg_type) = msg_type else {
                self.report(true, || CallbackOutcome::Nothing);
                return Ok(None);
            };
            let mut late = self.late(reply);
            // An error is logged when delivery fails.
            let cuts = self.prepare(&mut late).unwrap_or_default();
            return Ok(Some(self.send(msg_type, late, cuts, Why::Late)));
        }
        let now = *self.finished.insert(self.service.settings.clock.now());
        let platform = self.service.settings.account.kind().platform();
        let Some(msg_type) =
            msg_type.filter(|_| reply.exceeds_passive_limits(platform, self.origin.is_event))
        else {
            return self.settle_passive(reply, now).map(|()| None);
        };
        let mut late = self.late(reply);
        match self.prepare(&mut late) {
            Ok(cuts) => {
                // Before the callback is settled, so that the member's next reply does not overtake this one.
                let sending = self.send(msg_type, late, cuts, Why::TooLong);
                self.delivery.settle(Settled::Proactive);
                Ok(Some(sending))
            }
            Err(why) => {
                let (app, key) = (&self.service.settings.app, &self.delivery.key);
                warn!(%app, %key, why = %chain(&why), "long reply cannot be sent as a message");
                drop_contained(why);
                self.settle_passive(late.reply, now).map(|()| None)
            }
        }
    }

    /// Settles the callback with a passive reply, cut to the platform's limits.
    fn settle_passive(&mut self, mut reply: Reply, now: Timestamp) -> Result<(), BoxError> {
        let settings = &self.service.settings;
        let platform = settings.account.kind().platform();
        let made = reply
            .fit(platform, self.origin.is_event)
            .and_then(|cuts| Ok((cuts, self.as_xml(&reply, now)?)));
        let (cuts, settled) = match made {
            Ok(made) => made,
            Err(error) => {
                self.delivery.go_on();
                return Err(error.into());
            }
        };
        self.log_cuts(&cuts);
        let outcome = match settled {
            Settled::Reply { msg_type, .. } if cuts.is_empty() => {
                CallbackOutcome::Replied { msg_type }
            }
            Settled::Reply { msg_type, .. } => CallbackOutcome::Truncated { msg_type, cuts },
            _ => CallbackOutcome::Nothing,
        };
        self.delivery.settle(settled);
        self.report(true, || outcome);
        Ok(())
    }

    /// The reply as the platform takes it.
    fn as_xml(&self, reply: &Reply, now: Timestamp) -> Result<Settled, ReplyError> {
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
            _ if self.recovers => Settled::Failed,
            _ => Settled::Nothing,
        })
    }

    fn late(&self, reply: Reply) -> LateReply {
        LateReply {
            app: self.service.settings.app.clone(),
            to: self.origin.from.clone(),
            agent: self.origin.agent,
            to_event: self.origin.is_event,
            key: self.delivery.key.clone(),
            reply,
            response_code: self.origin.response_code.clone(),
            task_id: self.origin.task_id.clone(),
        }
    }

    fn prepare(&self, late: &mut LateReply) -> Result<Vec<Cut>, BoxError> {
        let cuts = contained(|| self.service.settings.sink.prepare(late)).flatten()?;
        self.log_cuts(&cuts);
        Ok(cuts)
    }

    fn send(
        &mut self,
        msg_type: &'static str,
        late: LateReply,
        cuts: Vec<Cut>,
        why: Why,
    ) -> Sending {
        self.done = true;
        let reply = (msg_type, cuts);
        let permit = self.permit.take();
        Sending::begin(&self.service, &self.origin, permit, reply, late, why)
    }

    fn log_cuts(&self, cuts: &[Cut]) {
        for cut in cuts {
            let (app, key) = (&self.service.settings.app, &self.delivery.key);
            warn!(%app, %key, what = cut.what, length = cut.length, kept = cut.kept, unit = cut.unit, "reply truncated");
        }
    }

    /// Logs the error, and starts `on_error` if there is one.
    fn fail(mut self, error: BoxError) {
        let (app, from, key) = (
            self.service.settings.app.as_str(),
            self.origin.from.as_str(),
            self.delivery.key.as_str(),
        );
        let reason = chain(&error);
        if self.recovers {
            error!(app, from, key, error = reason, "on_error failed");
        } else {
            error!(app, from, key, error = reason, "handler failed");
        }
        let error = HandlerError::from(error);
        let recovery = self
            .message
            .take()
            .zip(self.service.settings.on_error.clone());
        if recovery.is_none() {
            // Before the last report: from here on the callback cannot be reported as late.
            self.delivery.settle(Settled::Failed);
        }
        self.report(recovery.is_none(), || CallbackOutcome::Failed {
            error: reason,
            timed_out: matches!(error, HandlerError::TimedOut(_)),
        });
        let Some((message, on_error)) = recovery else {
            drop_contained(error);
            return;
        };
        self.recovers = true;
        match contained(|| on_error(error)) {
            Ok(handler) => self.start(&handler, message),
            Err(panic) => self.fail(panic),
        }
    }

    fn report(&mut self, done: bool, outcome: impl FnOnce() -> CallbackOutcome) {
        self.done = done;
        self.service
            .report(&self.delivery.key, &self.origin, done, outcome);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.done {
            let (app, from, key) = (
                self.service.settings.app.as_str(),
                self.origin.from.as_str(),
                self.delivery.key.as_str(),
            );
            error!(app, from, key, error = UNFINISHED, "handler failed");
            self.delivery.settle(Settled::Failed);
            self.report(true, || CallbackOutcome::Failed {
                error: UNFINISHED.to_owned(),
                timed_out: false,
            });
        }
        let now = self
            .finished
            .unwrap_or_else(|| self.service.settings.clock.now());
        self.service.forget_later(&self.delivery, now);
    }
}

/// Waits for a future that was not ready at once.
async fn rest_of(mut rest: HandlerFuture, limit: Option<Duration>) -> HandlerResult {
    let ended = AssertUnwindSafe(&mut rest).catch_unwind();
    let ended = match limit {
        None => Ok(ended.await),
        Some(limit) => timeout(limit, ended).await.map_err(|_| limit),
    };
    drop_contained(rest);
    match ended {
        Ok(Ok(result)) => result,
        Ok(Err(panic)) => Err(panic_error(panic)),
        Err(limit) => Err(HandlerError::TimedOut(limit).into()),
    }
}

/// An error and its causes, in one line. It is the user's, so that even to print it may panic.
pub(super) fn chain(error: &BoxError) -> String {
    contained(|| one_line(&**error)).unwrap_or_else(|panic| panic.to_string())
}

/// Replies are remembered for re-sends. The longest that the platform takes, 8 articles, is well below.
const MAX_REPLY: usize = 64 * 1024;

const UNFINISHED: &str = "dropped before it finished";

/// How long `on_error` may take.
const ON_ERROR_WITHIN: Duration = Duration::from_secs(10);
