//! A file from the platform, as often as the connection breaks, and in pieces where it is large.

use bytes::{Bytes, BytesMut};

use super::file_name;
use super::multipart::time_for;
use super::part_file::PartFile;
use super::progress::Watch;
use super::upload::size;
use crate::call::{Api, ClientError};
use crate::ids::MediaId;
use crate::token::Token;
use crate::wire::Answer;

/// Where the bytes go.
#[derive(Debug)]
pub(super) enum Sink {
    Memory(BytesMut),
    File(PartFile),
}

/// A file on its way to us.
#[derive(Debug)]
pub(super) struct Fetching {
    pub(super) sink: Sink,
    pub(super) file_name: Option<String>,
    pub(super) content_type: Option<String>,
    watch: Watch,
    total: Option<u64>,
    /// The platform gives it only so.
    in_pieces: bool,
    /// It was begun anew, which is tried once.
    anew: bool,
}

/// What became of one request.
#[derive(Debug)]
pub(super) enum Leg {
    Done,
    /// All is well, but there is more.
    On,
    /// Some of it came, and then no more.
    Broke(ClientError),
    /// To ask again would not help, and what came is of no use.
    Hopeless(ClientError),
}

impl Fetching {
    pub(super) fn new(sink: Sink, watch: Watch) -> Self {
        Self {
            sink,
            file_name: None,
            content_type: None,
            watch,
            total: None,
            in_pieces: false,
            anew: false,
        }
    }

    /// Asks for what is missing, once.
    ///
    /// # Errors
    /// When nothing came that was not there before.
    pub(super) async fn leg(
        &mut self,
        api: &Api,
        token: &Token,
        id: &MediaId,
    ) -> Result<Leg, ClientError> {
        let have = self.sink.length();
        let query = [("media_id", id.as_str())];
        let secrets = [("access_token", token.secret().reveal())];
        let last = have.saturating_add(PIECE - 1);
        let range = (have > 0 || self.in_pieces).then_some((have, Some(last)));
        let asked = api.file(PATH, &query, &secrets, range, time_for(PIECE));
        let answer = match asked.await {
            Err(error) if error.errcode() == Some(TOO_LARGE_AT_ONCE) && range.is_none() => {
                self.in_pieces = true;
                return Ok(Leg::On);
            }
            answer => answer?,
        };
        self.read_about(&answer);
        let end = match (answer.status, range) {
            (416, _) => return self.beyond(&answer).await,
            (206, Some(_)) => match self.piece(&answer, last) {
                Ok(end) => Some(end),
                Err(lie) => return self.again(&lie).await,
            },
            (206, None) => return self.again("a piece of a file that was wanted whole").await,
            _ => {
                self.restart().await?;
                self.total = answer.length();
                self.total
            }
        };
        let most = self.sink.most();
        if self.total.is_some_and(|total| total > most) {
            return Ok(hopeless(&self.sink.too_large()));
        }
        self.take(answer, end).await
    }

    /// Tells the end.
    pub(super) fn done(&self) {
        self.watch.end(self.sink.length(), self.total.is_some());
    }

    fn read_about(&mut self, answer: &Answer) {
        if self.file_name.is_none() {
            let header = answer.header_utf8("content-disposition");
            let name = header.and_then(file_name::from_header);
            self.file_name = name.and_then(|name| file_name::safe(&name));
        }
        if self.content_type.is_none() && answer.status != 416 {
            self.content_type = answer.header("content-type").map(str::to_owned);
        }
    }

    /// Where the piece ends, when it is the one that was asked for.
    fn piece(&mut self, answer: &Answer, last_asked: u64) -> Result<u64, String> {
        let have = self.sink.length();
        let header = answer.header("content-range").unwrap_or_default();
        let Some((first, last, total)) = content_range(header) else {
            return Err("a piece that does not say which one it is".to_owned());
        };
        let is_it = first == have && (first..=last_asked).contains(&last) && last < total;
        if !is_it {
            return Err(format!(
                "bytes {first} to {last} of {total} in place of those from {have} on"
            ));
        }
        let end = last + 1;
        if answer.length().is_some_and(|length| length != end - first) {
            return Err("a piece of another length than it says".to_owned());
        }
        if self.total.is_some_and(|known| known != total) {
            return Err("a piece of another file".to_owned());
        }
        self.total = Some(total);
        Ok(end)
    }

    /// There is nothing from there on: it was all, or what is there is of something else.
    async fn beyond(&mut self, answer: &Answer) -> Result<Leg, ClientError> {
        let header = answer.header("content-range").unwrap_or_default();
        let total = header.trim().strip_prefix("bytes */");
        let total: Option<u64> = total.and_then(|total| total.trim().parse().ok());
        if total == Some(self.sink.length()) {
            self.total = total;
            return Ok(Leg::Done);
        }
        self.again("that the file is shorter than what is there of it")
            .await
    }

    /// Begins anew, but only once.
    async fn again(&mut self, lie: &str) -> Result<Leg, ClientError> {
        if self.anew {
            return Ok(hopeless(lie));
        }
        self.anew = true;
        self.restart().await?;
        Ok(Leg::On)
    }

    async fn restart(&mut self) -> Result<(), ClientError> {
        self.total = None;
        self.sink.restart().await
    }

    /// Takes in the body, which ends at byte `end` of the file.
    async fn take(&mut self, mut answer: Answer, end: Option<u64>) -> Result<Leg, ClientError> {
        let before = self.sink.length();
        let most = end.unwrap_or(self.sink.most());
        let broken = loop {
            match answer.chunk().await {
                Ok(Some(chunk)) => {
                    let length = self.sink.length().saturating_add(size(chunk.len()));
                    if length > most {
                        let lie = match end {
                            Some(_) => "longer than it says".to_owned(),
                            None => self.sink.too_large(),
                        };
                        return Ok(hopeless(&lie));
                    }
                    self.sink.append(chunk).await?;
                    self.watch.tell(length, self.total.unwrap_or(0));
                }
                Ok(None) => break None,
                Err(error) => break Some(ClientError::from_wire(PATH, &error, true)),
            }
        };
        self.sink.flush().await?;
        let length = self.sink.length();
        let error = match (broken, self.total) {
            (None, None) => return Ok(Leg::Done),
            (None | Some(_), Some(total)) if total == length => return Ok(Leg::Done),
            (None, _) if end == Some(length) => return Ok(Leg::On),
            (None, _) => ClientError::garbled(PATH, "a file that is shorter than it says", true),
            (Some(error), _) => error,
        };
        if length > before {
            Ok(Leg::Broke(error))
        } else {
            Err(error)
        }
    }
}

impl Sink {
    /// How many bytes there are of it.
    pub(super) fn length(&self) -> u64 {
        match self {
            Self::Memory(bytes) => size(bytes.len()),
            Self::File(part) => part.length(),
        }
    }

    async fn append(&mut self, chunk: Bytes) -> Result<(), ClientError> {
        match self {
            Self::Memory(bytes) => {
                bytes.extend_from_slice(&chunk);
                Ok(())
            }
            Self::File(part) => part.append(&chunk).await,
        }
    }

    async fn flush(&mut self) -> Result<(), ClientError> {
        match self {
            Self::Memory(_) => Ok(()),
            Self::File(part) => part.flush().await,
        }
    }

    async fn restart(&mut self) -> Result<(), ClientError> {
        match self {
            Self::Memory(bytes) => {
                bytes.clear();
                Ok(())
            }
            Self::File(part) => part.restart().await,
        }
    }

    /// How much of it there may be.
    fn most(&self) -> u64 {
        match self {
            Self::Memory(_) => IN_MEMORY,
            Self::File(_) => ON_DISK,
        }
    }

    fn too_large(&self) -> String {
        let most = self.most() >> 20;
        match self {
            Self::Memory(_) => {
                format!("a file of more than {most} MiB, too much for memory: use download_media")
            }
            Self::File(_) => {
                format!("a file of more than {most} MiB, more than the platform can have")
            }
        }
    }
}

fn hopeless(lie: &str) -> Leg {
    Leg::Hopeless(ClientError::garbled(PATH, lie, true))
}

/// `bytes 0-1023/2048`
fn content_range(header: &str) -> Option<(u64, u64, u64)> {
    let (range, total) = header.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let number = |text: &str| text.trim().parse().ok();
    Some((number(first)?, number(last)?, number(total)?))
}

const PATH: &str = "/cgi-bin/media/get";

/// More than this is given in pieces only, with that code.
const PIECE: u64 = 20 << 20;
const TOO_LARGE_AT_ONCE: i64 = 830_002;

/// What a message can hold is 20 MB.
const IN_MEMORY: u64 = 32 << 20;

/// The platform's largest are 200 MB.
const ON_DISK: u64 = 1 << 30;
