//! Every type of reply: the platform takes it, and the member sees it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use easy_wechat::sandbox::{Incoming, Sandbox, State, Via};
use easy_wechat::{Article, Reply};
use serde_json::{Value, json};

use super::cards::updates;
use super::world::{PLATFORMS, World, platform, run};

#[test]
fn each_type_is_taken_and_seen_on_each_platform() {
    run(async {
        for mode in PLATFORMS {
            let (replies, next) = queue();
            let world = World::start(platform(mode), ["", ""], |server| {
                server.register_fallback(move |_| next.lock().unwrap().pop_front())
            })
            .await;
            let member = world.member("zhangsan");
            for Case {
                asked,
                reply,
                msg_type,
                content,
            } in cases(&world.sandbox, mode.is_none())
            {
                let what = format!("{mode:?}: {reply:?}");
                replies.lock().unwrap().push_back(reply);
                let seen = member.sends(asked).await.unwrap();
                assert_eq!(seen.state, State::Replied, "{what}: {}", seen.words);
                assert_eq!(seen.attempts, 1, "{what}");
                assert_eq!(seen.messages.len(), 1, "{what}");
                let message = &seen.messages[0];
                assert_eq!(message.msg_type, msg_type, "{what}");
                assert_eq!(message.via, Some(Via::Passive), "{what}");
                assert_eq!(message.content, content, "{what}");
            }
        }
    });
}

#[test]
fn what_the_platform_does_not_have_is_acknowledged_and_never_sent() {
    run(async {
        for mode in PLATFORMS {
            let (replies, next) = queue();
            let world = World::start(platform(mode), ["", ""], |server| {
                server.register_fallback(move |_| next.lock().unwrap().pop_front())
            })
            .await;
            let foreign = if mode.is_none() {
                Reply::TransferCustomerService { kf_account: None }
            } else {
                Reply::UpdateButton {
                    replace_name: "好".to_owned(),
                }
            };
            for reply in [foreign, Reply::text(""), Reply::None, Reply::news([])] {
                let what = format!("{mode:?}: {reply:?}");
                replies.lock().unwrap().push_back(reply);
                let seen = world.member("zhangsan").says("?").await.unwrap();
                assert_eq!(seen.state, State::Acknowledged, "{what}: {}", seen.words);
                assert!(seen.is_silent(), "{what}");
            }
        }
    });
}

/// What is asked, the reply to it, and what the member sees.
pub(super) struct Case {
    pub(super) asked: Incoming,
    pub(super) reply: Reply,
    pub(super) msg_type: &'static str,
    pub(super) content: Value,
}

fn cases(sandbox: &Sandbox, wecom: bool) -> Vec<Case> {
    let upload = |kind| sandbox.upload(kind, "a file", *b"bytes");
    let (image, voice, video) = (upload("image"), upload("voice"), upload("video"));
    let thumb = upload("thumb");
    let text = "第一行\n]]> & <b>";
    let mut cases = vec![
        says(Reply::text(text), "text", json!({"content": text})),
        says(
            Reply::image(image.clone()),
            "image",
            json!({"media_id": image.0}),
        ),
        says(
            Reply::voice(voice.clone()),
            "voice",
            json!({"media_id": voice.0}),
        ),
        says(
            Reply::video(video.clone(), "标题", "描述"),
            "video",
            json!({"media_id": video.0, "title": "标题", "description": "描述"}),
        ),
        says(
            Reply::news([article("一", "& 二")]),
            "news",
            json!({"articles": [as_json("一", "& 二")]}),
        ),
        Case {
            asked: Incoming::event("click", [("EventKey", "news")]),
            reply: Reply::news(vec![article("标题", ""); 8]),
            msg_type: "news",
            content: json!({"articles": vec![as_json("标题", ""); 8]}),
        },
    ];
    if wecom {
        cases.extend(updates());
        return cases;
    }
    cases.extend([
        says(
            Reply::Music {
                title: "歌".to_owned(),
                description: String::new(),
                music_url: "http://a.test/m?a=1&b=2".to_owned(),
                hq_music_url: "http://a.test/hq".to_owned(),
                thumb_media_id: thumb.clone(),
            },
            "music",
            json!({
                "title": "歌",
                "description": "",
                "musicurl": "http://a.test/m?a=1&b=2",
                "hqmusicurl": "http://a.test/hq",
                "thumb_media_id": thumb.0,
            }),
        ),
        says(
            Reply::TransferCustomerService { kf_account: None },
            "transfer_customer_service",
            json!({"kf_account": null}),
        ),
        says(
            Reply::TransferCustomerService {
                kf_account: Some("test1@test".to_owned()),
            },
            "transfer_customer_service",
            json!({"kf_account": "test1@test"}),
        ),
    ]);
    cases
}

fn says(reply: Reply, msg_type: &'static str, content: Value) -> Case {
    Case {
        asked: Incoming::text("?"),
        reply,
        msg_type,
        content,
    }
}

fn article(title: &str, description: &str) -> Article {
    Article {
        title: title.to_owned(),
        description: description.to_owned(),
        pic_url: "http://a.test/p?a=1&b=2".to_owned(),
        url: "http://a.test/".to_owned(),
    }
}

fn as_json(title: &str, description: &str) -> Value {
    json!({
        "title": title,
        "description": description,
        "picurl": "http://a.test/p?a=1&b=2",
        "url": "http://a.test/",
    })
}

pub(super) type Queue = Arc<Mutex<VecDeque<Reply>>>;

/// The replies to come, for the test and for the handler.
pub(super) fn queue() -> (Queue, Queue) {
    let queue = Queue::default();
    (Arc::clone(&queue), queue)
}
