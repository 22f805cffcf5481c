//! The file that a download is written to until it is whole.

use std::fs::{self, OpenOptions};
use std::io::{self, SeekFrom};
use std::path::{Path, PathBuf};

use tokio::fs::File;
use tokio::io::{AsyncSeekExt as _, AsyncWriteExt as _};

use super::file_name::{numbered, of_part};
use super::upload::size;
use crate::call::ClientError;

/// A file named `….part`, which is locked as long as it is open. What an earlier download has left is gone on with.
///
/// When it is dropped it goes as well, unless there is something in it that a later download can go on with.
#[derive(Debug)]
pub(super) struct PartFile {
    path: PathBuf,
    file: File,
    length: u64,
    fate: Fate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// Stays when it is not empty.
    Kept,
    Removed,
    /// It has another name by now.
    Renamed,
}

impl PartFile {
    /// Opens `stem.part` in a folder, at its end.
    ///
    /// Where another download has it, or it is no file, one with a name of its own is made, which is never kept.
    ///
    /// # Errors
    /// [`ClientError::File`]: no such folder, no rights.
    pub(super) async fn open(folder: &Path, stem: &str) -> Result<Self, ClientError> {
        let path = folder.join(of_part(stem));
        let own = folder.join(of_part(&format!("{stem}-{:016x}", rand::random::<u64>())));
        let failed = unwritten(&path);
        let opened = tokio::task::spawn_blocking(move || open(path, own)).await;
        let (path, file, fate) = opened.map_err(io::Error::other).flatten().map_err(failed)?;
        let mut part = Self {
            path,
            file: File::from_std(file),
            length: 0,
            fate,
        };
        let end = part.file.seek(SeekFrom::End(0)).await;
        part.length = end.map_err(unwritten(&part.path))?;
        Ok(part)
    }

    /// How many bytes are in it.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    pub(super) async fn append(&mut self, bytes: &[u8]) -> Result<(), ClientError> {
        let written = self.file.write_all(bytes).await;
        written.map_err(unwritten(&self.path))?;
        self.length += size(bytes.len());
        Ok(())
    }

    /// Waits until all of it is with the system.
    pub(super) async fn flush(&mut self) -> Result<(), ClientError> {
        let flushed = self.file.flush().await;
        flushed.map_err(unwritten(&self.path))
    }

    /// Throws away what is in it.
    pub(super) async fn restart(&mut self) -> Result<(), ClientError> {
        self.flush().await?;
        let begun = async {
            self.file.set_len(0).await?;
            self.file.seek(SeekFrom::Start(0)).await
        };
        begun.await.map_err(unwritten(&self.path))?;
        self.length = 0;
        Ok(())
    }

    /// Gives it the name that the caller chose. A file that has it already is replaced. When that fails nothing of it stays.
    pub(super) async fn replace(mut self, target: &Path) -> Result<(), ClientError> {
        self.complete().await?;
        let renamed = tokio::fs::rename(&self.path, target).await;
        renamed.map_err(unwritten(target))?;
        self.fate = Fate::Renamed;
        Ok(())
    }

    /// Gives it a name that a stranger chose, numbered when anything has that name already, and returns its path. Nothing is
    /// ever replaced. When that fails nothing of it stays.
    pub(super) async fn place(mut self, folder: &Path, name: &str) -> Result<PathBuf, ClientError> {
        self.complete().await?;
        let wanted = folder.join(name);
        let (part, folder, name) = (self.path.clone(), folder.to_owned(), name.to_owned());
        let placed = tokio::task::spawn_blocking(move || place(&part, &folder, &name)).await;
        let placed = placed.map_err(io::Error::other).flatten();
        let (path, fate) = placed.map_err(unwritten(&wanted))?;
        self.fate = fate;
        Ok(path)
    }

    /// All of it is on the disk. From now on it gets a name, or goes.
    async fn complete(&mut self) -> Result<(), ClientError> {
        self.fate = Fate::Removed;
        self.flush().await?;
        let synced = self.file.sync_all().await;
        synced.map_err(unwritten(&self.path))
    }

    /// Nothing in it is of any use later.
    pub(super) fn discard(&mut self) {
        self.fate = Fate::Removed;
    }
}

impl Drop for PartFile {
    fn drop(&mut self) {
        let goes = match self.fate {
            Fate::Kept => self.length == 0,
            Fate::Removed => true,
            Fate::Renamed => false,
        };
        if goes {
            // Nobody is left to tell.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// What an error of writing means to the caller.
fn unwritten(path: &Path) -> impl FnOnce(io::Error) -> ClientError + use<> {
    let path = path.to_owned();
    |source| ClientError::File {
        path,
        what: "written",
        source,
    }
}

fn open(shared: PathBuf, own: PathBuf) -> io::Result<(PathBuf, fs::File, Fate)> {
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&shared);
    match made {
        Ok(file) if is_ours_alone(&shared, &file) => return Ok((shared, file, Fate::Kept)),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    let file = OpenOptions::new().write(true).create_new(true).open(&own)?;
    if let Some(earlier) = open_earlier(&shared, &file) {
        let _ = fs::remove_file(&own);
        return Ok((shared, earlier, Fate::Kept));
    }
    Ok((own, file, Fate::Removed))
}

/// What an earlier download has left; `None` when another one has it, or when it may be somebody else's work.
///
/// `own` was just made by us: it tells who we are.
fn open_earlier(path: &Path, own: &fs::File) -> Option<fs::File> {
    // A link would have us write elsewhere; to open a pipe waits for its reader.
    let found = fs::symlink_metadata(path).ok()?;
    if !found.is_file() || !is_trusted(&found, &own.metadata().ok()?) {
        return None;
    }
    let file = OpenOptions::new().write(true).open(path).ok()?;
    is_ours_alone(path, &file).then_some(file)
}

/// Whether only we can have written it: in a folder that users share, another one may have put it there.
fn is_trusted(found: &fs::Metadata, own: &fs::Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;

        const WRITABLE_BY_ALL: u32 = 0o002;
        found.uid() == own.uid() && found.nlink() == 1 && found.mode() & WRITABLE_BY_ALL == 0
    }
    #[cfg(not(unix))]
    {
        let _ = (found, own);
        true
    }
}

/// Locks it, unless another download has it. Where the file system has no locks nothing is shared.
fn is_ours_alone(path: &Path, file: &fs::File) -> bool {
    file.try_lock().is_ok() && is_still_there(path, file)
}

/// Between opening and locking, whoever had it may have renamed it.
fn is_still_there(path: &Path, file: &fs::File) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;

        let (Ok(there), Ok(ours)) = (fs::symlink_metadata(path), file.metadata()) else {
            return false;
        };
        (there.dev(), there.ino()) == (ours.dev(), ours.ino())
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        path.exists()
    }
}

/// Gives `part` the first name that nothing in the folder has: `voice`, `voice-2`, `voice-3`, ….
///
/// Each try is one step of the file system, which fails when the name is taken. So two downloads, in two processes as
/// well, never get one name.
fn place(part: &Path, folder: &Path, name: &str) -> io::Result<(PathBuf, Fate)> {
    for number in 1..=MOST_NUMBERS + 1 {
        let number = if number <= MOST_NUMBERS {
            number
        } else {
            rand::random()
        };
        let path = folder.join(numbered(name, number));
        let taken = |error: &io::Error| error.kind() == io::ErrorKind::AlreadyExists;
        match fs::hard_link(part, &path) {
            Ok(()) => return Ok((path, Fate::Removed)),
            Err(error) if taken(&error) => continue,
            // Some file systems have no links. An empty file keeps the name until the whole one takes its place.
            Err(_) => {}
        }
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Err(error) if taken(&error) => {}
            Err(error) => return Err(error),
            Ok(_) => {
                if let Err(error) = fs::rename(part, &path) {
                    let _ = fs::remove_file(&path);
                    return Err(error);
                }
                return Ok((path, Fate::Renamed));
            }
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// After so many the number is a random one.
const MOST_NUMBERS: u64 = 1000;
