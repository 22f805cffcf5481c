//! A stream of JPEG pictures, one after the other, split into pictures.

use bytes::{Buf as _, Bytes, BytesMut};
use memchr::{memchr, memmem};

/// Splits what a camera writes into its pictures.
///
/// It follows the lengths of a picture's segments up to the scan, so that the thumbnail within one is not taken for its
/// end. What is no picture is left out, and the next one found.
///
/// ```
/// use monkey_monitor::camera::JpegStream;
///
/// let mut stream = JpegStream::new();
/// stream.push(b"rubbish\xFF\xD8\xFF\xDA\x00\x02scan\xFF");
/// assert_eq!(stream.take(), None);
/// stream.push(b"\xD9more");
/// assert_eq!(stream.take().as_deref(), Some(&b"\xFF\xD8\xFF\xDA\x00\x02scan\xFF\xD9"[..]));
/// ```
#[derive(Debug)]
pub struct JpegStream {
    buffer: BytesMut,
    /// How far the picture at the start of the buffer was read.
    at: usize,
    state: State,
    /// Whether the picture has had a scan: without one it is none.
    scanned: bool,
    limit: usize,
}

#[derive(Debug)]
enum State {
    /// No start of a picture was found yet.
    Seeking,
    /// `at` is where a marker must be.
    Segments,
    /// `at` is within the data of a scan.
    Scan,
}

enum Step {
    On,
    /// The picture ends before this place.
    Picture(usize),
    Starved,
}

impl JpegStream {
    /// An empty one, for pictures of at most [`MAX_PICTURE`] bytes.
    pub fn new() -> Self {
        Self::with_limit(MAX_PICTURE)
    }

    /// One for pictures of at most `limit` bytes; longer ones are left out.
    pub fn with_limit(limit: usize) -> Self {
        Self {
            buffer: BytesMut::new(),
            at: 0,
            state: State::Seeking,
            scanned: false,
            limit,
        }
    }

    /// Adds what was read. [`JpegStream::take`] must be called until it has no more, or it grows.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole picture, with memory of its own.
    pub fn take(&mut self) -> Option<Bytes> {
        loop {
            match self.step() {
                Step::On => {}
                Step::Picture(end) => {
                    let picture = self.buffer.get(..end).map(Bytes::copy_from_slice);
                    self.seek_from(end);
                    if end <= self.limit {
                        return picture;
                    }
                }
                Step::Starved if self.buffer.len() > self.limit => {
                    self.seek_from(self.buffer.len());
                }
                Step::Starved => return None,
            }
        }
    }

    fn step(&mut self) -> Step {
        match self.state {
            State::Seeking => self.seek(),
            State::Segments => self.segment(),
            State::Scan => self.scan(),
        }
    }

    fn seek(&mut self) -> Step {
        if let Some(start) = memmem::find(&self.buffer, START) {
            self.begin_at(start);
            return Step::On;
        }
        // The start may be cut in two.
        let useless = self.buffer.len().saturating_sub(START.len() - 1);
        self.buffer.advance(useless);
        Step::Starved
    }

    fn segment(&mut self) -> Step {
        let (Some(first), Some(marker)) = (self.byte(self.at), self.byte(self.at + 1)) else {
            return Step::Starved;
        };
        if first != 0xFF {
            self.seek_from(self.at);
            return Step::On;
        }
        match marker {
            0xFF => self.at += 1,
            0xD8 => self.begin_at(self.at),
            0xD9 if self.scanned => return Step::Picture(self.at + 2),
            0x00 | 0xD9 => self.seek_from(self.at + 2),
            0x01 | 0xD0..=0xD7 => self.at += 2,
            _ => {
                let (Some(high), Some(low)) = (self.byte(self.at + 2), self.byte(self.at + 3))
                else {
                    return Step::Starved;
                };
                let length = usize::from(u16::from_be_bytes([high, low]));
                if length < 2 {
                    self.seek_from(self.at + 2);
                    return Step::On;
                }
                self.at += 2 + length;
                if marker == SCAN {
                    self.scanned = true;
                    self.state = State::Scan;
                }
            }
        }
        Step::On
    }

    fn scan(&mut self) -> Step {
        let Some(rest) = self.buffer.get(self.at..) else {
            return Step::Starved;
        };
        let Some(found) = memchr(0xFF, rest) else {
            self.at = self.buffer.len();
            return Step::Starved;
        };
        self.at += found;
        match self.byte(self.at + 1) {
            None => return Step::Starved,
            // A 0xFF of the data, or a restart.
            Some(0x00 | 0xD0..=0xD7) => self.at += 2,
            Some(0xFF) => self.at += 1,
            Some(_) => self.state = State::Segments,
        }
        Step::On
    }

    fn begin_at(&mut self, start: usize) {
        self.seek_from(start);
        self.state = State::Segments;
        self.at = 2;
    }

    /// Forgets what stands before `place`. Nothing is read twice, so rubbish costs no more than its length.
    fn seek_from(&mut self, place: usize) {
        self.buffer.advance(place.min(self.buffer.len()));
        self.at = 0;
        self.scanned = false;
        self.state = State::Seeking;
    }

    fn byte(&self, place: usize) -> Option<u8> {
        self.buffer.get(place).copied()
    }
}

impl Default for JpegStream {
    fn default() -> Self {
        Self::new()
    }
}

/// The longest picture that is taken: 8 MiB, below the platform's 10 MB for an image.
pub const MAX_PICTURE: usize = 8 * 1024 * 1024;

const START: &[u8] = &[0xFF, 0xD8, 0xFF];
const SCAN: u8 = 0xDA;
