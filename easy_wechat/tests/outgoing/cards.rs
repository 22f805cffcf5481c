//! Template cards: each kind's table.

use easy_wechat::outgoing::Way;
use easy_wechat::{Outgoing, TemplateCard};
use serde_json::{Value, json};

use crate::{prepared, refused};

#[test]
fn a_card_of_each_kind_is_taken() {
    for kind in KINDS {
        let card = TemplateCard::new(full(kind)).unwrap();
        prepared(&card.into(), Way::App).unwrap_or_else(|error| panic!("{kind}: {error}"));
    }
    // The fewest fields.
    for card in [
        json!({ "card_type": "text_notice", "sub_title_text": "s", "card_action": { "type": 1, "url": "u" } }),
        json!({
            "card_type": "news_notice", "main_title": { "title": "t" }, "image_text_area": { "image_url": "u" },
            "card_action": { "type": 2, "appid": "wx1" },
        }),
    ] {
        let card = TemplateCard::new(card).unwrap();
        prepared(&card.into(), Way::App).unwrap();
    }
}

#[test]
fn what_a_card_lacks() {
    let both = "main_title.title or template_card.sub_title_text";
    let cases: [(&str, &[&str], &str); 17] = [
        ("text_notice", &["/main_title", "/sub_title_text"], both),
        ("text_notice", &["/card_action"], "card_action"),
        ("text_notice", &["/card_action/url"], "card_action.url"),
        ("text_notice", &["/task_id"], "task_id"),
        ("news_notice", &["/main_title/title"], "main_title.title"),
        (
            "news_notice",
            &["/card_image", "/image_text_area"],
            "card_image or template_card.image_text_area",
        ),
        ("news_notice", &["/card_image/url"], "card_image.url"),
        ("news_notice", &["/card_action/appid"], "card_action.appid"),
        ("news_notice", &["/jump_list/0/title"], "jump_list[0].title"),
        (
            "news_notice",
            &["/vertical_content_list/0/title"],
            "vertical_content_list[0].title",
        ),
        ("button_interaction", &["/task_id"], "task_id"),
        (
            "button_interaction",
            &["/button_list/0/text"],
            "button_list[0].text",
        ),
        (
            "button_interaction",
            &["/button_list/0/key"],
            "button_list[0].key",
        ),
        ("vote_interaction", &["/checkbox"], "checkbox"),
        ("vote_interaction", &["/submit_button"], "submit_button"),
        (
            "multiple_interaction",
            &["/submit_button/key"],
            "submit_button.key",
        ),
        (
            "multiple_interaction",
            &["/select_list/0/option_list/1/id"],
            "select_list[0].option_list[1].id",
        ),
    ];
    for (kind, without, field) in cases {
        let mut card = full(kind);
        for path in without {
            let (parent, name) = path.rsplit_once('/').unwrap();
            let parent = card.pointer_mut(parent).unwrap();
            parent.as_object_mut().unwrap().remove(name);
        }
        let expected =
            format!("template_card.{field} is missing or empty, and the platform needs it");
        refused("template_card", card, Way::App, &expected);
    }
}

#[test]
fn what_in_a_card_is_too_much_or_wrong() {
    let option = |id: usize| json!({ "id": id.to_string(), "text": "t" });
    let options = |count| (0..count).map(option).collect::<Value>();
    let action = |key: &str| json!({ "text": "t", "key": key });
    let button = |key: &str| json!({ "text": "t", "key": key });
    let line = json!({ "keyname": "k", "value": "v" });
    #[rustfmt::skip]
    let cases = [
        ("text_notice", "/horizontal_content_list", json!(vec![line.clone(); 7]),
            "horizontal_content_list has 7 entries; the platform takes 0 to 6"),
        ("text_notice", "/horizontal_content_list/0/type", json!(1),
            "horizontal_content_list[0].url is missing or empty, and the platform needs it"),
        ("text_notice", "/horizontal_content_list/0/type", json!(2),
            "horizontal_content_list[0].media_id is missing or empty, and the platform needs it"),
        ("text_notice", "/horizontal_content_list/0/type", json!(3),
            "horizontal_content_list[0].userid is missing or empty, and the platform needs it"),
        ("text_notice", "/jump_list", json!(vec![json!({ "title": "t" }); 4]),
            "jump_list has 4 entries; the platform takes 0 to 3"),
        ("text_notice", "/action_menu/action_list", json!([]),
            "action_menu.action_list has 0 entries; the platform takes 1 to 3"),
        ("text_notice", "/action_menu/action_list", json!([action("A"), action("A")]),
            "action_menu.action_list[1].key is \"A\"; expected another one in each entry"),
        ("text_notice", "/action_menu/action_list/0/key", json!("k".repeat(1025)),
            "action_menu.action_list[0].key has 1025 bytes, the platform takes 1024: make it shorter"),
        ("text_notice", "/task_id", json!("t".repeat(129)),
            "task_id has 129 bytes, the platform takes 128: make it shorter"),
        ("text_notice", "/task_id", json!("任务 1"), "task_id is \"任务 1\"; expected digits, letters and _ - @"),
        ("text_notice", "/card_action/type", json!(0), "card_action.type is 0; expected the number 1 or 2"),
        ("text_notice", "/card_action/type", json!("1"), "card_action.type is \"1\"; expected the number 1 or 2"),
        ("text_notice", "/card_action", json!("u"), "card_action is \"u\"; expected an object"),
        ("news_notice", "/card_image/aspect_ratio", json!(2.3),
            "card_image.aspect_ratio is 2.3; expected a number from 1.3 to 2.25"),
        ("news_notice", "/vertical_content_list", json!(vec![json!({ "title": "t" }); 5]),
            "vertical_content_list has 5 entries; the platform takes 0 to 4"),
        ("button_interaction", "/button_list", json!([]), "button_list has 0 entries; the platform takes 1 to 6"),
        ("button_interaction", "/button_list", ["a", "b", "c", "d", "e", "f", "g"].map(button).into_iter().collect(),
            "button_list has 7 entries; the platform takes 1 to 6"),
        ("button_interaction", "/button_list", json!([button("A"), button("A")]),
            "button_list[1].key is \"A\"; expected another one in each entry"),
        ("button_interaction", "/button_selection/option_list", options(11),
            "button_selection.option_list has 11 entries; the platform takes 1 to 10"),
        ("vote_interaction", "/checkbox/option_list", options(21),
            "checkbox.option_list has 21 entries; the platform takes 1 to 20"),
        ("vote_interaction", "/checkbox/option_list", json!([option(1), option(1)]),
            "checkbox.option_list[1].id is \"1\"; expected another one in each entry"),
        ("multiple_interaction", "/select_list", json!([]), "select_list has 0 entries; the platform takes 1 to 3"),
        ("multiple_interaction", "/select_list/0/option_list/0/id", json!("i".repeat(129)),
            "select_list[0].option_list[0].id has 129 bytes, the platform takes 128: make it shorter"),
    ];
    for (kind, path, value, expected) in cases {
        let mut card = full(kind);
        let (parent, name) = path.rsplit_once('/').unwrap();
        card.pointer_mut(parent).unwrap()[name] = value;
        refused(
            "template_card",
            card,
            Way::App,
            &format!("template_card.{expected}"),
        );
    }
}

#[test]
fn lengths_that_are_only_advice_are_taken() {
    let mut card = full("text_notice");
    card["main_title"]["title"] = "长".repeat(400).into();
    card["horizontal_content_list"][0]["keyname"] = "长".repeat(40).into();
    let card = TemplateCard::new(card).unwrap();
    prepared(&card.into(), Way::App).unwrap();
}

#[test]
fn a_new_kind_can_be_sent_on_purpose() {
    let card = json!({ "card_type": "brand_new" });
    let what = Outgoing::Other {
        msg_type: "template_card".into(),
        content: card.as_object().unwrap().clone(),
    };
    prepared(&what, Way::App).unwrap();
    prepared(&what, Way::Robot).unwrap();
}

pub(crate) const KINDS: [&str; 5] = [
    "text_notice",
    "news_notice",
    "button_interaction",
    "vote_interaction",
    "multiple_interaction",
];

/// A card with all that its kind may have.
#[rustfmt::skip]
pub(crate) fn full(kind: &str) -> Value {
    let mut card = json!({
        "card_type": kind,
        "source": { "icon_url": "https://i", "desc": "企业微信", "desc_color": 1 },
        "main_title": { "title": "t", "desc": "d" },
        "task_id": "task_id-1@x",
    });
    let options = json!([{ "id": "1", "text": "一" }, { "id": "2", "text": "二" }]);
    let question = json!({ "question_key": "q", "title": "t", "option_list": options, "selected_id": "1" });
    let submit = json!({ "text": "提交", "key": "k" });
    let more = match kind {
        "vote_interaction" => json!({
            "checkbox": { "question_key": "q", "option_list": options, "mode": 1 }, "submit_button": submit,
        }),
        "multiple_interaction" => json!({ "select_list": [question], "submit_button": submit }),
        _ => json!({
            "action_menu": { "desc": "d", "action_list": [{ "text": "a", "key": "A" }, { "text": "b", "key": "B" }] },
            "quote_area": { "type": 1, "url": "https://u", "title": "t", "quote_text": "q" },
            "emphasis_content": { "title": "100", "desc": "核心数据" },
            "sub_title_text": "s",
            "horizontal_content_list": [{ "keyname": "邀请人", "value": "张三" }],
            "jump_list": [{ "type": 1, "title": "t", "url": "https://u" }],
            "vertical_content_list": [{ "title": "t", "desc": "d" }],
            "card_image": { "url": "https://i", "aspect_ratio": 1.3 },
            "button_selection": question,
            "button_list": [{ "text": "a", "style": 1, "key": "A" }, { "type": 1, "text": "b", "url": "https://u" }],
        }),
    };
    let Value::Object(more) = more else { unreachable!() };
    card.as_object_mut().unwrap().extend(more);
    match kind {
        "text_notice" => card["card_action"] = json!({ "type": 1, "url": "https://u" }),
        "news_notice" => card["card_action"] = json!({ "type": 2, "appid": "wx1", "pagepath": "p" }),
        _ => {}
    }
    card
}
