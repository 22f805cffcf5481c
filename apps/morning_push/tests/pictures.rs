//! The picture of the README, of the real chat page. `make screenshots` copies it to `docs/`.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "in a test a panic is a failure"
)]

#[path = "../../echo/tests/browser/driver.rs"]
#[allow(dead_code, reason = "made for more than this test")]
mod driver;
#[path = "../../echo/tests/browser/page.rs"]
#[allow(dead_code, reason = "made for more than this test")]
mod page;

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use driver::Driver;
use page::Page;

#[tokio::test]
async fn the_readmes_pictures() {
    let pushing = Pushing::start();
    let driver = Driver::start();
    let browser = driver.browser(1000, 720, "zh-CN").await;
    let page = Page::open(browser, &pushing.url).await;
    page.click("member-zhangsan").await;
    page.bubble("app", "早安问候").await;
    page.say("列表").await;
    page.bubble("app", "morning: ").await;
    let path = page.screenshot("morning_push").await;
    assert_eq!(page.complaints().await, [""; 0]);
    page.browser.close().await.unwrap();
    let size = std::fs::metadata(path).unwrap().len();
    assert!(size > 20_000, "the picture is empty: {size} bytes");
}

/// The program in sandbox mode; it ends with this.
struct Pushing {
    child: Child,
    /// The address of the page.
    url: String,
}

impl Pushing {
    fn start() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_morning_push"))
            .arg("--sandbox=127.0.0.1:0")
            .env("EASY_WECHAT_SYSTEM_LOG_FILE", "false")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let url = lines
            .map_while(Result::ok)
            .find_map(|line| {
                let at = line.find("http://127.0.0.1:")?;
                Some(line[at..].split_whitespace().next()?.to_owned())
            })
            .expect("it says where the page is");
        Self { child, url }
    }
}

impl Drop for Pushing {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
