//! Which way takes what.

use easy_wechat::outgoing::{Music, Outgoing, Way};
use easy_wechat::{NewsArticle, TemplateCard};
use serde_json::json;

use crate::cards::{KINDS, full};
use crate::{prepared, refused};

#[test]
fn each_way_has_its_types() {
    let table = [
        ("text", "acro"),
        ("image", "acro"),
        ("voice", "acro"),
        ("news", "acro"),
        ("file", "acr"),
        ("video", "aco"),
        ("textcard", "ac"),
        ("mpnews", "aco"),
        ("markdown", "acr"),
        ("markdown_v2", "r"),
        ("template_card", "ar"),
        ("miniprogram_notice", "a"),
        ("music", "o"),
        ("msgmenu", "o"),
        ("mpnewsarticle", "o"),
        ("wxcard", "o"),
        ("miniprogrampage", "o"),
    ];
    let ways = [
        ('a', Way::App, "an app"),
        ('c', Way::GroupChat, "an app in a group chat"),
        ('r', Way::Robot, "a robot"),
        ('o', Way::CustomerService, "an Official Account"),
    ];
    for (msg_type, takers) in table {
        for (letter, way, sender) in ways {
            let content = if msg_type == "template_card" {
                full("text_notice")
            } else {
                json!({})
            };
            let what = Outgoing::from_json(msg_type, content).unwrap();
            let refusal = format!("{sender} cannot send {msg_type}");
            let outcome = prepared(&what, way).map_err(|error| error.to_string());
            let is_refused = outcome.is_err_and(|error| error.starts_with(&refusal));
            assert_eq!(is_refused, !takers.contains(letter), "{msg_type} by {way}");
        }
    }
}

#[test]
fn a_refusal_says_what_is_taken() {
    let error = prepared(&Music::default().into(), Way::GroupChat).unwrap_err();
    let expected = "an app in a group chat cannot send music; it sends \
        text, image, voice, video, file, textcard, news, mpnews, markdown";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn robots_send_two_kinds_of_cards() {
    for kind in KINDS {
        let card = Outgoing::from(TemplateCard::new(full(kind)).unwrap());
        let sent = prepared(&card, Way::Robot);
        match kind {
            "text_notice" | "news_notice" => assert_eq!(sent.unwrap().len(), 1),
            _ => assert_eq!(
                sent.unwrap_err().to_string(),
                format!(
                    "a robot cannot send template cards {kind}; it sends text_notice, news_notice"
                )
            ),
        }
    }
}

#[test]
fn limits_differ() {
    let article = NewsArticle {
        title: "t".into(),
        url: "www.qq.com".into(),
        ..NewsArticle::default()
    };
    let news = |count| Outgoing::news(vec![article.clone(); count]);
    prepared(&news(8), Way::Robot).unwrap();
    prepared(&news(1), Way::CustomerService).unwrap();
    let error = prepared(&news(2), Way::CustomerService).unwrap_err();
    assert_eq!(
        error.to_string(),
        "news.articles has 2 entries; the platform takes 1 to 1"
    );

    let markdown = |bytes| Outgoing::markdown("a".repeat(bytes));
    for (way, limit) in [(Way::App, 2048), (Way::GroupChat, 2048), (Way::Robot, 4096)] {
        prepared(&markdown(limit), way).unwrap();
        let error = prepared(&markdown(limit + 1), way).unwrap_err();
        let expected = format!(
            "markdown.content has {} bytes, {way} sends {limit}: make it shorter, or set split_markdown",
            limit + 1
        );
        assert_eq!(error.to_string(), expected);
    }
    let v2 = json!({ "content": "a".repeat(4097) });
    let expected = "markdown_v2.content has 4097 bytes, a robot sends 4096: make it shorter, or set split_markdown";
    refused("markdown_v2", v2, Way::Robot, expected);
}

#[test]
fn a_picture_goes_as_its_way_wants_it() {
    let needed =
        |field: &str| format!("image.{field} is missing or empty, and the platform needs it");
    refused(
        "image",
        json!({ "media_id": "m" }),
        Way::Robot,
        &needed("base64"),
    );
    refused(
        "image",
        json!({ "base64": "AAAA" }),
        Way::App,
        &needed("media_id"),
    );
}
