//! Replies that are sent as proactive messages.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;
use tracing::{error, info};

use super::Service;
use super::in_flight::Permit;
use super::record::Origin;
use super::running::chain;
use crate::BoxError;
use crate::delivery_key::DeliveryKey;
use crate::handler::{contained, drop_contained, panic_error};
use crate::late::{Delivering, LateReply};
use crate::outcome::CallbackOutcome;
use crate::reply::Cut;

/// A reply that is being sent as a proactive message; the server waits for it when it stops. Logs an error when it is
/// dropped unfinished, as when the runtime shuts down.
pub(super) struct Sending {
    service: Arc<Service>,
    origin: Arc<Origin>,
    key: DeliveryKey,
    msg_type: &'static str,
    cuts: Vec<Cut>,
    why: Why,
    /// `None` once the outcome is known.
    delivering: Option<Result<Delivering, BoxError>>,
    _permit: Option<Permit>,
}

/// Why a reply is not passive.
#[derive(Clone, Copy, Debug)]
pub(super) enum Why {
    Late,
    TooLong,
}

impl Sending {
    /// Passes the reply to the sink at once, so that the replies to one member reach it in the order in which they become
    /// ready.
    pub(super) fn begin(
        service: &Arc<Service>,
        origin: &Arc<Origin>,
        permit: Option<Permit>,
        (msg_type, cuts): (&'static str, Vec<Cut>),
        late: LateReply,
        why: Why,
    ) -> Self {
        let key = late.key.clone();
        service.report(&key, origin, false, || CallbackOutcome::Sending {
            msg_type,
        });
        let sink = &service.settings.sink;
        Self {
            service: Arc::clone(service),
            origin: Arc::clone(origin),
            key,
            msg_type,
            cuts,
            why,
            delivering: Some(contained(|| sink.deliver(late))),
            _permit: permit,
        }
    }

    pub(super) async fn deliver(mut self) {
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
        let (app, from, key) = (&self.service.settings.app, &self.origin.from, &self.key);
        let msg_type = self.msg_type;
        let Err(error) = delivered else {
            match self.why {
                Why::Late => info!(%app, %from, kind = msg_type, %key, "late reply sent"),
                Why::TooLong => info!(%app, %from, kind = msg_type, %key, "long reply sent"),
            }
            let sent = || CallbackOutcome::Sent {
                msg_type,
                cuts: self.cuts.clone(),
            };
            return self.service.report(key, &self.origin, true, sent);
        };
        let error = chain(&error);
        match self.why {
            Why::Late => {
                error!(%app, %from, kind = msg_type, %key, %error, "late reply not delivered");
            }
            Why::TooLong => {
                error!(%app, %from, kind = msg_type, %key, %error, "long reply not delivered");
            }
        }
        let not_sent = || CallbackOutcome::NotSent { msg_type, error };
        self.service.report(key, &self.origin, true, not_sent);
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        let unfinished = self.delivering.take();
        if unfinished.is_some() {
            drop_contained(unfinished);
            self.tell(Err(
                "the server stopped before the reply was sent, or while it was being sent".into(),
            ));
        }
    }
}
