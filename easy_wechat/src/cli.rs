//! The command `easy-wechat`: what it understands, and how it ends.

mod browser;
mod flood;
mod sandbox;

use std::io;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};
use clap_complete::Shell;

use crate::BoxError;

/// WeCom (企业微信) and WeChat Official Accounts (公众号) on the command line.
#[derive(Debug, Parser)]
#[command(name = "easy-wechat", version, after_help = HELP, subcommand_required = true, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Sandbox(sandbox::Args),
    /// Prints the completions for a shell.
    #[command(after_help = COMPLETIONS_HELP)]
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// Does what the command line says. An error is printed with the way out; the exit codes are those of [`crate::exit()`].
pub fn main() -> ExitCode {
    crate::exit(run(Cli::parse().command))
}

fn run(command: Command) -> Result<(), BoxError> {
    match command {
        Command::Sandbox(args) => sandbox::run(&args),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "easy-wechat", &mut io::stdout());
            Ok(())
        }
    }
}

const HELP: &str = "\
Examples:
  easy-wechat sandbox                    a WeCom of your own at http://127.0.0.1:8686
  easy-wechat sandbox --help             how to connect your app to it

Exit codes: 0 ended as it was told to, 1 failed, 2 wrong configuration or arguments, 3 cannot listen";

const COMPLETIONS_HELP: &str = "\
Examples:
  easy-wechat completions bash > ~/.local/share/bash-completion/completions/easy-wechat
  easy-wechat completions zsh > ~/.zfunc/_easy-wechat
  easy-wechat completions fish > ~/.config/fish/completions/easy-wechat.fish";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_without_contradictions() {
        Cli::command().debug_assert();
    }
}
