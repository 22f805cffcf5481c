//! The echo app: what one writes comes back. The example to copy.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use easy_wechat::{BoxError, Config, Message, MessageKind, Reply, WeChatServer};

/// Sends back what one writes: text, picture, recording, film.
///
/// It is the callback of a WeCom app or of an Official Account, whatever the section in config.ini says.
#[derive(Parser)]
#[command(version, after_help = HELP)]
struct Args {
    /// The configuration file; `EASY_WECHAT_CONFIG` says the same [default: ./config.ini, beside this program, in `~/.config/easy_wechat` or `/etc/easy_wechat`]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The section of config.ini
    #[arg(long, value_name = "SECTION", default_value = "demo")]
    app: String,
    /// Where to listen [default: `listen` of config.ini, or 0.0.0.0:6000]
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// Runs beside a WeCom of your own, with no account and no configuration; its chat page is at this address [default: 127.0.0.1:8686]
    #[arg(
        long,
        value_name = "ADDRESS:PORT",
        num_args = 0..=1,
        default_missing_value = "127.0.0.1:8686",
        conflicts_with_all = ["config", "listen"]
    )]
    sandbox: Option<String>,
}

const HELP: &str = "\
Examples:
  echo --sandbox                                 try it with no account: http://127.0.0.1:8686
  echo                                           section [demo] of ./config.ini
  echo --config config_test.ini --app test       the public test account
  echo --listen 127.0.0.1:8080                   behind nginx

Exit codes: 0 stopped by Ctrl-C, SIGTERM or SIGHUP, 1 failed, 2 wrong configuration or arguments, 3 cannot listen";

fn main() -> ExitCode {
    easy_wechat::exit(run(&Args::parse()))
}

fn run(args: &Args) -> Result<(), BoxError> {
    let server = |config: &Config| server(config, &args.app);
    if let Some(addr) = &args.sandbox {
        return easy_wechat::run_in_sandbox(addr, &args.app, server);
    }
    let config = args
        .config
        .as_ref()
        .map_or_else(Config::find, Config::load)?;
    let server = server(&config)?;
    let listen = args.listen.as_deref().unwrap_or(server.listen()).to_owned();
    Ok(server.run(listen)?)
}

fn server(config: &Config, app: &str) -> Result<WeChatServer, BoxError> {
    Ok(WeChatServer::from_config(config, app)?
        .register_event("subscribe", async |_| "你好! 发什么, 我就回什么。")?
        .register_fallback(async |message| echo(message))?)
}

fn echo(message: Message) -> Reply {
    match message.kind {
        MessageKind::Location {
            latitude,
            longitude,
            label,
            ..
        } => Reply::text(format!("你在 {label} (北纬 {latitude}, 东经 {longitude})")),
        MessageKind::Link { title, url, .. } => Reply::text(format!("{title}\n{url}")),
        _ => Reply::echo(message),
    }
}
