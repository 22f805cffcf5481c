//! `easy-wechat check`: what is wrong, and what mends it.

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

/// Says what is wrong with the configuration, the account and the net, or why the console says 回调失败.
///
/// Without --listen and --callback it looks at the keys, reaches for the platform, compares the clocks, fetches a token and
/// asks for the app. Nothing is sent to anybody.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP, group = ArgGroup::new("what").args(["listen", "callback"]))]
pub(super) struct Args {
    /// Stands where your server will be, answers the console's 保存, and says of each request what is wrong with it
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// Verifies this callback address of yours, as the console's 保存 does
    #[arg(long, value_name = "URL")]
    callback: Option<String>,
    /// Takes the keys from this file [default: as every program finds its config.ini]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The section of the app [default: `demo`, or the only one]
    #[arg(long, value_name = "SECTION")]
    app: Option<String>,
    /// With --listen: ends after this many seconds
    #[arg(long, value_name = "SECONDS", requires = "listen", conflicts_with = "callback",
        value_parser = clap::value_parser!(u32).range(1..=86_400))]
    wait: Option<u32>,
    /// Prints the result as JSON
    #[arg(long, conflicts_with = "listen")]
    json: bool,
    /// With --listen: ends after the first request that is right
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
      everything that can be seen from here, without sending anything
  easy-wechat check --listen 0.0.0.0:6000 --app demo
      stop your server, run this in its place, press 保存 in the console
  easy-wechat check --listen 0.0.0.0:6000 --once --wait 300
      ends when the address is verified, after 5 minutes at the latest
  easy-wechat check --callback http://127.0.0.1:6000/weixin --app demo
      calls your server, as the console does

✓ right   ✗ wrong, with what mends it   ! works here, but is odd   ? not known
No token, no key and no secret is ever printed.

Exit codes: 0 all is well, or verified, 1 something is wrong, not verified, or nothing came,
2 wrong configuration or arguments, 3 cannot listen";
