//! Many callbacks at a time: bursts, replays, re-sends, floods.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::bad_app::{BadApp, ok};
use super::page;
use super::world::{builder, connect, run};
use easy_wechat::sandbox::{FloodSettings, State};
use easy_wechat::{Mode, Reply};
use serde_json::json;

#[test]
fn a_burst_reaches_the_app_and_each_member_is_answered() {
    run(async {
        let sandbox = builder(None).start().await.unwrap();
        let _server = connect(&sandbox, |server| {
            server.register_callback("text", |message| async move { Reply::echo(message) })
        })
        .await;
        let burst = json!({"messages": 1200, "members": 7, "content": "n"});
        let answer = page::post(&sandbox, "/sandbox/burst", &burst).await;
        assert_eq!(answer["started"], 1200, "{answer}");
        let mut texts = Vec::new();
        for member in 1..=7 {
            let count = 1200 / 7 + usize::from(member <= 1200 % 7);
            let inbox = sandbox
                .member(format!("member{member}"))
                .inbox_of(count)
                .await;
            texts.extend(inbox.iter().filter_map(|it| it.text().map(str::to_owned)));
        }
        texts.sort_unstable();
        texts.dedup();
        assert_eq!(texts.len(), 1200);
        for wrong in [
            json!({"messages": 0, "members": 1}),
            json!({"messages": 10_001, "members": 1}),
            json!({"messages": 1, "members": 0}),
        ] {
            let answer = page::post(&sandbox, "/sandbox/burst", &wrong).await;
            assert!(
                answer["error"]["en"]
                    .as_str()
                    .unwrap()
                    .contains("1 to 10,000"),
                "{answer}"
            );
        }
    });
}

#[test]
fn a_callback_is_sent_again_as_it_was() {
    run(async {
        let sandbox = builder(Some(Mode::Safe)).start().await.unwrap();
        let app = BadApp::start(&sandbox, |_, _, stream| {
            let _ = stream.write_all(&ok("success"));
        });
        sandbox.connect(app.url()).await.unwrap();
        sandbox.member("zhangsan").says("hi").await.unwrap();
        let state = page::get(&sandbox, "/sandbox/state").await;
        let exchanges = state["exchanges"].as_array().unwrap();
        assert_eq!(exchanges[0]["what"], "verify");
        assert_eq!(exchanges[1]["item"], state["items"][0]["id"]);
        assert_eq!(state["items"][0]["exchange"], exchanges[1]["id"]);
        let path = format!("/sandbox/exchanges/{}/resend", exchanges[1]["id"]);
        let again = page::post(&sandbox, &path, &json!({})).await;
        let again = page::ended(&sandbox, &again["exchange"]).await;
        assert_eq!(
            (&again["state"], &again["item"]),
            (&json!("acknowledged"), &state["items"][0]["id"])
        );
        let heard = app.messages();
        assert_eq!(heard[0].plain, heard[1].plain);
        assert_eq!(again["plain"].as_str(), heard[0].plain.as_deref());
        // What the page shows of it is what came over the wire.
        let delivery = &again["deliveries"][0];
        assert_eq!(delivery["request_body"].as_str().unwrap(), heard[1].body);
        assert!(
            delivery["url"].as_str().unwrap().ends_with(&heard[1].query),
            "{delivery}"
        );
        assert_eq!(delivery["answer"], "success");
        assert!(
            delivery["answer_headers"]
                .as_str()
                .unwrap()
                .contains("content-length: 7")
        );
        // The verification again is a verification.
        let path = format!("/sandbox/exchanges/{}/resend", exchanges[0]["id"]);
        let again = page::post(&sandbox, &path, &json!({})).await;
        let again = page::ended(&sandbox, &again["exchange"]).await;
        assert_eq!(
            (&again["what"], &again["state"]),
            (&json!("verify"), &json!("acknowledged"))
        );
        let error = page::post(&sandbox, "/sandbox/exchanges/999/resend", &json!({})).await;
        assert!(
            error["error"]["en"]
                .as_str()
                .unwrap()
                .contains("no exchange"),
            "{error}"
        );
    });
}

#[test]
fn a_transcript_is_played_again_in_its_order() {
    run(async {
        let sandbox = builder(None).start().await.unwrap();
        let app = BadApp::start(&sandbox, |heard, keys, stream| {
            let content = heard.field("Content").unwrap();
            // The earlier, the slower: only waiting keeps the order.
            std::thread::sleep(Duration::from_millis(
                60 - 20 * content.parse::<u64>().unwrap(),
            ));
            let _ = stream.write_all(&ok(keys.seal(&super::bad_app::text(heard, &content))));
        });
        sandbox.connect(app.url()).await.unwrap();
        for (member, text) in [("zhangsan", "1"), ("wangwu", "2"), ("zhangsan", "3")] {
            sandbox.member(member).says(text).await.unwrap();
        }
        let transcript = page::get(&sandbox, "/sandbox/transcript").await;
        let answer = page::post(&sandbox, "/sandbox/replay", &transcript).await;
        assert_eq!(answer["messages"], 3, "{answer}");
        sandbox.member("wangwu").inbox_of(2).await;
        sandbox.member("zhangsan").inbox_of(4).await;
        let heard = app.messages();
        let mut content: Vec<_> = heard
            .iter()
            .map(|it| it.field("Content").unwrap())
            .collect();
        let again = content.split_off(3);
        assert_eq!(again, ["1", "2", "3"]);
        let numbers: Vec<_> = heard.iter().map(|it| it.field("MsgId")).collect();
        assert_ne!(
            numbers[0], numbers[4],
            "a new message, not the old one again"
        );
    });
}

#[test]
fn too_many_callbacks_at_a_time_are_refused() {
    run(async {
        let sandbox = builder(None)
            .answer_within(Duration::from_secs(3))
            .start()
            .await
            .unwrap();
        // They are held, and so in flight.
        let app = BadApp::start(&sandbox, |_, _, _| {
            std::thread::sleep(Duration::from_secs(5));
        });
        sandbox.connect(app.url()).await.unwrap();
        sandbox
            .faults()
            .inject(easy_wechat::sandbox::Fault::OutOfOrder)
            .unwrap();
        let member = sandbox.member("zhangsan");
        let refused = {
            let mut waiting = Vec::new();
            let mut refused = None;
            for number in 0..2001 {
                let mut says = Box::pin(member.says(number.to_string()));
                tokio::select! {
                    biased;
                    said = &mut says => refused = Some((number, said)),
                    () = std::future::ready(()) => waiting.push(says),
                }
            }
            refused
        };
        let (number, said) = refused.unwrap();
        assert_eq!(number, 2000);
        assert!(said.unwrap_err().to_string().contains("2,000 callbacks"));
    });
}

#[test]
fn a_flood_is_counted_and_leaves_no_trace() {
    run(async {
        let sandbox = builder(None).start().await.unwrap();
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&calls);
        let _server = connect(&sandbox, move |server| {
            server.register_callback("text", move |message| {
                counted.fetch_add(1, Ordering::SeqCst);
                async move {
                    message
                        .text()
                        .filter(|it| !it.ends_with('7'))
                        .map(str::to_owned)
                }
            })
        })
        .await;
        let settings = FloodSettings::new(200, 5, Duration::from_millis(1500));
        let mut told = 0;
        let report = sandbox.flood(settings, |_| told += 1).await.unwrap();
        assert_eq!((report.sent, report.skipped), (300, 0), "{report:?}");
        assert_eq!(
            (report.replied, report.acknowledged),
            (270, 30),
            "{report:?}"
        );
        assert_eq!(calls.load(Ordering::SeqCst), 300, "all are different");
        assert!(
            report.p50 <= report.p95 && report.p95 <= report.p99 && report.p99 <= report.max,
            "{report:?}"
        );
        assert!(
            !report.p50.is_zero() && report.max < Duration::from_secs(5),
            "{report:?}"
        );
        assert!(told >= 1);
        let state = page::get(&sandbox, "/sandbox/state").await;
        assert_eq!(state["items"], json!([]));
        assert_eq!(state["exchanges"].as_array().unwrap().len(), 1);
        assert_eq!(state["conversations"].as_array().unwrap().len(), 2);
        // The numbers of messages go on behind those of the flood.
        let seen = sandbox.member("zhangsan").says("hi").await.unwrap();
        assert_eq!(seen.state, State::Replied, "{}", seen.words);
    });
}

#[test]
fn a_flood_tells_how_messages_failed() {
    run(async {
        let sandbox = builder(None)
            .answer_within(Duration::from_secs(1))
            .start()
            .await
            .unwrap();
        let app = BadApp::start(&sandbox, |heard, _, stream| {
            let content = heard.field("Content").unwrap();
            let number: u64 = content.split(' ').nth(1).unwrap().parse().unwrap();
            match number % 4 {
                0 => {}
                1 => std::thread::sleep(Duration::from_secs(3)),
                2 => stream
                    .write_all(&super::bad_app::status("500 E", "", ""))
                    .unwrap(),
                _ => stream.write_all(&ok("{}")).unwrap(),
            }
        });
        sandbox.connect(app.url()).await.unwrap();
        let settings = FloodSettings::new(100, 1, Duration::from_millis(400));
        let report = sandbox.flood(settings, |_| {}).await.unwrap();
        let counts = [
            report.sent,
            report.failed,
            report.late,
            report.refused,
            report.dropped,
        ];
        assert_eq!(counts, [40, 10, 10, 10, 10], "{report:?}");
        for wrong in [
            FloodSettings::new(0, 1, Duration::ZERO),
            FloodSettings::new(1, 0, Duration::ZERO),
        ] {
            assert!(sandbox.flood(wrong, |_| {}).await.is_err());
        }
    });
}
