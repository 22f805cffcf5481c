//! `easy-wechat download`.

use std::path::PathBuf;

use serde_json::json;

use super::app::AppArgs;
use super::outcome::{as_json, print};
use super::progress;
use crate::BoxError;
use crate::client::Download;
use crate::ids::MediaId;

/// Download an uploaded or received file by its media id. An interrupted download is resumed.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(super) struct Args {
    /// The media id
    #[arg(value_name = "MEDIA_ID")]
    media_id: String,
    /// A file, which is replaced, or a folder, in which no file is replaced
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    app: AppArgs,
}

pub(super) fn run(args: &Args) -> Result<(), BoxError> {
    let app = args.app.open()?;
    let bar = progress::bar(app.shows_progress(), "downloading");
    let download = Download::to(&args.path).on_progress(progress::follow(&bar));
    let media_id = MediaId::from(args.media_id.as_str());
    let done = app.block_on(app.client.download_media(&media_id, download));
    bar.finish_and_clear();
    let quiet = app.quiet;
    app.end();
    match &done {
        Ok(done) if args.json => {
            let path = done.path.display().to_string();
            let json = json!({
                "path": path,
                "bytes": done.size,
                "file_name": done.file_name,
                "content_type": done.content_type,
            });
            print(&format!("{json}\n"));
        }
        Ok(done) if !quiet => print(&format!("{}\n", done.path.display())),
        Err(error) if args.json => print(&format!("{}\n", as_json(error))),
        _ => {}
    }
    Ok(done.map(|_| ())?)
}

const HELP: &str = "\
Examples:
  easy-wechat download MEDIA_ID             into the current folder
  easy-wechat download MEDIA_ID photo.jpg
  easy-wechat download -- -abc photos/      a media id that begins with a minus

In a folder the file gets the platform's name, with a number if that name is
taken: voice, voice-2. The path that was written is printed.

Exit codes: 0 downloaded, 1 failed, 2 invalid configuration, arguments or
folder, 4 refused by the platform, 5 platform unreachable";
