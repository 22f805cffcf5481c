//! Types to JSON, and the platform's own examples to types.

use easy_wechat::outgoing::{
    MiniprogramPage, MpArticle, MsgMenu, Music, Outgoing, Picture, Text, Video, Way,
};
use easy_wechat::{
    Article, MediaId, MiniprogramNotice, NewsArticle, OutgoingError, Reply, TemplateCard, TextCard,
};
use serde_json::{Value, json};

use crate::prepared;

#[test]
fn each_type_is_the_platforms_json_and_back() {
    for (what, msg_type, content) in messages() {
        assert_eq!(
            (what.msg_type(), what.content()),
            (msg_type, content.clone())
        );
        assert_eq!(Outgoing::from_json(msg_type, content), Ok(what));
    }
}

/// <https://developer.work.weixin.qq.com/document/path/90236>, 90248, 99110, and the page of the Official Accounts.
#[test]
fn no_field_of_a_documented_example_gets_lost() {
    for (msg_type, content) in examples() {
        let what = Outgoing::from_json(msg_type, content.clone()).unwrap();
        assert_eq!((what.msg_type(), what.content()), (msg_type, content));
        let is_typed = !matches!(what, Outgoing::Other { .. });
        assert!(is_typed, "{msg_type} has no type of its own");
    }
}

#[test]
fn what_no_type_has_a_place_for_is_kept() {
    let contents = [
        ("text", json!({ "content": "a", "brand_new": 1 })),
        ("text", json!({ "content": "" })),
        ("text", json!({ "content": 5 })),
        ("text", json!({})),
        (
            "text",
            json!({ "content": "a", "mentioned_list": ["b", 1] }),
        ),
        (
            "news",
            json!({ "articles": [{ "title": "a", "url": "b", "brand_new": null }, 5] }),
        ),
        ("image", json!({ "media_id": "a", "base64": "b" })),
        (
            "miniprogram_notice",
            json!({ "appid": "a", "emphasis_first_item": false }),
        ),
    ];
    for (msg_type, content) in contents {
        let what = Outgoing::from_json(msg_type, content.clone()).unwrap();
        assert_eq!((what.msg_type(), what.content()), (msg_type, content));
    }
    let what = Outgoing::from_json("text", json!({ "content": "a", "brand_new": 1 })).unwrap();
    let part = &prepared(&what, Way::App).unwrap()[0];
    assert_eq!(part.content, json!({ "content": "a", "brand_new": 1 }));
}

#[test]
fn a_content_that_is_no_object_is_refused() {
    let example = "the platform takes a JSON object, as for text {\"content\": \"…\"}";
    for (content, found) in [
        (json!("hello"), "\"hello\""),
        (json!(["a", 1]), "[\"a\",1]"),
        (json!(null), "null"),
    ] {
        let error = Outgoing::from_json("text", content).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("the content of text is {found}; {example}")
        );
    }
    let error = Outgoing::from_json("text", json!("长".repeat(5000))).unwrap_err();
    assert!(error.to_string().chars().count() < 200, "{error}");
}

#[test]
fn a_type_that_is_not_known_is_refused_with_the_nearest() {
    for (found, nearest) in [
        ("txet", Some("text")),
        ("Markdown", Some("markdown")),
        ("text_card", Some("textcard")),
        ("templatecard", Some("template_card")),
        ("quite_different", None),
        ("", None),
    ] {
        let error = Outgoing::from_json(found, json!({})).unwrap_err();
        let line = error.to_string();
        assert!(
            line.contains("text, image, voice, video, file, textcard, news"),
            "{line}"
        );
        assert!(line.contains("wxcard, miniprogrampage"), "{line}");
        let asks = nearest.map(|it| format!("(did you mean {it}?)"));
        assert_eq!(line.contains("did you mean"), asks.is_some(), "{line}");
        assert!(line.contains(&asks.unwrap_or_default()), "{line}");
    }
    let long = Outgoing::from_json(&"x".repeat(100_000), json!({})).unwrap_err();
    assert!(matches!(
        long,
        OutgoingError::UnknownType { nearest: None, .. }
    ));
    assert!(long.to_string().len() < 400, "{long}");
}

#[test]
fn a_new_type_can_be_sent_on_purpose() {
    let content = json!({ "anything": [1] });
    let what = Outgoing::Other {
        msg_type: "brand_new".into(),
        content: content.as_object().unwrap().clone(),
    };
    for way in [Way::App, Way::GroupChat, Way::Robot, Way::CustomerService] {
        let parts = prepared(&what, way).unwrap();
        assert_eq!(
            (&*parts[0].msg_type, &parts[0].content),
            ("brand_new", &content)
        );
    }
}

#[test]
fn a_card_that_is_none_is_refused() {
    let error = Outgoing::from_json("template_card", json!({ "card_type": "x" })).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("card_type is \"x\"; expected one of"),
        "{error}"
    );
}

#[test]
fn a_reply_can_be_sent_later() {
    let article = Article {
        title: "t".into(),
        url: "u".into(),
        ..Article::default()
    };
    let cases = [
        (Reply::None, None),
        (Reply::text(""), None),
        (Reply::text("a"), Some(("text", json!({ "content": "a" })))),
        (
            Reply::image("m"),
            Some(("image", json!({ "media_id": "m" }))),
        ),
        (
            Reply::voice("m"),
            Some(("voice", json!({ "media_id": "m" }))),
        ),
        (
            Reply::video("m", "t", ""),
            Some(("video", json!({ "media_id": "m", "title": "t" }))),
        ),
        (
            Reply::news([article]),
            Some((
                "news",
                json!({ "articles": [{ "title": "t", "url": "u" }] }),
            )),
        ),
        (
            Reply::Music {
                title: "t".into(),
                description: String::new(),
                music_url: "u".into(),
                hq_music_url: String::new(),
                thumb_media_id: "m".into(),
            },
            Some((
                "music",
                json!({ "title": "t", "musicurl": "u", "thumb_media_id": "m" }),
            )),
        ),
        (
            Reply::UpdateButton {
                replace_name: "a".into(),
            },
            None,
        ),
        (Reply::TransferCustomerService { kf_account: None }, None),
    ];
    for (reply, expected) in cases {
        let what = Outgoing::from_reply(reply);
        let found = what.as_ref().map(|it| (it.msg_type(), it.content()));
        assert_eq!(found, expected);
    }
}

#[rustfmt::skip]
fn messages() -> Vec<(Outgoing, &'static str, Value)> {
    let card = json!({ "card_type": "text_notice", "main_title": { "title": "t" }, "brand_new": [null] });
    let pairs = |it: &[(&str, &str)]| it.iter().map(|(one, two)| ((*one).into(), (*two).into())).collect();
    vec![
        ("hello".into(), "text", json!({ "content": "hello" })),
        (String::from("你好\n").into(), "text", json!({ "content": "你好\n" })),
        (Text::new("a").mention("wangqing").mention("@all").into(), "text",
            json!({ "content": "a", "mentioned_list": ["wangqing", "@all"] })),
        (Text { mentioned_mobile_list: vec!["13800001111".into()], ..Text::new("a") }.into(), "text",
            json!({ "content": "a", "mentioned_mobile_list": ["13800001111"] })),
        (Outgoing::image("m"), "image", json!({ "media_id": "m" })),
        (Picture::new(b"abc").into(), "image",
            json!({ "base64": "YWJj", "md5": "900150983cd24fb0d6963f7d28e17f72" })),
        (Outgoing::voice(MediaId::from("m")), "voice", json!({ "media_id": "m" })),
        (Outgoing::video("m", "t", "d"), "video", json!({ "media_id": "m", "title": "t", "description": "d" })),
        (Video { media_id: "m".into(), thumb_media_id: "c".into(), ..Video::default() }.into(), "video",
            json!({ "media_id": "m", "thumb_media_id": "c" })),
        (Outgoing::file("m"), "file", json!({ "media_id": "m" })),
        (Outgoing::text_card("t", "d", "https://u"), "textcard",
            json!({ "title": "t", "description": "d", "url": "https://u" })),
        (TextCard { title: "t".into(), btntxt: "更多".into(), ..TextCard::default() }.into(), "textcard",
            json!({ "title": "t", "btntxt": "更多" })),
        (Outgoing::news([NewsArticle {
            title: "t".into(), description: "d".into(), url: "u".into(), pic_url: "p".into(), appid: "wx1".into(),
            pagepath: "i".into(),
        }]), "news", json!({ "articles": [
            { "title": "t", "description": "d", "url": "u", "picurl": "p", "appid": "wx1", "pagepath": "i" },
        ] })),
        (vec![NewsArticle { title: "a".into(), ..NewsArticle::default() }, NewsArticle::default()].into(), "news",
            json!({ "articles": [{ "title": "a" }, {}] })),
        (Outgoing::MpNews(vec![MpArticle {
            title: "t".into(), thumb_media_id: "m".into(), author: "a".into(), content_source_url: "u".into(),
            content: "c".into(), digest: "d".into(),
        }]), "mpnews", json!({ "articles": [{
            "title": "t", "thumb_media_id": "m", "author": "a", "content_source_url": "u", "content": "c",
            "digest": "d",
        }] })),
        (Outgoing::MpNewsMedia("m".into()), "mpnews", json!({ "media_id": "m" })),
        (Outgoing::MpNewsArticle("a".into()), "mpnewsarticle", json!({ "article_id": "a" })),
        (Outgoing::markdown("**a**"), "markdown", json!({ "content": "**a**" })),
        (Outgoing::MarkdownV2("| a |".into()), "markdown_v2", json!({ "content": "| a |" })),
        (MiniprogramNotice {
            appid: "wx1".into(), page: "p".into(), title: "t".into(), description: "d".into(),
            emphasis_first_item: true, content_item: pairs(&[("k", "v"), ("l", "")]),
        }.into(), "miniprogram_notice", json!({
            "appid": "wx1", "page": "p", "title": "t", "description": "d", "emphasis_first_item": true,
            "content_item": [{ "key": "k", "value": "v" }, { "key": "l", "value": "" }],
        })),
        (TemplateCard::new(card.clone()).unwrap().into(), "template_card", card),
        (Music {
            title: "t".into(), description: "d".into(), music_url: "u".into(), hq_music_url: "h".into(),
            thumb_media_id: "m".into(),
        }.into(), "music", json!({
            "title": "t", "description": "d", "musicurl": "u", "hqmusicurl": "h", "thumb_media_id": "m",
        })),
        (MsgMenu {
            head_content: "满意吗".into(), list: pairs(&[("101", "是"), ("102", "否")]), tail_content: "谢谢".into(),
        }.into(), "msgmenu", json!({
            "head_content": "满意吗", "list": [{ "id": "101", "content": "是" }, { "id": "102", "content": "否" }],
            "tail_content": "谢谢",
        })),
        (Outgoing::WxCard("c".into()), "wxcard", json!({ "card_id": "c" })),
        (MiniprogramPage {
            title: "t".into(), appid: "wx1".into(), pagepath: "p".into(), thumb_media_id: "m".into(),
        }.into(), "miniprogrampage", json!({
            "title": "t", "appid": "wx1", "pagepath": "p", "thumb_media_id": "m",
        })),
    ]
}

#[rustfmt::skip]
fn examples() -> Vec<(&'static str, Value)> {
    vec![
        ("text", json!({ "content": "你的快递已到\n<a href=\"https://work.weixin.qq.com\">点击</a>" })),
        ("text", json!({ "content": "广州今日天气", "mentioned_list": ["wangqing", "@all"],
            "mentioned_mobile_list": ["13800001111", "@all"] })),
        ("image", json!({ "media_id": "MEDIA_ID" })),
        ("image", json!({ "base64": "DATA", "md5": "MD5" })),
        ("voice", json!({ "media_id": "MEDIA_ID" })),
        ("video", json!({ "media_id": "MEDIA_ID", "title": "Title", "description": "Description" })),
        ("video", json!({ "media_id": "MEDIA_ID", "thumb_media_id": "MEDIA_ID", "title": "TITLE",
            "description": "DESCRIPTION" })),
        ("file", json!({ "media_id": "1Yv-zXfHjSjU-7LH-GwtYqDGS-zz6w22KmWAT5COgP7o" })),
        ("textcard", json!({ "title": "领奖通知", "description": "<div class=\"gray\">2016年9月26日</div>",
            "url": "URL", "btntxt": "更多" })),
        ("news", json!({ "articles": [{ "title": "中秋节礼品领取", "description": "..", "url": "URL",
            "picurl": "http://..png", "appid": "wx123123123123123", "pagepath": "pages/index?userid=zhangsan" }] })),
        ("mpnews", json!({ "articles": [{ "title": "Title", "thumb_media_id": "MEDIA_ID", "author": "Author",
            "content_source_url": "URL", "content": "Content", "digest": "Digest description" }] })),
        ("mpnews", json!({ "media_id": "MEDIA_ID" })),
        ("mpnewsarticle", json!({ "article_id": "ARTICLE_ID" })),
        ("markdown", json!({ "content": "**bold** <font color=\"info\">green</font>\n[link](https://a.b)" })),
        ("markdown_v2", json!({ "content": "# t\n| a | b |\n| :-- | --: |" })),
        ("miniprogram_notice", json!({ "appid": "wx123123123123123", "page": "pages/index?userid=zhangsan",
            "title": "会议室预订成功通知", "description": "4月27日 16:16", "emphasis_first_item": true,
            "content_item": [{ "key": "会议室", "value": "402" }] })),
        ("template_card", json!({ "card_type": "text_notice", "source": { "desc": "企业微信", "desc_color": 1 } })),
        ("music", json!({ "title": "MUSIC_TITLE", "description": "MUSIC_DESCRIPTION", "musicurl": "MUSIC_URL",
            "hqmusicurl": "HQ_MUSIC_URL", "thumb_media_id": "THUMB_MEDIA_ID" })),
        ("msgmenu", json!({ "head_content": "您对本次服务是否满意呢? ", "list": [{ "id": "101", "content": "满意" },
            { "id": "102", "content": "不满意" }], "tail_content": "欢迎再次光临" })),
        ("wxcard", json!({ "card_id": "123dsdajkasd231jhksad" })),
        ("miniprogrampage", json!({ "title": "title", "appid": "appid", "pagepath": "pagepath",
            "thumb_media_id": "thumb_media_id" })),
    ]
}
