//! What a user registers: closures of many shapes, made into one type at the door.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use crate::BoxError;
use crate::message::Message;
use crate::reply::{IntoReply, Reply};

/// A handler with its shape forgotten: synchronous or asynchronous.
#[derive(Clone)]
pub struct Handler(pub(crate) Shape);

/// What a handler came to.
pub(crate) type HandlerResult = Result<Reply, BoxError>;

pub(crate) type HandlerFuture = Pin<Box<dyn Future<Output = HandlerResult> + Send>>;

#[derive(Clone)]
pub(crate) enum Shape {
    /// May block, so it runs on the blocking pool.
    Blocking(Arc<dyn Fn(Message) -> HandlerResult + Send + Sync>),
    /// Must not block.
    Async(Arc<dyn Fn(Message) -> HandlerFuture + Send + Sync>),
}

impl fmt::Debug for Handler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Shape::Blocking(_) => "Handler::Blocking",
            Shape::Async(_) => "Handler::Async",
        })
    }
}

/// Why a handler returned no reply; passed to [`WeChatServer::on_error`](crate::WeChatServer::on_error).
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HandlerError {
    /// The handler returned an error, or a reply that the platform does not support.
    #[error(transparent)]
    Failed(Arc<dyn Error + Send + Sync>),
    /// The handler panicked with this message.
    #[error("panicked: {0}")]
    Panicked(String),
    /// The handler took longer than [`handler_timeout`](crate::WeChatServer::handler_timeout).
    #[error("timed out after {0:?}")]
    TimedOut(Duration),
}

impl From<BoxError> for HandlerError {
    fn from(error: BoxError) -> Self {
        match error.downcast::<Self>() {
            Ok(error) => *error,
            Err(error) => Self::Failed(error.into()),
        }
    }
}

/// Makes the handler that replies in place of one that failed.
pub(crate) type OnError = Arc<dyn Fn(HandlerError) -> Handler + Send + Sync>;

/// Makes an [`OnError`] of a user's function.
pub(crate) fn on_error<F, R, Kind>(answer: F) -> OnError
where
    F: Fn(HandlerError, Message) -> R + Send + Sync + 'static,
    R: Outcome<Kind>,
{
    let answer = Arc::new(answer);
    Arc::new(move |error| {
        let answer = Arc::clone(&answer);
        R::bind(move |message| answer(error.clone(), message))
    })
}

/// What a handler may evaluate to: a value ([`IntoReply`]), or a future of one.
///
/// `Kind` keeps the two apart and is never written down: the compiler finds it. Handlers that give a value run on the
/// blocking pool and may block; those that give a future run on the runtime and must not.
#[diagnostic::on_unimplemented(
    message = "a callback may not return `{Self}`",
    label = "this callback's value is no reply",
    note = "return `()`, text, a `Reply`, a `Message`, an `Option` or a `Result<_, BoxError>` of these, or a `Send` future of one",
    note = "wrap a function that returns another error, such as `anyhow::Result<_>`: `fallible(function)`"
)]
pub trait Outcome<Kind>: Sized {
    /// Forgets the handler's shape.
    fn bind(handler: impl Fn(Message) -> Self + Send + Sync + 'static) -> Handler;
}

/// The kind of handlers that give a value.
#[derive(Debug)]
#[non_exhaustive]
pub struct Blocking;

/// The kind of handlers that give a future.
#[derive(Debug)]
#[non_exhaustive]
pub struct Async;

impl<T: IntoReply> Outcome<Blocking> for T {
    fn bind(handler: impl Fn(Message) -> Self + Send + Sync + 'static) -> Handler {
        Handler(Shape::Blocking(Arc::new(move |message| {
            handler(message).into_reply()
        })))
    }
}

impl<T> Outcome<Async> for T
where
    T: Future + Send + 'static,
    T::Output: IntoReply,
{
    fn bind(handler: impl Fn(Message) -> Self + Send + Sync + 'static) -> Handler {
        Handler(Shape::Async(Arc::new(move |message| {
            let future = handler(message);
            Box::pin(async move { future.await.into_reply() })
        })))
    }
}

/// Calls something of the user's; a panic in it is an error like any other.
pub(crate) fn contained<T>(call: impl FnOnce() -> T) -> Result<T, BoxError> {
    catch_unwind(AssertUnwindSafe(call)).map_err(panic_error)
}

/// Drops something of the user's, which may panic as well.
pub(crate) fn drop_contained<T>(it: T) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(it))) {
        // Whose drop panics may do so again: it is left where it is.
        std::mem::forget(panic);
    }
}

/// What a panic said.
pub(crate) fn panic_error(panic: Box<dyn Any + Send>) -> BoxError {
    let said = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    let error = HandlerError::Panicked(said.to_owned());
    drop_contained(panic);
    error.into()
}
