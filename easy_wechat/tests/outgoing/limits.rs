//! Limits of fields that have only some values, and voice messages that are too long.

use easy_wechat::outgoing::{Way, prepare};
use easy_wechat::{MediaType, Outgoing, OutgoingError, Recipient, SendOptions};
use serde_json::{Value, json};

use crate::prepared;

#[test]
fn a_value_that_a_card_does_not_know_is_refused() {
    let cards = [
        json!({"card_type": "text_notice", "sub_title_text": "s", "card_action": {"type": 1, "url": "https://u"}}),
        json!({"card_type": "news_notice", "main_title": {"title": "t"}, "card_image": {"url": "https://u"},
            "card_action": {"type": 1, "url": "https://u"}}),
        json!({"card_type": "button_interaction", "main_title": {"title": "t"}, "task_id": "t",
            "button_list": [{"text": "b", "key": "k"}]}),
        json!({"card_type": "vote_interaction", "main_title": {"title": "t"}, "task_id": "t",
            "checkbox": {"question_key": "q", "option_list": [{"id": "1", "text": "a"}]}, "submit_button": {"key": "k"}}),
    ];
    for (card, key, value, field) in [
        (0, "source", json!({"desc_color": 4}), "source.desc_color"),
        (
            3,
            "source",
            json!({"desc_color": "red"}),
            "source.desc_color",
        ),
        (0, "quote_area", json!({"type": 3}), "quote_area.type"),
        (
            0,
            "jump_list",
            json!([{"title": "t", "type": 7}]),
            "jump_list[0].type",
        ),
        (
            1,
            "horizontal_content_list",
            json!([{"keyname": "k", "type": 4}]),
            "horizontal_content_list[0].type",
        ),
        (
            1,
            "image_text_area",
            json!({"type": 9}),
            "image_text_area.type",
        ),
        (0, "card_action", json!({"type": 0}), "card_action.type"),
        (2, "card_action", json!({"type": 3}), "card_action.type"),
        (
            2,
            "button_list",
            json!([{"text": "b", "key": "k", "style": 5}]),
            "button_list[0].style",
        ),
        (
            2,
            "button_list",
            json!([{"text": "b", "key": "k", "type": 2}]),
            "button_list[0].type",
        ),
        (
            3,
            "checkbox",
            json!({"question_key": "q", "mode": 2, "option_list": [{"id": "1", "text": "a"}]}),
            "checkbox.mode",
        ),
    ] {
        let mut whole: Value = cards[card].clone();
        let send = |card: &Value| {
            prepared(
                &Outgoing::from_json("template_card", card.clone()).unwrap(),
                Way::App,
            )
        };
        send(&whole).unwrap();
        whole[key] = value;
        let error = send(&whole).expect_err(field);
        let OutgoingError::Wrong { field: found, .. } = &error else {
            panic!("{field}: {error:?}");
        };
        assert_eq!(found, &format!("template_card.{field}"));
    }
}

#[test]
fn an_option_that_a_way_does_not_have_is_told() {
    let options = SendOptions::default()
        .duplicate_check(std::time::Duration::from_mins(1))
        .id_trans(true);
    for (way, expected) in [
        (Way::App, &[][..]),
        (Way::GroupChat, &["duplicate_check", "id_trans"]),
        (Way::Robot, &["duplicate_check", "id_trans"]),
        (Way::CustomerService, &["duplicate_check", "id_trans"]),
    ] {
        let prepared =
            prepare(&Outgoing::text("a"), &Recipient::from("li"), &options, way).unwrap();
        let fields: Vec<&str> = prepared.ignored.iter().map(|it| &*it.field).collect();
        assert_eq!(fields, expected, "{way}");
    }
    let v2 = Outgoing::from_json("markdown_v2", json!({"content": "<@li> look"})).unwrap();
    let prepared = prepare(
        &v2,
        &Recipient::Everyone,
        &SendOptions::default(),
        Way::Robot,
    )
    .unwrap();
    assert_eq!(prepared.ignored[0].field, "markdown_v2.content");
}

/// Frames of one header, with zeros in them.
fn mp3(header: [u8; 4], size: usize, count: usize) -> Vec<u8> {
    let mut frame = header.to_vec();
    frame.resize(size, 0);
    frame.repeat(count)
}

#[test]
fn a_voice_message_of_more_than_a_minute_is_refused() {
    // 128 kbit/s at 44.1 kHz: 1152 samples in 417 bytes. 8 kbit/s at 22.05 kHz: 576 in 26. 32 kbit/s at 8 kHz: 576 in 288.
    let usual = |count| mp3([0xFF, 0xFB, 0x90, 0x44], 417, count);
    let low = |count| mp3([0xFF, 0xF3, 0x10, 0x44], 26, count);
    let lowest = |count| mp3([0xFF, 0xE3, 0x48, 0x44], 288, count);
    let tagged = |bytes: Vec<u8>| [&b"ID3\x03\0\0\0\0\x02\x00"[..], &[0xFF; 256], &bytes].concat();
    let mut index = mp3([0xFF, 0xFB, 0x90, 0x44], 417, 1);
    index[36..40].copy_from_slice(b"Xing");
    let indexed = |bytes: Vec<u8>| [index.clone(), bytes].concat();
    let amr = |frames: usize| {
        [
            b"#!AMR\n".to_vec(),
            [&[0x3C][..], &[0; 31]].concat().repeat(frames),
        ]
        .concat()
    };
    for (name, bytes, seconds) in [
        ("a minute", usual(2297), None),
        ("a minute, and what an encoder adds", usual(2300), None),
        ("61 s", usual(2336), Some(61)),
        ("two minutes with a tag", tagged(usual(4594)), Some(120)),
        ("a minute with an index", indexed(usual(2300)), None),
        ("a minute, low", low(2296), None),
        ("62 s, low", low(2374), Some(62)),
        ("a minute at 8 kHz", lowest(833), None),
        ("64 s at 8 kHz", lowest(889), Some(64)),
        ("a minute, AMR", amr(3000), None),
        ("61 s, AMR", amr(3050), Some(61)),
        ("noise", vec![0x55; 100_000], None),
        (
            "a tag that is longer than the file",
            b"ID3\x03\0\0\x7F\x7F\x7F\x7F".to_vec(),
            None,
        ),
        (
            "a rate of none",
            mp3([0xFF, 0xFB, 0xF0, 0x44], 417, 9999),
            None,
        ),
        ("nothing", Vec::new(), None),
    ] {
        let found = match MediaType::Voice.check_length("a", &bytes) {
            Ok(()) => None,
            Err(OutgoingError::VoiceTooLong { seconds, limit, .. }) => {
                assert_eq!(limit, 60);
                Some(seconds)
            }
            Err(error) => panic!("{name}: {error:?}"),
        };
        assert_eq!(found, seconds, "{name}");
        assert!(MediaType::File.check_length("a", &bytes).is_ok(), "{name}");
    }
}
