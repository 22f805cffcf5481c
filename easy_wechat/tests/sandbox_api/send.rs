//! `message/send`: who gets it.

use easy_wechat::sandbox::Via;
use serde_json::{Value, json};

use super::caller::{Caller, refused};

#[test]
fn a_text_reaches_the_member() {
    let caller = Caller::new();
    let answer = caller.text("你的快递已到\n<a href=\"https://work.weixin.qq.com\">点击</a>");
    assert_eq!(answer["errcode"], 0);
    assert_eq!(answer["errmsg"], "ok");
    for absent in ["invaliduser", "invalidparty", "invalidtag", "response_code"] {
        assert_eq!(answer.get(absent), None);
    }
    let inbox = caller.sandbox.inbox("zhangsan");
    assert_eq!(inbox.len(), 1);
    assert_eq!(inbox[0].msg_type, "text");
    assert_eq!(inbox[0].via, Some(Via::Proactive));
    assert_eq!(inbox[0].msgid.as_ref().unwrap().0, answer["msgid"]);
    assert!(inbox[0].text().unwrap().starts_with("你的快递已到\n<a "));
}

#[test]
fn receivers_are_found_and_the_others_named() {
    let caller = Caller::new();
    for (to, got, invalid) in [
        (json!({"touser": "ZhangSan"}), &["zhangsan"][..], json!({})),
        (
            json!({"touser": "zhangsan|Nobody|ALSO"}),
            &["zhangsan"],
            json!({"invaliduser": "nobody|also"}),
        ),
        (json!({"touser": "@all"}), &["zhangsan", "lisi"], json!({})),
        (
            json!({"touser": "@all", "toparty": "77"}),
            &["zhangsan", "lisi"],
            json!({}),
        ),
        (
            json!({"touser": " zhangsan | lisi |"}),
            &["zhangsan", "lisi"],
            json!({}),
        ),
        (json!({"toparty": "2"}), &["zhangsan"], json!({})),
        (
            json!({"toparty": "1|9|x", "touser": "zhangsan|zhangsan"}),
            &["zhangsan", "lisi"],
            json!({"invalidparty": "9|x"}),
        ),
        (
            json!({"totag": "1 | 8"}),
            &["zhangsan"],
            json!({"invalidtag": "8"}),
        ),
    ] {
        let before = ["zhangsan", "lisi"].map(|id| caller.texts(id).len());
        let mut message = json!({"msgtype": "text", "text": {"content": "x"}});
        for (name, value) in to.as_object().unwrap() {
            message[name] = value.clone();
        }
        let answer = caller.send(&message);
        assert_eq!(answer["errcode"], 0, "{to}: {answer}");
        for name in ["invaliduser", "invalidparty", "invalidtag"] {
            assert_eq!(answer.get(name), invalid.get(name), "{to}: {answer}");
        }
        for (id, before) in ["zhangsan", "lisi"].into_iter().zip(before) {
            let came = caller.texts(id).len() - before;
            assert_eq!(came, usize::from(got.contains(&id)), "{to} to {id}");
        }
        let partly = !invalid.as_object().unwrap().is_empty();
        assert_eq!(caller.last_call()["words"].is_object(), partly, "{to}");
    }
}

#[test]
fn receivers_are_refused() {
    let caller = Caller::new();
    let many = |count: usize| vec!["zhangsan"; count].join("|");
    let ids = |count: usize| vec!["1"; count].join("|");
    for (to, code) in [
        (json!({"touser": ""}), 82001),
        (json!({"touser": "|  | "}), 82001),
        (json!({"touser": "nobody"}), 81013),
        (
            json!({"toparty": "99", "totag": "99", "touser": "x"}),
            81013,
        ),
        (json!({"touser": many(1001)}), 40032),
        (json!({"toparty": ids(101)}), 82002),
        (json!({"totag": ids(101)}), 82003),
        // Lists are texts with bars; another type is as good as nothing.
        (json!({"touser": ["zhangsan"]}), 82001),
        (json!({"touser": {"id": "zhangsan"}}), 82001),
    ] {
        let mut message = json!({"msgtype": "text", "text": {"content": "x"}});
        for (name, value) in to.as_object().unwrap() {
            message[name] = value.clone();
        }
        let answer = caller.send(&message);
        refused(
            &answer,
            code,
            &to.to_string().chars().take(80).collect::<String>(),
        );
        let warned = answer["errmsg"].as_str().unwrap();
        let warned = warned.contains("Warning: wrong json format.");
        assert_eq!(warned, !to["touser"].is_string() && !to["touser"].is_null());
    }
    assert!(caller.texts("zhangsan").is_empty());
    for to in [json!({"touser": many(1000)}), json!({"toparty": ids(100)})] {
        let mut message = json!({"msgtype": "text", "text": {"content": "x"}});
        for (name, value) in to.as_object().unwrap() {
            message[name] = value.clone();
        }
        assert_eq!(caller.send(&message)["errcode"], 0);
    }
}

#[test]
fn the_agent_must_be_the_tokens() {
    let caller = Caller::new();
    let (one, two) = (caller.agent("a"), caller.agent("b"));
    assert_ne!(one, two);
    let send = |agent: Value| {
        let mut message =
            json!({"touser": "zhangsan", "msgtype": "text", "text": {"content": "x"}});
        if !agent.is_null() {
            message["agentid"] = agent;
        }
        caller.post_as("a", "/cgi-bin/message/send", &message)
    };
    refused(&send(Value::Null), 41011, "none");
    refused(&send(json!(two)), 301_002, "the other app's");
    refused(&send(json!(7)), 40056, "nobody's");
    refused(&send(json!([one])), 41011, "a list");
    assert_eq!(send(json!(one))["errcode"], 0);
    assert_eq!(send(json!(one.to_string()))["errcode"], 0, "in quotes");
    let words = caller.sandbox.calls().len();
    assert!(words > 0);
    assert_eq!(
        caller.send_as("b", &json!({"msgtype": "text", "text": {"content": "b"}}))["errcode"],
        0
    );
    assert_eq!(caller.texts("zhangsan"), ["x", "x", "b"]);
}

#[test]
fn a_mistyped_field_is_warned_of() {
    let caller = Caller::new();
    let answer = caller.send(&json!({
        "msgtype": "text", "text": {"content": "x"}, "toparty": [1], "touser": "zhangsan",
    }));
    assert_eq!(answer["errcode"], 0);
    assert_eq!(answer["errmsg"], "ok. Warning: wrong json format. ");
    let words = caller.last_call()["words"]["en"].to_string();
    assert!(words.contains("toparty"), "{words}");
}
