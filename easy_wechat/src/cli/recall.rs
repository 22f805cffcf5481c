//! `easy-wechat recall`.

use std::io::{self, Write as _};

use serde_json::json;

use super::app::AppArgs;
use super::outcome::{as_json, print};
use crate::BoxError;
use crate::error_line::one_line;
use crate::ids::MsgId;
use crate::printable::printable;

/// Recall messages within 24 hours, by the ids that `easy-wechat send` printed.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(super) struct Args {
    /// The message ids
    #[arg(value_name = "MSGID", required = true)]
    msgids: Vec<String>,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    app: AppArgs,
}

pub(super) fn run(args: &Args) -> Result<(), BoxError> {
    let app = args.app.open()?;
    let several = args.msgids.len() > 1;
    let mut first = None;
    for msgid in &args.msgids {
        let recalled = app.block_on(app.client.recall(&MsgId::from(msgid.as_str())));
        match recalled {
            Ok(()) if args.json => print(&format!("{}\n", json!({"recalled": msgid}))),
            Ok(()) if !app.quiet => print(&format!("recalled {msgid}\n")),
            Ok(()) => {}
            Err(error) => {
                if args.json {
                    let mut told = as_json(&error);
                    if let Some(told) = told.as_object_mut() {
                        told.insert("msgid".to_owned(), json!(msgid));
                    }
                    print(&format!("{told}\n"));
                } else if several {
                    let line = format!("not recalled {msgid}: {}", one_line(&error));
                    let _ = writeln!(io::stderr(), "{}", printable(&line));
                }
                first.get_or_insert(error);
            }
        }
    }
    app.end();
    Ok(first.map_or(Ok(()), Err)?)
}

const HELP: &str = "\
Examples:
  easy-wechat recall -- vcT8gGc-7dFb4bxT35ON
  easy-wechat send --to zhangsan oops | xargs easy-wechat recall --

The message disappears from WeCom. In the WeChat plug-in (微信插件) it stays.

Exit codes: 0 recalled, 1 failed, 2 invalid configuration or arguments,
4 refused by the platform, 5 platform unreachable";
