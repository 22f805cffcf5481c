//! What the page shows of a callback beyond its answer: what the app reports, and the reply that comes late.

use std::io::Write as _;
use std::time::Duration;

use easy_wechat::sandbox::{Incoming, Sandbox};
use serde_json::{Value, json};

use super::bad_app::{BadApp, ok, text};
use super::page::get;
use super::world::{builder, connect, run};

#[test]
fn a_handler_that_fails_is_shown_with_its_error() {
    run(async {
        let sandbox = builder(None).start().await.unwrap();
        let observer = sandbox.observer();
        let server = connect(&sandbox, |server| {
            server
                .register_callback("text", |_| {
                    Err::<String, _>("no <b>database</b>\u{1b}[2J".into())
                })
                .map(|server| server.on_outcome(observer))
        })
        .await;
        sandbox.member("zhangsan").says("hi").await.unwrap();
        let exchange = until(&sandbox, "exchanges", |it| it["error"].is_object()).await;
        assert_eq!(exchange["what"], "text");
        assert_eq!(exchange["done"], true);
        for language in ["en", "zh"] {
            let words = exchange["error"][language].as_str().unwrap();
            assert!(words.contains("no <b>database</b>"), "{words}");
            assert!(
                !words.contains('\u{1b}'),
                "a terminal's orders are escaped: {words}"
            );
        }
        server.stop().await;
    });
}

#[test]
fn a_late_reply_is_tied_to_its_callback() {
    run(async {
        let sandbox = builder(None)
            .late_within(Duration::from_secs(5))
            .start()
            .await
            .unwrap();
        let server = connect(&sandbox, |server| {
            server.register_callback("text", |_| async {
                tokio::time::sleep(Duration::from_millis(1300)).await;
                "late"
            })
        })
        .await;
        let seen = sandbox.member("zhangsan").says("hi").await.unwrap();
        assert_eq!(seen.text(), Some("late"));
        let exchange = until(&sandbox, "exchanges", |it| it["late"].is_object()).await;
        assert_eq!(exchange["what"], "text");
        let after = exchange["late"]["after_ms"].as_i64().unwrap();
        assert!((1300..10_000).contains(&after), "{after} ms");
        let call = until(&sandbox, "calls", |it| it["exchange"] == exchange["id"]).await;
        assert_eq!(call["id"], exchange["late"]["call"]);
        assert_eq!(call["path"], "/cgi-bin/message/send");
        server.stop().await;
    });
}

/// The parts of one long reply are not the replies to three callbacks.
#[test]
fn the_parts_of_a_long_reply_belong_to_one_callback() {
    run(async {
        let sandbox = builder(None).start().await.unwrap();
        let server = connect(&sandbox, |server| {
            server.register_callback("text", |message| match message.text() {
                Some("long") => "长".repeat(1500),
                _ => String::new(),
            })
        })
        .await;
        let member = sandbox.member("zhangsan");
        for text in ["nothing", "nothing too", "long"] {
            member.says(text).await.unwrap();
        }
        let exchange = until(&sandbox, "exchanges", |it| it["late"].is_object()).await;
        let last = exchange["late"]["call"].as_u64().unwrap() + 2;
        let part = until(&sandbox, "calls", |it| it["id"] == last).await;
        assert_eq!(part["path"], "/cgi-bin/message/send");
        let state = get(&sandbox, "/sandbox/state").await;
        let late = |it: &&Value| it["late"].is_object();
        let all = state["exchanges"].as_array().unwrap();
        assert_eq!(all.iter().filter(late).count(), 1, "{}", state["exchanges"]);
        server.stop().await;
    });
}

#[test]
fn a_reply_that_is_cut_has_a_mark() {
    run(async {
        let sandbox = builder(None).start().await.unwrap();
        let app = BadApp::start(&sandbox, |heard, keys, stream| {
            let reply = text(heard, &"长".repeat(1500));
            let _ = stream.write_all(&ok(keys.seal(&reply)));
        });
        sandbox.connect(app.url()).await.unwrap();
        sandbox.member("zhangsan").says("hi").await.unwrap();
        let exchange = until(&sandbox, "exchanges", |it| it["mark"].is_object()).await;
        assert_eq!(exchange["state"], "replied");
        let words = exchange["mark"]["zh"].as_str().unwrap();
        assert!(words.contains("4,500 → 2,048 字节"), "{words}");
    });
}

/// Raw XML is the member's own, so a refusal of it says nothing of the keys.
#[test]
fn xml_that_is_not_well_formed_is_told_as_that() {
    run(async {
        let sandbox = builder(None).start().await.unwrap();
        let server = connect(&sandbox, |server| {
            server.register_callback("text", |message| message)
        })
        .await;
        let member = sandbox.member("zhangsan");
        for xml in ["<xml><MsgType>text", "<xml><a></b></xml>", "not XML"] {
            let raw = Incoming::Raw {
                xml: xml.to_owned(),
            };
            let words = member.sends(raw).await.unwrap().words;
            assert!(
                words.en.contains("refused the XML that was sent"),
                "{xml}: {words}"
            );
            assert!(!words.en.contains("corpid"), "{xml}: {words}");
        }
        server.stop().await;
    });
}

/// The first exchange or call on the page that is as it should be.
async fn until(sandbox: &Sandbox, list: &str, found: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..250 {
        let state = get(sandbox, "/sandbox/state").await;
        if let Some(it) = state[list].as_array().unwrap().iter().find(|it| found(it)) {
            return it.clone();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let state = get(sandbox, "/sandbox/state").await;
    panic!("never: {}", json!(state[list]));
}
