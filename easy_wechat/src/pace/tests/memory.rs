//! How many are remembered, and at what price.

use std::time::Instant;

use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_secs(seconds)
}

fn count(pace: &Pace) -> usize {
    pace.lock().members.len()
}

#[test]
fn more_members_than_are_remembered_are_served_all_the_same() {
    let pace = Pace::new(Limits::APP);
    for member in 0..50_000_i64 {
        // Each is the first message of the member; a hundred calls a second stay below the limit of calls.
        assert_eq!(
            pace.reserve([member.to_string().as_str()], at(member / 100)),
            Ok(())
        );
        assert!(count(&pace) <= MOST_MEMBERS);
    }
    assert_eq!(count(&pace), MOST_MEMBERS);
}

#[test]
fn the_one_not_named_for_longest_is_forgotten_first() {
    let pace = Pace::with(FEW, 3, SLICE);
    for _ in 0..3 {
        assert_eq!(pace.reserve(["a"], at(0)), Ok(()));
    }
    assert_eq!(pace.reserve(["b"], at(1)), Ok(()));
    assert_eq!(pace.reserve(["c"], at(2)), Ok(()));
    assert!(pace.reserve(["a"], at(3)).is_err(), "its minute is full");
    // This forgets b, as a was named since.
    assert_eq!(pace.reserve(["d"], at(4)), Ok(()));
    assert!(pace.reserve(["a"], at(5)).is_err(), "a is still known");
    assert_eq!(pace.reserve([], at(90)), Ok(()));
    for other in ["e", "f", "g"] {
        assert_eq!(pace.reserve([other], at(90)), Ok(()));
    }
    let known: Vec<bool> = ["a", "b", "c", "d", "e", "f", "g"]
        .iter()
        .map(|member| pace.lock().members.knows(pace.id(member)))
        .collect();
    assert_eq!(known, [false, false, false, false, true, true, true]);
}

#[test]
fn who_got_nothing_for_an_hour_makes_room() {
    let pace = Pace::new(Limits::APP);
    for hour in 0..10 {
        for member in 0..100 {
            let member = format!("{hour}-{member}");
            assert_eq!(pace.reserve([member.as_str()], at(hour * 4000)), Ok(()));
        }
        assert_eq!(count(&pace), 100, "after {hour} hours");
    }
}

#[test]
fn a_call_for_more_than_are_remembered_is_counted_for_those() {
    let pace = Pace::with(FEW, 4, SLICE);
    let many: Vec<String> = (0..100).map(|member| member.to_string()).collect();
    assert_eq!(pace.reserve(many.iter().map(String::as_str), at(0)), Ok(()));
    assert_eq!(count(&pace), 4);
}

#[test]
fn a_member_takes_a_few_hundred_bytes() {
    let bytes = Members::bytes_each(Limits::APP.recent);
    assert!(bytes < 400, "{bytes}");
}

/// `cargo test --release -p easy_wechat --lib pace -- --ignored --nocapture`
#[test]
#[ignore = "a measurement"]
fn the_price_of_a_place() {
    let pace = Pace::new(Limits::APP);
    for member in 0..20_000 {
        let _ = pace.reserve([member.to_string().as_str()], at(0));
    }
    let batch = 10_000;
    // The fastest of many, for other programs may be at work.
    let fastest = (0..100_i64).map(|number| {
        let start = Instant::now();
        for round in 0..batch {
            let now = at(7200 + (number * batch + round) * 4);
            assert!(pace.reserve(["777"], now).is_ok());
        }
        start.elapsed().as_nanos() / u128::try_from(batch).unwrap()
    });
    let each = fastest.min().unwrap();
    eprintln!(
        "{each} ns for a place, {} bytes for a member",
        Members::bytes_each(Limits::APP.recent)
    );
}
