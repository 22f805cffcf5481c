//! How a program of this crate ends.

use std::io::{self, Write as _};
use std::process::ExitCode;

use crate::BoxError;
#[cfg(feature = "client")]
use crate::client::ClientError;
use crate::config::ConfigError;
use crate::error_line::one_line;
use crate::log::LogError;
use crate::printable::printable;
use crate::routes::RegisterError;
#[cfg(feature = "sandbox")]
use crate::sandbox::SandboxError;
#[cfg(feature = "scheduler")]
use crate::scheduler::SchedulerError;
use crate::server::ServeError;

/// What a `main` returns: prints an error, with its causes, to the standard error stream and chooses the exit code.
///
/// | code | meaning |
/// |---|---|
/// | 0 | ended as it was told to |
/// | 1 | failed for another reason |
/// | 2 | the configuration or the command line is wrong |
/// | 3 | cannot listen: the port is in use or privileged, the address is none; or a message was sent in part |
/// | 4 | the platform refused a call, or would have dropped a message |
/// | 5 | the platform cannot be reached |
/// | 6 | the answer to a call was lost: it may have been carried out |
///
/// ```no_run
/// use std::process::ExitCode;
/// use easy_wechat::{BoxError, WeChatServer};
///
/// fn main() -> ExitCode {
///     easy_wechat::exit(run())
/// }
///
/// fn run() -> Result<(), BoxError> {
///     Ok(WeChatServer::new("demo")?.register_callback("text", |message| message)?.run("0.0.0.0:6000")?)
/// }
/// ```
pub fn exit(result: Result<(), BoxError>) -> ExitCode {
    let Err(error) = result else {
        return ExitCode::SUCCESS;
    };
    // stderr may be closed; the exit code tells it all the same.
    let line = one_line(&*error);
    let _ = writeln!(io::stderr(), "error: {}", printable(&line));
    ExitCode::from(code(&error))
}

fn code(error: &BoxError) -> u8 {
    if error.is::<ConfigError>() || error.is::<RegisterError>() {
        return 2;
    }
    if let Some(error) = error.downcast_ref::<LogError>() {
        return log_code(error);
    }
    #[cfg(feature = "client")]
    if let Some(error) = error.downcast_ref::<ClientError>() {
        return client_code(error);
    }
    #[cfg(feature = "sandbox")]
    if let Some(error) = error.downcast_ref::<SandboxError>() {
        return sandbox_code(error);
    }
    #[cfg(feature = "scheduler")]
    if let Some(error) = error.downcast_ref::<SchedulerError>() {
        return scheduler_code(error);
    }
    match error.downcast_ref::<ServeError>() {
        Some(ServeError::Log(error)) => log_code(error),
        None | Some(ServeError::Runtime(_) | ServeError::InsideRuntime) => 1,
        Some(
            ServeError::Config(_)
            | ServeError::SameRoute { .. }
            | ServeError::BadRoute { .. }
            | ServeError::HealthzRoute { .. },
        ) => 2,
        Some(_) => 3,
    }
}

#[cfg(feature = "client")]
fn client_code(error: &ClientError) -> u8 {
    match error {
        ClientError::Config(_)
        | ClientError::NoWebhook
        | ClientError::InvalidWebhook { .. }
        | ClientError::Outgoing(_)
        | ClientError::File { .. }
        | ClientError::Body { .. } => 2,
        ClientError::Interrupted { .. } => 3,
        ClientError::Api(_) | ClientError::Paced { .. } => 4,
        ClientError::BadVideo { .. } => 1,
        ClientError::Unreachable { .. } => 5,
        ClientError::MaybeDelivered { .. } => 6,
    }
}

#[cfg(feature = "sandbox")]
fn sandbox_code(error: &SandboxError) -> u8 {
    match error {
        SandboxError::PortInUse { .. } | SandboxError::Listen { .. } => 3,
        SandboxError::BadAddress { .. }
        | SandboxError::NotLoopback { .. }
        | SandboxError::BadCallback { .. }
        | SandboxError::Keys(_) => 2,
        _ => 1,
    }
}

#[cfg(feature = "scheduler")]
fn scheduler_code(error: &SchedulerError) -> u8 {
    match error {
        SchedulerError::BadCron { .. }
        | SchedulerError::TimeZone { .. }
        | SchedulerError::BadInterval { .. }
        | SchedulerError::BadName { .. }
        | SchedulerError::SameName { .. }
        | SchedulerError::Unknown { .. } => 2,
        _ => 1,
    }
}

fn log_code(error: &LogError) -> u8 {
    if matches!(error, LogError::TimeZone { .. }) {
        2
    } else {
        1
    }
}
