//! Every type of message, as the handler gets it.

use std::time::Duration;

use easy_wechat::sandbox::{Incoming, Sandbox, State};
use easy_wechat::{AccountKind, Message, MessageKind};
use futures_util::future::join_all;
use tokio::sync::mpsc::unbounded_channel;

use super::world::{PLATFORMS, World, platform, run};

#[test]
fn each_type_arrives_typed_on_each_platform() {
    run(async {
        for mode in PLATFORMS {
            let (sender, mut received) = unbounded_channel::<Message>();
            let world = World::start(platform(mode), ["", ""], |server| {
                server.register_fallback(move |message| sender.send(message).unwrap())
            })
            .await;
            let sandbox = &world.sandbox;
            let app = sandbox.config("demo").app("demo").unwrap();
            let wecom = app.kind == AccountKind::WeCom;
            let member = world.member("zhangsan");
            let mut last = None;
            for (message, expected) in messages(sandbox, wecom) {
                let what = format!("{mode:?}: {message:?}");
                let seen = member.sends(message).await.unwrap();
                assert_eq!(seen.state, State::Acknowledged, "{what}: {}", seen.words);
                assert_eq!(seen.attempts, 1, "{what}");
                assert!(seen.is_silent(), "{what}");
                let message = received.recv().await.unwrap();
                assert_eq!(message.kind, expected, "{what}");
                assert_eq!(message.from, "zhangsan", "{what}");
                if wecom {
                    assert_eq!(message.to, app.corpid, "{what}");
                    let agent = message.agent.map(|agent| agent.0.to_string());
                    assert_eq!(agent.as_ref(), Some(&app.appid), "{what}");
                } else {
                    assert!(message.to.starts_with("gh_"), "{what}: {}", message.to);
                    assert_eq!(message.agent, None, "{what}");
                }
                let age = sandbox.clock().now().as_secs() - message.created;
                assert!((0..10).contains(&age), "{what}: {age} s");
                let id: Option<u64> = message.id.map(|id| id.as_str().parse().unwrap());
                assert!(id > last, "{what}: {id:?} after {last:?}");
                last = id;
            }
            assert!(received.try_recv().is_err(), "{mode:?}");
        }
    });
}

#[test]
fn an_echo_of_anything_that_can_be_written_comes_back_as_it_was() {
    let texts = [
        "你好",
        "]]> <xml> &amp; &lt;b&gt; </Content>",
        "👨‍👩‍👧 \u{202e}right to left",
        " blanks and\nlines\t",
        "%2B+/= {\"json\": true}",
        "success",
    ];
    run(async {
        for mode in PLATFORMS {
            let world = World::start(platform(mode), ["", ""], |server| {
                server.register_callback("text", |message| message)
            })
            .await;
            for text in texts {
                let seen = world.member("lisi").says(text).await.unwrap();
                assert_eq!(
                    seen.state,
                    State::Replied,
                    "{mode:?}: {text}: {}",
                    seen.words
                );
                assert_eq!(seen.text(), Some(text), "{mode:?}");
            }
        }
    });
}

#[test]
fn many_members_who_write_at_once_each_get_their_own_answer() {
    run(async {
        let world = World::start(platform(None), ["workers = 2", ""], |server| {
            server.register_callback("text", |message| {
                format!("{}: {}", message.from, message.text().unwrap_or_default())
            })
        })
        .await;
        let all = (0..40).map(|number| {
            let member = world.member(&format!("member{}", number % 8));
            async move {
                let seen = member.says(format!("text {number}")).await.unwrap();
                assert_eq!(seen.state, State::Replied, "{number}: {}", seen.words);
                // What others of his texts were answered with meanwhile he sees as well.
                let own = format!("{}: text {number}", member.id());
                let texts: Vec<_> = seen.messages.iter().filter_map(|it| it.text()).collect();
                assert!(texts.contains(&own.as_str()), "{own} is not in {texts:?}");
            }
        });
        join_all(all).await;
        for number in 0..8 {
            let member = world.member(&format!("member{number}"));
            let inbox = tokio::time::timeout(Duration::from_secs(5), member.inbox_of(5)).await;
            assert_eq!(inbox.unwrap().len(), 5, "{}", member.id());
        }
    });
}

/// Every type that the platform has, and what the handler gets.
fn messages(sandbox: &Sandbox, wecom: bool) -> Vec<(Incoming, MessageKind)> {
    let upload = |kind| sandbox.upload(kind, "a file", *b"bytes");
    let (image, voice, video) = (upload("image"), upload("voice"), upload("video"));
    let thumb = upload("image");
    let picurl = "http://a.test/p.png?a=1&b=2".to_owned();
    let mut messages = vec![
        (
            Incoming::text("你好 & <b>"),
            MessageKind::Text {
                content: "你好 & <b>".to_owned(),
            },
        ),
        (
            Incoming::image(&image),
            MessageKind::Image {
                pic_url: format!("{}/sandbox/media/{image}", sandbox.url()),
                media_id: image,
            },
        ),
        (
            Incoming::Voice {
                media_id: voice.0.clone(),
                format: "speex".to_owned(),
            },
            MessageKind::Voice {
                media_id: voice,
                format: "speex".to_owned(),
                recognition: None,
            },
        ),
        (
            Incoming::Video {
                media_id: video.0.clone(),
                thumb_media_id: thumb.0.clone(),
            },
            MessageKind::Video {
                media_id: video.clone(),
                thumb_media_id: thumb.clone(),
            },
        ),
        (
            Incoming::Location {
                latitude: -23.137_466,
                longitude: 113.352_425,
                scale: 20,
                label: "广州市海珠区".to_owned(),
            },
            MessageKind::Location {
                latitude: -23.137_466,
                longitude: 113.352_425,
                scale: 20,
                label: "广州市海珠区".to_owned(),
            },
        ),
        (
            Incoming::Link {
                title: "标题".to_owned(),
                description: "描述".to_owned(),
                url: "https://a.test/?a=1&b=2".to_owned(),
                picurl: picurl.clone(),
            },
            MessageKind::Link {
                title: "标题".to_owned(),
                description: "描述".to_owned(),
                url: "https://a.test/?a=1&b=2".to_owned(),
                // Official Accounts send none.
                pic_url: if wecom { picurl } else { String::new() },
            },
        ),
    ];
    if !wecom {
        let short = Incoming::ShortVideo {
            media_id: video.0.clone(),
            thumb_media_id: thumb.0.clone(),
        };
        let kind = MessageKind::ShortVideo {
            media_id: video,
            thumb_media_id: thumb,
        };
        messages.push((short, kind));
    }
    messages
}
