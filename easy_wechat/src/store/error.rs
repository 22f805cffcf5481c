use std::fmt;

use crate::BoxError;
use crate::error_line::one_line;

/// Why a store did not do what it was asked for, sorted by what helps.
///
/// No error holds a value: it may be a secret. `Debug` says the same as `Display`, with the causes.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The caller's mistake: it must store less under one key.
    #[error("{what} of {size} bytes is too large for a store, which takes at most {limit}")]
    TooLarge {
        /// The key or the value.
        what: &'static str,
        /// Its size in bytes.
        size: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// The store in memory holds as much as it may, and nothing of it has expired: store less, or with an end.
    #[error(
        "the store in memory is full, with {entries} entries of {bytes} bytes in all; store less or with an end, or set state_path to have it on disk"
    )]
    Full {
        /// How many entries there are.
        entries: usize,
        /// How large keys and values are together.
        bytes: usize,
    },
    /// Others used it for too long, or the disk is very slow. To try again helps, unless somebody hangs.
    ///
    /// A write may be done later all the same.
    #[error(
        "{place} could not be used in time: another process holds its lock, or the disk is too slow; try again, or find out which process hangs"
    )]
    Busy {
        /// The file.
        place: String,
    },
    /// The disk is full: free some space.
    #[error("there is no space left for {place}; free some on its disk")]
    NoSpace {
        /// The file.
        place: String,
        /// What the disk said.
        source: BoxError,
    },
    /// The file is damaged, or is not a store. When it is deleted, tokens are fetched again and schedules start over; other
    /// data of a program is lost.
    #[error(
        "{place} is damaged, or is not a store of easy_wechat; delete it together with its -wal and -shm, and a new one is made"
    )]
    Damaged {
        /// The file.
        place: String,
        /// What is wrong.
        source: BoxError,
    },
    /// A newer version of this crate made it: bring this program up to date.
    #[error(
        "{place} was made by a newer version of easy_wechat (its format is {found}, this version knows {known}); update this program, or set another state_path"
    )]
    Newer {
        /// The file.
        place: String,
        /// Its format.
        found: i64,
        /// The newest format that this version knows.
        known: i64,
    },
    /// It cannot be reached: the path is wrong, the rights are missing, the disk has failed.
    #[error(
        "{place} cannot be read and written; check that the path is right and that this user may write there, or set another state_path"
    )]
    Unavailable {
        /// The file.
        place: String,
        /// The reason.
        source: BoxError,
    },
}

impl fmt::Debug for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&one_line(self))
    }
}
