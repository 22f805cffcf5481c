//! The same again, too often, and taken back: all by the clock.

use serde_json::{Value, json};

use super::caller::{Caller, refused};

fn once(text: &str, interval: Option<u64>) -> Value {
    let mut message = json!({
        "msgtype": "text", "text": {"content": text}, "enable_duplicate_check": 1,
    });
    if let Some(interval) = interval {
        message["duplicate_check_interval"] = json!(interval);
    }
    message
}

#[test]
fn the_same_request_is_delivered_once_in_its_interval() {
    let caller = Caller::new();
    let first = caller.send(&once("a", None));
    let again = caller.send(&once("a", None));
    assert_eq!(again["errcode"], 0);
    assert_eq!(again["msgid"], first["msgid"]);
    assert_eq!(caller.texts("zhangsan"), ["a"]);
    let words = caller.last_call()["words"]["en"].to_string();
    assert!(words.contains("1800 s"), "{words}");

    caller.send(&once("b", None));
    caller.send(&json!({"msgtype": "text", "text": {"content": "a"}}));
    caller.send_as("other", &once("a", None));
    assert_eq!(caller.texts("zhangsan"), ["a", "b", "a", "a"]);

    caller.advance(1799);
    caller.send(&once("a", None));
    assert_eq!(caller.texts("zhangsan").len(), 4);
    caller.advance(2);
    caller.send(&once("a", None));
    assert_eq!(caller.texts("zhangsan").len(), 5);

    caller.send(&once("c", Some(10)));
    caller.advance(11);
    caller.send(&once("c", Some(10)));
    assert_eq!(caller.texts("zhangsan").len(), 7);
    // Four hours are the most.
    caller.send(&once("d", Some(1_000_000)));
    caller.advance(4 * 3600 - 1);
    caller.send(&once("d", Some(1_000_000)));
    assert_eq!(caller.texts("zhangsan").len(), 8);
    caller.advance(2);
    caller.send(&once("d", Some(1_000_000)));
    assert_eq!(caller.texts("zhangsan").len(), 9);
}

#[test]
fn order_and_blanks_make_no_other_request() {
    let caller = Caller::new();
    let agent = caller.agent("demo");
    for body in [
        format!(
            r#"{{"touser":"zhangsan","agentid":{agent},"msgtype":"text","text":{{"content":"x"}},"enable_duplicate_check":1}}"#
        ),
        format!(
            r#"{{ "enable_duplicate_check": 1, "text": {{"content": "x"}}, "msgtype": "text", "agentid": {agent}, "touser": "zhangsan" }}"#
        ),
    ] {
        let request = caller.request("POST", "/cgi-bin/message/send", &[]);
        assert_eq!(caller.json(&request.with_body(body))["errcode"], 0);
    }
    assert_eq!(caller.texts("zhangsan"), ["x"]);
}

#[test]
fn a_refused_request_does_not_count_as_sent() {
    let caller = Caller::new();
    let mut nobody = once("x", None);
    nobody["touser"] = json!("nobody");
    refused(&caller.send(&nobody), 81013, "nobody");
    refused(&caller.send(&nobody), 81013, "still nobody");
}

#[test]
fn the_thirty_first_message_in_a_minute_is_dropped_silently() {
    let caller = Caller::new();
    for n in 0..31 {
        assert_eq!(caller.text(&n.to_string())["errcode"], 0);
    }
    assert_eq!(caller.texts("zhangsan").len(), 30);
    let bubbles = caller.bubbles("zhangsan");
    assert_eq!(bubbles.len(), 31);
    assert_eq!(bubbles[30]["hidden"], true);
    assert!(bubbles[30]["note"]["en"].is_string());
    assert!(caller.last_call()["words"]["zh"].is_string());

    // To another member, and from another app, all is well.
    let all =
        caller.send(&json!({"touser": "@all", "msgtype": "text", "text": {"content": "all"}}));
    assert_eq!(all["errcode"], 0);
    assert_eq!(caller.texts("lisi"), ["all"]);
    caller.send_as(
        "other",
        &json!({"msgtype": "text", "text": {"content": "other"}}),
    );
    assert_eq!(caller.texts("zhangsan").len(), 31);

    caller.advance(61);
    caller.text("later");
    assert_eq!(caller.texts("zhangsan").last().unwrap(), "later");
}

#[test]
fn a_thousand_an_hour_is_the_other_limit() {
    let caller = Caller::new();
    let token = caller.token("demo");
    let message = json!({
        "touser": "zhangsan", "agentid": caller.agent("demo"), "msgtype": "text", "text": {"content": "x"},
    });
    let request = super::support::wire::Request::new("POST", "/cgi-bin/message/send")
        .with("access_token", &token)
        .with_body(message.to_string());
    let mut client = super::support::wire::Client::connect(caller.sandbox.addr());
    for n in 1..=1002 {
        if n % 30 == 0 {
            caller.advance(61);
        }
        assert_eq!(client.send(&request).status, 200);
    }
    assert_eq!(caller.texts("zhangsan").len(), 1000);
    caller.advance(3600);
    client.send(&request);
    assert_eq!(caller.texts("zhangsan").len(), 1001);
}

#[test]
fn a_message_is_recalled_by_its_app_within_a_day() {
    let caller = Caller::new();
    let all = json!({"touser": "@all", "msgtype": "text", "text": {"content": "oops"}});
    let sent = caller.send(&all);
    let recall = |app: &str, msgid: &Value| {
        caller.post_as(app, "/cgi-bin/message/recall", &json!({"msgid": msgid}))
    };
    refused(&recall("demo", &json!("unknown")), 40058, "unknown");
    refused(&recall("demo", &json!("")), 40058, "empty");
    refused(&recall("demo", &json!(7)), 40058, "a number");
    refused(&recall("other", &sent["msgid"]), 40058, "another app");
    assert_eq!(caller.texts("lisi"), ["oops"]);
    assert_eq!(
        recall("demo", &sent["msgid"]),
        json!({"errcode": 0, "errmsg": "ok"})
    );
    for member in ["zhangsan", "lisi"] {
        assert!(caller.texts(member).is_empty());
        assert_eq!(caller.bubbles(member)[0]["recalled"], true);
    }
    let old = caller.send(&all);
    caller.advance(24 * 3600 + 1);
    refused(&recall("demo", &old["msgid"]), 40058, "a day later");
    assert_eq!(caller.texts("lisi"), ["oops"]);
}

#[test]
fn messages_are_counted_by_day() {
    let caller = Caller::new();
    caller.text("one");
    caller.text("two");
    let count = |time_type: i64| {
        let body = json!({"time_type": time_type});
        caller.post("/cgi-bin/message/get_statistics", &body)
    };
    let today = count(0);
    assert_eq!(today["statistics"][0]["count"], 2, "{today}");
    assert_eq!(today["statistics"][0]["agentid"], caller.agent("demo"));
    caller.advance(24 * 3600);
    assert_eq!(count(0)["statistics"], json!([]));
    assert_eq!(count(1)["statistics"][0]["count"], 2);
    refused(&count(2), 40058, "another day");
}
