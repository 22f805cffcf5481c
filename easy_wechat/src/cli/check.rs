//! `easy-wechat check`: what is wrong, and how to fix it.

mod account;
mod callback;
mod line;
mod listen;

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::time::Duration;

use clap::ArgGroup;
use serde_json::Value;
use tokio::runtime::Runtime;

use super::keys;
use crate::BoxError;
use crate::diagnosis::Verdict;
use line::Line;

/// Find what is wrong with the configuration, the account and the network, or why the console says 回调失败.
///
/// Without --listen and --callback: check the keys, connect to the platform, compare the clocks, fetch a token and ask for
/// the app. No message is sent.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP, group = ArgGroup::new("what").args(["listen", "callback"]))]
pub(super) struct Args {
    /// Listen in place of your server, answer the console's 保存, and report what is wrong with each request
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// Verify this callback address, as the console's 保存 does
    #[arg(long, value_name = "URL")]
    callback: Option<String>,
    /// The configuration file, also set by `EASY_WECHAT_CONFIG` [default: ./config.ini, beside this program, in `~/.config/easy_wechat` or `/etc/easy_wechat`]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The section of the app [default: `demo`, or the only one]
    #[arg(long, value_name = "SECTION")]
    app: Option<String>,
    /// With --listen: stop after this many seconds [default: run until Ctrl-C]
    #[arg(long, value_name = "SECONDS", requires = "listen", conflicts_with = "callback",
        value_parser = clap::value_parser!(u32).range(1..=86_400))]
    wait: Option<u32>,
    /// Print the result as JSON
    #[arg(long, conflicts_with = "listen")]
    json: bool,
    /// With --listen: stop after the first valid request
    #[arg(long, requires = "listen", conflicts_with = "callback")]
    once: bool,
}

pub(super) fn run(args: &Args) -> Result<(), BoxError> {
    let (app, others) = keys::choose(args.config.as_deref(), args.app.as_deref())?;
    let runtime = Runtime::new()?;
    let mut wrong = false;
    let ran = runtime.block_on(async {
        if let Some(addr) = &args.listen {
            let until = listen::Until {
                wait: args
                    .wait
                    .map(|seconds| Duration::from_secs(u64::from(seconds))),
                once: args.once,
            };
            return listen::run(addr, &app, others, until).await;
        }
        let mut seen = Vec::new();
        let mut broken = Ok(());
        let mut say = |line: Line| {
            if args.json {
                seen.push(line.to_json());
            } else if broken.is_ok() {
                broken = line.print(&mut io::stdout());
            }
            wrong |= line.verdict == Verdict::Wrong;
        };
        if let Some(url) = &args.callback {
            for finding in callback::findings(&app, url).await? {
                say(finding.into());
            }
        } else {
            account::examine(&app, say).await;
        }
        broken?;
        if args.json {
            writeln!(io::stdout(), "{}", Value::from(seen))?;
        }
        match (wrong, &args.callback) {
            (false, _) => Ok(()),
            (true, Some(url)) => {
                Err(format!("[{}] the console could not save {url}", app.name).into())
            }
            (true, None) => Err(format!("[{}] something is wrong; see above", app.name).into()),
        }
    });
    runtime.shutdown_background();
    ran
}

const HELP: &str = "\
Examples:
  easy-wechat check --app demo
      check everything that can be checked without sending a message
  easy-wechat check --listen 0.0.0.0:6000 --app demo
      stop your server, run this in its place, press 保存 in the console
  easy-wechat check --listen 0.0.0.0:6000 --once --wait 300
      stop when the address is verified, after 5 minutes at the latest
  easy-wechat check --callback http://127.0.0.1:6000/weixin --app demo
      call your server, as the console does

✓ good   ✗ wrong, with the fix   ! works, but is unusual   ? unknown
Tokens, keys and secrets are never printed.

Exit codes: 0 all good, or verified, 1 something is wrong, not verified, or no
request came, 2 invalid configuration or arguments, 3 cannot listen";
