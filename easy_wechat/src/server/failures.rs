//! What a user is told of handlers, and what they say where one fails.

use std::sync::Arc;
use std::time::Duration;

use super::WeChatServer;
use crate::handler::{HandlerError, Outcome, on_error};
use crate::message::Message;
use crate::outcome::CallbackReport;

impl WeChatServer {
    /// Answers where a handler of this app fails, panics or times out. Without it the member gets no answer: no text of an
    /// error is ever sent.
    ///
    /// `answer` gets the [`HandlerError`] and the message, and may return what a handler may: a value, or a future of one. Its
    /// reply goes out like any other, as a message of its own where it is late. The error is logged all the same. When
    /// `answer` fails or panics itself, or takes longer than 10 s, that is logged and the member gets no answer. It is not
    /// called for handlers that are still running when the server stops.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), easy_wechat::BoxError> {
    /// use easy_wechat::WeChatServer;
    ///
    /// WeChatServer::new("demo")?
    ///     .register_callback("text", |message| Ok(std::fs::read_to_string(message.text().unwrap_or("a"))?))?
    ///     .on_error(|_error, _message| "出错了，请稍后再试")
    ///     .run("0.0.0.0:6000")?;
    /// # Ok(()) }
    /// ```
    pub fn on_error<F, R, Kind>(mut self, answer: F) -> Self
    where
        F: Fn(HandlerError, Message) -> R + Send + Sync + 'static,
        R: Outcome<Kind>,
    {
        self.app.on_error = Some(on_error(answer));
        self
    }

    /// How long a handler of this app may take. One that takes longer has failed: its error is logged, and
    /// [`on_error`](Self::on_error) answers. Default: no limit; a handler may take longer than `reply_within`, and its reply
    /// is then sent as a message of its own.
    ///
    /// An asynchronous handler is dropped at the limit. A synchronous one cannot be stopped: it goes on, counts for
    /// `max_in_flight` until it returns, and its reply is dropped.
    pub fn handler_timeout(mut self, limit: Duration) -> Self {
        self.app.handler_timeout = Some(limit);
        self
    }

    /// Tells `observer` what becomes of the callbacks of this app: replied, failed, sent as a message, …. There may be
    /// several observers. They run on a thread of their own, in order, after the fact: a slow one holds up no callback, a
    /// panic is logged. Beyond 1,024 reports that wait, reports are dropped.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), easy_wechat::BoxError> {
    /// use easy_wechat::{CallbackOutcome, WeChatServer};
    ///
    /// WeChatServer::new("demo")?
    ///     .register_callback("text", |message| message)?
    ///     .on_outcome(|report| {
    ///         if let CallbackOutcome::Failed { error, .. } = &report.outcome {
    ///             eprintln!("{} after {:?}: {error:?}", report.key, report.duration);
    ///         }
    ///     })
    ///     .run("0.0.0.0:6000")?;
    /// # Ok(()) }
    /// ```
    pub fn on_outcome(
        mut self,
        observer: impl Fn(&CallbackReport) + Send + Sync + 'static,
    ) -> Self {
        self.app.observers.push(Arc::new(observer));
        self
    }
}
