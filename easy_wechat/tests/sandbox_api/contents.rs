//! What messages may contain: one row for each limit.

use serde_json::{Value, json};

use super::caller::{AMR, Caller, JPG, MP4, PNG, refused};

/// The files that the tables name.
fn with_files(caller: &Caller, message: &Value) -> Value {
    let mut text = message.to_string();
    for (name, kind, bytes) in [
        ("IMAGE", "image", PNG),
        ("THUMB", "image", JPG),
        ("VOICE", "voice", AMR),
        ("VIDEO", "video", MP4),
        ("FILE", "file", &b"a file"[..]),
    ] {
        if text.contains(name) {
            text = text.replace(name, &caller.media_id(kind, "a", bytes));
        }
    }
    serde_json::from_str(&text).unwrap()
}

fn message(kind: &str, content: &Value) -> Value {
    json!({"msgtype": kind, kind: content})
}

#[test]
fn every_type_is_shown_as_it_was_sent() {
    let caller = Caller::new();
    for (kind, content) in [
        ("text", json!({"content": "你好"})),
        ("image", json!({"media_id": "IMAGE"})),
        ("voice", json!({"media_id": "VOICE"})),
        (
            "video",
            json!({"media_id": "VIDEO", "title": "t", "description": "d"}),
        ),
        ("file", json!({"media_id": "FILE"})),
        (
            "textcard",
            json!({"title": "领奖通知", "description": "<div class=\"gray\">d</div>", "url": "https://a.test/", "btntxt": "更多"}),
        ),
        (
            "news",
            json!({"articles": [
                {"title": "t", "description": "d", "url": "https://a.test/", "picurl": "http://a.test/p.png"},
                {"title": "t", "appid": "wx1", "pagepath": "pages/index"},
            ]}),
        ),
        (
            "mpnews",
            json!({"articles": [{"title": "t", "thumb_media_id": "THUMB", "author": "a", "content": "<p>c</p>", "digest": "d"}]}),
        ),
        (
            "markdown",
            json!({"content": "# t\n**b** <font color=\"info\">g</font>"}),
        ),
        (
            "miniprogram_notice",
            json!({"appid": "wx1", "page": "p", "title": "会议室预订", "content_item": [{"key": "会议室", "value": "402"}]}),
        ),
        (
            "interactive_taskcard",
            json!({"title": "t", "description": "d", "task_id": "legacy", "btn": [{"key": "k", "name": "n"}]}),
        ),
    ] {
        let sent = with_files(&caller, &message(kind, &content));
        let answer = caller.send(&sent);
        assert_eq!(answer["errcode"], 0, "{kind}: {answer}");
        let inbox = caller.sandbox.inbox("zhangsan");
        let last = inbox.last().unwrap();
        assert_eq!(last.msg_type, kind);
        assert_eq!(last.content, sent[kind]);
        let bubbles = caller.bubbles("zhangsan");
        assert_eq!(bubbles.last().unwrap()["note"], Value::Null, "{kind}");
    }
}

#[test]
fn what_is_wrong_has_its_code() {
    let caller = Caller::new();
    let long = |count: usize| "x".repeat(count);
    let articles = |count: usize| vec![json!({"title": "t", "url": "https://a.test"}); count];
    let mp = |change: Value| {
        let mut article = json!({"title": "t", "thumb_media_id": "THUMB", "content": "c"});
        for (name, value) in change.as_object().unwrap() {
            article[name] = value.clone();
        }
        json!({"articles": [article]})
    };
    for (kind, content, code) in [
        ("text", json!({"content": ""}), 44004),
        ("text", json!({}), 44004),
        ("text", json!({"content": ["x"]}), 44004),
        ("text", json!("x"), 44004),
        ("markdown", json!({"content": ""}), 44004),
        ("markdown", json!({"content": long(2049)}), 45002),
        ("image", json!({}), 41006),
        ("image", json!({"media_id": "unknown"}), 40007),
        ("image", json!({"media_id": "VOICE"}), 40007),
        ("voice", json!({"media_id": "IMAGE"}), 40007),
        ("video", json!({"media_id": "FILE"}), 40007),
        ("file", json!({"media_id": "VIDEO"}), 40007),
        (
            "textcard",
            json!({"description": "d", "url": "http://a"}),
            41016,
        ),
        ("textcard", json!({"title": "t", "url": "http://a"}), 41033),
        ("textcard", json!({"title": "t", "description": "d"}), 41010),
        (
            "textcard",
            json!({"title": "t", "description": "d", "url": "a.test"}),
            40094,
        ),
        (
            "textcard",
            json!({"title": "t", "description": "d", "url": format!("http://{}", long(2048))}),
            40039,
        ),
        ("news", json!({}), 40063),
        ("news", json!({"articles": []}), 40063),
        ("news", json!({"articles": articles(9)}), 45008),
        ("news", json!({"articles": [{"url": "http://a"}]}), 41016),
        ("news", json!({"articles": [{"title": "t"}]}), 41010),
        ("news", json!({"articles": ["x", 1]}), 41016),
        ("mpnews", mp(json!({"title": ""})), 41016),
        ("mpnews", mp(json!({"thumb_media_id": ""})), 41006),
        ("mpnews", mp(json!({"thumb_media_id": "FILE"})), 40007),
        ("mpnews", mp(json!({"content": ""})), 44004),
        (
            "mpnews",
            mp(json!({"content": long(666 * 1024 + 1)})),
            45002,
        ),
        ("mpnews", mp(json!({"author": long(65)})), 45032),
        ("miniprogram_notice", json!({"title": "t"}), 90200),
        ("miniprogram_notice", json!({"appid": "wx"}), 41016),
        (
            "miniprogram_notice",
            json!({"appid": "wx", "title": "t", "content_item": vec![json!({"key": "k", "value": "v"}); 11]}),
            90201,
        ),
        (
            "miniprogram_notice",
            json!({"appid": "wx", "title": "t", "content_item": [{"key": "会".repeat(11), "value": "v"}]}),
            90202,
        ),
        (
            "miniprogram_notice",
            json!({"appid": "wx", "title": "t", "content_item": [{"key": "k", "value": "会".repeat(31)}]}),
            90203,
        ),
        (
            "interactive_taskcard",
            json!({"title": "t", "description": "d"}),
            42014,
        ),
        (
            "interactive_taskcard",
            json!({"title": "t", "description": "d", "task_id": "1"}),
            42018,
        ),
        ("markdown_v2", json!({"content": "x"}), 40008),
        ("template_msg", json!({}), 40008),
        ("", json!({}), 40008),
    ] {
        let sent = with_files(&caller, &message(kind, &content));
        let context: String = sent.to_string().chars().take(100).collect();
        refused(&caller.send(&sent), code, &context);
    }
    refused(
        &caller.send(&json!({"text": {"content": "x"}})),
        40008,
        "no msgtype",
    );
    assert!(caller.sandbox.inbox("zhangsan").is_empty());
}

#[test]
fn what_is_too_long_is_cut_between_characters() {
    let caller = Caller::new();
    for (kind, content, field, expected, note) in [
        (
            "text",
            json!({"content": "中".repeat(700)}),
            "/content",
            "中".repeat(682),
            "content at 2048 bytes",
        ),
        (
            "text",
            json!({"content": "a".repeat(2049)}),
            "/content",
            "a".repeat(2048),
            "content at 2048 bytes",
        ),
        (
            "video",
            json!({"media_id": "VIDEO", "title": "中".repeat(43), "description": "a".repeat(513)}),
            "/title",
            "中".repeat(42),
            "title at 128 bytes, description at 512 bytes",
        ),
        (
            "textcard",
            json!({"title": "t", "description": "d", "url": "https://a.test", "btntxt": "一二三四五"}),
            "/btntxt",
            "一二三四".to_owned(),
            "btntxt at 4 characters",
        ),
        (
            "news",
            json!({"articles": [{"title": "a".repeat(129), "url": "https://a.test"}]}),
            "/articles/0/title",
            "a".repeat(128),
            "title at 128 bytes",
        ),
        (
            "mpnews",
            json!({"articles": [{"title": "t", "thumb_media_id": "THUMB", "content": "c", "digest": "中".repeat(171)}]}),
            "/articles/0/digest",
            "中".repeat(170),
            "digest at 512 bytes",
        ),
    ] {
        let sent = with_files(&caller, &message(kind, &content));
        assert_eq!(caller.send(&sent)["errcode"], 0, "{kind}");
        let bubbles = caller.bubbles("zhangsan");
        let last = bubbles.last().unwrap();
        assert_eq!(last["content"].pointer(field).unwrap(), &expected, "{kind}");
        let words = last["note"]["en"].as_str().unwrap();
        assert!(words.ends_with(note), "{words}");
        assert!(last["note"]["zh"].as_str().unwrap().contains("截断"));
    }
    let whole = "中".repeat(682);
    caller.text(&whole);
    assert_eq!(caller.texts("zhangsan").last(), Some(&whole));
    assert_eq!(
        caller.bubbles("zhangsan").last().unwrap()["note"],
        Value::Null
    );
}

#[test]
fn safe_is_for_some_types_only() {
    let caller = Caller::new();
    let news = json!({"articles": [{"title": "t", "url": "https://a.test"}]});
    let mpnews = json!({"articles": [{"title": "t", "thumb_media_id": "THUMB", "content": "c"}]});
    for (kind, content, safe, code) in [
        ("text", json!({"content": "x"}), json!(0), 0),
        ("text", json!({"content": "x"}), json!(1), 0),
        ("text", json!({"content": "x"}), json!("1"), 0),
        ("text", json!({"content": "x"}), json!(2), 40074),
        ("text", json!({"content": "x"}), json!(3), 40058),
        ("news", news, json!(1), 40074),
        ("markdown", json!({"content": "x"}), json!(1), 40074),
        ("voice", json!({"media_id": "VOICE"}), json!(1), 40074),
        ("image", json!({"media_id": "IMAGE"}), json!(1), 0),
        ("mpnews", mpnews.clone(), json!(1), 0),
        ("mpnews", mpnews, json!(2), 0),
    ] {
        let mut sent = with_files(&caller, &message(kind, &content));
        sent["safe"] = safe.clone();
        let answer = caller.send(&sent);
        assert_eq!(answer["errcode"], code, "{kind} {safe}: {answer}");
    }
}

#[test]
fn a_large_article_is_taken_and_shown_in_part() {
    let caller = Caller::new();
    let thumb = caller.media_id("image", "a.png", PNG);
    let content = "中".repeat(200_000);
    let answer = caller.send(&json!({
        "touser": "@all", "msgtype": "mpnews",
        "mpnews": {"articles": [{"title": "t", "thumb_media_id": thumb, "content": content}]},
    }));
    assert_eq!(answer["errcode"], 0, "{answer}");
    let bubbles = caller.bubbles("lisi");
    let shown = bubbles[0]["content"]["articles"][0]["content"]
        .as_str()
        .unwrap();
    assert!((10_000..60_000).contains(&shown.len()), "{}", shown.len());
    assert!(bubbles[0]["note"]["en"].is_string());
}
