//! What strangers may try, and what users' own code may do to them and to the server.

use std::time::{Duration, Instant};

use easy_wechat::{BoxError, Clock, DeliveryKey, Timestamp};

use crate::support::{
    AT, Client, Official, Platform, Request, Server, config, demo, text, wait_for_line,
};

#[test]
fn who_is_refused_loses_the_connection() {
    let server = Server::start(demo("healthz = true", ""));
    let platform = Platform::wecom();
    let refused = [
        (Request::new("GET", "/weixin"), 400),
        (platform.get("7").with("msg_signature", "wrong"), 403),
        (Request::new("POST", "/weixin"), 400),
        (platform.post("no XML"), 400),
        (Request::new("PUT", "/weixin"), 405),
        (Request::new("GET", "/nowhere"), 404),
        (Request::new("GET", "/healthz"), 200),
    ];
    for (request, status) in refused {
        let mut client = Client::connect(server.addr);
        let answer = client.send(&request);
        assert_eq!(answer.status, status, "{answer:?}");
        // Else a second head, which may take its time, would hold the connection.
        assert_eq!(client.read_some().expect("the end"), 0, "{answer:?}");
    }
}

#[test]
fn a_name_as_long_as_a_body_is_refused_and_told_in_a_short_line() {
    let text_of = |from: &str| text(from, 1, "hello");
    let server = Server::start(
        demo(
            "max_body = 1M",
            "kind = official_account\nmode = plain\nappid = wx1",
        )
        .register_fallback(|message| message)
        .expect("the first"),
    );
    let account = Official(Platform::wecom());
    let long = "x".repeat(100_000);
    assert_eq!(
        server.call(&account.post_plain(&text_of("o-user"))).status,
        200
    );
    assert_eq!(
        server.call(&account.post_plain(&text_of(&long))).status,
        400
    );
    let garbled = account.post_plain(&format!("<xml><{long}></xml>"));
    assert_eq!(server.call(&garbled).status, 400);
    let line = wait_for_line(&["step=message", "not well-formed XML"]);
    assert!(line.len() < 1000, "{} bytes: {}", line.len(), &line[..1000]);
}

#[test]
fn a_suite_gets_its_word_whatever_the_handler_says() {
    let server = demo("", "")
        .register_fallback(|_| "thanks")
        .expect("the first");
    let server = Server::start(server);
    let instruction = format!(
        "<xml><SuiteId>ww-suite</SuiteId><InfoType>suite_ticket</InfoType><TimeStamp>{AT}</TimeStamp></xml>"
    );
    let answer = server.call(&Platform::wecom().post(&instruction));
    assert_eq!((answer.status, answer.text()), (200, "success"));
}

#[test]
fn half_a_second_of_age_is_not_any_age() {
    let clock = Clock::fake(Timestamp::from_secs(AT + 10));
    let server = demo("max_callback_age = 0.5", "").clock(clock.clone());
    let server = Server::start(server);
    let platform = Platform::wecom();
    assert_eq!(
        server
            .call(&platform.post(&text("zhangsan", 1, "old")))
            .status,
        400
    );
    clock.set(Timestamp::from_secs(AT));
    assert_eq!(
        server
            .call(&platform.post(&text("zhangsan", 1, "new")))
            .status,
        200
    );
}

#[test]
fn an_official_account_without_deduplication_is_acknowledged_in_time() {
    let section = "kind = official_account\nmode = plain\nappid = wx1\ndeduplicate = false\nreply_within = 0.3";
    let server = demo("", section).register_fallback(async |_| {
        std::future::pending::<()>().await;
    });
    let server = Server::start(server.expect("the first"));
    let account = Official(Platform::wecom());
    let began = Instant::now();
    assert_eq!(
        server
            .call(&account.post_plain(&text("o-user", 1, "x")))
            .status,
        200
    );
    assert!(
        began.elapsed() < Duration::from_secs(3),
        "{:?}",
        began.elapsed()
    );
}

/// An error that panics when it is dropped.
#[derive(Debug)]
struct Bomb;

impl std::fmt::Display for Bomb {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a bomb")
    }
}

impl std::error::Error for Bomb {}

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

#[test]
fn what_panics_when_it_is_dropped_is_contained_too() {
    let panics = |how: u8| {
        move |_| -> Result<(), BoxError> {
            match how {
                0 => Err(Box::new(Bomb)),
                1 => std::panic::panic_any(Bomb),
                _ => panic!("a plain one"),
            }
        }
    };
    let server = demo("", "")
        .register_callback("text", panics(0))
        .and_then(|server| server.register_callback("image", panics(1)))
        .and_then(|server| {
            let panics = panics(1);
            server.register_callback("voice", move |message| {
                let result = panics(message);
                async { result }
            })
        })
        .expect("the first ones")
        .delivery_key(|message| {
            if message.msg_type() == "video" {
                std::panic::panic_any(Bomb);
            }
            DeliveryKey::of(message)
        });
    let server = Server::start(server);
    let platform = Platform::wecom();
    for (id, kind) in (1..).zip(["text", "image", "voice", "video"]) {
        let message = text("zhangsan", id, "x").replace("[text]", &format!("[{kind}]"));
        let answer = server.call(&platform.post(&message));
        assert_eq!((answer.status, answer.text()), (200, ""), "{kind}");
    }
}

#[test]
fn a_route_that_healthz_answers_is_an_error() {
    let config = config("healthz = true", "route_name = /healthz/");
    let server = easy_wechat::WeChatServer::from_config(&config, "demo").expect("good");
    let error = server
        .configure()
        .map(drop)
        .expect_err("the route is taken");
    assert!(error.to_string().contains("[demo] route_name"), "{error}");
}
