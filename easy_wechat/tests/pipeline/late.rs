//! What becomes of a late reply, and of what is none.

use easy_wechat::sandbox::{Incoming, State};
use easy_wechat::{BoxError, Delivering, LateReply, LateReplySink, Message, Reply};
use futures_util::future::join_all;

use super::gate::{Gate, kept};
use super::support::{log_lines, wait_for_line};
use super::world::{World, numbered, platform, run};

#[test]
fn nothing_to_say_and_a_failure_are_not_sent_late() {
    run(async {
        let gate = Gate::closed();
        let (sink, mut late) = kept();
        let handler = gate.clone();
        let world = World::start(platform(None), ["", "reply_within = 0.2"], |server| {
            server
                .late_replies(sink)
                .register_fallback(move |message: Message| {
                    let gate = handler.clone();
                    async move {
                        gate.pass().await?;
                        match message.event_name().unwrap_or_default() {
                            "none" => Ok(None),
                            "empty" => Ok(Some(String::new())),
                            "fails" => Err("the camera is gone".into()),
                            "panics" => panic!("the camera is broken"),
                            _ => Ok(Some("said".to_owned())),
                        }
                    }
                })
        })
        .await;
        let member = world.member("late-nothing");
        let names = ["none", "empty", "fails", "panics", "says"];
        let sent = names.map(|name| member.sends(Incoming::event(name, [("EventKey", "")])));
        for (name, seen) in names.into_iter().zip(join_all(sent).await) {
            let seen = seen.unwrap();
            assert_eq!(seen.state, State::Acknowledged, "{name}: {}", seen.words);
        }
        gate.let_through(5);
        assert_eq!(late.next().await.reply, Reply::text("said"));
        wait_for_line(&["ERROR", "late-nothing", "the camera is gone"]);
        wait_for_line(&["ERROR", "late-nothing", "the camera is broken"]);
        world.stop().await;
        late.is_all();
    });
}

#[test]
fn a_late_text_is_not_cut() {
    run(async {
        let gate = Gate::closed();
        let (sink, mut late) = kept();
        let handler = gate.clone();
        let world = World::start(platform(None), ["", "reply_within = 0.1"], |server| {
            server
                .late_replies(sink)
                .register_callback("text", move |message| handler.clone().answer(message))
        })
        .await;
        let content = "长".repeat(1000);
        let seen = world.member("zhangsan").says(&content).await.unwrap();
        assert_eq!(seen.state, State::Acknowledged, "{}", seen.words);
        gate.let_through(1);
        assert_eq!(late.next().await.reply, Reply::Text(content));
    });
}

#[test]
fn without_a_sink_of_ones_own_a_late_reply_is_sent() {
    run(async {
        let gate = Gate::closed();
        let handler = gate.clone();
        let world = World::start(platform(None), ["", "reply_within = 0.1"], |server| {
            server.register_callback("text", move |message| handler.clone().answer(message))
        })
        .await;
        let private = numbered("no-sink", 1, "what only they may read");
        let member = world.member("no-sink");
        let seen = member.sends(private).await.unwrap();
        assert_eq!(seen.state, State::Acknowledged, "{}", seen.words);
        gate.let_through(1);
        assert_eq!(member.inbox_of(1).await.len(), 1);
        let line = wait_for_line(&["INFO", "no-sink", "late reply sent"]);
        assert!(line.contains("key=msg:no-sink:1"), "{line}");
        assert!(log_lines("what only they may read").is_empty());
    });
}

#[test]
fn a_sink_that_fails_or_panics_is_logged_and_the_server_goes_on() {
    run(async {
        for (number, kind) in ["fails", "panics", "panics later"].into_iter().enumerate() {
            let gate = Gate::closed();
            let handler = gate.clone();
            let world = World::start(platform(None), ["", "reply_within = 0.1"], |server| {
                server
                    .late_replies(Broken { kind })
                    .register_callback("text", move |message| handler.clone().answer(message))
            })
            .await;
            let from = format!("broken-sink-{number}");
            let member = world.member(&from);
            let seen = member.says("hello").await.unwrap();
            assert_eq!(seen.state, State::Acknowledged, "{kind}: {}", seen.words);
            gate.let_through(2);
            let line = wait_for_line(&["ERROR", &from, "not delivered"]);
            assert!(
                line.contains("errcode 60020") && line.contains("msg:"),
                "{line}"
            );
            let seen = member.says("the next").await.unwrap();
            assert_eq!(seen.text(), Some("the next"), "{kind}: {}", seen.words);
        }
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
