//! How it looks: on a desk and on a phone, by day and by night. The pictures are left in `target/tmp/browser`.

use crate::running::Running;
use crate::{DESKTOP, scenario};

#[tokio::test(flavor = "multi_thread")]
async fn nothing_sticks_out_by_day_and_by_night() {
    let running = Running::synthetic().await;
    for nth in 1..=4 {
        running.answer("zhangsan", "拍照").await;
        running.message("zhangsan", 2 * nth).await;
    }
    let url = running.monitor.address().to_owned();
    for (device, size) in [("desktop", DESKTOP), ("phone", (500, 900))] {
        scenario(device, size, &url, async |page| {
            if device == "phone" {
                page.on_a_phone().await;
            }
            for scheme in ["light", "dark"] {
                page.prefer(scheme).await;
                page.say_hello(&"孙悟空".repeat(30)).await;
                page.until(
                    "the photos",
                    "document.querySelectorAll('#photos img').length === 4",
                )
                .await;
                page.moves().await;
                page.until(
                    "nothing sticks out",
                    "document.documentElement.scrollWidth <= innerWidth",
                )
                .await;
                let back = page
                    .until(
                        "a background",
                        "getComputedStyle(document.body).backgroundColor",
                    )
                    .await;
                let expected = if scheme == "dark" {
                    "rgb(20, 23, 28)"
                } else {
                    "rgb(244, 245, 247)"
                };
                assert_eq!(back, expected);
                page.screenshot(&format!("monkey-{device}-{scheme}")).await;
            }
        })
        .await;
    }
}
