//! Line ends and control characters, in every text that goes out.

use easy_wechat::outgoing::{Text, Video, Way, prepare};
use easy_wechat::{NewsArticle, Outgoing, Recipient, SendOptions, TextCard};
use serde_json::{Value, json};

const DIRTY: &str = "a\r\nb\rc\u{0}\u{1b}\u{7f}\u{9b}d\t";
const CLEAN: &str = "a\nb\ncd\t";

#[test]
fn every_type_goes_out_with_one_kind_of_line_ends() {
    let dirty = || DIRTY.to_owned();
    let messages = [
        Outgoing::text(DIRTY),
        Outgoing::Text(Text {
            content: dirty(),
            ..Text::default()
        }),
        Outgoing::markdown(DIRTY),
        Outgoing::Video(Video {
            media_id: "m".into(),
            title: dirty(),
            description: dirty(),
            ..Video::default()
        }),
        Outgoing::TextCard(TextCard {
            title: dirty(),
            description: dirty(),
            url: "https://example.com".to_owned(),
            btntxt: "ok".to_owned(),
        }),
        Outgoing::news([NewsArticle {
            title: dirty(),
            description: dirty(),
            url: "https://example.com".to_owned(),
            ..NewsArticle::default()
        }]),
        Outgoing::from_json(
            "template_card",
            json!({
                "card_type": "text_notice",
                "main_title": {"title": DIRTY},
                "sub_title_text": DIRTY,
                "horizontal_content_list": [{"keyname": DIRTY, "value": DIRTY}],
                "card_action": {"type": 1, "url": "https://example.com"},
            }),
        )
        .unwrap(),
        Outgoing::from_json("text", json!({"content": DIRTY, "brand_new": [DIRTY]})).unwrap(),
    ];
    for what in messages {
        let to = Recipient::from("zhangsan");
        let prepared = prepare(&what, &to, &SendOptions::default(), Way::App).unwrap();
        let mut seen = 0;
        for part in prepared.parts {
            check(&part.content, &mut seen);
        }
        assert!(seen > 0, "{what:?}");
    }
}

fn check(value: &Value, seen: &mut usize) {
    match value {
        Value::String(text) => {
            let is_dirty = |ch: char| ch.is_control() && ch != '\n' && ch != '\t';
            assert!(!text.contains(is_dirty), "{text:?}");
            *seen += usize::from(text == CLEAN);
        }
        Value::Array(items) => items.iter().for_each(|item| check(item, seen)),
        Value::Object(fields) => fields.values().for_each(|field| check(field, seen)),
        _ => {}
    }
}
