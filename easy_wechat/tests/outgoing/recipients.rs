//! Whom a message is for.

use easy_wechat::outgoing::{Way, prepare};
use easy_wechat::{PartyId, Recipient, SendOptions, TagId, UserId};

#[test]
fn text_is_taken_as_the_platform_writes_it() {
    for (text, touser) in [
        ("zhangsan", "zhangsan"),
        ("a|b", "a|b"),
        (" a | b|", "a|b"),
        ("|||a||", "a"),
        ("a|A|b|a", "a|b"),
        ("@all", "@all"),
        (" @all ", "@all"),
        ("a|@all", "@all"),
        ("", ""),
        (" | ", ""),
        ("a,b", "a|b"),
        ("a; b ;c", "a|b|c"),
        ("a b\tc", "a|b|c"),
        ("a\r\nb\n", "a|b"),
        ("a，b、c；d｜e", "a|b|c|d|e"),
        ("a\u{3000}b", "a|b"),
        ("\u{feff}a", "a"),
        ("zhang.san@x-1_2,li", "zhang.san@x-1_2|li"),
        (",;、", ""),
        ("a,@all", "@all"),
    ] {
        assert_eq!(Recipient::from(text).touser(), touser, "{text:?}");
        assert_eq!(Recipient::from(text.to_owned()).touser(), touser);
    }
    assert_eq!(Recipient::from("@all"), Recipient::Everyone);
    assert!(Recipient::from(" | ").is_empty());
}

#[test]
fn lists_are_joined_for_the_wire() {
    let cases = [
        (Recipient::user("a"), ["a", "", ""]),
        (UserId::from("a").into(), ["a", "", ""]),
        ((&UserId::from("a")).into(), ["a", "", ""]),
        (vec!["a", "b"].into(), ["a|b", "", ""]),
        (["a", " b ", "", "B"].into(), ["a|b", "", ""]),
        (["a", "@all"].into(), ["@all", "", ""]),
        (Recipient::parties([2, 3, 2]), ["", "2|3", ""]),
        (PartyId::from(2).into(), ["", "2", ""]),
        (Recipient::tags(["4", "5"]), ["", "", "4|5"]),
        (TagId::from(4).into(), ["", "", "4"]),
        (
            Recipient::users(["a"])
                .and_parties([2])
                .and_tags([4])
                .and_users(["b", "A"]),
            ["a|b", "2", "4"],
        ),
        (
            Recipient::Everyone
                .and_parties([2])
                .and_tags([4])
                .and_users(["a"]),
            ["@all", "", ""],
        ),
        (
            Recipient::parties([2]).and_users(["@all"]),
            ["@all", "", ""],
        ),
    ];
    for (to, expected) in cases {
        assert_eq!([to.touser(), to.toparty(), to.totag()], expected);
        assert!(!to.is_empty());
    }
}

/// What `to = …` of a file would fail with at half past seven is told when it is read.
#[test]
fn receivers_are_checked_long_before_a_send() {
    use easy_wechat::AccountKind;
    use easy_wechat::outgoing::check_recipient;

    let [app, official] = [AccountKind::WeCom, AccountKind::OfficialAccount].map(Way::of);
    for (to, way, good) in [
        ("li,wang", app, true),
        ("@all", app, true),
        ("张三", app, false),
        ("li:wang", app, false),
        ("", app, false),
        ("oOpenId-1", official, true),
        ("o1,o2", official, false),
        ("@all", official, false),
    ] {
        let checked = check_recipient(&Recipient::from(to), way);
        assert_eq!(checked.is_ok(), good, "{to:?} {checked:?}");
    }
}

#[test]
fn members_are_checked() {
    let userid = "a userid (账号, not the name): 1 to 64 letters, digits and _ - . @";
    let raw = |users: &[&str]| Recipient::Chosen {
        users: users.iter().map(|user| UserId::from(*user)).collect(),
        parties: vec![],
        tags: vec![],
    };
    let most = |count: usize| (0..count).map(|it| it.to_string());
    let cases = [
        (
            Recipient::from(""),
            "the message is for nobody: name a member, a department or a tag, or @all for everyone",
        ),
        (
            Recipient::users(most(1001)),
            "touser names 1001, the platform takes 1000: send to 1000 at a time, or to @all",
        ),
        (
            Recipient::parties(most(101)),
            "toparty names 101, the platform takes 100: send to 100 at a time, or to @all",
        ),
        (
            Recipient::tags(most(101)),
            "totag names 101, the platform takes 100: send to 100 at a time, or to @all",
        ),
        (
            Recipient::from("张三"),
            &format!("touser is \"张三\"; expected {userid}"),
        ),
        (
            Recipient::user("a b"),
            &format!("touser is \"a b\"; expected {userid}"),
        ),
        (
            raw(&["a", "b|c"]),
            &format!("touser is \"b|c\"; expected {userid}"),
        ),
        (
            raw(&["a", ""]),
            &format!("touser is \"\"; expected {userid}"),
        ),
        (
            Recipient::user("x".repeat(65)),
            &format!("touser is \"{}…; expected {userid}", "x".repeat(59)),
        ),
        (
            Recipient::parties(["1|2"]),
            "toparty is \"1|2\"; expected the number of one",
        ),
        (
            Recipient::tags(["1 2"]),
            "totag is \"1 2\"; expected the number of one",
        ),
    ];
    for (to, expected) in cases {
        let error = prepare(&"a".into(), &to, &SendOptions::default(), Way::App).unwrap_err();
        assert_eq!(error.to_string(), expected);
        for way in [Way::GroupChat, Way::Robot] {
            prepare(&"a".into(), &to, &SendOptions::default(), way).unwrap();
        }
    }
    for to in [
        Recipient::Everyone,
        Recipient::users(most(1000))
            .and_parties(most(100))
            .and_tags(most(100)),
        Recipient::user("x".repeat(64)),
        Recipient::from("Ab_0-.@c|b"),
        Recipient::parties(["PartyID1"]),
    ] {
        let prepared = prepare(&"a".into(), &to, &SendOptions::default(), Way::App).unwrap();
        assert_eq!(prepared.parts[0].to, to);
    }
}

#[test]
fn an_official_account_sends_to_one_follower() {
    for (to, found) in [
        (Recipient::Everyone, "@all"),
        (Recipient::from(""), "nobody"),
        (Recipient::from("a|b"), "2 openids"),
        (Recipient::parties([1]), "a department or a tag"),
        (Recipient::from("a").and_tags([1]), "a department or a tag"),
        (Recipient::user("a b"), "\"a b\""),
    ] {
        let options = SendOptions::default();
        let error = prepare(&"a".into(), &to, &options, Way::CustomerService).unwrap_err();
        let expected = format!(
            "the message is for {found}; an Official Account sends to exactly one openid in a call"
        );
        assert_eq!(error.to_string(), expected);
    }
    let to = Recipient::from("oDF3iY9ffA-hqb2vVvbr7qxf6A0Q");
    prepare(
        &"a".into(),
        &to,
        &SendOptions::default(),
        Way::CustomerService,
    )
    .unwrap();
}
