//! The kinds of values that keys have.

use std::time::Duration;

/// A kind of value, and how to say in words what is expected.
pub(super) trait Value: Sized {
    const EXPECTED: &'static str;
    fn read(text: &str) -> Option<Self>;
}

impl Value for bool {
    const EXPECTED: &'static str = "true or false";

    fn read(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Some(true),
            "false" | "no" | "off" | "0" => Some(false),
            _ => None,
        }
    }
}

impl Value for usize {
    const EXPECTED: &'static str = "a whole number";

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

/// Seconds, with decimals where one likes.
#[derive(Clone, Copy)]
pub(super) struct Seconds(pub(super) Duration);

impl Value for Seconds {
    const EXPECTED: &'static str = "a number of seconds, like 4.5";

    fn read(text: &str) -> Option<Self> {
        let seconds: f64 = text.parse().ok()?;
        Duration::try_from_secs_f64(seconds)
            .ok()
            .filter(|duration| *duration <= A_YEAR)
            .map(Self)
    }
}

/// Seconds, and not none.
#[derive(Clone, Copy)]
pub(super) struct SomeSeconds(pub(super) Duration);

impl Value for SomeSeconds {
    const EXPECTED: &'static str = "a number of seconds above 0, like 4.5";

    fn read(text: &str) -> Option<Self> {
        let Seconds(duration) = Seconds::read(text)?;
        (!duration.is_zero()).then_some(Self(duration))
    }
}

/// A deadline before which the platform does not hang up, in seconds.
#[derive(Clone, Copy)]
pub(super) struct Deadline(pub(super) Duration);

impl Value for Deadline {
    const EXPECTED: &'static str = "a number of seconds above 0 and below 5, like 4.5";

    fn read(text: &str) -> Option<Self> {
        let Seconds(duration) = Seconds::read(text)?;
        (!duration.is_zero() && duration < HANG_UP).then_some(Self(duration))
    }
}

/// Days, with decimals where one likes.
#[derive(Clone, Copy)]
pub(super) struct Days(pub(super) Duration);

impl Value for Days {
    const EXPECTED: &'static str = "a number of days, like 10";

    fn read(text: &str) -> Option<Self> {
        let days: f64 = text.parse().ok()?;
        Duration::try_from_secs_f64(days * 86_400.0).ok().map(Self)
    }
}

/// Bytes, also in K, M and G of 1024.
#[derive(Clone, Copy)]
pub(super) struct Bytes(pub(super) u64);

impl Value for Bytes {
    const EXPECTED: &'static str = "a number of bytes, like 65536, 128K or 1M";

    fn read(text: &str) -> Option<Self> {
        let (digits, unit) = [("Kk", 10), ("Mm", 20), ("Gg", 30)]
            .into_iter()
            .find_map(|(letters, shift)| {
                let digits = text.strip_suffix(|char| letters.contains(char))?;
                Some((digits.trim_end(), 1 << shift))
            })
            .unwrap_or((text, 1));
        digits.parse::<u64>().ok()?.checked_mul(unit).map(Self)
    }
}

/// The name in `known` that was probably meant by `name`, ignoring case and width.
pub(super) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > LONGEST_NAME {
        return None;
    }
    let lower = folded(name).trim().to_lowercase();
    known
        .filter(|candidate| candidate.len() <= LONGEST_NAME)
        .map(|candidate| {
            (
                strsim::damerau_levenshtein(&lower, &folded(candidate).to_lowercase()),
                candidate,
            )
        })
        .filter(|&(distance, candidate)| distance <= 1 + candidate.chars().count() / 4)
        .min()
        .map(|(_, candidate)| candidate)
}

/// In bytes. Longer names are not compared: the time grows with the square of the length.
const LONGEST_NAME: usize = 200;

/// Replaces full-width letters, digits, punctuation and spaces, as typed in a Chinese input mode, by ASCII.
pub(super) fn folded(text: &str) -> String {
    text.chars()
        .map(|char| match char {
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(char) - FULL_WIDTH).unwrap_or(char),
            '\u{3000}' | '\u{A0}' => ' ',
            '\u{FE55}' | '\u{2236}' | '\u{FE30}' | '\u{A789}' => ':',
            _ => char,
        })
        .collect()
}

/// The distance from an ASCII character to its full-width form.
const FULL_WIDTH: u32 = 0xFEE0;

/// <https://developer.work.weixin.qq.com/document/path/90238>: the platform hangs up after 5 seconds.
const HANG_UP: Duration = Duration::from_secs(5);

const A_YEAR: Duration = Duration::from_hours(365 * 24);
