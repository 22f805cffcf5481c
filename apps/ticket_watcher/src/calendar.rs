//! The railway's time: Shanghai's, its hours of sale, and how long before a journey they begin.

use std::time::Duration;

use easy_wechat::Timestamp;
use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::{Offset, TimeZone};
use jiff::{Span, ToSpan as _};

use crate::railway::Clock;

/// A moment as the clocks in China show it.
pub fn shanghai(at: Timestamp) -> DateTime {
    jiff::Timestamp::from_microsecond(at.as_micros())
        .unwrap_or_default()
        .to_zoned(zone())
        .datetime()
}

/// The moment at which the clocks in China show `local`.
pub fn moment(local: DateTime) -> Timestamp {
    zone().to_timestamp(local).map_or_else(
        |_| Timestamp::default(),
        |at| Timestamp::from_micros(at.as_microsecond()),
    )
}

/// When a train leaves that leaves at `clock` on `date`.
pub fn departure(date: Date, clock: Clock) -> Timestamp {
    moment(date.to_datetime(Time::midnight())).plus(Duration::from_mins(u64::from(clock.minutes)))
}

/// The last day for which tickets are sold on `today`.
pub fn last_on_sale(today: Date) -> Date {
    days(today, PRESALE_DAYS - 1)
}

/// When the sale for `date` begins at the earliest; each station has its own time of that day.
pub fn sale_begins(date: Date) -> Timestamp {
    moment(days(date, 1 - PRESALE_DAYS).to_datetime(OPENS))
}

/// When the site sells again, if it sleeps at `at`.
///
/// It sells from 5:00 to 1:00, and to midnight on Tuesdays: <https://www.12306.cn/index/>.
pub fn opens_again(at: Timestamp) -> Option<Timestamp> {
    let local = shanghai(at);
    // From midnight on in the night to Wednesday.
    let closes = match local.weekday() {
        Weekday::Wednesday => Time::midnight(),
        _ => CLOSES,
    };
    (local.time() >= closes && local.time() < OPENS)
        .then(|| moment(local.date().to_datetime(OPENS)))
}

/// `date` and `count` days more; the end of time at most.
pub fn days(date: Date, count: i32) -> Date {
    let span: Span = count.days();
    date.saturating_add(span)
}

/// China has had one time and no summer time since 1991.
fn zone() -> TimeZone {
    TimeZone::fixed(Offset::constant(8))
}

/// How many days tickets are sold before the journey, its own day included.
pub const PRESALE_DAYS: i32 = 15;

const OPENS: Time = Time::constant(5, 0, 0, 0);
const CLOSES: Time = Time::constant(1, 0, 0, 0);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_site_sleeps_at_night_and_longer_after_tuesday() {
        for (local, opens) in [
            ("2026-11-26T00:59:59", None),
            ("2026-11-26T01:00:00", Some("2026-11-26T05:00:00")),
            ("2026-11-26T04:59:59", Some("2026-11-26T05:00:00")),
            ("2026-11-26T05:00:00", None),
            ("2026-11-26T23:59:59", None),
            // A Wednesday.
            ("2026-11-25T00:00:00", Some("2026-11-25T05:00:00")),
            ("2026-11-24T00:30:00", None),
        ] {
            let at = moment(local.parse().unwrap());
            assert_eq!(shanghai(at).to_string(), local);
            let opens = opens.map(|opens: &str| moment(opens.parse().unwrap()));
            assert_eq!(opens_again(at), opens, "{local}");
        }
    }

    #[test]
    fn tickets_are_sold_on_fifteen_days() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert_eq!(last_on_sale(day("2026-08-29")), day("2026-09-12"));
        assert_eq!(
            shanghai(sale_begins(day("2026-09-12"))).to_string(),
            "2026-08-29T05:00:00"
        );
        assert_eq!(days(Date::MAX, 1), Date::MAX);
        let late = Clock::read("25:10").unwrap();
        assert_eq!(
            shanghai(departure(day("2026-09-12"), late)).to_string(),
            "2026-09-13T01:10:00"
        );
    }
}
