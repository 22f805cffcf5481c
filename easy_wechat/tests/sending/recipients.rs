//! Whom a message is for, and what of it cannot go: the original's test among them.

use std::time::Duration;

use easy_wechat::client::ErrorKind;
use easy_wechat::outgoing::MarkdownFallback;
use easy_wechat::{ClientError, Outgoing, Recipient, SendOptions, UserId};
use serde_json::{Value, json};

use super::fake::Say;
use super::world::{SEND, Stage, World, run};

/// The original's test of its client.
#[test]
fn a_member_gets_it_and_an_unknown_one_does_not() {
    run(async {
        let world = World::start().await;
        let member = world.sandbox.member("FinalTheory");
        let client = world.client();
        let content = json!({"content": "message"});
        let sent = client
            .send_media("text", content.clone(), "FinalTheory")
            .await
            .unwrap();
        assert!(sent.is_complete());
        assert_eq!(world.calls(SEND)[0].errcode, 0);
        assert_eq!(member.inbox()[0].text(), Some("message"));
        assert_eq!(member.inbox()[0].msgid.as_ref(), sent.msg_ids.first());

        let error = world
            .leaks
            .error(client.send_media("text", content, "not-exist-user").await);
        assert_eq!(
            (error.errcode(), error.kind()),
            (Some(81013), ErrorKind::FixTarget)
        );
        assert_ne!(world.calls(SEND)[1].errcode, 0);
        assert_eq!(world.calls(SEND).len(), 2, "to try again is of no use");
    });
}

#[test]
fn who_was_missed_is_told() {
    run(async {
        let world = World::start().await;
        let to = Recipient::from("zhangsan|NoBody|lisi")
            .and_parties([1, 99])
            .and_tags([77]);
        let sent = world.client().send(to, &Outgoing::text("x")).await.unwrap();
        assert!(!sent.is_complete());
        assert_eq!(sent.missed.users, [UserId::from("nobody")]);
        assert_eq!(sent.missed.parties[0], "99");
        assert_eq!(sent.missed.tags[0], "77");
        assert_eq!(sent.missed.to_string(), "users nobody, parties 99, tags 77");
        assert_eq!(world.texts("zhangsan"), ["x"]);

        let sent = world
            .client()
            .send("@all", &Outgoing::text("all"))
            .await
            .unwrap();
        assert!(sent.is_complete());
        assert_eq!(world.texts("lisi"), ["x", "all"]);
    });
}

#[test]
fn what_cannot_go_does_not_leave() {
    run(async {
        let stage = Stage::start(|_, _| None);
        let client = stage.client("");
        let many = |count: usize| {
            (0..count)
                .map(|number| format!("u{number}"))
                .collect::<Vec<_>>()
        };
        let text = Outgoing::text("x");
        let nobody: [&str; 0] = [];
        let long = "长".repeat(2000);
        let cases = [
            (client.send(many(1001), &text).await, "1001"),
            (client.send(nobody, &text).await, "for nobody"),
            (client.send("", &text).await, "for nobody"),
            (client.send(" | ", &text).await, "for nobody"),
            (client.send(Recipient::parties(0..101), &text).await, "101"),
            (client.send(Recipient::tags(0..101), &text).await, "101"),
            (client.send("a", &Outgoing::text("")).await, "empty"),
            (client.send("a", &Outgoing::markdown("")).await, "empty"),
            (client.send("a", &Outgoing::markdown(&long)).await, "2048"),
            (client.send("a", &Outgoing::image("")).await, "media_id"),
            (
                client.send_media("txet", json!({}), "a").await,
                "did you mean text?",
            ),
            (
                client.send_media("text", json!("x"), "a").await,
                "JSON object",
            ),
            (
                client.send_media("text", json!(["x"]), "a").await,
                "JSON object",
            ),
            (
                client.send_media("text", Value::Null, "a").await,
                "JSON object",
            ),
            (client.send_media("text", json!({}), "a").await, "content"),
            (
                client.send_media("music", json!({"title": "t"}), "a").await,
                "music",
            ),
        ];
        for (sent, says) in cases {
            let error = stage.leaks.error(sent);
            assert!(matches!(error, ClientError::Outgoing(_)), "{error:?}");
            assert_eq!(error.kind(), ErrorKind::FixCall);
            assert!(error.to_string().contains(says), "no {says:?} in {error}");
            assert!(error.to_string().chars().count() < 300, "{error}");
        }
        assert!(stage.fake.heard().is_empty(), "not even for a token");
        let _ = client.send(many(1000), &text).await.unwrap();
        let body = stage.fake.heard().pop().unwrap().body;
        assert_eq!(body.matches('|').count(), 999);
    });
}

#[test]
fn a_long_text_comes_in_parts_in_order_and_nothing_is_lost() {
    run(async {
        let world = World::start().await;
        let lines: Vec<_> = (0..600).map(|number| format!("第{number}行\n")).collect();
        let lines = lines.concat();
        assert!(lines.len() > 5000);
        let sent = world
            .client()
            .send("zhangsan", &Outgoing::text(&lines))
            .await
            .unwrap();
        let texts = world.texts("zhangsan");
        assert!(texts.len() >= 3 && texts.iter().all(|text| text.len() <= 2048));
        assert_eq!(sent.msg_ids.len(), texts.len());
        let whole = texts.join("\n");
        assert_eq!(whole.trim_end(), lines.trim_end());
    });
}

#[test]
fn parts_that_were_sent_are_told_when_one_fails() {
    run(async {
        let stage = Stage::start(|heard, number| {
            let busy = json!({"errcode": 45009, "errmsg": "api freq out of limit"});
            (heard.path == SEND && number == 3).then_some(Say::Json(busy))
        });
        let client = stage.client("");
        let long = Outgoing::text("a".repeat(9000));
        let error = stage.leaks.error(client.send("a", &long).await);
        assert_eq!(
            (error.errcode(), error.kind()),
            (Some(45009), ErrorKind::MaybeDelivered),
            "to send all of it again would deliver some of it twice"
        );
        assert!(error.to_string().contains("2 of 5 parts"), "{error}");
        let ClientError::Interrupted { sent, done, .. } = error else {
            panic!("{error:?}");
        };
        assert_eq!((sent.msg_ids.len(), done), (2, 2));
        assert_eq!(stage.count(SEND), 3);
    });
}

#[test]
fn markdown_goes_as_text_to_who_cannot_see_it() {
    run(async {
        let world = World::start().await;
        for member in ["wechat", "other"] {
            let _ = world.sandbox.member(member);
        }
        let markdown = Outgoing::markdown("**bold**");
        let kinds = |member: &str| {
            let inbox = world.sandbox.inbox(member);
            inbox
                .iter()
                .map(|it| it.msg_type.to_string())
                .collect::<Vec<_>>()
        };
        let all = world.client_with("markdown_as_text = all");
        let sent = all.send("wechat|other", &markdown).await.unwrap();
        assert_eq!(sent.msg_ids.len(), 1);
        assert_eq!(
            (kinds("wechat"), kinds("other")),
            (vec!["text".into()], vec!["text".into()])
        );
        assert_eq!(world.texts("wechat"), ["bold"]);

        let some = world.client_with("markdown_as_text = WeChat, absent");
        let sent = some.send("wechat|other", &markdown).await.unwrap();
        assert_eq!((sent.msg_ids.len(), sent.is_complete()), (2, true));
        assert_eq!(kinds("wechat").last().unwrap(), "text");
        assert_eq!(kinds("other").last().unwrap(), "markdown");
        assert_eq!(kinds("wechat").len() + kinds("other").len(), 4, "each once");

        // Who says it himself is heard.
        let options = SendOptions::default().markdown_fallback(MarkdownFallback::Always);
        let _ = some.send_with("other", &markdown, &options).await.unwrap();
        assert_eq!(kinds("other").last().unwrap(), "text");
        let _ = world.client().send("wechat", &markdown).await.unwrap();
        assert_eq!(kinds("wechat").last().unwrap(), "markdown");

        // One who is unknown does not keep the others from theirs.
        let sent = some.send("Absent|other", &markdown).await.unwrap();
        assert_eq!(kinds("other").last().unwrap(), "markdown");
        assert_eq!(sent.missed.users, [UserId::from("absent")]);
        let sent = some.send("@all", &markdown).await.unwrap();
        assert_eq!(sent.missed.users, [UserId::from("absent")]);
        let error = world
            .leaks
            .error(some.send("absent|nobody", &markdown).await);
        assert_eq!(error.errcode(), Some(81013));
    });
}

#[test]
fn more_than_a_member_is_shown_waits_or_is_refused() {
    run(async {
        let world = World::start().await;
        let hurried = world
            .builder("")
            .patience(Duration::from_secs(5))
            .build()
            .unwrap();
        let patient = world
            .builder("")
            .patience(Duration::from_secs(90))
            .build()
            .unwrap();
        let text = |number: usize| Outgoing::text(number.to_string());
        for number in 0..30 {
            let _ = hurried.send("zhangsan", &text(number)).await.unwrap();
        }
        let error = world.leaks.error(hurried.send("ZhangSan", &text(30)).await);
        assert!(matches!(error, ClientError::Paced { .. }), "{error:?}");
        assert_eq!(error.kind(), ErrorKind::Wait);
        assert!(
            error.to_string().contains("30 messages a minute"),
            "{error}"
        );
        let _ = hurried.send("lisi", &text(0)).await.unwrap();
        world.sandbox.clock().advance(Duration::from_secs(61));
        for number in 30..60 {
            let _ = patient.send("zhangsan", &text(number)).await.unwrap();
        }
        let waits = tokio::spawn(async move { patient.send("zhangsan", &text(60)).await });
        tokio::task::yield_now().await;
        world.sandbox.clock().advance(Duration::from_secs(61));
        assert!(waits.await.unwrap().unwrap().is_complete());
        let expected: Vec<String> = (0..61).map(|number| number.to_string()).collect();
        assert_eq!(world.texts("zhangsan"), expected, "none was dropped");
    });
}
