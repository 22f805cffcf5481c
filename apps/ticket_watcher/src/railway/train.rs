//! One row of an answer: a train between two stops.

use std::fmt;

use jiff::civil::DateTime;

use super::seat::{Left, Seat};

/// A train from one stop to another.
///
/// The same train can stand in an answer several times, with other stops: [`Train::key`] tells the rows apart. The date
/// of travel is that of the question; the row's own date is when the train left its first stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Train {
    /// The site's own number: `240000G1010F`.
    pub number: String,
    /// What people say: `G101`.
    pub code: String,
    /// The telecode of the stop where one boards.
    pub from: String,
    /// The telecode of the stop where one alights.
    pub to: String,
    /// When it leaves; `None` when it does not run.
    pub departs: Option<Clock>,
    /// When it arrives.
    pub arrives: Option<Clock>,
    /// Minutes between the two.
    pub minutes: Option<u32>,
    /// What the site's button says: 预订, or why one cannot.
    pub button: String,
    /// Whether the site sells it.
    pub sale: Sale,
    /// Whether there is a waiting list.
    pub waiting_list: bool,
    /// When its sale begins or began at this stop, in the time of Shanghai.
    pub sale_at: Option<DateTime>,
    /// The kinds of seats that it has, in the order of [`Seat::ALL`].
    pub seats: Vec<SeatLeft>,
}

/// Whether tickets of a train are sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sale {
    /// They are.
    Open,
    /// There are none left, or not to be had on the site.
    SoldOut,
    /// Not yet, or the site sleeps.
    NotNow,
    /// The train does not run.
    Stopped,
}

/// What is left of one kind of seat on a train.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeatLeft {
    /// The kind.
    pub seat: Seat,
    /// Its name on this train: what is 软卧 on most is 一等卧 on some.
    pub name: &'static str,
    /// What is left, as displayed.
    pub left: Left,
    /// The price in units of 0.1 yuan, where the answer has it.
    pub price: Option<u32>,
    /// The count in field 39, where the answer has it; 21 stands for more than 20.
    pub count: Option<u32>,
}

/// A time of day. Past midnight it may be more than 24 hours.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct Clock {
    /// Since midnight.
    pub minutes: u16,
}

impl Train {
    /// Reads a row, whose fields are split by `|`. `None` when it has too few of them, or no train in them.
    ///
    /// The booking token in the first field is not kept.
    pub fn read(row: &str) -> Option<Self> {
        let fields: Vec<&str> = row.split('|').take(MAX_FIELDS).collect();
        if fields.len() < MIN_FIELDS {
            return None;
        }
        let field = |at: usize| fields.get(at).copied().unwrap_or("");
        let text = |at: usize| field(at).to_owned();
        if field(2).is_empty() || field(3).is_empty() {
            return None;
        }
        let stopped = field(19) == "1" || field(10) == "99:59";
        let time = |at: usize| Clock::read(field(at)).filter(|_| !stopped);
        Some(Self {
            number: text(2),
            code: text(3),
            from: text(6),
            to: text(7),
            departs: time(8),
            arrives: time(9),
            minutes: time(10).map(|clock| u32::from(clock.minutes)),
            button: button(field(1)),
            sale: match field(11) {
                _ if stopped => Sale::Stopped,
                "Y" => Sale::Open,
                "IS_TIME_NOT_BUY" => Sale::NotNow,
                _ => Sale::SoldOut,
            },
            waiting_list: field(37) == "1",
            sale_at: sale_time(field(55)),
            seats: seats(&fields),
        })
    }

    /// What tells two rows of an answer apart.
    pub fn key(&self) -> (&str, &str, &str) {
        (&self.number, &self.from, &self.to)
    }

    /// What is left of a kind of seat, where the train has it.
    pub fn seat(&self, seat: Seat) -> Option<&SeatLeft> {
        self.seats.iter().find(|left| left.seat == seat)
    }
}

impl Clock {
    /// Reads `HH:MM`.
    pub fn read(text: &str) -> Option<Self> {
        let (hours, minutes) = text.split_once(':')?;
        if hours.is_empty() || hours.len() > 3 || minutes.len() != 2 {
            return None;
        }
        let number = |text: &str| {
            text.bytes()
                .all(|byte| byte.is_ascii_digit())
                .then(|| text.parse::<u16>().ok())?
        };
        let minutes = number(minutes).filter(|minutes| *minutes < 60)?;
        Some(Self {
            minutes: number(hours)? * 60 + minutes,
        })
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!(
            "{:02}:{:02}",
            self.minutes / 60,
            self.minutes % 60
        ))
    }
}

fn seats(fields: &[&str]) -> Vec<SeatLeft> {
    let offers = offers(fields.get(39).copied().unwrap_or(""));
    let mut seats = Vec::with_capacity(5);
    for seat in Seat::ALL {
        // Rows of early 2017 had no column for it, and another field stood in its place.
        if seat == Seat::FastSleeper && fields.len() == MIN_FIELDS {
            continue;
        }
        let left = Left::read(fields.get(seat.column()).copied().unwrap_or(""));
        if left == Left::NotOffered {
            continue;
        }
        let offer = offers.iter().find(|offer| offer.seat == seat);
        seats.push(SeatLeft {
            seat,
            name: offer.map_or(seat.name(), |offer| offer.name),
            left,
            price: offer.map(|offer| offer.price),
            count: offer.map(|offer| offer.count),
        });
    }
    seats
}

/// One unit of field 39.
#[derive(Clone, Copy, Debug)]
struct Offer {
    seat: Seat,
    name: &'static str,
    price: u32,
    count: u32,
}

/// Reads field 39: units of a code, 5 digits of price and 4 of count. A count from 3000 on is that of 无座.
fn offers(field: &str) -> Vec<Offer> {
    let units = field.as_bytes().chunks_exact(UNIT);
    let read = |unit: &[u8]| {
        let (code, digits) = unit.split_first()?;
        let (price, count) = digits.split_at_checked(5)?;
        let (price, count) = (number(price)?, number(count)?);
        let (seat, name) = Seat::of_code(*code)?;
        Some(match count.checked_sub(STANDING) {
            Some(count) => Offer {
                seat: Seat::Standing,
                name: Seat::Standing.name(),
                price,
                count,
            },
            None => Offer {
                seat,
                name,
                price,
                count,
            },
        })
    };
    units.filter_map(read).collect()
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0_u32, |number, digit| {
        let digit = digit.is_ascii_digit().then(|| u32::from(digit - b'0'))?;
        Some(number * 10 + digit)
    })
}

/// The text of the button: no markup, and not endless.
fn button(field: &str) -> String {
    field
        .replace("<br/>", " ")
        .replace("<br>", " ")
        .chars()
        .filter(|char| !char.is_control())
        .take(MAX_BUTTON)
        .collect()
}

/// Reads `yyyyMMddHHmm`.
fn sale_time(field: &str) -> Option<DateTime> {
    if field.len() != 12 {
        return None;
    }
    let digits = field.as_bytes();
    let part = |from: usize, to: usize| i16::try_from(number(digits.get(from..to)?)?).ok();
    let small = |from, to| i8::try_from(part(from, to)?).ok();
    DateTime::new(
        part(0, 4)?,
        small(4, 6)?,
        small(6, 8)?,
        small(8, 10)?,
        small(10, 12)?,
        0,
        0,
    )
    .ok()
}

/// What rows had in 2017. New fields are only appended.
const MIN_FIELDS: usize = 35;

/// More than the last field that is read here.
const MAX_FIELDS: usize = 60;

/// Of field 39, in bytes.
const UNIT: usize = 10;

/// What a count of 无座 is raised by.
const STANDING: u32 = 3000;

const MAX_BUTTON: usize = 40;
