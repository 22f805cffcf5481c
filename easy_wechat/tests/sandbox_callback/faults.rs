//! What goes wrong on purpose.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::bad_app::{BadApp, ok, status, text};
use super::world::{PLATFORMS, builder, connect, run};
use easy_wechat::sandbox::{Fault, Injection, State};

#[test]
fn a_callback_twice_or_again_reaches_the_handler_once() {
    run(async {
        for (fault, words) in [
            (Fault::Twice, "it was delivered twice at once"),
            (Fault::Resent, "it was then delivered once more"),
        ] {
            let sandbox = builder(None).start().await.unwrap();
            let calls = Arc::new(AtomicUsize::new(0));
            let counted = Arc::clone(&calls);
            let _server = connect(&sandbox, move |server| {
                server.register_callback("text", move |_| {
                    format!("{}", counted.fetch_add(1, Ordering::SeqCst))
                })
            })
            .await;
            sandbox
                .faults()
                .inject(Injection::new(fault.clone()).times(1))
                .unwrap();
            let seen = sandbox.member("zhangsan").says("hi").await.unwrap();
            assert_eq!(
                (seen.state, seen.attempts),
                (State::Replied, 2),
                "{}",
                seen.words
            );
            assert!(seen.words.en.contains(words), "{}", seen.words);
            let texts: Vec<_> = seen.messages.iter().filter_map(|it| it.text()).collect();
            assert_eq!(texts, ["0", "0"], "{fault:?}");
            assert_eq!(calls.load(Ordering::SeqCst), 1, "{fault:?}");
            // The fault is over.
            let seen = sandbox.member("zhangsan").says("hi").await.unwrap();
            assert_eq!((seen.text(), seen.attempts), (Some("1"), 1));
        }
    });
}

#[test]
fn a_wrong_signature_or_an_old_one_is_refused_by_our_server() {
    run(async {
        for platform in PLATFORMS {
            let sandbox = builder(platform).start().await.unwrap();
            let _server = connect(&sandbox, |server| {
                server.register_callback("text", |message| message)
            })
            .await;
            for (fault, words) in [
                (
                    Fault::WrongSignature,
                    "HTTP 400: refused, as it should be: the signature",
                ),
                (
                    Fault::Stale,
                    "HTTP 400: refused, as it should be: it was signed an hour ago",
                ),
            ] {
                sandbox
                    .faults()
                    .inject(Injection::new(fault).times(1))
                    .unwrap();
                let seen = sandbox.member("zhangsan").says("hi").await.unwrap();
                assert_eq!(
                    (seen.state, seen.attempts),
                    (State::Failed, 1),
                    "{}",
                    seen.words
                );
                assert!(
                    seen.words.en.contains(words),
                    "{platform:?}: {}",
                    seen.words
                );
                assert!(seen.is_silent(), "{seen:?}");
            }
            let seen = sandbox.member("zhangsan").says("hi").await.unwrap();
            assert_eq!(seen.text(), Some("hi"));
        }
    });
}

#[test]
fn an_app_that_takes_what_it_should_refuse_is_told() {
    run(async {
        for (fault, words) in [
            (
                Fault::WrongSignature,
                "the app took a callback whose signature is wrong",
            ),
            (Fault::Stale, "max_callback_age"),
        ] {
            let sandbox = builder(None).start().await.unwrap();
            let app = BadApp::start(&sandbox, |_, _, stream| {
                let _ = stream.write_all(&ok(""));
            });
            sandbox.connect(app.url()).await.unwrap();
            let wrong = fault == Fault::WrongSignature;
            sandbox.faults().inject(fault).unwrap();
            let seen = sandbox.member("zhangsan").says("hi").await.unwrap();
            assert_eq!(seen.state, State::Acknowledged);
            assert!(seen.words.en.contains(words), "{}", seen.words);
            // The other one is signed as it should be.
            assert_eq!(app.messages()[0].plain.is_none(), wrong);
        }
    });
}

#[test]
fn out_of_order_is_overtaken_by_the_next_one() {
    run(async {
        let sandbox = builder(None).start().await.unwrap();
        let app = BadApp::start(&sandbox, |heard, keys, stream| {
            let content = heard.field("Content").unwrap();
            let _ = stream.write_all(&ok(keys.seal(&text(heard, &content))));
        });
        sandbox.connect(app.url()).await.unwrap();
        sandbox
            .faults()
            .inject(Injection::new(Fault::OutOfOrder).times(1))
            .unwrap();
        let (one, other) = (sandbox.member("zhangsan"), sandbox.member("lisi"));
        let began = Instant::now();
        // The first to be polled is the first to be sent.
        let both = async { tokio::join!(biased; one.says("first"), other.says("second")) };
        let (one, other) = both.await;
        assert_eq!(one.unwrap().text(), Some("first"));
        assert_eq!(other.unwrap().text(), Some("second"));
        let heard: Vec<_> = app
            .messages()
            .iter()
            .map(|it| it.field("Content").unwrap())
            .collect();
        assert_eq!(heard, ["second", "first"]);
        assert!(
            began.elapsed() < Duration::from_millis(1900),
            "it did not wait: {:?}",
            began.elapsed()
        );
    });
}

#[test]
fn out_of_order_alone_comes_late() {
    run(async {
        let sandbox = builder(None).start().await.unwrap();
        let app = BadApp::start(&sandbox, |_, _, stream| {
            let _ = stream.write_all(&status("200 OK", "", "success"));
        });
        sandbox.connect(app.url()).await.unwrap();
        sandbox.faults().inject(Fault::OutOfOrder).unwrap();
        let began = Instant::now();
        let seen = sandbox.member("zhangsan").says("hi").await.unwrap();
        assert_eq!(seen.state, State::Acknowledged);
        assert!(began.elapsed() >= Duration::from_secs(2));
        assert_eq!(sandbox.faults().hits(), 1);
    });
}
