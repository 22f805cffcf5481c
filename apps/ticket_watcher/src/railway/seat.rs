//! Kinds of seats, and how many of each are left.

use std::fmt;

/// A kind of seat: one column of the site's table.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Seat {
    /// 商务座
    Business,
    /// 特等座
    Special,
    /// 优选一等座
    PreferredFirst,
    /// 一等座
    First,
    /// 二等座, 二等包座
    Second,
    /// 高级软卧, 高级动卧
    DeluxeSleeper,
    /// 软卧, 一等卧
    SoftSleeper,
    /// 动卧
    FastSleeper,
    /// 硬卧, 二等卧
    HardSleeper,
    /// 软座
    SoftSeat,
    /// 硬座
    HardSeat,
    /// 无座: one may stand
    Standing,
    /// 其他
    Other,
}

impl Seat {
    /// All of them, in the order in which people look at them.
    pub const ALL: [Self; 13] = [
        Self::Business,
        Self::Special,
        Self::PreferredFirst,
        Self::First,
        Self::Second,
        Self::DeluxeSleeper,
        Self::SoftSleeper,
        Self::FastSleeper,
        Self::HardSleeper,
        Self::SoftSeat,
        Self::HardSeat,
        Self::Standing,
        Self::Other,
    ];

    /// Its name on the site.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Business => "商务座",
            Self::Special => "特等座",
            Self::PreferredFirst => "优选一等座",
            Self::First => "一等座",
            Self::Second => "二等座",
            Self::DeluxeSleeper => "高级软卧",
            Self::SoftSleeper => "软卧",
            Self::FastSleeper => "动卧",
            Self::HardSleeper => "硬卧",
            Self::SoftSeat => "软座",
            Self::HardSeat => "硬座",
            Self::Standing => "无座",
            Self::Other => "其他",
        }
    }

    /// The kind that people call `name`, short forms too.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "商务座" | "商务" => Self::Business,
            "特等座" | "特等" => Self::Special,
            "优选一等座" | "优选一等" => Self::PreferredFirst,
            "一等座" | "一等" => Self::First,
            "二等座" | "二等" | "二等包座" => Self::Second,
            "高级软卧" | "高软" | "高级动卧" => Self::DeluxeSleeper,
            "软卧" | "一等卧" => Self::SoftSleeper,
            "动卧" => Self::FastSleeper,
            "硬卧" | "二等卧" => Self::HardSleeper,
            "软座" => Self::SoftSeat,
            "硬座" => Self::HardSeat,
            "无座" | "站票" => Self::Standing,
            "其他" | "其它" => Self::Other,
            _ => return None,
        })
    }

    /// The field of a row in which its count stands.
    pub const fn column(self) -> usize {
        match self {
            Self::PreferredFirst => 20,
            Self::DeluxeSleeper => 21,
            Self::Other => 22,
            Self::SoftSleeper => 23,
            Self::SoftSeat => 24,
            Self::Special => 25,
            Self::Standing => 26,
            Self::HardSleeper => 28,
            Self::HardSeat => 29,
            Self::Second => 30,
            Self::First => 31,
            Self::Business => 32,
            Self::FastSleeper => 33,
        }
    }

    /// The kind of a code in field 39, with the name that the site gives to this very code.
    pub(super) const fn of_code(code: u8) -> Option<(Self, &'static str)> {
        Some(match code {
            b'9' => (Self::Business, "商务座"),
            b'P' => (Self::Special, "特等座"),
            b'M' => (Self::First, "一等座"),
            b'D' => (Self::PreferredFirst, "优选一等座"),
            b'O' => (Self::Second, "二等座"),
            b'S' => (Self::Second, "二等包座"),
            b'6' => (Self::DeluxeSleeper, "高级软卧"),
            b'A' => (Self::DeluxeSleeper, "高级动卧"),
            b'4' => (Self::SoftSleeper, "软卧"),
            b'I' => (Self::SoftSleeper, "一等卧"),
            b'F' => (Self::FastSleeper, "动卧"),
            b'3' => (Self::HardSleeper, "硬卧"),
            b'J' => (Self::HardSleeper, "二等卧"),
            b'2' => (Self::SoftSeat, "软座"),
            b'1' => (Self::HardSeat, "硬座"),
            b'W' => (Self::Standing, "无座"),
            b'H' => (Self::Other, "其他"),
            _ => return None,
        })
    }
}

impl fmt::Display for Seat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What is left of a kind of seat, as the site shows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Left {
    /// 有: more than 20.
    Many,
    /// So many, 1 to 20.
    Count(u32),
    /// 无: none.
    SoldOut,
    /// `*`: not yet on sale.
    NotOnSale,
    /// 候补: none, but there is a waiting list.
    WaitingList,
    /// The train has no such seats.
    NotOffered,
    /// Something that was not known when this was written.
    Unknown(String),
}

impl Left {
    /// Reads a field of a row.
    pub fn read(field: &str) -> Self {
        match field {
            "有" => Self::Many,
            "无" => Self::SoldOut,
            "" | "--" => Self::NotOffered,
            "*" => Self::NotOnSale,
            "候补" => Self::WaitingList,
            digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => match digits.parse() {
                Ok(0) => Self::SoldOut,
                Ok(count) => Self::Count(count),
                // More than fits in 32 bits is surely enough.
                Err(_) => Self::Many,
            },
            other => Self::Unknown(other.chars().take(MAX_UNKNOWN).collect()),
        }
    }

    /// Whether `people` can sit there.
    pub fn is_enough_for(&self, people: u32) -> bool {
        match self {
            Self::Many => true,
            Self::Count(count) => *count >= people,
            _ => false,
        }
    }
}

impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Many => f.pad("有"),
            Self::Count(count) => f.pad(&count.to_string()),
            Self::SoldOut => f.pad("无"),
            Self::NotOnSale => f.pad("*"),
            Self::WaitingList => f.pad("候补"),
            Self::NotOffered => f.pad("--"),
            Self::Unknown(text) => f.pad(text),
        }
    }
}

/// Of a count that is none, in characters.
const MAX_UNKNOWN: usize = 10;
