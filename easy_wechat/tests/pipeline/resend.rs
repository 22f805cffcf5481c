//! The platform sends a callback more than once. Its handler runs once, and each time the answer is the same.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use easy_wechat::sandbox::{Fault, Injection, Seen, State};
use easy_wechat::{Clock, Timestamp};
use futures_util::future::{join, join_all};

use super::gate::{Counter, Gate, arrivals};
use super::support::AT;
use super::world::{PLATFORMS, World, numbered, platform, run, server};

#[test]
fn a_callback_that_comes_twice_or_again_runs_once() {
    run(async {
        for mode in PLATFORMS {
            let calls = Counter::default();
            let counter = calls.clone();
            let world = World::start(platform(mode), ["workers = 2", ""], |server| {
                server.register_callback("text", move |_| format!("call {}", counter.count()))
            })
            .await;
            let faults = [Fault::Twice, Fault::Resent, Fault::Twice, Fault::Resent];
            for (number, fault) in (1..).zip(faults) {
                let what = format!("{mode:?}: {fault:?}");
                let once = Injection::new(fault).times(1);
                world.sandbox.faults().inject(once).unwrap();
                let seen = world.member("zhangsan").says("hello").await.unwrap();
                assert_eq!((seen.state, seen.attempts), (State::Replied, 2), "{what}");
                let call = format!("call {number}");
                assert_eq!(texts(&seen), [call.as_str(); 2], "{what}");
            }
            assert_eq!(calls.get(), 4, "{mode:?}");
        }
    });
}

#[test]
fn callbacks_that_overtake_each_other_run_once_each() {
    run(async {
        for mode in PLATFORMS {
            let order = Arc::new(Mutex::new(Vec::new()));
            let handled = Arc::clone(&order);
            let world = World::start(platform(mode), ["", ""], |server| {
                server.register_callback("text", move |message| {
                    let text = message.text().unwrap_or_default().to_owned();
                    handled.lock().unwrap().push(text);
                    message
                })
            })
            .await;
            let once = Injection::new(Fault::OutOfOrder).times(1);
            world.sandbox.faults().inject(once).unwrap();
            let member = world.member("zhangsan");
            let (first, second) = join(member.says("first"), member.says("second")).await;
            for seen in [first.unwrap(), second.unwrap()] {
                let what = format!("{mode:?}: {}", seen.words);
                assert_eq!((seen.state, seen.attempts), (State::Replied, 1), "{what}");
            }
            assert_eq!(*order.lock().unwrap(), ["second", "first"], "{mode:?}");
        }
    });
}

#[test]
fn a_resend_after_a_time_out_joins_the_handler_and_brings_its_reply() {
    let one = async |mode, blocking: bool| {
        let gate = Gate::closed();
        let sandbox = platform(mode).answer_within(Duration::from_millis(500));
        let sandbox = sandbox.start().await.unwrap();
        let (server, arrived) = arrivals(server(&sandbox, ["", ""]));
        let handler = gate.clone();
        let server = if blocking {
            server.register_callback("text", move |message| {
                tokio::runtime::Handle::current().block_on(handler.clone().answer(message))
            })
        } else {
            server.register_callback("text", move |message| handler.clone().answer(message))
        };
        let world = World::connect(sandbox, server.unwrap()).await;
        let member = world.member("zhangsan");
        let let_go = async {
            arrived.reaches(2).await;
            gate.let_through(1);
        };
        let (seen, ()) = join(member.says("slow"), let_go).await;
        let seen = seen.unwrap();
        let what = format!("{mode:?}, blocking: {blocking}: {}", seen.words);
        assert_eq!(seen.state, State::Replied, "{what}");
        assert!((2..=4).contains(&seen.attempts), "{what}");
        assert!(seen.words.en.contains("within 500 ms"), "{what}");
        assert_eq!(texts(&seen), ["slow"], "{what}");
        // It is remembered: one that comes now finds it as well.
        assert_eq!((arrived.get(), gate.calls()), (seen.attempts, 1), "{what}");
    };
    run(join_all(PLATFORMS.into_iter().flat_map(|mode| {
        [false, true].map(|blocking| one(mode, blocking))
    })));
}

#[test]
fn a_callback_that_comes_while_its_handler_runs_and_afterwards_gets_the_same_reply() {
    run(async {
        for mode in PLATFORMS {
            let gate = Gate::closed();
            let sandbox = platform(mode).start().await.unwrap();
            let (server, arrived) = arrivals(server(&sandbox, ["", ""]));
            let handler = gate.clone();
            let server =
                server.register_callback("text", move |message| handler.clone().answer(message));
            let world = World::connect(sandbox, server.unwrap()).await;
            let member = world.member("zhangsan");
            let send = async || {
                member
                    .sends(numbered("zhangsan", 1, "hello"))
                    .await
                    .unwrap()
            };
            let let_go = async {
                arrived.reaches(8).await;
                gate.let_through(1);
            };
            let (mut seen, ()) = join(join_all((0..8).map(|_| send())), let_go).await;
            seen.push(send().await);
            for seen in seen {
                let what = format!("{mode:?}: {}", seen.words);
                assert_eq!((seen.state, seen.attempts), (State::Replied, 1), "{what}");
            }
            let inbox = member.inbox();
            assert_eq!(inbox.len(), 9, "{mode:?}");
            assert!(inbox.iter().all(|message| message.text() == Some("hello")));
            assert_eq!(gate.calls(), 1, "{mode:?}");
        }
    });
}

#[test]
fn many_deliveries_at_the_same_moment_run_it_once() {
    let calls = Counter::default();
    let counter = calls.clone();
    run(async {
        let world = World::start(platform(None), ["workers = 2", ""], |server| {
            server.register_callback("text", move |_| format!("call {}", counter.count()))
        })
        .await;
        let member = world.member("zhangsan");
        let send = async || {
            member
                .sends(numbered("zhangsan", 1, "hello"))
                .await
                .unwrap()
        };
        for seen in join_all((0..32).map(|_| send())).await {
            assert_eq!(seen.state, State::Replied, "{}", seen.words);
        }
        let inbox = member.inbox();
        assert_eq!(inbox.len(), 32);
        assert!(inbox.iter().all(|message| message.text() == Some("call 1")));
    });
    assert_eq!(calls.get(), 1);
}

#[test]
fn a_callback_is_forgotten_once_it_could_not_be_replayed_any_more() {
    run(async {
        for mode in PLATFORMS {
            let clock = Clock::fake(Timestamp::from_secs(AT));
            let sandbox = platform(mode).clock(clock.clone()).start().await.unwrap();
            let calls = Counter::default();
            let server = server(&sandbox, ["", "max_callback_age = 120"])
                .clock(clock.clone())
                .register_callback("text", move |_| format!("call {}", calls.count()));
            let world = World::connect(sandbox, server.unwrap()).await;
            for (seconds, expected) in [
                (0, "call 1"),
                (60, "call 1"),
                (59, "call 1"),
                (121, "call 2"),
            ] {
                clock.advance(Duration::from_secs(seconds));
                let hello = numbered("zhangsan", 1, "hello");
                let seen = world.member("zhangsan").sends(hello).await.unwrap();
                let what = format!("{mode:?}: {seconds} s later: {}", seen.words);
                assert_eq!(texts(&seen), [expected], "{what}");
            }
        }
    });
}

fn texts(seen: &Seen) -> Vec<&str> {
    seen.messages
        .iter()
        .filter_map(|message| message.text())
        .collect()
}
