//! An adapter for handlers with an error type of their own, such as `anyhow::Error`.

use std::pin::Pin;

use crate::BoxError;

/// Adapts a handler that returns `anyhow::Result<_>`, `io::Result<_>`, or any other `Result<_, E>` with
/// `E: Into<BoxError>`. The handler may be synchronous or asynchronous, and take any argument: a message, an event, or the
/// run of a [`Scheduler`](crate#features) job.
///
/// A closure that uses `?` needs no adapter: its error is converted to [`BoxError`]. (If handlers could return any
/// `Result`, the error type of such a closure could not be inferred, hence the adapter.) A closure that is passed to
/// `fallible` has to name the type of its argument: `|message: Message| …`.
///
/// ```
/// # #[cfg(feature = "server")] {
/// use std::io;
///
/// use easy_wechat::{Message, RegisterError, WeChatServer, fallible};
///
/// fn on_text(message: Message) -> io::Result<String> {
///     std::fs::read_to_string(message.text().unwrap_or_default())
/// }
///
/// async fn on_image(_message: Message) -> Result<&'static str, std::fmt::Error> {
///     Ok("一张图片")
/// }
///
/// fn register(server: WeChatServer) -> Result<WeChatServer, RegisterError> {
///     server
///         .register_callback("text", fallible(on_text))?
///         .register_callback("image", fallible(on_image))
/// }
/// # }
/// ```
///
/// Without it such a function is refused, and the compiler's note names `fallible`:
///
#[cfg_attr(feature = "server", doc = "```compile_fail,E0277")]
#[cfg_attr(not(feature = "server"), doc = "```text")]
/// # use easy_wechat::{Message, RegisterError, WeChatServer};
/// fn on_text(message: Message) -> std::io::Result<String> {
///     std::fs::read_to_string(message.text().unwrap_or_default())
/// }
///
/// # fn register(server: WeChatServer) -> Result<WeChatServer, RegisterError> {
/// server.register_callback("text", on_text)
/// # }
/// ```
pub fn fallible<F, A, R, Kind>(function: F) -> impl Fn(A) -> R::Boxed + Send + Sync + 'static
where
    F: Fn(A) -> R + Send + Sync + 'static,
    R: Fallible<Kind>,
{
    move |argument| function(argument).boxed()
}

/// What a function that is passed to [`fallible`] may return: a `Result`, or a `Send` future of one.
///
/// `Kind` distinguishes the two and is always inferred.
#[diagnostic::on_unimplemented(
    message = "`fallible` does not accept a function that returns `{Self}`",
    label = "neither a `Result` nor a `Send` future of one",
    note = "its error must be `Into<BoxError>`: a `std::error::Error + Send + Sync`, `anyhow::Error`, or text"
)]
pub trait Fallible<Kind> {
    /// The same type with [`BoxError`] as its error.
    type Boxed;

    /// Boxes the error.
    fn boxed(self) -> Self::Boxed;
}

/// The [`Fallible`] kind of functions that return a value.
#[derive(Debug)]
#[non_exhaustive]
pub struct FallibleValue;

/// The [`Fallible`] kind of functions that return a future.
#[derive(Debug)]
#[non_exhaustive]
pub struct FallibleFuture;

impl<T, E: Into<BoxError>> Fallible<FallibleValue> for Result<T, E> {
    type Boxed = Result<T, BoxError>;

    fn boxed(self) -> Self::Boxed {
        self.map_err(Into::into)
    }
}

impl<P, T, E> Fallible<FallibleFuture> for P
where
    P: Future<Output = Result<T, E>> + Send + 'static,
    E: Into<BoxError>,
{
    type Boxed = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send>>;

    fn boxed(self) -> Self::Boxed {
        Box::pin(async move { self.await.map_err(Into::into) })
    }
}
