//! Fields that the platform does not look at.

use easy_wechat::outgoing::{Way, prepare};
use easy_wechat::{Outgoing, Recipient, SendOptions};
use serde_json::{Value, json};

fn ignored(msg_type: &str, content: Value, way: Way) -> Vec<String> {
    let what = Outgoing::from_json(msg_type, content).unwrap();
    let prepared = prepare(&what, &Recipient::from("li"), &SendOptions::default(), way).unwrap();
    prepared.ignored.into_iter().map(|it| it.field).collect()
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn mentions_of_the_wrong_form_or_in_the_wrong_place_are_told() {
    let text = |mentions: Value| json!({"content": "a", "mentioned_list": mentions});
    let mobile = |mentions: Value| json!({"content": "a", "mentioned_mobile_list": mentions});
    for (msg_type, content, way, field) in [
        (
            "markdown",
            text(json!(["@all"])),
            Way::Robot,
            "markdown.mentioned_list",
        ),
        (
            "markdown_v2",
            mobile(json!(["13800001111"])),
            Way::Robot,
            "markdown_v2.mentioned_mobile_list",
        ),
        (
            "markdown",
            text(json!(["li"])),
            Way::GroupChat,
            "markdown.mentioned_list",
        ),
        ("text", text(json!(["li"])), Way::App, "text.mentioned_list"),
        (
            "text",
            text(json!(["li"])),
            Way::CustomerService,
            "text.mentioned_list",
        ),
        (
            "text",
            text(json!("@all")),
            Way::Robot,
            "text.mentioned_list",
        ),
        (
            "text",
            text(json!("li|wang")),
            Way::Robot,
            "text.mentioned_list",
        ),
        (
            "text",
            text(json!({"li": true})),
            Way::Robot,
            "text.mentioned_list",
        ),
        (
            "text",
            text(json!(["li", "wang,zhao"])),
            Way::Robot,
            "text.mentioned_list[1]",
        ),
        (
            "text",
            text(json!(["@li"])),
            Way::Robot,
            "text.mentioned_list[0]",
        ),
        (
            "text",
            text(json!(["<@li>"])),
            Way::Robot,
            "text.mentioned_list[0]",
        ),
        (
            "text",
            text(json!(["13800001111"])),
            Way::Robot,
            "text.mentioned_list[0]",
        ),
        (
            "text",
            mobile(json!([13_800_001_111_i64])),
            Way::Robot,
            "text.mentioned_mobile_list[0]",
        ),
        (
            "text",
            mobile(json!(["li"])),
            Way::GroupChat,
            "text.mentioned_mobile_list[0]",
        ),
        (
            "text",
            json!({"content": "a", "mention_list": ["li"]}),
            Way::Robot,
            "text.mention_list",
        ),
        (
            "text",
            json!({"content": "a", "at": {"isAtAll": true}}),
            Way::Robot,
            "text.at",
        ),
        (
            "markdown",
            json!({"content": "a", "title": "b"}),
            Way::Robot,
            "markdown.title",
        ),
        (
            "file",
            json!({"media_id": "a", "mentioned_list": ["li"]}),
            Way::Robot,
            "file.mentioned_list",
        ),
    ] {
        assert_eq!(ignored(msg_type, content, way), [field]);
    }
}

#[test]
fn mentions_that_work_are_not_told() {
    for way in [Way::Robot, Way::GroupChat] {
        let content = json!({
            "content": "a",
            "mentioned_list": ["li", "@all", "wang.wu@x-1"],
            "mentioned_mobile_list": ["13800001111", "@all"],
        });
        assert!(ignored("text", content, way).is_empty());
    }
    assert!(ignored("markdown", json!({"content": "<@li>"}), Way::Robot).is_empty());
}
