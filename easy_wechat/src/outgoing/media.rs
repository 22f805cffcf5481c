//! Files to upload: what the platforms take.

use std::fmt;

use super::{OutgoingError, amr, mp3};
use crate::platform::AccountKind;

/// The type of an uploaded file.
///
/// | | WeCom | Official Account |
/// |---|---|---|
/// | image | JPG, PNG; 10 MB | the same, and GIF |
/// | voice | AMR; 2 MB, 60 seconds | AMR, MP3; the same |
/// | video | MP4; 10 MB | the same |
/// | file | anything; 20 MB | |
/// | thumb | | JPG; 64 KB |
///
/// ```
/// use easy_wechat::{AccountKind, MediaType};
///
/// let head = b"GIF89a";
/// let error = MediaType::Image.check(AccountKind::WeCom, "cat.jpg", 2000, head).unwrap_err();
/// assert_eq!(error.to_string(), "cat.jpg looks like GIF; as image the platform takes JPG, PNG: \
///     convert it, or upload it as file");
/// ```
///
/// <https://developer.work.weixin.qq.com/document/path/90253>,
/// <https://developers.weixin.qq.com/doc/offiaccount/Asset_Management/New_temporary_materials.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MediaType {
    /// A picture.
    Image,
    /// A recording.
    Voice,
    /// A film.
    Video,
    /// Any file.
    File,
    /// A cover of a film or of music; Official Accounts only.
    Thumb,
}

impl MediaType {
    /// The platform's name: `type` of the upload.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Voice => "voice",
            Self::Video => "video",
            Self::File => "file",
            Self::Thumb => "thumb",
        }
    }

    /// What a file most likely is to be sent as: by its first bytes, or by its name when there are none.
    ///
    /// Whatever is not taken as picture, recording or film is a file.
    pub fn guess(file_name: &str, head: &[u8]) -> Self {
        let extension = file_name.rsplit_once('.').map(|(_, extension)| extension);
        let by_name = extension.unwrap_or_default().to_ascii_uppercase();
        let format = if head.is_empty() {
            by_name.as_str()
        } else {
            looks_like(head).unwrap_or_default()
        };
        match format {
            "JPG" | "JPEG" | "PNG" => Self::Image,
            "AMR" => Self::Voice,
            "MP4" => Self::Video,
            _ => Self::File,
        }
    }

    /// The fewest and the most bytes; `None` where `kind` takes no such files.
    pub fn size_limits(self, kind: AccountKind) -> Option<(u64, u64)> {
        let most = match (self, kind) {
            (Self::Image | Self::Video, _) => 10 * MB,
            (Self::Voice, _) => 2 * MB,
            (Self::File, AccountKind::WeCom) => 20 * MB,
            (Self::Thumb, AccountKind::OfficialAccount) => 64 * 1024,
            (Self::File | Self::Thumb, _) => return None,
        };
        Some((LEAST, most))
    }

    /// Whether `kind` takes a file of `size` bytes that begins with `head`. 16 bytes are enough; they may be all of it.
    ///
    /// # Errors
    /// [`OutgoingError::NoSuchMedia`], [`OutgoingError::MediaSize`] and [`OutgoingError::MediaFormat`].
    pub fn check(
        self,
        kind: AccountKind,
        file_name: &str,
        size: u64,
        head: &[u8],
    ) -> Result<(), OutgoingError> {
        let file = file_name.to_owned();
        let media_type = self.as_str();
        let Some((least, most)) = self.size_limits(kind) else {
            return Err(OutgoingError::NoSuchMedia {
                file,
                media_type,
                platform: kind.platform().name,
            });
        };
        if !(least..=most).contains(&size) {
            return Err(OutgoingError::MediaSize {
                file,
                media_type,
                size,
                least,
                most,
            });
        }
        let Some(taken) = self.formats(kind) else {
            return Ok(());
        };
        let found = looks_like(head);
        if found.is_some_and(|found| taken.contains(&found)) {
            return Ok(());
        }
        Err(OutgoingError::MediaFormat {
            file,
            media_type,
            found: found.unwrap_or("nothing that is known"),
            taken: taken.join(", "),
        })
    }

    /// Checks that the voice message `bytes`, a whole file, has at most 60 seconds, by the frames of AMR and MP3. Other
    /// formats and unreadable files are accepted.
    ///
    /// MP3 encoders add silence of up to 0.1 seconds, which is not counted.
    ///
    /// # Errors
    /// [`OutgoingError::VoiceTooLong`].
    pub fn check_length(self, file_name: &str, bytes: &[u8]) -> Result<(), OutgoingError> {
        if self != Self::Voice {
            return Ok(());
        }
        let millis = match amr::frames(bytes) {
            Some(frames) => frames * MILLIS_A_FRAME,
            None => mp3::millis(bytes).saturating_sub(SILENCE),
        };
        if millis <= LONGEST_VOICE * 1000 {
            return Ok(());
        }
        Err(OutgoingError::VoiceTooLong {
            file: file_name.to_owned(),
            seconds: millis.div_ceil(1000),
            limit: LONGEST_VOICE,
        })
    }

    /// The formats that are taken; `None` for any.
    fn formats(self, kind: AccountKind) -> Option<&'static [&'static str]> {
        Some(match (self, kind) {
            // That Official Accounts take GIF is not confirmed; better too much than too little.
            (Self::Image, AccountKind::OfficialAccount) => &["JPG", "PNG", "GIF"],
            (Self::Image, _) => &["JPG", "PNG"],
            (Self::Voice, AccountKind::OfficialAccount) => &["AMR", "MP3"],
            (Self::Voice, _) => &["AMR"],
            (Self::Video, _) => &["MP4"],
            (Self::Thumb, _) => &["JPG"],
            (Self::File, _) => return None,
        })
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The format of a file that begins with `head`.
pub(super) fn looks_like(head: &[u8]) -> Option<&'static str> {
    if let Some((_, boxed)) = head.split_first_chunk::<4>()
        && let Some(brand) = boxed.strip_prefix(b"ftyp")
    {
        return Some(match brand.first_chunk::<4>() {
            Some(b"qt  ") => "MOV",
            Some(b"heic" | b"heix" | b"mif1" | b"msf1") => "HEIC",
            Some(b"avif" | b"avis") => "AVIF",
            Some(b"M4A " | b"M4B ") => "M4A",
            _ => "MP4",
        });
    }
    if let Some(inner) = head.strip_prefix(b"RIFF") {
        let (_, inner) = inner.split_first_chunk::<4>()?;
        let names = [(b"WEBP", "WEBP"), (b"WAVE", "WAV"), (b"AVI ", "AVI")];
        return name_of(inner, names);
    }
    let is_mp3_frame = |bits: u8| bits & 0xE0 == 0xE0 && bits & 0x06 == 0x02;
    if let [0xFF, bits, ..] = head
        && is_mp3_frame(*bits)
    {
        return Some("MP3");
    }
    MAGIC
        .iter()
        .find(|(magic, _)| head.starts_with(magic))
        .map(|(_, name)| *name)
}

fn name_of<const N: usize>(
    head: &[u8],
    names: [(&[u8; 4], &'static str); N],
) -> Option<&'static str> {
    let mut names = names.into_iter();
    names
        .find(|(magic, _)| head.starts_with(*magic))
        .map(|(_, name)| name)
}

static MAGIC: [(&[u8], &str); 16] = [
    (b"\xFF\xD8\xFF", "JPG"),
    (b"\x89PNG\r\n\x1A\n", "PNG"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"#!AMR", "AMR"),
    (b"ID3", "MP3"),
    (b"OggS", "OGG"),
    (b"fLaC", "FLAC"),
    (b"#!SILK", "SILK"),
    (b"\x02#!SILK", "SILK"),
    (b"\x1A\x45\xDF\xA3", "MKV or WebM"),
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "ZIP"),
    (b"<svg", "SVG"),
];

/// In seconds. <https://developer.work.weixin.qq.com/document/path/90253>
const LONGEST_VOICE: u64 = 60;
/// Of AMR.
const MILLIS_A_FRAME: u64 = 20;
/// What encoders of MP3 add, in milliseconds: at most three frames.
const SILENCE: u64 = 100;

const MB: u64 = 1024 * 1024;

/// <https://developer.work.weixin.qq.com/document/path/90253>: more than 5 bytes.
const LEAST: u64 = 6;
