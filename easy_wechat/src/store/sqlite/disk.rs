use std::fs::{self, DirBuilder, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior, ffi};

use super::trouble::Trouble;
use crate::store::StoreError;

/// The file, opened when it is needed.
#[derive(Debug)]
pub(super) struct Disk {
    place: PathBuf,
    opened: Option<Opened>,
    /// How many writes there were; for cleaning now and then.
    writes: u32,
}

#[derive(Debug)]
struct Opened {
    connection: Connection,
    /// Which file it is, whatever stands at its path by now.
    file: FileId,
}

impl Disk {
    pub(super) fn new(place: PathBuf) -> Self {
        Self {
            place,
            opened: None,
            writes: 0,
        }
    }

    /// Does something with the connection, again and again while another one is in the way.
    pub(super) fn with<T>(
        &mut self,
        work: impl Fn(&mut Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let began = Instant::now();
        loop {
            let done = self
                .connection()
                .and_then(|connection| Ok(work(connection)?));
            match done {
                Ok(done) => return Ok(done),
                Err(trouble) if trouble.is_passing() => {
                    if began.elapsed() >= PATIENCE {
                        return Err(trouble.sorted(&self.place));
                    }
                    thread::sleep(PAUSE);
                }
                Err(trouble) => {
                    // The next call opens it anew: by then somebody may have mended it.
                    self.opened = None;
                    return Err(trouble.sorted(&self.place));
                }
            }
        }
    }

    /// Removes some of what has expired, at the first write and then now and then.
    pub(super) fn clean(&mut self, now: i64) {
        if self.writes.is_multiple_of(WRITES_TO_A_CLEANING)
            && let Some(opened) = &self.opened
        {
            // The write that brought us here is done; if this fails, the next cleaning takes more.
            let _ = opened.connection.execute(CLEAN, [now]);
        }
        self.writes = self.writes.wrapping_add(1);
    }

    fn connection(&mut self) -> Result<&mut Connection, Trouble> {
        let still_there = |opened: &Opened| file_id(&self.place).is_ok_and(|id| id == opened.file);
        let opened = match self.opened.take().filter(still_there) {
            Some(opened) => opened,
            None => open(&self.place)?,
        };
        Ok(&mut self.opened.insert(opened).connection)
    }
}

/// Begins a transaction that writes.
pub(super) fn begin(connection: &mut Connection) -> rusqlite::Result<Transaction<'_>> {
    connection.transaction_with_behavior(TransactionBehavior::Immediate)
}

/// Notes the format of the tables, which is a write even when it is there already.
pub(super) fn write_format(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "user_version", FORMAT)
}

/// Reads the whole file, and fails where it is not sound.
pub(super) fn examine(connection: &Connection) -> rusqlite::Result<()> {
    let found: String = connection.pragma_query_value(None, "quick_check", |row| row.get(0))?;
    if found == "ok" {
        return Ok(());
    }
    let damaged = ffi::Error::new(ffi::SQLITE_CORRUPT);
    Err(rusqlite::Error::SqliteFailure(damaged, Some(found)))
}

fn open(place: &Path) -> Result<Opened, Trouble> {
    create(place)?;
    check_own(place)?;
    let file = file_id(place)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let mut connection = Connection::open_with_flags(without_links(place)?, flags)?;
    connection.busy_timeout(PATIENCE)?;
    match format(&connection)? {
        FORMAT => {}
        NO_FORMAT => make_tables(&mut connection)?,
        found => {
            let known = FORMAT;
            return Err(Trouble::Newer { found, known });
        }
    }
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    Ok(Opened { connection, file })
}

/// Makes the folder and an empty file that only this user may read; `SQLite` gives the files beside it the same mode.
fn create(place: &Path) -> io::Result<()> {
    // One at a time: when a file is closed, the system drops all locks of the process on it, also those of a connection
    // that another thread has just opened. For the same reason a file that exists is not opened here.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    if fs::symlink_metadata(place).is_ok() {
        return Ok(());
    }
    let mut folder = DirBuilder::new();
    let mut file = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
        folder.mode(0o700);
        file.mode(0o600);
    }
    if let Some(parent) = place.parent() {
        folder.recursive(true).create(parent)?;
    }
    match file.write(true).create_new(true).open(place) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Refuses a link, a FIFO or a device, and, in a world-writable folder, a file of another user, who could read the access
/// tokens in it.
fn check_own(place: &Path) -> io::Result<()> {
    let file = fs::symlink_metadata(place)?;
    if !file.is_file() {
        let what = "it is a link, a FIFO or a device; a store is a regular file";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
    }
    #[cfg(unix)]
    if let Some(parent) = place.parent() {
        use std::os::unix::fs::MetadataExt as _;
        let folder = if parent.as_os_str().is_empty() {
            Path::new(".")
        } else {
            parent
        };
        let is_shared = fs::metadata(folder)?.mode() & 0o002 != 0;
        if is_shared && file.uid() != nix::unistd::geteuid().as_raw() {
            let what = "it belongs to another user, in a folder that everybody may write to";
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, what));
        }
    }
    Ok(())
}

/// The place with the links in its folder resolved, which may well be some: `SQLite` would refuse these too.
fn without_links(place: &Path) -> io::Result<PathBuf> {
    let parent = place.parent().filter(|it| !it.as_os_str().is_empty());
    let folder = fs::canonicalize(parent.unwrap_or_else(|| Path::new(".")))?;
    Ok(place
        .file_name()
        .map_or_else(|| place.to_owned(), |name| folder.join(name)))
}

/// Makes the tables, unless another process does so at this moment.
fn make_tables(connection: &mut Connection) -> Result<(), Trouble> {
    // This one ignores the time-out when two do it at once. `Disk::with` tries again then.
    connection.pragma_update(None, "journal_mode", "WAL")?;
    let transaction = begin(connection)?;
    if format(&transaction)? == NO_FORMAT {
        transaction.execute_batch(TABLES)?;
        write_format(&transaction)?;
    }
    Ok(transaction.commit()?)
}

fn format(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

#[cfg(unix)]
type FileId = (u64, u64);

#[cfg(unix)]
fn file_id(place: &Path) -> io::Result<FileId> {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata(place).map(|file| (file.dev(), file.ino()))
}

#[cfg(not(unix))]
type FileId = ();

/// Elsewhere a file that is open cannot be replaced.
#[cfg(not(unix))]
fn file_id(_place: &Path) -> io::Result<FileId> {
    Ok(())
}

/// The format of the tables, in `user_version`.
const FORMAT: i64 = 1;
const NO_FORMAT: i64 = 0;

const TABLES: &str = "
    CREATE TABLE entry (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL, until INTEGER);
    CREATE INDEX entry_until ON entry (until) WHERE until IS NOT NULL;
";

const CLEAN: &str = "DELETE FROM entry WHERE rowid IN
    (SELECT rowid FROM entry WHERE until IS NOT NULL AND until <= ?1 LIMIT 200)";

/// Fewer than a cleaning removes, so that cleaning keeps ahead of writing.
const WRITES_TO_A_CLEANING: u32 = 64;

/// How long to wait for a lock of another connection. Writing takes far less than a millisecond.
const PATIENCE: Duration = Duration::from_secs(2);

/// Between two attempts where `SQLite` itself does not wait.
const PAUSE: Duration = Duration::from_millis(5);
