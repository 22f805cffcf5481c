//! The pictures of the README, of the real pages. `make screenshots` copies them to `docs/`.

use crate::running::Running;
use crate::{AT_ONCE, Driver, chat, scenario};

#[tokio::test(flavor = "multi_thread")]
async fn the_readmes_pictures() {
    let running = Running::synthetic().await;
    {
        let _turn = AT_ONCE.acquire().await.unwrap();
        let driver = Driver::start();
        let browser = driver.browser(1000, 1320, "zh-CN").await;
        let page = chat::Page::open(browser, running.sandbox.url()).await;
        page.click("member-zhangsan").await;
        for (text, answer, shown) in [
            ("拍照", "请耐心等待拍照", "[data-type=image] img"),
            ("视频", "请耐心等待视频录制", "[data-type=video] video"),
        ] {
            page.say(text).await;
            page.bubble("app", answer).await;
            let shown = format!("[data-testid=message][data-from=app]{shown}");
            page.until(text, &format!("document.querySelector('{shown}')"))
                .await;
        }
        page.until("the photo", LOADED).await;
        page.until("the video", PLAYABLE).await;
        is_a_picture(&page.screenshot("monkey_monitor").await);
        page.browser.close().await.unwrap();
    }
    for nth in 2..=4 {
        running.answer("lisi", "拍照").await;
        running.message("lisi", 2 * (nth - 1)).await;
    }
    let url = running.monitor.address().to_owned();
    scenario("picture", (1000, 690), &url, async |page| {
        page.until(
            "the photos",
            "document.querySelectorAll('#photos img').length === 4",
        )
        .await;
        page.say_hello("孙悟空").await;
        page.until(
            "the photos",
            "[...document.querySelectorAll('#photos img')].every(it => it.naturalWidth > 0)",
        )
        .await;
        page.moves().await;
        is_a_picture(&page.screenshot("monkey_monitor_page").await);
    })
    .await;
}

fn is_a_picture(path: &std::path::Path) {
    let size = std::fs::metadata(path).unwrap().len();
    assert!(size > 20_000, "the picture is empty: {size} bytes");
}

const LOADED: &str = "[...document.querySelectorAll('[data-testid=message][data-type=image] img')].every(it => it.naturalWidth > 0)";

/// A video that still loads shows a spinner over its picture.
const PLAYABLE: &str = "[...document.querySelectorAll('[data-testid=message] video')].every(it => it.readyState === 4)";
