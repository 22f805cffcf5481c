//! Group chats that the app makes.

use easy_wechat::client::{ChatUpdate, ClientError, NewChat};
use easy_wechat::outgoing::Safe;
use easy_wechat::{ChatId, Outgoing, Sandbox, SendOptions, UserId, WeChatClient};
use serde_json::json;

use crate::recorder::Recorder;

#[tokio::test]
async fn a_group_chat_is_made_changed_read_and_spoken_in() {
    let sandbox = Sandbox::start().await.unwrap();
    let config = sandbox.config_with("demo", "state_path = memory", "");
    let client = WeChatClient::from_config(&config.unwrap(), "demo").unwrap();
    let _ = sandbox.member("wangwu");

    let new = NewChat::of(["zhangsan", "lisi"])
        .name("值班群")
        .owner("lisi")
        .id("oncall");
    let chat = client.create_chat(&new).await.unwrap();
    assert_eq!(chat, ChatId::from("oncall"));
    let update = ChatUpdate::default()
        .name("夜班群")
        .owner("zhangsan")
        .joining(["wangwu"])
        .leaving(["lisi"]);
    client.update_chat(&chat, &update).await.unwrap();
    let it = client.chat(&chat).await.unwrap();
    assert_eq!(
        (it.name.as_str(), it.owner.as_str(), &it.chatid),
        ("夜班群", "zhangsan", &chat)
    );
    assert!(
        it.userlist.contains(&UserId::from("wangwu"))
            && !it.userlist.contains(&UserId::from("lisi"))
    );
    assert_eq!(it.other["chat_type"], 0);

    client
        .send_to_chat(&chat, &Outgoing::text("有人吗"))
        .await
        .unwrap();
    let options = SendOptions::default().safe(Safe::Confidential);
    client
        .send_to_chat_with(&chat, &Outgoing::text("机密"), &options)
        .await
        .unwrap();
    let inbox = sandbox.inbox("chat:oncall");
    let texts: Vec<_> = inbox.iter().map(|it| it.text().unwrap()).collect();
    assert_eq!(texts, ["有人吗", "机密"]);
    let last = sandbox.calls().pop().unwrap().request;
    let expected =
        json!({"chatid": "oncall", "msgtype": "text", "text": {"content": "机密"}, "safe": 1});
    assert_eq!(last, expected);

    let error = client
        .send_to_chat(&ChatId::from("nowhere"), &Outgoing::text("a"))
        .await
        .unwrap_err();
    assert_eq!(error.errcode(), Some(86003), "{error}");
}

#[tokio::test]
async fn a_long_text_comes_in_parts_in_order() {
    let sandbox = Sandbox::start().await.unwrap();
    let config = sandbox.config_with("demo", "state_path = memory", "");
    let client = WeChatClient::from_config(&config.unwrap(), "demo").unwrap();
    let chat = client
        .create_chat(&NewChat::of(["zhangsan", "lisi"]))
        .await
        .unwrap();
    let long: Vec<String> = (0..400).map(|number| format!("第{number}行")).collect();
    client
        .send_to_chat(&chat, &Outgoing::text(long.join("\n")))
        .await
        .unwrap();
    let inbox = sandbox.inbox(&format!("chat:{chat}"));
    assert!(inbox.len() > 1);
    let texts: Vec<_> = inbox.iter().map(|it| it.text().unwrap()).collect();
    assert_eq!(texts.join("\n"), long.join("\n"));
}

#[tokio::test]
async fn what_the_platform_would_not_take_does_not_leave() {
    let recorder = Recorder::start(&[]);
    let client = recorder.client("wecom");
    for (new, says) in [
        (
            NewChat::of(["a"]),
            "userlist has 1 entries; the platform takes 2 to 2000",
        ),
        (
            NewChat::of(vec!["a"; 2001]),
            "userlist has 2001 entries; the platform takes 2 to 2000",
        ),
        (
            NewChat::of(["a", "b"]).id("值班"),
            "chatid is \"值班\"; expected 1 to 32 letters a-z, A-Z and digits",
        ),
        (
            NewChat::of(["a", "b"]).id("a_b"),
            "chatid is \"a_b\"; expected 1 to 32 letters a-z, A-Z and digits",
        ),
    ] {
        let error = client.create_chat(&new).await.unwrap_err();
        assert!(matches!(error, ClientError::Outgoing(_)), "{error:?}");
        assert_eq!(error.to_string(), says);
    }
    let made = client
        .create_chat(&NewChat::of(["a", "b"]).id("own"))
        .await
        .unwrap();
    assert_eq!(made, ChatId::from("own"), "the platform does not repeat it");
    let error = client
        .create_chat(&NewChat::of(["a", "b"]))
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("JSON without a chatid"),
        "{error}"
    );
    let asked = recorder.asked().len();
    let menu = Outgoing::from_json(
        "msgmenu",
        json!({"head_content": "a", "list": [], "tail_content": "b"}),
    );
    let error = client
        .send_to_chat(&ChatId::from("a"), &menu.unwrap())
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("an app in a group chat cannot send msgmenu"),
        "{error}"
    );
    assert_eq!((asked, recorder.asked().len()), (2, 2));
}
