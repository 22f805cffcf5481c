//! `easy-wechat upload`.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde_json::json;

use super::app::AppArgs;
use super::outcome::{as_json, print};
use super::progress;
use crate::BoxError;
use crate::client::{ClientError, Upload};
use crate::outgoing::MediaType;

/// Uploads a file and prints its media id, which is good for 3 days.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(super) struct Args {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What it is to be sent as [default: what its content looks like]
    #[arg(long, value_name = "TYPE")]
    r#type: Option<Kind>,
    /// The name that the receiver sees [default: the file's own]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// A picture for articles and markdown: prints its address, which stays good
    #[arg(long, conflicts_with = "type")]
    permanent: bool,
    /// Prints the result as JSON
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
    let app = args.app.open()?;
    let bar = progress::bar(app.shows_progress(), "uploading");
    let mut upload = Upload::file(&args.file).on_progress(progress::follow(&bar));
    if let Some(name) = &args.name {
        upload = upload.named(name);
    }
    let done = app.block_on(async {
        if args.permanent {
            return app.client.upload_image(upload).await.map(Done::Url);
        }
        let kind = match args.r#type {
            Some(kind) => kind.media_type(),
            None => guess(&args.file)?,
        };
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

fn guess(path: &Path) -> Result<MediaType, ClientError> {
    let mut head = Vec::new();
    fs::metadata(path)
        .and_then(|found| {
            if found.is_file() {
                return File::open(path)?.take(16).read_to_end(&mut head);
            }
            // To open a pipe waits for whoever writes into it. The upload says that it takes none.
            Ok(0)
        })
        .map_err(|source| ClientError::File {
            path: path.to_owned(),
            what: "read",
            source,
        })?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Ok(MediaType::guess(&name, &head))
}

const HELP: &str = "\
Examples:
  easy-wechat upload report.pdf
  easy-wechat upload --type file --name 周报.png chart.png

To send a file: easy-wechat send --to zhangsan --file report.pdf

Exit codes: 0 uploaded, 1 failed, 2 wrong configuration, arguments or file,
4 refused by the platform, 5 the platform cannot be reached";
