//! What the platform would refuse is refused before it leaves; what it cuts is told.

use easy_wechat::outgoing::{MpArticle, Picture, Way, prepare};
use easy_wechat::{NewsArticle, Outgoing, Recipient, SendOptions};
use serde_json::{Value, json};

use crate::{prepared, refused};

#[test]
fn what_is_needed_and_missing() {
    let cases = [
        ("text", json!({}), "text.content"),
        ("text", json!({ "content": "" }), "text.content"),
        (
            "text",
            json!({ "content": " \n\t\u{3000}" }),
            "text.content",
        ),
        ("markdown", json!({ "content": "\n" }), "markdown.content"),
        ("image", json!({ "media_id": "" }), "image.media_id"),
        ("voice", json!({}), "voice.media_id"),
        ("video", json!({ "title": "t" }), "video.media_id"),
        ("file", json!({ "media_id": null }), "file.media_id"),
        (
            "textcard",
            json!({ "description": "d", "url": "https://u" }),
            "textcard.title",
        ),
        (
            "textcard",
            json!({ "title": "t", "url": "https://u" }),
            "textcard.description",
        ),
        (
            "textcard",
            json!({ "title": "t", "description": "d" }),
            "textcard.url",
        ),
        (
            "news",
            articles(&json!({ "url": "https://u" })),
            "news.articles[0].title",
        ),
        (
            "news",
            articles(&json!({ "title": "t" })),
            "news.articles[0].url or news.articles[0].appid",
        ),
        (
            "news",
            articles(&json!({ "title": "t", "appid": "wx1" })),
            "news.articles[0].pagepath",
        ),
        (
            "mpnews",
            articles(&json!({ "title": "t", "content": "c" })),
            "mpnews.articles[0].thumb_media_id",
        ),
        (
            "mpnews",
            articles(&json!({ "title": "t", "thumb_media_id": "m" })),
            "mpnews.articles[0].content",
        ),
        (
            "miniprogram_notice",
            json!({ "title": "t" }),
            "miniprogram_notice.appid",
        ),
        (
            "miniprogram_notice",
            json!({ "appid": "wx1" }),
            "miniprogram_notice.title",
        ),
        (
            "miniprogram_notice",
            json!({ "appid": "wx1", "title": "会议通知", "content_item": [{ "key": "k" }] }),
            "miniprogram_notice.content_item[0].value",
        ),
    ];
    for (msg_type, content, field) in cases {
        let expected = format!("{field} is missing or empty, and the platform needs it");
        refused(msg_type, content, Way::App, &expected);
    }
    for (msg_type, field) in [
        ("mpnews", "media_id"),
        ("mpnewsarticle", "article_id"),
        ("music", "thumb_media_id"),
        ("wxcard", "card_id"),
        ("miniprogrampage", "appid"),
    ] {
        let expected = format!("{msg_type}.{field} is missing or empty, and the platform needs it");
        refused(msg_type, json!({}), Way::CustomerService, &expected);
    }
}

#[test]
fn what_is_too_long_or_too_many() {
    let url = format!("https://{}", "u".repeat(2041));
    let notice =
        |items: Value| json!({ "appid": "wx1", "title": "会议通知", "content_item": items });
    let item = |key: &str, value: &str| notice(json!([{ "key": key, "value": value }]));
    let mp_article = |content: usize, author: &str| {
        json!({ "articles": [{
            "title": "t", "thumb_media_id": "m", "content": "c".repeat(content), "author": author,
        }] })
    };
    let cases = [
        (
            "textcard",
            json!({ "title": "t", "description": "d", "url": url }),
            "textcard.url has 2049 bytes, the platform takes 2048: make it shorter",
        ),
        (
            "news",
            articles(&json!({ "title": "t", "url": url })),
            "news.articles[0].url has 2049 bytes, the platform takes 2048: make it shorter",
        ),
        (
            "mpnews",
            mp_article(681_985, ""),
            "mpnews.articles[0].content has 681985 bytes, the platform takes 681984: make it shorter",
        ),
        (
            "mpnews",
            mp_article(1, &"作".repeat(22)),
            "mpnews.articles[0].author has 66 bytes, the platform takes 64: make it shorter",
        ),
        (
            "miniprogram_notice",
            json!({ "appid": "wx1", "title": "通知" }),
            "miniprogram_notice.title is \"通知\"; expected 4 to 12 Chinese characters",
        ),
        (
            "miniprogram_notice",
            item(&"键".repeat(11), "v"),
            "miniprogram_notice.content_item[0].key has 11 characters, the platform takes 10: make it shorter",
        ),
        (
            "miniprogram_notice",
            item("k", &"值".repeat(31)),
            "miniprogram_notice.content_item[0].value has 31 characters, the platform takes 30: make it shorter",
        ),
        (
            "miniprogram_notice",
            json!({ "appid": "wx1", "title": "会议通知", "content_item": vec![json!({ "key": "k", "value": "v" }); 11] }),
            "miniprogram_notice.content_item has 11 entries; the platform takes 0 to 10",
        ),
        (
            "news",
            json!({}),
            "news.articles has 0 entries; the platform takes 1 to 8",
        ),
        (
            "news",
            json!({ "articles": vec![json!({ "title": "t", "url": "https://u" }); 9] }),
            "news.articles has 9 entries; the platform takes 1 to 8",
        ),
        (
            "mpnews",
            json!({ "articles": [] }),
            "mpnews.articles has 0 entries; the platform takes 1 to 8",
        ),
    ];
    for (msg_type, content, expected) in cases {
        refused(msg_type, content, Way::App, expected);
    }
    let most = json!({ "articles": vec![json!({ "title": "t", "url": &url[..2048] }); 8] });
    prepared(&Outgoing::from_json("news", most).unwrap(), Way::App).unwrap();
    let most = item(&"键".repeat(10), &"值".repeat(30));
    prepared(
        &Outgoing::from_json("miniprogram_notice", most).unwrap(),
        Way::App,
    )
    .unwrap();
}

#[test]
fn what_is_not_what_it_should_be() {
    let cases = [
        (
            "text",
            json!({ "content": 5 }),
            "text.content is 5; expected text",
        ),
        (
            "text",
            json!({ "content": ["a"] }),
            "text.content is [\"a\"]; expected text",
        ),
        (
            "textcard",
            json!({ "title": "t", "description": "d", "url": "www.qq.com" }),
            "textcard.url is \"www.qq.com\"; expected https://…",
        ),
        (
            "news",
            json!({ "articles": {} }),
            "news.articles is {}; expected a list",
        ),
        (
            "news",
            json!({ "articles": [3] }),
            "news.articles[0] is 3; expected an object",
        ),
        (
            "news",
            articles(&json!({ "title": "t", "url": "www.qq.com" })),
            "news.articles[0].url is \"www.qq.com\"; expected https://…",
        ),
    ];
    for (msg_type, content, expected) in cases {
        refused(msg_type, content, Way::App, expected);
    }
    let ignored = json!({ "title": "t", "url": "URL", "appid": "wx1", "pagepath": "p" });
    let what = Outgoing::from_json("news", articles(&ignored)).unwrap();
    prepared(&what, Way::App).unwrap();
}

#[test]
fn a_robots_picture_is_looked_at() {
    let png = b"\x89PNG\r\n\x1A\nrest";
    prepared(&Picture::new(png).into(), Way::Robot).unwrap();
    let mut broken = Picture::new(png);
    broken.base64.push('!');
    let mut other = Picture::new(png);
    other.md5 = Picture::new(b"other").md5;
    let large = [&png[..], &vec![0; 2 * 1024 * 1024]].concat();
    let cases = [
        (
            Picture::new(b"GIF89a"),
            "image.base64 is \"GIF\"; expected a JPG or PNG".to_owned(),
        ),
        (
            broken,
            "image.base64 is \"iVBORw0KGgpyZXN0!\"; expected a picture's bytes in base64"
                .to_owned(),
        ),
        (
            other.clone(),
            format!(
                "image.md5 is \"{}\"; expected that of the picture, {}",
                other.md5,
                Picture::new(png).md5
            ),
        ),
        (
            Picture::new(&large),
            "image.base64 has 2097164 bytes, the platform takes 2097152: make it shorter"
                .to_owned(),
        ),
    ];
    for (picture, expected) in cases {
        let error = prepared(&picture.into(), Way::Robot).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
    let large = Picture {
        base64: "A".repeat(3_000_000),
        md5: "0".into(),
    };
    let error = prepared(&large.into(), Way::Robot).unwrap_err().to_string();
    assert!(error.contains("has 2250000 bytes"), "{error}");
}

#[test]
fn what_the_platform_cuts_is_told_and_left_alone() {
    let long = "长".repeat(200);
    let cases = [
        (Outgoing::video("m", &long, &long), vec!["title 600 > 128 bytes", "description 600 > 512 bytes"]),
        (
            Outgoing::text_card(&long, &long, "https://u"),
            vec!["title 600 > 128 bytes", "description 600 > 512 bytes"],
        ),
        (
            Outgoing::from_json(
                "textcard",
                json!({ "title": "t", "description": "d", "url": "https://u", "btntxt": "一二三四五" }),
            )
            .unwrap(),
            vec!["btntxt 5 > 4 characters"],
        ),
        (
            Outgoing::news([NewsArticle {
                title: long.clone(),
                url: "https://u".into(),
                ..NewsArticle::default()
            }]),
            vec!["title 600 > 128 bytes"],
        ),
        (
            Outgoing::MpNews(vec![MpArticle {
                title: "t".into(),
                thumb_media_id: "m".into(),
                content: "c".into(),
                digest: long.clone(),
                ..MpArticle::default()
            }]),
            vec!["digest 600 > 512 bytes"],
        ),
        (Outgoing::video("m", "a".repeat(128), "b".repeat(512)), vec![]),
    ];
    for (what, expected) in cases {
        let to = Recipient::from("a");
        let prepared = prepare(&what, &to, &SendOptions::default(), Way::App).unwrap();
        let cuts: Vec<String> = prepared
            .cuts
            .iter()
            .map(|cut| format!("{} {} > {} {}", cut.what, cut.length, cut.limit, cut.unit))
            .collect();
        assert_eq!(cuts, expected);
        assert_eq!(prepared.parts[0].content, what.content());
    }
}

fn articles(article: &Value) -> Value {
    json!({ "articles": [article] })
}
