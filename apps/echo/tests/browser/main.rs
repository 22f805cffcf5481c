//! The real echo app in sandbox mode, in a real browser.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr,
    reason = "in a test a panic is a failure"
)]

mod chat;
mod driver;
mod echo;
mod hostile;
mod page;
mod pictures;
mod proactive;
mod reading;
mod trouble;

#[path = "../../../../easy_wechat/tests/support/wire.rs"]
#[allow(dead_code, unreachable_pub, reason = "made for more than these tests")]
mod wire;

use std::panic::AssertUnwindSafe;

use driver::{AT_ONCE, Driver};
use echo::Echo;
use futures_util::FutureExt as _;
use page::Page;

/// Runs a scenario on a page of its own. When it fails, a screenshot is left.
async fn scenario(name: &str, play: impl AsyncFnOnce(&Page)) {
    scenario_in(name, (1360, 860), "zh-CN", play).await;
}

async fn scenario_in(
    name: &str,
    (width, height): (u32, u32),
    language: &str,
    play: impl AsyncFnOnce(&Page),
) {
    let _turn = AT_ONCE.acquire().await.unwrap();
    let echo = Echo::start();
    let driver = Driver::start();
    let browser = driver.browser(width, height, language).await;
    let page = Page::open(browser, &echo.url).await;
    let played = AssertUnwindSafe(play(&page)).catch_unwind().await;
    if played.is_err() {
        let path = page.screenshot(&format!("failed-{name}")).await;
        eprintln!("what the page showed: {}", path.display());
    }
    let complaints = page.complaints().await;
    let _ = page.browser.clone().close().await;
    if let Err(panic) = played {
        std::panic::resume_unwind(panic);
    }
    assert!(complaints.is_empty(), "the console says: {complaints:#?}");
}
