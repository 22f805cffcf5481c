//! The command line of each program.

use std::io::{self, ErrorKind, Write as _};
use std::process::ExitCode;

use clap::Parser;

/// Reads the arguments. Help and the version are printed here; the result is then the code to end with, an error when they
/// cannot be written.
pub(crate) fn arguments<A: Parser>() -> Result<A, ExitCode> {
    A::try_parse().map_err(|told| {
        let printed = told.print().and_then(|()| io::stdout().flush());
        match printed {
            Err(error) if !told.use_stderr() && error.kind() != ErrorKind::BrokenPipe => {
                let error = format!("cannot write to the standard output: {error}");
                easy_wechat::exit(Err(error.into()))
            }
            _ => ExitCode::from(u8::try_from(told.exit_code()).unwrap_or(2)),
        }
    })
}
