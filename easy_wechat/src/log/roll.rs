//! The log file: appended to, and begun anew when its size or its day is full.
//!
//! Reports an error to its caller and tries again by itself 10 seconds later; what the caller does
//! with lines meanwhile is the caller's affair. Others may write the file as well: see [`LogSettings::name`].

use std::ffi::OsStr;
#[cfg(unix)]
use std::fs::TryLockError;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::archive::Archive;
use crate::clock::Clock;
use crate::config::LogSettings;

/// Appends lines to `dir/name`.
///
/// Each call of `write` is one line; it is never split over two files. Lines are collected until
/// `flush`, or for 64 KiB. A file that vanished, was emptied or replaced is noticed within 10
/// seconds of writing, and begun anew.
#[derive(Debug)]
pub(super) struct Roller {
    dir: PathBuf,
    path: PathBuf,
    name_is_plain: bool,
    archive: Archive,
    max_size: u64,
    daily: bool,
    zone: TimeZone,
    clock: Clock,
    current: Option<Current>,
    /// Lines that are still to be written.
    pending: Vec<u8>,
    /// When the last attempt failed, in seconds.
    failed_at: Option<i64>,
}

impl Roller {
    /// Opens nothing yet; the first line does.
    pub(super) fn new(settings: &LogSettings, zone: TimeZone, clock: Clock) -> Self {
        let dir = settings.dir.clone().unwrap_or_default();
        Self {
            path: dir.join(&settings.name),
            name_is_plain: Path::new(&settings.name).file_name()
                == Some(OsStr::new(&settings.name)),
            archive: Archive::new(settings, dir.clone()),
            dir,
            max_size: settings.max_size,
            daily: settings.daily,
            zone,
            clock,
            current: None,
            pending: Vec::new(),
            failed_at: None,
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    fn append(&mut self, line: &[u8], now: i64) -> io::Result<()> {
        // Out of `self` until all went well, so that any error closes the file.
        let mut current = match self.current.take() {
            Some(current) => current,
            None => self.open(now)?,
        };
        if self.is_full(&current, line.len(), now) {
            self.write_out(&mut current)?;
            current = self.roll(current, now)?;
        }
        if now >= current.day_end {
            (current.day, current.day_end) = day(&self.zone, now);
        }
        self.pending.extend_from_slice(line);
        if self.pending.len() >= BATCH {
            self.write_out(&mut current)?;
        }
        self.current = Some(current);
        Ok(())
    }

    fn is_full(&self, current: &Current, length: usize, now: i64) -> bool {
        let size = current.size.saturating_add(self.pending.len() as u64);
        let too_large = self.max_size > 0 && size.saturating_add(length as u64) > self.max_size;
        let too_late = self.daily && now >= current.day_end;
        size > 0 && (too_large || too_late)
    }

    fn write_out(&mut self, current: &mut Current) -> io::Result<()> {
        current.file.write_all(&self.pending)?;
        current.size = current.size.saturating_add(self.pending.len() as u64);
        self.pending.clear();
        self.pending.shrink_to(2 * BATCH);
        Ok(())
    }

    fn roll(&self, full: Current, now: i64) -> io::Result<Current> {
        let day = full.day;
        // Commands that run at the same time write one file. Whoever has the lock renames it; the others find a new one.
        // Where the file system knows no locks it is renamed without one, lest it grows for ever.
        #[cfg(unix)]
        let _renamed = {
            let is_renamed_now = matches!(full.file.try_lock(), Err(TryLockError::WouldBlock));
            if is_renamed_now || !is_at(&full.file, &self.path) {
                return self.open(now);
            }
            full
        };
        // Closed first, because Windows does not rename an open file.
        #[cfg(not(unix))]
        drop(full);
        match self.archive.take(&self.path, day) {
            // Somebody removed it, or the directory with it.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            done => done?,
        }
        self.open(now)
    }

    fn open(&self, now: i64) -> io::Result<Current> {
        if !self.name_is_plain {
            let what = "log_name must be a file name without a directory";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
        }
        make_folder(&self.dir)?;
        let mut file = open_regular(&self.path)?;
        let metadata = file.metadata()?;
        let mut size = metadata.len();

        let mut last_written = now;
        if size > 0 {
            let modified = metadata.modified().ok();
            let since = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
            let second = since.and_then(|since| i64::try_from(since.as_secs()).ok());
            last_written = second.map_or(now, |second| second.min(now));
            // A full disk or a killed process may have left half a line, which is not to swallow
            // the next one.
            if !ends_line(&file)? {
                file.write_all(b"\n")?;
                size += 1;
            }
        }
        self.archive.clean(now, &self.zone);
        let (day, day_end) = day(&self.zone, last_written);
        Ok(Current {
            file,
            size,
            day,
            day_end,
            looked_at: now,
        })
    }

    /// Whether the file at the path may still be this one. The size tells all three cases on every
    /// system: vanished, emptied, replaced.
    fn is_in_place(&self, current: &mut Current, now: i64) -> bool {
        if now.abs_diff(current.looked_at) < PATIENCE {
            return true;
        }
        current.looked_at = now;
        fs::symlink_metadata(&self.path)
            .is_ok_and(|metadata| metadata.is_file() && metadata.len() == current.size)
    }

    fn give_up(&mut self, now: i64) {
        self.pending.clear();
        self.failed_at = Some(now);
    }
}
/// Seconds between two attempts at a file that fails, and between two looks at one that works.
const PATIENCE: u64 = 10;
/// Bytes that are collected before they are written.
const BATCH: usize = 64 * 1024;

impl Write for Roller {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let now = self.clock.now().as_secs();
        let failed = self
            .failed_at
            .is_some_and(|then| now.abs_diff(then) < PATIENCE);
        if self.current.is_none() && failed {
            return Err(io::ErrorKind::NotConnected.into());
        }
        self.append(line, now).inspect_err(|_| self.give_up(now))?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let Some(mut current) = self.current.take() else {
            return Ok(());
        };
        let now = self.clock.now().as_secs();
        if !self.is_in_place(&mut current, now) {
            current = self.open(now).inspect_err(|_| self.give_up(now))?;
        }
        self.write_out(&mut current)
            .inspect_err(|_| self.give_up(now))?;
        self.current = Some(current);
        Ok(())
    }
}

#[derive(Debug)]
struct Current {
    file: File,
    /// In bytes, as far as it is written.
    size: u64,
    /// The local day of the last line, and the second at which it is over.
    day: Date,
    day_end: i64,
    looked_at: i64,
}

fn day(zone: &TimeZone, second: i64) -> (Date, i64) {
    let instant = jiff::Timestamp::from_second(second).unwrap_or_default();
    let local = instant.to_zoned(zone.clone());
    let end = local
        .tomorrow()
        .and_then(|tomorrow| tomorrow.start_of_day());
    (
        local.date(),
        end.map_or(i64::MAX, |end| end.timestamp().as_second()),
    )
}

/// Opens a regular file for appending, or creates it. Follows no link and never blocks: in a shared folder, another user may
/// have put a link, FIFO or device there.
fn open_regular(path: &Path) -> io::Result<File> {
    let refused = || {
        let what = "not a regular file, but a link, FIFO, device or folder";
        Err(io::Error::new(io::ErrorKind::InvalidInput, what))
    };
    if fs::symlink_metadata(path).is_ok_and(|there| !there.is_file()) {
        return refused();
    }
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options
            .mode(0o640)
            .custom_flags(nix::libc::O_NOFOLLOW | nix::libc::O_NONBLOCK | nix::libc::O_NOCTTY);
    }
    let file = options.open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        refused()
    }
}

/// Creates the folder and its missing parents with mode 0700.
fn make_folder(path: &Path) -> io::Result<()> {
    let mut folder = DirBuilder::new();
    folder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        folder.mode(0o700);
    }
    folder.create(path)
}

fn ends_line(mut file: &File) -> io::Result<bool> {
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

/// Whether the path leads to the file that is open.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let place = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    match (file.metadata(), fs::symlink_metadata(path)) {
        (Ok(open), Ok(there)) => place(open) == place(there),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
