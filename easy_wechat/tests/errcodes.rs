//! What the platform's error codes come to.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "in a test a panic is a failure"
)]

use std::net::IpAddr;
use std::time::Duration;

use easy_wechat::AccountKind::{self, OfficialAccount, WeCom};
use easy_wechat::errcode::{Asked, Remedy, meaning, untrusted_ip, wait_hint};
use proptest::prelude::*;

#[test]
fn every_code_of_the_platforms_list_is_known() {
    for code in KNOWN
        .iter()
        .copied()
        .chain(42027..=42051)
        .chain(90200..=90208)
    {
        for asked in [Asked::Token, Asked::Call] {
            for kind in [WeCom, OfficialAccount] {
                let known = meaning(code, kind, asked);
                assert!(!known.meaning.contains("not known"), "{code}");
                assert_eq!(known.code, code);
            }
        }
    }
}

#[test]
fn a_code_tells_what_can_be_done() {
    #[rustfmt::skip]
    let cases = [
        (-1,     WeCom,           Asked::Call,  Remedy::TryAgain,   "three times"),
        (6000,   WeCom,           Asked::Call,  Remedy::TryAgain,   "read the data again"),
        (40001,  WeCom,           Asked::Token, Remedy::FixAccount, "应用管理 > the app > Secret"),
        (40001,  WeCom,           Asked::Call,  Remedy::RenewToken, "twice in a row"),
        (40001,  OfficialAccount, Asked::Token, Remedy::FixAccount, "开发者密码"),
        (40001,  OfficialAccount, Asked::Call,  Remedy::RenewToken, "another program"),
        (40007,  WeCom,           Asked::Call,  Remedy::FixTarget,  "upload the file again"),
        (40013,  WeCom,           Asked::Token, Remedy::FixAccount, "企业ID"),
        (40013,  OfficialAccount, Asked::Token, Remedy::FixAccount, "开发者ID"),
        (40014,  WeCom,           Asked::Call,  Remedy::RenewToken, "by itself"),
        (40164,  OfficialAccount, Asked::Token, Remedy::FixAccount, "IP白名单"),
        (42001,  OfficialAccount, Asked::Call,  Remedy::RenewToken, "by itself"),
        (44004,  WeCom,           Asked::Call,  Remedy::FixCall,    "at least one character"),
        (45009,  WeCom,           Asked::Call,  Remedy::Wait,       "a minute, an hour or a day"),
        (45009,  WeCom,           Asked::Token, Remedy::Wait,       "for an hour"),
        (45009,  OfficialAccount, Asked::Call,  Remedy::Wait,       "midnight"),
        (45015,  OfficialAccount, Asked::Call,  Remedy::FixTarget,  "48 hours"),
        (45033,  WeCom,           Asked::Call,  Remedy::Wait,       "parallel"),
        (48002,  WeCom,           Asked::Call,  Remedy::FixAccount, "通讯录同步"),
        (48004,  WeCom,           Asked::Call,  Remedy::FixAccount, "installed again"),
        (48004,  OfficialAccount, Asked::Call,  Remedy::FixAccount, "punished"),
        (50002,  WeCom,           Asked::Call,  Remedy::FixTarget,  "可见范围"),
        (50002,  OfficialAccount, Asked::Call,  Remedy::FixAccount, "restriction"),
        (60011,  WeCom,           Asked::Call,  Remedy::FixAccount, "可见范围"),
        (60020,  WeCom,           Asked::Call,  Remedy::FixAccount, "企业可信IP"),
        (81013,  WeCom,           Asked::Call,  Remedy::FixTarget,  "可见范围"),
        (93000,  WeCom,           Asked::Call,  Remedy::FixAccount, "群机器人"),
        (301_002, WeCom,          Asked::Call,  Remedy::FixAccount, "different apps"),
    ];
    for (code, kind, asked, remedy, advice) in cases {
        let found = meaning(code, kind, asked);
        assert_eq!(found.remedy, remedy, "{code} {kind} {asked:?}");
        assert!(
            found.advice.contains(advice),
            "{code} {kind} {asked:?}: {}",
            found.advice
        );
    }
}

#[test]
fn only_stale_tokens_are_renewed() {
    let renewed = |kind, asked| -> Vec<i64> {
        (-10..1_000_000)
            .filter(|code| meaning(*code, kind, asked).remedy == Remedy::RenewToken)
            .collect()
    };
    for kind in [WeCom, OfficialAccount] {
        assert_eq!(renewed(kind, Asked::Call), [40001, 40014, 42001], "{kind}");
    }
    assert_eq!(renewed(WeCom, Asked::Token), [40014, 42001]);
}

#[test]
fn an_unknown_code_points_to_the_platforms_page() {
    let wecom = meaning(987_654, WeCom, Asked::Call);
    let page = "https://open.work.weixin.qq.com/devtool/query?e=987654";
    assert_eq!(wecom.remedy, Remedy::FixCall);
    assert_eq!(
        wecom.to_string(),
        format!("a code that is not known here: look it up at {page}")
    );
    for code in [i64::MIN, i64::MAX, -2, 1, 40000, 42052] {
        assert_eq!(meaning(code, WeCom, Asked::Token).remedy, Remedy::FixCall);
    }
    let official = meaning(987_654, OfficialAccount, Asked::Call);
    assert!(official.advice.contains("developers.weixin.qq.com"));
}

#[test]
fn the_address_to_trust_is_taken_from_the_message() {
    #[rustfmt::skip]
    let cases = [
        ("not allow to access from your ip, hint: [1692099979531], from ip: 203.0.113.7, more", Some("203.0.113.7")),
        ("not allow to access from your ip, from ip: 2001:db8::7, more info at …",            Some("2001:db8::7")),
        ("from ip:203.0.113.7",                                                                Some("203.0.113.7")),
        ("from ip: 203.0.113.7.",                                                              Some("203.0.113.7")),
        ("from ip: fe80::",                                                                    Some("fe80::")),
        ("from ip: unknown, again from ip: 203.0.113.9 中文",                                  Some("203.0.113.9")),
        ("invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 5f3ded7d", Some("203.0.113.7")),
        ("invalid ip  ipv6 2001:db8::7, not in whitelist rid: 5f3ded7d",                       Some("2001:db8::7")),
        ("from ip: 203.0.113.777, more",                                                       None),
        ("from ip: 203.0.113",                                                                 None),
        ("from ip: ::::::::, more",                                                            None),
        ("from ip:",                                                                           None),
        ("hint: [203.0.113.7]",                                                                None),
        ("",                                                                                   None),
    ];
    for (errmsg, expected) in cases {
        assert_eq!(untrusted_ip(errmsg), expected, "{errmsg}");
    }
    let hostile = format!("from ip: {}", "1".repeat(1_000_000));
    assert_eq!(untrusted_ip(&hostile), None);
    assert_eq!(
        untrusted_ip(&"from ip:ipv6 invalid ip ".repeat(20_000)),
        None
    );
}

#[test]
fn a_block_lasts_about_a_minute() {
    let seconds = |code, kind: AccountKind| wait_hint(code, kind).map(|wait| wait.as_secs());
    assert_eq!(seconds(45009, WeCom), Some(60));
    assert_eq!(seconds(45009, OfficialAccount), None, "it ends at midnight");
    assert_eq!(seconds(45011, OfficialAccount), Some(60));
    assert!(wait_hint(45033, WeCom).unwrap() < Duration::from_secs(10));
    for code in [-1, 0, 40001, 60020, 7] {
        assert_eq!(wait_hint(code, WeCom), None, "{code}");
    }
}

proptest! {
    #[test]
    fn whatever_is_taken_for_an_address_is_one(
        text in "(from ip: ?|invalid ip |ipv6 |[0-9a-f:.]{0,50}|\\PC{0,9}){0,6}",
    ) {
        if let Some(found) = untrusted_ip(&text) {
            prop_assert!(found.parse::<IpAddr>().is_ok() && text.contains(found));
        }
    }
}

#[rustfmt::skip]
const KNOWN: &[i64] = &[
    -1, 0, 6000, 40001, 40002, 40003, 40004, 40005, 40006, 40007, 40008, 40009, 40011, 40013, 40014, 40016, 40017,
    40018, 40019, 40020, 40022, 40023, 40024, 40025, 40026, 40027, 40029, 40031, 40032, 40033, 40035, 40039, 40050,
    40054, 40055, 40056, 40057, 40058, 40063, 40066, 40068, 40070, 40071, 40074, 40091, 40094, 40125, 40164, 41001,
    41002, 41004, 41006, 41009, 41010, 41011, 41016, 41017, 41033, 42001, 42007, 42009, 42014, 42015, 42016, 42017,
    42018, 42019, 42020, 43003, 43004, 43009, 43012, 44001, 44004, 45001, 45002, 45004, 45007, 45008, 45009, 45015,
    45022, 45024, 45026, 45029, 45032, 45033, 45034, 45047, 46003, 46004, 47001, 48001, 48002, 48003, 48004, 48005,
    48006, 48009, 50001, 50002, 50003, 60001, 60003, 60004, 60005, 60006, 60008, 60009, 60010, 60011, 60020, 60021,
    60102, 60103, 60111, 60123, 60140, 81001, 81003, 81011, 81013, 82001, 82002, 82003, 82004, 84014, 84061, 85002,
    85004, 85005, 85011, 86001, 86003, 86004, 86005, 86006, 86007, 86008, 86101, 86201, 86202, 86203, 86204, 86205,
    86207, 86214, 86215, 86216, 86217, 86220, 93000, 93004, 93008, 301_002, 301_007, 301_016, 301_017, 301_019,
    301_021, 830_002, 846_605, 846_608,
];
