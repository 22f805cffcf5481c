//! Long texts become several messages.

use std::collections::HashSet;
use std::time::Duration;

use easy_wechat::outgoing::{Outgoing, Text, Way, prepare};
use easy_wechat::{OutgoingError, SendOptions};
use proptest::prelude::*;
use serde_json::json;

use crate::{prepared, texts};

const LIMIT: usize = 2048;

#[test]
fn a_text_that_fits_is_left_alone() {
    for text in [
        "a",
        " a \n",
        "\n\na\n",
        &"字".repeat(682),
        &"a".repeat(LIMIT),
    ] {
        assert_eq!(split(text), [text]);
    }
}

#[test]
fn where_texts_break() {
    let a = |count| "a".repeat(count);
    let link = format!(
        "<a href=\"https://example.com/{}\">one two three</a>",
        a(100)
    );
    let cases = [
        // At the last line end, which goes away.
        (
            format!("{}\n{}\n{}", a(900), a(900), a(900)),
            vec![format!("{}\n{}", a(900), a(900)), a(900)],
        ),
        // With blank lines, but not the indentation.
        (
            format!("{} \n\n \n  b{}", a(2000), a(100)),
            vec![a(2000), format!("  b{}", a(100))],
        ),
        // A line end that comes too early is no reason.
        (
            format!("a\n{}", a(2100)),
            vec![format!("a\n{}", a(2046)), a(54)],
        ),
        (format!("{} {}", a(1500), a(1500)), vec![a(1500), a(1500)]),
        (
            format!("{}。{}", "字".repeat(500), "字".repeat(500)),
            vec![format!("{}。", "字".repeat(500)), "字".repeat(500)],
        ),
        (a(5000), vec![a(2048), a(2048), a(904)]),
        ("字".repeat(700), vec!["字".repeat(682), "字".repeat(18)]),
        ("😀".repeat(513), vec!["😀".repeat(512), "😀".into()]),
        // A link goes to the next part as a whole; a bare address too.
        (
            format!("{}{link}{}", a(2000), a(50)),
            vec![a(2000), format!("{link}{}", a(50))],
        ),
        (
            format!("{}见https://example.com/{}。", a(2000), a(90)),
            vec![
                format!("{}见", a(2000)),
                format!("https://example.com/{}。", a(90)),
            ],
        ),
        // What one reads as one character is not torn apart.
        (
            format!("{}e\u{301}z", a(2046)),
            vec![a(2046), "e\u{301}z".into()],
        ),
        (
            format!("{}👨\u{200D}👩\u{200D}👧", a(2040)),
            vec![a(2040), "👨\u{200D}👩\u{200D}👧".into()],
        ),
        (
            format!("{}👍\u{1F3FD}!", a(2044)),
            vec![a(2044), "👍\u{1F3FD}!".into()],
        ),
        (
            format!("{}❤\u{FE0F}!", a(2045)),
            vec![a(2045), "❤\u{FE0F}!".into()],
        ),
        (
            format!("{}🇨🇳🇨🇳", a(2036)),
            vec![format!("{}🇨🇳", a(2036)), "🇨🇳".into()],
        ),
        (format!("{}a\r\nb", a(2046)), vec![a(2047), "b".into()]),
    ];
    for (text, expected) in cases {
        assert_eq!(split(&text), expected);
    }
}

#[test]
fn hostile_texts() {
    let link = format!("<a href=\"{}\">x</a>", "a".repeat(3000));
    assert_eq!(split(&link).concat(), link);
    let marks = format!("e{}", "\u{301}".repeat(3000));
    assert_eq!(split(&marks).concat(), marks);
    let joiners = "\u{200D}".repeat(3000);
    assert_eq!(split(&joiners).concat(), joiners);
    assert_eq!(split(&format!("a{}b", "\n".repeat(9000))), ["a", "b"]);
    assert_eq!(split(&format!("{}b", "\n".repeat(9000))), ["b"]);
    assert_eq!(split(&format!("a{}", "\n".repeat(9000))), ["a"]);
    for unclosed in ["<a ", "http", "https://", "<a href=\"https://a\">"] {
        let text = unclosed.repeat(20_000 / unclosed.len());
        assert_eq!(without_space(&split(&text).concat()), without_space(&text));
    }
    for blank in [
        "\n".repeat(9000),
        " ".repeat(3000),
        "\u{3000}\r\n".repeat(900),
    ] {
        let error = prepared(&blank.into(), Way::App).unwrap_err();
        assert_eq!(
            error.to_string(),
            "text.content is missing or empty, and the platform needs it"
        );
    }
}

#[test]
fn a_text_for_more_than_twenty_messages_is_refused() {
    assert_eq!(split(&"a".repeat(20 * LIMIT)).len(), 20);
    for bytes in [20 * LIMIT + 1, 5_000_000] {
        let error = prepared(&"a".repeat(bytes).into(), Way::App).unwrap_err();
        let expected = format!(
            "text.content has {bytes} bytes, more than 20 messages of 2048: send it as a file"
        );
        assert_eq!(error.to_string(), expected);
    }
    // Short enough as a whole, but only one line fits into each.
    let lines = format!("{}\n", "a".repeat(1100)).repeat(37);
    let error = prepared(&lines.into(), Way::App).unwrap_err();
    assert!(
        matches!(error, OutgoingError::TooManyParts { length: 40_737, .. }),
        "{error}"
    );
}

#[test]
fn who_is_mentioned_is_called_once() {
    let text = Text::new("a".repeat(3000)).mention("zhangsan");
    let parts = prepared(&text.into(), Way::Robot).unwrap();
    assert_eq!(parts[0].content["mentioned_list"], json!(["zhangsan"]));
    assert_eq!(parts[1].content, json!({ "content": "a".repeat(952) }));
}

#[test]
fn links_next_to_addresses_are_not_torn() {
    let link = "https://a.example/<a href=\"https://b.example\">c</a>";
    let parts = split(&link.repeat(200));
    assert!(parts.len() > 1);
    for part in parts {
        assert_eq!(
            part.matches("<a href").count(),
            part.matches("</a>").count()
        );
    }
}

#[test]
fn other_fields_go_with_each_part() {
    let content = json!({ "content": "a".repeat(3000), "brand_new": 1 });
    let what = Outgoing::from_json("text", content).unwrap();
    let parts = prepared(&what, Way::App).unwrap();
    assert!(parts.iter().all(|part| part.content["brand_new"] == 1));
}

/// The platform would drop the second of two that are the same.
#[test]
fn with_the_duplicate_check_no_two_parts_are_the_same() {
    let line = format!("{}\n", "b".repeat(1000));
    for text in [
        "a".repeat(2 * LIMIT),
        "a".repeat(18 * LIMIT),
        "字".repeat(4000),
        "x\n".repeat(6000),
        line.repeat(6),
        line.repeat(30),
        "一二三，".repeat(2000),
        "0123456789 ".repeat(3000),
    ] {
        let plain = split(&text);
        assert!(!distinct(&plain), "not the case that is meant");
        let options = SendOptions::default().duplicate_check(Duration::from_mins(1));
        let parts = texts(&text.as_str().into(), &options, Way::App);
        assert!(
            distinct(&parts),
            "{:?}",
            parts.iter().map(String::len).collect::<Vec<_>>()
        );
        assert!(parts.iter().all(|part| part.len() <= LIMIT));
        assert_eq!(without_space(&parts.concat()), without_space(&text));
    }
}

#[test]
fn a_text_of_one_word_and_much_space_cannot_be_made_distinct() {
    let text = format!("a{}", " ".repeat(1500)).repeat(4);
    let options = SendOptions::default().duplicate_check(Duration::from_mins(1));
    match prepare(&text.as_str().into(), &"b".into(), &options, Way::App) {
        Ok(prepared) => assert!(distinct(
            &prepared
                .parts
                .iter()
                .map(|part| part.content.to_string())
                .collect::<Vec<_>>()
        )),
        Err(error) => assert!(matches!(error, OutgoingError::SameParts { .. }), "{error}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_but_white_space_at_a_break_gets_lost(text in long_text(), check: bool) {
        prop_assume!(!text.trim().is_empty());
        // What goes out has one kind of line ends, and no other control characters.
        let text = text.replace("\r\n", "\n").replace(['\r', '\u{85}'], "\n");
        let text = text.replace(|ch: char| ch.is_control() && ch != '\n' && ch != '\t', "");
        prop_assume!(!text.trim().is_empty());
        let options = SendOptions::default().duplicate_check(check.then_some(Duration::from_mins(1)));
        let Ok(prepared) = prepare(&text.as_str().into(), &"a".into(), &options, Way::App) else {
            prop_assert!(check, "refused");
            return Ok(());
        };
        let parts: Vec<&str> = prepared.parts.iter().map(|part| part.content["content"].as_str().unwrap()).collect();
        let mut rest = &*text;
        for part in &parts {
            prop_assert!(part.len() <= LIMIT && !part.trim().is_empty());
            prop_assert_eq!(part.matches("<a href").count(), part.matches("</a>").count(), "a torn link");
            let at = rest.find(part).expect("a part of the text");
            prop_assert!(rest[..at].trim().is_empty(), "lost {:?}", &rest[..at]);
            rest = &rest[at + part.len()..];
        }
        prop_assert!(rest.trim().is_empty(), "lost {:?}", rest);
        prop_assert!(!check || distinct(&parts));
        prop_assert!(text.len() > LIMIT || parts == [&*text]);
    }

    /// Parts are not much shorter than they could be.
    #[test]
    fn no_more_parts_than_needed(pieces in proptest::collection::vec("[a-z字 。\n]{1,40}", 50..150)) {
        let text = pieces.concat();
        let parts = split(&text);
        prop_assert!(parts.len() <= text.len() / (LIMIT / 4) + 1);
    }
}

fn long_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-z]{1,80}",
        "[一-龥]{1,30}[，。]",
        "\n{1,5}",
        " {1,5}",
        Just(" ".repeat(700)),
        Just("\n".repeat(2100)),
        "\\PC{0,40}",
        "[🇨🇳👍🏽❤️e\u{301}\u{200D}\r\n]{1,60}",
        "<a href=\"https://[a-z]{5,60}\">[a-z 字]{1,20}</a>",
        "https?://[a-z/]{1,80}",
        Just("a".repeat(2100)),
        Just("ab\n".repeat(300)),
    ];
    proptest::collection::vec(piece, 1..30).prop_map(|pieces| {
        let mut text = pieces.concat();
        text.truncate(text.floor_char_boundary(18_000));
        text
    })
}

fn split(text: &str) -> Vec<String> {
    texts(&text.into(), &SendOptions::default(), Way::App)
}

fn distinct<T: AsRef<str>>(parts: &[T]) -> bool {
    let all: HashSet<&str> = parts.iter().map(AsRef::as_ref).collect();
    all.len() == parts.len()
}

fn without_space(text: &str) -> String {
    text.chars().filter(|char| !char.is_whitespace()).collect()
}
