//! Group chats that an app creates.

use serde_json::{Value, json};

use super::caller::{Caller, refused};

const CREATE: &str = "/cgi-bin/appchat/create";
const UPDATE: &str = "/cgi-bin/appchat/update";
const GET: &str = "/cgi-bin/appchat/get";
const SEND: &str = "/cgi-bin/appchat/send";

fn two() -> Value {
    json!(["zhangsan", "lisi"])
}

#[test]
fn a_group_is_created_changed_and_spoken_in() {
    let caller = Caller::new();
    caller.sandbox.member("wangwu");
    let created = caller.post(
        CREATE,
        &json!({"name": "项目", "owner": "LiSi", "userlist": two(), "chatid": "Chat1"}),
    );
    assert_eq!(
        created,
        json!({"errcode": 0, "errmsg": "ok", "chatid": "Chat1"})
    );
    let info = || caller.get(GET, &[("chatid", "Chat1")])["chat_info"].clone();
    assert_eq!(
        info(),
        json!({"chatid": "Chat1", "name": "项目", "owner": "lisi", "userlist": ["lisi", "zhangsan"], "chat_type": 0})
    );
    let change = json!({
        "chatid": "Chat1", "name": "新".repeat(60), "owner": "wangwu",
        "add_user_list": ["wangwu"], "del_user_list": ["ZhangSan"],
    });
    assert_eq!(
        caller.post(UPDATE, &change),
        json!({"errcode": 0, "errmsg": "ok"})
    );
    assert_eq!(info()["name"], "新".repeat(50));
    assert_eq!(info()["owner"], "wangwu");
    assert_eq!(info()["userlist"], json!(["lisi", "wangwu"]));

    let text = json!({"content": "@all 开会", "mentioned_list": ["@all"]});
    let said = json!({"chatid": "Chat1", "msgtype": "text", "text": text, "safe": 0});
    assert_eq!(
        caller.post(SEND, &said),
        json!({"errcode": 0, "errmsg": "ok"})
    );
    let bubbles = caller.bubbles("chat:Chat1");
    assert_eq!(bubbles.len(), 1);
    assert_eq!(bubbles[0]["content"], text);
    assert!(caller.sandbox.inbox("lisi").is_empty());
    let page = caller.page();
    let conversations = page["conversations"].as_array().unwrap();
    let group = conversations.iter().find(|it| it["id"] == "chat:Chat1");
    assert_eq!(group.unwrap()["kind"], "group");
    assert_eq!(group.unwrap()["members"], json!(["lisi", "wangwu"]));
}

#[test]
fn ids_and_owners_are_made_up_where_none_are_given() {
    let caller = Caller::new();
    let created = caller.post(CREATE, &json!({"userlist": two()}));
    let chatid = created["chatid"].as_str().unwrap();
    assert!(chatid.len() <= 32 && chatid.bytes().all(|it| it.is_ascii_alphanumeric()));
    let info = caller.get(GET, &[("chatid", chatid)])["chat_info"].clone();
    assert!(["zhangsan", "lisi"].contains(&info["owner"].as_str().unwrap()));
}

#[test]
fn what_is_wrong_has_its_code() {
    let caller = Caller::new();
    caller.post(CREATE, &json!({"userlist": two(), "chatid": "mine"}));
    caller.post_as(
        "other",
        CREATE,
        &json!({"userlist": two(), "chatid": "theirs"}),
    );
    let text = json!({"content": "x"});
    for (path, body, code) in [
        (CREATE, json!({}), 86006),
        (CREATE, json!({"userlist": ["zhangsan"]}), 86006),
        (CREATE, json!({"userlist": ["zhangsan", "ZHANGSAN"]}), 86006),
        (CREATE, json!({"userlist": vec!["lisi"; 2001]}), 86006),
        (CREATE, json!({"userlist": ["zhangsan", "nobody"]}), 86007),
        (CREATE, json!({"userlist": "zhangsan|lisi"}), 86006),
        (CREATE, json!({"userlist": [1, 2]}), 86006),
        (CREATE, json!({"userlist": two(), "owner": "nobody"}), 86005),
        (CREATE, json!({"userlist": two(), "chatid": "mine"}), 86215),
        (CREATE, json!({"userlist": two(), "chatid": "a-b"}), 86001),
        (
            CREATE,
            json!({"userlist": two(), "chatid": "x".repeat(33)}),
            86001,
        ),
        (UPDATE, json!({"name": "n"}), 86201),
        (UPDATE, json!({"chatid": "no", "name": "n"}), 86003),
        (UPDATE, json!({"chatid": "theirs", "name": "n"}), 86008),
        (
            UPDATE,
            json!({"chatid": "mine", "del_user_list": ["lisi"]}),
            86006,
        ),
        (UPDATE, json!({"chatid": "mine", "owner": "nobody"}), 86005),
        (
            SEND,
            json!({"chatid": "theirs", "msgtype": "text", "text": text}),
            86008,
        ),
        (
            SEND,
            json!({"chatid": "mine", "msgtype": "template_card"}),
            40008,
        ),
        (
            SEND,
            json!({"chatid": "mine", "msgtype": "text", "text": {}}),
            44004,
        ),
        (
            SEND,
            json!({"chatid": "mine", "msgtype": "image", "image": {"media_id": "no"}}),
            40007,
        ),
        (
            SEND,
            json!({"chatid": "mine", "msgtype": "markdown", "markdown": {"content": "x"}, "safe": 1}),
            40074,
        ),
    ] {
        let answer = caller.post(path, &body);
        refused(&answer, code, &format!("{path} {body:.80}"));
    }
    caller.sandbox.member("wangwu");
    let stranger = json!({"userlist": two(), "owner": "wangwu"});
    refused(
        &caller.post(CREATE, &stranger),
        86207,
        "an owner who is no member",
    );
    refused(
        &caller.get(GET, &[("chatid", "theirs")]),
        86008,
        "another app's",
    );
    refused(&caller.get(GET, &[]), 86201, "none");
}

#[test]
fn a_thousand_groups_are_enough() {
    let caller = Caller::new();
    let request = caller.request("POST", CREATE, &[]);
    let request = request.with_body(json!({"userlist": two()}).to_string());
    let mut client = super::support::wire::Client::connect(caller.sandbox.addr());
    let codes: Vec<Value> = (0..1001)
        .map(|_| {
            let answer: Value = serde_json::from_slice(&client.send(&request).body).unwrap();
            answer["errcode"].clone()
        })
        .collect();
    assert!(codes[..1000].iter().all(|code| *code == 0));
    assert_eq!(codes[1000], 45009);
}
