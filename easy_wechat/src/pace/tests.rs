use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

mod memory;
mod waiting;

const SECOND: i64 = 1_000_000;
/// Of the members: fewer than [`Limits::APP`], so that a short run meets them all.
const FEW: Limits = Limits {
    recent: Limit {
        count: 3,
        millis: 60_000,
    },
    long: Limit {
        count: 20,
        millis: 3_600_000,
    },
    calls: [
        Limit {
            count: 7,
            millis: 60_000,
        },
        Limit {
            count: 45,
            millis: 3_600_000,
        },
    ],
};

/// All that was ever sent, and the limits counted the slow way.
struct Oracle {
    limits: Limits,
    sent: HashMap<String, Vec<i64>>,
    calls: Vec<i64>,
}

impl Oracle {
    fn new(limits: Limits) -> Self {
        Self {
            limits,
            sent: HashMap::new(),
            calls: Vec::new(),
        }
    }

    /// Whether one more would go, if every window were longer by `longer` microseconds.
    fn room(&self, members: &[&str], now: i64, longer: fn(i64) -> i64) -> bool {
        let has_room = |times: &[i64], limit: Limit| {
            let span = i64::try_from(limit.millis).unwrap() * 1000;
            let inside = times
                .iter()
                .rev()
                .take_while(|time| now - **time < span + longer(span));
            inside.count() < limit.count as usize
        };
        let Limits {
            recent,
            long,
            calls,
        } = self.limits;
        let nothing = Vec::new();
        calls.iter().all(|limit| has_room(&self.calls, *limit))
            && members.iter().all(|member| {
                let times = self.sent.get(&member.to_lowercase()).unwrap_or(&nothing);
                has_room(times, recent) && has_room(times, long)
            })
    }

    fn send(&mut self, members: &[&str], now: i64) {
        self.calls.push(now);
        let mut members: Vec<String> = members.iter().map(|member| member.to_lowercase()).collect();
        members.sort();
        members.dedup();
        for member in members {
            self.sent.entry(member).or_default().push(now);
        }
    }
}

/// Sends as the steps say, each so many microseconds after the one before, and compares.
fn check(limits: Limits, steps: impl IntoIterator<Item = (i64, Vec<&'static str>)>) -> Oracle {
    let pace = Pace::new(limits);
    let mut oracle = Oracle::new(limits);
    let mut now = 0;
    for (later, members) in steps {
        now += later;
        match pace.reserve(members.iter().copied(), Timestamp::from_micros(now)) {
            Ok(()) => {
                assert!(
                    oracle.room(&members, now, |_| 0),
                    "too fast at {now}: {members:?}"
                );
                oracle.send(&members, now);
            }
            Err(until) => {
                let surely = oracle.room(&members, now, |span| span / 30 + 1_001_000);
                assert!(!surely, "held back for nothing at {now}: {members:?}");
                assert!(until.as_micros() > now, "{until:?} is not after {now}");
            }
        }
    }
    oracle
}

proptest! {
    #[test]
    fn no_window_ever_has_too_many(
        steps in prop::collection::vec((prop_oneof![
            4 => Just(0_i64),
            8 => 0..5 * SECOND,
            4 => 0..90 * SECOND,
            1 => 3500 * SECOND..3800 * SECOND,
            1 => Just(60 * SECOND),
        ], prop_oneof![
            3 => Just(vec!["a"]),
            2 => Just(vec!["A", "b"]),
            1 => Just(vec!["b", "c", "C"]),
            1 => Just(vec![]),
        ]), 1..250)
    ) {
        check(FEW, steps);
    }

    #[test]
    fn it_goes_at_the_moment_that_was_named_and_not_before(
        steps in prop::collection::vec((0..40 * SECOND, prop_oneof![Just("a"), Just("b")]), 1..200)
    ) {
        let pace = Pace::new(FEW);
        let mut now = 0;
        for (later, member) in steps {
            now += later;
            if let Err(until) = pace.reserve([member], Timestamp::from_micros(now)) {
                let before = Timestamp::from_micros((until.as_micros() - 1).max(now));
                prop_assert_eq!(pace.reserve([member], before), Err(until));
                prop_assert_eq!(pace.reserve([member], until), Ok(()));
                now = until.as_micros();
            }
        }
    }
}

#[test]
fn a_member_gets_30_a_minute_and_1000_an_hour() {
    let hours = 5;
    // One try every 0.7 s, so that each limit is met again and again.
    let steps = (0..hours * 3600 * 10 / 7).map(|_| (SECOND * 7 / 10, vec!["zhangsan"]));
    let oracle = check(Limits::APP, steps);
    let sent = oracle.sent["zhangsan"].len();
    assert!(sent > 4700, "{sent} in {hours} hours");
}

#[test]
fn a_burst_at_the_end_of_a_minute_is_not_followed_by_another() {
    let pace = Pace::new(Limits::APP);
    let at = |seconds| Timestamp::from_secs(seconds);
    for _ in 0..30 {
        assert_eq!(pace.reserve(["a"], at(59)), Ok(()));
    }
    assert_eq!(pace.reserve(["a"], at(61)), Err(at(120)));
    assert_eq!(pace.reserve(["b"], at(61)), Ok(()), "another member");
    assert_eq!(
        pace.reserve(["A", "b"], at(61)),
        Err(at(120)),
        "all or none"
    );
    for _ in 0..29 {
        assert_eq!(
            pace.reserve(["b"], at(61)),
            Ok(()),
            "none was taken by the refusal"
        );
    }
    assert_eq!(pace.reserve(["b"], at(61)), Err(at(122)));
    assert_eq!(pace.reserve(["a"], at(120)), Ok(()));
}

#[test]
fn all_calls_together_have_their_limit() {
    let pace = Pace::new(Limits::APP);
    let now = Timestamp::from_secs(0);
    for _ in 0..10_000 {
        assert_eq!(pace.reserve([], now), Ok(()));
    }
    let until = pace.reserve(["a"], now).unwrap_err();
    assert!((60..=63).contains(&until.as_secs()), "{until:?}");
}

#[test]
fn a_robot_and_a_group_chat_have_theirs() {
    for (limits, count) in [(Limits::ROBOT, 20), (Limits::GROUP_CHAT, 200)] {
        let pace = Pace::new(limits);
        let now = Timestamp::from_secs(0);
        let went = (0..300)
            .filter(|_| pace.reserve(["key"], now).is_ok())
            .count();
        assert_eq!(went, count);
    }
}

#[test]
fn a_clock_that_is_moved_blocks_nobody_for_hours() {
    #[rustfmt::skip]
    let cases = [
        ("an hour back",       -3600,      61),
        ("years back",         -900_000_000, 61),
        ("two seconds back",   -2,         61),
        ("half an hour on",    1800,       0),
        ("years on",           900_000_000, 0),
    ];
    for (name, jump, wait) in cases {
        let pace = Pace::new(Limits::APP);
        let start = 1_700_000_000;
        let at = |seconds| Timestamp::from_secs(seconds);
        for _ in 0..30 {
            assert_eq!(pace.reserve(["a"], at(start)), Ok(()), "{name}");
        }
        let moved = start + jump;
        if wait > 0 {
            assert_eq!(
                pace.reserve(["a"], at(moved)),
                Err(at(moved + wait)),
                "{name}"
            );
        }
        assert_eq!(pace.reserve(["a"], at(moved + wait)), Ok(()), "{name}");
    }
}

#[test]
fn readings_in_the_wrong_order_do_not_make_time_fly() {
    let pace = Pace::new(Limits::APP);
    let base = 1_700_000_000 * SECOND;
    for _ in 0..30 {
        assert_eq!(pace.reserve(["a"], Timestamp::from_micros(base)), Ok(()));
    }
    // For a minute of calls, each second one comes with a reading that is 5 ms old.
    for millis in 0..60_000 {
        let late = if millis % 2 == 0 { 0 } else { 5 };
        let now = Timestamp::from_micros(base + (millis - late) * 1000);
        assert!(pace.reserve(["a"], now).is_err(), "after {millis} ms");
    }
}

#[test]
fn what_was_sent_49_days_ago_is_not_taken_for_new() {
    let pace = Pace::new(Limits::APP);
    for _ in 0..30 {
        assert_eq!(pace.reserve(["a"], Timestamp::default()), Ok(()));
    }
    // Ten seconds after the kept half of the time began anew.
    let later = Duration::from_millis(u64::from(u32::MAX) + 10_000);
    assert_eq!(
        pace.reserve(["a"], Timestamp::default().plus(later)),
        Ok(())
    );
}

#[test]
fn the_ends_of_time_break_nothing() {
    let pace = Pace::new(Limits::APP);
    for micros in [i64::MIN, 0, i64::MAX, -1, i64::MIN, i64::MAX] {
        for _ in 0..40 {
            let _ = pace.reserve(["a"], Timestamp::from_micros(micros));
        }
    }
}
