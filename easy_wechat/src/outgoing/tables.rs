//! The platform's rules for each type: tables.
//!
//! <https://developer.work.weixin.qq.com/document/path/90236> where nothing else is said. That the text of a customer
//! service message has 2048 bytes at most is not on its page.

use super::Way;
use super::cards::card_rules;
use super::rules::Rule;
use serde_json::{Map, Value};

/// How many bytes of text one message takes.
pub(super) const TEXT_BYTES: usize = 2048;

/// What a message of this type must keep; nothing for a type that is not known.
pub(super) fn rules(msg_type: &str, content: &Map<String, Value>, way: Way) -> &'static [Rule] {
    match (msg_type, way) {
        ("text" | "markdown" | "markdown_v2", _) => &[Rule::Needed("content")],
        ("image", Way::Robot) => &[Rule::Needed("base64"), Rule::Needed("md5"), Rule::Picture],
        ("image" | "voice" | "file", _) | ("mpnews", Way::CustomerService) => {
            &[Rule::Needed("media_id")]
        }
        ("video", _) => VIDEO,
        ("textcard", _) => TEXT_CARD,
        ("news", Way::CustomerService) => NEWS_OF_CUSTOMER_SERVICE,
        ("news", Way::Robot) => NEWS_OF_ROBOTS,
        ("news", _) => NEWS,
        ("mpnews", _) => MP_NEWS,
        ("mpnewsarticle", _) => &[Rule::Needed("article_id")],
        ("miniprogram_notice", _) => MINIPROGRAM_NOTICE,
        ("template_card", _) => card_rules(content),
        ("music", _) => &[Rule::Needed("thumb_media_id")],
        ("msgmenu", _) => MSG_MENU,
        ("wxcard", _) => &[Rule::Needed("card_id")],
        ("miniprogrampage", _) => MINIPROGRAM_PAGE,
        _ => &[],
    }
}

static VIDEO: &[Rule] = &[
    Rule::Needed("media_id"),
    Rule::CutBytes("title", 128),
    Rule::CutBytes("description", 512),
];

static TEXT_CARD: &[Rule] = &[
    Rule::Needed("title"),
    Rule::Needed("description"),
    Rule::Needed("url"),
    Rule::Url("url"),
    Rule::Bytes("url", 2048),
    Rule::CutBytes("title", 128),
    Rule::CutBytes("description", 512),
    Rule::CutChars("btntxt", 4),
];

static NEWS: &[Rule] = &[Rule::List("articles", 1, 8, ARTICLE)];

const ARTICLE: &[Rule] = &[
    Rule::Needed("title"),
    Rule::OneOf(&["url", "appid"]),
    Rule::With("appid", &[Rule::Needed("pagepath")]),
    // With a mini program the address is not looked at.
    Rule::Without("appid", &[Rule::Url("url"), Rule::Bytes("url", 2048)]),
    Rule::CutBytes("title", 128),
    Rule::CutBytes("description", 512),
];

/// <https://developer.work.weixin.qq.com/document/path/99110>, whose example has an address without `https://`.
static NEWS_OF_ROBOTS: &[Rule] = &[Rule::List("articles", 1, 8, ARTICLE_OF_ROBOTS)];

const ARTICLE_OF_ROBOTS: &[Rule] = &[
    Rule::Needed("title"),
    Rule::Needed("url"),
    Rule::Bytes("url", 2048),
    Rule::CutBytes("title", 128),
    Rule::CutBytes("description", 512),
];

static NEWS_OF_CUSTOMER_SERVICE: &[Rule] =
    &[Rule::List("articles", 1, 1, &[Rule::Needed("title")])];

static MP_NEWS: &[Rule] = &[Rule::List("articles", 1, 8, MP_ARTICLE)];

const MP_ARTICLE: &[Rule] = &[
    Rule::Needed("title"),
    Rule::Needed("thumb_media_id"),
    Rule::Needed("content"),
    Rule::Bytes("content", 666 * 1024),
    Rule::Bytes("author", 64),
    Rule::CutBytes("title", 128),
    Rule::CutBytes("digest", 512),
];

static MINIPROGRAM_NOTICE: &[Rule] = &[
    Rule::Needed("appid"),
    Rule::Needed("title"),
    Rule::Chinese("title", 4, 12),
    Rule::Chinese("description", 4, 12),
    Rule::List(
        "content_item",
        0,
        10,
        &[
            Rule::Needed("key"),
            Rule::Chars("key", 10),
            Rule::Needed("value"),
            Rule::Chars("value", 30),
        ],
    ),
];

static MSG_MENU: &[Rule] = &[Rule::List(
    "list",
    1,
    usize::MAX,
    &[Rule::Needed("id"), Rule::Needed("content")],
)];

static MINIPROGRAM_PAGE: &[Rule] = &[
    Rule::Needed("appid"),
    Rule::Needed("pagepath"),
    Rule::Needed("thumb_media_id"),
];
