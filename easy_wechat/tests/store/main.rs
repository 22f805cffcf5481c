//! The stores: one list of promises for all of them, and then what disks and processes do to them.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "in a test a panic is a failure"
)]

mod bounds;
mod child;
mod log;
mod outages;
mod processes;
mod promises;
mod races;
mod sharing;
mod trouble;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use easy_wechat::store::{self, MemoryStore, SqliteStore, Store};
use easy_wechat::{Clock, Timestamp};

/// The time of every test that does not move it.
const NOW: i64 = 1_450_092_658;

const FILE: &str = "easy_wechat.sqlite3";

/// A store with its clock, and the folder that goes with it.
struct Place {
    name: &'static str,
    store: Arc<dyn Store>,
    clock: Clock,
    _folder: tempfile::TempDir,
}

type Make = fn(&Path, Clock) -> Arc<dyn Store>;

/// One of each, all empty.
fn places() -> Vec<Place> {
    let make: [(&'static str, Make); 3] = [
        ("memory", |_, clock| Arc::new(MemoryStore::new(clock))),
        ("sqlite", |folder, clock| {
            Arc::new(SqliteStore::open(folder, clock))
        }),
        ("fallback", |folder, clock| store::open(Some(folder), clock)),
    ];
    let place = |(name, make): (&'static str, Make)| {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::fake(Timestamp::from_secs(NOW));
        Place {
            name,
            store: make(folder.path(), clock.clone()),
            clock,
            _folder: folder,
        }
    };
    make.into_iter().map(place).collect()
}

/// The moment this many seconds from [`NOW`].
fn at(seconds: i64) -> Timestamp {
    Timestamp::from_secs(NOW + seconds)
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let bounded = tokio::time::timeout(Duration::from_mins(1), future);
        bounded.await.expect("a store never hangs")
    })
}
