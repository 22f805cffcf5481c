//! A clock, a site and a dice, all of our own.

use std::sync::LazyLock;
use std::time::Duration;

use easy_wechat::Timestamp;
use ticket_watcher::calendar::{moment, shanghai};
use ticket_watcher::command::{self, Command};
use ticket_watcher::engine::{Engine, EngineSettings, News, Notice};
use ticket_watcher::pace::Step;
use ticket_watcher::railway::verdict::{Verdict, judge};
use ticket_watcher::railway::{Answer, Journey, RailwayError};
use ticket_watcher::stations::Stations;
use ticket_watcher::wish::Wish;

static STATIONS: LazyLock<Stations> = LazyLock::new(Stations::bundled);

/// The moment at which clocks in China show `local`, like `2026-11-26T08:00`.
pub(crate) fn at(local: &str) -> Timestamp {
    moment(local.parse().unwrap())
}

/// What one wishes who writes `text` on the 26th of November 2026, a Thursday.
pub(crate) fn wish(text: &str) -> Wish {
    match command::read(text, &STATIONS, "2026-11-26".parse().unwrap()) {
        Ok(Command::Watch(wish)) => wish,
        other => panic!("{other:?}"),
    }
}

/// An answer with trains as `code departs buy second-class sale-time`.
pub(crate) fn answer(trains: &[&str]) -> Answer {
    let rows: Vec<String> = trains
        .iter()
        .map(|train| {
            let mut fields = vec![""; 58];
            let words: Vec<&str> = train.split(' ').collect();
            let stopped = words[1] == "24:00";
            for (field, value) in [
                (1, "预订"),
                (2, words[0]),
                (3, words[0]),
                (6, "VNP"),
                (7, "AOH"),
                (8, words[1]),
                (9, "23:00"),
                (10, "04:00"),
                (11, words[2]),
                (19, if stopped { "1" } else { "0" }),
                (30, words.get(3).copied().unwrap_or("")),
                (55, words.get(4).copied().unwrap_or("")),
            ] {
                fields[field] = value;
            }
            format!("\"{}\"", fields.join("|"))
        })
        .collect();
    let body = format!(
        "{{\"status\":true,\"data\":{{\"result\":[{}],\"map\":{{\"VNP\":\"北京南\",\"AOH\":\"上海虹桥\"}}}}}}",
        rows.join(",")
    );
    match judge(200, None, body.as_bytes(), "") {
        Verdict::Trains(answer) => answer,
        other => panic!("{other:?}"),
    }
}

/// What happened, and when.
#[derive(Default)]
pub(crate) struct Played {
    pub(crate) asked: Vec<(Timestamp, Journey)>,
    pub(crate) told: Vec<(Timestamp, Notice)>,
}

impl Played {
    /// The notices as lines: time, number, news.
    pub(crate) fn lines(&self) -> Vec<String> {
        let line = |(at, notice): &(Timestamp, Notice)| {
            let news = match &notice.news {
                News::Appeared(finds) => {
                    let finds: Vec<_> = finds
                        .iter()
                        .map(|find| format!("{} {}", find.code, find.left))
                        .collect();
                    finds.join(", ")
                }
                News::SaleAt(at) => format!("sale at {at}"),
                News::Missing { unknown, stopped } => format!("missing {unknown:?} {stopped:?}"),
                News::Ended => "ended".to_owned(),
                other => format!("{other:?}"),
            };
            let time = shanghai(*at).strftime("%d %H").to_string();
            format!("{time} {}{} {news}", notice.user, notice.number)
        };
        self.told.iter().map(line).collect()
    }
}

/// Plays from now to `end`. `site` answers by the journey and the local time as `dd HH:MM`.
pub(crate) fn play(
    engine: &mut Engine,
    begin: Timestamp,
    end: Timestamp,
    mut site: impl FnMut(&Journey, &str) -> Result<Answer, RailwayError>,
) -> Played {
    let mut played = Played::default();
    let mut now = begin;
    let mut dice: u32 = 7;
    while now < end {
        played
            .told
            .extend(engine.end(now).into_iter().map(|notice| (now, notice)));
        match engine.next(now) {
            Step::Ask(journey) => {
                played.asked.push((now, journey.clone()));
                // The site takes its time.
                now = now.plus(Duration::from_millis(700));
                dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let local = shanghai(now).strftime("%d %H:%M").to_string();
                let answer = site(&journey, &local);
                let notices = engine.answered(
                    &journey,
                    answer.as_ref(),
                    now,
                    f64::from(dice >> 8) / f64::from(1 << 24),
                );
                played
                    .told
                    .extend(notices.into_iter().map(|notice| (now, notice)));
            }
            Step::Wait(until) => {
                assert!(until > now, "it would turn in a circle");
                // A watch may end before.
                now = until.min(now.plus(Duration::from_mins(5)));
            }
            _ => now = now.plus(Duration::from_mins(5)),
        }
    }
    played
}

pub(crate) fn engine(watches: &[(&str, &str)]) -> Engine {
    let mut engine = Engine::new(EngineSettings::default(), []);
    for (user, text) in watches {
        engine.add(user, wish(text)).unwrap();
    }
    engine
}
