//! What is wrong with the XML of a reply, and what is right.

use super::made::{media, news, without};
use super::{DROPPED, REPLIED, Row};
use crate::bad_app::{reply, text};

/// Answers to a text on WeCom: what is inside.
pub const ROWS: &[Row] = &[
    (
        "names as they came",
        |heard, keys| {
            let swapped = text(heard, "hi")
                .replace("ToUserName", "T")
                .replace("FromUserName", "ToUserName")
                .replace("<T>", "<FromUserName>")
                .replace("</T>", "</FromUserName>");
            keys.seal(&swapped).into()
        },
        DROPPED,
        "swap them",
    ),
    (
        "to somebody else",
        |heard, keys| {
            keys.seal(&text(heard, "hi").replace("zhangsan", "lisi"))
                .into()
        },
        DROPPED,
        "ToUserName is \"lisi\" and must be \"zhangsan\"",
    ),
    (
        "from somebody else",
        |heard, keys| {
            keys.seal(&text(heard, "hi").replace(&keys.receive_id, "wwother"))
                .into()
        },
        DROPPED,
        "FromUserName is \"wwother\"",
    ),
    (
        "without names",
        |heard, keys| keys.seal(&without(&text(heard, "hi"), "ToUserName")).into(),
        DROPPED,
        "no ToUserName",
    ),
    (
        "without a time",
        |heard, keys| keys.seal(&without(&text(heard, "hi"), "CreateTime")).into(),
        DROPPED,
        "no CreateTime",
    ),
    (
        "a time of words",
        |heard, keys| {
            keys.seal(&text(heard, "hi").replace("1348831860", "today"))
                .into()
        },
        DROPPED,
        "CreateTime is no integer",
    ),
    (
        "without a type",
        |heard, keys| keys.seal(&reply(heard, "")).into(),
        DROPPED,
        "no MsgType",
    ),
    (
        "an unknown type",
        |heard, keys| keys.seal(&reply(heard, "<MsgType>poem</MsgType>")).into(),
        DROPPED,
        "\"poem\"; it has text, image",
    ),
    (
        "a type of the other platform",
        |heard, keys| keys.seal(&reply(heard, "<MsgType>music</MsgType>")).into(),
        DROPPED,
        "WeCom has no passive reply of MsgType \"music\"",
    ),
    (
        "without content",
        |heard, keys| keys.seal(&reply(heard, "<MsgType>text</MsgType>")).into(),
        DROPPED,
        "no Content",
    ),
    (
        "empty content",
        |heard, keys| keys.seal(&text(heard, "")).into(),
        DROPPED,
        "Content is empty",
    ),
    (
        "content twice",
        |heard, keys| {
            keys.seal(&text(heard, "hi").replace("</xml>", "<Content>ho</Content></xml>"))
                .into()
        },
        DROPPED,
        "Content more than once",
    ),
    (
        "a long text",
        |heard, keys| keys.seal(&text(heard, &"长".repeat(700))).into(),
        REPLIED,
        "cut: Content 2,100 → 2,048 bytes",
    ),
    (
        "a picture",
        |heard, keys| {
            keys.seal(&reply(heard, &media(heard, "image", "Image")))
                .into()
        },
        REPLIED,
        "(image)",
    ),
    (
        "a picture outside of Image",
        |heard, keys| {
            keys.seal(&reply(
                heard,
                "<MsgType>image</MsgType><MediaId>1</MediaId>",
            ))
            .into()
        },
        DROPPED,
        "belongs into <Image>",
    ),
    (
        "a picture that is a recording",
        |heard, keys| {
            keys.seal(&reply(heard, &media(heard, "voice", "Voice")))
                .into()
        },
        DROPPED,
        "is of type image, and Voice/MediaId wants voice",
    ),
    (
        "an unknown picture",
        |heard, keys| {
            let body = "<MsgType>image</MsgType><Image><MediaId>nothing</MediaId></Image>";
            keys.seal(&reply(heard, body)).into()
        },
        DROPPED,
        "no file \"nothing\"",
    ),
    (
        "a picture twice",
        |heard, keys| {
            let body =
                "<MsgType>image</MsgType><Image><MediaId>1</MediaId><MediaId>2</MediaId></Image>";
            keys.seal(&reply(heard, body)).into()
        },
        DROPPED,
        "MediaId more than once",
    ),
    (
        "a film that is none",
        |heard, keys| {
            keys.seal(&reply(heard, &media(heard, "video", "Video")))
                .into()
        },
        DROPPED,
        "wants video",
    ),
    (
        "news",
        |heard, keys| keys.seal(&reply(heard, &news(2, 2))).into(),
        REPLIED,
        "(news)",
    ),
    (
        "no news",
        |heard, keys| keys.seal(&reply(heard, &news(0, 0))).into(),
        DROPPED,
        "at least one article",
    ),
    (
        "nine news",
        |heard, keys| keys.seal(&reply(heard, &news(9, 9))).into(),
        DROPPED,
        "at most 8",
    ),
    (
        "news miscounted",
        |heard, keys| keys.seal(&reply(heard, &news(2, 1))).into(),
        DROPPED,
        "must agree",
    ),
    (
        "news without a title",
        |heard, keys| {
            keys.seal(&reply(heard, &news(1, 1).replace("Title", "Titel")))
                .into()
        },
        DROPPED,
        "no Title in article 1",
    ),
    (
        "news with a long title",
        |heard, keys| {
            keys.seal(&reply(heard, &news(1, 1).replace("one", &"长".repeat(50))))
                .into()
        },
        REPLIED,
        "cut: Title 150 → 128 bytes",
    ),
    (
        "a button where none was clicked",
        |heard, keys| {
            let body =
                "<MsgType>update_button</MsgType><Button><ReplaceName>ok</ReplaceName></Button>";
            keys.seal(&reply(heard, body)).into()
        },
        DROPPED,
        "template_card_event only",
    ),
    (
        "a card where none was clicked",
        |heard, keys| {
            keys.seal(&reply(heard, "<MsgType>update_template_card</MsgType>"))
                .into()
        },
        DROPPED,
        "template_card_event only",
    ),
];
