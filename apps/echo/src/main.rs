//! The echo app: sends each message back. The example to copy.

#[path = "../../arguments.rs"]
mod arguments;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use easy_wechat::{BoxError, Config, Message, MessageKind, Reply, WeChatServer};

/// Send every message back: text, image, voice, video.
///
/// Serves a WeCom app or an Official Account, as the section of config.ini says.
#[derive(Parser)]
#[command(version, after_help = HELP)]
struct Args {
    /// The configuration file, also set by `EASY_WECHAT_CONFIG` [default: ./config.ini, beside this program, in `~/.config/easy_wechat` or `/etc/easy_wechat`]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The section of config.ini
    #[arg(long, value_name = "SECTION", default_value = "demo")]
    app: String,
    /// The address to listen on [default: `listen` of config.ini, or 0.0.0.0:6000]
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// Run with a built-in sandbox, without account and configuration; ADDRESS:PORT is its page [default: 127.0.0.1:8686]
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
  echo --sandbox                             try it: http://127.0.0.1:8686
  echo --sandbox 127.0.0.1:8700              the same at another address
  echo                                       serve section [demo] of config.ini
  echo --config config_test.ini --app test   serve the public test account
  echo --listen 127.0.0.1:8080               listen behind nginx

Exit codes: 0 stopped by Ctrl-C, SIGTERM or SIGHUP, 1 failed,
2 invalid configuration or arguments, 3 cannot listen";

fn main() -> ExitCode {
    match arguments::arguments() {
        Ok(args) => easy_wechat::exit(run(&args)),
        Err(code) => code,
    }
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
