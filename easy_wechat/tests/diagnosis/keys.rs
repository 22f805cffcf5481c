//! Which of the keys is wrong, and whose request it is.

use easy_wechat::Mode;
use easy_wechat::diagnosis::{Cause, Step, Verdict};

use super::calls::{
    CORPID, KEY, OTHER_KEY, TOKEN, but, get, keys, official, official_get, official_post, post,
    with_id, with_key, with_token,
};
use super::{Row, causes_are, check, look, said};

#[test]
fn each_key_that_is_wrong_is_told_from_the_others() {
    let rows: Vec<Row> = vec![
        ("the token", get(), with_token("another"), &[Cause::Token]),
        (
            "the token, for a message",
            post(),
            with_token("another"),
            &[Cause::Token],
        ),
        ("the key", get(), with_key(OTHER_KEY), &[Cause::Key]),
        (
            "the key, for a message",
            post(),
            with_key(OTHER_KEY),
            &[Cause::Key],
        ),
        (
            "the corpid",
            get(),
            with_id("wwdeadbeef"),
            &[Cause::Receiver],
        ),
        (
            "the corpid in capitals",
            post(),
            with_id("WX82EF843A5129DB66"),
            &[Cause::Receiver],
        ),
        (
            "token and corpid",
            get(),
            but(with_id("ww1"), |keys| keys.token = "another".into()),
            &[Cause::Token, Cause::Receiver],
        ),
        (
            "token and key: another app",
            get(),
            but(with_key(OTHER_KEY), |keys| keys.token = "another".into()),
            &[Cause::NotOurs],
        ),
        (
            "an account's token",
            official_get(),
            but(official(Mode::Safe), |keys| keys.token = "b".into()),
            &[Cause::Token],
        ),
        (
            "an account's token, for a safe message",
            official_post(true),
            but(official(Mode::Safe), |keys| keys.token = "b".into()),
            &[Cause::Token],
        ),
        ("no token", get(), with_token(""), &[Cause::TokenMissing]),
        ("no key", get(), with_key(""), &[Cause::KeyMissing]),
        (
            "half a key",
            post(),
            with_key("MAtJ8Wpg3yXnyGjqZL"),
            &[Cause::KeyShape],
        ),
        (
            "exchanged",
            post(),
            but(with_key(TOKEN), |keys| keys.token = KEY.into()),
            &[Cause::Swapped, Cause::Token],
        ),
        (
            "no corpid",
            post(),
            but(keys(), |keys| keys.receive_ids.clear()),
            &[Cause::ReceiverMissing, Cause::Receiver],
        ),
    ];
    check(rows);
}

#[test]
fn what_was_copied_along_is_found() {
    let token = |text: String| with_token(&text);
    let key = |text: String| with_key(&text);
    let full_width: String = TOKEN
        .chars()
        .map(|char| char::from_u32(u32::from(char) + 0xFEE0).unwrap())
        .collect();
    let rows: Vec<Row> = vec![
        (
            "a space behind the token",
            get(),
            token(format!("{TOKEN} ")),
            &[Cause::TokenShape],
        ),
        (
            "an invisible space",
            get(),
            token(format!("\u{200B}{TOKEN}")),
            &[Cause::TokenShape],
        ),
        (
            "quotes",
            get(),
            token(format!("“{TOKEN}”")),
            &[Cause::TokenShape],
        ),
        (
            "full-width",
            post(),
            token(full_width),
            &[Cause::TokenShape],
        ),
        (
            "a newline in the key",
            get(),
            key(format!("{KEY}\n")),
            &[Cause::KeyShape],
        ),
        (
            "the = of base64",
            post(),
            key(format!("{KEY}=")),
            &[Cause::KeyShape],
        ),
        (
            "quotes round the key",
            post(),
            key(format!("'{KEY}'")),
            &[Cause::KeyShape],
        ),
        (
            "a Cyrillic A",
            get(),
            key(KEY.replacen('A', "\u{0410}", 1)),
            &[Cause::KeyShape],
        ),
    ];
    for (name, call, keys, causes) in rows {
        let diagnosis = look(&call, &keys, &[]);
        causes_are(name, &diagnosis, causes);
        let mends = diagnosis
            .findings
            .iter()
            .any(|finding| finding.step > Step::Keys && finding.cause == Some(causes[0]));
        assert_eq!(
            mends,
            name != "a Cyrillic A",
            "{name}: {:#?}",
            diagnosis.findings
        );
    }
}

#[test]
fn the_section_that_it_belongs_to_is_named() {
    let mut wrong = with_key(OTHER_KEY);
    wrong.token = "another".into();
    let mut owner = keys();
    owner.name = "owner".into();
    let others = [wrong.clone(), official(Mode::Safe), owner];
    for call in [get(), post()] {
        let diagnosis = look(&call, &wrong, &others);
        causes_are("owner", &diagnosis, &[Cause::OtherSection]);
        assert_eq!(diagnosis.belongs_to.as_deref(), Some("owner"));
        assert!(said(&diagnosis).contains("belongs to section [owner]"));
    }
    let diagnosis = look(&get(), &with_key(OTHER_KEY), &others);
    causes_are("the key of the owner", &diagnosis, &[Cause::OtherSection]);
    // The other has the same token, which is not enough.
    let other = but(
        with_key("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"),
        |keys| keys.name = "x".into(),
    );
    let diagnosis = look(&get(), &with_key(OTHER_KEY), &[other]);
    causes_are("the same token", &diagnosis, &[Cause::Key]);
    // Token and key are right, the corporation is another's, whose token is another.
    let other = but(with_token("b"), |keys| keys.name = "x".into());
    let diagnosis = look(&get(), &with_id("ww1"), &[other]);
    causes_are("receiver", &diagnosis, &[Cause::Receiver]);
    assert!(said(&diagnosis).contains("receive id of section [x]"));
    let diagnosis = look(&get(), &with_id("ww1"), &[]);
    assert!(said(&diagnosis).contains(CORPID), "{}", said(&diagnosis));
    assert_eq!(diagnosis.receive_id.as_deref(), Some(CORPID));
}

#[test]
fn no_secret_is_told() {
    let wrong = "S3cretTokenOfMine".to_owned();
    for call in [get(), post(), official_get(), official_post(true)] {
        for keys in [
            with_token(&wrong),
            with_token(&format!("{wrong} ")),
            with_token(KEY),
            with_key(&format!("{OTHER_KEY}=")),
            with_key(OTHER_KEY),
            official(Mode::Safe),
        ] {
            let diagnosis = look(
                &call,
                &keys,
                &[
                    with_key(OTHER_KEY),
                    but(self::keys(), |keys| keys.name = "x".into()),
                ],
            );
            let said = format!("{:?}", diagnosis.findings);
            for secret in [&wrong, TOKEN, KEY, OTHER_KEY] {
                assert!(!said.contains(secret), "{said}");
            }
        }
    }
}

#[test]
fn keys_are_looked_at_without_a_request() {
    let dashed = format!("{}-", &KEY[..42]);
    let slashed = format!("{}/", &KEY[..42]);
    let account = |appid: &str| {
        but(official(Mode::Safe), |keys| {
            keys.receive_ids = vec![appid.into()];
        })
    };
    for (name, keys, cause, verdict) in [
        ("good", keys(), None, Verdict::Good),
        (
            "a dash in the key",
            with_key(&dashed),
            Some(Cause::KeyShape),
            Verdict::Wrong,
        ),
        (
            "a slash in the key",
            with_key(&slashed),
            Some(Cause::KeyShape),
            Verdict::Odd,
        ),
        (
            "an underscore",
            with_token("my_token"),
            Some(Cause::TokenShape),
            Verdict::Odd,
        ),
        (
            "a quote",
            with_token("'abc'"),
            Some(Cause::TokenShape),
            Verdict::Wrong,
        ),
        (
            "a long token",
            with_token(&"a".repeat(33)),
            Some(Cause::TokenShape),
            Verdict::Odd,
        ),
        (
            "the AgentId",
            with_id("1000002"),
            Some(Cause::ReceiverShape),
            Verdict::Odd,
        ),
        (
            "the original id",
            account("gh_1234"),
            Some(Cause::ReceiverShape),
            Verdict::Odd,
        ),
        (
            "a corpid",
            account("ww1234"),
            Some(Cause::ReceiverShape),
            Verdict::Odd,
        ),
        (
            "a space",
            with_id("ww 12"),
            Some(Cause::ReceiverShape),
            Verdict::Odd,
        ),
    ] {
        let found = keys.check();
        let seen: Vec<_> = found
            .iter()
            .map(|finding| (finding.cause, finding.verdict))
            .collect();
        assert_eq!(seen, [(cause, verdict)], "{name}: {found:#?}");
        if verdict == Verdict::Wrong {
            assert!(!look(&get(), &keys, &[]).is_good(), "{name}");
        }
    }
}
