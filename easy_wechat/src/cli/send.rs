//! `easy-wechat send`.

mod content;
mod own_words;
mod receipt;

use std::path::PathBuf;
use std::time::Duration;

use clap::ArgGroup;

pub(super) use receipt::to_json;

use super::app::AppArgs;
use super::outcome::usage;
use crate::BoxError;
use crate::outgoing::{Safe, SendOptions};
use crate::recipient::Recipient;

/// Send a message: text, markdown, an image, a video, a file, a card, news, or any other as JSON.
///
/// Put text from a variable after `--`, or into --text="$text": a text that begins with a minus may otherwise be read as
/// an option.
#[derive(Debug, clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
#[command(
    after_help = HELP,
    group = ArgGroup::new("kind").args(["markdown", "image", "voice", "video", "file", "textcard", "news", "json"]),
    group = ArgGroup::new("titled").args(["video", "textcard", "news"]),
    group = ArgGroup::new("linked").args(["textcard", "news"]),
    group = ArgGroup::new("without_text").args(["image", "voice", "video", "file", "json"]),
    group = ArgGroup::new("of_a_file").args(["image", "voice", "video", "file"]),
)]
pub(super) struct Args {
    /// The text; `-`, or none, reads the standard input
    #[arg(value_name = "TEXT", conflicts_with = "without_text")]
    text: Option<String>,
    /// Members (userid), separated by `|`, commas or spaces; on an Official Account one openid
    #[arg(long, value_name = "USERS")]
    to: Vec<String>,
    /// Departments, by number
    #[arg(long, value_name = "NUMBERS")]
    party: Vec<String>,
    /// Tags, by number
    #[arg(long, value_name = "NUMBERS")]
    tag: Vec<String>,
    /// Everyone in the app's visible range
    #[arg(long, conflicts_with_all = ["to", "party", "tag"])]
    all: bool,

    /// Send to a group by the robot whose webhook is in this section
    #[arg(long, value_name = "SECTION", conflicts_with_all = ["to", "party", "tag", "all", "app", "safe", "once_within"])]
    robot: Option<String>,

    /// The text, whatever it begins with
    #[arg(id = "text_as_option", long = "text", value_name = "TEXT", help_heading = CONTENT,
        conflicts_with_all = ["text", "without_text"])]
    text_as_option: Option<String>,
    /// Send the text as markdown
    #[arg(long, help_heading = CONTENT)]
    markdown: bool,
    /// An image: JPG or PNG, 10 MB; for a robot 2 MB
    #[arg(long, value_name = "FILE", help_heading = CONTENT)]
    image: Option<PathBuf>,
    /// A voice message: AMR, 2 MB, 60 seconds
    #[arg(long, value_name = "FILE", help_heading = CONTENT)]
    voice: Option<PathBuf>,
    /// A video: MP4, 10 MB; may have --title and --description
    #[arg(long, value_name = "FILE", help_heading = CONTENT)]
    video: Option<PathBuf>,
    /// Any file: 20 MB; `-` reads the standard input, with --name
    #[arg(long, value_name = "FILE", help_heading = CONTENT)]
    file: Option<PathBuf>,
    /// A card of the text, with --title and --url
    #[arg(long, help_heading = CONTENT, requires_all = ["title", "url"])]
    textcard: bool,
    /// An article, with --title, --url, and --picture; the text is its description
    #[arg(long, help_heading = CONTENT, requires_all = ["title", "url"])]
    news: bool,
    /// Any message, as documented by the platform: {"msgtype": "text", "text": {…}}; `-` reads the standard input
    #[arg(long, value_name = "FILE", help_heading = CONTENT)]
    json: Option<PathBuf>,

    /// The file name that the receiver sees [default: its own]
    #[arg(long, value_name = "NAME", requires = "of_a_file", help_heading = OF_CONTENT)]
    name: Option<String>,
    /// The title of a video, card or article
    #[arg(long, value_name = "TITLE", requires = "titled", help_heading = OF_CONTENT)]
    title: Option<String>,
    /// The description of a video
    #[arg(long, value_name = "TEXT", requires = "video", help_heading = OF_CONTENT)]
    description: Option<String>,
    /// Where a card or article leads
    #[arg(long, value_name = "URL", requires = "linked", help_heading = OF_CONTENT)]
    url: Option<String>,
    /// The address of an article's picture
    #[arg(long, value_name = "URL", requires = "news", help_heading = OF_CONTENT)]
    picture: Option<String>,
    /// The button of a card [default: 详情]
    #[arg(long, value_name = "TEXT", requires = "textcard", help_heading = OF_CONTENT)]
    button: Option<String>,

    /// Forbid forwarding, and show a watermark
    #[arg(long, help_heading = DELIVERY)]
    safe: bool,
    /// Deliver the same message only once within this many seconds; retry also when the response was lost
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=14_400), help_heading = DELIVERY)]
    once_within: Option<u32>,
    /// Split markdown that exceeds the limit of the platform
    #[arg(long, requires = "markdown", help_heading = DELIVERY)]
    split: bool,
    /// Print the result as JSON
    #[arg(long, help_heading = DELIVERY)]
    json_result: bool,
    #[command(flatten)]
    app: AppArgs,
}

const CONTENT: &str = "Content";
const OF_CONTENT: &str = "Content options";
const DELIVERY: &str = "Delivery options";

pub(super) fn run(args: &Args) -> Result<(), BoxError> {
    if let Some(section) = &args.robot {
        return speak(args, section);
    }
    let to = recipient(args)?;
    let content = content::read(args)?;
    let app = args.app.open()?;
    let sent = app.block_on(async {
        let options = options(args);
        let what = content.into_outgoing(&app, &to, &options).await?;
        app.client.send_with(to, &what, &options).await
    });
    let quiet = app.quiet;
    app.end();
    receipt::show(sent, args.json_result, quiet)
}

/// Says it in the robot's group.
fn speak(args: &Args, section: &str) -> Result<(), BoxError> {
    let content = content::read(args)?;
    let app = args.app.open_robot(section)?;
    let said = app.block_on(async {
        let what = content.into_outgoing_of_robot(&app).await?;
        app.client.send_and_tell(&what, &options(args)).await
    });
    let quiet = app.quiet;
    app.end();
    receipt::show(said, args.json_result, quiet)
}

fn recipient(args: &Args) -> Result<Recipient, BoxError> {
    if args.all {
        return Ok(Recipient::Everyone);
    }
    let to = Recipient::from(args.to.join("|"));
    if to == Recipient::Everyone && args.to.len() > 1 {
        return Err(usage(
            "--to names @all beside others; for everyone use --all",
        ));
    }
    let to = to
        .and_parties(args.party.iter().flat_map(|list| Recipient::names(list)))
        .and_tags(args.tag.iter().flat_map(|list| Recipient::names(list)));
    if to.is_empty() {
        return Err(usage(
            "missing receiver: add --to, --party, --tag, --all or --robot",
        ));
    }
    Ok(to)
}

fn options(args: &Args) -> SendOptions {
    let once = args
        .once_within
        .map(|seconds| Duration::from_secs(u64::from(seconds)));
    let options = SendOptions::default()
        .duplicate_check(once)
        .split_markdown(args.split);
    if args.safe {
        options.safe(Safe::Confidential)
    } else {
        options
    }
}

const HELP: &str = "\
Examples:
  easy-wechat send --to zhangsan 'the backup is done'
  easy-wechat send --to zhangsan -- \"$text\"   also if it begins with a minus
  df -h | easy-wechat send --to zhangsan,lisi
  pg_dump db | easy-wechat send --to zhangsan --file - --name db.sql
  easy-wechat send --all --markdown '**down**: <font color=\"warning\">db</font>'
  easy-wechat send --party 2 --image chart.png
  easy-wechat send --to zhangsan --textcard --title 领奖通知 \\
      --url https://example.com '请于 10 月 10 日前领取'
  easy-wechat send --to zhangsan --json card.json --once-within 1800
  easy-wechat send --robot alerts -- 'in the group, by a robot'

In a crontab, with whole paths:
  30 7 * * *  /usr/local/bin/easy-wechat send --quiet \\
                  --config /etc/easy_wechat/config.ini --all -- 早安
  (cron wants it in one line)

The id of the message is printed, for `easy-wechat recall`. The access token is
kept between runs, in `state_path`.

Exit codes:
  0 sent                        4 refused by the platform
  1 failed                      5 platform unreachable; with --once-within
  2 invalid configuration or      also: every response was lost
    arguments; nothing sent     6 delivery status unknown: the response was
  3 sent, but not to all or       lost; not retried, to avoid a duplicate
    not all of it";
