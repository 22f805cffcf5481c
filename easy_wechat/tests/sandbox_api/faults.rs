//! Injected faults, as a client meets them.

use std::io;
use std::time::{Duration, Instant};

use easy_wechat::sandbox::{Fault, HangUp, Injection};
use serde_json::json;

use super::caller::{Caller, PNG, refused};
use super::support::wire::{Client, Request};

fn text(caller: &Caller) -> Request {
    let message = json!({
        "touser": "zhangsan", "agentid": caller.agent("demo"), "msgtype": "text", "text": {"content": "x"},
    });
    let request = caller.request("POST", "/cgi-bin/message/send", &[]);
    request.with_body(message.to_string())
}

#[test]
fn a_code_strikes_its_path_as_often_as_it_should() {
    let caller = Caller::new();
    let request = text(&caller);
    let busy = Injection::new(Fault::Errcode { errcode: 45009 });
    let busy = busy.path("/cgi-bin/message/send").times(2);
    caller.strike(busy);
    for _ in 0..2 {
        assert_eq!(caller.get("/cgi-bin/tag/list", &[])["errcode"], 0);
        refused(&caller.json(&request), 45009, "busy");
        let call = caller.last_call();
        assert_eq!(call["fault"], "errcode");
        assert_eq!(call["errcode"], 45009);
        assert!(call["words"]["en"].is_string());
    }
    assert!(caller.texts("zhangsan").is_empty());
    assert_eq!(caller.json(&request)["errcode"], 0);
    assert_eq!(caller.texts("zhangsan"), ["x"]);

    for (code, says) in [
        (-1, "system error"),
        (42001, "access_token expired"),
        (99999, "unknown error"),
    ] {
        let fault = Injection::new(Fault::Errcode { errcode: code }).times(1);
        caller.strike(fault);
        let answer = caller.json(&request);
        refused(&answer, code, says);
        assert!(
            answer["errmsg"].as_str().unwrap().starts_with(says),
            "{answer}"
        );
    }
    let none = Injection::new(Fault::Errcode { errcode: 0 }).times(1);
    caller.strike(none);
    assert_eq!(caller.json(&request), json!({"errcode": 0, "errmsg": "ok"}));
    assert_eq!(caller.texts("zhangsan"), ["x"], "a lie: nothing was sent");
}

#[test]
fn an_address_that_is_not_trusted_is_named() {
    let caller = Caller::new();
    let request = text(&caller);
    let ip = "203.0.113.7".to_owned();
    caller.strike(Fault::UntrustedIp { ip });
    let answer = caller.json(&request);
    refused(&answer, 60020, "an address");
    let errmsg = answer["errmsg"].as_str().unwrap();
    let (begin, rest) = errmsg.split_once(", hint: [").unwrap();
    assert_eq!(begin, "not allow to access from your ip");
    assert!(
        rest.contains("], from ip: 203.0.113.7, more info at https://"),
        "{errmsg}"
    );
    assert_eq!(caller.sandbox.faults().hits(), 1);
    caller.sandbox.faults().clear();
    assert_eq!(caller.json(&request)["errcode"], 0);
}

#[test]
fn a_late_answer_is_to_something_that_was_done() {
    let caller = Caller::new();
    let request = text(&caller);
    let late = Injection::new(Fault::Delay { millis: 300 }).times(1);
    caller.strike(late);
    let began = Instant::now();
    assert_eq!(caller.json(&request)["errcode"], 0);
    assert!(began.elapsed() >= Duration::from_millis(300));
    let call = caller.last_call();
    assert_eq!(call["fault"], "delay");
    assert!(call["took_ms"].as_u64().unwrap() >= 300);

    // Who does not wait has sent it all the same.
    caller.strike(Fault::Delay { millis: 60_000 });
    let mut client = Client::connect(caller.sandbox.addr());
    client.write(&request.bytes()).unwrap();
    super::support::eventually("it was sent", || {
        (caller.texts("zhangsan").len() == 2).then_some(())
    });
}

#[test]
fn a_connection_ends_before_anything_is_done() {
    let caller = Caller::new();
    let request = text(&caller);
    let before = Fault::HangUp {
        when: HangUp::Before,
    };
    caller.strike(Injection::new(before).times(1));
    let mut client = Client::connect(caller.sandbox.addr());
    client.write(&request.bytes()).unwrap();
    assert!(ended(client.read_some()), "not a byte comes");
    assert!(caller.texts("zhangsan").is_empty());
    let call = caller.last_call();
    assert_eq!(call["fault"], "hang_up");
    assert_eq!(call["status"], 0);
    assert_eq!(caller.json(&request)["errcode"], 0);
}

#[test]
fn a_connection_ends_in_the_middle_of_the_answer() {
    let caller = Caller::new();
    let media_id = caller.media_id("image", "a.png", &PNG.repeat(50_000));
    let file = caller.request("GET", "/cgi-bin/media/get", &[("media_id", &media_id)]);
    for (request, least) in [(text(&caller), 20), (file, 400_000)] {
        let middle = Fault::HangUp {
            when: HangUp::Middle,
        };
        caller.strike(Injection::new(middle).times(1));
        let mut client = Client::connect(caller.sandbox.addr());
        client.write(&request.bytes()).unwrap();
        let mut got = 0;
        let end = loop {
            match client.read_some() {
                Ok(0) => break Ok(0),
                Ok(more) => got += more,
                Err(error) => break Err(error),
            }
        };
        assert!(ended(end));
        let error = client.read().expect_err("the answer is not whole");
        assert!(got > least, "{got}: {error}");
        assert_eq!(caller.last_call()["fault"], "hang_up");
    }
    assert_eq!(caller.texts("zhangsan"), ["x"], "it was sent");
}

#[test]
fn a_gateway_answers_with_a_page() {
    let caller = Caller::new();
    let request = text(&caller);
    caller.strike(Injection::new(Fault::BadGateway).times(1));
    let answer = caller.call(&request);
    assert_eq!(answer.status, 502);
    assert_eq!(answer.header("content-type"), Some("text/html"));
    assert!(answer.text().contains("<h1>502 Bad Gateway</h1>"));
    assert!(caller.texts("zhangsan").is_empty());
    assert_eq!(caller.last_call()["status"], 502);
}

#[test]
fn a_delay_may_come_with_another_fault() {
    let caller = Caller::new();
    let request = text(&caller);
    caller.strike(Fault::Delay { millis: 200 });
    caller.strike(Fault::Errcode { errcode: -1 });
    let began = Instant::now();
    refused(&caller.json(&request), -1, "busy and slow");
    assert!(began.elapsed() >= Duration::from_millis(200));
    assert_eq!(caller.last_call()["fault"], "errcode");
}

/// The other side is gone: politely or not.
fn ended(read: io::Result<usize>) -> bool {
    match read {
        Ok(bytes) => bytes == 0,
        Err(error) => error.kind() == io::ErrorKind::ConnectionReset,
    }
}
