//! `easy-wechat upload`.

use std::path::PathBuf;

use clap::ValueEnum;
use serde_json::json;

use super::app::AppArgs;
use super::outcome::{as_json, print};
use super::progress;
use super::source::Source;
use crate::BoxError;
use crate::outgoing::MediaType;

/// Upload a file and print its media id, valid for 3 days.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(super) struct Args {
    /// The file; `-` reads the standard input, with --name
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What to send it as [default: by its content]
    #[arg(long, value_name = "TYPE")]
    r#type: Option<Kind>,
    /// The file name that the receiver sees [default: its own]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Upload an image for articles and markdown, and print its permanent URL
    #[arg(long, conflicts_with = "type")]
    permanent: bool,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    app: AppArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    Image,
    Voice,
    Video,
    File,
    Thumb,
}

pub(super) fn run(args: &Args) -> Result<(), BoxError> {
    let asked = args.r#type.map(Kind::media_type);
    let file = Source::open(&args.file, args.name.as_deref(), asked)?;
    let kind = match asked {
        Some(kind) => kind,
        None if args.permanent => MediaType::Image,
        None => MediaType::guess(file.name(), &file.head()?),
    };
    let app = args.app.open()?;
    let bar = progress::bar(app.shows_progress(), "uploading");
    let upload = file.upload().on_progress(progress::follow(&bar));
    let done = app.block_on(async {
        if args.permanent {
            return app.client.upload_image(upload).await.map(Done::Url);
        }
        let uploaded = app.client.upload_media(kind, upload).await?;
        Ok(Done::Media(kind, uploaded.media_id.0))
    });
    bar.finish_and_clear();
    app.end();
    match &done {
        Ok(Done::Url(url)) if args.json => print(&format!("{}\n", json!({"url": url}))),
        Ok(Done::Media(kind, id)) if args.json => {
            print(&format!(
                "{}\n",
                json!({"type": kind.as_str(), "media_id": id})
            ));
        }
        // It is the very purpose, so that it is printed also by --quiet.
        Ok(Done::Url(text) | Done::Media(_, text)) => print(&format!("{text}\n")),
        Err(error) if args.json => print(&format!("{}\n", as_json(error))),
        Err(_) => {}
    }
    Ok(done.map(|_| ())?)
}

enum Done {
    Url(String),
    Media(MediaType, String),
}

impl Kind {
    fn media_type(self) -> MediaType {
        match self {
            Self::Image => MediaType::Image,
            Self::Voice => MediaType::Voice,
            Self::Video => MediaType::Video,
            Self::File => MediaType::File,
            Self::Thumb => MediaType::Thumb,
        }
    }
}

const HELP: &str = "\
Examples:
  easy-wechat upload report.pdf
  easy-wechat upload --type file --name 周报.png chart.png
  pg_dump db | easy-wechat upload --name db.sql -

To send a file: easy-wechat send --to zhangsan --file report.pdf

Exit codes: 0 uploaded, 1 failed, 2 invalid configuration, arguments or
file, 4 refused by the platform, 5 platform unreachable";
