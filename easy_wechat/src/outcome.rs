//! The outcome of a callback, as reported to observers: data only.

use std::time::Duration;

use crate::delivery_key::DeliveryKey;
use crate::ids::{MsgId, UserId};
use crate::reply::Cut;

/// A report on one callback and the reply to it, passed to [`WeChatServer::on_outcome`].
///
/// The last report of a callback, and only that one, has [`done`](Self::done) set. The reports before it announce more: the
/// handler missed the deadline, its error goes to [`WeChatServer::on_error`], or its reply is being sent as a message.
///
/// [`WeChatServer::on_outcome`]: crate::WeChatServer::on_outcome
/// [`WeChatServer::on_error`]: crate::WeChatServer::on_error
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CallbackReport {
    /// The app, by the name of its section.
    pub app: String,
    /// The key of the callback, as in the log.
    pub key: DeliveryKey,
    /// `MsgId` of the message. Events have none.
    pub id: Option<MsgId>,
    /// The sender (`FromUserName`).
    pub from: UserId,
    /// `CreateTime`, in seconds since 1970-01-01 UTC.
    pub created: i64,
    /// The type of the message, or the name of the event.
    pub kind: String,
    /// The outcome.
    pub outcome: CallbackOutcome,
    /// The time since the callback arrived.
    pub duration: Duration,
    /// Whether this is the last report of the callback.
    pub done: bool,
}

/// The outcome of a callback: see [`CallbackReport`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum CallbackOutcome {
    /// A passive reply.
    #[non_exhaustive]
    Replied {
        /// The type of the reply.
        msg_type: &'static str,
    },
    /// A passive reply that was cut to the platform's limits, because it cannot be sent as a message.
    #[non_exhaustive]
    Truncated {
        /// The type of the reply.
        msg_type: &'static str,
        /// What was cut, and to which length; at least one.
        cuts: Vec<Cut>,
    },
    /// The handler returned no reply.
    Nothing,
    /// No handler is registered for the callback.
    Unhandled,
    /// The handler failed, panicked or timed out. The reply of [`on_error`](crate::WeChatServer::on_error) is reported
    /// separately.
    #[non_exhaustive]
    Failed {
        /// The error and its causes, on one line. It may contain text of the sender: escape it with
        /// [`printable`](crate::printable) before printing it.
        error: String,
        /// Whether the handler took longer than [`handler_timeout`](crate::WeChatServer::handler_timeout).
        timed_out: bool,
    },
    /// The deadline passed (`reply_within`): the callback was acknowledged, and the handler goes on.
    Late,
    /// The reply is being sent as a proactive message: it was late, or is too long for a passive reply.
    #[non_exhaustive]
    Sending {
        /// The type of the reply.
        msg_type: &'static str,
    },
    /// The reply was sent as one or several proactive messages.
    #[non_exhaustive]
    Sent {
        /// The type of the reply.
        msg_type: &'static str,
        /// What was cut because several messages cannot hold it either; usually nothing.
        cuts: Vec<Cut>,
    },
    /// The reply, or a part of it, could not be sent as a proactive message.
    #[non_exhaustive]
    NotSent {
        /// The type of the reply.
        msg_type: &'static str,
        /// The error and its causes, on one line.
        error: String,
    },
}
