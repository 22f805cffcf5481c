//! What observers are told, and what answers where a handler fails.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use easy_wechat::sandbox::{Fault, Incoming, Injection, State, Via};
use easy_wechat::{
    BoxError, CallbackOutcome, CallbackReport, HandlerError, Message, RegisterError, Reply,
    WeChatServer,
};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::gate::Gate;
use super::support::{log_lines, wait_for_line};
use super::world::{PLATFORMS, World, numbered, platform, run, server};

/// A server, and the reports that its observer gets.
pub(super) fn watched(server: WeChatServer) -> (WeChatServer, Reports) {
    let (sender, receiver) = unbounded_channel();
    let server = server.on_outcome(move |report| drop(sender.send(report.clone())));
    (server, Reports(receiver))
}

pub(super) struct Reports(UnboundedReceiver<CallbackReport>);

impl Reports {
    pub(super) async fn next(&mut self) -> CallbackReport {
        self.0.recv().await.expect("a report")
    }

    /// The last one of a callback.
    pub(super) async fn last(&mut self) -> CallbackReport {
        loop {
            let report = self.next().await;
            if report.done {
                return report;
            }
        }
    }

    /// What all of one callback are about, in a word each.
    async fn all(&mut self) -> Vec<&'static str> {
        let mut all = Vec::new();
        loop {
            let report = self.next().await;
            all.push(word(&report.outcome));
            if report.done {
                return all;
            }
        }
    }
}

fn word(outcome: &CallbackOutcome) -> &'static str {
    match outcome {
        CallbackOutcome::Replied { .. } => "replied",
        CallbackOutcome::Truncated { .. } => "truncated",
        CallbackOutcome::Nothing => "nothing",
        CallbackOutcome::Unhandled => "unhandled",
        CallbackOutcome::Failed {
            timed_out: true, ..
        } => "timed out",
        CallbackOutcome::Failed { .. } => "failed",
        CallbackOutcome::Late => "late",
        CallbackOutcome::Sending { .. } => "sending",
        CallbackOutcome::Sent { .. } => "sent",
        CallbackOutcome::NotSent { .. } => "not sent",
        _ => "unknown",
    }
}

/// A handler that does as it is told.
fn obedient(server: WeChatServer) -> Result<WeChatServer, RegisterError> {
    server.register_callback("text", |message| match message.text() {
        Some("fails") => Err("private: no paper".into()),
        Some("panics") => panic!("private: no ink"),
        Some("is not for WeCom") => Ok(Reply::TransferCustomerService { kf_account: None }),
        Some("is empty") => Ok(Reply::news([])),
        Some("nothing") => Ok(Reply::None),
        _ => Ok(Reply::echo(message)),
    })
}

#[test]
fn an_observer_is_told_what_became_of_each_callback() {
    run(async {
        for mode in PLATFORMS {
            let sandbox = platform(mode).start().await.unwrap();
            let (server, mut reports) = watched(obedient(server(&sandbox, ["", ""])).unwrap());
            let world = World::connect(sandbox, server).await;
            for (id, said, expected, says) in [
                (1, "hello", "replied", ""),
                (2, "nothing", "nothing", ""),
                (3, "fails", "failed", "no paper"),
                (4, "panics", "failed", "no ink"),
                (5, "is empty", "failed", "news"),
            ] {
                let member = world.member("observed");
                member.sends(numbered("observed", id, said)).await.unwrap();
                let report = reports.next().await;
                let what = format!("{mode:?}: {report:?}");
                assert_eq!(word(&report.outcome), expected, "{what}");
                assert!(report.done, "{what}");
                assert_eq!(report.app, "demo", "{what}");
                assert_eq!(report.key.as_str(), format!("msg:observed:{id}"), "{what}");
                assert_eq!(
                    report.id.as_ref().unwrap().as_str(),
                    id.to_string(),
                    "{what}"
                );
                assert_eq!(
                    (report.from.as_str(), report.kind.as_str()),
                    ("observed", "text")
                );
                if let CallbackOutcome::Failed { error, .. } = &report.outcome {
                    assert!(error.contains(says), "{what}");
                }
            }
            let click = Incoming::event("click", [("EventKey", "a")]);
            world.member("observed").sends(click).await.unwrap();
            let report = reports.next().await;
            assert_eq!(word(&report.outcome), "unhandled", "{mode:?}: {report:?}");
            assert_eq!(
                (report.id, report.kind.to_lowercase().as_str()),
                (None, "click")
            );
        }
    });
}

#[test]
fn a_resent_callback_is_reported_once() {
    run(async {
        let sandbox = platform(None).start().await.unwrap();
        let (server, mut reports) = watched(obedient(server(&sandbox, ["", ""])).unwrap());
        let world = World::connect(sandbox, server).await;
        let again = Injection::new(Fault::Resent).times(1);
        world.sandbox.faults().inject(again).unwrap();
        world.member("twice").says("hello").await.unwrap();
        world.member("next").says("hello").await.unwrap();
        assert_eq!(reports.next().await.from, "twice");
        assert_eq!(reports.next().await.from, "next");
    });
}

#[test]
fn a_late_reply_is_reported_at_each_turn() {
    run(async {
        let sandbox = platform(None).start().await.unwrap();
        let gate = Gate::closed();
        let handler = gate.clone();
        let server = server(&sandbox, ["", "reply_within = 0.1"])
            .register_callback("text", move |message| {
                let gate = handler.clone();
                async move {
                    gate.pass().await?;
                    match message.text() {
                        Some("fails") => Err("no".into()),
                        Some("nothing") => Ok(None),
                        _ => Ok(Some(message)),
                    }
                }
            })
            .unwrap();
        let (server, mut reports) = watched(server);
        let world = World::connect(sandbox, server).await;
        for (said, expected) in [
            ("hello", &["late", "sending", "sent"][..]),
            ("nothing", &["late", "nothing"]),
            ("fails", &["late", "failed"]),
        ] {
            let seen = world.member("late").says(said).await.unwrap();
            assert_eq!(seen.state, State::Acknowledged, "{said}: {}", seen.words);
            gate.let_through(1);
            assert_eq!(reports.all().await, expected, "{said}");
        }
    });
}

#[test]
fn an_observer_that_panics_or_hangs_holds_up_nothing() {
    run(async {
        let sandbox = platform(None).start().await.unwrap();
        let (hang, hangs) = std::sync::mpsc::channel::<()>();
        let hangs = Mutex::new(hangs);
        let server = obedient(server(&sandbox, ["", ""]))
            .unwrap()
            .on_outcome(|report| panic!("the observer of {} broke", report.from))
            .on_outcome(move |_| {
                let _ = hangs.lock().unwrap().recv();
            });
        let world = World::connect(sandbox, server).await;
        let member = world.member("observer-broke");
        for _ in 0..3 {
            let seen = member.says("hello").await.unwrap();
            assert_eq!(seen.text(), Some("hello"), "{}", seen.words);
        }
        wait_for_line(&["WARN", "observer failed", "observer-broke"]);
        world.stop().await;
        drop(hang);
    });
}

#[test]
fn without_on_error_no_error_reaches_a_member() {
    run(async {
        for mode in PLATFORMS {
            let world = World::start(platform(mode), ["", ""], obedient).await;
            for said in ["fails", "panics", "is empty"] {
                let seen = world.member("zhangsan").says(said).await.unwrap();
                assert_eq!(seen.state, State::Acknowledged, "{mode:?}: {}", seen.words);
                assert!(seen.is_silent(), "{mode:?}: {seen:?}");
            }
        }
    });
}

#[test]
fn on_error_answers_for_a_handler_that_fails() {
    run(async {
        for mode in PLATFORMS {
            for is_async in [false, true] {
                let sandbox = platform(mode).start().await.unwrap();
                let server = obedient(server(&sandbox, ["", ""])).unwrap();
                let server = if is_async {
                    server.on_error(async |error, message: Message| {
                        tokio::task::yield_now().await;
                        apology(&error, &message)
                    })
                } else {
                    server.on_error(|error, message| apology(&error, &message))
                };
                let (server, mut reports) = watched(server);
                let world = World::connect(sandbox, server).await;
                for (said, kind) in [
                    ("fails", "failed"),
                    ("panics", "panicked"),
                    ("is empty", "failed"),
                ] {
                    let seen = world.member("zhangsan").says(said).await.unwrap();
                    let what = format!("{mode:?} {said}: {}", seen.words);
                    assert_eq!(seen.state, State::Replied, "{what}");
                    let expected = format!("{kind}: {said}");
                    assert_eq!(seen.text(), Some(expected.as_str()), "{what}");
                    assert_eq!(seen.messages[0].via, Some(Via::Passive), "{what}");
                    assert_eq!(reports.all().await, ["failed", "replied"], "{what}");
                }
                let seen = world.member("zhangsan").says("hello").await.unwrap();
                assert_eq!(seen.text(), Some("hello"), "{mode:?}");
            }
        }
    });
}

fn apology(error: &HandlerError, message: &Message) -> String {
    let kind = match error {
        HandlerError::Failed(_) => "failed",
        HandlerError::Panicked(_) => "panicked",
        HandlerError::TimedOut(_) => "timed out",
        _ => "unknown",
    };
    format!("{kind}: {}", message.text().unwrap_or_default())
}

#[test]
fn an_answer_of_on_error_that_is_late_or_long_goes_out_as_a_message() {
    run(async {
        let sandbox = platform(None).start().await.unwrap();
        let gate = Gate::closed();
        let handler = gate.clone();
        let server = server(&sandbox, ["", "reply_within = 0.1"])
            .register_callback("text", move |message| {
                let gate = handler.clone();
                async move {
                    if message.text() == Some("late") {
                        gate.pass().await?;
                    }
                    Err::<(), _>(BoxError::from("no"))
                }
            })
            .unwrap()
            .on_error(|_, message| match message.text() {
                Some("late") => "出错了".to_owned(),
                _ => "错".repeat(1000),
            });
        let (server, mut reports) = watched(server);
        let world = World::connect(sandbox, server).await;
        let member = world.member("zhangsan");
        member.says("late").await.unwrap();
        gate.let_through(1);
        assert_eq!(reports.all().await, ["late", "failed", "sending", "sent"]);
        assert_eq!(member.inbox()[0].text(), Some("出错了"));
        let seen = member.says("long").await.unwrap();
        assert_eq!(seen.state, State::Acknowledged, "{}", seen.words);
        assert_eq!(reports.all().await, ["failed", "sending", "sent"]);
        assert_eq!(member.inbox().len(), 3);
    });
}

#[test]
fn an_on_error_that_fails_or_panics_is_contained_and_called_once() {
    run(async {
        for kind in [
            "fails",
            "panics",
            "says nothing",
            "panics later",
            "is empty",
        ] {
            let sandbox = platform(None).start().await.unwrap();
            let calls = Arc::new(AtomicUsize::new(0));
            let counter = Arc::clone(&calls);
            let server = obedient(server(&sandbox, ["", ""]))
                .unwrap()
                .on_error(move |error, _| {
                    counter.fetch_add(1, Ordering::SeqCst);
                    assert!(kind != "panics", "again: {error}");
                    async move {
                        tokio::task::yield_now().await;
                        assert!(kind != "panics later", "again: {error}");
                        match kind {
                            "fails" => Err("again".into()),
                            "is empty" => Ok(Reply::news([])),
                            _ => Ok(Reply::None),
                        }
                    }
                });
            let (server, mut reports) = watched(server);
            let world = World::connect(sandbox, server).await;
            let from = format!("on-error-{}", kind.replace(' ', "-"));
            let seen = world.member(&from).says("fails").await.unwrap();
            assert_eq!(seen.state, State::Acknowledged, "{kind}: {}", seen.words);
            assert!(seen.is_silent(), "{kind}");
            let again = if kind == "says nothing" {
                "nothing"
            } else {
                wait_for_line(&["ERROR", "on_error failed", &from]);
                "failed"
            };
            assert_eq!(reports.all().await, ["failed", again], "{kind}");
            assert_eq!(calls.load(Ordering::SeqCst), 1, "{kind}");
            let seen = world.member(&from).says("hello").await.unwrap();
            assert_eq!(seen.text(), Some("hello"), "{kind}");
        }
    });
}

#[test]
fn a_hanging_on_error_leaves_the_callback_in_time_and_is_given_up() {
    run(async {
        let sandbox = platform(None).start().await.unwrap();
        let server = obedient(server(&sandbox, ["", "reply_within = 0.2"]))
            .unwrap()
            .on_error(|_, _| std::future::pending::<()>());
        let (server, mut reports) = watched(server);
        let world = World::connect(sandbox, server).await;
        let began = Instant::now();
        let seen = world.member("zhangsan").says("fails").await.unwrap();
        assert_eq!(seen.state, State::Acknowledged, "{}", seen.words);
        assert!(began.elapsed() < Duration::from_secs(4));
        assert_eq!(reports.all().await, ["failed", "late", "timed out"]);
        assert!(began.elapsed() < Duration::from_secs(15));
    });
}

#[test]
fn a_handler_that_times_out_is_answered_and_its_value_is_dropped() {
    run(async {
        for is_async in [false, true] {
            let sandbox = platform(None).start().await.unwrap();
            let (go, wait) = std::sync::mpsc::channel::<()>();
            let wait = Arc::new(Mutex::new(wait));
            let server = server(&sandbox, ["max_in_flight = 2", ""])
                .handler_timeout(Duration::from_millis(300))
                .on_error(|error, message| apology(&error, &message));
            let server = if is_async {
                server.register_callback("text", async |message: Message| {
                    if message.text() == Some("slow") {
                        std::future::pending::<()>().await;
                    }
                    message
                })
            } else {
                server.register_callback("text", move |message| {
                    if message.text() == Some("slow") {
                        let _ = wait.lock().unwrap().recv();
                    }
                    message
                })
            };
            let (server, mut reports) = watched(server.unwrap());
            let world = World::connect(sandbox, server).await;
            let member = world.member("times-out");
            let seen = member.says("slow").await.unwrap();
            assert_eq!(seen.text(), Some("timed out: slow"), "{}", seen.words);
            assert_eq!(reports.all().await, ["timed out", "replied"]);
            for _ in 0..3 {
                let seen = member.says("quick").await.unwrap();
                assert_eq!(seen.text(), Some("quick"), "{}", seen.words);
            }
            drop(go);
            world.stop().await;
            assert_eq!(member.inbox().len(), 4);
            assert!(
                log_lines("private")
                    .iter()
                    .all(|line| line.contains("ERROR"))
            );
        }
    });
}

/// 512 threads are all that handlers have.
#[test]
fn a_handler_that_waits_for_a_thread_until_it_times_out_is_not_run() {
    run(async {
        let sandbox = platform(None).start().await.unwrap();
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let wait = Arc::new(Mutex::new(wait));
        let begun = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&begun);
        let server = server(&sandbox, ["", ""])
            .handler_timeout(Duration::from_millis(500))
            .register_callback("text", move |_| {
                counted.fetch_add(1, Ordering::SeqCst);
                let _ = wait.lock().unwrap().recv();
            })
            .unwrap();
        let world = World::connect(sandbox, server).await;
        let member = world.member("crowd");
        // More than there are threads: the last ones wait.
        let says = (0..560).map(|number| member.says(number.to_string()));
        for seen in futures_util::future::join_all(says).await {
            assert_eq!(seen.unwrap().state, State::Acknowledged);
        }
        assert_eq!(begun.load(Ordering::SeqCst), 512);
        drop(go);
        // It waits for the threads.
        world.stop().await;
        assert_eq!(begun.load(Ordering::SeqCst), 512);
    });
}
