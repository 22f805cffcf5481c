//! Captured requests, and what is said of them.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "in a test a panic is a failure"
)]

mod calls;
mod keys;
mod platform;
mod spoilt;
mod way;

use easy_wechat::diagnosis::{Cause, Diagnosis, Keys, Verdict, diagnose};
use easy_wechat::query::Query;
use easy_wechat::xml::Limits;
use easy_wechat::{Account, AccountKind, Mode, WXBizMsgCrypt};

use calls::{Call, MESSAGE, get, keys, official, official_get, official_post, post, without_key};

/// A row: its name, the request, the keys, the causes that must be found. No other may be.
type Row = (&'static str, Call, Keys, &'static [Cause]);

#[test]
fn what_is_right_is_said_to_be_right() {
    for (name, call, keys) in [
        ("a verification", get(), keys()),
        (
            "a parameter of one's own",
            but_query(get(), "&Nonce=5&app=1"),
            keys(),
        ),
        ("a message", post(), keys()),
        (
            "a BOM is read over",
            post().body(|body| format!("\u{FEFF}{body}")),
            keys(),
        ),
        (
            "an account's verification",
            official_get(),
            official(Mode::Safe),
        ),
        (
            "an account without a key",
            official_get(),
            without_key(official(Mode::Plain)),
        ),
        (
            "an account's safe message",
            official_post(true),
            official(Mode::Safe),
        ),
        (
            "an account's plain message",
            official_post(false),
            official(Mode::Plain),
        ),
        (
            "an account's compatible message",
            official_post(false),
            official(Mode::Compatible),
        ),
    ] {
        let diagnosis = look(&call, &keys, &[]);
        assert!(diagnosis.is_good(), "{name}: {:#?}", diagnosis.findings);
        assert!(diagnosis.plain.is_some(), "{name}");
        agrees(name, &call, &keys, &diagnosis);
    }
    assert_eq!(
        look(&get(), &keys(), &[]).plain.unwrap(),
        "1616140317555161061"
    );
    assert_eq!(look(&post(), &keys(), &[]).plain.unwrap(), MESSAGE);
    assert_eq!(
        look(&official_get(), &official(Mode::Safe), &[])
            .plain
            .unwrap(),
        "4242"
    );
}

/// Each row has just these causes, is not good, and the server sees it the same way.
fn check(rows: Vec<Row>) {
    for (name, call, keys, causes) in rows {
        let diagnosis = look(&call, &keys, &[]);
        causes_are(name, &diagnosis, causes);
        assert!(!diagnosis.is_good(), "{name}: {:#?}", diagnosis.findings);
        let mended = |finding: &easy_wechat::diagnosis::Finding| {
            finding.verdict != Verdict::Wrong || !finding.advice.is_empty()
        };
        assert!(
            diagnosis.findings.iter().all(mended),
            "{name}: no advice: {:#?}",
            diagnosis.findings
        );
        agrees(name, &call, &keys, &diagnosis);
    }
}

fn causes_are(name: &str, diagnosis: &Diagnosis, causes: &[Cause]) {
    let mut found: Vec<&str> = diagnosis
        .findings
        .iter()
        .filter_map(|f| f.cause)
        .map(Cause::name)
        .collect();
    let mut wanted: Vec<&str> = causes.iter().map(|cause| cause.name()).collect();
    found.sort_unstable();
    found.dedup();
    wanted.sort_unstable();
    assert_eq!(found, wanted, "{name}: {:#?}", diagnosis.findings);
}

/// What the diagnosis calls good is what [`Account`] takes, and the other way round.
fn agrees(name: &str, call: &Call, keys: &Keys, diagnosis: &Diagnosis) {
    let Some(account) = account(keys) else {
        return;
    };
    let taken = Query::parse(&call.query).is_ok_and(|query| match call.method {
        "GET" => account.verify_url(&query).is_ok(),
        "POST" => str::from_utf8(&call.body)
            .is_ok_and(|body| account.open(&query, body, Limits::default()).is_ok()),
        _ => false,
    });
    assert_eq!(
        taken,
        diagnosis.is_good(),
        "{name}: {:#?}",
        diagnosis.findings
    );
}

fn account(keys: &Keys) -> Option<Account> {
    let crypt = || {
        let ids = easy_wechat::ReceiveIds::any_of(&keys.receive_ids);
        WXBizMsgCrypt::new(keys.token.clone(), keys.encoding_aes_key.reveal(), ids).ok()
    };
    match (keys.kind, keys.mode) {
        (AccountKind::WeCom, _) => Some(Account::wecom(crypt()?)),
        (_, Mode::Plain) if keys.encoding_aes_key.is_empty() => {
            Account::plain_official_account(keys.token.clone()).ok()
        }
        (_, mode) => Some(Account::official_account(mode, crypt()?)),
    }
}

fn but_query(call: Call, more: &str) -> Call {
    Call {
        query: call.query + more,
        ..call
    }
}

fn look(call: &Call, keys: &Keys, others: &[Keys]) -> Diagnosis {
    diagnose(&call.captured(), keys, others)
}

fn said(diagnosis: &Diagnosis) -> String {
    let lines: Vec<String> = diagnosis
        .findings
        .iter()
        .map(|f| format!("{}: {}; {}", f.step, f.what, f.advice))
        .collect();
    lines.join("\n")
}
