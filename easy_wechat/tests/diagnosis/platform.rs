//! The platform, its mode, and the clock.

use easy_wechat::diagnosis::{Captured, Cause, diagnose};
use easy_wechat::{Mode, Timestamp};

use super::calls::{
    Call, NOW, get, keys, official, official_get, official_post, post, without_key,
};
use super::{Row, causes_are, check, look, said};

#[test]
fn the_wrong_platform_and_the_wrong_mode_are_told() {
    let account = official(Mode::Safe);
    let safe = official_post(true);
    let untyped = Call {
        query: safe.query.replace("&encrypt_type=aes", ""),
        ..safe.clone()
    };
    let rows: Vec<Row> = vec![
        (
            "an account's GET at WeCom",
            official_get(),
            keys(),
            &[Cause::Kind],
        ),
        (
            "an account's POST at WeCom",
            official_post(false),
            keys(),
            &[Cause::Kind],
        ),
        (
            "WeCom's GET at an account",
            get(),
            account.clone(),
            &[Cause::Kind],
        ),
        (
            "plain at safe",
            official_post(false),
            account.clone(),
            &[Cause::Mode],
        ),
        (
            "safe at plain",
            safe,
            without_key(official(Mode::Plain)),
            &[Cause::Mode],
        ),
        (
            "no encrypt_type",
            untyped,
            account,
            &[Cause::ParameterMissing],
        ),
    ];
    check(rows);
    let diagnosis = look(&official_post(true), &official(Mode::Plain), &[]);
    causes_are("safe at plain with a key", &diagnosis, &[Cause::Mode]);
    assert!(diagnosis.is_good());
}

#[test]
fn the_clock_counts_for_messages_and_is_told_for_verifications() {
    for (call, offset, causes, good) in [
        (post(), 599, &[][..], true),
        (post(), 601, &[Cause::Clock], false),
        (post(), -601, &[Cause::Clock], false),
        (get(), 86_400, &[Cause::Clock], true),
    ] {
        let captured = call.captured().at(Timestamp::from_secs(NOW + offset));
        let diagnosis = diagnose(&captured, &keys(), &[]);
        causes_are("clock", &diagnosis, causes);
        assert_eq!(diagnosis.is_good(), good, "{offset}");
        let any = Captured {
            max_age: std::time::Duration::ZERO,
            ..captured
        };
        causes_are("any age", &diagnose(&any, &keys(), &[]), &[]);
    }
    let captured = post();
    let diagnosis = diagnose(
        &captured.captured().at(Timestamp::from_secs(NOW - 7200)),
        &keys(),
        &[],
    );
    assert!(
        said(&diagnosis).contains("signed 2 hours from now"),
        "{}",
        said(&diagnosis)
    );
}
