//! The page in a real browser.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr,
    reason = "in a test a panic is a failure"
)]

mod looks;
mod nginx;
mod page;
mod pictures;
mod sees;

#[path = "../../../echo/tests/browser/page.rs"]
#[allow(dead_code, reason = "made for more than these tests")]
mod chat;
#[path = "../../../echo/tests/browser/driver.rs"]
mod driver;
#[path = "../support/running.rs"]
#[allow(dead_code, unreachable_pub, reason = "made for more than these tests")]
mod running;
#[path = "../support/mod.rs"]
#[allow(dead_code, unreachable_pub, reason = "made for more than these tests")]
mod support;

use std::panic::AssertUnwindSafe;

use driver::{AT_ONCE, Driver};
use futures_util::FutureExt as _;
use page::Page;

/// Runs a scenario on the page at `url`. When it fails, a screenshot is left.
async fn scenario(
    name: &str,
    (width, height): (u32, u32),
    url: &str,
    play: impl AsyncFnOnce(&Page),
) {
    let _turn = AT_ONCE.acquire().await.unwrap();
    let driver = Driver::start();
    let browser = driver.browser(width, height, "zh-CN").await;
    let page = Page::open(browser, url).await;
    let played = AssertUnwindSafe(play(&page)).catch_unwind().await;
    if played.is_err() {
        let path = page.screenshot(&format!("failed-monkey-{name}")).await;
        eprintln!("what the page showed: {}", path.display());
    }
    let complaints = page.complaints().await;
    let _ = page.browser.clone().close().await;
    if let Err(panic) = played {
        std::panic::resume_unwind(panic);
    }
    assert!(complaints.is_empty(), "the console says: {complaints:#?}");
}

const DESKTOP: (u32, u32) = (1200, 860);
