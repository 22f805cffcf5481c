//! Template cards: what they need.

use serde_json::{Value, json};

use super::caller::{Caller, refused};

/// A card of each kind with no more than it needs.
pub fn least(kind: &str, task: &str) -> Value {
    let mut card = json!({"card_type": kind, "main_title": {"title": "t"}});
    let more = match kind {
        "text_notice" => json!({"card_action": {"type": 1, "url": "https://a.test"}}),
        "news_notice" => json!({
            "card_action": {"type": 2, "appid": "wx1"}, "card_image": {"url": "https://a.test/p.png"},
        }),
        "button_interaction" => json!({
            "task_id": task, "button_list": [{"text": "ok", "style": 1, "key": "ok"}, {"text": "no", "key": "no"}],
        }),
        "vote_interaction" => json!({
            "task_id": task, "submit_button": {"text": "s", "key": "s"},
            "checkbox": {"question_key": "q", "mode": 1, "option_list": [{"id": "1", "text": "a"}]},
        }),
        _ => json!({
            "task_id": task, "submit_button": {"key": "s"},
            "select_list": [{"question_key": "q", "title": "t", "option_list": [{"id": "1", "text": "a"}]}],
        }),
    };
    merge(&mut card, &more);
    card
}

pub fn merge(into: &mut Value, more: &Value) {
    for (name, value) in more.as_object().unwrap() {
        into[name] = value.clone();
    }
}

pub fn send(caller: &Caller, card: &Value) -> Value {
    caller.send(
        &json!({"touser": "zhangsan|lisi", "msgtype": "template_card", "template_card": card}),
    )
}

#[test]
fn each_kind_is_taken_and_some_can_be_changed() {
    let caller = Caller::new();
    for (number, (kind, code)) in (0..).zip([
        ("text_notice", false),
        ("news_notice", false),
        ("button_interaction", true),
        ("vote_interaction", true),
        ("multiple_interaction", true),
    ]) {
        let card = least(kind, &format!("task{number}"));
        let answer = send(&caller, &card);
        assert_eq!(answer["errcode"], 0, "{kind}: {answer}");
        assert_eq!(answer["response_code"].is_string(), code, "{kind}");
        assert_eq!(caller.sandbox.inbox("lisi").last().unwrap().content, card);
    }
    let mut menu = least("text_notice", "");
    merge(
        &mut menu,
        &json!({
            "action_menu": {"desc": "d", "action_list": [{"text": "a", "key": "A"}]}, "task_id": "menu",
        }),
    );
    assert!(send(&caller, &menu)["response_code"].is_string());
}

#[test]
fn what_is_wrong_with_a_card_has_its_code() {
    let caller = Caller::new();
    let options = |count: usize| -> Vec<Value> {
        (0..count)
            .map(|id| json!({"id": id.to_string(), "text": "x"}))
            .collect()
    };
    let question =
        |key: &str, options: Vec<Value>| json!({"question_key": key, "option_list": options});
    let action = |actions: Value| json!({"action_menu": {"action_list": actions}, "task_id": "m"});
    let line = |line: Value| json!({"horizontal_content_list": [line]});
    let long = "x".repeat(1025);
    for (kind, change, code) in [
        ("text_notice", json!({"card_type": "other"}), 42031),
        ("text_notice", json!({"card_type": null}), 42031),
        ("text_notice", json!({"main_title": {}}), 42033),
        (
            "news_notice",
            json!({"main_title": null, "sub_title_text": "s"}),
            42033,
        ),
        ("text_notice", json!({"card_action": null}), 42045),
        ("text_notice", json!({"card_action": {"type": 0}}), 42045),
        ("text_notice", json!({"card_action": {"type": 1}}), 42045),
        (
            "text_notice",
            json!({"card_action": {"type": 2, "url": "u"}}),
            42045,
        ),
        ("text_notice", action(json!([])), 42051),
        (
            "text_notice",
            action(json!([{"text": "a", "key": "A"}, {"text": "b", "key": "A"}])),
            42051,
        ),
        (
            "text_notice",
            action(json!([{"text": "a", "key": long}])),
            42051,
        ),
        (
            "text_notice",
            json!({"action_menu": {"action_list": [{"text": "a", "key": "A"}]}}),
            42014,
        ),
        ("text_notice", line(json!({"value": "v"})), 42027),
        (
            "text_notice",
            line(json!({"keyname": "k", "type": 1})),
            42028,
        ),
        (
            "text_notice",
            line(json!({"keyname": "k", "type": 2, "media_id": "no"})),
            42029,
        ),
        (
            "text_notice",
            line(json!({"keyname": "k", "type": 3})),
            42050,
        ),
        (
            "text_notice",
            json!({"horizontal_content_list": vec![json!({"keyname": "k"}); 7]}),
            42035,
        ),
        (
            "text_notice",
            json!({"jump_list": vec![json!({"title": "k"}); 4]}),
            42042,
        ),
        (
            "text_notice",
            json!({"jump_list": [{"type": 1, "url": "u"}]}),
            42033,
        ),
        (
            "text_notice",
            json!({"jump_list": [{"type": 1, "title": "t"}]}),
            42028,
        ),
        (
            "text_notice",
            json!({"jump_list": [{"type": 2, "title": "t"}]}),
            42030,
        ),
        ("news_notice", json!({"card_image": null}), 42044),
        (
            "news_notice",
            json!({"vertical_content_list": vec![json!({"title": "k"}); 5]}),
            42036,
        ),
        (
            "news_notice",
            json!({"vertical_content_list": [{"desc": "k"}]}),
            42033,
        ),
        ("button_interaction", json!({"task_id": null}), 42014),
        ("button_interaction", json!({"task_id": "a b"}), 42014),
        (
            "button_interaction",
            json!({"task_id": "x".repeat(129)}),
            42014,
        ),
        ("button_interaction", json!({"button_list": []}), 42038),
        (
            "button_interaction",
            json!({"button_list": [{"key": "k"}]}),
            42038,
        ),
        (
            "button_interaction",
            json!({"button_list": [{"text": "k"}]}),
            42039,
        ),
        (
            "button_interaction",
            json!({"button_list": [{"text": "k", "type": 1}]}),
            42028,
        ),
        (
            "button_interaction",
            json!({"button_list": [{"text": "a", "key": "k"}, {"text": "b", "key": "k"}]}),
            42039,
        ),
        (
            "button_interaction",
            json!({"button_selection": question("q", options(11))}),
            42037,
        ),
        ("vote_interaction", json!({"checkbox": null}), 42043),
        (
            "vote_interaction",
            json!({"checkbox": question("", options(1))}),
            42043,
        ),
        (
            "vote_interaction",
            json!({"checkbox": question("q", options(0))}),
            42037,
        ),
        (
            "vote_interaction",
            json!({"checkbox": question("q", options(21))}),
            42037,
        ),
        (
            "vote_interaction",
            json!({"checkbox": question("q", vec![json!({"text": "x"})])}),
            42040,
        ),
        (
            "vote_interaction",
            json!({"checkbox": question("q", vec![json!({"id": "x"})])}),
            42041,
        ),
        ("vote_interaction", json!({"submit_button": null}), 42046),
        (
            "vote_interaction",
            json!({"submit_button": {"text": "s"}}),
            42046,
        ),
        ("multiple_interaction", json!({"select_list": []}), 42047),
        (
            "multiple_interaction",
            json!({"select_list": vec![question("q", options(1)); 2]}),
            42043,
        ),
        (
            "multiple_interaction",
            json!({"select_list": (0..4).map(|n| question(&n.to_string(), options(1))).collect::<Vec<_>>()}),
            42047,
        ),
    ] {
        let mut card = least(kind, "same");
        merge(&mut card, &change);
        let context: String = change.to_string().chars().take(100).collect();
        refused(&send(&caller, &card), code, &format!("{kind} {context}"));
    }
    assert!(caller.sandbox.inbox("zhangsan").is_empty());
    let mut most = least("vote_interaction", "same");
    most["checkbox"] = question("q", options(20));
    assert_eq!(send(&caller, &most)["errcode"], 0);
    refused(&send(&caller, &most), 42014, "the same task again");
}
