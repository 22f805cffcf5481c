//! Waiting for a handler, up to the deadline.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::timeout;

use super::Service;
use super::record::Origin;
use crate::deliveries::Delivery;
use crate::outcome::CallbackOutcome;

impl Service {
    /// Waits for the handler, but not beyond the deadline.
    pub(super) async fn wait(
        self: &Arc<Self>,
        delivery: &Arc<Delivery>,
        origin: &Arc<Origin>,
        attempt: u32,
    ) {
        if delivery.read(|_| ()).is_some() {
            return;
        }
        let has_deadline =
            self.settings.sends_late || attempt >= LAST_ATTEMPT || self.deliveries.is_none();
        // Without one, the platform hangs up before this and sends the callback again, which joins and may still get the
        // answer.
        let within = if has_deadline {
            self.settings.reply_within
        } else {
            BEYOND_HANG_UP
        };
        let mut hang_up = HangUp {
            service: self,
            delivery,
            origin,
            has_deadline,
        };
        if timeout(within, delivery.settled()).await.is_err() && has_deadline {
            self.give_up(delivery, origin);
            // At once, unless the value came at this very moment and is being made into a reply.
            delivery.settled().await;
        }
        hang_up.has_deadline = false;
    }

    fn give_up(&self, delivery: &Delivery, origin: &Origin) {
        delivery.give_up(|| {
            self.report(&delivery.key, origin, false, || CallbackOutcome::Late);
        });
    }
}

/// Gives a callback up when its request is dropped, as the platform hung up before the deadline. Its re-send may still
/// join, so this happens some time later.
struct HangUp<'a> {
    service: &'a Arc<Service>,
    delivery: &'a Arc<Delivery>,
    origin: &'a Arc<Origin>,
    has_deadline: bool,
}

impl Drop for HangUp<'_> {
    fn drop(&mut self) {
        if !self.has_deadline {
            return;
        }
        let runtime = self.service.settings.runtime.clone();
        if let Some(runtime) = runtime.or_else(|| Handle::try_current().ok()) {
            let service = Arc::clone(self.service);
            let delivery = Arc::clone(self.delivery);
            let origin = Arc::clone(self.origin);
            let later = service.settings.reply_within + RESEND_WITHIN;
            runtime.spawn(async move {
                if timeout(later, delivery.settled()).await.is_err() {
                    service.give_up(&delivery, &origin);
                }
            });
        }
    }
}

/// How long a callback waits when its re-send may bring the answer: longer than the platform does.
const BEYOND_HANG_UP: Duration = Duration::from_secs(10);

/// How soon after it hung up the platform sends a callback again.
const RESEND_WITHIN: Duration = Duration::from_secs(5);

/// With the third attempt the platform may give up and tell the user so; it is answered before the deadline.
/// <https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Passive_user_reply_message.html>
const LAST_ATTEMPT: u32 = 3;
