//! How a program of this crate ends.

use std::process::ExitCode;

use crate::BoxError;
use crate::config::ConfigError;
use crate::error_line::one_line;
use crate::log::LogError;
use crate::routes::RegisterError;
#[cfg(feature = "sandbox")]
use crate::sandbox::SandboxError;
use crate::server::ServeError;

/// What a `main` returns: prints an error, with its causes, to the standard error stream and chooses the exit code.
///
/// | code | meaning |
/// |---|---|
/// | 0 | ended as it was told to |
/// | 1 | failed for another reason |
/// | 2 | the configuration or the command line is wrong |
/// | 3 | cannot listen: the port is in use or privileged, the address is none |
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
    eprintln!("error: {}", one_line(&*error));
    ExitCode::from(code(&error))
}

fn code(error: &BoxError) -> u8 {
    if error.is::<ConfigError>() || error.is::<RegisterError>() {
        return 2;
    }
    if let Some(error) = error.downcast_ref::<LogError>() {
        return log_code(error);
    }
    #[cfg(feature = "sandbox")]
    if let Some(error) = error.downcast_ref::<SandboxError>() {
        return sandbox_code(error);
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

fn log_code(error: &LogError) -> u8 {
    if matches!(error, LogError::TimeZone { .. }) {
        2
    } else {
        1
    }
}
