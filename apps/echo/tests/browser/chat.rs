//! What one does first: write, send a picture, fire an event, look behind the scenes.

use fantoccini::elements::Element;
use serde_json::Value;

use crate::scenario;

#[tokio::test]
async fn what_one_writes_comes_back_and_is_still_there_after_a_reload() {
    scenario("echo", async |page| {
        page.say("你好").await;
        page.bubble("member", "你好").await;
        page.bubble("app", "你好").await;
        page.until(
            "the chip says that it was answered",
            "document.querySelector('[data-testid=chip][data-state=replied]')?.textContent.includes('ms')",
        )
        .await;
        page.browser.refresh().await.unwrap();
        page.bubble("app", "你好").await;
    })
    .await;
}

#[tokio::test]
async fn a_picture_comes_back_and_both_are_shown() {
    scenario("picture", async |page| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("猫.png");
        std::fs::write(&file, PNG).unwrap();
        let input = page.find("file-image").await;
        input.send_keys(file.to_str().unwrap()).await.unwrap();
        for from in ["member", "app"] {
            let shown = format!(
                "document.querySelector('[data-testid=message][data-from={from}][data-type=image] img')?.naturalWidth === 2"
            );
            page.until(&format!("the picture from the {from}"), &shown).await;
        }
    })
    .await;
}

#[tokio::test]
async fn an_event_is_fired_and_answered() {
    scenario("subscribe", async |page| {
        page.click("fire-event").await;
        page.find("event-search")
            .await
            .send_keys("subscribe")
            .await
            .unwrap();
        page.click("event-subscribe").await;
        page.click("event-send").await;
        page.bubble("app", "发什么, 我就回什么").await;
        page.until(
            "the event is in the conversation",
            "document.querySelector('[data-testid=message][data-type=event]')",
        )
        .await;
    })
    .await;
}

#[tokio::test]
async fn the_inspector_shows_what_went_over_the_wire() {
    scenario("inspector", async |page| {
        page.say("看看里面").await;
        page.bubble("app", "看看里面").await;
        page.css("[data-testid=chip][data-state=replied]").await.click().await.unwrap();
        page.find("exchange-detail").await;
        let plain = text(&page.find("block-plain").await).await;
        assert!(plain.contains("看看里面") && plain.contains("<MsgType>"), "{plain}");
        page.until(
            "the decrypted reply",
            "[...document.querySelectorAll('[data-testid=exchange-detail] pre, [data-testid=exchange-detail] code')].filter(it => it.textContent.includes('看看里面')).length >= 2",
        )
        .await;
        // What is folded is only filled in when somebody looks.
        let unfold = "document.querySelectorAll('[data-testid=exchange-detail] details').forEach(it => it.open = true)";
        page.browser.execute(unfold, Vec::new()).await.unwrap();
        page.until(
            "the envelope",
            "document.querySelector('[data-testid=exchange-detail]').textContent.includes('<Encrypt>')",
        )
        .await;
        let all = page
            .until("the whole of it", "document.querySelector('[data-testid=exchange-detail]').textContent")
            .await;
        for part in ["/weixin?msg_signature=", "<Encrypt>", "200"] {
            assert!(all.as_str().unwrap().contains(part), "no {part} in {all}");
        }
        page.click("resend").await;
        page.until(
            "the re-send",
            "document.querySelectorAll('[data-testid=message][data-from=app]').length >= 2",
        )
        .await;
    })
    .await;
}

#[tokio::test]
async fn the_language_is_switched_and_remembered() {
    scenario("language", async |page| {
        let language = "document.documentElement.lang";
        assert_eq!(
            page.until("a language", language).await,
            Value::from("zh-CN")
        );
        page.click("lang").await;
        page.until("English", "document.documentElement.lang.startsWith('en')")
            .await;
        let send = text(&page.find("send").await).await;
        assert_eq!(send, "Send");
        page.browser.refresh().await.unwrap();
        page.find("composer").await;
        page.until(
            "still English",
            "document.documentElement.lang.startsWith('en')",
        )
        .await;
    })
    .await;
}

#[tokio::test]
async fn the_keyboard_alone_is_enough() {
    scenario("keyboard", async |page| {
        let active = page.css("body").await;
        active.send_keys("\u{E00A}2\u{E000}").await.unwrap();
        page.until(
            "the composer has the focus",
            "document.activeElement.dataset.testid === 'composer'",
        )
        .await;
        page.browser
            .active_element()
            .await
            .unwrap()
            .send_keys("只用键盘\u{E007}")
            .await
            .unwrap();
        page.bubble("app", "只用键盘").await;
    })
    .await;
}

async fn text(element: &Element) -> String {
    element.text().await.unwrap()
}

/// Two pixels by two.
const PNG: &[u8] = &[
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48, 0x44, 0x52,
    0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x02, 0x08, 0x02, 0x00, 0x00, 0x00, 0xFD, 0xD4, 0x9A,
    0x73, 0x00, 0x00, 0x00, 0x10, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x63, 0xD0, 0xAB, 0xF9, 0x06,
    0x44, 0x0C, 0x10, 0x0A, 0x00, 0x2A, 0x6E, 0x06, 0x81, 0x15, 0x4B, 0x04, 0xA4, 0x00, 0x00, 0x00,
    0x00, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
];
