use std::fs::Metadata;
use std::io;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::sync::Mutex;
use tokio::time::sleep;
use tracing::debug;

use super::WeChatClient;
use super::fetch::{Fetching, Leg, Sink};
use super::file_name;
use super::part_file::PartFile;
use super::progress::{Progress, Watch};
use crate::call::{ClientError, ErrorKind};
use crate::ids::MediaId;

/// Where a download goes.
///
/// ```
/// use easy_wechat::client::Download;
///
/// let under_its_own_name = Download::to("photos/"); // never replaces
/// let under_this_name = Download::to("photos/last.jpg").on_progress(|progress| println!("{}", progress.done));
/// # let _ = (under_its_own_name, under_this_name);
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Download {
    path: PathBuf,
    watch: Watch,
}

/// A file that was downloaded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Downloaded {
    /// Where it is. In a folder the name may have a number that [`Downloaded::file_name`] has not.
    pub path: PathBuf,
    /// In bytes.
    pub size: u64,
    /// The platform's name for it, made safe; also where it is kept under another one.
    pub file_name: Option<String>,
    /// `Content-Type`, as the platform says.
    pub content_type: Option<String>,
}

/// A file in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Media {
    /// All of it.
    pub bytes: Bytes,
    /// The platform's name for it, made safe: no path, no reserved characters. `None` when it gives none.
    pub file_name: Option<String>,
    /// `Content-Type`, as the platform says.
    pub content_type: Option<String>,
}

impl Download {
    /// To a folder that exists, under the platform's name for it; or to a file.
    ///
    /// In a folder nothing is ever replaced: the platform's name, which is mostly the sender's, is made safe, never leads out
    /// of the folder, and gets a number when anything there has it already (`voice-2`, `photo-2.jpg`). The name that was
    /// written is [`Downloaded::path`]. Only a path of a file, which the caller chose, replaces what is there under that
    /// name, in one step, when the download is whole; a device, a pipe or a socket there is an error.
    pub fn to(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            watch: Watch::default(),
        }
    }

    /// Calls `tell` whenever a piece was written, from the task that writes it: it should be quick.
    pub fn on_progress(mut self, tell: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.watch = Watch::new(tell);
        self
    }
}

impl WeChatClient {
    /// Downloads a file that a member sent, or that was uploaded, within its 3 days.
    ///
    /// It is written to `media-….part` beside its place, and gets its name when it is whole. When the connection breaks,
    /// only the rest is asked for, some times within `api_patience`; if it comes to nothing all the same, the next download
    /// of the same file to the same folder goes on there. Files over 20 MB come in pieces. It may take a second for each
    /// 32 KiB, and `api_timeout` without a byte is a broken connection.
    ///
    /// <https://developer.work.weixin.qq.com/document/path/90254>
    ///
    /// # Errors
    /// - [`ClientError::Api`]: 40007 when there is no such file, or no more.
    /// - [`ClientError::File`] when it cannot be written: no such folder, no rights, no space.
    /// - [`ClientError::Unreachable`] when the platform cannot be reached, or what it sends is not what it says.
    pub async fn download_media(
        &self,
        media_id: &MediaId,
        to: Download,
    ) -> Result<Downloaded, ClientError> {
        let (folder, name) = place(&to.path).await?;
        let stem = file_name::of_id(media_id);
        let part = PartFile::open(&folder, &stem).await?;
        let fetching = Fetching::new(Sink::File(part), to.watch.afresh());
        let Fetching {
            sink,
            file_name,
            content_type,
            ..
        } = self.fetch(media_id, fetching).await?;
        let unnamed = || stem + file_name::extension(content_type.as_deref());
        let size = sink.length();
        let path = match (sink, name) {
            (Sink::File(part), Some(name)) => {
                let path = folder.join(name);
                part.replace(&path).await?;
                path
            }
            (Sink::File(part), None) => {
                let name = file_name.clone().unwrap_or_else(unnamed);
                part.place(&folder, &name).await?
            }
            (Sink::Memory(_), _) => folder,
        };
        Ok(Downloaded {
            path,
            size,
            file_name,
            content_type,
        })
    }

    /// Fetches a small file into memory: at most 32 MiB.
    ///
    /// # Errors
    /// As for [`WeChatClient::download_media`]; [`ClientError::Unreachable`] also when it is larger.
    pub async fn media(&self, media_id: &MediaId) -> Result<Media, ClientError> {
        let fetching = Fetching::new(Sink::Memory(BytesMut::new()), Watch::default());
        let fetched = self.fetch(media_id, fetching).await?;
        Ok(Media {
            bytes: match fetched.sink {
                Sink::Memory(bytes) => bytes.freeze(),
                Sink::File(_) => Bytes::new(),
            },
            file_name: fetched.file_name,
            content_type: fetched.content_type,
        })
    }

    /// Asks until it is whole. What cannot be gone on with later is thrown away.
    async fn fetch(&self, id: &MediaId, fetching: Fetching) -> Result<Fetching, ClientError> {
        let fetching = Mutex::new(fetching);
        let ended = self.fetch_all(id, &fetching).await;
        let mut fetching = fetching.into_inner();
        let (error, is_resumable) = match ended {
            Ok(()) => {
                fetching.done();
                return Ok(fetching);
            }
            Err(Ended::Hopeless(error)) => (error, false),
            Err(Ended::Failed(error)) => {
                let later = [ErrorKind::TryAgain, ErrorKind::Wait, ErrorKind::FixAccount];
                let is_resumable = later.contains(&error.kind());
                (error, is_resumable)
            }
        };
        if let Sink::File(part) = &mut fetching.sink
            && !is_resumable
        {
            part.discard();
        }
        Err(error)
    }

    async fn fetch_all(&self, id: &MediaId, fetching: &Mutex<Fetching>) -> Result<(), Ended> {
        let api = &*self.0.api;
        let mut breaks = 0;
        for _ in 0..MOST_REQUESTS {
            let leg = self.persist(|token| async move {
                let mut fetching = fetching.lock().await;
                fetching.leg(api, &token, id).await
            });
            let error = match leg.await.map_err(Ended::Failed)? {
                Leg::Done => return Ok(()),
                Leg::On => continue,
                Leg::Hopeless(error) => return Err(Ended::Hopeless(error)),
                Leg::Broke(error) => error,
            };
            breaks += 1;
            if breaks > MOST_BREAKS || PAUSE * breaks > self.0.settings.patience {
                return Err(Ended::Failed(error));
            }
            debug!(app = %self.0.app, media_id = %id, %error, "the rest of the file once more");
            sleep(PAUSE).await;
        }
        let error =
            ClientError::garbled("/cgi-bin/media/get", "a file in far too many pieces", true);
        Err(Ended::Hopeless(error))
    }
}

enum Ended {
    Failed(ClientError),
    Hopeless(ClientError),
}

/// The folder, and the name in it where there is one.
async fn place(path: &Path) -> Result<(PathBuf, Option<PathBuf>), ClientError> {
    let text = path.as_os_str().to_string_lossy();
    let says_folder = text.ends_with(['/', MAIN_SEPARATOR]);
    let found = tokio::fs::metadata(path).await;
    if says_folder || found.as_ref().is_ok_and(Metadata::is_dir) {
        return Ok((path.to_owned(), None));
    }
    // The download would take its place: root would be left without /dev/null.
    if found.is_ok_and(|found| !found.is_file()) {
        let what = "it is a device, a pipe or a socket; name a file or a folder";
        return Err(ClientError::File {
            path: path.to_owned(),
            what: "written",
            source: io::Error::new(io::ErrorKind::InvalidInput, what),
        });
    }
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    Ok((folder.to_owned(), path.file_name().map(PathBuf::from)))
}

/// How often some of it may come, and then no more.
const MOST_BREAKS: u32 = 8;

/// Before the rest is asked for.
const PAUSE: Duration = Duration::from_millis(250);

/// A bound for a platform that gives it byte by byte.
const MOST_REQUESTS: usize = 100;
