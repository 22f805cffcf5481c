use std::io;

use crate::store::StoreError;

/// Why a scheduler cannot be made, started or asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SchedulerError {
    /// The text is no cron expression.
    #[error(
        "{text:?} is no cron expression ({reason}); five or six fields like \"30 7 * * *\", or @daily"
    )]
    BadCron {
        /// What was written.
        text: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The time zone is not in the IANA database.
    #[error("{name:?} is no known time zone; write an IANA name such as Asia/Shanghai or UTC")]
    TimeZone {
        /// What was written.
        name: String,
    },
    /// The interval is none, or its jitter is more than half of it.
    #[error("{what}")]
    BadInterval {
        /// What is wrong with it.
        what: &'static str,
    },
    /// The name of a job or of the scheduler is empty, longer than 100 bytes, or has a slash or a control character.
    #[error("{name:?} cannot be a name here: 1 to 100 bytes, no slash, no control characters")]
    BadName {
        /// The name.
        name: String,
    },
    /// Two jobs have the same name.
    #[error("there are two jobs of the name {name:?}; their histories would be mixed up")]
    SameName {
        /// The name.
        name: String,
    },
    /// There is no such job.
    #[error("there is no job {name:?}; there are {}", list(.known))]
    Unknown {
        /// What was asked for.
        name: String,
        /// The jobs that are there.
        known: Vec<String>,
    },
    /// The job runs already, here or in another process.
    #[error("the job {name:?} runs already; it runs one at a time")]
    Running {
        /// The job.
        name: String,
    },
    /// The store failed.
    #[error("cannot use the scheduler's store; no job runs until it works")]
    Store(#[from] StoreError),
    /// The system gave no runtime, or no notice of signals.
    #[error("the system gave no runtime to run jobs in")]
    Runtime(#[source] io::Error),
    /// Something that needs a tokio runtime was called outside of one.
    #[error("this must be called within a tokio runtime; `Scheduler::run` brings its own")]
    OutsideRuntime,
    /// [`Scheduler::run`](super::Scheduler::run) was called within a tokio runtime.
    #[error("`Scheduler::run` brings its own tokio runtime; within one call `start`")]
    InsideRuntime,
}

fn list(known: &[String]) -> String {
    if known.is_empty() {
        return "none at all".to_owned();
    }
    known.join(", ")
}
