//! The pictures of the README, of the real page. `make screenshots` copies them to `docs/`.

use crate::scenario_in;

#[tokio::test]
async fn the_readmes_pictures() {
    for (name, language, greeting) in [
        ("sandbox.zh", "zh-CN", "今天天气怎么样?"),
        ("sandbox", "en-US", "Is anybody there?"),
    ] {
        scenario_in(name, (1360, 860), language, async |page| {
            page.click("member-zhangsan").await;
            page.click("fire-event").await;
            page.click("event-subscribe").await;
            page.click("event-send").await;
            page.bubble("app", "我就回什么").await;
            for text in ["你好", greeting] {
                page.say(text).await;
                page.bubble("app", text).await;
            }
            page.until(
                "the last chip",
                "[...document.querySelectorAll('[data-testid=chip][data-state=replied]')].length >= 3",
            )
            .await;
            let chips = "[data-testid=message][data-type=text]:nth-last-child(2) [data-testid=chip]";
            page.css(chips).await.click().await.unwrap();
            page.find("exchange-detail").await;
            page.find("block-1-reply").await;
            let path = page.screenshot(name).await;
            let size = std::fs::metadata(path).unwrap().len();
            assert!(size > 20_000, "the picture is empty: {size} bytes");
        })
        .await;
    }
}
