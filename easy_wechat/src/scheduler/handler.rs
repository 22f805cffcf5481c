//! What a job does: closures of several shapes, made into one type at the door.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use tokio::task::{JoinError, JoinHandle};

use crate::BoxError;
use crate::client::Receipt;
use crate::clock::Timestamp;
use crate::ids::MsgId;

/// One run of a job, as its handler is told.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Run {
    /// The job's name.
    pub job: String,
    /// The moment for which it runs; `None` when somebody asked for it.
    pub planned: Option<Timestamp>,
    /// When it began.
    pub started: Timestamp,
}

/// What a job's handler may evaluate to: a value ([`IntoRunResult`]), or a future of one.
///
/// `Kind` keeps the two apart and is never written down. Handlers that give a value may block; those that give a future
/// must not.
#[diagnostic::on_unimplemented(
    message = "a job may not return `{Self}`",
    label = "this value is no result of a job",
    note = "return `()`, text, a `Receipt`, an `Option` or a `Result<_, BoxError>` of these, or a `Send` future of one",
    note = "wrap a function that returns another error, such as `anyhow::Result<_>`: `fallible(function)`"
)]
pub trait JobOutcome<Kind>: Sized {
    /// Forgets the handler's shape.
    fn bind(handler: impl Fn(Run) -> Self + Send + Sync + 'static) -> JobHandler;
}

/// What a run came to, as its history shows it.
///
/// It is `()`, text, a [`Receipt`] or a [`MsgId`] of what was sent, an `Option` of these, or a `Result<_, BoxError>`.
#[diagnostic::on_unimplemented(
    message = "a job may not return `{Self}`",
    note = "return `()`, text, a `Receipt`, an `Option` or a `Result<_, BoxError>` of these, or a `Send` future of one",
    note = "wrap a function that returns another error, such as `anyhow::Result<_>`: `fallible(function)`"
)]
pub trait IntoRunResult: Send + 'static {
    /// The text of the history, at most 1 KiB of which is kept.
    ///
    /// # Errors
    /// Whatever the job failed with.
    fn into_run_result(self) -> Result<String, BoxError>;
}

/// The kind of handlers that give a value.
#[derive(Debug)]
#[non_exhaustive]
pub struct Blocking;

/// The kind of handlers that give a future.
#[derive(Debug)]
#[non_exhaustive]
pub struct Async;

/// A handler with its shape forgotten.
#[derive(Clone)]
pub struct JobHandler(Shape);

type RunResult = Result<String, BoxError>;

type RunFuture = Pin<Box<dyn Future<Output = RunResult> + Send>>;

#[derive(Clone)]
enum Shape {
    Blocking(Arc<dyn Fn(Run) -> RunResult + Send + Sync>),
    Async(Arc<dyn Fn(Run) -> RunFuture + Send + Sync>),
}

impl JobHandler {
    /// Begins a run in a task or a thread of its own, so that a panic stays there.
    pub(super) fn begin(&self, run: Run) -> JoinHandle<RunResult> {
        match &self.0 {
            Shape::Blocking(handler) => {
                let handler = Arc::clone(handler);
                tokio::task::spawn_blocking(move || handler(run))
            }
            Shape::Async(handler) => {
                let handler = Arc::clone(handler);
                tokio::spawn(async move { handler(run).await })
            }
        }
    }
}

/// What a run that ended came to; a panic is an error like any other.
pub(super) fn came_to(joined: Result<RunResult, JoinError>) -> RunResult {
    joined.unwrap_or_else(|error| {
        let Ok(panic) = error.try_into_panic() else {
            return Err("its runtime was shut down".into());
        };
        let said = panic
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("nothing");
        Err(format!("it panicked and said: {said}").into())
    })
}

impl fmt::Debug for JobHandler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Shape::Blocking(_) => "JobHandler::Blocking",
            Shape::Async(_) => "JobHandler::Async",
        })
    }
}

impl<T: IntoRunResult> JobOutcome<Blocking> for T {
    fn bind(handler: impl Fn(Run) -> Self + Send + Sync + 'static) -> JobHandler {
        JobHandler(Shape::Blocking(Arc::new(move |run| {
            handler(run).into_run_result()
        })))
    }
}

impl<T> JobOutcome<Async> for T
where
    T: Future + Send + 'static,
    T::Output: IntoRunResult,
{
    fn bind(handler: impl Fn(Run) -> Self + Send + Sync + 'static) -> JobHandler {
        JobHandler(Shape::Async(Arc::new(move |run| {
            let future = handler(run);
            Box::pin(async move { future.await.into_run_result() })
        })))
    }
}

impl IntoRunResult for () {
    fn into_run_result(self) -> Result<String, BoxError> {
        Ok(String::new())
    }
}

impl IntoRunResult for &'static str {
    fn into_run_result(self) -> Result<String, BoxError> {
        Ok(self.to_owned())
    }
}

impl IntoRunResult for String {
    fn into_run_result(self) -> Result<String, BoxError> {
        Ok(self)
    }
}

impl IntoRunResult for MsgId {
    fn into_run_result(self) -> Result<String, BoxError> {
        Ok(format!("msgid {self}"))
    }
}

impl IntoRunResult for Receipt {
    fn into_run_result(self) -> Result<String, BoxError> {
        let ids: Vec<&str> = self.msg_ids.iter().map(MsgId::as_str).collect();
        let said = format!("msgid {}", ids.join(", "));
        Ok(if self.is_complete() {
            said
        } else {
            format!("{said}; not everyone got it: {}", self.missed)
        })
    }
}

impl<T: IntoRunResult> IntoRunResult for Option<T> {
    fn into_run_result(self) -> Result<String, BoxError> {
        self.map_or(Ok(String::new()), T::into_run_result)
    }
}

/// The only one for `Result`, so that `?` in a closure needs no type written down.
impl<T: IntoRunResult> IntoRunResult for Result<T, BoxError> {
    fn into_run_result(self) -> Result<String, BoxError> {
        self.and_then(T::into_run_result)
    }
}
