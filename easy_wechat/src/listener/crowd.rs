//! The connections of one worker: how many there may be, and which are closed above the limit.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::time::Duration;

use tokio::time::{Instant, sleep};
use tracing::warn;

use super::connection::Connection;

/// The number of connections that one worker may have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    /// Above this, silent clients are disconnected.
    pub(super) soft: usize,
    /// Above this, no connection is accepted.
    pub(super) hard: usize,
}

impl Room {
    /// The share of one worker in `wanted`, or in what the descriptors of the process allow.
    pub(super) fn new(wanted: Option<usize>, workers: usize) -> Self {
        // The other descriptors are for files, the store, and calls of the API.
        let most = descriptors().map_or(MOST, |descriptors| (descriptors / 10 * 6).min(MOST));
        let soft = (wanted.unwrap_or(most).min(most) / workers.max(1)).max(2);
        Self {
            soft,
            hard: soft + soft.div_ceil(4),
        }
    }
}

/// How many files and sockets the process may have open.
#[cfg(unix)]
fn descriptors() -> Option<usize> {
    use nix::sys::resource::{Resource, getrlimit};
    let (soft, _) = getrlimit(Resource::RLIMIT_NOFILE).ok()?;
    usize::try_from(soft).ok()
}

#[cfg(not(unix))]
fn descriptors() -> Option<usize> {
    None
}

/// The connections of one worker.
#[derive(Debug)]
pub(super) struct Crowd {
    room: Room,
    /// Those that are open, and some that are already closed.
    connections: RefCell<Vec<Weak<Connection>>>,
    open: Cell<usize>,
    /// Those that are still open but about to close.
    evicted: Cell<usize>,
    sweeps: Cell<bool>,
    warned: Cell<Option<Instant>>,
}

thread_local! {
    /// A worker is a thread, and may have several sockets.
    static HERE: RefCell<Weak<Crowd>> = const { RefCell::new(Weak::new()) };
}

impl Crowd {
    /// The crowd of this thread.
    pub(super) fn here(room: Room) -> Rc<Self> {
        HERE.with_borrow_mut(|here| {
            here.upgrade().unwrap_or_else(|| {
                let crowd = Rc::new(Self {
                    room,
                    connections: RefCell::default(),
                    open: Cell::new(0),
                    evicted: Cell::new(0),
                    sweeps: Cell::new(false),
                    warned: Cell::new(None),
                });
                *here = Rc::downgrade(&crowd);
                crowd
            })
        })
    }

    pub(super) fn enter(self: &Rc<Self>, connection: &Rc<Connection>) {
        self.open.set(self.open.get() + 1);
        let mut connections = self.connections.borrow_mut();
        if connections.len() > 2 * self.open.get() + 64 {
            connections.retain(|connection| connection.strong_count() > 0);
        }
        connections.push(Rc::downgrade(connection));
        if self.too_many() > 0 && !self.sweeps.replace(true) {
            actix_web::rt::spawn(Rc::clone(self).sweep());
        }
    }

    pub(super) fn leave(&self, connection: &Connection) {
        self.open.set(self.open.get().saturating_sub(1));
        if connection.is_evicted() {
            self.evicted.set(self.evicted.get().saturating_sub(1));
        }
    }

    fn too_many(&self) -> usize {
        self.open
            .get()
            .saturating_sub(self.evicted.get() + self.room.soft)
    }

    /// Closes connections for as long as there are too many.
    async fn sweep(self: Rc<Self>) {
        while self.too_many() > 0 {
            self.make_room();
            sleep(SWEEP).await;
        }
        self.sweeps.set(false);
    }

    /// Disconnects the clients that have been silent for longest, trusted ones last.
    fn make_room(&self) {
        let now = Instant::now();
        let mut silent: Vec<(bool, Instant, Rc<Connection>)> = self
            .connections
            .borrow()
            .iter()
            .filter_map(Weak::upgrade)
            .filter_map(|connection| {
                let since = connection.silent_since()?;
                (since + MIN_SILENCE <= now).then(|| (connection.is_trusted(), since, connection))
            })
            .collect();
        silent.sort_unstable_by_key(|(trusted, since, _)| (*trusted, *since));
        // A few more than needed, so that the next clients need not wait.
        let leaving = self.too_many() + self.room.soft / 16;
        let leaving = leaving.min(silent.len());
        for (_, _, connection) in silent.into_iter().take(leaving) {
            self.evicted.set(self.evicted.get() + 1);
            connection.evict();
        }
        let warned = self.warned.get();
        if leaving > 0 && warned.is_none_or(|warned| warned + WARN_EVERY <= now) {
            self.warned.set(Some(now));
            warn!(
                max_connections = self.room.soft,
                "too many connections on a worker; closing those silent for longest"
            );
        }
    }
}

/// The maximum number of connections, whatever the descriptors allow: each takes about 20 KiB.
const MOST: usize = 8192;

/// The request of a client that was silent for less may be on its way.
const MIN_SILENCE: Duration = Duration::from_millis(250);

const SWEEP: Duration = Duration::from_millis(50);

const WARN_EVERY: Duration = Duration::from_mins(1);
