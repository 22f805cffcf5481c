//! The file that a download is written to until it is whole.

use std::fs::{self, OpenOptions, TryLockError};
use std::io::{self, SeekFrom};
use std::path::{Path, PathBuf};

use tokio::fs::File;
use tokio::io::{AsyncSeekExt as _, AsyncWriteExt as _};

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
        let path = folder.join(format!("{stem}.part"));
        let own = folder.join(format!("{stem}-{:016x}.part", rand::random::<u64>()));
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

    /// Gives it its name. A file that has it already is replaced. When that fails nothing of it stays.
    pub(super) async fn rename(mut self, target: &Path) -> Result<(), ClientError> {
        self.fate = Fate::Removed;
        self.flush().await?;
        let synced = self.file.sync_all().await;
        synced.map_err(unwritten(&self.path))?;
        let renamed = tokio::fs::rename(&self.path, target).await;
        renamed.map_err(unwritten(target))?;
        self.fate = Fate::Renamed;
        Ok(())
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
    if let Some(file) = open_shared(&shared)? {
        return Ok((shared, file, Fate::Kept));
    }
    let file = OpenOptions::new().write(true).create_new(true).open(&own)?;
    Ok((own, file, Fate::Removed))
}

/// `None` when another one has it.
fn open_shared(path: &Path) -> io::Result<Option<fs::File>> {
    // A link that somebody put there would have us write elsewhere.
    if fs::symlink_metadata(path).is_ok_and(|found| !found.is_file()) {
        return Ok(None);
    }
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    let file = options.open(path)?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => return Ok(None),
        // Where the file system knows no locks, two at once are the caller's affair.
        Ok(()) | Err(TryLockError::Error(_)) => {}
    }
    Ok(is_still_there(path, &file).then_some(file))
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
