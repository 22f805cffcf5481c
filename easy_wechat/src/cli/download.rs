//! `easy-wechat download`.

use std::path::PathBuf;

use serde_json::json;

use super::app::AppArgs;
use super::outcome::{as_json, print};
use super::progress;
use crate::BoxError;
use crate::client::Download;
use crate::ids::MediaId;

/// Downloads a file that was uploaded or received, by its media id. A download that broke off goes on where it ended.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(super) struct Args {
    /// The media id
    #[arg(value_name = "MEDIA_ID")]
    media_id: String,
    /// The file, which is replaced; or a folder, where nothing is replaced
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,
    /// Prints the result as JSON
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
  easy-wechat download MEDIA_ID                    into this folder
  easy-wechat download MEDIA_ID photo.jpg

In a folder the file gets the platform's name, with a number when there is a
file of that name already: voice, voice-2. Prints the name that was written.
A media id that begins with a minus goes behind --: download -- -abc photos/

Exit codes: 0 downloaded, 1 failed, 2 wrong configuration, arguments or folder,
4 refused by the platform, 5 the platform cannot be reached";
