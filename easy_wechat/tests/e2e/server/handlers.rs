//! A handler may have any shape.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use easy_wechat::{BoxError, Message, Reply, WeChatServer};

use crate::support::platform::element;
use crate::support::{Platform, Server, demo, event, text, wait_for_line};

/// Registers handlers for events of these names, each with the answer that it must get: what is within `Content`, or an
/// empty body for `""`.
macro_rules! shapes {
    ($($name:literal $handler:expr => $answer:literal;)*) => {{
        let server = demo("", "")$(.register_event($name, $handler).unwrap())*;
        (server, vec![$(($name, $answer)),*])
    }};
}

#[test]
fn handlers_of_every_shape_answer_as_documented() {
    let robot = Arc::new(Robot::default());
    let (again, asynchronous) = (Arc::clone(&robot), Arc::clone(&robot));
    let prefix = String::from("captured: ");
    let (server, cases): (WeChatServer, Vec<(&str, &str)>) = shapes! {
        "a_str" |_| "said" => "said";
        "a_string" |message| format!("from {}", message.from) => "from zhangsan";
        "a_captured_string" move |message| format!("{prefix}{}", message.from) => "captured: zhangsan";
        "an_empty_str" |_| "" => "";
        "an_empty_string" |_| String::new() => "";
        "unit" |_| () => "";
        "nothing_written" |_| {} => "";
        "reply" |_| Reply::text("a reply") => "a reply";
        "no_reply" |_| Reply::None => "";
        "some_str" |_| Some("some") => "some";
        "some_reply" |_| Some(Reply::text("some reply")) => "some reply";
        "none" |message| message.get("NotThere").map(str::to_owned) => "";
        "a_message_that_cannot_be_echoed" |message| message => "";
        "ok" |message| { let number = key(&message)?; Ok(format!("{number}")) } => "7";
        "ok_none" |message| { key(&message)?; Ok(None::<String>) } => "";
        "ok_unit" |message| { key(&message)?; Ok(()) } => "";
        "error" |message| { key(&message)?.checked_sub(8).ok_or("too small")?; Ok("unreachable") } => "";
        "a_function" function => "by a function";
        "a_generic_function" generic::<Message> => "by a generic function";
        "a_method" move |message| robot.answer(&message) => "call 1";
        "an_async_method" move |message| { let robot = Arc::clone(&asynchronous); async move { robot.answer_later(message).await } } => "later";
        "an_async_function" async_function => "by an async function";
        "an_async_function_that_may_fail" async_fallible => "7";
        "an_async_closure" async |message: Message| message.from.to_string() => "zhangsan";
        "an_async_block" |message| async move { Some(message.from.to_string()) } => "zhangsan";
        "an_async_result" |message| async move { let number = key(&message)?; Ok(number.to_string()) } => "7";
        "an_async_error" |message| async move { key(&message)?.checked_sub(8).ok_or("too small")?; Ok("unreachable") } => "";
        "an_async_unit" async |_| () => "";
        "a_boxed_future" |_| Box::pin(async { "boxed" }) => "boxed";
        "a_future_that_waits" async |_| { tokio::task::yield_now().await; "awaited" } => "awaited";
        "a_future_that_spawns" async |_| tokio::spawn(async { "spawned" }).await.unwrap_or_default() => "spawned";
        "a_sync_one_that_blocks_on_the_runtime" |_| tokio::runtime::Handle::current().block_on(async { "blocked" }) => "blocked";
        "a_panic" |_| { assert!(never(), "oh"); "unreachable" } => "";
        "an_async_panic" async |_| { assert!(never(), "oh"); "unreachable" } => "";
        "a_panic_after_waiting" async |_| { tokio::task::yield_now().await; assert!(never(), "oh"); "unreachable" } => "";
        "a_panic_that_says_nothing_readable" |_| { if !never() { std::panic::panic_any(7); } "unreachable" } => "";
    };
    let server = Server::start(server);
    let platform = Platform::wecom();
    for (name, expected) in cases {
        let answer =
            server.call(&platform.post(&event("zhangsan", name, "<EventKey>7</EventKey>")));
        assert_eq!(
            platform.said(&answer).unwrap_or_default(),
            expected,
            "{name}"
        );
    }
    assert_eq!(again.calls.load(Ordering::SeqCst), 1);
}

#[test]
fn a_handler_that_fails_or_panics_is_logged_with_the_key_and_the_cause() {
    let server = demo("", "")
        .register_event("sync_error", |_| fail())
        .and_then(|server| server.register_event("async_error", async |_| fail()))
        .and_then(|server| server.register_event("sync_panic", |_| fail().expect("must")))
        .and_then(|server| server.register_event("async_panic", async |_| fail().expect("must")));
    let server = Server::start(server.unwrap());
    let platform = Platform::wecom();
    for name in ["sync_error", "async_error", "sync_panic", "async_panic"] {
        let from = format!("lisi-{name}");
        let answer = server.call(&platform.post(&event(&from, name, "")));
        assert_eq!(platform.said(&answer), None, "{name}");
        let line = wait_for_line(&["ERROR", &format!("key=event:{from}:")]);
        assert!(line.contains("out of paper"), "{line}");
    }
}

#[test]
fn the_most_specific_handler_is_taken() {
    let server = demo("", "")
        .register_callback("text", async |_| "text")
        .and_then(|server| server.register_callback("event", async |_| "event"))
        .and_then(|server| server.register_event("Click", async |_| "click"))
        .and_then(|server| server.register_fallback(async |_| "the rest"));
    let server = Server::start(server.unwrap());
    let platform = Platform::wecom();
    let image = text("zhangsan", 2, "").replace("[text]", "[image]");
    let new = text("zhangsan", 3, "").replace("[text]", "[hologram]");
    for (message, expected) in [
        (text("zhangsan", 1, "hello"), "text"),
        (event("zhangsan", "click", ""), "click"),
        (
            event("zhangsan", "CLICK", "<EventKey>2</EventKey>"),
            "click",
        ),
        (event("zhangsan", "view", ""), "event"),
        (event("zhangsan", "brand_new", ""), "event"),
        (image, "the rest"),
        (new, "the rest"),
    ] {
        let answer = server.call(&platform.post(&message));
        assert_eq!(
            platform.said(&answer).as_deref(),
            Some(expected),
            "{message}"
        );
    }
}

#[test]
fn what_nobody_takes_gets_an_empty_200_and_is_said_once() {
    let server = demo("", "").register_callback("image", |message| message);
    let server = Server::start(server.unwrap());
    let platform = Platform::wecom();
    for number in 0..3 {
        let answer = server.call(&platform.post(&text("wangwu", number, "hello")));
        assert_eq!(platform.said(&answer), None);
        let answer = server.call(&platform.post(&event("wangwu", "nobody_takes_it", "")));
        assert_eq!(platform.said(&answer), None);
    }
    wait_for_line(&["nobody_takes_it", "callback", "wangwu"]);
    let said = crate::support::log_lines("nothing is registered for it");
    let said = said.iter().filter(|line| line.contains("nobody_takes_it"));
    assert_eq!(said.count(), 1);
}

#[test]
fn an_echo_goes_back_to_whom_it_came_from() {
    let server = demo("", "").register_fallback(async |message| message);
    let server = Server::start(server.unwrap());
    let platform = Platform::wecom();
    let image = text("zhangsan", 2, "").replace("[text]", "[image]");
    let image = image.replace("</xml>", "<MediaId><![CDATA[media-7]]></MediaId></xml>");
    for (message, msg_type, name, value) in [
        (
            text("zhangsan", 1, "]]&gt; 你好 <b>"),
            "text",
            "Content",
            "]]&gt; 你好 <b>",
        ),
        (image, "image", "MediaId", "media-7"),
    ] {
        let xml = platform.open(&server.call(&platform.post(&message)));
        assert_eq!(element(&xml, "ToUserName"), Some("zhangsan"), "{xml}");
        assert_eq!(
            element(&xml, "FromUserName"),
            element(&message, "ToUserName"),
            "{xml}"
        );
        assert_eq!(element(&xml, "MsgType"), Some(msg_type), "{xml}");
        assert_eq!(element(&xml, name), Some(value), "{xml}");
    }
}

#[test]
fn a_text_over_the_limit_is_cut_between_characters() {
    let server = demo("", "").register_callback("text", async |_| "企业微信".repeat(500));
    let server = Server::start(server.unwrap());
    let platform = Platform::wecom();
    let answer = server.call(&platform.post(&text("cutter", 1, "hello")));
    let said = platform.said(&answer).unwrap();
    // Three bytes more would be one character too many.
    assert!((2046..=2048).contains(&said.len()), "{}", said.len());
    let kept = said.strip_suffix(Reply::UNFINISHED).expect("a mark");
    assert!("企业微信".repeat(500).starts_with(kept));
    wait_for_line(&["WARN", "key=msg:cutter:1", "reply truncated"]);
}

#[derive(Default)]
struct Robot {
    calls: AtomicU32,
}

impl Robot {
    fn answer(&self, _message: &Message) -> String {
        format!("call {}", self.calls.fetch_add(1, Ordering::SeqCst) + 1)
    }

    async fn answer_later(&self, _message: Message) -> &'static str {
        tokio::task::yield_now().await;
        "later"
    }
}

fn function(_message: Message) -> &'static str {
    "by a function"
}

fn generic<T>(_message: T) -> &'static str {
    "by a generic function"
}

async fn async_function(_message: Message) -> String {
    "by an async function".to_owned()
}

async fn async_fallible(message: Message) -> Result<String, BoxError> {
    Ok(key(&message)?.to_string())
}

fn key(message: &Message) -> Result<u32, BoxError> {
    Ok(message.get("EventKey").ok_or("no key")?.parse()?)
}

fn fail() -> Result<&'static str, BoxError> {
    Err(std::io::Error::other("out of paper").into())
}

/// `false`, without a warning that what follows is never reached.
fn never() -> bool {
    std::hint::black_box(false)
}
