//! A file as `multipart/form-data`, written by hand: the length must be known before, and the platform reads the name only
//! as plain UTF-8, where libraries write it in the form of RFC 5987.
//!
//! <https://developer.work.weixin.qq.com/document/path/90253>

use std::future::ready;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, stream};
use serde_json::{Map, Value};

use super::progress::Watch;
use super::upload::{Opened, Reader, Upload, size};
use crate::call::{Api, ClientError};
use crate::outgoing::{MediaType, OutgoingError};
use crate::platform::AccountKind;
use crate::wire::Payload;

/// What a file must be to be taken.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rule {
    /// `media/upload`, and that of a robot.
    Media(MediaType),
    /// `media/uploadimg`.
    Article,
}

impl Rule {
    /// Checks it before anything is sent.
    pub(super) async fn check(self, kind: AccountKind, file: &Upload) -> Result<(), ClientError> {
        let opened = file.open().await?;
        self.judge(kind, file.file_name(), &opened)?;
        if let Self::Media(MediaType::Voice) = self {
            // The longest is 2 MB, as was just checked.
            let bytes = opened.all().await.map_err(|error| file.unread(error))?;
            MediaType::Voice.check_length(file.file_name(), &bytes)?;
        }
        Ok(())
    }

    fn judge(self, kind: AccountKind, name: &str, file: &Opened) -> Result<(), OutgoingError> {
        let length = file.length;
        let media_type = match self {
            Self::Media(media_type) => return media_type.check(kind, name, length, &file.head),
            Self::Article => MediaType::Image,
        };
        let most = match kind {
            AccountKind::WeCom => 2 * MB,
            AccountKind::OfficialAccount => MB,
        };
        if length > most {
            return Err(OutgoingError::MediaSize {
                file: name.to_owned(),
                media_type: media_type.as_str(),
                size: length,
                least: LEAST,
                most,
            });
        }
        // Both platforms take here what WeCom takes as a picture: no GIF.
        media_type.check(AccountKind::WeCom, name, length, &file.head)
    }
}

/// Sends a file, once, after it was opened and checked.
///
/// `secrets` are parameters that no error shows.
///
/// # Errors
/// [`ClientError::File`] also when the file changes while it is sent; the platform then has nothing of it.
pub(super) async fn send(
    api: &Api,
    path: &str,
    query: &[(&str, &str)],
    secrets: &[(&str, &str)],
    file: &Upload,
    rule: Rule,
) -> Result<Map<String, Value>, ClientError> {
    let opened = file.open().await?;
    rule.judge(api.kind, file.file_name(), &opened)?;
    let length = opened.length;
    let fault = Fault::default();
    let payload = payload(file, opened, fault.clone());
    let timeout = time_for(length);
    let answer = api.upload(path, query, secrets, payload, timeout).await;
    match fault.take() {
        Some(error) => Err(file.unread(error)),
        None => answer,
    }
}

/// How much longer a call may take for these bytes: a second for each 32 KiB.
pub(super) fn time_for(length: u64) -> Duration {
    Duration::from_secs(length.div_ceil(32 * 1024))
}

fn payload(file: &Upload, opened: Opened, fault: Fault) -> Payload {
    let boundary = format!("easy-wechat-{:032x}", rand::random::<u128>());
    let Opened { length, reader, .. } = opened;
    let head = format!(
        "--{boundary}\r\n\
         Content-Disposition: form-data; name=\"media\"; filename=\"{}\"; filelength={length}\r\n\
         Content-Type: application/octet-stream\r\n\r\n",
        quoted(file.file_name())
    );
    let tail = format!("\r\n--{boundary}--\r\n");
    let around = size(head.len()) + size(tail.len());
    let pieces = Pieces {
        reader,
        length,
        done: 0,
        watch: file.watch().clone(),
        fault,
    };
    let body = stream::once(ready(Ok(Bytes::from(head))))
        .chain(pieces.stream())
        .chain(stream::once(ready(Ok(Bytes::from(tail)))));
    let content_type = format!("multipart/form-data; boundary={boundary}");
    Payload::streamed(content_type, around.saturating_add(length), body)
}

/// As browsers write a name: <https://html.spec.whatwg.org/#multipart-form-data>
fn quoted(name: &str) -> String {
    name.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// What went wrong with the file while it was sent. The error of the call only says that the body broke off.
#[derive(Clone, Debug, Default)]
struct Fault(Arc<Mutex<Option<io::Error>>>);

impl Fault {
    /// Keeps the error, and gives another one that breaks the body off.
    fn keep(&self, error: io::Error) -> io::Error {
        let broken = io::Error::new(error.kind(), "the file cannot be read on");
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        broken
    }

    fn take(&self) -> Option<io::Error> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.take()
    }
}

/// The file on its way.
struct Pieces {
    reader: Reader,
    length: u64,
    done: u64,
    watch: Watch,
    fault: Fault,
}

impl Pieces {
    fn stream(self) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
        stream::unfold(self, async |mut pieces| {
            let piece = pieces.next().await;
            let piece = piece
                .map_err(|error| pieces.fault.keep(error))
                .transpose()?;
            Some((piece, pieces))
        })
    }

    /// The next piece; `None` behind the last, when the file has ended where it should.
    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        let left = self.length.saturating_sub(self.done);
        if left == 0 {
            // Before the end is sent, so that the platform takes no half file.
            let more = self.reader.piece(1).await?;
            return match more.len() {
                0 => Ok(None),
                _ => Err(self.changed("it has grown beyond")),
            };
        }
        let piece = self.reader.piece(left).await?;
        if piece.is_empty() {
            return Err(self.changed(&format!("it has shrunk to {} of", self.done)));
        }
        self.done += size(piece.len());
        self.watch.tell(self.done, self.length);
        Ok(Some(piece))
    }

    fn changed(&self, how: &str) -> io::Error {
        let length = self.length;
        io::Error::other(format!("{how} {length} bytes while it was sent"))
    }
}

const MB: u64 = 1024 * 1024;

/// <https://developer.work.weixin.qq.com/document/path/90256>: more than 5 bytes.
const LEAST: u64 = 6;
