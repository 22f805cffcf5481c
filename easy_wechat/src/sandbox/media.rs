//! Temporary media: kept in memory, within bounds, for three days of the sandbox's clock.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;

use super::Words;
use super::app::letters;
use crate::clock::Timestamp;
use crate::printable::printable;

/// The uploaded files, oldest first.
#[derive(Debug, Default)]
pub(crate) struct MediaStore {
    list: VecDeque<Media>,
    bytes: usize,
    dropped: u64,
}

/// One file.
#[derive(Clone, Debug)]
pub(crate) struct Media {
    #[expect(clippy::struct_field_names, reason = "the platform's word")]
    pub(crate) media_id: String,
    /// `image`, `voice`, `video`, `file` or `thumb`.
    pub(crate) kind: &'static str,
    pub(crate) filename: String,
    pub(crate) content_type: &'static str,
    pub(crate) bytes: Bytes,
    pub(crate) at: Timestamp,
}

impl MediaStore {
    /// Keeps a file and gives its id. The oldest ones make room for it.
    pub(crate) fn add(
        &mut self,
        kind: &'static str,
        filename: String,
        bytes: Bytes,
        now: Timestamp,
    ) -> String {
        let media_id = format!("{}_{}", letters(2), letters(40));
        self.keep(Media {
            content_type: content_type(&bytes),
            media_id: media_id.clone(),
            kind,
            filename,
            bytes,
            at: now,
        });
        media_id
    }

    /// Keeps a file under the id that it has.
    pub(crate) fn keep(&mut self, media: Media) {
        self.bytes += media.bytes.len();
        self.list.push_back(media);
        while self.bytes > MAX_BYTES || self.list.len() > MAX_FILES {
            let Some(old) = self.list.pop_front() else {
                break;
            };
            self.bytes -= old.bytes.len();
            self.dropped += 1;
        }
    }

    /// A file that has not expired.
    pub(crate) fn get(&self, media_id: &str, now: Timestamp) -> Option<&Media> {
        self.list
            .iter()
            .find(|media| media.media_id == media_id && now.since(media.at) < KEPT)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Media> {
        self.list.iter()
    }

    /// How many were dropped to make room.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped
    }
}

/// The platform's name of a kind of file.
pub(crate) fn kind(name: &str) -> Option<&'static str> {
    ["image", "voice", "video", "file", "thumb"]
        .into_iter()
        .find(|kind| *kind == name)
}

/// Whether a member can send such a file as this kind: by its content, whatever its name says.
///
/// The limits are those of an upload by the app; what a member's own picture or video may have is not documented.
pub(crate) fn fits(kind: &str, filename: &str, bytes: &[u8]) -> Result<(), Words> {
    let found = content_type(bytes);
    let (fits, most, en, zh) = match kind {
        "image" => (
            matches!(found, "image/jpeg" | "image/png" | "image/gif"),
            10,
            "a picture is JPEG, PNG or GIF",
            "图片须为 JPEG、PNG 或 GIF",
        ),
        "voice" => (
            matches!(found, "audio/amr" | "audio/silk" | "audio/speex"),
            2,
            "a voice message is AMR (or Speex or Silk)",
            "语音须为 AMR (或 Speex、Silk)",
        ),
        "video" => (found == "video/mp4", 10, "a video is MP4", "视频须为 MP4"),
        _ => (true, 20, "", ""),
    };
    let filename: String = printable(filename).chars().take(80).collect();
    if !fits {
        let looks = match found {
            "application/octet-stream" if str::from_utf8(bytes).is_ok() => "text/plain",
            found => found,
        };
        return Err(Words::new(
            format!("{filename} looks like {looks}: {en}, as members send it"),
            format!("{filename} 的内容是 {looks}: {zh}"),
        ));
    }
    if bytes.len() > most << 20 {
        let length = bytes.len() >> 10;
        return Err(Words::new(
            format!("{filename} has {length} KiB: at most {most} MiB"),
            format!("{filename} 有 {length} KiB: 最多 {most} MiB"),
        ));
    }
    Ok(())
}

/// What the bytes are, by their first ones.
pub(crate) fn content_type(bytes: &[u8]) -> &'static str {
    match bytes {
        [0xFF, 0xD8, 0xFF, ..] => "image/jpeg",
        [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => "image/png",
        [b'G', b'I', b'F', b'8', ..] => "image/gif",
        [b'#', b'!', b'A', b'M', b'R', ..] => "audio/amr",
        [b'I', b'D', b'3', ..] | [0xFF, 0xFB | 0xF3 | 0xF2, ..] => "audio/mpeg",
        [0x02, b'#', b'!', b'S', b'I', b'L', b'K', ..]
        | [b'#', b'!', b'S', b'I', b'L', b'K', ..] => "audio/silk",
        [b'O', b'g', b'g', b'S', ..] if bytes.get(28..36) == Some(b"Speex   ") => "audio/speex",
        [b'O', b'g', b'g', b'S', ..] => "audio/ogg",
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'A',
            b'V',
            b'E',
            ..,
        ] => "audio/wav",
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => "image/webp",
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => "video/mp4",
        _ => "application/octet-stream",
    }
}

/// <https://developer.work.weixin.qq.com/document/path/90253>
const KEPT: Duration = Duration::from_hours(72);

/// All files together.
const MAX_BYTES: usize = 128 << 20;
const MAX_FILES: usize = 500;
