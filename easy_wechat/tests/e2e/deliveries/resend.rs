//! The platform sends a callback again when the answer is slow. Its handler runs once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use easy_wechat::{Clock, DeliveryKey, Message, Reply, Timestamp};

use super::Gate;
use super::sink::kept;
use crate::support::{AT, Client, Platform, Server, call, demo, event, text, wait_for_line};

#[test]
fn four_deliveries_of_a_slow_message_run_it_once_and_all_are_acknowledged() {
    let (gate, _finished) = Gate::closed();
    let (sink, late) = kept();
    let handler = gate.clone();
    let server = demo("", "reply_within = 0.3")
        .late_replies(sink)
        .register_callback("text", move |message| handler.clone().answer(message));
    let server = Server::start(server.unwrap());
    let platform = Platform::wecom();
    let message = text("zhangsan", 4_484_038, "slow");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(platform.said(&server.call(&platform.post(&message))), None));
        }
    });
    gate.let_through(9);
    let reply = late.next();
    assert_eq!(reply.reply, Reply::text("slow"));
    assert_eq!(
        (reply.to.as_str(), reply.key.as_str()),
        ("zhangsan", "msg:zhangsan:4484038")
    );
    assert_eq!(
        (reply.app.as_str(), reply.agent.map(|agent| agent.0)),
        ("demo", Some(2))
    );
    // Also one that comes when all is over gets the same.
    assert_eq!(platform.said(&server.call(&platform.post(&message))), None);
    server.stop();
    late.is_all();
    assert_eq!(gate.calls(), 1);
}

#[test]
fn a_resend_gets_the_same_reply_while_the_handler_runs_and_afterwards() {
    for sync in [false, true] {
        let (gate, _finished) = Gate::closed();
        let handler = gate.clone();
        let server = demo("", "");
        let server = if sync {
            server.register_callback("text", move |message| {
                tokio::runtime::Handle::current().block_on(handler.clone().answer(message))
            })
        } else {
            server.register_callback("text", move |message| handler.clone().answer(message))
        };
        let server = Server::start(server.unwrap());
        let platform = Platform::wecom();
        let message = text("zhangsan", 1, "quick enough");
        let send = || {
            let mut client = Client::connect(server.addr);
            client
                .write(&platform.post(&message).bytes())
                .expect("the server reads");
            client
        };
        let first = send();
        gate.wait_for_calls(1);
        let joined = send();
        gate.let_through(1);
        for mut client in [first, joined, send()] {
            let answer = client.read().expect("the server answers");
            assert_eq!(platform.said(&answer).as_deref(), Some("quick enough"));
        }
        assert_eq!(gate.calls(), 1, "sync: {sync}");
    }
}

#[test]
fn many_deliveries_at_the_same_moment_run_it_once() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let server = demo("workers = 2", "").register_callback("text", move |_| {
        format!("call {}", counted.fetch_add(1, Ordering::SeqCst) + 1)
    });
    let server = Server::start(server.unwrap());
    let platform = Platform::wecom();
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                let answer = server.call(&platform.post(&text("zhangsan", 1, "hello")));
                assert_eq!(platform.said(&answer).as_deref(), Some("call 1"));
            });
        }
    });
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[test]
fn a_resend_of_what_failed_is_not_run_again() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let server = demo("", "").register_callback("text", move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        Err::<(), _>("no paper".into())
    });
    let server = Server::start(server.unwrap());
    let platform = Platform::wecom();
    for _ in 0..3 {
        let answer = server.call(&platform.post(&text("zhangsan", 1, "hello")));
        assert_eq!(platform.said(&answer), None);
    }
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

/// What differs in one thing is another callback; what differs in nothing, however it is encrypted, is the same.
#[test]
fn what_differs_in_one_identifying_field_runs_as_well() {
    let messages = [
        text("zhangsan", 1, "hello"),
        text("zhangsan", 2, "hello"),
        text("lisi", 1, "hello"),
        event("zhangsan", "click", "<EventKey>a</EventKey>"),
        event("zhangsan", "click", "<EventKey>b</EventKey>"),
        event("zhangsan", "view", "<EventKey>a</EventKey>"),
        event("lisi", "click", "<EventKey>a</EventKey>"),
        event("zhangsan", "click", "<EventKey>a</EventKey>").replace(&AT.to_string(), "1450092659"),
        event("zhangsan", "click", "<EventKey>a</EventKey>").replace("<AgentID>2", "<AgentID>3"),
        event(
            "sys",
            "change_contact",
            "<ChangeType>create_user</ChangeType><UserID>a</UserID>",
        ),
        event(
            "sys",
            "change_contact",
            "<ChangeType>create_user</ChangeType><UserID>b</UserID>",
        ),
        event(
            "sys",
            "change_contact",
            "<ChangeType>delete_user</ChangeType><UserID>a</UserID>",
        ),
        event(
            "sys",
            "change_external_contact",
            "<UserID>a</UserID><ExternalUserID>x</ExternalUserID>",
        ),
        event(
            "sys",
            "change_external_contact",
            "<UserID>a</UserID><ExternalUserID>y</ExternalUserID>",
        ),
        event(
            "sys",
            "template_card_event",
            "<TaskId>1</TaskId><ResponseCode>r</ResponseCode>",
        ),
        event(
            "sys",
            "template_card_event",
            "<TaskId>2</TaskId><ResponseCode>r</ResponseCode>",
        ),
        event(
            "sys",
            "batch_job_result",
            "<BatchJob><JobId>1</JobId></BatchJob>",
        ),
        event(
            "sys",
            "batch_job_result",
            "<BatchJob><JobId>2</JobId></BatchJob>",
        ),
        event(
            "sys",
            "sys_approval_change",
            "<ApprovalInfo><SpNo>1</SpNo></ApprovalInfo>",
        ),
        event(
            "sys",
            "sys_approval_change",
            "<ApprovalInfo><SpNo>2</SpNo></ApprovalInfo>",
        ),
        event("sys", "brand_new", "<A><B>1</B></A><C>2</C>"),
        event("sys", "brand_new", "<A><B>1</B><C>2</C></A>"),
    ];
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let server = demo("", "").register_fallback(move |_| {
        let call = counted.fetch_add(1, Ordering::SeqCst);
        async move { format!("call {call}") }
    });
    let server = Server::start(server.unwrap());
    let platform = Platform::wecom();
    for _ in 0..2 {
        for (number, message) in messages.iter().enumerate() {
            let answer = server.call(&platform.post(message));
            let said = platform.said(&answer);
            assert_eq!(said, Some(format!("call {number}")), "{message}");
        }
    }
    assert_eq!(calls.load(Ordering::SeqCst), messages.len());
}

#[test]
fn each_delivery_runs_where_that_is_wanted() {
    let counting = || {
        let calls = AtomicUsize::new(0);
        move |_| format!("call {}", calls.fetch_add(1, Ordering::SeqCst) + 1)
    };
    let by_content = |message: &Message| DeliveryKey::new(message.text().unwrap_or_default());
    let broken = |message: &Message| match message.text() {
        Some("hello") => panic!("no key"),
        _ => DeliveryKey::of(message),
    };
    let same = ["call 1", "call 1", "call 1"];
    let each = ["call 1", "call 2", "call 3"];
    // The same message again, then another one with the same text.
    let ids = [1, 1, 2];
    for (what, server, expected) in [
        (
            "the usual key",
            demo("", ""),
            ["call 1", "call 1", "call 2"],
        ),
        ("deduplicate = false", demo("", "deduplicate = false"), each),
        (
            "deduplicate = no in [system]",
            demo("deduplicate = no", ""),
            each,
        ),
        (
            "a key of one's own",
            demo("", "").delivery_key(by_content),
            same,
        ),
        (
            "a key that panics",
            demo("", "").delivery_key(broken),
            ["call 1", "call 1", "call 2"],
        ),
    ] {
        let server = Server::start(server.register_callback("text", counting()).unwrap());
        let platform = Platform::wecom();
        for (id, expected) in ids.into_iter().zip(expected) {
            let answer = server.call(&platform.post(&text("zhangsan", id, "hello")));
            assert_eq!(platform.said(&answer).as_deref(), Some(expected), "{what}");
        }
    }
    wait_for_line(&["delivery_key failed", "no key"]);
}

#[test]
fn a_callback_is_forgotten_once_it_could_not_be_replayed_any_more() {
    let calls = AtomicUsize::new(0);
    let clock = Clock::fake(Timestamp::from_secs(AT));
    let server = demo("", "max_callback_age = 120").clock(clock.clone());
    let server = server.register_callback("text", move |_| {
        format!("call {}", calls.fetch_add(1, Ordering::SeqCst) + 1)
    });
    let server = Server::start(server.unwrap());
    let mut at = AT;
    for (seconds, expected) in [
        (0, "call 1"),
        (60, "call 1"),
        (59, "call 1"),
        (121, "call 2"),
    ] {
        at += seconds;
        clock.advance(Duration::from_secs(seconds.unsigned_abs()));
        let platform = Platform::wecom().at(at);
        let answer = call(server.addr, &platform.post(&text("zhangsan", 1, "hello")));
        assert_eq!(
            platform.said(&answer).as_deref(),
            Some(expected),
            "after {} s",
            at - AT
        );
    }
}
