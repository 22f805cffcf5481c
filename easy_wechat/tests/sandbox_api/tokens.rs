//! `gettoken`, and how every call says who calls.

use std::time::Duration;

use serde_json::{Value, json};

use super::caller::{Caller, refused};
use super::support::wire::Request;

#[test]
fn a_token_is_the_same_until_it_expires() {
    let caller = Caller::new();
    let app = caller.app("demo");
    let request = Request::new("GET", "/cgi-bin/gettoken")
        .with("corpid", &app.corpid)
        .with("corpsecret", app.secret.as_ref().unwrap().reveal());
    let first = caller.json(&request);
    assert_eq!(first["errcode"], 0);
    assert_eq!(first["errmsg"], "ok");
    assert_eq!(first["expires_in"], 7200);
    assert!(first["access_token"].as_str().unwrap().len() <= 512);

    caller.advance(1200);
    let later = caller.json(&request);
    assert_eq!(later["access_token"], first["access_token"]);
    assert!((5990..=6000).contains(&later["expires_in"].as_i64().unwrap()));

    caller.advance(6001);
    let old = Request::new("GET", "/cgi-bin/tag/list")
        .with("access_token", first["access_token"].as_str().unwrap());
    refused(&caller.json(&old), 42001, "two hours later");
    let new = caller.json(&request);
    assert_ne!(new["access_token"], first["access_token"]);
    assert_eq!(new["expires_in"], 7200);
}

#[test]
fn gettoken_says_what_is_wrong() {
    let caller = Caller::new();
    let app = caller.app("demo");
    let other = caller.app("other");
    let (corpid, secret) = (app.corpid, app.secret.unwrap());
    let good = Request::new("GET", "/cgi-bin/gettoken")
        .with("corpid", &corpid)
        .with("corpsecret", secret.reveal());
    for (request, code) in [
        (good.clone().without("corpid"), 41002),
        (good.clone().with("corpid", ""), 41002),
        (good.clone().without("corpsecret"), 41004),
        (good.clone().with("corpid", "ww0000000000000000"), 40013),
        (good.clone().with("corpsecret", "wrong"), 40001),
        (good.clone().with("corpid", "中\0文"), 40013),
        (good.clone().by("PUT"), 43001),
    ] {
        refused(&caller.json(&request), code, &format!("{request:?}"));
    }
    let of_other = good.with("corpsecret", other.secret.unwrap().reveal());
    assert_eq!(caller.json(&of_other)["errcode"], 0);
    assert_ne!(caller.token("demo"), caller.token("other"));
}

/// As Grafana, qinglong's sample, and the scripts that are copied most ask for it.
#[test]
fn a_token_may_be_asked_for_by_post() {
    let caller = Caller::new();
    let app = caller.app("demo");
    let (corpid, secret) = (&app.corpid, app.secret.as_ref().unwrap().reveal());
    let path = "/cgi-bin/gettoken";
    let json = json!({"corpid": corpid, "corpsecret": secret}).to_string();
    let form = format!("corpid={corpid}&corpsecret={secret}");
    let in_query = Request::new("POST", path)
        .with("corpid", corpid)
        .with("corpsecret", secret);
    let token = caller.token("demo");
    for request in [
        in_query.clone(),
        in_query.clone().with_body("{}"),
        in_query.with_body(json.clone()),
        Request::new("POST", path).with_body(json.clone()),
        Request::new("POST", path).with_body(form),
        Request::new("POST", path)
            .with("corpid", corpid)
            .with_body(json.clone()),
    ] {
        let answer = caller.json(&request);
        assert_eq!(
            answer["access_token"],
            token.as_str(),
            "{request:?}: {answer}"
        );
        assert!(caller.last_call()["words"].is_object(), "a remark");
        let shown = caller.call_details(&caller.last_call()["id"]);
        assert!(!shown.contains(secret), "{shown}");
    }
    for (body, code) in [
        ("", 41002),
        ("not json", 41002),
        (r#"{"corpid":1}"#, 41002),
        (r#"{"corpid":"ww1"}"#, 41004),
        (r#"{"corpid":"ww1","corpsecret":"x"}"#, 40013),
    ] {
        let request = Request::new("POST", path).with_body(body);
        refused(&caller.json(&request), code, body);
    }
}

#[test]
fn every_call_needs_a_good_token() {
    let caller = Caller::new();
    let call = |token: &str| {
        let request = Request::new("GET", "/cgi-bin/tag/list");
        caller.json(&request.with("access_token", token))
    };
    let without = Request::new("GET", "/cgi-bin/tag/list");
    refused(&caller.json(&without), 41001, "no token");
    refused(&call(""), 41001, "an empty token");
    refused(&call("made-up"), 40014, "an unknown token");
    let in_the_body = Request::new("POST", "/cgi-bin/message/send")
        .with_body(json!({"access_token": caller.token("demo")}).to_string());
    refused(&caller.json(&in_the_body), 41001, "a token in the body");

    let token = caller.token("demo");
    assert_eq!(call(&token)["errcode"], 0);
    caller.sandbox.faults().expire_tokens();
    refused(&call(&token), 42001, "expired");
    let token = caller.token("demo");
    assert_eq!(call(&token)["errcode"], 0);
    caller.sandbox.faults().revoke_tokens();
    refused(&call(&token), 40014, "revoked");
    caller
        .sandbox
        .faults()
        .token_lifetime(Duration::from_mins(1));
    let token = caller.token("demo");
    caller.advance(59);
    assert_eq!(call(&token)["errcode"], 0);
    caller.advance(2);
    refused(&call(&token), 42001, "after a minute");
}

#[test]
fn addresses_and_methods_that_are_none_are_recorded_too() {
    let caller = Caller::new();
    for (method, path, code) in [
        ("GET", "/cgi-bin/nothing", 40066),
        ("POST", "/cgi-bin/message", 40066),
        ("GET", "/cgi-bin/", 40066),
        ("GET", "/cgi-bin/token", 40066),
        ("GET", "/cgi-bin/message/send", 40058),
        ("DELETE", "/cgi-bin/message/send", 43002),
        ("POST", "/cgi-bin/tag/list", 43001),
    ] {
        let request = caller.request(method, path, &[]);
        refused(&caller.json(&request), code, path);
        let call = caller.last_call();
        assert_eq!(call["path"], path);
        assert_eq!(call["method"], method);
        assert_eq!(call["errcode"], code);
        for language in ["en", "zh"] {
            let words = call["words"][language].as_str().unwrap();
            assert!(words.starts_with(&code.to_string()), "{words}");
        }
    }
    let calls = caller.sandbox.calls();
    assert_eq!(calls.last().unwrap().errcode, 43001);
    assert_eq!(calls.last().unwrap().path, "/cgi-bin/tag/list");
}

#[test]
fn a_call_is_recorded_as_it_came() {
    let caller = Caller::new();
    caller.text("你好");
    let calls = caller.sandbox.calls();
    let call = calls.last().unwrap();
    assert_eq!(call.method, "POST");
    assert_eq!((call.errcode, call.errmsg.as_str()), (0, "ok"));
    assert_eq!(call.request["text"]["content"], "你好");
    let shown = caller.last_call();
    assert_eq!(shown["conversation"], "zhangsan");
    assert_eq!(shown["words"], Value::Null);
    assert_eq!(caller.bubbles("zhangsan")[0]["call"], shown["id"]);
}

/// Wherever GET is taken, and only there: RFC 9110, section 9.1.
#[test]
fn head_is_answered_wherever_get_is() {
    let caller = Caller::new();
    let app = caller.app("demo");
    let gettoken = |method| {
        Request::new(method, "/cgi-bin/gettoken")
            .with("corpid", &app.corpid)
            .with("corpsecret", app.secret.as_ref().unwrap().reveal())
    };
    for (name, get, head) in [
        ("gettoken", gettoken("GET"), gettoken("HEAD")),
        (
            "tag/list",
            caller.request("GET", "/cgi-bin/tag/list", &[]),
            caller.request("HEAD", "/cgi-bin/tag/list", &[]),
        ),
        (
            "media/get",
            caller.request("GET", "/cgi-bin/media/get", &[("media_id", "none")]),
            caller.request("HEAD", "/cgi-bin/media/get", &[("media_id", "none")]),
        ),
    ] {
        let (get, head) = (caller.call(&get), caller.call(&head));
        assert_eq!(head.status, get.status, "{name}");
        assert_eq!(
            head.header("error-code"),
            get.header("error-code"),
            "{name}"
        );
        assert_eq!(
            head.header("content-type"),
            get.header("content-type"),
            "{name}"
        );
        assert!(head.body.is_empty() && !get.body.is_empty(), "{name}");
    }
    let head = caller.request("HEAD", "/cgi-bin/message/send", &[]);
    assert_ne!(caller.call(&head).header("error-code"), Some("0"));
}

/// As PowerShell writes it.
#[test]
fn json_behind_a_byte_order_mark_is_taken_with_a_remark() {
    let caller = Caller::new();
    let message = json!({
        "touser": "zhangsan", "agentid": caller.agent("demo"), "msgtype": "text", "text": {"content": "a"},
    });
    for (body, remark) in [
        (message.to_string(), false),
        (format!("\u{FEFF}{message}"), true),
    ] {
        let request = caller
            .request("POST", "/cgi-bin/message/send", &[])
            .with_body(body);
        assert_eq!(caller.json(&request)["errcode"], 0);
        let words = caller.last_call()["words"]["en"].to_string();
        assert_eq!(words.contains("byte order mark"), remark, "{words}");
    }
}
