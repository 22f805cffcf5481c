//! What users are told, and when.

use std::time::Duration;
use ticket_watcher::command::Which;
use ticket_watcher::engine::{Engine, EngineSettings, News, Refusal};
use ticket_watcher::pace::Step;
use ticket_watcher::watch::Watch;

use crate::play::{answer, at, engine, play, wish};

/// The hour of `dd HH:MM`.
fn hour(time: &str) -> &str {
    time.split([' ', ':']).nth(1).unwrap()
}

#[test]
fn a_ticket_is_told_once_and_again_only_after_it_had_gone() {
    let mut engine = engine(&[
        ("a", "监控 北京 上海 12-1 G1"),
        ("b", "监控 北京 上海 12-1 2人"),
        ("c", "监控 北京 上海 12-1 一等座"),
    ]);
    let played = play(
        &mut engine,
        at("2026-11-26T07:30"),
        at("2026-11-26T13:00"),
        |_, time| {
            Ok(match hour(time) {
                "08" => answer(&["G1 09:00 Y 1", "G3 10:00 N 有"]),
                "09" => answer(&["G1 09:00 Y 3", "G3 10:00 Y 有"]),
                // A site in trouble: no train at all.
                "10" => answer(&[]),
                "11" => answer(&["G1 09:00 N 无", "G3 10:00 Y 5"]),
                "12" => answer(&["G1 09:00 Y 有", "G3 10:00 Y 5"]),
                _ => answer(&["G1 09:00 N 无", "G3 10:00 N 无"]),
            })
        },
    );
    assert_eq!(
        played.lines(),
        [
            "26 08 a1 G1 1",
            "26 09 b1 G1 3, G3 有",
            "26 12 a1 G1 有",
            "26 12 b1 G1 有"
        ]
    );
}

#[test]
fn a_site_that_sleeps_does_not_make_old_tickets_new() {
    let mut engine = engine(&[("a", "监控 北京 上海 12-1")]);
    let played = play(
        &mut engine,
        at("2026-11-26T07:30"),
        at("2026-11-26T10:00"),
        |_, time| {
            Ok(match hour(time) {
                "08" => answer(&["G1 09:00 IS_TIME_NOT_BUY 5"]),
                _ => answer(&["G1 09:00 Y 5"]),
            })
        },
    );
    assert_eq!(played.lines(), ["26 07 a1 G1 5"]);
}

#[test]
fn what_could_not_be_sent_is_told_again() {
    let mut engine = engine(&[("a", "监控 北京 上海 12-1")]);
    let now = at("2026-11-26T08:00");
    let Step::Ask(journey) = engine.next(now) else {
        panic!()
    };
    let trains = answer(&["G1 09:00 Y 5"]);
    let notices = engine.answered(&journey, Ok(&trains), now, 0.5);
    engine.unsent(&notices[0], now);
    assert_eq!(engine.answered(&journey, Ok(&trains), now, 0.5), notices);
    assert_eq!(engine.answered(&journey, Ok(&trains), now, 0.5), []);
}

/// The platform is away when a watch ends; it is told when it is back, and not for ever.
#[test]
fn an_end_that_could_not_be_sent_is_told_later() {
    let mut engine = engine(&[("a", "监控 北京 上海 今天")]);
    let first = at("2026-11-27T00:00");
    let notices = engine.end(first);
    assert_eq!(notices.len(), 1);
    engine.unsent(&notices[0], first);
    // It is kept until it is told.
    assert!(
        engine
            .take_changes()
            .iter()
            .all(|(_, watch)| watch.is_some())
    );
    assert_eq!(engine.end(first.plus(Duration::from_secs(299))), []);
    let second = first.plus(Duration::from_mins(5));
    assert_eq!(engine.end(second), notices);
    engine.unsent(&notices[0], second);
    // Its number may be in use by then.
    engine.remove("a", &Which::All);
    let third = first.plus(Duration::from_mins(10));
    assert_eq!(engine.end(third), []);
    assert!(engine.is_empty());

    let mut engine = engine_of_today();
    let mut tried = 0;
    for minute in 0..3 * 24 * 60 {
        let now = first.plus(Duration::from_mins(minute));
        for notice in engine.end(now) {
            tried += 1;
            engine.unsent(&notice, now);
        }
    }
    assert_eq!(tried, 24 * 12 + 2, "for a day");
    assert!(engine.is_empty());
}

fn engine_of_today() -> Engine {
    engine(&[("a", "监控 北京 上海 今天")])
}

/// Told, paused, and on again: one wants to know what there is now.
#[test]
fn a_watch_that_goes_on_tells_what_there_is() {
    let mut engine = engine(&[("a", "监控 北京 上海 12-1 G1,G99")]);
    let site = |_: &_, _: &str| Ok(answer(&["G1 09:00 Y 5"]));
    let hour = |engine: &mut Engine, hour: u8| {
        let at = |hour: u8| at(&format!("2026-11-26T{hour:02}:00"));
        play(engine, at(hour), at(hour + 1), site).told.len()
    };
    assert_eq!(hour(&mut engine, 8), 2);
    assert_eq!(hour(&mut engine, 9), 0);
    engine.pause("a", &Which::All, true);
    assert_eq!(hour(&mut engine, 10), 0);
    engine.pause("a", &Which::All, false);
    assert_eq!(hour(&mut engine, 11), 2);
    // It was not at rest.
    engine.pause("a", &Which::All, false);
    assert_eq!(hour(&mut engine, 12), 0);
}

#[test]
fn a_watch_ends_when_its_last_train_has_left() {
    let mut engine = engine(&[
        ("a", "监控 北京 上海 今天 G1"),
        ("b", "监控 北京 上海 今天"),
        ("c", "监控 北京 上海 今天 G1 G99"),
        ("d", "监控 北京 上海 今天 G5"),
    ]);
    let played = play(
        &mut engine,
        at("2026-11-26T08:00"),
        at("2026-11-27T03:00"),
        |_, _| {
            Ok(answer(&[
                "G1 12:00 N 无",
                "G3 19:30 N 无",
                "G5 24:00 IS_TIME_NOT_BUY",
            ]))
        },
    );
    assert_eq!(
        played.lines(),
        [
            "26 08 c1 missing [\"G99\"] []",
            "26 08 d1 missing [] [\"G5\"]",
            "26 12 a1 ended",
            "26 19 b1 ended",
            "27 00 c1 ended",
            "27 00 d1 ended",
        ]
    );
    assert!(engine.is_empty());
    assert!(played.asked.last().unwrap().0 < at("2026-11-27T00:01"));
}

#[test]
fn a_watch_beyond_the_presale_sleeps_until_the_sale_begins() {
    let mut engine = engine(&[("a", "监控 北京 上海 12-12")]);
    let played = play(
        &mut engine,
        at("2026-11-26T08:00"),
        at("2026-11-28T14:00"),
        |_, time| {
            Ok(if time < "28 12:45" {
                answer(&[
                    "G1 09:00 IS_TIME_NOT_BUY * 202611281245",
                    "G3 10:00 IS_TIME_NOT_BUY * 202611281430",
                ])
            } else {
                answer(&["G1 09:00 Y 有", "G3 10:00 IS_TIME_NOT_BUY * 202611281430"])
            })
        },
    );
    assert_eq!(
        played.lines(),
        ["28 05 a1 sale at 2026-11-28T12:45:00", "28 12 a1 G1 有"]
    );
    assert!(played.asked[0].0 >= at("2026-11-28T05:00"));
    let before = played
        .asked
        .iter()
        .filter(|(time, _)| *time < at("2026-11-28T12:45"))
        .count();
    assert!(before < 12, "it waits rather than asks: {before}");
    let told = played.told[1].0.since(at("2026-11-28T12:45"));
    assert!(
        told.as_secs() < 10,
        "it asks at once when the sale begins: {told:?}"
    );
}

#[test]
fn a_user_has_so_many_watches_and_no_more() {
    let mut engine = Engine::new(
        EngineSettings {
            max_per_user: 10,
            max_watches: 15,
            ..EngineSettings::default()
        },
        [],
    );
    let wishes: Vec<_> = (1..=1000)
        .map(|n| wish(&format!("监控 北京 上海 12-1 G{n}")))
        .collect();
    let mut refused = 0;
    for wish in &wishes {
        refused += usize::from(engine.add("a", wish.clone()) == Err(Refusal::UserIsFull(10)));
    }
    assert_eq!((engine.len(), refused), (10, 990));
    assert_eq!(engine.add("a", wishes[3].clone()), Err(Refusal::Already(4)));
    for wish in wishes.iter().take(5) {
        engine.add("b", wish.clone()).unwrap();
    }
    assert_eq!(
        engine.add("b", wishes[7].clone()),
        Err(Refusal::AllAreFull(15))
    );
    // Numbers are used again, the lowest first.
    engine.remove("a", &Which::Numbers(vec![2, 5, 77]));
    assert_eq!(engine.add("a", wishes[500].clone()), Ok(2));
    assert_eq!(
        engine.of("a").map(|watch| watch.number).collect::<Vec<_>>(),
        [1, 2, 3, 4, 6, 7, 8, 9, 10]
    );
    assert_eq!(engine.remove("b", &Which::All).len(), 5);
}

#[test]
fn a_watch_that_rests_is_neither_asked_for_nor_told() {
    let mut engine = engine(&[("a", "监控 北京 上海 12-1")]);
    engine.pause("a", &Which::All, true);
    let site = |_: &_, _: &str| Ok(answer(&["G1 09:00 Y 5"]));
    let played = play(
        &mut engine,
        at("2026-11-26T08:00"),
        at("2026-11-26T09:00"),
        site,
    );
    assert_eq!((played.asked.len(), played.told.len()), (0, 0));
    engine.pause("a", &Which::Numbers(vec![1]), false);
    assert_eq!(
        play(
            &mut engine,
            at("2026-11-26T09:00"),
            at("2026-11-26T10:00"),
            site
        )
        .lines(),
        ["26 09 a1 G1 5"]
    );
}

#[test]
fn a_restart_tells_nothing_twice() {
    let site = |_: &_, _: &str| Ok(answer(&["G1 09:00 Y 5"]));
    let mut engine = engine(&[
        ("a", "监控 北京 上海 12-1 G1 二等座 2人"),
        ("a", "监控 北京 上海 12-2"),
    ]);
    engine.remove("a", &Which::Numbers(vec![2]));
    play(
        &mut engine,
        at("2026-11-26T08:00"),
        at("2026-11-26T09:00"),
        site,
    );
    let changes = engine.take_changes();
    assert_eq!(
        changes
            .iter()
            .map(|(id, watch)| (id.1, watch.is_some()))
            .collect::<Vec<_>>(),
        [(1, true), (2, false)]
    );
    assert!(engine.take_changes().is_empty());
    let kept: Vec<String> = changes
        .iter()
        .filter_map(|(_, watch)| watch.as_ref())
        .map(|watch| serde_json::to_string(watch).unwrap())
        .collect();
    let watches: Vec<Watch> = kept
        .iter()
        .map(|json| serde_json::from_str(json).unwrap())
        .collect();
    let mut again = Engine::new(EngineSettings::default(), watches);
    let played = play(
        &mut again,
        at("2026-11-26T09:00"),
        at("2026-12-01T10:00"),
        site,
    );
    assert_eq!(played.told.len(), 1);
    assert_eq!(played.told[0].1.news, News::Ended);
}
