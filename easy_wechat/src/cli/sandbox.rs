//! `easy-wechat sandbox`.

#[cfg(unix)]
mod program;
#[cfg(not(unix))]
#[path = "sandbox/elsewhere.rs"]
mod program;

mod beside;
mod callback_address;
mod home;

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;
use tokio::runtime::Runtime;

use super::outcome::usage;
use super::{browser, flood};
use crate::BoxError;
use crate::config::Config;
use crate::platform::Mode;
use crate::printable::printable;
use crate::sandbox::{FloodSettings, Sandbox, SandboxBuilder, SandboxError};
use crate::signals::Signals;

/// Run a local WeCom: send callbacks to your app, answer its API calls, and show both on a chat page.
///
/// Without --config and --app the keys are invented and printed as a section for config.ini.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(super) struct Args {
    /// The address of the page and the API
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8686")]
    listen: String,
    /// The callback address of your app
    #[arg(
        long,
        value_name = "URL",
        default_value = "http://127.0.0.1:6000/weixin"
    )]
    callback: String,
    /// Take the keys from this file [default: none; with --app config.ini where every program looks]
    #[arg(long, value_name = "FILE", conflicts_with = "command")]
    config: Option<PathBuf>,
    /// Take the keys from this section; with COMMAND: the section that it gets [default: demo]
    #[arg(long, value_name = "SECTION")]
    app: Option<String>,
    /// Play an Official Account (公众号) in this mode instead of WeCom
    #[arg(long, value_name = "MODE", conflicts_with = "config")]
    official_account: Option<AccountMode>,
    /// Open the page in a browser
    #[arg(long, conflicts_with = "flood")]
    open: bool,
    /// Allow an address that other machines can reach; there is no password
    #[arg(long, conflicts_with = "command")]
    expose: bool,
    /// Load test: send this many messages per second to your app, and print how they were answered
    #[arg(long, value_name = "RATE", conflicts_with = "command", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    flood: Option<u32>,
    /// With --flood: the number of members who write
    #[arg(long, value_name = "NUMBER", default_value_t = 10, requires = "flood", conflicts_with = "command", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    members: u32,
    /// With --flood: the duration
    #[arg(long, value_name = "SECONDS", default_value_t = 10, requires = "flood", conflicts_with = "command", value_parser = clap::value_parser!(u32).range(1..=86_400))]
    seconds: u32,
    /// With --flood: print the result as JSON
    #[arg(long, requires = "flood", conflicts_with = "command")]
    json: bool,
    /// Run this program beside the sandbox, with its configuration in `EASY_WECHAT_CONFIG`
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

impl Args {
    fn section(&self) -> &str {
        self.app.as_deref().unwrap_or("demo")
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum AccountMode {
    Plain,
    Compatible,
    Safe,
}

pub(super) fn run(args: &Args) -> Result<(), BoxError> {
    check(args)?;
    if !args.command.is_empty() {
        return beside::run(args);
    }
    let runtime = Runtime::new()?;
    let ran = runtime.block_on(async {
        let mut signals = Signals::new()?;
        let sandbox = builder(args)?.start().await?;
        let connected = sandbox.connect(&args.callback).await;
        if let Some(rate) = args.flood {
            connected?;
            let settings = FloodSettings::new(
                rate,
                args.members,
                Duration::from_secs(u64::from(args.seconds)),
            );
            return tokio::select! {
                ran = flood::run(&sandbox, settings, args.json) => ran,
                () = signals.next() => Ok(()),
            };
        }
        introduce(args, &sandbox, connected)?;
        open_page(args, &sandbox);
        signals.next().await;
        sandbox.stop().await;
        Ok(())
    });
    runtime.shutdown_background();
    ran
}

/// Checks what the parser cannot.
fn check(args: &Args) -> Result<(), BoxError> {
    let nothing_behind =
        args.command.is_empty() && std::env::args_os().next_back() == Some("--".into());
    if nothing_behind {
        return Err(usage(
            "missing command after --; for example: easy-wechat sandbox -- cargo run",
        ));
    }
    if args.command.is_empty() {
        if args.app.is_some() && args.official_account.is_some() {
            return Err(usage(
                "--app and --official-account cannot be used together without a command",
            ));
        }
        return Ok(());
    }
    let name = args.section();
    let valid = !name.trim().is_empty()
        && name != "system"
        && !name.contains(|char: char| char.is_control() || matches!(char, '[' | ']'));
    if !valid {
        return Err(usage(format!(
            "invalid section name {name:?}; use a word like demo"
        )));
    }
    Ok(())
}

fn open_page(args: &Args, sandbox: &Sandbox) {
    if args.open && browser::open(sandbox.url()).is_err() {
        let _ = writeln!(
            io::stderr(),
            "cannot open a browser: no program found for it; open the address yourself"
        );
    }
}

fn builder(args: &Args) -> Result<SandboxBuilder, BoxError> {
    let mut builder = Sandbox::builder().listen(&args.listen);
    if args.expose {
        builder = builder.expose();
    }
    if has_keys(args) {
        let config = args
            .config
            .as_ref()
            .map_or_else(Config::find, Config::load)?;
        builder = builder.app(config.app(args.section())?);
    } else if let Some(mode) = args.official_account {
        builder = builder.official_account(match mode {
            AccountMode::Plain => Mode::Plain,
            AccountMode::Compatible => Mode::Compatible,
            AccountMode::Safe => Mode::Safe,
        });
    }
    Ok(builder)
}

fn has_keys(args: &Args) -> bool {
    args.command.is_empty() && (args.config.is_some() || args.app.is_some())
}

/// What to do next: paste, start, open.
fn introduce(
    args: &Args,
    sandbox: &Sandbox,
    connected: Result<(), SandboxError>,
) -> Result<(), BoxError> {
    let mut out = io::stdout().lock();
    if !has_keys(args) {
        writeln!(out, "# For the config.ini of your app:\n{}", sandbox.ini())?;
        if args.official_account.is_none() {
            let webhook = sandbox.webhook_url();
            writeln!(out, "# A group robot:\n[robot]\nwebhook = {webhook}\n")?;
        }
    }
    match connected {
        Ok(()) => writeln!(out, "{} answers.", printable(&args.callback))?,
        Err(SandboxError::NotVerified { words, .. }) => {
            writeln!(
                out,
                "{} does not answer as it should yet: {}",
                printable(&args.callback),
                // They may repeat what answered there.
                printable(&words.to_string())
            )?;
        }
        Err(error) => return Err(error.into()),
    }
    if args.expose {
        writeln!(
            io::stderr(),
            "warning: anybody who can reach {} sees all messages and keys",
            sandbox.addr()
        )?;
    }
    writeln!(
        out,
        "The sandbox is at {} - press Ctrl-C to stop it.",
        sandbox.url()
    )?;
    out.flush()?;
    Ok(())
}

const HELP: &str = "\
Examples:
  easy-wechat sandbox -- cargo run                     your program, no account
  easy-wechat sandbox --callback http://127.0.0.1:8080/weixin -- python3 bot.py
  easy-wechat sandbox --open                           the page alone
  easy-wechat sandbox --config config.ini --app demo   with your app's own keys
  easy-wechat sandbox --official-account safe          an Official Account
  easy-wechat sandbox --config config.ini --flood 200 --members 50 --seconds 30

COMMAND gets a config.ini with invented keys, named by EASY_WECHAT_CONFIG. It
must listen at --callback, and stops together with the sandbox. The apps have a
sandbox built in: cargo run -p echo -- --sandbox

Exit codes: 0 stopped by Ctrl-C, SIGTERM or SIGHUP, 1 failed,
2 invalid configuration or arguments, 3 cannot listen; with COMMAND its own,
126 or 127 if it cannot be run or found, 128 + n if signal n stopped it";
