//! Tables: what is due, from the clock and from what was settled.

#![allow(clippy::unwrap_used, reason = "in a test a panic is a failure")]

use super::super::schedule::local;
use super::*;

/// The moment that the clocks of a zone show, with their offset: `2026-12-01 07:30:00 +08:00`.
fn at(text: &str) -> Timestamp {
    let moment = jiff::fmt::strtime::parse("%Y-%m-%d %H:%M:%S %:z", text).unwrap();
    Timestamp::from_secs(moment.to_timestamp().unwrap().as_second())
}

fn schedule(cron: &str, zone: &str) -> Schedule {
    let mut schedule = Schedule::cron(cron).unwrap();
    schedule.set_zone(zone).unwrap();
    schedule
}

/// The next moments after a moment, as the zone's clocks show them.
#[track_caller]
fn check(cron: &str, zone: &str, after: &str, expected: &[&str]) {
    let schedule = schedule(cron, zone);
    let zone = super::super::schedule::zone(zone).unwrap();
    let mut moment = at(after);
    let mut found = Vec::new();
    for _ in expected {
        moment = schedule.next_after(moment, "").unwrap();
        found.push(local(moment, &zone));
    }
    assert_eq!(found, expected, "{cron} after {after}");
}

#[test]
fn expressions_have_five_fields_or_six_or_a_name() {
    let noon = "2026-12-01 12:00:00 +08:00"; // a Tuesday
    for (cron, expected) in [
        ("30 7 * * *", "2026-12-02 07:30:00 +08:00"),
        ("15 30 7 * * *", "2026-12-02 07:30:15 +08:00"),
        ("*/5 * * * *", "2026-12-01 12:05:00 +08:00"),
        ("*/10 * * * * *", "2026-12-01 12:00:10 +08:00"),
        ("0 9-17/2 * * *", "2026-12-01 13:00:00 +08:00"),
        ("0 8,20 * * *", "2026-12-01 20:00:00 +08:00"),
        ("0 0 L * *", "2026-12-31 00:00:00 +08:00"),
        ("0 0 29 2 *", "2028-02-29 00:00:00 +08:00"),
        ("0 0 1 jan *", "2027-01-01 00:00:00 +08:00"),
        ("@hourly", "2026-12-01 13:00:00 +08:00"),
        ("@daily", "2026-12-02 00:00:00 +08:00"),
        ("@midnight", "2026-12-02 00:00:00 +08:00"),
        ("@weekly", "2026-12-06 00:00:00 +08:00"),
        ("@monthly", "2027-01-01 00:00:00 +08:00"),
        ("@yearly", "2027-01-01 00:00:00 +08:00"),
        ("  30 7 * * *  ", "2026-12-02 07:30:00 +08:00"),
    ] {
        check(cron, "Asia/Shanghai", noon, &[expected]);
    }
}

/// 2026-12-06 is a Sunday.
#[test]
fn days_of_the_week_are_those_of_crontab() {
    let day = |day: u8| format!("2026-12-{day:02} 09:00:00 +08:00");
    for (cron, days) in [
        ("0 9 * * 0", [6, 13, 20]),
        ("0 9 * * 7", [6, 13, 20]),
        ("0 9 * * SUN", [6, 13, 20]),
        ("0 9 * * 1", [7, 14, 21]),
        ("0 9 * * mon", [7, 14, 21]),
        ("0 9 * * 1-5", [1, 2, 3]),
        ("0 9 * * 5-7", [4, 5, 6]),
        ("0 9 * * 6", [5, 12, 19]),
        // Both are restricted: either.
        ("0 9 3 * MON", [3, 7, 14]),
        ("0 9 13,14 * 0", [6, 13, 14]),
        // Only one is restricted.
        ("0 9 3,4,5 * *", [3, 4, 5]),
        // Both, where it is said.
        ("0 9 1-20 * +SUN", [6, 13, 3]),
    ] {
        let expected = days.map(day);
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        let wanted = if cron.contains('+') { 2 } else { 3 };
        let after = "2026-12-01 00:00:00 +08:00";
        check(
            cron,
            "Asia/Shanghai",
            after,
            expected.get(..wanted).unwrap(),
        );
    }
}

#[test]
fn what_is_no_expression_is_refused_with_the_reason() {
    for (cron, part) in [
        ("", "no cron expression"),
        ("30 7 * *", "fields"),
        ("30 7 * * * * *", "fields"),
        ("60 7 * * *", "no cron expression"),
        ("30 24 * * *", "no cron expression"),
        ("30 7 0 * *", "no cron expression"),
        ("30 7 * 13 *", "no cron expression"),
        ("30 7 * * 8", "no cron expression"),
        ("30 7 * * MONDAY", "no cron expression"),
        ("@noon", "no cron expression"),
        ("*/0 * * * *", "no cron expression"),
        ("7:30", "no cron expression"),
        ("每天七点半", "no cron expression"),
        ("0 0 31 2 *", "no day is such a day"),
        ("0 0 30 2 *", "no day is such a day"),
        (&"1,".repeat(300), "longer than 200"),
    ] {
        let error = Schedule::cron(cron).unwrap_err().to_string();
        assert!(error.contains(part), "{cron}: {error}");
    }
    let error = Schedule::cron("* * * * *")
        .unwrap()
        .set_zone("Mars/Olympus");
    assert!(error.unwrap_err().to_string().contains("Asia/Shanghai"));
}

/// Berlin leaps from 2:00 to 3:00 on 2026-03-29 and back from 3:00 to 2:00 on 2026-10-25; New York on 03-08 and 11-01.
#[test]
fn a_time_that_is_leapt_over_comes_when_the_clock_has_leapt() {
    for (cron, zone, after, expected) in [
        (
            "30 2 * * *",
            "Europe/Berlin",
            "2026-03-28 00:00:00 +01:00",
            [
                "2026-03-28 02:30:00 +01:00",
                "2026-03-29 03:00:00 +02:00",
                "2026-03-30 02:30:00 +02:00",
            ],
        ),
        (
            "30 2 * * *",
            "America/New_York",
            "2026-03-07 00:00:00 -05:00",
            [
                "2026-03-07 02:30:00 -05:00",
                "2026-03-08 03:00:00 -04:00",
                "2026-03-09 02:30:00 -04:00",
            ],
        ),
        (
            "0 3 * * *",
            "Europe/Berlin",
            "2026-03-28 00:00:00 +01:00",
            [
                "2026-03-28 03:00:00 +01:00",
                "2026-03-29 03:00:00 +02:00",
                "2026-03-30 03:00:00 +02:00",
            ],
        ),
        (
            "30 * * * *",
            "Europe/Berlin",
            "2026-03-29 01:00:00 +01:00",
            [
                "2026-03-29 01:30:00 +01:00",
                "2026-03-29 03:30:00 +02:00",
                "2026-03-29 04:30:00 +02:00",
            ],
        ),
    ] {
        check(cron, zone, after, &expected);
    }
}

#[test]
fn a_time_that_comes_twice_is_run_the_first_time() {
    for (cron, zone, after, expected) in [
        (
            "30 2 * * *",
            "Europe/Berlin",
            "2026-10-24 00:00:00 +02:00",
            [
                "2026-10-24 02:30:00 +02:00",
                "2026-10-25 02:30:00 +02:00",
                "2026-10-26 02:30:00 +01:00",
            ],
        ),
        (
            "30 1 * * *",
            "America/New_York",
            "2026-10-31 00:00:00 -04:00",
            [
                "2026-10-31 01:30:00 -04:00",
                "2026-11-01 01:30:00 -04:00",
                "2026-11-02 01:30:00 -05:00",
            ],
        ),
        // What counts by the clock comes as often as the clock shows it.
        (
            "*/30 * * * *",
            "Europe/Berlin",
            "2026-10-25 02:10:00 +02:00",
            [
                "2026-10-25 02:30:00 +02:00",
                "2026-10-25 02:00:00 +01:00",
                "2026-10-25 02:30:00 +01:00",
            ],
        ),
    ] {
        check(cron, zone, after, &expected);
    }
    // Asked in the middle of the second pass.
    let schedule = schedule("30 2 * * *", "Europe/Berlin");
    let next = schedule.next_after(at("2026-10-25 02:10:00 +01:00"), "");
    assert_eq!(next, Some(at("2026-10-26 02:30:00 +01:00")));
}

/// The decision at `now`, with a grace of 15 minutes.
#[track_caller]
fn decides(cron: &str, settled: &str, now: &str, expected: Decision) {
    let grace = Duration::from_mins(15);
    let schedule = schedule(cron, "Asia/Shanghai");
    let found = decide(&schedule, "job", at(settled), &[], at(now), grace);
    assert_eq!(found, expected, "{cron}, settled {settled}, now {now}");
}

#[test]
fn what_is_due_is_run_caught_up_or_missed() {
    let daily = "30 7 * * *";
    let yesterday = "2026-11-30 07:30:00 +08:00";
    let today = at("2026-12-01 07:30:00 +08:00");
    let tomorrow = Some(at("2026-12-02 07:30:00 +08:00"));
    for (settled, now, expected) in [
        (
            yesterday,
            "2026-12-01 07:29:59 +08:00",
            Decision::Wait(Some(today)),
        ),
        (
            yesterday,
            "2026-12-01 07:30:00 +08:00",
            Decision::Run(today),
        ),
        (
            yesterday,
            "2026-12-01 07:31:00 +08:00",
            Decision::Run(today),
        ),
        (
            yesterday,
            "2026-12-01 07:45:00 +08:00",
            Decision::Run(today),
        ),
        (
            yesterday,
            "2026-12-01 07:45:01 +08:00",
            Decision::Miss(today),
        ),
        // Asleep for a month: one, and only the last.
        (
            "2026-10-30 07:30:00 +08:00",
            "2026-12-01 07:40:00 +08:00",
            Decision::Run(today),
        ),
        (
            "2026-10-30 07:30:00 +08:00",
            "2026-12-01 12:00:00 +08:00",
            Decision::Miss(today),
        ),
        // It was run, and the clock stands still or was set back.
        (
            "2026-12-01 07:30:00 +08:00",
            "2026-12-01 07:30:00 +08:00",
            Decision::Wait(tomorrow),
        ),
        (
            "2026-12-01 07:30:00 +08:00",
            "2026-12-01 07:29:00 +08:00",
            Decision::Wait(tomorrow),
        ),
        // By more than what a correction of the clock is.
        (
            "2026-12-01 07:30:00 +08:00",
            "2026-12-01 07:28:59 +08:00",
            Decision::SetBack,
        ),
        (
            "2026-12-01 07:30:00 +08:00",
            "2026-11-30 12:00:00 +08:00",
            Decision::SetBack,
        ),
        (
            "2099-12-01 07:30:00 +08:00",
            "2026-12-01 07:29:00 +08:00",
            Decision::SetBack,
        ),
    ] {
        decides(daily, settled, now, expected);
    }
    let every_second = "* * * * * *";
    let now = "2026-12-01 07:31:00 +08:00";
    decides(
        every_second,
        "2020-01-01 00:00:00 +08:00",
        now,
        Decision::Run(at(now)),
    );
}

#[test]
fn what_was_run_while_the_clock_was_ahead_is_left_out() {
    let minutely = schedule("* * * * *", "Asia/Shanghai");
    let minute = |minute: u8| at(&format!("2026-12-01 07:{minute:02}:00 +08:00"));
    let ran = [minute(5), minute(6), minute(9)];
    for (settled, now, expected) in [
        (3, 3, Decision::Wait(Some(minute(4)))),
        (4, 4, Decision::Wait(Some(minute(7)))),
        (4, 5, Decision::Ran(minute(5))),
        (4, 7, Decision::Run(minute(7))),
        (5, 6, Decision::Ran(minute(6))),
        (8, 8, Decision::Wait(Some(minute(10)))),
    ] {
        let (settled, now) = (minute(settled), minute(now));
        let found = decide(&minutely, "job", settled, &ran, now, Duration::ZERO);
        assert_eq!(found, expected, "settled {settled:?}, now {now:?}");
    }
}

#[test]
fn the_last_moment_is_the_one_that_counting_finds() {
    for cron in [
        "*/7 * * * *",
        "13,14,59 * * * *",
        "30 2 * * *",
        "0 3 29 3 *",
    ] {
        let schedule = schedule(cron, "Europe/Berlin");
        let begin = at("2026-03-28 20:00:00 +01:00");
        for step in 0..80 {
            let now = begin.plus(Duration::from_secs(step * 733));
            let mut moment = begin;
            let mut last = None;
            while let Some(next) = schedule.next_after(moment, "").filter(|next| *next <= now) {
                (moment, last) = (next, Some(next));
            }
            let first = schedule.next_after(begin, "").unwrap();
            if let Some(last) = last {
                assert_eq!(schedule.last_until(now, begin, first), last, "{cron}");
            }
        }
    }
}

#[test]
fn what_runs_every_so_often_keeps_its_beat_and_its_bounds() {
    let mut schedule = Schedule::every(Duration::from_mins(1)).unwrap();
    let now = at("2026-12-01 07:30:00 +08:00");
    let grace = Duration::ZERO;
    let decision =
        |schedule: &Schedule, settled, now| decide(schedule, "a", settled, &[], now, grace);
    assert_eq!(
        decision(&schedule, schedule.since(now), now),
        Decision::Run(now),
        "new"
    );
    let next = now.plus(Duration::from_mins(1));
    assert_eq!(decision(&schedule, now, now), Decision::Wait(Some(next)));
    let late = next.plus(Duration::from_secs(20));
    assert_eq!(
        decision(&schedule, now, late),
        Decision::Run(next),
        "a bit late"
    );
    let later = now.plus(Duration::from_hours(9));
    assert_eq!(
        decision(&schedule, now, later),
        Decision::Run(later),
        "once after a sleep"
    );
    let back = at("2026-12-01 07:00:00 +08:00");
    assert_eq!(
        decision(&schedule, now, back),
        Decision::SetBack,
        "the clock was set back"
    );

    schedule.set_jitter(0.2).unwrap();
    let waits: Vec<u64> = (0..1000)
        .map(|second| {
            let settled = Timestamp::from_secs(second);
            schedule
                .next_after(settled, "a")
                .unwrap()
                .since(settled)
                .as_secs()
        })
        .collect();
    let (shortest, longest) = (waits.iter().min().unwrap(), waits.iter().max().unwrap());
    assert!(*shortest >= 48 && *shortest <= 49, "{shortest}");
    assert!(*longest <= 72 && *longest >= 71, "{longest}");
    let one = schedule.next_after(now, "a");
    assert_ne!(one, schedule.next_after(now, "b"), "jobs do not go in step");
    assert_eq!(one, schedule.next_after(now, "a"), "processes agree");

    assert!(schedule.set_jitter(0.6).is_err() && schedule.set_jitter(f64::NAN).is_err());
    assert!(Schedule::every(Duration::ZERO).is_err());
    assert!(Schedule::cron("@daily").unwrap().set_jitter(0.1).is_err());
}
