//! Messages and events of both platforms, as this crate's server reads them.

use std::sync::mpsc;

use super::page;
use super::world::{PLATFORMS, builder, connect, run};
use easy_wechat::sandbox::{Incoming, State};
use easy_wechat::{Article, Message, Mode, Reply};

#[test]
fn an_echo_on_each_platform() {
    run(async {
        for platform in PLATFORMS {
            let sandbox = builder(platform).start().await.unwrap();
            let _server = connect(&sandbox, |server| {
                server.register_callback("text", |message| message)
            })
            .await;
            for said in ["你好 ]]> <xml>", "a\nb", "&amp; \"quoted\"", " "] {
                let seen = sandbox.member("zhangsan").says(said).await.unwrap();
                assert_eq!(seen.state, State::Replied, "{platform:?}: {}", seen.words);
                assert_eq!(seen.text(), Some(said), "{platform:?}");
                assert_eq!(seen.attempts, 1);
            }
        }
    });
}

#[test]
fn our_server_reads_all_of_them_and_its_replies_are_seen() {
    run(async {
        for platform in PLATFORMS {
            let sandbox = builder(platform).start().await.unwrap();
            let (heard, messages) = mpsc::channel::<Message>();
            let _server = connect(&sandbox, move |server| {
                server.register_fallback(move |message| {
                    let kind = message.msg_type().to_owned();
                    let reply = match kind.as_str() {
                        "link" => Reply::news([article(), article()]),
                        "location" | "event" => Reply::text(format!("a {kind}")),
                        _ => Reply::echo(message.clone()),
                    };
                    heard.send(message).unwrap();
                    reply
                })
            })
            .await;
            let picture = sandbox.upload("image", "a.png", b"\x89PNG".to_vec());
            let voice = sandbox.upload("voice", "a.amr", b"#!AMR".to_vec());
            let video = sandbox.upload("video", "a.mp4", b"0000ftyp".to_vec());
            let (voice, video) = (voice.0, video.0);
            for (message, expected) in [
                (Incoming::image(&picture), "image"),
                (
                    Incoming::Voice {
                        media_id: voice.clone(),
                        format: "amr".to_owned(),
                    },
                    "voice",
                ),
                (
                    Incoming::Video {
                        media_id: video.clone(),
                        thumb_media_id: String::new(),
                    },
                    "video",
                ),
                (
                    Incoming::Location {
                        latitude: 1.5,
                        longitude: 2.5,
                        scale: 3,
                        label: "l".to_owned(),
                    },
                    "text",
                ),
                (
                    Incoming::Link {
                        title: "t".to_owned(),
                        description: String::new(),
                        url: "u".to_owned(),
                        picurl: String::new(),
                    },
                    "news",
                ),
                (Incoming::event("subscribe", [("EventKey", "")]), "text"),
                (Incoming::event("click", [("EventKey", "1")]), "text"),
            ] {
                let seen = sandbox
                    .member("zhangsan")
                    .sends(message.clone())
                    .await
                    .unwrap();
                assert_eq!(
                    seen.state,
                    State::Replied,
                    "{platform:?} {message:?}: {}",
                    seen.words
                );
                assert_eq!(seen.messages.len(), 1, "{platform:?} {message:?}");
                assert_eq!(
                    seen.messages[0].msg_type, expected,
                    "{platform:?} {message:?}"
                );
                let got = messages.recv().unwrap();
                assert_eq!(got.from.as_str(), "zhangsan");
                if expected == "news" {
                    let articles = seen.messages[0].content["articles"].as_array().unwrap();
                    assert_eq!(articles.len(), if platform.is_none() { 2 } else { 1 });
                    assert_eq!(articles[0]["picurl"], "p");
                }
                if let Some(media_id) = seen.messages[0].media_id() {
                    assert!([&picture.0, &voice, &video].contains(&&media_id.0));
                }
            }
        }
    });
}

#[test]
fn the_catalog_can_be_sent_as_it_is() {
    run(async {
        for platform in [None, Some(Mode::Plain)] {
            let sandbox = builder(platform).start().await.unwrap();
            let _server = connect(&sandbox, |server| server.register_fallback(|_| ())).await;
            let catalog = page::get(&sandbox, "/sandbox/catalog").await;
            let events = catalog["events"].as_array().unwrap();
            assert!(events.len() > 30, "{}", events.len());
            for event in events {
                let name = event["event"].as_str().unwrap();
                let title = &event["title"];
                assert!(
                    title["en"].is_string() && !title["zh"].as_str().unwrap().is_ascii(),
                    "{event}"
                );
                let fields = event["fields"].as_array().unwrap().iter();
                let fields =
                    fields.map(|it| (it["name"].as_str().unwrap(), it["value"].as_str().unwrap()));
                let message = Incoming::event(name, fields);
                let seen = sandbox.member("zhangsan").sends(message).await.unwrap();
                assert_eq!(seen.state, State::Acknowledged, "{name}: {}", seen.words);
            }
        }
    });
}

fn article() -> Article {
    Article {
        title: "t".to_owned(),
        description: "d".to_owned(),
        pic_url: "p".to_owned(),
        url: "u".to_owned(),
    }
}
