//! A reply after the deadline: the callback is acknowledged, the reply goes to the sink.

use std::time::{Duration, Instant};

use easy_wechat::{BoxError, Delivering, LateReply, LateReplySink, Message, Reply};

use super::Gate;
use super::sink::kept;
use crate::support::{
    Client, Platform, Server, demo, event, eventually, log_lines, text, wait_for_line,
};

#[test]
fn a_sync_and_an_async_handler_are_both_acknowledged_at_the_deadline() {
    let (gate, _finished) = Gate::closed();
    let (sink, late) = kept();
    let (first, second) = (gate.clone(), gate.clone());
    let server = demo("", "reply_within = 0.3")
        .late_replies(sink)
        .register_callback("text", move |message| first.clone().answer(message))
        .unwrap()
        .register_callback("image", move |message| {
            tokio::runtime::Handle::current().block_on(second.clone().answer(message))?;
            Ok(Reply::image("media-7"))
        });
    let server = Server::start(server.unwrap());
    let platform = Platform::wecom();
    let image = text("lisi", 2, "").replace("[text]", "[image]");
    for message in [text("zhangsan", 1, "asynchronous"), image] {
        let began = Instant::now();
        let answer = server.call(&platform.post(&message));
        let took = began.elapsed();
        assert_eq!(platform.said(&answer), None);
        assert!(took >= Duration::from_millis(290), "{took:?}");
        assert!(took < Duration::from_secs(2), "{took:?}");
    }
    gate.let_through(2);
    let mut replies = [late.next(), late.next()].map(|late| (late.to.to_string(), late.reply));
    replies.sort_by(|(one, _), (other, _)| one.cmp(other));
    let expected = [
        ("lisi", Reply::image("media-7")),
        ("zhangsan", Reply::text("asynchronous")),
    ];
    assert_eq!(replies, expected.map(|(to, reply)| (to.to_owned(), reply)));
    server.stop();
    late.is_all();
}

#[test]
fn nothing_to_say_and_a_failure_are_not_sent_late() {
    let (gate, _finished) = Gate::closed();
    let (sink, late) = kept();
    let handler = gate.clone();
    let server = demo("", "reply_within = 0.2")
        .late_replies(sink)
        .register_fallback(move |message: Message| {
            let gate = handler.clone();
            async move {
                let kind = message.event_name().unwrap_or_default().to_owned();
                gate.answer(message).await?;
                match kind.as_str() {
                    "none" => Ok(None),
                    "empty" => Ok(Some(String::new())),
                    "fails" => Err("the camera is gone".into()),
                    "panics" => panic!("the camera is broken"),
                    _ => Ok(Some("said".to_owned())),
                }
            }
        });
    let server = Server::start(server.unwrap());
    let platform = Platform::wecom();
    std::thread::scope(|scope| {
        for name in ["none", "empty", "fails", "panics", "says"] {
            let (server, platform) = (&server, &platform);
            scope.spawn(move || {
                let answer = server.call(&platform.post(&event("late-nothing", name, "")));
                assert_eq!(platform.said(&answer), None, "{name}");
            });
        }
    });
    gate.let_through(5);
    assert_eq!(late.next().reply, Reply::text("said"));
    wait_for_line(&["ERROR", "late-nothing", "the camera is gone"]);
    wait_for_line(&["ERROR", "late-nothing", "the camera is broken"]);
    server.stop();
    late.is_all();
}

#[test]
fn a_late_text_is_not_cut() {
    let (gate, _finished) = Gate::closed();
    let (sink, late) = kept();
    let handler = gate.clone();
    let server = demo("", "reply_within = 0.1").late_replies(sink);
    let server = server.register_callback("text", move |message| handler.clone().answer(message));
    let server = Server::start(server.unwrap());
    let platform = Platform::wecom();
    let content = "长".repeat(1000);
    server.call(&platform.post(&text("zhangsan", 1, &content)));
    gate.let_through(1);
    assert_eq!(late.next().reply, Reply::Text(content));
}

#[test]
fn without_a_sink_a_late_reply_is_logged_as_undeliverable() {
    let (gate, _finished) = Gate::closed();
    let handler = gate.clone();
    let server = demo("", "reply_within = 0.1");
    let server = server.register_callback("text", move |message| handler.clone().answer(message));
    let server = Server::start(server.unwrap());
    let platform = Platform::wecom();
    server.call(&platform.post(&text("no-sink", 1, "what only they may read")));
    gate.let_through(1);
    let line = wait_for_line(&["ERROR", "no-sink", "not delivered"]);
    assert!(line.contains("key=msg:no-sink:1"), "{line}");
    assert!(log_lines("what only they may read").is_empty());
}

#[test]
fn a_sink_that_fails_or_panics_is_logged_and_the_server_goes_on() {
    for (number, kind) in ["fails", "panics", "panics later"].into_iter().enumerate() {
        let (gate, _finished) = Gate::closed();
        let handler = gate.clone();
        let server = demo("", "reply_within = 0.1").late_replies(Broken { kind });
        let server =
            server.register_callback("text", move |message| handler.clone().answer(message));
        let server = Server::start(server.unwrap());
        let platform = Platform::wecom();
        let from = format!("broken-sink-{number}");
        server.call(&platform.post(&text(&from, 1, "hello")));
        gate.let_through(2);
        let line = wait_for_line(&["ERROR", &from, "not delivered"]);
        assert!(
            line.contains("errcode 60020") && line.contains("msg:"),
            "{line}"
        );
        let answer = server.call(&platform.post(&text(&from, 2, "the next")));
        assert_eq!(
            platform.said(&answer).as_deref(),
            Some("the next"),
            "{kind}"
        );
    }
}

#[test]
fn a_handler_goes_on_when_the_platform_hangs_up() {
    let (gate, finished) = Gate::closed();
    let handler = gate.clone();
    let server =
        demo("", "").register_callback("text", move |message| handler.clone().answer(message));
    let server = Server::start(server.unwrap());
    let platform = Platform::wecom();
    let message = text("hangs-up", 1, "goes on");
    let mut client = Client::connect(server.addr);
    client
        .write(&platform.post(&message).bytes())
        .expect("the server reads");
    gate.wait_for_calls(1);
    drop(client);
    gate.let_through(1);
    assert_eq!(finished.recv().as_deref(), Ok("goes on"));
    // And the re-send finds its reply.
    let answer = server.call(&platform.post(&message));
    assert_eq!(platform.said(&answer).as_deref(), Some("goes on"));
    wait_for_line(&["from=hangs-up", "outcome=text", "attempt=2"]);
    // Nobody waited for the first answer, so its line comes when that is noticed.
    eventually("two lines", || {
        (log_lines("from=hangs-up").len() == 2).then_some(())
    });
}

struct Broken {
    kind: &'static str,
}

impl LateReplySink for Broken {
    fn deliver(&self, _late: LateReply) -> Delivering {
        let kind = self.kind;
        assert!(kind != "panics", "errcode 60020");
        Box::pin(async move {
            tokio::task::yield_now().await;
            assert!(kind != "panics later", "errcode 60020");
            Err(BoxError::from("errcode 60020"))
        })
    }
}

#[test]
fn what_the_platform_hung_up_on_and_never_sent_again_goes_to_the_sink() {
    let (sink, late) = kept();
    let server = demo("", "reply_within = 0.3")
        .late_replies(sink)
        .register_callback("text", async |message| {
            // Beyond the deadline, and beyond the time in which a re-send may come.
            tokio::time::sleep(Duration::from_millis(6500)).await;
            message
        });
    let server = Server::start(server.unwrap());
    let mut client = Client::connect(server.addr);
    let request = Platform::wecom().post(&text("zhangsan", 1, "forgotten"));
    client.write(&request.bytes()).unwrap();
    client.wait_at_most(Duration::from_millis(100));
    assert!(client.read().is_err());
    drop(client);
    assert_eq!(late.next().reply, Reply::text("forgotten"));
    server.stop();
    late.is_all();
}
