//! What happens when a handler fails, and observers of the outcome.

use std::sync::Arc;
use std::time::Duration;

use super::WeChatServer;
use crate::handler::{HandlerError, Outcome, on_error};
use crate::message::Message;
use crate::outcome::CallbackReport;

impl WeChatServer {
    /// Sets the function that replies when a handler of this app fails, panics or times out. Default: none; the member gets
    /// no reply. The text of an error is never sent by itself.
    ///
    /// `answer` takes the [`HandlerError`] and the message, and returns what a handler may return: a value, or a future of
    /// one. Its reply is sent like any other, as a proactive message if it is late. The error is logged in any case. When
    /// `answer` itself fails, panics, or takes longer than 10 s, this is logged and the member gets no reply. It is not called
    /// for handlers that are still running when the server stops.
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

    /// Sets how long a handler of this app may take. A handler that takes longer has failed: the error is logged, and
    /// [`on_error`](Self::on_error) replies. Default: no limit; the reply of a handler that takes longer than `reply_within`
    /// is sent as a proactive message.
    ///
    /// An asynchronous handler is dropped at the limit. A synchronous one cannot be stopped: it goes on, counts towards
    /// `max_in_flight` until it returns, and its reply is dropped.
    pub fn handler_timeout(mut self, limit: Duration) -> Self {
        self.app.handler_timeout = Some(limit);
        self
    }

    /// Adds an observer that is called with the outcome of each callback of this app: replied, failed, sent as a message,
    /// and so on.
    ///
    /// Observers run in order on a thread of their own, after the fact, so a slow one delays no callback. A panic is logged.
    /// At most 1,024 reports are queued; further ones are dropped, which is logged.
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
