//! The command `easy-wechat`: what it understands, and how it ends.

mod app;
mod arguments;
mod browser;
mod check;
mod decrypt;
mod download;
mod findings;
mod flood;
mod init;
mod keygen;
mod keys;
mod man;
mod outcome;
mod progress;
mod recall;
mod sandbox;
mod send;
mod source;
mod upload;

use std::env;
use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser, Subcommand};
use clap_complete::Shell;

use crate::BoxError;
use crate::printable::{printable, printable_lines};
use outcome::{Ended, Usage};

/// Send, test and debug for WeCom (企业微信) and Official Accounts (公众号).
#[derive(Debug, Parser)]
#[command(name = "easy-wechat", version, after_help = HELP, subcommand_required = true, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Send(Box<send::Args>),
    Upload(upload::Args),
    Download(download::Args),
    Recall(recall::Args),
    Sandbox(sandbox::Args),
    Check(check::Args),
    Init(init::Args),
    Keygen(keygen::Args),
    Decrypt(decrypt::Args),
    /// Print the manual page, or write one for each command into a folder.
    #[command(after_help = MAN_HELP)]
    Man {
        /// Write one page for each command into this folder
        #[arg(value_name = "FOLDER")]
        folder: Option<PathBuf>,
    },
    /// Print the completion script of a shell.
    #[command(after_help = COMPLETIONS_HELP)]
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// Does what the command line says. An error is printed with the way out; the exit codes are those of [`crate::exit()`].
///
/// A panic shows no control characters of what others wrote.
pub fn main() -> ExitCode {
    crate::panics::escape();
    let mut command = Cli::command();
    command.build();
    let line: Vec<OsString> = env::args_os().collect();
    let parsed = Cli::try_parse_from(arguments::sorted(&command, &line));
    let result = match parsed {
        Ok(cli) => run(cli.command),
        Err(error) => return wrong_line(&arguments::hint(&command, &line, error)),
    };
    match result {
        Err(error) if error.is::<Ended>() => ended(&error),
        // What only shows while it runs to be a wrong argument is told as one that shows at once.
        Err(error) if error.is::<Usage>() => {
            let name = line.get(1).cloned().unwrap_or_default();
            let mut whole = Cli::command();
            let command = command.find_subcommand_mut(&name);
            let command = command.unwrap_or(&mut whole);
            wrong_line(&command.error(ErrorKind::ValueValidation, &error))
        }
        // The reader has seen enough: `easy-wechat man | head`.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        result => crate::exit(result),
    }
}

/// Prints what the parser says: help, or an error. It repeats arguments, and those may come from strangers.
fn wrong_line(error: &clap::Error) -> ExitCode {
    let plain = error.to_string();
    let safe = printable_lines(&plain);
    let printed = if safe == plain {
        error.print().and_then(|()| io::stdout().flush())
    } else {
        write!(io::stderr(), "{safe}")
    };
    match printed {
        // The help cannot be printed: a closed pipe is fine, any other error is told by the exit code.
        Err(failed) if !error.use_stderr() && failed.kind() != io::ErrorKind::BrokenPipe => {
            let failed = format!("cannot write to the standard output: {failed}");
            return crate::exit(Err(failed.into()));
        }
        _ => {}
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

fn ended(error: &BoxError) -> ExitCode {
    let Some(ended) = error.downcast_ref::<Ended>() else {
        return ExitCode::FAILURE;
    };
    if ended.why.is_some() {
        let line = ended.to_string();
        let _ = writeln!(io::stderr(), "error: {}", printable(&line));
    }
    ExitCode::from(ended.code)
}

fn is_broken_pipe(error: &BoxError) -> bool {
    let error = error.downcast_ref::<io::Error>();
    error.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

fn run(command: Command) -> Result<(), BoxError> {
    match command {
        Command::Send(args) => send::run(&args),
        Command::Upload(args) => upload::run(&args),
        Command::Download(args) => download::run(&args),
        Command::Recall(args) => recall::run(&args),
        Command::Sandbox(args) => sandbox::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Keygen(args) => keygen::run(&args),
        Command::Decrypt(args) => decrypt::run(&args),
        Command::Man { folder: None } => {
            let page = man::page(Cli::command())?;
            let mut out = io::stdout().lock();
            out.write_all(&page)?;
            Ok(out.flush()?)
        }
        Command::Man {
            folder: Some(folder),
        } => Ok(man::pages(Cli::command(), &folder)?),
        Command::Completions { shell } => {
            // It panics when it cannot write.
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "easy-wechat", &mut script);
            let mut out = io::stdout().lock();
            out.write_all(&script)?;
            Ok(out.flush()?)
        }
    }
}

const HELP: &str = "\
Examples:
  easy-wechat sandbox                    try it with no account
  easy-wechat init                       write a first config.ini
  easy-wechat check                      find what is wrong: keys, network
  easy-wechat send --to zhangsan hello   send a message, also from crontab
  easy-wechat check --help               find out why the console says 回调失败
  easy-wechat decrypt --help             read a captured callback

Exit codes:
  0 success                                     4 refused by the platform
  1 failed                                      5 platform unreachable
  2 invalid configuration, arguments or file    6 delivery status unknown
  3 cannot listen, or sent only in part
`easy-wechat COMMAND --help` says which of them a command has.";

const MAN_HELP: &str = "\
Examples:
  easy-wechat man | man -l -
  easy-wechat man ~/.local/share/man/man1   then: man easy-wechat-send

Exit codes: 0 written, 1 cannot write, 2 invalid arguments";

const COMPLETIONS_HELP: &str = "\
Examples:
  cd ~/.local/share/bash-completion/completions
  easy-wechat completions bash > easy-wechat
  easy-wechat completions zsh > ~/.zfunc/_easy-wechat
  easy-wechat completions fish > ~/.config/fish/completions/easy-wechat.fish

The folder must exist: mkdir -p makes it.

Exit codes: 0 printed, 1 cannot write, 2 invalid arguments";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_without_contradictions() {
        Cli::command().debug_assert();
    }

    /// Help is printed as it is written: a line that wraps loses its table. A CJK character is as wide as two.
    #[test]
    fn help_is_imperative_and_fits_into_80_columns() {
        let mut whole = Cli::command();
        whole.build();
        for command in whole.get_subcommands().chain([&whole]) {
            let name = command.get_name();
            let about = command.get_about().unwrap_or_default().to_string();
            let verb = about.split(' ').next().unwrap_or_default();
            assert!(!verb.ends_with('s'), "{name}: {about}");
            let after = command.get_after_help().map(ToString::to_string);
            for line in after.unwrap_or_default().lines() {
                let width: usize = line
                    .chars()
                    .map(|char| if char >= '\u{2e80}' { 2 } else { 1 })
                    .sum();
                assert!(width < 80, "{name}: {width} columns: {line}");
            }
            let own = name != "easy-wechat" && name != "help";
            let codes = command
                .get_after_help()
                .is_some_and(|it| it.to_string().contains("Exit codes:"));
            assert!(codes || !own, "{name} does not say its exit codes");
        }
    }

    #[test]
    fn an_option_that_the_message_has_no_room_for_is_refused() {
        for (taken, line) in [
            (false, "--title 领奖 hello"),
            (false, "--title 领奖 --image a.png"),
            (false, "--url https://example.com --video a.mp4"),
            (true, "--title 领奖 --video a.mp4"),
            (
                true,
                "--title 领奖 --url https://example.com --textcard hello",
            ),
            (true, "--title 领奖 --url https://example.com --news hello"),
        ] {
            let line = format!("easy-wechat send --to a {line}");
            let parsed = Cli::try_parse_from(line.split(' '));
            assert_eq!(parsed.is_ok(), taken, "{line}");
        }
    }
}
