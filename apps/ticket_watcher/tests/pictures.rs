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
#[path = "kit/mod.rs"]
mod site;

use driver::Driver;
use easy_wechat::{Clock, Sandbox};
use page::Page;
use site::{Site, json};
use ticket_watcher::calendar::moment;
use ticket_watcher::serve;

#[tokio::test(flavor = "multi_thread")]
async fn the_readmes_pictures() {
    let railway = Site::with_query(|_, _| json(RECORDED)).await;
    let sandbox = Sandbox::start().await.unwrap();
    let state = tempfile::tempdir().unwrap();
    let more = format!("state_path = {}", state.path().display());
    let config = sandbox.config_with("demo", &more, "").unwrap();
    let clock = Clock::fake(moment("2026-09-11T08:00".parse().unwrap()));
    let server = serve::server(&config, "demo", Some(&railway.url), clock).unwrap();
    let server = server.start("127.0.0.1:0").await.unwrap();
    let callback = format!("http://{}/weixin", server.addr());
    sandbox.connect(callback).await.unwrap();

    let driver = Driver::start();
    let browser = driver.browser(1000, 1090, "zh-CN").await;
    let page = Page::open(browser, sandbox.url()).await;
    page.click("member-zhangsan").await;
    for (text, answer) in [
        ("监控 北京 上海 明天 G5 商务座", "有票!"),
        (
            "监控 北京南 上海虹桥 9月20日 高铁 二等座 2人",
            "好的, 监控 2",
        ),
        ("列表", "我的监控"),
    ] {
        page.say(text).await;
        page.bubble("app", answer).await;
    }
    let path = page.screenshot("ticket_watcher").await;
    assert_eq!(page.complaints().await, [""; 0]);
    page.browser.close().await.unwrap();
    let size = std::fs::metadata(path).unwrap().len();
    assert!(size > 20_000, "the picture is empty: {size} bytes");
    server.stop().await;
    sandbox.stop().await;
}

const RECORDED: &str = include_str!("fixtures/q_2026-09-12_rows_in_assembled_envelope.json");
