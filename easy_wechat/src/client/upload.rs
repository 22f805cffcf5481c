use std::io::{self, ErrorKind, SeekFrom};
use std::path::{Path, PathBuf};

use bytes::{Bytes, BytesMut};
use tokio::fs::{self, File};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};

use super::progress::{Progress, Watch};
use crate::call::ClientError;

/// A file to upload: from disk, or from memory.
///
/// One from disk is read while it is sent, in small pieces, so that its size costs no memory. It is opened anew for each
/// try; it must not change until the upload is done.
///
/// ```
/// use easy_wechat::client::Upload;
///
/// let scan = Upload::file("/tmp/scan0007.pdf").named("合同.pdf");
/// let table = Upload::bytes("table.csv", "a,b\n1,2\n")
///     .on_progress(|progress| println!("{} of {}", progress.done, progress.total));
/// # let _ = (scan, table);
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Upload {
    source: Source,
    name: String,
    watch: Watch,
}

#[derive(Clone, Debug)]
enum Source {
    File(PathBuf),
    Bytes(Bytes),
}

impl Upload {
    /// A regular file, under its own name.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let name = path.file_name().unwrap_or(path.as_os_str());
        let name = name.to_string_lossy().into_owned();
        Self {
            source: Source::File(path),
            name: plain(&name),
            watch: Watch::default(),
        }
    }

    /// What is in memory, under a name. To a voice, a film or a picture the name matters little; a file is shown with it.
    pub fn bytes(file_name: impl AsRef<str>, bytes: impl Into<Bytes>) -> Self {
        Self {
            source: Source::Bytes(bytes.into()),
            name: plain(file_name.as_ref()),
            watch: Watch::default(),
        }
    }

    /// Another name, which those see who get the file. Of a path only the last part is taken.
    pub fn named(mut self, file_name: impl AsRef<str>) -> Self {
        self.name = plain(file_name.as_ref());
        self
    }

    /// Calls `tell` whenever a piece was handed to the connection, from the thread that sends: it should be quick.
    pub fn on_progress(mut self, tell: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.watch = Watch::new(tell);
        self
    }

    /// The name under which it goes.
    pub fn file_name(&self) -> &str {
        &self.name
    }

    /// The same for a transfer that begins now: its progress starts at 0.
    pub(super) fn afresh(&self) -> Self {
        Self {
            watch: self.watch.afresh(),
            ..self.clone()
        }
    }

    pub(super) fn watch(&self) -> &Watch {
        &self.watch
    }

    /// What an error of reading means to the caller.
    pub(super) fn unread(&self, error: io::Error) -> ClientError {
        let path = match &self.source {
            Source::File(path) => path.clone(),
            Source::Bytes(_) => PathBuf::from(&self.name),
        };
        ClientError::File {
            path,
            what: "read",
            source: error,
        }
    }

    /// Opens it at its beginning.
    ///
    /// # Errors
    /// [`ClientError::File`] when it is not there, may not be read, or is no regular file.
    pub(super) async fn open(&self) -> Result<Opened, ClientError> {
        let opened = match &self.source {
            Source::File(path) => open(path).await,
            Source::Bytes(bytes) => Ok(Opened {
                length: size(bytes.len()),
                head: bytes.slice(..bytes.len().min(HEAD)),
                reader: Reader::Bytes(bytes.clone()),
            }),
        };
        opened.map_err(|error| self.unread(error))
    }
}

/// A file that is open for reading.
#[derive(Debug)]
pub(super) struct Opened {
    /// In bytes, when it was opened.
    pub(super) length: u64,
    /// Its first bytes.
    pub(super) head: Bytes,
    pub(super) reader: Reader,
}

impl Opened {
    /// All of it, as long as it is no longer than it was when it was opened.
    pub(super) async fn all(mut self) -> io::Result<BytesMut> {
        let mut all = BytesMut::new();
        loop {
            let left = self.length.saturating_sub(size(all.len()));
            let piece = self.reader.piece(left).await?;
            if piece.is_empty() {
                return Ok(all);
            }
            all.extend_from_slice(&piece);
        }
    }
}

#[derive(Debug)]
pub(super) enum Reader {
    File(File),
    Bytes(Bytes),
}

impl Reader {
    /// The next piece of at most 64 KiB and `left` bytes; empty at the end.
    pub(super) async fn piece(&mut self, left: u64) -> io::Result<Bytes> {
        let most = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
        match self {
            Self::Bytes(bytes) => Ok(bytes.split_to(most.min(bytes.len()))),
            Self::File(file) => {
                let mut piece = BytesMut::with_capacity(most);
                file.take(size(most)).read_buf(&mut piece).await?;
                Ok(piece.freeze())
            }
        }
    }
}

pub(super) fn size(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

async fn open(path: &Path) -> io::Result<Opened> {
    // Before it is opened, because to open a pipe waits for whoever writes into it.
    let found = fs::metadata(path).await?;
    if found.is_dir() {
        return Err(io::Error::new(ErrorKind::IsADirectory, "it is a folder"));
    }
    if !found.is_file() {
        return Err(io::Error::other(NO_SIZE));
    }
    let mut file = File::open(path).await?;
    let length = file.metadata().await?.len();
    let mut head = BytesMut::with_capacity(HEAD);
    while head.len() < HEAD {
        let left = size(HEAD - head.len());
        if (&mut file).take(left).read_buf(&mut head).await? == 0 {
            break;
        }
    }
    file.seek(SeekFrom::Start(0)).await?;
    Ok(Opened {
        length,
        head: head.freeze(),
        reader: Reader::File(file),
    })
}

/// The name without what the platform would not show or not take.
fn plain(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    // Line breaks are encoded when it is sent, as browsers do it.
    let is_bad = |c: char| c.is_control() && !matches!(c, '\r' | '\n');
    let name = last.replace(is_bad, "_");
    match name.trim() {
        "" => "file".to_owned(),
        name => name.to_owned(),
    }
}

const NO_SIZE: &str = "it is no regular file, so that its size is not known before it is sent; read it first, and give it as \
    Upload::bytes";

/// Enough to know a format by.
const HEAD: usize = 16;

/// How much is read and sent at a time.
const PIECE: usize = 64 * 1024;
