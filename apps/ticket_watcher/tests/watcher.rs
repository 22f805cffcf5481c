//! The app over real sockets: what the chat reads, and what the loop brings.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "in a test a panic is a failure"
)]

#[path = "kit/mod.rs"]
mod site;

use std::sync::Mutex;
use std::time::Duration;

use easy_wechat::Clock;
use site::{Site, json, told};
use ticket_watcher::calendar::moment;
use ticket_watcher::engine::EngineSettings;
use ticket_watcher::railway::RailwaySettings;
use ticket_watcher::say;
use ticket_watcher::settings::Settings;
use ticket_watcher::watcher::Watcher;

const RECORDED: &str = include_str!("fixtures/q_2026-09-12_rows_in_assembled_envelope.json");

fn clock() -> Clock {
    Clock::fake(moment("2026-09-11T08:00".parse().unwrap()))
}

fn watcher(site: &Site, clock: &Clock) -> Watcher {
    let settings = Settings {
        railway: RailwaySettings {
            base_url: site.url.clone(),
            gap: Duration::ZERO,
            ..RailwaySettings::default()
        },
        engine: EngineSettings::default(),
        ..Settings::default()
    };
    Watcher::new(settings, [], clock.clone()).unwrap()
}

/// Lets the loop run, by its clock, for `minutes`; what was told.
async fn run(watcher: &Watcher, clock: &Clock, minutes: u64) -> Vec<String> {
    let end = clock.now().plus(Duration::from_mins(minutes));
    let mut told = Vec::new();
    while clock.now() < end {
        let turn = watcher.turn().await;
        told.extend(
            turn.notices
                .iter()
                .map(|notice| format!("{}: {}", notice.user, say::notice(notice))),
        );
        match turn.next {
            Some(next) if next > clock.now() => clock.set(next.min(end)),
            Some(_) => {}
            None => clock.set(end),
        }
    }
    told
}

#[tokio::test]
async fn a_ticket_that_appears_is_told_once_with_all_one_needs() {
    let sold_out = RECORDED
        .replace("|Y|", "|N|")
        .replace("|有|有|6|", "|无|无|无|")
        .replace("|有|有|17|", "|无|无|无|");
    let answers = Mutex::new(vec![
        RECORDED.to_owned(),
        RECORDED.to_owned(),
        sold_out.clone(),
        sold_out,
    ]);
    let site = Site::with_query(move |_, _| {
        let mut answers = answers.lock().unwrap();
        let answer = answers.pop().unwrap_or_else(|| RECORDED.to_owned());
        json(&answer)
    })
    .await;
    let clock = clock();
    let watcher = watcher(&site, &clock);
    let said = watcher
        .answer("li", "监控 北京 上海 明天 G5 商务座,二等座 2人")
        .await;
    assert_eq!(
        said,
        "好的, 监控 1: 北京→上海 2026-09-12 周六 G5 商务座,二等座 2人\n有票时我会告诉您。"
    );
    watcher.answer("wang", "监控北京到上海明天G5一等座").await;
    let told = run(&watcher, &clock, 10).await;
    assert_eq!(
        told,
        [
            "li: 有票! 北京→上海 2026-09-12 周六\n\
             G5 07:40→12:32 北京→上海 商务座 6张 ¥2350\n\
             G5 07:40→12:32 北京→上海 二等座 有 ¥672\n\
             G5 07:59→12:32 北京南→上海 商务座 6张 ¥2337\n\
             G5 07:59→12:32 北京南→上海 二等座 有 ¥667\n\
             请到 12306 购买。(监控 1, 不要了发“删除 1”)",
            "wang: 有票! 北京→上海 2026-09-12 周六\n\
             G5 07:40→12:32 北京→上海 一等座 有 ¥1075\n\
             G5 07:59→12:32 北京南→上海 一等座 有 ¥1069\n\
             请到 12306 购买。(监控 1, 不要了发“删除 1”)",
        ]
    );
    // One first page, then one question in each minute or so, for both.
    let asked = site.asked().len();
    assert!((8..=14).contains(&asked), "{asked}");
}

#[tokio::test]
async fn the_chat_answers_every_command() {
    let site = Site::with_query(|_, _| json(RECORDED)).await;
    let clock = clock();
    let watcher = watcher(&site, &clock);
    for (text, answer) in [
        ("列表", "您还没有监控。例如: 监控 北京 上海 明天 二等座"),
        (
            "监控 北京 上海 明天 G1",
            "好的, 监控 1: 北京→上海 2026-09-12 周六 G1\n有票时我会告诉您。",
        ),
        ("监控 北京 上海 明天 G1", "已经在监控了, 编号 1。"),
        (
            "监控 北京 上海 2026-10-01",
            "好的, 监控 2: 北京→上海 2026-10-01 周四\n\
             2026-10-01 周四 还没有开售 (今天只售到 2026-09-25 周五), 2026-09-17 周四 起我会开始查询。",
        ),
        ("暂停 1", "已暂停:\n1. 北京→上海 2026-09-12 周六 G1"),
        (
            "列表",
            "我的监控:\n1. 北京→上海 2026-09-12 周六 G1 (已暂停)\n2. 北京→上海 2026-10-01 周四",
        ),
        ("继续 1", "继续监控:\n1. 北京→上海 2026-09-12 周六 G1"),
        ("删除 3", "没有这个编号的监控。发“列表”看编号。"),
        (
            "删除 1 2",
            "已删除:\n1. 北京→上海 2026-09-12 周六 G1\n2. 北京→上海 2026-10-01 周四",
        ),
        (
            "查询 北京 上海 2026-10-01",
            "2026-10-01 周四 还没有开售 (今天只售到 2026-09-25 周五)。发“监控 …”, 开售后我来盯。",
        ),
        (
            "查询 北京 上海 明天 G5",
            "北京→上海 2026-09-12 周六\n\
             G5 07:40→12:32 北京→上海 商务座6 一等座有 二等座有 无座有\n\
             G5 07:59→12:32 北京南→上海 商务座6 一等座有 二等座有 无座有",
        ),
        (
            "查询 北京 上海 明天 K5",
            "北京→上海 2026-09-12 周六\n没有符合的车次。",
        ),
    ] {
        assert_eq!(watcher.answer("li", text).await, answer, "{text}");
    }
    // Who asks the same again gets the same answer, with no further question.
    assert_eq!(site.asked().len(), 2);
    assert!(watcher.answer("li", "帮助").await.len() < 2048);
}

#[tokio::test]
async fn a_site_that_is_closed_is_left_alone() {
    let site = Site::with_query(|_, _| told("403 Forbidden", "X-A: b", "")).await;
    let clock = clock();
    let watcher = watcher(&site, &clock);
    assert_eq!(
        watcher.answer("li", "查询 北京 上海 明天").await,
        "12306 嫌查得太勤, 请过几分钟再试。"
    );
    for _ in 0..20 {
        let said = watcher.answer("li", "查询 北京 南京 明天").await;
        assert!(said.starts_with("12306 现在不能查询, 请在 08:1"), "{said}");
    }
    assert_eq!(site.asked().len(), 2);
    clock.set(moment("2026-09-12T03:00".parse().unwrap()));
    let said = watcher.answer("li", "查询 北京 南京 明天").await;
    assert_eq!(said, "12306 现在不能查询, 请在 05:00 以后再试。");
}

#[tokio::test]
async fn at_night_a_watch_says_when_the_site_opens() {
    let site = Site::with_query(|_, _| json(RECORDED)).await;
    let clock = clock();
    let watcher = watcher(&site, &clock);
    for (now, opens) in [
        ("2026-09-11T00:59", None),
        ("2026-09-11T01:00", Some("05:00")),
        ("2026-09-11T04:59", Some("05:00")),
        ("2026-09-11T05:00", None),
        // In the night to Wednesday the site sleeps longer.
        ("2026-09-09T00:30", Some("05:00")),
    ] {
        clock.set(moment(now.parse().unwrap()));
        let said = watcher.answer("li", "监控 北京 上海 9月12日").await;
        watcher.answer("li", "删除 全部").await;
        let night = said.contains("夜间不售票");
        assert_eq!(night, opens.is_some(), "{now}: {said}");
        assert!(opens.is_none_or(|opens| said.contains(opens)), "{said}");
    }
}

#[tokio::test]
async fn a_thousand_watches_of_one_user_end_at_the_cap() {
    let site = Site::with_query(|_, _| json(RECORDED)).await;
    let watcher = watcher(&site, &clock());
    let mut refused = 0;
    for number in 1..=1000 {
        let said = watcher
            .answer("li", &format!("监控 北京 上海 明天 G{number}"))
            .await;
        refused += usize::from(
            said == "您已经有 10 个监控, 不能再多了。发“列表”看一看, 用“删除 1”删掉不要的。",
        );
    }
    assert_eq!(refused, 990);
}

#[tokio::test]
async fn a_busy_day_fits_into_one_message() {
    let rows: serde_json::Value = serde_json::from_str(RECORDED).unwrap();
    let rows = rows["data"]["result"].as_array().unwrap();
    let rows: Vec<String> = (0..200)
        .map(|n| {
            rows[n % 4]
                .to_string()
                .replace("|240000", &format!("|{n:06}"))
        })
        .collect();
    let body = format!(
        "{{\"status\":true,\"data\":{{\"result\":[{}]}}}}",
        rows.join(",")
    );
    let site = Site::with_query(move |_, _| json(&body)).await;
    let clock = clock();
    let watcher = watcher(&site, &clock);
    let said = watcher.answer("li", "查询 北京 上海 明天").await;
    assert!(
        said.len() <= 2048 && said.ends_with("… 共 200 趟"),
        "{said}"
    );
    watcher.answer("li", "监控 北京 上海 明天").await;
    let told = run(&watcher, &clock, 2).await;
    assert!(
        told[0].len() <= 2048 && told[0].contains("… 共 600 项"),
        "{}",
        told[0]
    );
}
