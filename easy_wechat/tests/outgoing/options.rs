//! The switches of a send.

use std::time::Duration;

use easy_wechat::outgoing::{MarkdownFallback, Outgoing, Safe, Way, prepare};
use easy_wechat::{Recipient, SendOptions, UserId};
use serde_json::{Value, json};

#[test]
fn switches_as_fields() {
    let all = SendOptions::default()
        .safe(Safe::InsideCorp)
        .id_trans(true)
        .duplicate_check(Duration::from_millis(1500));
    let cases = [
        (SendOptions::default(), Way::App, json!({})),
        (
            SendOptions::default().safe(Safe::Confidential),
            Way::App,
            json!({ "safe": 1 }),
        ),
        (
            all.clone(),
            Way::App,
            json!({
                "safe": 2, "enable_id_trans": 1, "enable_duplicate_check": 1, "duplicate_check_interval": 2,
            }),
        ),
        (all.clone(), Way::GroupChat, json!({ "safe": 2 })),
        (all.clone(), Way::Robot, json!({})),
        (all.clone(), Way::CustomerService, json!({})),
        (
            all.duplicate_check(None).id_trans(false).safe(Safe::No),
            Way::App,
            json!({}),
        ),
    ];
    for (options, way, expected) in cases {
        assert_eq!(Value::Object(options.fields(way)), expected);
    }
}

#[test]
fn the_duplicate_check_takes_a_second_to_four_hours() {
    let with = |within| {
        let options = SendOptions::default().duplicate_check(within);
        prepare(&"a".into(), &"b".into(), &options, Way::App).map(drop)
    };
    for within in [
        Duration::from_millis(1),
        Duration::from_secs(1),
        Duration::from_hours(4),
    ] {
        assert_eq!(with(within), Ok(()));
    }
    for (within, shown) in [
        (Duration::ZERO, "0ns"),
        (Duration::from_secs(14_401), "14401s"),
    ] {
        let expected =
            format!("duplicate_check is {shown}; the platform takes 1 second to 4 hours");
        assert_eq!(with(within).unwrap_err().to_string(), expected);
    }
}

#[test]
fn safe_is_for_some_types_only() {
    let card = Outgoing::text_card("t", "d", "https://u");
    let mp = Outgoing::from_json(
        "mpnews",
        json!({ "articles": [{ "title": "t", "thumb_media_id": "m", "content": "c" }] }),
    );
    let mp = mp.unwrap();
    let news = Outgoing::from_json(
        "news",
        json!({ "articles": [{ "title": "t", "url": "https://u" }] }),
    );
    let confidential = "the platform takes that with text, image, video, file, mpnews";
    let cases = [
        ("a".into(), Safe::Confidential, Way::App, None),
        (
            Outgoing::image("m"),
            Safe::Confidential,
            Way::GroupChat,
            None,
        ),
        (mp.clone(), Safe::Confidential, Way::App, None),
        (mp, Safe::InsideCorp, Way::App, None),
        (
            "a".into(),
            Safe::InsideCorp,
            Way::App,
            Some(
                "an app cannot send text with safe=2; the platform takes that with mpnews"
                    .to_owned(),
            ),
        ),
        (
            news.unwrap(),
            Safe::Confidential,
            Way::App,
            Some(format!(
                "an app cannot send news with safe=1; {confidential}"
            )),
        ),
        (
            card,
            Safe::Confidential,
            Way::App,
            Some(format!(
                "an app cannot send textcard with safe=1; {confidential}"
            )),
        ),
        (
            "a".into(),
            Safe::Confidential,
            Way::Robot,
            Some("a robot cannot send text with safe=1; it has no such switch".to_owned()),
        ),
    ];
    for (what, safe, way, expected) in cases {
        let options = SendOptions::default().safe(safe);
        let error = prepare(&what, &"a".into(), &options, way).err();
        assert_eq!(error.map(|error| error.to_string()), expected);
    }
}

#[test]
fn who_cannot_read_markdown_gets_text() {
    let these =
        |users: &[&str]| MarkdownFallback::For(users.iter().map(|it| UserId::from(*it)).collect());
    let chosen = Recipient::users(["a", "B", "c"]);
    let cases = [
        (
            MarkdownFallback::Never,
            chosen.clone(),
            Way::App,
            vec![("markdown", "a|B|c", "")],
        ),
        (
            MarkdownFallback::Always,
            chosen.clone(),
            Way::App,
            vec![("text", "a|B|c", "")],
        ),
        (
            these(&["b", "x"]),
            chosen.clone(),
            Way::App,
            vec![("text", "B", ""), ("markdown", "a|c", "")],
        ),
        (
            these(&["a", "b", "c"]),
            chosen.clone(),
            Way::App,
            vec![("text", "a|B|c", "")],
        ),
        (
            these(&["x"]),
            chosen.clone(),
            Way::App,
            vec![("markdown", "a|B|c", "")],
        ),
        (
            these(&[]),
            Recipient::Everyone,
            Way::App,
            vec![("markdown", "@all", "")],
        ),
        (
            these(&["a"]),
            Recipient::Everyone,
            Way::App,
            vec![("text", "a", ""), ("markdown", "@all", "")],
        ),
        (
            these(&["a", "x"]),
            Recipient::user("a").and_parties([2]),
            Way::App,
            vec![("text", "a", ""), ("markdown", "", "2")],
        ),
        (
            these(&[" "]),
            Recipient::Everyone,
            Way::App,
            vec![("markdown", "@all", "")],
        ),
        (
            these(&["a"]),
            chosen.clone(),
            Way::GroupChat,
            vec![("markdown", "a|B|c", "")],
        ),
        (
            MarkdownFallback::Always,
            chosen,
            Way::Robot,
            vec![("text", "a|B|c", "")],
        ),
    ];
    for (fallback, to, way, expected) in cases {
        let options = SendOptions::default().markdown_fallback(fallback);
        let parts = prepare(&Outgoing::markdown("# **a**"), &to, &options, way)
            .unwrap()
            .parts;
        let found: Vec<_> = parts
            .iter()
            .map(|part| (&*part.msg_type, part.to.touser(), part.to.toparty()))
            .collect();
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(msg_type, users, parties)| (msg_type, users.to_owned(), parties.to_owned()))
            .collect();
        assert_eq!(found, expected);
        for part in parts {
            let content = if part.msg_type == "text" {
                "a"
            } else {
                "# **a**"
            };
            assert_eq!(part.content, json!({ "content": content }));
        }
    }
}

#[test]
fn who_gets_text_is_checked_too() {
    let fallback = MarkdownFallback::For(vec!["张三".into()]);
    let options = SendOptions::default().markdown_fallback(fallback);
    let error = prepare(&Outgoing::markdown("a"), &"@all".into(), &options, Way::App).unwrap_err();
    assert!(
        error.to_string().starts_with("touser is \"张三\""),
        "{error}"
    );
}

#[test]
fn text_is_never_taken_for_markdown() {
    let options = SendOptions::default().markdown_fallback(MarkdownFallback::Always);
    let parts = prepare(&"**a**".into(), &"b".into(), &options, Way::App)
        .unwrap()
        .parts;
    assert_eq!(parts[0].content, json!({ "content": "**a**" }));
}
