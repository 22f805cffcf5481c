//! What the echo app says to what.

use crate::child::Echo;
use crate::platform::{Official, Platform, element, event, text};
use crate::{CORPID, KEY, TOKEN};

/// A message of another type than text.
fn message(id: u64, msg_type: &str, elements: &str) -> String {
    text("zhangsan", id, "")
        .replace("[text]", &format!("[{msg_type}]"))
        .replace("</xml>", &format!("{elements}</xml>"))
}

/// Messages, and what their answers hold; nothing where the answer is empty.
fn cases() -> Vec<(String, &'static [(&'static str, &'static str)])> {
    let media =
        "<MediaId><![CDATA[media-7]]></MediaId><ThumbMediaId>t</ThumbMediaId><Format>amr</Format>";
    let place = "<Location_X>39.9</Location_X><Location_Y>116.4</Location_Y><Scale>15</Scale><Label>天安门</Label>";
    let link = "<Title>标题</Title><Description>d</Description><Url><![CDATA[https://a.test/?a=1&b=2]]></Url>";
    vec![
        (
            text("zhangsan", 1, "你好 <b> & ]]"),
            &[("MsgType", "text"), ("Content", "你好 <b> & ]]")],
        ),
        (
            message(2, "image", media),
            &[("MsgType", "image"), ("MediaId", "media-7")],
        ),
        (
            message(3, "voice", media),
            &[("MsgType", "voice"), ("MediaId", "media-7")],
        ),
        (
            message(4, "video", media),
            &[("MsgType", "video"), ("MediaId", "media-7")],
        ),
        (
            message(5, "shortvideo", media),
            &[("MsgType", "video"), ("MediaId", "media-7")],
        ),
        (
            message(6, "location", place),
            &[("Content", "你在 天安门 (北纬 39.9, 东经 116.4)")],
        ),
        (
            message(7, "link", link),
            &[("Content", "标题\nhttps://a.test/?a=1&b=2")],
        ),
        (message(8, "hologram", media), &[]),
        (
            event("zhangsan", "subscribe", ""),
            &[("Content", "你好! 发什么, 我就回什么。")],
        ),
        (event("zhangsan", "click", "<EventKey>a</EventKey>"), &[]),
        (event("zhangsan", "brand_new", ""), &[]),
    ]
}

#[test]
fn a_wecom_app_echoes_what_can_be_echoed() {
    let echo = Echo::start();
    let platform = Platform::wecom();
    for (message, expected) in cases() {
        let answer = echo.call(&platform.post(&message));
        assert_eq!(answer.status, 200, "{message}");
        if expected.is_empty() {
            assert_eq!(answer.text(), "", "{message}");
            continue;
        }
        let xml = platform.open(&answer);
        for (name, value) in expected {
            assert_eq!(element(&xml, name), Some(*value), "{message}");
        }
    }
}

#[test]
fn an_official_account_echoes_the_same() {
    let appid = "wx1234567890abcdef";
    let echo = Echo::of(&format!(
        "[system]\nmax_callback_age = 0\n[demo]\nkind = official_account\nmode = compatible\nappid = {appid}\n\
         token = {TOKEN}\nencoding_aes_key = {KEY}\ndeduplicate = false\n"
    ));
    let account = Official::new(TOKEN, KEY, appid);
    assert_eq!(echo.call(&account.get("an echo")).text(), "an echo");
    for (message, expected) in cases() {
        let message = message
            .replace(CORPID, "gh_123")
            .replace("<AgentID>2</AgentID>", "");
        let plain = echo.call(&account.post_plain(&message));
        let sealed = echo.call(&account.post_safe(&message));
        assert_eq!((plain.status, sealed.status), (200, 200), "{message}");
        if expected.is_empty() {
            assert_eq!((plain.text(), sealed.text()), ("", ""), "{message}");
            continue;
        }
        for xml in [plain.text().to_owned(), account.0.open(&sealed)] {
            assert_eq!(element(&xml, "FromUserName"), Some("gh_123"), "{message}");
            for (name, value) in expected {
                assert_eq!(element(&xml, name), Some(*value), "{message}");
            }
        }
    }
}
