use super::Reply;
use crate::BoxError;
use crate::message::Message;

/// What a handler may return: it becomes a [`Reply`], or an error that is logged.
///
/// | value | reply |
/// |---|---|
/// | `()` | none |
/// | `&'static str`, `String` | text; none when empty |
/// | [`Reply`] | itself |
/// | [`Message`] | the same back, see [`Reply::echo`] |
/// | `Option<_>` | none for `None` |
/// | `Result<_, BoxError>` | an `Err` is logged; `WeChatServer::on_error` replies, or the platform gets an empty answer |
///
/// Wrap a function that returns another `Result`, such as `anyhow::Result<_>`: `fallible(function)`.
#[diagnostic::on_unimplemented(
    message = "a callback may not return `{Self}`",
    label = "this callback's value is no reply",
    note = "return `()`, text, a `Reply`, a `Message`, an `Option` or a `Result<_, BoxError>` of these, or a `Send` future of one",
    note = "wrap a function that returns another error, such as `anyhow::Result<_>`: `fallible(function)`"
)]
pub trait IntoReply: Send + 'static {
    /// The reply.
    ///
    /// # Errors
    /// What the handler failed with.
    fn into_reply(self) -> Result<Reply, BoxError>;
}

impl IntoReply for () {
    fn into_reply(self) -> Result<Reply, BoxError> {
        Ok(Reply::None)
    }
}

impl IntoReply for &'static str {
    fn into_reply(self) -> Result<Reply, BoxError> {
        Ok(Reply::text(self))
    }
}

impl IntoReply for String {
    fn into_reply(self) -> Result<Reply, BoxError> {
        Ok(Reply::Text(self))
    }
}

impl IntoReply for Reply {
    fn into_reply(self) -> Result<Reply, BoxError> {
        Ok(self)
    }
}

impl IntoReply for Message {
    fn into_reply(self) -> Result<Reply, BoxError> {
        Ok(Reply::echo(self))
    }
}

impl<T: IntoReply> IntoReply for Option<T> {
    fn into_reply(self) -> Result<Reply, BoxError> {
        self.map_or(Ok(Reply::None), T::into_reply)
    }
}

/// The only one for `Result`, so that `?` in a closure needs no type written down.
impl<T: IntoReply> IntoReply for Result<T, BoxError> {
    fn into_reply(self) -> Result<Reply, BoxError> {
        self.and_then(T::into_reply)
    }
}
