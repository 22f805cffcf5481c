//! What became of a callback, as observers are told: data only.

use std::time::Duration;

use crate::delivery_key::DeliveryKey;
use crate::ids::{MsgId, UserId};
use crate::reply::Cut;

/// What became of one callback, or of the reply to it: what [`WeChatServer::on_outcome`] is told.
///
/// A callback has one report with [`done`](Self::done) set, the last one. Reports before it say that more is to come: the
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
    /// What became of it.
    pub outcome: CallbackOutcome,
    /// The time since the callback came in.
    pub duration: Duration,
    /// Whether this is the last report of the callback.
    pub done: bool,
}

/// What became of a callback: see [`CallbackReport`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum CallbackOutcome {
    /// A passive reply.
    #[non_exhaustive]
    Replied {
        /// The type of the reply.
        msg_type: &'static str,
    },
    /// A passive reply that was cut to the platform's limits, since it cannot be sent as a message.
    #[non_exhaustive]
    Truncated {
        /// The type of the reply.
        msg_type: &'static str,
        /// What was cut, and to which length. There is at least one.
        cuts: Vec<Cut>,
    },
    /// The handler had nothing to say.
    Nothing,
    /// No handler takes such a callback.
    Unhandled,
    /// The handler failed, panicked or timed out. A reply of [`on_error`](crate::WeChatServer::on_error) has a report of
    /// its own.
    #[non_exhaustive]
    Failed {
        /// The error and its causes, on one line. It may hold text of the sender: escape it before it is printed.
        error: String,
        /// Whether the handler took longer than [`handler_timeout`](crate::WeChatServer::handler_timeout).
        timed_out: bool,
    },
    /// The deadline passed (`reply_within`): the callback was acknowledged, and the handler goes on.
    Late,
    /// The reply goes out as a message of its own: it was late, or is too long for a passive reply.
    #[non_exhaustive]
    Sending {
        /// The type of the reply.
        msg_type: &'static str,
    },
    /// The reply was sent as a message of its own, or as several.
    #[non_exhaustive]
    Sent {
        /// The type of the reply.
        msg_type: &'static str,
        /// What was cut since even messages cannot hold it; mostly nothing.
        cuts: Vec<Cut>,
    },
    /// The reply could not be sent as a message of its own, or only a part of it.
    #[non_exhaustive]
    NotSent {
        /// The type of the reply.
        msg_type: &'static str,
        /// The error and its causes, on one line.
        error: String,
    },
}
