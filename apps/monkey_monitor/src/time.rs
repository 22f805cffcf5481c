//! The time of day in words, in China.

use easy_wechat::Timestamp;
use jiff::Zoned;
use jiff::tz::TimeZone;

/// Like `2026-11-26 15:14:46.3`.
pub fn in_words(at: Timestamp) -> String {
    let tenth = at.as_micros().rem_euclid(1_000_000) / 100_000;
    format!("{}.{tenth}", zoned(at).strftime("%Y-%m-%d %H:%M:%S"))
}

/// Like `15:14:46`.
pub fn clock(at: Timestamp) -> String {
    zoned(at).strftime("%H:%M:%S").to_string()
}

/// Like `Thu Nov 26 15:14:46 2026`, as C's `ctime` writes it.
pub fn ctime(at: Timestamp) -> String {
    zoned(at).strftime("%a %b %e %H:%M:%S %Y").to_string()
}

fn zoned(at: Timestamp) -> Zoned {
    let at = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or_default();
    at.to_zoned(TimeZone::get(ZONE).unwrap_or(TimeZone::UTC))
}

const ZONE: &str = "Asia/Shanghai";
