//! Where what must outlive a task or a process is kept: a few verbs, several places.
//!
//! The client keeps its access token in a [`Store`], so that all tasks and all processes of an app share one. The store
//! in memory ([`MemoryStore`]) serves one process; the one on disk (`SqliteStore`, feature `sqlite`) all processes of a
//! machine. Two functions choose one for a `state_path`:
//!
//! - [`shared`] falls back to memory while the disk fails. Use it for data that can be fetched again, such as an access
//!   token.
//! - [`strict`] returns every failure of the disk. Use it for data that must be neither lost nor repeated, such as the
//!   moments that a scheduler has run.
//!
//! ```
//! use std::time::Duration;
//! use easy_wechat::store::{MemoryStore, Store};
//! use easy_wechat::Clock;
//!
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! let clock = Clock::system();
//! let store = MemoryStore::new(clock.clone());
//! let in_a_minute = clock.now().plus(Duration::from_secs(60));
//! assert!(store.swap("lease/refresh", None, Some("me"), Some(in_a_minute)).await?);
//! assert!(!store.swap("lease/refresh", None, Some("you"), Some(in_a_minute)).await?);
//! # Ok::<_, easy_wechat::store::StoreError>(())
//! # })?;
//! # Ok::<_, easy_wechat::BoxError>(())
//! ```

mod error;
#[cfg(feature = "sqlite")]
mod fallback;
mod memory;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::fmt;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};

pub use error::StoreError;
pub use memory::MemoryStore;
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteStore;

use crate::clock::{Clock, Timestamp};

/// The future that a [`Store`]'s verbs give back.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Texts by their keys, each until a moment or for good.
///
/// What all stores promise:
///
/// - A value is there while the store's [`Clock`] is before its `until`. From then on it is as good as absent, for
///   every verb; it is removed some time later. (A clock that is set back makes values live longer.)
/// - Each verb is one atomic step, also among processes where the store is shared by several.
/// - A key has at most [`MAX_KEY_BYTES`], a value at most [`MAX_VALUE_BYTES`]. Both are any text, the empty one too.
/// - Values may be secrets: no error, no log and no `Debug` shows one. Keys are no secrets.
///
/// A future that is dropped before it is ready may have done its work or not.
///
/// # Errors
/// All verbs: [`StoreError::TooLarge`] when the key, the prefix or the value is; the others as the place has them, see
/// [`StoreError`].
pub trait Store: fmt::Debug + Send + Sync + 'static {
    /// The value of `key`.
    fn get<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<String>>;

    /// Writes a value over whatever was there. It is there until `until`; `None` is for good.
    fn put<'a>(
        &'a self,
        key: &'a str,
        value: &'a str,
        until: Option<Timestamp>,
    ) -> StoreFuture<'a, ()>;

    /// Removes `key`, whether it was there or not.
    fn remove<'a>(&'a self, key: &'a str) -> StoreFuture<'a, ()>;

    /// Compares and sets: only when `key` holds `from`, it holds `to` afterwards, until `until`.
    ///
    /// `None` stands for nothing, which is also what has expired: from `None` writes what is not there yet, to `None`
    /// removes. From a value to the same one gives it a new `until`, as a lease is renewed.
    ///
    /// True when `key` did hold `from`. Of many who do the same at once, with a `to` that is not `from`, one gets true.
    fn swap<'a>(
        &'a self,
        key: &'a str,
        from: Option<&'a str>,
        to: Option<&'a str>,
        until: Option<Timestamp>,
    ) -> StoreFuture<'a, bool>;

    /// The first `at_most` keys that begin with `prefix`, and their values, in the order of the keys' bytes.
    fn list<'a>(
        &'a self,
        prefix: &'a str,
        at_most: usize,
    ) -> StoreFuture<'a, Vec<(String, String)>>;
}

/// The store of this process for a folder, by the system's clock: whoever asks for the same folder gets the same one,
/// as long as somebody holds it. Without a folder it is one store in memory, which lasts as long as the process.
///
/// It does not fail when the disk does, as [`open`] says; [`strict`] does.
pub fn shared(state_path: Option<&Path>) -> Arc<dyn Store> {
    static IN_MEMORY: OnceLock<Arc<MemoryStore>> = OnceLock::new();
    #[cfg(feature = "sqlite")]
    if let Some(folder) = state_path {
        return fallback::shared(folder);
    }
    let _ = state_path;
    let store = IN_MEMORY.get_or_init(|| Arc::new(MemoryStore::new(Clock::system())));
    Arc::clone(store) as Arc<dyn Store>
}

/// Returns the store for a folder, with the system's clock, whose methods fail when the disk does. Without a folder it is
/// the in-memory store of [`shared`].
///
/// A scheduler needs this one: with [`shared`], a moment that is recorded only in memory while the disk is full is run again
/// by the next process.
///
/// Nothing is opened before the first call. Without the feature `sqlite` everything is in memory. For another clock, use
/// `SqliteStore::open`.
pub fn strict(state_path: Option<&Path>) -> Arc<dyn Store> {
    #[cfg(feature = "sqlite")]
    if let Some(folder) = state_path {
        return Arc::new(SqliteStore::open(folder, Clock::system()));
    }
    let _ = state_path;
    shared(None)
}

/// A store of its own in a folder, which other processes may have open as well; tests bring their clock.
///
/// While the disk fails (no rights, no space, a damaged file, a lock that is not released) everything is kept in
/// memory, with one warning in the log. The disk is tried again after 60 s; then what was written meanwhile and is still valid
/// is copied to where the disk has nothing. What the disk has wins: other processes may have written it. So around an
/// outage a value may be missing or an older one come back, as a cache's may. The verbs fail only with
/// [`StoreError::TooLarge`], and with [`StoreError::Full`] when memory is all there is and it is full.
///
/// Without a folder, or without the feature `sqlite`, it is a [`MemoryStore`].
pub fn open(state_path: Option<&Path>, clock: Clock) -> Arc<dyn Store> {
    #[cfg(feature = "sqlite")]
    if let Some(folder) = state_path {
        return Arc::new(fallback::FallbackStore::open(folder, clock));
    }
    let _ = state_path;
    Arc::new(MemoryStore::new(clock))
}

/// The longest key, in bytes.
pub const MAX_KEY_BYTES: usize = 512;

/// The longest value, in bytes: 256 KiB.
pub const MAX_VALUE_BYTES: usize = 256 * 1024;

fn check_key(key: &str) -> Result<(), StoreError> {
    check("a key", key, MAX_KEY_BYTES)
}

fn check_value(value: &str) -> Result<(), StoreError> {
    check("a value", value, MAX_VALUE_BYTES)
}

fn check(what: &'static str, text: &str, limit: usize) -> Result<(), StoreError> {
    let size = text.len();
    if size > limit {
        return Err(StoreError::TooLarge { what, size, limit });
    }
    Ok(())
}
