//! Handlers that fail: the callback is acknowledged, is not sent again, and does not run again.

use easy_wechat::BoxError;
use easy_wechat::sandbox::{Fault, Incoming, Injection, State};

use super::gate::Counter;
use super::support::wait_for_line;
use super::world::{PLATFORMS, World, numbered, platform, run};

#[test]
fn a_handler_that_fails_or_panics_is_acknowledged_and_run_once() {
    run(async {
        for mode in PLATFORMS {
            let calls = Counter::default();
            let counter = calls.clone();
            let world = World::start(platform(mode), ["", ""], |server| {
                let later = counter.clone();
                server
                    .register_callback("text", move |message| {
                        counter.count();
                        match message.text() {
                            Some("fails") => Err("no paper".into()),
                            Some("panics") => panic!("no ink"),
                            _ => Ok(message),
                        }
                    })?
                    .register_callback("image", move |message| {
                        later.count();
                        async move {
                            tokio::task::yield_now().await;
                            match message.get("Content") {
                                Some("fails") => Err(BoxError::from("no paper")),
                                _ => panic!("no ink"),
                            }
                            .map(|(): ()| message)
                        }
                    })
            })
            .await;
            let from = format!("failing-{mode:?}");
            let member = world.member(&from);
            let mut expected = 0;
            for kind in ["text", "image"] {
                for (content, cause) in [("fails", "no paper"), ("panics", "no ink")] {
                    expected += 1;
                    let what = format!("{mode:?}: {kind} {content}");
                    let message = || as_kind(numbered(&from, expected, content), kind);
                    let seen = member.sends(message()).await.unwrap();
                    assert_eq!(seen.state, State::Acknowledged, "{what}: {}", seen.words);
                    assert_eq!(seen.attempts, 1, "{what}");
                    let again = Injection::new(Fault::Resent).times(1);
                    world.sandbox.faults().inject(again).unwrap();
                    let seen = member.sends(message()).await.unwrap();
                    assert_eq!(seen.state, State::Acknowledged, "{what}: {}", seen.words);
                    assert_eq!(seen.attempts, 2, "{what}");
                    assert_eq!(calls.get() as u64, expected, "{what}");
                    let key = format!("key=msg:{from}:{expected}");
                    wait_for_line(&["ERROR", &key, cause]);
                }
            }
            let seen = member.says("still there?").await.unwrap();
            assert_eq!(
                seen.text(),
                Some("still there?"),
                "{mode:?}: {}",
                seen.words
            );
            // Nothing else was ever seen: no notice that the account is out of order.
            assert_eq!(member.inbox().len(), 1, "{mode:?}");
        }
    });
}

#[test]
fn what_nobody_takes_is_acknowledged() {
    run(async {
        for mode in PLATFORMS {
            let world = World::start(platform(mode), ["", ""], |server| {
                server.register_callback("image", |message| message)
            })
            .await;
            let seen = world.member("zhangsan").says("hello").await.unwrap();
            let what = format!("{mode:?}: {}", seen.words);
            assert_eq!(
                (seen.state, seen.attempts),
                (State::Acknowledged, 1),
                "{what}"
            );
            assert!(seen.is_silent(), "{what}");
        }
    });
}

/// The same message under another type.
fn as_kind(message: Incoming, kind: &str) -> Incoming {
    let Incoming::Raw { xml } = message else {
        return message;
    };
    Incoming::Raw {
        xml: xml.replace("[text]", &format!("[{kind}]")),
    }
}
