//! The last photos, for the page.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use easy_wechat::Timestamp;

/// A photo that somebody asked for.
#[derive(Clone, Debug)]
pub struct Photo {
    /// Counts up from 1.
    pub number: u64,
    /// When it was taken.
    pub at: Timestamp,
    /// The picture, a JPEG.
    pub jpeg: Bytes,
}

/// The last [`KEPT`] photos. Clones are the same album.
#[derive(Clone, Debug, Default)]
pub struct Album {
    photos: Arc<Mutex<VecDeque<Photo>>>,
}

impl Album {
    /// Adds a photo; the oldest goes when there are too many.
    pub fn add(&self, at: Timestamp, jpeg: Bytes) {
        let mut photos = self.lock();
        let number = photos.back().map_or(1, |newest| newest.number + 1);
        photos.push_back(Photo { number, at, jpeg });
        if photos.len() > KEPT {
            photos.pop_front();
        }
    }

    /// All of them, the newest first.
    pub fn newest_first(&self) -> Vec<Photo> {
        self.lock().iter().rev().cloned().collect()
    }

    /// One of them.
    pub fn get(&self, number: u64) -> Option<Photo> {
        let photos = self.lock();
        photos.iter().find(|photo| photo.number == number).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Photo>> {
        self.photos.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How many photos are kept.
pub const KEPT: usize = 6;
