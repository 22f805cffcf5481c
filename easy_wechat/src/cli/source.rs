//! A file to send: from disk, the standard input, or another pipe.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::outcome::usage;
use crate::BoxError;
use crate::client::{ClientError, Upload};
use crate::outgoing::{MediaType, Picture};

/// The bytes, and the name that the receiver sees.
#[derive(Clone, Debug)]
pub(super) struct Source {
    bytes: Bytes,
    name: String,
}

#[derive(Clone, Debug)]
enum Bytes {
    /// A regular file, which is read while it is sent.
    OnDisk(PathBuf),
    /// Read from a pipe, whose size is unknown.
    Read(Vec<u8>),
}

impl Source {
    /// Opens a file; `-` is the standard input. A pipe is read into memory, 20 MB at most: more is refused as too large.
    ///
    /// # Errors
    /// The file cannot be read, or it comes from a pipe and has no name.
    pub(super) fn open(
        path: &Path,
        name: Option<&str>,
        kind: Option<MediaType>,
    ) -> Result<Self, BoxError> {
        let is_stdin = path.as_os_str() == "-";
        let is_pipe = is_stdin || fs::metadata(path).is_ok_and(|it| !it.is_file() && !it.is_dir());
        if !is_pipe {
            let own = path
                .file_name()
                .unwrap_or(path.as_os_str())
                .to_string_lossy();
            return Ok(Self {
                bytes: Bytes::OnDisk(path.to_owned()),
                name: name.map_or_else(|| own.into_owned(), str::to_owned),
            });
        }
        let name = match (name, kind) {
            (Some(name), _) => name,
            (None, Some(MediaType::Image)) => "image",
            (None, Some(MediaType::Voice)) => "voice.amr",
            (None, Some(MediaType::Video)) => "video.mp4",
            (None, _) => {
                return Err(usage(
                    "missing name: a file from the standard input or a pipe has none; add --name, as in --name report.txt",
                ));
            }
        };
        let mut bytes = Vec::new();
        let read = if is_stdin {
            read(io::stdin().lock(), &mut bytes)
        } else {
            File::open(path).and_then(|file| read(file, &mut bytes))
        };
        read.map_err(unreadable(path))?;
        if bytes.is_empty() && is_stdin {
            return Err(usage("empty standard input; nothing was sent"));
        }
        Ok(Self {
            bytes: Bytes::Read(bytes),
            name: name.to_owned(),
        })
    }

    pub(super) fn upload(self) -> Upload {
        match self.bytes {
            Bytes::OnDisk(path) => Upload::file(path).named(self.name),
            Bytes::Read(bytes) => Upload::bytes(self.name, bytes),
        }
    }

    /// Its first bytes, 16 at most.
    pub(super) fn head(&self) -> Result<Vec<u8>, ClientError> {
        match &self.bytes {
            Bytes::OnDisk(path) => {
                let mut head = Vec::new();
                let read = File::open(path).and_then(|file| file.take(HEAD).read_to_end(&mut head));
                read.map_err(unreadable(path))?;
                Ok(head)
            }
            Bytes::Read(bytes) => Ok(bytes.iter().copied().take(16).collect()),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// A picture as robots take it.
    pub(super) fn picture(self) -> Result<Picture, ClientError> {
        let bytes = match self.bytes {
            Bytes::OnDisk(path) => {
                let mut bytes = Vec::new();
                let read = File::open(&path).and_then(|file| read(file, &mut bytes));
                read.map_err(unreadable(&path))?;
                bytes
            }
            Bytes::Read(bytes) => bytes,
        };
        Ok(Picture::of_file(&self.name, &bytes)?)
    }
}

fn unreadable(path: &Path) -> impl FnOnce(io::Error) -> ClientError {
    |source| ClientError::File {
        path: path.to_owned(),
        what: "read",
        source,
    }
}

/// Reads one byte more than the limit, so that a larger file is refused.
fn read(from: impl Read, bytes: &mut Vec<u8>) -> io::Result<usize> {
    from.take(LARGEST + 1).read_to_end(bytes)
}

const LARGEST: u64 = 20 << 20;
const HEAD: u64 = 16;
