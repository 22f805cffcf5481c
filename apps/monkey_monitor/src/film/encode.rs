//! ffmpeg makes the film.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::process::{ChildStdin, Command};
use tokio::time::timeout;

use super::{Film, FilmError, Recording};
use crate::camera::program::{Group, LastWords, end, not_started};

/// How films are made.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FilmSettings {
    /// The program, by name or path. Default: `ffmpeg`.
    pub ffmpeg: PathBuf,
    /// The largest film in bytes. Default: 10 MiB, what the platform takes.
    /// <https://developer.work.weixin.qq.com/document/path/90253>
    pub max_bytes: u64,
    /// How long one try may take. Default: a minute.
    pub within: Duration,
    /// Where films are written; each in a folder of its own. Default: the system's folder for temporary files.
    pub folder: PathBuf,
}

impl Default for FilmSettings {
    fn default() -> Self {
        Self {
            ffmpeg: "ffmpeg".into(),
            max_bytes: 10 * 1024 * 1024,
            within: Duration::from_mins(1),
            folder: std::env::temp_dir(),
        }
    }
}

/// Makes a film that plays as long as it was recorded, whatever the camera's rate was. When it is too large it is made
/// again: coarser, then smaller.
///
/// # Errors
/// [`FilmError`]; nothing is left on the disk then.
pub async fn encode(recording: &Recording, settings: &FilmSettings) -> Result<Film, FilmError> {
    let folder = tempfile::Builder::new()
        .prefix("monkey_monitor-")
        .tempdir_in(&settings.folder)?;
    let part = folder.path().join("film.part");
    let path = folder.path().join("film.mp4");
    let mut bytes = 0;
    for attempt in TRIES {
        run(recording, settings, attempt, &part).await?;
        bytes = fs::metadata(&part)?.len();
        if bytes <= settings.max_bytes {
            fs::rename(&part, &path)?;
            return Ok(Film {
                path,
                bytes,
                _folder: folder,
            });
        }
    }
    Err(FilmError::TooLarge {
        bytes,
        limit: settings.max_bytes,
    })
}

async fn run(
    recording: &Recording,
    settings: &FilmSettings,
    Try { crf, part: divisor }: Try,
    to: &Path,
) -> Result<(), FilmError> {
    let mut child = Command::new(&settings.ffmpeg)
        .args(["-hide_banner", "-loglevel", "error", "-nostdin", "-y"])
        .args(["-f", "image2pipe", "-c:v", "mjpeg", "-framerate"])
        .arg(RATE.to_string())
        .args(["-i", "pipe:0", "-an"])
        .args(["-c:v", "libx264", "-preset", "veryfast", "-crf"])
        .arg(crf.to_string())
        // Both sides must be even.
        .arg("-vf")
        .arg(format!(
            "scale=trunc(iw/{divisor}/2)*2:trunc(ih/{divisor}/2)*2"
        ))
        .args([
            "-pix_fmt",
            "yuv420p",
            "-movflags",
            "+faststart",
            "-f",
            "mp4",
        ])
        .arg(to)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        // Ctrl-C in the terminal is for this program, which ends the other one.
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| {
            let program = settings.ffmpeg.to_string_lossy().into_owned();
            FilmError::NoProgram(not_started(program, &error))
        })?;
    let _group = Group::of(&child);
    let words = LastWords::of(child.stderr.take());
    let stdin = child.stdin.take();
    let worked = timeout(settings.within, async {
        feed(recording, stdin).await;
        child.wait().await
    })
    .await;
    let Ok(status) = worked else {
        end(&mut child, true).await;
        return Err(FilmError::TooSlow {
            within: settings.within,
        });
    };
    let status = status?;
    if status.success() && fs::metadata(to).is_ok_and(|file| file.len() > 0) {
        return Ok(());
    }
    Err(FilmError::Encoder {
        status: status.to_string(),
        said: words.said().await,
    })
}

/// A program that does not read to the end says why when it ends.
async fn feed(recording: &Recording, stdin: Option<ChildStdin>) {
    let Some(mut stdin) = stdin else { return };
    for jpeg in recording.at_rate(RATE) {
        if stdin.write_all(jpeg).await.is_err() {
            return;
        }
    }
    let _ = stdin.shutdown().await;
}

#[derive(Clone, Copy)]
struct Try {
    /// x264's constant rate factor: the higher, the coarser.
    crf: u32,
    /// What the sides are divided by.
    part: u32,
}

const TRIES: [Try; 4] = [
    Try { crf: 23, part: 1 },
    Try { crf: 30, part: 1 },
    Try { crf: 30, part: 2 },
    Try { crf: 36, part: 4 },
];

/// Pictures a second of the film; what the camera gave in between is shown for as long as it was new.
const RATE: u32 = 20;
