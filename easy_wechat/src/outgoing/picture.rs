//! A picture that carries its bytes, as robots take it.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest as _, Md5};

use super::OutgoingError;
use super::media::looks_like;
use super::rules::{Object, within};

/// A picture that carries its bytes, as only robots take it: JPG or PNG, at most 2 MB.
///
/// Other ways need one that was uploaded: [`Outgoing::Image`](super::Outgoing::Image).
///
/// <https://developer.work.weixin.qq.com/document/path/99110>
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    /// The bytes in base64.
    pub base64: String,
    /// The MD5 of the bytes before base64, in hexadecimal.
    pub md5: String,
}

impl Picture {
    /// The picture whose file has these bytes.
    pub fn new(bytes: &[u8]) -> Self {
        Self {
            base64: STANDARD.encode(bytes),
            md5: md5_of(bytes),
        }
    }

    /// Reads the picture in a file, a JPG or PNG of at most 2 MB. Errors name the file.
    ///
    /// # Errors
    /// [`OutgoingError::MediaSize`] when it has less than 6 bytes or more than 2 MB, [`OutgoingError::MediaFormat`] when it is
    /// neither JPG nor PNG.
    pub fn of_file(file_name: &str, bytes: &[u8]) -> Result<Self, OutgoingError> {
        if !(LEAST..=MAX_BYTES).contains(&bytes.len()) {
            let [size, least, most] =
                [bytes.len(), LEAST, MAX_BYTES].map(|size| u64::try_from(size).unwrap_or(u64::MAX));
            return Err(OutgoingError::MediaSize {
                file: file_name.to_owned(),
                media_type: OF_ROBOT,
                size,
                least,
                most,
            });
        }
        match looks_like(bytes) {
            Some(found) if FORMATS.contains(&found) => Ok(Self::new(bytes)),
            found => Err(OutgoingError::MediaFormat {
                file: file_name.to_owned(),
                media_type: OF_ROBOT,
                found: found.unwrap_or("nothing that is known"),
                taken: FORMATS.join(", "),
            }),
        }
    }
}

/// Whether an object is such a picture.
pub(super) fn check(object: Object<'_>) -> Result<(), OutgoingError> {
    let field = || object.at("base64");
    let base64 = object.text("base64")?;
    let length = base64.trim_end_matches('=').len() * 3 / 4;
    within(length, MAX_BYTES, "bytes", field)?;
    let Ok(bytes) = STANDARD.decode(base64) else {
        let expected = "a picture's bytes in base64";
        return Err(OutgoingError::wrong_text(field(), base64, expected));
    };
    let found = looks_like(&bytes).unwrap_or("something else");
    if !FORMATS.contains(&found) {
        return Err(OutgoingError::wrong_text(field(), found, "a JPG or PNG"));
    }
    let md5 = object.text("md5")?;
    let right = md5_of(&bytes);
    if md5.eq_ignore_ascii_case(&right) {
        return Ok(());
    }
    let expected = format!("that of the picture, {right}");
    Err(OutgoingError::wrong_text(object.at("md5"), md5, expected))
}

fn md5_of(bytes: &[u8]) -> String {
    let mut hex = String::with_capacity(32);
    for byte in Md5::digest(bytes) {
        // A String takes whatever is written to it.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

const FORMATS: [&str; 2] = ["JPG", "PNG"];
const OF_ROBOT: &str = "a robot's image";
const LEAST: usize = 6;
const MAX_BYTES: usize = 2 * 1024 * 1024;
