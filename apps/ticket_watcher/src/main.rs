//! The ticket watcher: watches 12306, and tells in the chat when there are tickets. Watch only: no login, no ordering.

#[path = "../../arguments.rs"]
mod arguments;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use easy_wechat::{BoxError, Clock, Config, WeChatServer};
use ticket_watcher::cli::{self, Task};
use ticket_watcher::serve;

/// Watch 12306 for tickets and report them in the chat. Watch only: no login, no orders.
#[derive(Parser)]
#[command(version, after_help = HELP)]
struct Args {
    #[command(subcommand)]
    task: Option<Task>,
    /// The configuration file, also set by `EASY_WECHAT_CONFIG` [default: ./config.ini, beside this program, in `~/.config/easy_wechat` or `/etc/easy_wechat`]
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// The address of 12306 [default: `base_url` of config.ini, or the real one]
    #[arg(long, value_name = "URL", global = true, value_parser = cli::base_url)]
    base_url: Option<String>,
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
  ticket_watcher --sandbox               try it: http://127.0.0.1:8686
  ticket_watcher                         serve section [demo] of config.ini
  ticket_watcher query 北京 上海 明天    ask once and print a table
  ticket_watcher stations shhq           find a station

In the chat: 监控 北京 上海 明天 G1,G3 二等座, 列表, 删除 1, 暂停 1, 继续 1,
查询 北京 上海 明天, 帮助

Exit codes: 0 stopped by Ctrl-C, SIGTERM or SIGHUP, 1 failed,
2 invalid configuration or arguments, 3 cannot listen;
`query` and `stations` also 4: none found";

fn main() -> ExitCode {
    let args = match arguments::arguments::<Args>() {
        Ok(args) => args,
        Err(code) => return code,
    };
    let Some(task) = &args.task else {
        return easy_wechat::exit(run(&args));
    };
    let settings = match cli::settings(args.config.as_deref(), args.base_url.as_deref()) {
        Ok(settings) => settings,
        Err(error) => return easy_wechat::exit(Err(error.into())),
    };
    match cli::run(task, settings) {
        Ok(code) => code,
        Err(error) => easy_wechat::exit(Err(error)),
    }
}

fn run(args: &Args) -> Result<(), BoxError> {
    let server = |config: &Config| {
        serve::server(config, &args.app, args.base_url.as_deref(), Clock::system())
    };
    if let Some(addr) = &args.sandbox {
        return easy_wechat::run_in_sandbox(addr, &args.app, server);
    }
    let config = args
        .config
        .as_ref()
        .map_or_else(Config::find, Config::load)?;
    // Before the server is made, which warns of keys that are misspelt.
    let _log = easy_wechat::log::init(&config.system()?.log, Clock::system())?;
    let server: WeChatServer = server(&config)?;
    let listen = args.listen.as_deref().unwrap_or(server.listen()).to_owned();
    Ok(server.run(listen)?)
}
