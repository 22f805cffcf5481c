//! `easy-wechat sandbox`.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;
use tokio::runtime::Runtime;

use super::{browser, flood};
use crate::BoxError;
use crate::config::Config;
use crate::platform::Mode;
use crate::sandbox::{FloodSettings, Sandbox, SandboxBuilder, SandboxError};
use crate::signals::Signals;

/// A WeCom of your own: calls your app as the platform does, answers its calls, and shows both on a chat page.
///
/// The keys are made up and printed as a section of config.ini, unless --config or --app names one that has them.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(super) struct Args {
    /// Where the page and the API are
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8686")]
    listen: String,
    /// The address of your app, which is called back
    #[arg(
        long,
        value_name = "URL",
        default_value = "http://127.0.0.1:6000/weixin"
    )]
    callback: String,
    /// Takes the keys from this file [default: with --app as every program finds its config.ini]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Takes the keys from this section [default: with --config `demo`]
    #[arg(long, value_name = "SECTION")]
    app: Option<String>,
    /// Plays an Official Account (公众号) in this mode, in place of WeCom
    #[arg(long, value_name = "MODE", conflicts_with_all = ["config", "app"])]
    official_account: Option<AccountMode>,
    /// Opens the page in a browser
    #[arg(long, conflicts_with = "flood")]
    open: bool,
    /// Allows an address that other machines reach: they see all, and there is no password
    #[arg(long)]
    expose: bool,
    /// Sends this many messages a second to your app in place of showing a page, and prints how they were answered
    #[arg(long, value_name = "RATE", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    flood: Option<u32>,
    /// From how many members
    #[arg(long, value_name = "M", default_value_t = 10, requires = "flood", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    members: u32,
    /// For how many seconds
    #[arg(long, value_name = "S", default_value_t = 10, requires = "flood", value_parser = clap::value_parser!(u32).range(1..=86_400))]
    seconds: u32,
    /// Prints the result of --flood as JSON
    #[arg(long, requires = "flood")]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum AccountMode {
    Plain,
    Compatible,
    Safe,
}

pub(super) fn run(args: &Args) -> Result<(), BoxError> {
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
        if args.open && browser::open(sandbox.url()).is_err() {
            writeln!(
                io::stderr(),
                "there is no program to open a browser with; open the address yourself"
            )?;
        }
        signals.next().await;
        sandbox.stop().await;
        Ok(())
    });
    runtime.shutdown_background();
    ran
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
        let section = args.app.as_deref().unwrap_or("demo");
        builder = builder.app(config.app(section)?);
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
    args.config.is_some() || args.app.is_some()
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
        Ok(()) => writeln!(out, "{} answers.", args.callback)?,
        Err(SandboxError::NotVerified { words, .. }) => {
            writeln!(
                out,
                "{} does not answer as it should yet: {words}",
                args.callback
            )?;
        }
        Err(error) => return Err(error.into()),
    }
    if args.expose {
        writeln!(
            io::stderr(),
            "warning: whoever reaches {} sees all messages and keys",
            sandbox.addr()
        )?;
    }
    writeln!(out, "The sandbox is at {} - Ctrl-C ends it.", sandbox.url())?;
    out.flush()?;
    Ok(())
}

const HELP: &str = "\
Examples:
  easy-wechat sandbox --open                            keys made up, page opened
  easy-wechat sandbox --config config.ini --app demo    the keys that your app has already
  easy-wechat sandbox --callback http://127.0.0.1:8080/weixin
  easy-wechat sandbox --official-account safe           an Official Account (公众号)
  easy-wechat sandbox --config config.ini --flood 200 --members 50 --seconds 30

An app made with easy_wechat has it built in: cargo run -p echo -- --sandbox

Exit codes: 0 ended as it was told to, 1 failed, 2 wrong configuration or arguments, 3 cannot listen";
