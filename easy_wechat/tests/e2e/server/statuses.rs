//! Good and bad requests, and the statuses that they get.

use easy_wechat::{Clock, Timestamp};

use crate::support::{AT, Answer, CORPID, KEY, Platform, Request, Server, TOKEN, demo, text};

#[test]
fn a_post_gets_its_reply_or_400_with_an_empty_body() {
    let server = echo();
    let platform = Platform::wecom();
    let hello = || platform.post(&text("zhangsan", 1, "hello"));
    let signed_at = |seconds| {
        Platform::wecom()
            .at(seconds)
            .post(&text("zhangsan", 2, "hi"))
    };
    let sealed = platform.encrypt(&text("zhangsan", 3, "hello"));
    let with_time = |timestamp: &str| {
        let request = platform.signed("POST", timestamp, &sealed);
        request.with_body(platform.post_sealed(&sealed).body)
    };
    let other_token = Platform::new("another", KEY, CORPID);
    let other_key = Platform::new(TOKEN, &KEY.replace('M', "N"), CORPID);
    let other_receiver = Platform::new(TOKEN, KEY, "wx0000000000000000");
    let cases = [
        ("a good one", 200, hello()),
        (
            "parameters of one's own",
            200,
            hello().with("source", "nginx"),
        ),
        ("an upper-case signature", 400, upper(hello())),
        (
            "a signature too short",
            400,
            hello().with("msg_signature", "5c45ff5e"),
        ),
        ("an empty signature", 400, hello().with("msg_signature", "")),
        (
            "another signature",
            400,
            hello().with("msg_signature", &"a".repeat(40)),
        ),
        (
            "a signature of another script",
            400,
            hello().with("msg_signature", "签名"),
        ),
        ("another nonce", 400, hello().with("nonce", "1")),
        (
            "another timestamp",
            400,
            hello().with("timestamp", "1450092659"),
        ),
        ("no signature", 400, hello().without("msg_signature")),
        ("no timestamp", 400, hello().without("timestamp")),
        ("no nonce", 400, hello().without("nonce")),
        ("two signatures", 400, hello().twice("msg_signature")),
        ("two timestamps", 400, hello().twice("timestamp")),
        ("two nonces", 400, hello().twice("nonce")),
        (
            "a query of 10 KB",
            400,
            hello().with("source", &"a".repeat(10_000)),
        ),
        ("another token", 400, other_token.post("<xml/>")),
        ("another key", 400, other_key.post("<xml/>")),
        ("another receiver", 400, other_receiver.post("<xml/>")),
        ("no body", 400, hello().with_body("")),
        (
            "another body",
            400,
            hello().with_body(platform.post("<xml/>").body),
        ),
        ("not base64", 400, platform.post_sealed("!!!!")),
        ("base64 of nothing", 400, platform.post_sealed("====")),
        ("an empty ciphertext", 400, platform.post_sealed("")),
        (
            "one block",
            400,
            platform.post_sealed("AAAAAAAAAAAAAAAAAAAAAA=="),
        ),
        (
            "a base64 character cut off",
            400,
            platform.post_sealed(cut(&sealed, 1)),
        ),
        (
            "a block cut through",
            400,
            platform.post_sealed(cut(&sealed, 4)),
        ),
        (
            "whole blocks cut off",
            400,
            platform.post_sealed(cut(&sealed, 64)),
        ),
        ("as old as may be", 200, signed_at(AT - 600)),
        ("too old by a second", 400, signed_at(AT - 601)),
        ("as early as may be", 200, signed_at(AT + 600)),
        ("too early by a second", 400, signed_at(AT + 601)),
        ("from the beginning of time", 400, signed_at(i64::MIN)),
        ("from its end", 400, signed_at(i64::MAX)),
        (
            "a timestamp beyond numbers",
            400,
            with_time("99999999999999999999"),
        ),
        ("a timestamp in words", 400, with_time("now")),
        ("a timestamp of nothing", 400, with_time("")),
    ];
    for (what, status, request) in cases {
        let answer = server.call(&request);
        assert_eq!(answer.status, status, "{what}");
        match status {
            200 => assert!(!answer.body.is_empty(), "{what}"),
            _ => assert_eq!(answer.text(), "", "{what}"),
        }
    }
}

#[test]
fn a_get_gets_its_echo_or_403_or_400() {
    let server = echo();
    let platform = Platform::wecom();
    let good = || platform.get("1616140317555161061");
    let answer = server.call(&good());
    assert_eq!((answer.status, answer.text()), (200, "1616140317555161061"));
    let kind = answer.header("content-type").unwrap_or_default();
    assert!(kind.starts_with("text/plain"), "{kind}");
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));

    let other = |token: &str, key: &str, id: &str| Platform::new(token, key, id).get("1");
    let cases = [
        (
            "another signature",
            403,
            good().with("msg_signature", &"a".repeat(40)),
        ),
        ("an empty signature", 403, good().with("msg_signature", "")),
        ("an upper-case signature", 403, upper(good())),
        ("another nonce", 403, good().with("nonce", "1")),
        ("another echostr", 403, good().with("echostr", "AAAA")),
        ("another token", 403, other("another", KEY, CORPID)),
        (
            "another key",
            400,
            other(TOKEN, &KEY.replace('M', "N"), CORPID),
        ),
        (
            "another receiver",
            400,
            other(TOKEN, KEY, "wx0000000000000000"),
        ),
        ("no signature", 400, good().without("msg_signature")),
        ("no timestamp", 400, good().without("timestamp")),
        ("no nonce", 400, good().without("nonce")),
        ("no echostr", 400, good().without("echostr")),
        ("nothing at all", 400, Request::new("GET", "/weixin")),
        ("two signatures", 400, good().twice("msg_signature")),
        ("two timestamps", 400, good().twice("timestamp")),
        ("two nonces", 400, good().twice("nonce")),
        ("two echostrs", 400, good().twice("echostr")),
        ("not base64", 400, platform.get_sealed("!!!!")),
        ("an empty echostr", 400, platform.get_sealed("")),
    ];
    for (what, status, request) in cases {
        let answer = server.call(&request);
        assert_eq!((answer.status, answer.text()), (status, ""), "{what}");
    }
}

/// Proxies leave it unencoded, or decode it as a form.
#[test]
fn a_plus_in_the_echostr_survives_what_proxies_do_to_it() {
    let server = echo();
    let platform = Platform::wecom();
    let request = (0..100)
        .map(|number| platform.get(&number.to_string()))
        .find(|request| {
            request
                .get("echostr")
                .is_some_and(|echo| echo.contains('+'))
        })
        .expect("some ciphertext has a plus");
    let good = String::from_utf8(request.bytes()).expect("no body");
    for written in ["+", "%20", "%2B"] {
        let answer = raw(&server, &good.replace("%2B", written));
        assert_eq!(answer.status, 200, "{written}");
    }
}

#[test]
fn other_methods_get_405_and_are_told_which_there_are() {
    let server = echo();
    let request = Platform::wecom().post(&text("zhangsan", 1, "hello"));
    for method in ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "PROPFIND"] {
        let answer = server.call(&request.clone().by(method));
        assert_eq!(answer.status, 405, "{method}");
        assert_eq!(answer.header("allow"), Some("GET, HEAD, POST"), "{method}");
        assert_eq!(answer.text(), "", "{method}");
    }
}

fn echo() -> Server {
    let clock = Clock::fake(Timestamp::from_secs(AT));
    let server = demo("", "max_callback_age = 600").clock(clock);
    let server = server.register_callback("text", async |message| message);
    Server::start(server.expect("text is a type"))
}

fn upper(request: Request) -> Request {
    let signature = request.get("msg_signature").map(str::to_ascii_uppercase);
    request.with("msg_signature", &signature.expect("it is signed"))
}

fn cut(text: &str, characters: usize) -> &str {
    &text[..text.len() - characters]
}

fn raw(server: &Server, request: &str) -> Answer {
    let mut client = crate::support::Client::connect(server.addr);
    client.write(request.as_bytes()).expect("the server reads");
    client.read().expect("the server answers")
}
