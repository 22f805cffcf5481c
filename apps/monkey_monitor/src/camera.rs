//! One camera for all who look at it.
//!
//! The first [`View`] starts it; some seconds after the last is gone it stops. In between it is started again when it
//! ends, with pauses that grow from 1 to 30 seconds.

mod capture;
mod format;
mod jpeg_stream;
mod monkey;
mod nodes;
mod picture;
pub(crate) mod program;
mod settings;
mod source;
mod synthetic;
mod trouble;
mod words;

pub use format::{EXPECTED_FORMAT, Format, UnknownFormat};
pub use jpeg_stream::{JpegStream, MAX_PICTURE};
pub use settings::{CameraSettings, KEYS};
pub use source::{EXPECTED_SOURCE, Source, SourceError};
pub use synthetic::draw;
pub use trouble::{CameraError, NO_PASSING_FAULT};

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::timeout;

/// One picture of the camera. Clones share its bytes.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The picture, a JPEG.
    pub jpeg: Bytes,
    /// Counts up, as long as the program runs, not always by one.
    pub number: u64,
    /// When it came.
    pub at: Instant,
}

/// A camera. Clones are the same one.
#[derive(Clone, Debug)]
pub struct Camera {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    settings: CameraSettings,
    now: watch::Sender<Now>,
    /// How many look.
    users: watch::Sender<usize>,
    /// Whether the task runs that reads it. Locked for a moment only.
    running: Mutex<bool>,
    /// Numbers pictures and troubles.
    count: AtomicU64,
    /// Whether the device or the program has not all that is asked for at first.
    asked_less: AtomicBool,
    /// How many times in a row it ended without a picture.
    failures: AtomicU32,
    runtime: Handle,
}

/// What there is to see, and what is wrong.
#[derive(Clone, Debug, Default)]
struct Now {
    frame: Option<Frame>,
    /// Since the last picture, with a number that counts up.
    trouble: Option<(u64, CameraError)>,
    closed: bool,
}

impl Camera {
    /// A camera that nobody looks at yet. It is read on the runtime in which this is called.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn new(settings: CameraSettings) -> Self {
        Self {
            shared: Arc::new(Shared {
                settings,
                now: watch::Sender::default(),
                users: watch::Sender::new(0),
                running: Mutex::new(false),
                count: AtomicU64::new(0),
                asked_less: AtomicBool::new(false),
                failures: AtomicU32::new(0),
                runtime: Handle::current(),
            }),
        }
    }

    /// What it was made with.
    pub fn settings(&self) -> &CameraSettings {
        &self.shared.settings
    }

    /// Begins to look; the camera runs as long as somebody does.
    pub fn open(&self) -> View {
        let user = User::new(Arc::clone(&self.shared));
        let mut running = self
            .shared
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if !*running && !self.shared.now.borrow().closed {
            *running = true;
            self.shared
                .runtime
                .spawn(capture::run(Arc::clone(&self.shared)));
        }
        drop(running);
        View {
            now: self.shared.now.subscribe(),
            seen: 0,
            known_trouble: 0,
            _user: user,
        }
    }

    /// A picture of this moment: the newest one when it is younger than a second, else the next one.
    ///
    /// # Errors
    /// [`CameraError`]: what is wrong with the camera, or [`CameraError::Silent`] after 5 seconds without a picture.
    pub async fn still(&self) -> Result<Frame, CameraError> {
        let mut view = self.open();
        let waited = self.shared.settings.silence;
        timeout(waited, view.fresh()).await.unwrap_or_else(|_| {
            Err(CameraError::Silent {
                seconds: waited.as_secs(),
                said: String::new(),
            })
        })
    }

    /// What is wrong with it now; `None` when a picture came since, or nobody looks.
    pub fn trouble(&self) -> Option<CameraError> {
        let now = self.shared.now.borrow();
        now.trouble.as_ref().map(|(_, trouble)| trouble.clone())
    }

    /// Whether the task that reads it runs.
    pub fn is_running(&self) -> bool {
        *self
            .shared
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends it for all who look: the app stops.
    pub fn close(&self) {
        self.shared.now.send_modify(|now| {
            now.closed = true;
            now.frame = None;
        });
    }

    /// Waits until nothing of it runs any more, after [`Camera::close`] or when nobody looks.
    pub async fn stopped(&self) {
        while self.is_running() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

/// Somebody who looks at a camera.
#[derive(Debug)]
pub struct View {
    now: watch::Receiver<Now>,
    /// The number of the last picture that was given.
    seen: u64,
    known_trouble: u64,
    _user: User,
}

impl View {
    /// The newest picture, if there is one.
    pub fn newest(&self) -> Option<Frame> {
        self.now.borrow().frame.clone()
    }

    /// The newest picture when it is younger than a second, else the next one.
    ///
    /// # Errors
    /// As for [`View::next`].
    pub async fn fresh(&mut self) -> Result<Frame, CameraError> {
        if let Some(stale) = self.newest().filter(|it| it.at.elapsed() >= FRESH) {
            self.seen = stale.number;
        }
        self.next().await
    }

    /// The newest picture that was not given yet; waits for one. Pictures that came in between are left out.
    ///
    /// # Errors
    /// [`CameraError`], once for each trouble: the camera is started again all the while, so one may go on to wait.
    /// [`CameraError::Closed`] is the end.
    pub async fn next(&mut self) -> Result<Frame, CameraError> {
        loop {
            {
                let now = self.now.borrow_and_update();
                if now.closed {
                    return Err(CameraError::Closed);
                }
                if let Some(frame) = now.frame.as_ref().filter(|it| it.number > self.seen) {
                    self.seen = frame.number;
                    return Ok(frame.clone());
                }
                if let Some((number, trouble)) = &now.trouble
                    && *number > self.known_trouble
                {
                    self.known_trouble = *number;
                    return Err(trouble.clone());
                }
            }
            if self.now.changed().await.is_err() {
                return Err(CameraError::Closed);
            }
        }
    }
}

/// Counts as one who looks, until it is dropped.
#[derive(Debug)]
struct User(Arc<Shared>);

impl User {
    fn new(shared: Arc<Shared>) -> Self {
        shared.users.send_modify(|users| *users += 1);
        Self(shared)
    }
}

impl Drop for User {
    fn drop(&mut self) {
        self.0
            .users
            .send_modify(|users| *users = users.saturating_sub(1));
    }
}

/// The age up to which a picture shows this moment.
const FRESH: Duration = Duration::from_secs(1);
