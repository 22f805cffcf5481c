//! What no good client sends.

use serde_json::{Value, json};

use super::caller::{Caller, refused};
use super::support::wire::{Client, Request};

#[test]
fn bodies_that_are_no_json() {
    let caller = Caller::new();
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let deep_object = format!("{}1{}", "{\"text\":".repeat(5000), "}".repeat(5000));
    for body in [
        &b""[..],
        b"{",
        b"nonsense",
        b"[]",
        b"null",
        b"\"text\"",
        b"{\"touser\":\"zhangsan\",}",
        b"{'touser':'zhangsan'}",
        b"\xef\xbb\xbf",
        b"\xef\xbb\xbf\xef\xbb\xbf{\"touser\":\"zhangsan\"}",
        b"{\"touser\":\"\xff\xfe\"}",
        b"\0\0\0\0",
        b"{\"touser\":\"a\0b\"}",
        b"{\"touser\":\"\\ud800\"}",
        b"touser=zhangsan&msgtype=text",
        deep.as_bytes(),
        deep_object.as_bytes(),
    ] {
        let request = caller.request("POST", "/cgi-bin/message/send", &[]);
        let answer = caller.json(&request.with_body(body));
        let context = String::from_utf8_lossy(body.get(..40).unwrap_or(body)).into_owned();
        refused(&answer, 40058, &context);
        let errmsg = answer["errmsg"].as_str().unwrap();
        assert!(
            errmsg.contains("Warning: wrong json format. "),
            "{context}: {errmsg}"
        );
    }
    assert_eq!(caller.text("all is well")["errcode"], 0);
}

#[test]
fn json_of_the_wrong_shape() {
    let caller = Caller::new();
    let text = json!({"content": "x"});
    for (message, code) in [
        (json!({"msgtype": 7, "text": text}), 40008),
        (json!({"msgtype": ["text"], "text": text}), 40008),
        (json!({"msgtype": "text", "text": [text]}), 44004),
        (
            json!({"msgtype": "text", "text": {"content": {"content": "x"}}}),
            44004,
        ),
        (json!({"msgtype": "text", "text": {"content": 5}}), 44004),
        (
            json!({"msgtype": "news", "news": {"articles": {"title": "t"}}}),
            40063,
        ),
        (
            json!({"msgtype": "news", "news": {"articles": [[[[]]]]}}),
            41016,
        ),
        (
            json!({"msgtype": "template_card", "template_card": {"card_type": {}}}),
            42031,
        ),
        (
            json!({"msgtype": "text", "text": text, "agentid": 1_000_002.5}),
            41011,
        ),
        (
            json!({"msgtype": "text", "text": text, "agentid": 1e300}),
            41011,
        ),
        (json!({"msgtype": "\0", "text": text}), 40008),
        (json!({"msgtype": "x".repeat(100_000)}), 40008),
        (
            json!({"msgtype": "text", "text": text, "touser": "\0|\u{202e}|../../x"}),
            81013,
        ),
    ] {
        refused(&caller.send(&message), code, &format!("{message:.80}"));
    }
    let exotic = "\0\u{1}\u{202e}<script>alert(1)</script>";
    assert_eq!(caller.text(exotic)["errcode"], 0);
    assert_eq!(caller.texts("zhangsan"), [exotic]);
}

#[test]
fn ten_megabytes_are_answered_and_not_kept() {
    let caller = Caller::new();
    let message = json!({"msgtype": "text", "text": {"content": "x".repeat(10 << 20)}});
    let request = caller.request("POST", "/cgi-bin/message/send", &[]);
    let request = request.with_body(message.to_string());
    let answer = caller.json(&request);
    refused(&answer, 45002, "10 MB");
    let chunked = {
        let mut client = Client::connect(caller.sandbox.addr());
        client.write(&request.chunked()).unwrap();
        client.read().unwrap()
    };
    let answer: Value = serde_json::from_slice(&chunked.body).unwrap();
    refused(&answer, 45002, "10 MB in chunks");

    // What fits is recorded in part.
    caller.text(&"x".repeat(500_000));
    let calls = caller.sandbox.calls();
    assert_eq!(calls.last().unwrap().request, Value::Null);
    assert_eq!(calls.last().unwrap().errcode, 0);
}

#[test]
fn an_endless_body_is_cut_off() {
    let caller = Caller::new();
    let request = caller.request("POST", "/cgi-bin/message/send", &[]);
    let mut client = Client::connect(caller.sandbox.addr());
    let head = format!("{}Transfer-Encoding: chunked\r\n\r\n", request.head());
    client.write(head.as_bytes()).unwrap();
    let chunk = [b"100000\r\n".as_slice(), &vec![b'x'; 1 << 20], b"\r\n"].concat();
    let written = (0..400)
        .take_while(|_| client.write(&chunk).is_ok())
        .count();
    assert!(written < 400, "someone reads for ever");
    assert_eq!(caller.text("all is well")["errcode"], 0);
}

#[test]
fn broken_multipart() {
    let caller = Caller::new();
    let part = "--B\r\nContent-Disposition: form-data; name=\"media\"; filename=\"a\"\r\n\r\nsome text\r\n";
    for (content_type, body, code) in [
        (
            "multipart/form-data; boundary=B",
            format!("{part}--B--\r\n"),
            0,
        ),
        ("multipart/form-data; boundary=B", format!("{part}--B--"), 0),
        ("multipart/form-data", format!("{part}--B--\r\n"), 41005),
        (
            "multipart/form-data; boundary=",
            format!("{part}--B--\r\n"),
            41005,
        ),
        (
            "multipart/form-data; boundary=C",
            format!("{part}--B--\r\n"),
            41005,
        ),
        ("application/json", "{}".to_owned(), 41005),
        ("multipart/form-data; boundary=B", String::new(), 41005),
        (
            "multipart/form-data; boundary=B",
            "--B--\r\n".to_owned(),
            44001,
        ),
        (
            "multipart/form-data; boundary=B",
            "--B\r\n\r\nsome text\r\n--B--".to_owned(),
            41005,
        ),
        (
            "multipart/form-data; boundary=B",
            part.replace("form-data", "inline"),
            41005,
        ),
        // The file breaks off.
        (
            "multipart/form-data; boundary=B",
            part.trim_end().to_owned(),
            41005,
        ),
        (
            "multipart/form-data; boundary=B",
            format!(
                "{}--B--\r\n",
                part.replace("; filename=\"a\"", "").repeat(100)
            ),
            44001,
        ),
        (
            "multipart/form-data; boundary=B",
            format!(
                "--B\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n",
                "x".repeat(200_000)
            ),
            41005,
        ),
        (
            "multipart/form-data; boundary=B",
            format!("{}{part}--B--\r\n", part.replace("media", "before")),
            0,
        ),
    ] {
        let mut request = caller.request("POST", "/cgi-bin/media/upload", &[("type", "file")]);
        let header = ("Content-Type".to_owned(), content_type.to_owned());
        request.headers.push(header);
        let answer = caller.json(&request.with_body(body.clone()));
        assert_eq!(
            answer["errcode"], code,
            "{content_type} {body:.80}: {answer}"
        );
    }
}

#[test]
fn queries_of_all_sorts() {
    let caller = Caller::new();
    let token = caller.token("demo");
    for (query, code) in [
        (format!("access_token={token}"), 0),
        (format!("&&=&x&access_token={token}&access_token=no"), 0),
        (format!("access_token=no&access_token={token}"), 40014),
        ("access_token=%ff%fe".to_owned(), 41001),
        ("access_token=%00".to_owned(), 40014),
        ("access_token=%".to_owned(), 40014),
        (
            format!("x={}&access_token={token}", "y".repeat(9000)),
            40058,
        ),
    ] {
        let mut client = Client::connect(caller.sandbox.addr());
        let head = format!("GET /cgi-bin/tag/list?{query} HTTP/1.1\r\nHost: a.test\r\n\r\n");
        client.write(head.as_bytes()).unwrap();
        let answer: Value = serde_json::from_slice(&client.read().unwrap().body).unwrap();
        assert_eq!(answer["errcode"], code, "{query:.60}: {answer}");
    }
    let long = format!("/cgi-bin/{}", "x".repeat(20_000));
    refused(
        &caller.json(&Request::new("GET", &long)),
        40066,
        "a long path",
    );
    assert!(caller.last_call()["path"].as_str().unwrap().len() < 10_000);
}
