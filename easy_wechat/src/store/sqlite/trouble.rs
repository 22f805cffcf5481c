use std::io;
use std::path::Path;

use rusqlite::ErrorCode;

use crate::BoxError;
use crate::store::StoreError;

/// What can go wrong on the way to the disk.
pub(super) enum Trouble {
    Sqlite(rusqlite::Error),
    System(io::Error),
    Newer { found: i64, known: i64 },
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

impl Trouble {
    /// Whether another connection is in the way, so that it may go well in a moment.
    pub(super) fn is_passing(&self) -> bool {
        matches!(
            self.code(),
            Some(
                ErrorCode::DatabaseBusy
                    | ErrorCode::DatabaseLocked
                    | ErrorCode::FileLockingProtocolFailed
            )
        )
    }

    /// The error for the caller.
    pub(super) fn sorted(self, place: &Path) -> StoreError {
        if self.is_passing() {
            return busy(place);
        }
        let code = self.code();
        let source: BoxError = match self {
            Self::Newer { found, known } => {
                return StoreError::Newer {
                    place: shown(place),
                    found,
                    known,
                };
            }
            Self::System(error) if error.kind() == io::ErrorKind::StorageFull => {
                return StoreError::NoSpace {
                    place: shown(place),
                    source: error.into(),
                };
            }
            Self::System(error) => return unavailable(place, error),
            Self::Sqlite(error) => error.into(),
        };
        let place = shown(place);
        match code {
            Some(ErrorCode::DiskFull) => StoreError::NoSpace { place, source },
            // `Unknown` is what SQLite says to a table or a column that is not there. Without a code it is rusqlite
            // that did not find text where text should be.
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::Unknown)
            | None => StoreError::Damaged { place, source },
            Some(_) => StoreError::Unavailable { place, source },
        }
    }

    fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Sqlite(error) => error.sqlite_error_code(),
            Self::System(_) | Self::Newer { .. } => None,
        }
    }
}

pub(super) fn busy(place: &Path) -> StoreError {
    StoreError::Busy {
        place: shown(place),
    }
}

pub(super) fn unavailable(place: &Path, source: impl Into<BoxError>) -> StoreError {
    StoreError::Unavailable {
        place: shown(place),
        source: source.into(),
    }
}

fn shown(place: &Path) -> String {
    place.display().to_string()
}

#[cfg(test)]
mod tests {
    use rusqlite::ffi;

    use super::*;

    #[test]
    fn every_trouble_says_what_helps() {
        for (code, help) in [
            (ffi::SQLITE_FULL, "free some"),
            (ffi::SQLITE_BUSY, "try again"),
            (ffi::SQLITE_BUSY_RECOVERY, "try again"),
            (ffi::SQLITE_PROTOCOL, "try again"),
            (ffi::SQLITE_CORRUPT, "delete it"),
            (ffi::SQLITE_NOTADB, "delete it"),
            (ffi::SQLITE_ERROR, "delete it"),
            (ffi::SQLITE_READONLY, "may write there"),
            (ffi::SQLITE_CANTOPEN, "may write there"),
            (ffi::SQLITE_PERM, "may write there"),
            (ffi::SQLITE_IOERR, "may write there"),
        ] {
            let error = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
            let error = Trouble::Sqlite(error).sorted(Path::new("/a/file"));
            let said = error.to_string();
            assert!(
                said.contains(help) && said.contains("/a/file"),
                "{code}: {said}"
            );
        }
        let full = Trouble::System(io::ErrorKind::StorageFull.into());
        assert!(matches!(
            full.sorted(Path::new("/a")),
            StoreError::NoSpace { .. }
        ));
    }
}
