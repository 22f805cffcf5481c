//! What the platform limits is checked before anything leaves, at every door that is not a message.

use easy_wechat::client::{Button, CardUpdate, ChatUpdate, ClientError, Menu, NewChat};
use easy_wechat::reply::TemplateCard;
use easy_wechat::{ChatId, MsgId, Outgoing, OutgoingError, PartyId, TagId, UserId};
use serde_json::json;

use crate::recorder::Recorder;

/// The field that is to blame.
fn field<T>(done: Result<T, ClientError>) -> String {
    match done.err() {
        Some(ClientError::Outgoing(
            OutgoingError::Missing { field }
            | OutgoingError::Wrong { field, .. }
            | OutgoingError::TooLong { field, .. }
            | OutgoingError::Count { field, .. },
        )) => field,
        Some(ClientError::Outgoing(OutgoingError::TooManyRecipients { field, .. })) => {
            field.to_owned()
        }
        Some(ClientError::Outgoing(OutgoingError::NoRecipient)) => "to".to_owned(),
        other => format!("{other:?}"),
    }
}

#[tokio::test]
#[allow(clippy::too_many_lines, reason = "a table is long")]
async fn what_the_platform_would_refuse_does_not_leave() {
    let recorder = Recorder::start(&[]);
    let client = recorder.client("wecom");
    let chat = ChatId::from("c");
    let users = |count: usize| -> Vec<String> { (0..count).map(|it| format!("u{it}")).collect() };
    let mut rows: Vec<(&str, String)> = Vec::new();

    for (expected, new) in [
        ("userlist", NewChat::of(["a"])),
        ("userlist", NewChat::of(users(2001))),
        ("userlist[1]", NewChat::of(["a", "李四"])),
        ("userlist[0]", NewChat::of(["a|b", "c"])),
        ("userlist[1]", NewChat::of(["a", ""])),
        ("userlist[1]", NewChat::of(["a".to_owned(), "b".repeat(65)])),
        ("owner", NewChat::of(["a", "b"]).owner("c")),
        ("owner", NewChat::of(["a", "b"]).owner("李四")),
        ("chatid", NewChat::of(["a", "b"]).id("c".repeat(33))),
        ("chatid", NewChat::of(["a", "b"]).id("c_d")),
        ("chatid", NewChat::of(["a", "b"]).id("")),
    ] {
        rows.push((expected, field(client.create_chat(&new).await)));
    }
    for (expected, update) in [
        ("owner", ChatUpdate::default().owner("李四")),
        ("add_user_list[0]", ChatUpdate::default().joining(["a b"])),
        ("add_user_list", ChatUpdate::default().joining(users(2001))),
        (
            "del_user_list[1]",
            ChatUpdate::default().leaving(["a", "b,c"]),
        ),
    ] {
        rows.push((expected, field(client.update_chat(&chat, &update).await)));
    }
    let nowhere = ChatId::from(" ");
    let update = ChatUpdate::default().name("a");
    rows.push(("chatid", field(client.update_chat(&nowhere, &update).await)));
    let text = Outgoing::text("a");
    rows.push(("chatid", field(client.send_to_chat(&nowhere, &text).await)));

    for (expected, button) in [
        ("button[0].url", Button::view("n", "www.qq.com")),
        ("button[0].url", Button::view("n", "ftp://a")),
        ("button[0].url", Button::miniprogram("n", "wx1", "p", "u")),
        ("button[0].name", Button::click("n".repeat(17), "k")),
        ("button[0].key", Button::click("n", "k".repeat(129))),
        (
            "button[0].sub_button",
            Button::menu("n", vec![Button::click("n", "k"); 6]),
        ),
    ] {
        rows.push((
            expected,
            field(client.create_menu(&Menu::new([button])).await),
        ));
    }

    let tag = TagId::from("1");
    let many: Vec<UserId> = users(1001).into_iter().map(UserId::from).collect();
    let parties = vec![PartyId::from("1"); 101];
    rows.push(("tagname", field(client.create_tag(" ", None).await)));
    rows.push((
        "tagname",
        field(client.create_tag(&"标".repeat(33), None).await),
    ));
    rows.push((
        "userlist",
        field(client.add_tag_users(&tag, &many, &[]).await),
    ));
    rows.push((
        "partylist",
        field(client.add_tag_users(&tag, &[], &parties).await),
    ));
    let named = [UserId::from("李四")];
    rows.push((
        "userlist",
        field(client.remove_tag_users(&tag, &named, &[]).await),
    ));
    let nobody = "userlist or partylist";
    rows.push((nobody, field(client.remove_tag_users(&tag, &[], &[]).await)));
    rows.push(("userid", field(client.user(&"a/b".into()).await)));
    rows.push(("msgid", field(client.recall(&MsgId::from("")).await)));

    let button = |text: &str| CardUpdate::Button {
        replace_name: text.to_owned(),
    };
    let card = |card| CardUpdate::Card(TemplateCard::new(card).unwrap());
    let without_action = card(json!({"card_type": "text_notice", "sub_title_text": "a"}));
    let without_button = json!({"card_type": "button_interaction", "main_title": {"title": "a"}});
    for (expected, code, update) in [
        ("response_code", "", button("a")),
        ("button.replace_name", "r", button("")),
        ("template_card.card_action", "r", without_action),
        ("template_card.button_list", "r", card(without_button)),
    ] {
        let updated = client.update_template_card(code, &update, "li").await;
        rows.push((expected, field(updated)));
    }
    rows.push((
        "to",
        field(client.update_template_card("r", &button("a"), "").await),
    ));
    rows.push((
        "task_id",
        field(client.update_taskcard("", "a", "li").await),
    ));
    rows.push((
        "replace_name",
        field(client.update_taskcard("t", "", "li").await),
    ));

    for (number, (expected, found)) in rows.iter().enumerate() {
        assert_eq!(found, expected, "row {number}");
    }
    assert_eq!(recorder.asked(), []);
}

#[tokio::test]
async fn the_greatest_that_is_taken_leaves() {
    let recorder = Recorder::start(&[]);
    let client = recorder.client("wecom");
    let users: Vec<String> = (0..2000).map(|it| format!("u{it}")).collect();
    let new = NewChat::of(users).owner("U7").id("c".repeat(32));
    client.create_chat(&new).await.unwrap();
    client
        .update_chat(&"wrkSFfCgAA_-".into(), &ChatUpdate::default().name("a"))
        .await
        .unwrap();
    client
        .create_tag(&"标".repeat(32), Some("7".into()))
        .await
        .unwrap();
    // A card in the place of another one has its task_id already.
    let card = json!({
        "card_type": "button_interaction", "main_title": {"title": "a"},
        "button_list": [{"text": "b", "key": "k", "style": 4}],
    });
    let card = CardUpdate::Card(TemplateCard::new(card).unwrap());
    client.update_template_card("r", &card, "li").await.unwrap();
    assert_eq!(recorder.asked().len(), 4);
}

/// 50 characters, whatever they are in bytes.
#[test]
fn a_name_of_a_group_chat_that_will_be_cut_is_told() {
    for (name, length) in [
        ("n".repeat(50), None),
        ("名".repeat(50), None),
        ("名".repeat(51), Some(51)),
    ] {
        let new = NewChat::of(["a", "b"]).name(&name).cuts();
        let update = ChatUpdate::default().name(&name).cuts();
        assert_eq!(new.first().map(|cut| cut.length), length);
        assert_eq!(new, update);
    }
    assert!(NewChat::of(["a", "b"]).cuts().is_empty());
}
