//! Late replies: a handler slower than the deadline reaches the member all the same.

use std::sync::Arc;

use easy_wechat::sandbox::{Fault, Injection, State, Via};
use easy_wechat::{Article, BoxError, Mode, Reply, TemplateCard};
use serde_json::{Value, json};

use super::slow::{Late, asked, logged, wecom};
use super::support::eventually;
use super::world::{GETTOKEN, SEND, World, run, texts};

#[test]
fn every_reply_that_can_be_sent_later_reaches_the_member() {
    run(async {
        let world = World::of(wecom()).await;
        let file = |kind: &str, name: &str| world.sandbox.upload(kind, name, [7; 64]);
        let article = Article {
            title: "标题".into(),
            url: "https://a.b".into(),
            ..Article::default()
        };
        let long: &str = Box::leak("长话短说。\n".repeat(400).into_boxed_str());
        let replies = vec![
            ("image", Reply::image(file("image", "a.png"))),
            ("voice", Reply::voice(file("voice", "a.amr"))),
            (
                "video",
                Reply::video(file("video", "a.mp4"), "片名", "说明"),
            ),
            ("news", Reply::news([article])),
            ("long", Reply::text(long)),
            ("short", Reply::text("短")),
        ];
        let names: Vec<_> = replies.iter().map(|(name, _)| *name).collect();
        let late = Late::start(world, "", |server, gate| {
            server.register_callback("text", asked(gate, replies))
        })
        .await;
        for name in names {
            let member = late.world.sandbox.member(format!("of-{name}"));
            late.says(member.id(), name).await;
            assert!(member.inbox().is_empty());
            late.gate.add_permits(1);
            let inbox = member.inbox_of(if name == "long" { 4 } else { 1 }).await;
            assert!(
                inbox.iter().all(|it| it.via == Some(Via::Proactive)),
                "{name}"
            );
            match name {
                "long" => {
                    assert!(texts(&inbox).iter().all(|text| text.len() <= 2048));
                    assert_eq!(texts(&inbox).join("\n").trim_end(), long.trim_end());
                }
                "short" => assert_eq!(texts(&inbox), ["短"]),
                kind => assert_eq!(inbox[0].msg_type, kind),
            }
        }
        late.server.stop().await;
        assert_eq!(late.world.calls(GETTOKEN).len(), 1);
    });
}

#[test]
fn a_card_is_changed_late_with_the_code_of_the_click() {
    run(async {
        let world = World::of(wecom()).await;
        let card = |title: &str, task: &str| {
            json!({"card_type": "button_interaction", "main_title": {"title": title},
                "task_id": task, "button_list": [{"text": "同意", "key": "ok"}]})
        };
        let member = world.sandbox.member("zhangsan");
        let sent = world
            .client()
            .send_media("template_card", card("请审批", "t-1"), "zhangsan")
            .await;
        assert!(sent.unwrap().response_code.is_some());
        let new = TemplateCard::new(card("已处理", "t-2")).unwrap();
        let replies = std::sync::Mutex::new(vec![
            Reply::UpdateButton {
                replace_name: "已同意".into(),
            },
            Reply::UpdateTemplateCard(new),
        ]);
        let late = Late::start(world, "", |server, gate| {
            server.register_event("template_card_event", move |_| {
                let gate = Arc::clone(&gate);
                let reply = replies.lock().unwrap().pop().unwrap();
                async move {
                    gate.acquire().await?.forget();
                    Ok::<_, BoxError>(reply)
                }
            })
        })
        .await;
        for (pointer, expected) in [("/main_title/title", "已处理"), ("/replaced", "已同意")]
        {
            let seen = member.clicks("ok", &[]).await.unwrap();
            assert_eq!(seen.state, State::Acknowledged, "{}", seen.words);
            late.gate.add_permits(1);
            eventually("the card is changed", || {
                let inbox = member.inbox();
                assert_eq!(inbox.len(), 1);
                let found = inbox[0]
                    .content
                    .pointer(pointer)
                    .cloned()
                    .unwrap_or(Value::Null);
                (found == expected).then_some(())
            });
        }
        let calls = late.world.calls("/cgi-bin/message/update_template_card");
        assert!(
            calls.iter().all(|call| call.errcode == 0) && calls.len() == 2,
            "{calls:?}"
        );
        late.server.stop().await;
    });
}

#[test]
fn what_has_no_later_form_is_logged_with_the_key_and_not_sent() {
    run(async {
        let replies = vec![
            (
                "transfer",
                Reply::TransferCustomerService { kf_account: None },
            ),
            (
                "music",
                Reply::Music {
                    title: "曲".into(),
                    description: String::new(),
                    music_url: "https://a.b".into(),
                    hq_music_url: String::new(),
                    thumb_media_id: "m".into(),
                },
            ),
            (
                "update",
                Reply::UpdateButton {
                    replace_name: "x".into(),
                },
            ),
        ];
        let late = Late::start(World::of(wecom()).await, "", |server, gate| {
            server.register_callback("text", asked(gate, replies))
        })
        .await;
        for name in ["transfer", "music", "update"] {
            let from = format!("no-form-{name}");
            late.says(&from, name).await;
            late.gate.add_permits(1);
            let line = logged(&["late reply not delivered", &from]);
            assert!(
                line.contains("ERROR") && line.contains(&format!("key=msg:{from}:")),
                "{line}"
            );
        }
        assert!(late.world.calls(SEND).is_empty());
        late.server.stop().await;
    });
}

#[test]
fn ten_late_replies_arrive_in_their_order_although_the_first_is_slow() {
    run(async {
        let late = Late::start(World::of(wecom()).await, "", |server, gate| {
            server.register_callback("text", asked(gate, Vec::new()))
        })
        .await;
        for number in 0..10 {
            late.says("zhangsan", &number.to_string()).await;
        }
        // The first two tries of the first one are refused as too much, so that it waits.
        let busy = Injection::new(Fault::Errcode { errcode: 45009 })
            .path(SEND)
            .times(2);
        late.world.sandbox.faults().inject(busy).unwrap();
        // The semaphore is fair: handlers go on in the order in which they came.
        for _ in 0..10 {
            late.next_is_ready().await;
        }
        let inbox = late.world.sandbox.member("zhangsan").inbox_of(10).await;
        let expected: Vec<_> = (0..10).map(|number| number.to_string()).collect();
        assert_eq!(texts(&inbox), expected);
        late.server.stop().await;
    });
}

#[test]
fn one_member_does_not_wait_for_another() {
    run(async {
        let late = Late::start(World::of(wecom()).await, "", |server, gate| {
            server.register_callback("text", asked(gate, Vec::new()))
        })
        .await;
        late.says("slow", "slow").await;
        late.says("quick", "quick").await;
        let delay = Injection::new(Fault::Delay { millis: 3000 })
            .path(SEND)
            .times(1);
        late.world.sandbox.faults().inject(delay).unwrap();
        late.gate.add_permits(2);
        let quick = late.world.sandbox.member("quick").inbox_of(1).await;
        assert_eq!(texts(&quick), ["quick"]);
        late.server.stop().await;
        assert_eq!(late.world.texts("slow"), ["slow"]);
    });
}

#[test]
fn a_stopping_server_lets_late_replies_go_out() {
    run(async {
        let late = Late::start(World::of(wecom()).await, "", |server, gate| {
            server.register_callback("text", asked(gate, Vec::new()))
        })
        .await;
        for number in 0..5 {
            late.says("zhangsan", &number.to_string()).await;
        }
        let delay = Injection::new(Fault::Delay { millis: 50 })
            .path(SEND)
            .times(5);
        late.world.sandbox.faults().inject(delay).unwrap();
        late.gate.add_permits(5);
        late.server.stop().await;
        let mut all = late.world.texts("zhangsan");
        all.sort();
        assert_eq!(all, ["0", "1", "2", "3", "4"]);
    });
}

#[test]
fn a_late_reply_that_cannot_be_sent_is_logged_with_its_key_and_code() {
    run(async {
        let late = Late::start(World::of(wecom()).await, "", |server, gate| {
            server.register_callback("text", asked(gate, Vec::new()))
        })
        .await;
        for (from, fault, says) in [
            (
                "late-refused",
                Fault::UntrustedIp {
                    ip: "203.0.113.9".into(),
                },
                "203.0.113.9",
            ),
            ("late-gateway", Fault::BadGateway, "not sent again"),
            ("late-unknown", Fault::Errcode { errcode: 81013 }, "81013"),
        ] {
            late.says(from, "private words").await;
            let fault = Injection::new(fault).path(SEND).times(1);
            late.world.sandbox.faults().inject(fault).unwrap();
            late.gate.add_permits(1);
            let line = logged(&["late reply not delivered", from]);
            assert!(
                line.contains("ERROR") && line.contains(&format!("key=msg:{from}:")),
                "{line}"
            );
            assert!(line.contains(says), "{line}");
            assert!(!line.contains("private words"), "{line}");
            late.says(from, "the next").await;
            late.gate.add_permits(1);
            let inbox = late.world.sandbox.member(from).inbox_of(1).await;
            assert_eq!(texts(&inbox), ["the next"]);
        }
        late.server.stop().await;
    });
}

#[test]
fn an_official_account_with_customer_service_answers_late() {
    run(async {
        let builder = wecom().official_account(Mode::Safe);
        let late = Late::start(
            World::of(builder).await,
            "customer_service = true",
            |server, gate| server.register_callback("text", asked(gate, Vec::new())),
        )
        .await;
        late.says("openid-late", "回头见").await;
        late.gate.add_permits(1);
        let inbox = late.world.sandbox.member("openid-late").inbox_of(1).await;
        assert_eq!(texts(&inbox), ["回头见"]);
        let calls = late.world.calls("/cgi-bin/message/custom/send");
        assert_eq!((calls.len(), calls[0].errcode), (1, 0));
        late.server.stop().await;
    });
}
