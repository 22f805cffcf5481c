//! What one wishes to travel with, and which tickets fulfil it.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::dates::day;
use crate::railway::{Journey, Sale, Seat, SeatLeft, Train};
use crate::stations::Place;

/// A journey, with what one would take. `Display` is for the chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    /// The day of travel.
    pub date: Date,
    /// Where it begins.
    pub from: Place,
    /// Where it ends.
    pub to: Place,
    /// The trains, `G1`; with `kinds` also empty, any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trains: Vec<String>,
    /// Kinds of trains.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Kind>,
    /// The seats; empty: any but 无座 and 其他.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seats: Vec<Seat>,
    /// How many travel.
    pub people: u32,
}

/// A kind of train, by the first letter of its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kind {
    /// 高铁: G and C
    HighSpeed,
    /// 动车: D
    Fast,
    /// 城际: C
    Intercity,
    /// 直达: Z
    Direct,
    /// 特快: T
    Express,
    /// 快速: K
    Quick,
    /// 普快: digits alone, and what else there is
    Plain,
}

impl Kind {
    /// The kind that people call `name`.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "高铁" => Self::HighSpeed,
            "动车" | "动车组" => Self::Fast,
            "城际" => Self::Intercity,
            "直达" | "直快" => Self::Direct,
            "特快" => Self::Express,
            "快速" | "快车" => Self::Quick,
            "普快" | "普客" | "慢车" | "绿皮车" | "绿皮" => Self::Plain,
            _ => return None,
        })
    }

    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::HighSpeed => "高铁",
            Self::Fast => "动车",
            Self::Intercity => "城际",
            Self::Direct => "直达",
            Self::Express => "特快",
            Self::Quick => "快速",
            Self::Plain => "普快",
        }
    }

    /// Whether a train is of this kind.
    pub fn takes(self, code: &str) -> bool {
        match code.as_bytes().first() {
            Some(b'G') => self == Self::HighSpeed,
            Some(b'C') => matches!(self, Self::HighSpeed | Self::Intercity),
            Some(b'D') => self == Self::Fast,
            Some(b'Z') => self == Self::Direct,
            Some(b'T') => self == Self::Express,
            Some(b'K') => self == Self::Quick,
            _ => self == Self::Plain,
        }
    }
}

impl Wish {
    /// What the site is asked for it.
    pub fn journey(&self) -> Journey {
        Journey {
            date: self.date,
            from: self.from.telecode.clone(),
            to: self.to.telecode.clone(),
        }
    }

    /// Whether one would take this train, tickets or not.
    pub fn takes(&self, train: &Train) -> bool {
        let any = self.trains.is_empty() && self.kinds.is_empty();
        let named = self.trains.contains(&train.code)
            || self.kinds.iter().any(|kind| kind.takes(&train.code));
        (any || named) && self.from.takes(&train.from) && self.to.takes(&train.to)
    }

    /// The seats of a train that one can buy now, and would.
    pub fn offers<'a>(&'a self, train: &'a Train) -> impl Iterator<Item = &'a SeatLeft> {
        let buyable = train.sale == Sale::Open && self.takes(train);
        train.seats.iter().filter(move |seat| {
            buyable && self.likes(seat.seat) && seat.left.is_enough_for(self.people)
        })
    }

    fn likes(&self, seat: Seat) -> bool {
        if self.seats.is_empty() {
            return !matches!(seat, Seat::Standing | Seat::Other);
        }
        self.seats.contains(&seat)
    }
}

impl fmt::Display for Wish {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}→{} {}", self.from.name, self.to.name, day(self.date))?;
        let trains = self.trains.iter().map(String::as_str);
        let trains: Vec<&str> = trains
            .chain(self.kinds.iter().map(|kind| kind.name()))
            .collect();
        if !trains.is_empty() {
            write!(f, " {}", trains.join(","))?;
        }
        let seats: Vec<&str> = self.seats.iter().map(|seat| seat.name()).collect();
        if !seats.is_empty() {
            write!(f, " {}", seats.join(","))?;
        }
        if self.people > 1 {
            write!(f, " {}人", self.people)?;
        }
        Ok(())
    }
}
