//! How a card changes after it was sent.

use std::time::Duration;

use easy_wechat::WeChatServer;
use serde_json::{Value, json};

use super::caller::{Caller, refused};
use super::cards::{least, merge, send};

fn update(caller: &Caller, app: &str, code: &Value, change: &Value) -> Value {
    let mut body = json!({
        "userids": ["zhangsan"], "agentid": caller.agent(app), "response_code": code,
    });
    merge(&mut body, change);
    caller.post_as(app, "/cgi-bin/message/update_template_card", &body)
}

#[test]
fn a_button_is_greyed_once() {
    let caller = Caller::new();
    let code = send(&caller, &least("button_interaction", "t1"))["response_code"].clone();
    let grey = json!({"button": {"replace_name": "已处理"}});
    for (app, change, expected) in [
        ("other", grey.clone(), 60140),
        (
            "demo",
            json!({"response_code": "made-up", "button": {"replace_name": "x"}}),
            60140,
        ),
        ("demo", json!({}), 40058),
        ("demo", json!({"button": {}}), 40058),
        (
            "demo",
            json!({"template_card": {"card_type": "text_notice"}}),
            42033,
        ),
        (
            "demo",
            json!({"userids": [], "button": {"replace_name": "x"}}),
            40035,
        ),
        (
            "demo",
            json!({"userids": ["nobody"], "button": {"replace_name": "x"}}),
            81013,
        ),
        (
            "demo",
            json!({"userids": vec!["zhangsan"; 1001], "button": {"replace_name": "x"}}),
            40032,
        ),
        (
            "demo",
            json!({"agentid": caller.agent("other"), "button": {"replace_name": "x"}}),
            301_002,
        ),
    ] {
        let answer = update(&caller, app, &code, &change);
        refused(
            &answer,
            expected,
            &change.to_string().chars().take(80).collect::<String>(),
        );
    }
    let mut to = grey.clone();
    to["userids"] = json!(["ZhangSan", "Nobody"]);
    let answer = update(&caller, "demo", &code, &to);
    assert_eq!(
        answer,
        json!({"errcode": 0, "errmsg": "ok", "invaliduser": ["nobody"]})
    );
    let shown = |member: &str| caller.bubbles(member)[0]["content"]["replaced"].clone();
    assert_eq!(shown("zhangsan"), "已处理");
    assert_eq!(shown("lisi"), Value::Null);
    refused(&update(&caller, "demo", &code, &grey), 60140, "used up");
}

#[test]
fn a_card_takes_the_place_of_another() {
    let caller = Caller::new();
    let code = send(&caller, &least("vote_interaction", "t1"))["response_code"].clone();
    let mut new = least("text_notice", "");
    new["main_title"]["title"] = json!("投票结束");
    let change = json!({"template_card": new, "userids": [], "atall": 1});
    assert_eq!(update(&caller, "demo", &code, &change)["errcode"], 0);
    for member in ["zhangsan", "lisi"] {
        assert_eq!(caller.bubbles(member)[0]["content"], new);
    }

    let mut menu = least("text_notice", "");
    merge(
        &mut menu,
        &json!({
            "action_menu": {"action_list": [{"text": "a", "key": "A"}]}, "task_id": "menu",
        }),
    );
    let code = send(&caller, &menu)["response_code"].clone();
    let grey = json!({"button": {"replace_name": "x"}});
    refused(
        &update(&caller, "demo", &code, &grey),
        40058,
        "no button to grey",
    );

    caller.advance(72 * 3600 - 1);
    let by_party = json!({"userids": [], "partyids": [2], "template_card": new});
    assert_eq!(update(&caller, "demo", &code, &by_party)["errcode"], 0);
    let code = send(&caller, &least("button_interaction", "t2"))["response_code"].clone();
    caller.advance(72 * 3600 + 1);
    refused(
        &update(&caller, "demo", &code, &grey),
        60140,
        "three days later",
    );
}

#[test]
fn a_click_gives_a_code_of_its_own() {
    let caller = Caller::new();
    let (said, heard) = std::sync::mpsc::channel();
    let config = caller
        .sandbox
        .config_with("demo", "workers = 1", "")
        .unwrap();
    let server = WeChatServer::from_config(&config, "demo").unwrap();
    let server = server
        .register_event("template_card_event", move |message| {
            said.send(message.get("ResponseCode").map(str::to_owned))
                .unwrap();
        })
        .unwrap();
    let bot = caller
        .runtime
        .block_on(server.start("127.0.0.1:0"))
        .unwrap();
    let callback = format!("http://{}/weixin", bot.addr());
    caller
        .runtime
        .block_on(caller.sandbox.connect(callback))
        .unwrap();
    send(&caller, &least("button_interaction", "t1"));
    let member = caller.sandbox.member("zhangsan");
    let clicked = async {
        let clicks = member.clicks("ok", &[]);
        tokio::time::timeout(Duration::from_secs(20), clicks).await
    };
    caller.runtime.block_on(clicked).unwrap().unwrap();
    let code = json!(heard.recv().unwrap().unwrap());
    let grey = json!({"button": {"replace_name": "已处理"}});
    assert_eq!(update(&caller, "demo", &code, &grey)["errcode"], 0);
    let bubbles = caller.bubbles("zhangsan");
    assert_eq!(bubbles[0]["content"]["replaced"], "已处理");
    refused(&update(&caller, "demo", &code, &grey), 60140, "used up");
    caller.runtime.block_on(bot.stop());
}
