//! Replies that were not ready in time or are too long for a passive reply, and the sinks that send them.

use std::pin::Pin;

use crate::BoxError;
use crate::delivery_key::DeliveryKey;
use crate::ids::{AgentId, UserId};
use crate::reply::{Cut, Reply};

/// A reply to be sent as a proactive message: it was not ready when its callback had to be acknowledged, or it is too long
/// for a passive reply.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LateReply {
    /// The app, by the name of its section.
    pub app: String,
    /// Whom it is for: the one who wrote.
    pub to: UserId,
    /// The app's number, on WeCom.
    pub agent: Option<AgentId>,
    /// The callback that it answers.
    pub key: DeliveryKey,
    /// Whether the callback is an event; an Official Account may send fewer messages after one.
    pub to_event: bool,
    /// What the handler returned.
    pub reply: Reply,
    /// `ResponseCode` of the click that it answers, with which the card can be changed once.
    pub response_code: Option<String>,
    /// `TaskId` of the click that it answers.
    pub task_id: Option<String>,
}

/// The future that [`LateReplySink::deliver`] gives back.
pub type Delivering = Pin<Box<dyn Future<Output = Result<(), BoxError>> + Send>>;

/// Sends replies that are late, or too long for a passive reply, as proactive messages.
///
/// With the feature `client` `WeChatClient` is one, and the one that a server has by itself; see
/// [`WeChatServer::late_replies`](crate::WeChatServer::late_replies). Another one takes another way:
///
/// ```no_run
/// use easy_wechat::{BoxError, Delivering, LateReply, LateReplySink, WeChatServer};
///
/// struct Mailbox;
///
/// impl LateReplySink for Mailbox {
///     fn deliver(&self, late: LateReply) -> Delivering {
///         Box::pin(async move {
///             println!("for {} of app {}: {:?}", late.to, late.app, late.reply);
///             Ok(())
///         })
///     }
/// }
///
/// fn main() -> Result<(), BoxError> {
///     WeChatServer::new("demo")?
///         .register_callback("text", |message| message)?
///         .late_replies(Mailbox)
///         .run("0.0.0.0:6000")?;
///     Ok(())
/// }
/// ```
///
/// It is called once for each late reply, also when the platform sent the callback several times. When the server stops
/// it waits for deliveries that are under way, as long as `shutdown_timeout` allows.
pub trait LateReplySink: Send + Sync + 'static {
    /// Delivers a reply. An error is logged with the callback's key.
    fn deliver(&self, late: LateReply) -> Delivering;

    /// Prepares a reply for [`deliver`](Self::deliver), before the callback is answered. Cuts what cannot be delivered whole
    /// and returns the cuts, which are logged and reported to observers. Default: changes nothing.
    ///
    /// # Errors
    /// The reason why the reply cannot be delivered; `late` must be unchanged. A reply that is in time but too long for a
    /// passive reply, such as a text of more than 2048 bytes, is then cut and sent as a passive reply.
    fn prepare(&self, late: &mut LateReply) -> Result<Vec<Cut>, BoxError> {
        let _ = late;
        Ok(Vec::new())
    }
}

/// Delivers nothing, and says why.
#[derive(Debug)]
pub(crate) struct Undeliverable(pub(crate) &'static str);

impl LateReplySink for Undeliverable {
    fn deliver(&self, _late: LateReply) -> Delivering {
        let why = self.0;
        Box::pin(async move { Err(why.into()) })
    }

    fn prepare(&self, _late: &mut LateReply) -> Result<Vec<Cut>, BoxError> {
        Err(self.0.into())
    }
}
