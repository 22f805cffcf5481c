//! Pictures with their times, before they become a film.

use std::time::Duration;

use bytes::Bytes;
use tokio::time::{Instant, timeout_at};

use crate::camera::{Camera, CameraError};

/// Some seconds of a camera.
#[derive(Clone, Debug)]
pub struct Recording {
    /// The pictures, and how long after the first each came.
    frames: Vec<(Duration, Bytes)>,
    length: Duration,
    bytes: usize,
    /// The pictures are kept at least so far apart.
    apart: Duration,
}

/// Records a camera for `length`, from its next picture on.
///
/// # Errors
/// [`CameraError`] as soon as anything is wrong with it: a film with a hole is none.
pub async fn record(camera: &Camera, length: Duration) -> Result<Recording, CameraError> {
    let mut view = camera.open();
    let first = view.fresh().await?;
    let mut recording = Recording::new(length);
    recording.add(Duration::ZERO, first.jpeg);
    let end = Instant::from_std(first.at) + length;
    while let Ok(next) = timeout_at(end, view.next()).await {
        let frame = next?;
        recording.add(frame.at.saturating_duration_since(first.at), frame.jpeg);
    }
    Ok(recording)
}

impl Recording {
    /// An empty one, to be `length` long.
    pub fn new(length: Duration) -> Self {
        Self {
            frames: Vec::new(),
            length,
            bytes: 0,
            apart: Duration::ZERO,
        }
    }

    /// Adds a picture, which came so long after the first. When they take more than 64 MiB every other one is left out.
    pub fn add(&mut self, after: Duration, jpeg: Bytes) {
        if let Some((last, _)) = self.frames.last()
            && after < *last + self.apart
        {
            return;
        }
        self.bytes += jpeg.len();
        self.frames.push((after, jpeg));
        if self.bytes > MAX_BYTES && self.frames.len() > 1 {
            self.thin();
        }
    }

    /// How long it plays.
    pub fn length(&self) -> Duration {
        self.length
    }

    /// How many pictures it has.
    pub fn count(&self) -> usize {
        self.frames.len()
    }

    /// The pictures of a film of `rate` pictures a second: for each the newest that had come by then.
    pub fn at_rate(&self, rate: u32) -> impl Iterator<Item = &Bytes> {
        let slots = self.length.as_secs_f64() * f64::from(rate);
        let mut newest = 0;
        // A float becomes the nearest number that fits; a film has some hundreds.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a film has some hundreds of pictures"
        )]
        let slots = slots.round() as u32;
        (0..slots).filter_map(move |slot| {
            let time = Duration::from_secs(u64::from(slot)) / rate;
            while self
                .frames
                .get(newest + 1)
                .is_some_and(|(at, _)| *at <= time)
            {
                newest += 1;
            }
            self.frames.get(newest).map(|(_, jpeg)| jpeg)
        })
    }

    fn thin(&mut self) {
        let mut keep = false;
        self.frames.retain(|_| {
            keep = !keep;
            keep
        });
        self.bytes = self.frames.iter().map(|(_, jpeg)| jpeg.len()).sum();
        let count = u32::try_from(self.frames.len()).unwrap_or(u32::MAX).max(2);
        if let Some((last, _)) = self.frames.last() {
            self.apart = *last / (count - 1);
        }
    }
}

const MAX_BYTES: usize = 64 * 1024 * 1024;
