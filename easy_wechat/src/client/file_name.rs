//! File names from outside: read out of `Content-Disposition`, and made safe for a folder of ours.

use percent_encoding::percent_decode_str;
use sha1::{Digest as _, Sha1};

use crate::ids::MediaId;
use crate::printable::hides;

/// The file name of a header `Content-Disposition`: in the form of RFC 5987, in plain UTF-8 or percent-encoded. It is as the
/// platform wrote it, and not yet [`safe`].
pub(super) fn from_header(header: &str) -> Option<String> {
    let mut plain = None;
    let mut rest = header;
    while let Some((name, value)) = rest.split_once('=') {
        let name = name.rsplit([';', ' ']).find(|word| !word.is_empty());
        let (value, behind) = match value.trim_start().strip_prefix('"') {
            Some(quoted) => unquoted(quoted),
            None => match value.split_once(';') {
                Some((value, behind)) => (value.trim().to_owned(), behind),
                None => (value.trim().to_owned(), ""),
            },
        };
        rest = behind;
        match name.unwrap_or_default().to_ascii_lowercase().as_str() {
            "filename*" => {
                if let Some(name) = extended(&value) {
                    return Some(name);
                }
            }
            "filename" => plain = plain.or(Some(value)),
            _ => {}
        }
    }
    plain.map(|name| decoded(&name).unwrap_or(name))
}

/// The name as it may stand in a folder of any system: no path, no characters that Windows reserves or that hide others,
/// no dot or minus at its beginning, no device, not the name of a part file, at most 200 bytes. `None` when nothing is left
/// of it.
pub(super) fn safe(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next()?;
    let name: String = last
        .chars()
        .filter(|c| !hides(*c) && *c != ZERO_WIDTH_JOINER)
        .map(|c| if RESERVED.contains(&c) { '_' } else { c })
        .collect();
    let name = name.trim_start_matches(is_space_or_dot);
    let name = name.trim_end_matches(is_space_or_dot);
    if name.is_empty() {
        return None;
    }
    let stem = name.split('.').next().unwrap_or(name).trim_end();
    let is_device = DEVICES
        .iter()
        .any(|device| device.eq_ignore_ascii_case(stem));
    let lower = name.to_ascii_lowercase();
    let is_part = lower.starts_with(PREFIX) && lower.ends_with(PART);
    // `rm *` takes `-rf` for an option.
    let name = if is_device || is_part || name.starts_with('-') {
        format!("_{name}")
    } else {
        name.to_owned()
    };
    Some(shortened(name))
}

/// A name for a file of which only the id is known: never that of another one, also where `a` and `A` are the same.
pub(super) fn of_id(id: &MediaId) -> String {
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
    let shown: String = id.as_str().chars().filter(is_plain).take(24).collect();
    let digest = Sha1::digest(id.as_str().as_bytes());
    let digest = digest.first_chunk().copied().unwrap_or_default();
    let digest = u64::from_be_bytes(digest);
    format!("{PREFIX}{shown}-{digest:016x}")
}

/// The name of the file that a download is written to until it is whole.
pub(super) fn of_part(stem: &str) -> String {
    format!("{stem}{PART}")
}

/// The name with a number before its extension: `voice-2`, `photo-2.jpg`, `backup-2.tar.gz`. The first is the name itself.
pub(super) fn numbered(name: &str, number: u64) -> String {
    if number <= 1 {
        return name.to_owned();
    }
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => (stem, extension),
        _ => return format!("{name}-{number}"),
    };
    match stem.strip_suffix(".tar") {
        Some(stem) if !stem.is_empty() => format!("{stem}-{number}.tar.{extension}"),
        _ => format!("{stem}-{number}.{extension}"),
    }
}

/// What a file is called by its type.
pub(super) fn extension(content_type: Option<&str>) -> &'static str {
    let kind = content_type.and_then(|kind| kind.split(';').next());
    let kind = kind.unwrap_or_default().trim();
    EXTENSIONS
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(kind))
        .map_or("", |(_, extension)| *extension)
}

/// Up to the closing quote, and what is behind it.
fn unquoted(text: &str) -> (String, &str) {
    let mut found = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            // A lone one is part of the name: some write paths of Windows.
            '\\' => match chars.clone().next() {
                Some(escaped @ ('"' | '\\')) => {
                    chars.next();
                    found.push(escaped);
                }
                _ => found.push('\\'),
            },
            c => found.push(c),
        }
    }
    (found, chars.as_str())
}

/// `UTF-8''%E6%8A%A5`, RFC 5987.
fn extended(value: &str) -> Option<String> {
    let (charset, rest) = value.split_once('\'')?;
    let (_language, text) = rest.split_once('\'')?;
    if !charset.trim().eq_ignore_ascii_case("utf-8") {
        return None;
    }
    let name = percent_decode_str(text).decode_utf8().ok()?;
    (!name.is_empty()).then(|| name.into_owned())
}

/// `None` unless each `%` begins a byte and all of them make UTF-8.
fn decoded(name: &str) -> Option<String> {
    let is_byte = |behind: &str| {
        let digits = behind.as_bytes().first_chunk::<2>();
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    if !name.split('%').skip(1).all(is_byte) {
        return None;
    }
    let name = percent_decode_str(name).decode_utf8().ok()?;
    Some(name.into_owned())
}

fn is_space_or_dot(c: char) -> bool {
    c == '.' || c.is_whitespace()
}

/// Takes from the middle, so that the extension stays.
fn shortened(name: String) -> String {
    if name.len() <= MAX_BYTES {
        return name;
    }
    let extension = match name.rsplit_once('.') {
        Some((_, extension)) if extension.len() <= MAX_EXTENSION => format!(".{extension}"),
        _ => String::new(),
    };
    let mut stem = name;
    while stem.len() + extension.len() > MAX_BYTES {
        stem.pop();
    }
    let stem = stem.trim_end_matches(is_space_or_dot);
    format!("{stem}{extension}")
}

/// Begins and ends the name of a part file.
const PREFIX: &str = "media-";
const PART: &str = ".part";

const ZERO_WIDTH_JOINER: char = '\u{200d}';

const RESERVED: [char; 7] = ['<', '>', ':', '"', '|', '?', '*'];

/// Windows opens a device when a file is called so, whatever its extension.
const DEVICES: [&str; 24] = [
    "con", "prn", "aux", "nul", "conin$", "conout$", "com1", "com2", "com3", "com4", "com5",
    "com6", "com7", "com8", "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8",
    "lpt9",
];

const EXTENSIONS: [(&str, &str); 6] = [
    ("image/jpeg", ".jpg"),
    ("image/png", ".png"),
    ("image/gif", ".gif"),
    ("audio/amr", ".amr"),
    ("audio/mpeg", ".mp3"),
    ("video/mp4", ".mp4"),
];

/// File systems take 255; some of it is left for what others add.
const MAX_BYTES: usize = 200;
const MAX_EXTENSION: usize = 20;
