//! The app end to end: a WeCom of our own, a 12306 of our own, a store on disk.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "in a test a panic is a failure"
)]

#[path = "kit/mod.rs"]
mod site;

use std::path::Path;
use std::time::Duration;

use easy_wechat::{Clock, Config, Sandbox, ServerHandle};
use site::{Site, json, told};
use ticket_watcher::calendar::moment;
use ticket_watcher::keep::KeepError;
use ticket_watcher::serve;

const RECORDED: &str = include_str!("fixtures/q_2026-09-12_rows_in_assembled_envelope.json");

async fn start(config: &Config, site: &Site, sandbox: &Sandbox) -> ServerHandle {
    let clock = Clock::fake(moment("2026-09-11T08:00".parse().unwrap()));
    let server = serve::server(config, "demo", Some(&site.url), clock).unwrap();
    let server = server.start("127.0.0.1:0").await.unwrap();
    sandbox
        .connect(format!("http://{}/weixin", server.addr()))
        .await
        .unwrap();
    server
}

fn config(sandbox: &Sandbox, state: &Path) -> Config {
    sandbox
        .config_with("demo", &format!("state_path = {}", state.display()), "")
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_appears_and_one_message_arrives() {
    let site = Site::with_query(|_, _| json(RECORDED)).await;
    let sandbox = Sandbox::start().await.unwrap();
    let state = tempfile::tempdir().unwrap();
    let server = start(&config(&sandbox, state.path()), &site, &sandbox).await;
    let li = sandbox.member("lisi");
    let seen = li.says("监控 北京 上海 明天 G5 商务座").await.unwrap();
    let answer = seen.messages[0].text().unwrap().to_owned();
    assert!(
        answer.starts_with("好的, 监控 1: 北京→上海 2026-09-12 周六 G5 商务座"),
        "{answer}"
    );
    let inbox = tokio::time::timeout(Duration::from_secs(20), li.inbox_of(2))
        .await
        .unwrap();
    let push = inbox
        .iter()
        .filter_map(|message| message.text())
        .find(|text| text.starts_with("有票!"))
        .unwrap();
    assert_eq!(
        push,
        "有票! 北京→上海 2026-09-12 周六\n\
         G5 07:40→12:32 北京→上海 商务座 6张 ¥2350\n\
         G5 07:59→12:32 北京南→上海 商务座 6张 ¥2337\n\
         请到 12306 购买。(监控 1, 不要了发“删除 1”)"
    );
    let seen = li.says("🚄🚄🚄").await.unwrap();
    assert!(seen.text().unwrap().starts_with("没看懂。"));
    server.stop().await;
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn watches_survive_a_restart() {
    let site = Site::with_query(|_, _| told("200 OK", "X-A: b", "")).await;
    let sandbox = Sandbox::start().await.unwrap();
    let state = tempfile::tempdir().unwrap();
    let config = config(&sandbox, state.path());
    let server = start(&config, &site, &sandbox).await;
    let li = sandbox.member("lisi");
    for text in [
        "监控 北京 上海 9月20日 G5",
        "监控 北京 上海 9月21日",
        "暂停 1",
        "监控 北京 上海 9月22日",
        "删除 2",
    ] {
        li.says(text).await.unwrap();
    }
    server.stop().await;
    let server = start(&config, &site, &sandbox).await;
    let seen = li.says("列表").await.unwrap();
    let list = "我的监控:\n1. 北京→上海 2026-09-20 周日 G5 (已暂停)\n3. 北京→上海 2026-09-22 周二";
    assert_eq!(seen.text(), Some(list));
    server.stop().await;
    sandbox.stop().await;
}

/// The disk fails: what was confirmed is so after a restart, and nothing else is.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_kept_is_not_confirmed() {
    let site = Site::with_query(|_, _| told("200 OK", "X-A: b", "")).await;
    let sandbox = Sandbox::start().await.unwrap();
    let state = tempfile::tempdir().unwrap();
    let config = config(&sandbox, state.path());
    let server = start(&config, &site, &sandbox).await;
    let li = sandbox.member("lisi");
    for text in ["监控 北京 上海 9月20日 G5", "监控 北京 上海 9月21日"] {
        li.says(text).await.unwrap();
    }
    let list = "我的监控:\n1. 北京→上海 2026-09-20 周日 G5\n2. 北京→上海 2026-09-21 周一";
    let (file, aside) = (
        state.path().join("easy_wechat.sqlite3"),
        state.path().join("aside"),
    );
    std::fs::rename(&file, &aside).unwrap();
    std::fs::create_dir(&file).unwrap();
    for text in ["删除 1", "暂停 2", "监控 北京 上海 9月22日", "删除 全部"] {
        let seen = li.says(text).await.unwrap();
        let answer = seen.text().unwrap();
        assert!(answer.starts_with("没能保存"), "{text}: {answer}");
        assert_eq!(li.says("列表").await.unwrap().text(), Some(list), "{text}");
    }
    // A restart meanwhile fails, and loses nothing.
    let clock = Clock::fake(moment("2026-09-11T08:00".parse().unwrap()));
    let url = Some(site.url.as_str());
    assert!(serve::server(&config, "demo", url, clock).is_err());
    std::fs::remove_dir(&file).unwrap();
    std::fs::rename(&aside, &file).unwrap();
    let seen = li.says("暂停 2").await.unwrap();
    assert!(seen.text().unwrap().starts_with("已暂停:\n2."));
    server.stop().await;
    let server = start(&config, &site, &sandbox).await;
    let seen = li.says("列表").await.unwrap();
    let list = format!("{list} (已暂停)");
    assert_eq!(seen.text(), Some(list.as_str()));
    server.stop().await;
    sandbox.stop().await;
}

/// Two would both tell, and overwrite each other.
#[tokio::test(flavor = "multi_thread")]
async fn only_one_process_has_the_watches() {
    let site = Site::with_query(|_, _| told("200 OK", "X-A: b", "")).await;
    let sandbox = Sandbox::start().await.unwrap();
    let state = tempfile::tempdir().unwrap();
    let config = config(&sandbox, state.path());
    let first = start(&config, &site, &sandbox).await;
    let clock = || Clock::fake(moment("2026-09-11T08:00".parse().unwrap()));
    let second = serve::server(&config, "demo", Some(&site.url), clock());
    let Err(error) = second else {
        panic!("the first one lives");
    };
    assert!(error.is::<KeepError>(), "{error}");
    first.stop().await;
    // Now it is free at once.
    let began = std::time::Instant::now();
    let third = start(&config, &site, &sandbox).await;
    assert!(began.elapsed() < Duration::from_secs(3));
    third.stop().await;
    sandbox.stop().await;
}
