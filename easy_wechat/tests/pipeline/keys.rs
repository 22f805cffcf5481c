//! What makes two callbacks the same one.

use std::sync::{Arc, Mutex};

use easy_wechat::sandbox::{Incoming, State};
use easy_wechat::{DeliveryKey, Message, WeChatServer};
use futures_util::future::join_all;

use super::gate::Counter;
use super::support::wait_for_line;
use super::world::{World, numbered, platform, run, server};

/// What differs in one thing is another callback; what differs in nothing, however it is encrypted, is the same.
#[test]
fn what_differs_in_one_identifying_field_runs_as_well() {
    let event = |name, fields: &[(&str, &str)]| {
        // The second is given: the sandbox would not send two equal events within one.
        let second = [("CreateTime", "1450092658"), ("AgentID", "2")];
        let fields: Vec<(&str, &str)> = second.into_iter().chain(fields.iter().copied()).collect();
        Incoming::event(name, dedup(fields))
    };
    let incoming = [
        numbered("zhangsan", 1, "hello"),
        numbered("zhangsan", 2, "hello"),
        numbered("lisi", 1, "hello"),
        event("click", &[("EventKey", "a")]),
        event("click", &[("EventKey", "b")]),
        event("view", &[("EventKey", "a")]),
        event("click", &[("EventKey", "a"), ("FromUserName", "lisi")]),
        event("click", &[("EventKey", "a"), ("CreateTime", "1450092659")]),
        event("click", &[("EventKey", "a"), ("AgentID", "3")]),
        event(
            "change_contact",
            &[("ChangeType", "create_user"), ("UserID", "a")],
        ),
        event(
            "change_contact",
            &[("ChangeType", "create_user"), ("UserID", "b")],
        ),
        event(
            "change_contact",
            &[("ChangeType", "delete_user"), ("UserID", "a")],
        ),
        event(
            "change_external_contact",
            &[("UserID", "a"), ("ExternalUserID", "x")],
        ),
        event(
            "change_external_contact",
            &[("UserID", "a"), ("ExternalUserID", "y")],
        ),
        event(
            "template_card_event",
            &[("TaskId", "1"), ("ResponseCode", "r")],
        ),
        event(
            "template_card_event",
            &[("TaskId", "2"), ("ResponseCode", "r")],
        ),
        event("batch_job_result", &[("BatchJob/JobId", "1")]),
        event("batch_job_result", &[("BatchJob/JobId", "2")]),
        event("sys_approval_change", &[("ApprovalInfo/SpNo", "1")]),
        event("sys_approval_change", &[("ApprovalInfo/SpNo", "2")]),
        event("brand_new", &[("A/B", "1"), ("C", "2")]),
        event("brand_new", &[("A/B", "1"), ("A/C", "2")]),
    ];
    run(async {
        let handled = Arc::new(Mutex::new(Vec::new()));
        let taken = Arc::clone(&handled);
        let world = World::start(platform(None), ["", ""], |server| {
            server.register_fallback(move |message| {
                taken.lock().unwrap().push(DeliveryKey::of(&message));
            })
        })
        .await;
        for round in 1..=2 {
            for (number, incoming) in (1..).zip(&incoming) {
                let member = world.member("zhangsan");
                let seen = member.sends(incoming.clone()).await.unwrap();
                assert_eq!(seen.state, State::Acknowledged, "{incoming:?}");
                let calls = handled.lock().unwrap().len();
                let expected = if round == 1 { number } else { 22 };
                assert_eq!(calls, expected, "{incoming:?}");
            }
        }
        let mut keys = handled.lock().unwrap().clone();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), 22);
    });
}

/// A contact synchronisation: many events from `sys`, all of one second.
#[test]
fn all_events_of_one_second_run_and_those_that_come_again_do_not() {
    run(async {
        let handled = Arc::new(Mutex::new(Vec::new()));
        let taken = Arc::clone(&handled);
        let world = World::start(platform(None), ["workers = 2", ""], |server| {
            server.register_event("change_contact", move |message| {
                let user = message.get("UserID").unwrap_or_default().to_owned();
                let from = message.from.to_string();
                taken.lock().unwrap().push((from, message.created, user));
            })
        })
        .await;
        let second = world.sandbox.clock().now().as_secs();
        // Each comes twice, and from what several members' conversations send at once.
        let all = (0..2).flat_map(|_| 0..60).map(|number| {
            let member = world.member(&format!("member{}", number % 7));
            let created = Incoming::event(
                "change_contact",
                [
                    ("ChangeType", "create_user"),
                    ("UserID", &format!("user{number:02}")),
                    ("CreateTime", &second.to_string()),
                ],
            );
            async move { member.sends(created).await.unwrap() }
        });
        for seen in join_all(all).await {
            assert_eq!(seen.state, State::Acknowledged, "{}", seen.words);
        }
        let mut handled = handled.lock().unwrap().clone();
        handled.sort();
        let expected: Vec<_> = (0..60)
            .map(|number| ("sys".to_owned(), second, format!("user{number:02}")))
            .collect();
        assert_eq!(handled, expected);
    });
}

/// Two equal clicks have nothing that tells them apart but the second; the sandbox gives each its own.
#[test]
fn a_member_who_clicks_twice_is_answered_twice() {
    run(async {
        let calls = Counter::default();
        let world = World::start(platform(None), ["", ""], |server| {
            server.register_event("click", move |_| format!("call {}", calls.count()))
        })
        .await;
        for call in ["call 1", "call 2", "call 3"] {
            let click = Incoming::event("click", [("EventKey", "a")]);
            let seen = world.member("zhangsan").sends(click).await.unwrap();
            assert_eq!(seen.text(), Some(call), "{}", seen.words);
        }
    });
}

#[test]
fn each_delivery_runs_where_that_is_wanted() {
    let usual = ["call 1", "call 1", "call 2"];
    let each = ["call 1", "call 2", "call 3"];
    let by_content = |message: &Message| DeliveryKey::new(message.text().unwrap_or_default());
    let broken = |message: &Message| match message.text() {
        Some("hello") => panic!("no key"),
        _ => DeliveryKey::of(message),
    };
    run(async {
        let one = async |settings, change: fn(WeChatServer, Keys) -> WeChatServer, expected| {
            let sandbox = platform(None).start().await.unwrap();
            let calls = Counter::default();
            let server = change(server(&sandbox, settings), Keys { by_content, broken });
            let server =
                server.register_callback("text", move |_| format!("call {}", calls.count()));
            let world = World::connect(sandbox, server.unwrap()).await;
            // The same message again, then another one with the same text.
            for (id, expected) in [1, 1, 2].into_iter().zip::<[&str; 3]>(expected) {
                let hello = numbered("zhangsan", id, "hello");
                let seen = world.member("zhangsan").sends(hello).await.unwrap();
                assert_eq!(seen.text(), Some(expected), "{settings:?}: {}", seen.words);
            }
        };
        one(["", ""], |server, _| server, usual).await;
        one(["", "deduplicate = false"], |server, _| server, each).await;
        one(["deduplicate = no", ""], |server, _| server, each).await;
        one(
            ["", ""],
            |server, keys| server.delivery_key(keys.by_content),
            ["call 1"; 3],
        )
        .await;
        one(
            ["", ""],
            |server, keys| server.delivery_key(keys.broken),
            usual,
        )
        .await;
    });
    wait_for_line(&["delivery_key failed", "no key"]);
}

/// Keys of a user's own making.
struct Keys {
    by_content: fn(&Message) -> DeliveryKey,
    broken: fn(&Message) -> DeliveryKey,
}

/// The last of several values of a field counts.
fn dedup<'a>(fields: Vec<(&'a str, &'a str)>) -> std::collections::BTreeMap<&'a str, &'a str> {
    fields.into_iter().collect()
}
