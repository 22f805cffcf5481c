//! How often the site is asked.

use std::collections::BTreeMap;
use std::time::Duration;

use easy_wechat::Timestamp;
use ticket_watcher::calendar::shanghai;
use ticket_watcher::command::Which;
use ticket_watcher::engine::{Engine, EngineSettings};
use ticket_watcher::pace::{PaceSettings, Step};
use ticket_watcher::railway::RailwayError;

use crate::play::{Played, answer, at, engine, play, wish};

fn gaps(times: &[Timestamp]) -> Vec<f64> {
    times
        .windows(2)
        .map(|two| two[1].since(two[0]).as_secs_f64())
        .collect()
}

fn times(played: &Played) -> Vec<Timestamp> {
    played.asked.iter().map(|(at, _)| *at).collect()
}

#[test]
fn the_same_journey_is_asked_once_for_all_every_minute_or_so() {
    let mut engine = engine(&[
        ("a", "监控 北京 上海 12-1 G1"),
        ("b", "监控 北京 上海 12-1 G3 一等座"),
        ("c", "监控 北京 上海 12-1"),
    ]);
    let played = play(
        &mut engine,
        at("2026-11-26T08:00"),
        at("2026-11-26T10:00"),
        |_, _| Ok(answer(&["G1 09:00 N 无"])),
    );
    let gaps = gaps(&times(&played));
    assert!((100..=150).contains(&gaps.len()), "{}", gaps.len());
    assert!(
        gaps.iter().all(|gap| (48.0..=72.8).contains(gap)),
        "{gaps:?}"
    );
    let (low, high) = (
        gaps.iter().any(|gap| *gap < 55.0),
        gaps.iter().any(|gap| *gap > 65.0),
    );
    assert!(low && high, "there is chance in it: {gaps:?}");
}

#[test]
fn many_journeys_keep_three_seconds_between_any_two_requests() {
    let cities = [
        "上海", "南京", "杭州", "武汉", "广州", "天津", "济南", "郑州", "西安", "成都",
    ];
    let mut engine = Engine::new(
        EngineSettings {
            max_per_user: 100,
            ..EngineSettings::default()
        },
        [],
    );
    for to in cities {
        for date in ["11-27", "11-28", "11-29", "11-30"] {
            engine
                .add("a", wish(&format!("监控 北京 {to} {date}")))
                .unwrap();
        }
    }
    let played = play(
        &mut engine,
        at("2026-11-26T08:00"),
        at("2026-11-26T09:00"),
        |_, _| Ok(answer(&["G1 09:00 N 无"])),
    );
    let least = gaps(&times(&played)).into_iter().fold(f64::MAX, f64::min);
    assert!(least >= 3.0, "{least}");
    let mut of_each: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (at, journey) in &played.asked {
        of_each.entry(journey.clone()).or_default().push(*at);
    }
    // 40 journeys need 148 s for one round: none is forgotten.
    assert_eq!(of_each.len(), 40);
    for (journey, times) in of_each {
        assert!(
            gaps(&times).iter().all(|gap| (48.0..=220.0).contains(gap)),
            "{journey:?} {:?}",
            gaps(&times)
        );
    }
}

#[test]
fn an_interval_below_the_floor_is_raised_to_it() {
    let pace = PaceSettings {
        interval: Duration::from_secs(1),
        gap: Duration::from_secs(3),
    };
    let mut engine = Engine::new(
        EngineSettings {
            pace,
            ..EngineSettings::default()
        },
        [],
    );
    engine.add("a", wish("监控 北京 上海 12-1")).unwrap();
    let played = play(
        &mut engine,
        at("2026-11-26T08:00"),
        at("2026-11-26T08:30"),
        |_, _| Ok(answer(&["G1 09:00 N 无"])),
    );
    assert!(gaps(&times(&played)).iter().all(|gap| *gap >= 20.0));
    let gaps_of_trouble = play(
        &mut engine,
        at("2026-11-26T09:00"),
        at("2026-11-26T09:05"),
        |_, _| {
            Err(RailwayError::Refused {
                messages: String::new(),
            })
        },
    );
    let gaps = gaps(&times(&gaps_of_trouble));
    assert!(gaps.iter().all(|gap| *gap >= 20.0), "{gaps:?}");
}

#[test]
fn nothing_is_asked_at_night() {
    let mut engine = engine(&[("a", "监控 北京 上海 12-3")]);
    let played = play(
        &mut engine,
        at("2026-11-26T20:00"),
        at("2026-12-02T20:00"),
        |_, _| Ok(answer(&["G1 09:00 N 无"])),
    );
    let mut hours: BTreeMap<String, usize> = BTreeMap::new();
    for (at, _) in &played.asked {
        *hours
            .entry(shanghai(*at).strftime("%a %H").to_string())
            .or_default() += 1;
    }
    for (hour, asked) in [
        ("Fri 00", true),
        ("Fri 01", false),
        ("Fri 04", false),
        ("Fri 05", true),
        ("Tue 23", true),
        ("Wed 00", false),
        ("Wed 04", false),
        ("Wed 05", true),
    ] {
        assert_eq!(hours.contains_key(hour), asked, "{hour}: {hours:?}");
    }
}

#[test]
fn trouble_makes_it_ask_more_and_more_seldom_up_to_half_an_hour() {
    type Trouble = fn() -> RailwayError;
    let cases: [(Trouble, f64); 4] = [
        (|| RailwayError::Throttled { status: 403 }, 600.0),
        (|| RailwayError::Empty, 120.0),
        (
            || RailwayError::Refused {
                messages: String::new(),
            },
            60.0,
        ),
        (
            || RailwayError::BadRequest {
                messages: String::new(),
            },
            60.0,
        ),
    ];
    for (trouble, least) in cases {
        let mut engine = engine(&[("a", "监控 北京 上海 12-1")]);
        let played = play(
            &mut engine,
            at("2026-11-26T06:00"),
            at("2026-11-26T16:00"),
            |_, _| Err(trouble()),
        );
        let gaps = gaps(&times(&played));
        assert!(gaps[0] >= least, "{:?}: {gaps:?}", trouble());
        assert!(
            gaps.windows(2)
                .all(|two| two[1] >= two[0] * 0.99 || two[1] >= 1800.0),
            "{gaps:?}"
        );
        let last = gaps.last().unwrap();
        assert!(
            (1790.0..=1810.0).contains(last),
            "{:?}: {gaps:?}",
            trouble()
        );
    }
}

#[test]
fn a_throttled_journey_keeps_all_others_quiet_and_a_bad_one_does_not() {
    let mut engine = engine(&[("a", "监控 北京 上海 12-1"), ("a", "监控 北京 南京 12-1")]);
    let played = play(
        &mut engine,
        at("2026-11-26T08:00"),
        at("2026-11-26T08:30"),
        |_, time| match time {
            "26 08:00" => Err(RailwayError::Throttled { status: 429 }),
            _ => Ok(answer(&["G1 09:00 N 无"])),
        },
    );
    let second = played.asked[1].0.since(played.asked[0].0);
    assert!(second >= Duration::from_mins(10), "{second:?}");
    let bad = played.asked[0].1.clone();
    let played = play(
        &mut engine,
        at("2026-11-27T08:00"),
        at("2026-11-27T08:30"),
        |journey, _| {
            if *journey == bad {
                return Err(RailwayError::BadRequest {
                    messages: String::new(),
                });
            }
            Ok(answer(&["G1 09:00 N 无"]))
        },
    );
    let good = played
        .asked
        .iter()
        .filter(|(_, journey)| *journey != bad)
        .count();
    assert!(
        good > 25 && played.asked.len() - good < 6,
        "{good} of {}",
        played.asked.len()
    );
}

#[test]
fn a_clock_that_is_set_back_does_not_stop_it_for_long() {
    let mut engine = engine(&[("a", "监控 北京 上海 12-1")]);
    play(
        &mut engine,
        at("2026-11-29T08:00"),
        at("2026-11-29T08:05"),
        |_, _| Err(RailwayError::Throttled { status: 403 }),
    );
    let played = play(
        &mut engine,
        at("2026-11-26T08:00"),
        at("2026-11-26T12:00"),
        |_, _| Ok(answer(&["G1 09:00 N 无"])),
    );
    assert!(played.asked.len() > 100, "{}", played.asked.len());
    assert!(played.asked[0].0 <= at("2026-11-26T09:01"));
}

#[test]
fn taking_a_watch_away_and_adding_it_again_does_not_hurry() {
    let mut engine = engine(&[("a", "监控 北京 上海 12-1")]);
    let now = at("2026-11-26T08:00");
    let Step::Ask(journey) = engine.next(now) else {
        panic!()
    };
    engine.answered(&journey, Ok(&answer(&["G1 09:00 N 无"])), now, 0.5);
    engine.remove("a", &Which::All);
    assert_eq!(engine.next(now.plus(Duration::from_secs(5))), Step::Rest);
    engine.add("a", wish("监控 北京 上海 12-1")).unwrap();
    assert_eq!(
        engine.next(now.plus(Duration::from_secs(10))),
        Step::Wait(now.plus(Duration::from_mins(1)))
    );
}
