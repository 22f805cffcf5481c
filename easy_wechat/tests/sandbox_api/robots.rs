//! The group robot's webhook.

use serde_json::{Value, json};

use super::caller::{AMR, Caller, PNG, multipart, refused};
use super::support::wire::Request;

/// Its conversation.
const CONVERSATION: &str = "robot:alerts";

struct Robot<'a> {
    caller: &'a Caller,
    key: String,
}

impl<'a> Robot<'a> {
    fn new(caller: &'a Caller) -> Self {
        let url = caller.sandbox.webhook_url();
        let (address, key) = url.split_once("?key=").unwrap();
        assert_eq!(
            address,
            format!("{}/cgi-bin/webhook/send", caller.sandbox.url())
        );
        assert_eq!(caller.sandbox.webhook_url(), url, "the key stays");
        Self {
            caller,
            key: key.to_owned(),
        }
    }

    fn send(&self, message: &Value) -> Value {
        let request = Request::new("POST", "/cgi-bin/webhook/send").with("key", &self.key);
        self.caller.json(&request.with_body(message.to_string()))
    }

    fn upload(&self, kind: &str, bytes: &[u8]) -> Value {
        let request = Request::new("POST", "/cgi-bin/webhook/upload_media")
            .with("key", &self.key)
            .with("type", kind);
        let part = "name=\"media\"; filename=\"报告.txt\"";
        self.caller.json(&multipart(request, part, bytes))
    }
}

fn image(bytes: &[u8], md5: &str) -> Value {
    use base64::Engine as _;
    let base64 = base64::engine::general_purpose::STANDARD.encode(bytes);
    json!({"msgtype": "image", "image": {"base64": base64, "md5": md5}})
}

#[test]
fn no_secret_stands_in_what_a_bug_report_carries() {
    let caller = Caller::new();
    let robot = Robot::new(&caller);
    let text = json!({"msgtype": "text", "text": {"content": "x"}});
    assert_eq!(robot.send(&text)["errcode"], 0);
    robot.upload("file", b"a report");
    let (app, token) = (caller.app("demo"), caller.token("demo"));
    caller.text("x");
    let secret = app.secret.as_ref().unwrap().reveal().to_owned();
    let in_body = json!({"corpid": app.corpid, "corpsecret": secret, "key": robot.key});
    for request in [
        Request::new("POST", "/cgi-bin/gettoken").with_body(in_body.to_string()),
        Request::new("POST", "/cgi-bin/gettoken").with_body(format!("corpsecret={secret}")),
        Request::new("GET", "/cgi-bin/gettoken").with("secrets", &secret),
        Request::new("GET", "/cgi-bin/nothing").with("Key", &robot.key),
        Request::new("POST", "/cgi-bin/webhook/send")
            .with("key", &robot.key)
            .with_body(in_body.to_string()),
    ] {
        caller.json(&request);
    }
    let page = caller.page();
    let mut shown = vec![
        (
            "export",
            caller.of_page("/sandbox/transcript").text().to_owned(),
        ),
        ("conversations", page["conversations"].to_string()),
        ("items", page["items"].to_string()),
        ("calls", page["calls"].to_string()),
        ("debug", format!("{:?}", caller.sandbox)),
    ];
    for call in page["calls"].as_array().unwrap() {
        shown.push(("call", caller.call_details(&call["id"])));
    }
    let keys = [
        &*robot.key,
        &*secret,
        &*token,
        app.token.as_ref().unwrap().reveal(),
        app.encoding_aes_key.as_ref().unwrap().reveal(),
    ];
    for (place, shown) in shown {
        for key in &keys {
            assert!(!shown.contains(*key), "{place}: {key} in {shown}");
        }
    }
    assert!(
        !page.to_string().contains(&robot.key),
        "nowhere in the page"
    );
}

#[test]
fn a_robot_speaks_in_its_group() {
    let caller = Caller::new();
    let robot = Robot::new(&caller);
    let file = robot.upload("file", b"a report");
    assert_eq!(file["errcode"], 0);
    assert!(file["created_at"].is_string());
    let voice = robot.upload("voice", AMR);
    let card = json!({
        "card_type": "text_notice", "main_title": {"title": "t"}, "card_action": {"type": 1, "url": "u"},
    });
    for (kind, content) in [
        (
            "text",
            json!({"content": "天气", "mentioned_list": ["wangqing", "@all"]}),
        ),
        ("markdown", json!({"content": "中".repeat(1365)})),
        ("markdown_v2", json!({"content": "| a | b |"})),
        (
            "news",
            json!({"articles": [{"title": "t", "url": "www.qq.com"}]}),
        ),
        ("file", json!({"media_id": file["media_id"]})),
        ("voice", json!({"media_id": voice["media_id"]})),
        ("template_card", card),
    ] {
        let answer = robot.send(&json!({"msgtype": kind, kind: content}));
        assert_eq!(answer, json!({"errcode": 0, "errmsg": "ok"}), "{kind}");
        let bubbles = caller.bubbles(CONVERSATION);
        let last = bubbles.last().unwrap();
        assert_eq!(last["type"], kind);
        assert_eq!(last["via"], "robot");
        assert_eq!(last["content"], content);
    }
}

#[test]
fn a_picture_comes_within_the_json() {
    let caller = Caller::new();
    let robot = Robot::new(&caller);
    let md5 = "1d1fd1c1ed30d01be1ab10f3ddd70d4b";
    assert_eq!(
        robot.send(&image(PNG, md5))["errcode"],
        301_019,
        "a wrong md5"
    );
    // md5sum of the bytes.
    let md5 = MD5_OF_PNG;
    assert_eq!(robot.send(&image(PNG, md5))["errcode"], 0);
    assert_eq!(robot.send(&image(PNG, &md5.to_uppercase()))["errcode"], 0);
    let bubbles = caller.bubbles(CONVERSATION);
    let id = bubbles[0]["content"]["media_id"].as_str().unwrap();
    let got = caller.of_page(&format!("/sandbox/media/{id}"));
    assert_eq!(got.body, PNG);
    for (message, code) in [
        (
            json!({"msgtype": "image", "image": {"base64": "%", "md5": md5}}),
            40058,
        ),
        (json!({"msgtype": "image", "image": {"md5": md5}}), 40058),
        (image(&vec![0; (2 << 20) + 1], md5), 40009),
    ] {
        refused(&robot.send(&message), code, "a picture");
    }
}

#[test]
fn what_is_wrong_has_its_code() {
    let caller = Caller::new();
    let stranger = Request::new("POST", "/cgi-bin/webhook/send")
        .with_body(json!({"msgtype": "text", "text": {"content": "x"}}).to_string());
    refused(&caller.json(&stranger), 93000, "before there is a robot");
    let robot = Robot::new(&caller);
    refused(&caller.json(&stranger), 93000, "no key");
    refused(
        &caller.json(&stranger.with("key", "no")),
        93000,
        "another key",
    );
    let app_file = caller.media_id("file", "a", b"of the app");
    for (message, code) in [
        (json!({"msgtype": "text", "text": {"content": ""}}), 44004),
        (
            json!({"msgtype": "text", "text": {"content": "x".repeat(2049)}}),
            40058,
        ),
        (
            json!({"msgtype": "markdown", "markdown": {"content": "x".repeat(4097)}}),
            40058,
        ),
        (
            json!({"msgtype": "news", "news": {"articles": vec![json!({"title": "t", "url": "u"}); 9]}}),
            45008,
        ),
        (
            json!({"msgtype": "file", "file": {"media_id": app_file}}),
            40007,
        ),
        (json!({"msgtype": "mpnews"}), 40008),
        (
            json!({"msgtype": "template_card", "template_card": {"card_type": "vote_interaction"}}),
            42031,
        ),
    ] {
        refused(&robot.send(&message), code, &format!("{message:.60}"));
    }
    refused(
        &robot.upload("image", PNG),
        40005,
        "a robot takes files and voices",
    );
    refused(&robot.upload("voice", PNG), 301_017, "no recording");
    let file = robot.upload("file", b"of the robot")["media_id"].clone();
    let sent = caller.send(&json!({"msgtype": "file", "file": {"media_id": file}}));
    refused(&sent, 40007, "a robot's file is its own");
}

#[test]
fn twenty_a_minute() {
    let caller = Caller::new();
    let robot = Robot::new(&caller);
    let text = json!({"msgtype": "text", "text": {"content": "x"}});
    for _ in 0..20 {
        assert_eq!(robot.send(&text)["errcode"], 0);
    }
    refused(&robot.send(&text), 45009, "the 21st");
    caller.advance(61);
    assert_eq!(robot.send(&text)["errcode"], 0);
}

/// Of [`PNG`].
const MD5_OF_PNG: &str = "1c5d8659c820564c738d903055d4440a";
