mod disk;
mod trouble;

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, named_params};
use tokio::sync::Mutex;

use super::memory::Entry;
use super::{Store, StoreError, StoreFuture, check_key, check_value};
use crate::clock::{Clock, Timestamp};
use disk::Disk;

/// A store in a file that all processes of a machine may have open at once.
///
/// The file is an `SQLite` database, `easy_wechat.sqlite3` in the folder, beside it its `-wal` and `-shm`. Only the
/// user that made it may read it (0600, the folder 0700); what exists already keeps its mode. Its content is **not
/// encrypted**, and what was removed may remain legible in it until something is written over it. It must be on a
/// **local disk**: on NFS and the like `SQLite`'s locks do not hold.
///
/// After the power fails the last writes may be missing; when only a process is killed, none are. A call takes at most
/// 5 s, then it gives [`StoreError::Busy`].
///
/// It needs a tokio runtime with its timer.
#[derive(Clone)]
pub struct SqliteStore {
    // Tokio's mutex, because one waits for it without a thread: however many tasks call, one thread is with the disk.
    disk: Arc<Mutex<Disk>>,
    place: Arc<Path>,
    clock: Clock,
}

impl SqliteStore {
    /// A store in `folder`, whose values expire by `clock`.
    ///
    /// Nothing is touched before the first call, which makes the folder and the file where they are missing.
    pub fn open(folder: impl AsRef<Path>, clock: Clock) -> Self {
        let place = folder.as_ref().join(FILE);
        Self {
            disk: Arc::new(Mutex::new(Disk::new(place.clone()))),
            place: place.into(),
            clock,
        }
    }

    /// The file.
    pub(super) fn place(&self) -> &Path {
        &self.place
    }

    /// Writes, in one step, those of `entries` of whose keys there is nothing. It does write, even if there are none.
    /// With `examine` it looks first whether the whole file is sound.
    pub(super) async fn put_missing(
        &self,
        entries: Vec<(Arc<str>, Entry)>,
        examine: bool,
    ) -> Result<(), StoreError> {
        let work = move |connection: &mut Connection, now| {
            if examine {
                disk::examine(connection)?;
            }
            let transaction = disk::begin(connection)?;
            disk::write_format(&transaction)?;
            let mut insert = transaction.prepare(INSERT_MISSING)?;
            for (key, entry) in &entries {
                insert.execute(named_params! {
                    ":key": &**key,
                    ":value": entry.value.reveal(),
                    ":until": entry.until.map(Timestamp::as_micros),
                    ":now": now,
                })?;
            }
            drop(insert);
            transaction.commit()
        };
        self.call(Access::Write, work).await
    }

    /// Does something with the connection, on a thread that may block. It may be tried several times.
    async fn call<T: Send + 'static>(
        &self,
        access: Access,
        work: impl Fn(&mut Connection, i64) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let clock = self.clock.clone();
        let done = async {
            let mut disk = Arc::clone(&self.disk).lock_owned().await;
            tokio::task::spawn_blocking(move || {
                let done = disk.with(|connection| work(connection, clock.now().as_micros()))?;
                if access == Access::Write {
                    disk.clean(clock.now().as_micros());
                }
                Ok(done)
            })
            .await
        };
        match tokio::time::timeout(AT_MOST, done).await {
            Ok(Ok(done)) => done,
            Ok(Err(ended)) => Err(trouble::unavailable(&self.place, ended)),
            Err(_) => Err(trouble::busy(&self.place)),
        }
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore")
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

/// Each write is one statement: `SQLite` takes the lock for writing when it begins, as `BEGIN IMMEDIATE` does.
impl Store for SqliteStore {
    fn get<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<String>> {
        Box::pin(async move {
            check_key(key)?;
            let key = key.to_owned();
            let work = move |connection: &mut Connection, now| {
                let parameters = named_params! { ":key": key, ":now": now };
                let value = |row: &rusqlite::Row<'_>| row.get(0);
                connection.query_row(SELECT, parameters, value).optional()
            };
            self.call(Access::Read, work).await
        })
    }

    fn put<'a>(
        &'a self,
        key: &'a str,
        value: &'a str,
        until: Option<Timestamp>,
    ) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            check_key(key)?;
            check_value(value)?;
            let (key, value) = (key.to_owned(), value.to_owned());
            let until = until.map(Timestamp::as_micros);
            let work = move |connection: &mut Connection, _now| {
                let parameters = named_params! { ":key": key, ":value": value, ":until": until };
                connection.execute(PUT, parameters).map(|_| ())
            };
            self.call(Access::Write, work).await
        })
    }

    fn remove<'a>(&'a self, key: &'a str) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            check_key(key)?;
            let key = key.to_owned();
            let work = move |connection: &mut Connection, _now| {
                let parameters = named_params! { ":key": key };
                connection.execute(REMOVE, parameters).map(|_| ())
            };
            self.call(Access::Write, work).await
        })
    }

    fn swap<'a>(
        &'a self,
        key: &'a str,
        from: Option<&'a str>,
        to: Option<&'a str>,
        until: Option<Timestamp>,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            check_key(key)?;
            to.map_or(Ok(()), check_value)?;
            let key = key.to_owned();
            let (from, to) = (from.map(str::to_owned), to.map(str::to_owned));
            let until = until.map(Timestamp::as_micros);
            let work = move |connection: &mut Connection, now| match (&from, &to) {
                (None, None) => {
                    let mut there = connection.prepare(SELECT)?;
                    let there = there.exists(named_params! { ":key": key, ":now": now })?;
                    Ok(!there)
                }
                (None, Some(to)) => {
                    let parameters =
                        named_params! { ":key": key, ":value": to, ":until": until, ":now": now };
                    changed(connection.execute(INSERT_MISSING, parameters))
                }
                (Some(from), Some(to)) => {
                    let parameters = named_params! {
                        ":key": key, ":from": from, ":value": to, ":until": until, ":now": now
                    };
                    changed(connection.execute(UPDATE_SAME, parameters))
                }
                (Some(from), None) => {
                    let parameters = named_params! { ":key": key, ":from": from, ":now": now };
                    changed(connection.execute(REMOVE_SAME, parameters))
                }
            };
            self.call(Access::Write, work).await
        })
    }

    fn list<'a>(
        &'a self,
        prefix: &'a str,
        at_most: usize,
    ) -> StoreFuture<'a, Vec<(String, String)>> {
        Box::pin(async move {
            check_key(prefix)?;
            let prefix = prefix.to_owned();
            let work = move |connection: &mut Connection, now| {
                let mut statement = connection.prepare(LIST)?;
                let mut rows = statement.query(named_params! { ":prefix": prefix, ":now": now })?;
                let mut found = Vec::new();
                while found.len() < at_most
                    && let Some(row) = rows.next()?
                {
                    let key: String = row.get(0)?;
                    if !key.starts_with(&prefix) {
                        break;
                    }
                    found.push((key, row.get(1)?));
                }
                Ok(found)
            };
            self.call(Access::Read, work).await
        })
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Access {
    Read,
    Write,
}

fn changed(rows: rusqlite::Result<usize>) -> rusqlite::Result<bool> {
    rows.map(|rows| rows > 0)
}

const SELECT: &str = "SELECT value FROM entry WHERE key = :key AND (until IS NULL OR until > :now)";

const PUT: &str = "INSERT INTO entry (key, value, until) VALUES (:key, :value, :until)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value, until = excluded.until";

const INSERT_MISSING: &str = "INSERT INTO entry (key, value, until) VALUES (:key, :value, :until)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value, until = excluded.until
    WHERE entry.until <= :now";

const UPDATE_SAME: &str = "UPDATE entry SET value = :value, until = :until
    WHERE key = :key AND value = :from AND (until IS NULL OR until > :now)";

const REMOVE: &str = "DELETE FROM entry WHERE key = :key";

const REMOVE_SAME: &str =
    "DELETE FROM entry WHERE key = :key AND value = :from AND (until IS NULL OR until > :now)";

/// The rows come one by one, so that reading can stop where the prefix ends.
const LIST: &str = "SELECT key, value FROM entry
    WHERE key >= :prefix AND (until IS NULL OR until > :now) ORDER BY key";

const FILE: &str = "easy_wechat.sqlite3";

/// The longest that a call takes, with waiting for the calls before it.
const AT_MOST: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_disk_is_an_error_and_what_was_written_stays() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path(), Clock::system());
        store.put("before", "1", None).await.unwrap();
        let no_growth = |connection: &mut Connection, _now| {
            let pages: i64 = connection.pragma_query_value(None, "page_count", |row| row.get(0))?;
            connection.pragma_update(None, "max_page_count", pages)
        };
        store.call(Access::Write, no_growth).await.unwrap();
        let large = "x".repeat(8192);
        let full = store.put("after", &large, None).await;
        assert!(matches!(full, Err(StoreError::NoSpace { .. })), "{full:?}");
        assert_eq!(store.get("before").await.unwrap().as_deref(), Some("1"));
        assert_eq!(store.get("after").await.unwrap(), None);
        // The file was opened again, and with that the limit is gone: there is room once more.
        store.put("after", &large, None).await.unwrap();
    }
}
