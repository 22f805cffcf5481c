//! The way of a callback: verify, open, recognise, handle, reply, seal. No HTTP in it.
//!
//! [`CallbackService`] takes a query and a body, and gives a body or a refusal. The server puts it on the network.

mod in_flight;
mod limited;
mod observe;
mod record;
mod running;
mod sending;
mod waiting;

pub(crate) use in_flight::InFlight;
pub(crate) use observe::{Observer, Observers};

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rand::RngExt as _;
use tokio::runtime::Handle;
use tracing::{debug, info, warn};

use crate::account::{Account, Channel, Refusal};
use crate::blocking_pool::BlockingPool;
use crate::clock::{Clock, Timestamp};
use crate::crypt::Seal;
use crate::deliveries::{Claim, Deliveries, Delivery, Settled};
use crate::delivery_key::DeliveryKey;
use crate::handler::{OnError, contained};
use crate::late::LateReplySink;
use crate::message::Message;
use crate::outcome::CallbackOutcome;
use crate::platform::AccountKind;
use crate::query::Query;
use crate::routes::Routes;
use crate::xml::{Limits, XmlError};
use record::{Line, Origin};
use running::Running;

/// One app's callbacks.
#[derive(Clone)]
pub(crate) struct CallbackService(Arc<Service>);

/// What a [`CallbackService`] is made of.
pub(crate) struct Settings {
    pub(crate) app: String,
    pub(crate) account: Account,
    pub(crate) routes: Routes,
    pub(crate) sink: Arc<dyn LateReplySink>,
    pub(crate) clock: Clock,
    /// Where asynchronous handlers run; `None` for wherever the callback came in.
    pub(crate) runtime: Option<Handle>,
    pub(crate) in_flight: InFlight,
    /// Where handlers run that may block.
    pub(crate) pool: BlockingPool,
    pub(crate) key_of: Option<KeyOf>,
    pub(crate) reply_within: Duration,
    pub(crate) max_callback_age: Duration,
    pub(crate) deduplicate: bool,
    /// Whether late replies can be sent; if not, a re-send is waited for.
    pub(crate) sends_late: bool,
    /// What replies when a handler fails.
    pub(crate) on_error: Option<OnError>,
    /// How long a handler may take; `None` for no limit.
    pub(crate) handler_timeout: Option<Duration>,
    pub(crate) observers: Option<Observers>,
    pub(crate) limits: Limits,
}

/// A user's own idea of what makes two callbacks the same.
pub(crate) type KeyOf = Arc<dyn Fn(&Message) -> DeliveryKey + Send + Sync>;

/// Why a callback gets no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum Rejected {
    /// It is not right.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Too many handlers run. The platform sends it again.
    #[error("{limit} handlers run already (max_in_flight)")]
    Busy { limit: usize },
}

struct Service {
    settings: Settings,
    deliveries: Option<Deliveries>,
    /// The kinds of messages that nobody takes and that were said to be so.
    unhandled: Mutex<BTreeSet<String>>,
}

impl CallbackService {
    pub(crate) fn new(settings: Settings) -> Self {
        // Twice the age: a callback that was signed in the future, by this clock, can be replayed for so long.
        let remember = settings
            .max_callback_age
            .saturating_mul(2)
            .max(SHORTEST_MEMORY);
        let deliveries = settings.deduplicate.then(|| Deliveries::new(remember));
        Self(Arc::new(Service {
            settings,
            deliveries,
            unhandled: Mutex::default(),
        }))
    }

    /// The app's name.
    pub(crate) fn app(&self) -> &str {
        &self.0.settings.app
    }

    /// Answers the verification GET with the text to give back. A refusal is logged with what usually causes it.
    pub(crate) fn verify(&self, query: &str) -> Result<String, Rejected> {
        let Settings {
            app,
            account,
            clock,
            max_callback_age,
            ..
        } = &self.0.settings;
        let verified = || -> Result<String, Refusal> {
            let query = Query::parse(query)?;
            let echo = account.verify_url(&query)?;
            info!(%app, "the platform verified the callback address");
            // It is answered all the same, so that one can save the settings; but callbacks would be refused.
            if let Err(stale) = Account::check_age(&query, clock.now().as_secs(), *max_callback_age)
            {
                warn!(%app, hint = stale.hint(), "callbacks will be refused: {stale}");
            }
            Ok(echo)
        };
        verified().map_err(|refusal| self.0.log_refusal("a verification", refusal.into()))
    }

    /// Looks at the query of a POST before its body is read: whether it has what a callback has, and is fresh. A refusal is
    /// logged with what usually causes it.
    pub(crate) fn admit<'a>(&self, query: &'a str) -> Result<Query<'a>, Rejected> {
        let Settings {
            account,
            clock,
            max_callback_age,
            ..
        } = &self.0.settings;
        let admitted = || -> Result<Query<'a>, Refusal> {
            let query = Query::parse(query)?;
            query.nonce()?;
            match account.kind() {
                AccountKind::WeCom => query.msg_signature()?,
                AccountKind::OfficialAccount => {
                    query.signature().or_else(|_| query.msg_signature())?
                }
            };
            Account::check_age(&query, clock.now().as_secs(), *max_callback_age)?;
            Ok(query)
        };
        admitted().map_err(|refusal| self.0.log_refusal("a callback", refusal.into()))
    }

    /// Takes a POST and gives the body of the answer; empty when there is nothing to say. A refusal is logged with what
    /// usually causes it, a callback with who, what, how long and what came of it.
    pub(crate) async fn receive(
        &self,
        query: &Query<'_>,
        body: &[u8],
    ) -> Result<Vec<u8>, Rejected> {
        let service = &self.0;
        let refused = |rejected| service.log_refusal("a callback", rejected);
        let began = service.settings.clock.now();
        let (message, channel) = service
            .open(query, body)
            .map_err(|refusal| refused(refusal.into()))?;
        let origin = Origin::of(&message, began, service.settings.observers.is_some());
        let suite = message.is_suite_instruction();
        let (delivery, attempt) = service.start(message, &origin, began).map_err(refused)?;
        let mut line = Line::new(&service.settings, &delivery, &origin, began, attempt);
        service.wait(&delivery, &origin, attempt).await;
        let answer = delivery.read(|settled| {
            line.came_to(settled.name());
            match settled {
                // A suite's instruction wants this word, whatever the handler said.
                _ if suite => Ok(b"success".to_vec()),
                Settled::Reply { xml, .. } => service.seal(xml, &channel, line.now()),
                _ => Ok(Vec::new()),
            }
        });
        answer
            .unwrap_or_else(|| Ok(Vec::new()))
            .map_err(|refusal| refused(refusal.into()))
    }
}

impl fmt::Debug for CallbackService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallbackService")
            .field("app", &self.app())
            .finish_non_exhaustive()
    }
}

impl Service {
    fn open(&self, query: &Query<'_>, body: &[u8]) -> Result<(Message, Channel), Refusal> {
        let Settings {
            account, limits, ..
        } = &self.settings;
        // A broken character must not fail the whole message.
        let body = String::from_utf8_lossy(body);
        let received = account.open(query, &body, *limits)?;
        let message = Message::parse_within(received.xml, *limits).map_err(Refusal::Message)?;
        // They stand in the reply, which is remembered.
        if message.from.as_str().len().max(message.to.len()) > LONGEST_NAME {
            return Err(Refusal::Message(XmlError::TooLarge {
                of: "bytes in a name",
                limit: LONGEST_NAME,
            }));
        }
        Ok((message, received.channel))
    }

    fn key_of(&self, message: &Message) -> DeliveryKey {
        match &self.settings.key_of {
            Some(key_of) => contained(|| key_of(message)).unwrap_or_else(|error| {
                warn!(app = %self.settings.app, %error, "delivery_key failed; the usual key is taken");
                DeliveryKey::of(message)
            }),
            None => DeliveryKey::of(message),
        }
    }

    /// Starts the handler, or joins the one that runs: which, and how often the callback was sent.
    fn start(
        self: &Arc<Self>,
        message: Message,
        origin: &Arc<Origin>,
        now: Timestamp,
    ) -> Result<(Arc<Delivery>, u32), Rejected> {
        let key = self.key_of(&message);
        debug!(app = %self.settings.app, %key, ?message, "a callback came in");
        let permit = self.settings.in_flight.enter();
        let claim = match &self.deliveries {
            Some(deliveries) => deliveries.claim(key, now, permit.is_some()),
            None => permit
                .is_some()
                .then(|| Claim::First(Arc::new(Delivery::new(key)))),
        };
        match (claim, permit) {
            (Some(Claim::Again { delivery, attempt }), _) => Ok((delivery, attempt)),
            (Some(Claim::First(delivery)), Some(permit)) => {
                if let Some(handler) = self.settings.routes.find(&message) {
                    Running::new(self, &delivery, origin, permit).start(handler, message);
                } else {
                    self.say_unhandled(&message);
                    delivery.settle(Settled::Nothing);
                    self.report(&delivery.key, origin, true, || CallbackOutcome::Unhandled);
                    self.forget_later(&delivery, now);
                }
                Ok((delivery, 1))
            }
            _ => Err(Rejected::Busy {
                limit: self.settings.in_flight.limit(),
            }),
        }
    }

    fn seal(&self, xml: &str, channel: &Channel, now: Timestamp) -> Result<Vec<u8>, Refusal> {
        let mut rng = rand::rng();
        let seal = Seal {
            timestamp: now.as_secs(),
            nonce: format!("{:016x}", rng.random::<u64>()),
            random: rng.random(),
        };
        self.settings.account.seal(xml, channel, &seal)
    }

    fn forget_later(&self, delivery: &Delivery, now: Timestamp) {
        if let Some(deliveries) = &self.deliveries {
            deliveries.done(delivery, now);
        }
    }

    fn log_refusal(&self, what: &str, rejected: Rejected) -> Rejected {
        let app = &self.settings.app;
        match &rejected {
            Rejected::Refused(refusal) => {
                warn!(%app, step = refusal.step(), hint = refusal.hint(), "refused {what}: {refusal}");
            }
            Rejected::Busy { .. } => warn!(%app, "put off {what}: {rejected}"),
        }
        rejected
    }

    /// Says once for each kind of message that no handler takes it.
    fn say_unhandled(&self, message: &Message) {
        let kind = match message.event_name() {
            Some(event) => format!("event {event}"),
            None => message.msg_type().to_owned(),
        };
        let kind: String = kind.chars().take(MAX_KIND).collect();
        let mut said = self
            .unhandled
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if said.len() < MAX_SAID && said.insert(kind.clone()) {
            warn!(
                app = %self.settings.app,
                %kind,
                "nothing is registered for it: register_callback, register_event or register_fallback"
            );
        }
    }
}

impl Settled {
    /// What it came to, in a word or two.
    fn name(&self) -> &'static str {
        match self {
            Self::Reply { msg_type, .. } => msg_type,
            Self::Nothing => "no reply",
            Self::Failed => "failed",
            Self::Late => "late",
            Self::Proactive => "proactive",
        }
    }
}

/// Re-sends come within 20 s; so long a callback is remembered even where any age is taken.
const SHORTEST_MEMORY: Duration = Duration::from_mins(1);

/// How long a name may be; a userid has at most 64 bytes.
const LONGEST_NAME: usize = 512;

/// How many characters of a message's kind are kept.
const MAX_KIND: usize = 64;

/// How many kinds of unhandled messages are told apart in the log.
const MAX_SAID: usize = 256;
