//! The program itself, against a site of our own.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "in a test a panic is a failure"
)]

#[path = "../../../easy_wechat/tests/support/sandbox_option.rs"]
#[allow(unreachable_pub, reason = "made for more than these tests")]
mod sandbox_option;
#[path = "kit/mod.rs"]
mod site;

use std::fmt::Write as _;
use std::process::Output;

use easy_wechat::Clock;
use site::{Site, json, told};
use ticket_watcher::calendar::shanghai;
use tokio::task::spawn_blocking;
use unicode_width::UnicodeWidthStr as _;

const RECORDED: &str = include_str!("fixtures/q_2026-09-12_rows_in_assembled_envelope.json");

async fn run(args: &[&str]) -> (i32, String, String) {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_ticket_watcher"));
    let folder = tempfile::tempdir().unwrap();
    command
        .args(args)
        .current_dir(folder.path())
        .env_remove("EASY_WECHAT_CONFIG");
    let Output {
        status,
        stdout,
        stderr,
    } = spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

fn query<'a>(site: &'a Site, words: &'a str) -> Vec<&'a str> {
    [
        vec!["query", "--base-url", &site.url],
        words.split(' ').collect(),
    ]
    .concat()
}

#[tokio::test]
async fn query_prints_a_table_whose_columns_stand_below_each_other() {
    let site = Site::with_query(|_, _| json(RECORDED)).await;
    let (code, table, errors) = run(&query(&site, "北京 上海 明天")).await;
    assert_eq!((code, errors.as_str()), (0, ""), "{table}");
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(
        lines[..2],
        [
            "车次  出发站  到达站  出发   到达   历时   商务座    一等座    二等座   无座     备注",
            "G5    北京    上海    07:40  12:32  04:52  6 ¥2350   有 ¥1075  有 ¥672  有 ¥672",
        ]
    );
    // The times stand in one column, by the width on the screen.
    for line in &lines[1..] {
        let before = line
            .split_once("12:32")
            .or(line.split_once("15:"))
            .unwrap()
            .0;
        assert_eq!(before.width(), 29, "{line}");
    }
    assert!(
        site.asked()[1]
            .contains("from_station=BJP&leftTicketDTO.to_station=SHH&purpose_codes=ADULT")
    );
}

#[tokio::test]
async fn query_prints_json_for_other_programs() {
    let site = Site::with_query(|_, _| json(RECORDED)).await;
    let (code, text, _) = run(&query(&site, "北京 上海 明天 G811 --json")).await;
    assert_eq!(code, 0);
    let trains: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(trains.as_array().unwrap().len(), 2);
    assert_eq!(trains[0]["departs"], "09:34");
    assert_eq!(trains[0]["from"], "北京南");
    assert_eq!(trains[0]["seats"][0]["left"], "17");
    assert_eq!(trains[0]["seats"][2]["price"], 673.0);
}

#[tokio::test]
async fn the_exit_code_says_how_it_ended() {
    let site = Site::with_query(|_, _| json(RECORDED)).await;
    let away = Site::start(|_, _| told("403 Forbidden", "X-A: b", "")).await;
    let today = shanghai(Clock::system().now()).date();
    let far = ticket_watcher::calendar::days(today, 20).to_string();
    for (args, code, said) in [
        (query(&site, "北京 上海 明天 G5 硬座"), 4, "没有票"),
        (query(&site, &format!("北京 上海 {far}")), 4, "还没有开售"),
        (query(&site, "北京 上海 2020-01-01"), 2, "已经过去了"),
        (query(&site, "北金 上海 明天"), 2, "没有叫“北金”的车站"),
        (query(&away, "北京 上海 明天"), 1, "12306 answered 403"),
        (
            vec!["query", "--base-url", "http://127.0.0.1:1", "北京", "上海"],
            1,
            "could not be reached",
        ),
        (
            vec!["query", "--base-url", "nonsense", "北京", "上海"],
            2,
            "is no address like https://kyfw.12306.cn",
        ),
        (vec!["query"], 2, "required"),
        (vec!["stations", "虹桥机场"], 4, "没有叫“虹桥机场”的车站"),
        (
            vec!["stations", "--config", "none.ini", "北京"],
            2,
            "none.ini",
        ),
    ] {
        let (is, out, errors) = run(&args).await;
        assert_eq!(is, code, "{args:?} {out} {errors}");
        assert!(errors.contains(said), "{args:?} {errors}");
    }
    assert_eq!(
        run(&["stations", "北京"]).await,
        (0, "北京 BJP (全市各站)\n".to_owned(), String::new())
    );
}

/// A device that is full is an error, a reader that has seen enough is none.
#[tokio::test]
async fn what_cannot_be_printed_is_an_error() {
    let program = env!("CARGO_BIN_EXE_ticket_watcher");
    for (line, code) in [
        ("stations 北京 >/dev/full", 1),
        ("--help >/dev/full", 1),
        ("query --help >/dev/full", 1),
        ("--version >/dev/full", 1),
        ("stations 虹桥机场 2>/dev/full", 4),
        ("stations 虹桥机场 2>&-", 4),
        ("nonsense 2>/dev/full", 2),
        ("stations 北京 >&-", 0),
    ] {
        let mut command = std::process::Command::new("sh");
        command.args(["-c", &format!("{program} {line}")]);
        let ended = spawn_blocking(move || command.output().unwrap()).await;
        let ended = ended.unwrap();
        assert_eq!(ended.status.code(), Some(code), "{line}: {ended:?}");
    }
    let line = format!("{{ {program} --help; echo \"rc $?\" >&2; }} | true");
    let mut command = std::process::Command::new("sh");
    command.args(["-c", &line]);
    let ended = spawn_blocking(move || command.output().unwrap()).await;
    let said = String::from_utf8(ended.unwrap().stderr).unwrap();
    assert_eq!(said, "rc 0\n");
}

#[tokio::test]
async fn the_list_of_stations_is_renewed_or_left_as_it_is() {
    let mut script = "var station_names ='".to_owned();
    for n in 0..2100_u32 {
        let code: String = [n / 676, n / 26 % 26, n % 26]
            .iter()
            .map(|it| char::from(b'A' + u8::try_from(*it).unwrap()))
            .collect();
        let _ = write!(script, "@s|新站{n}|{code}|xin|x|{n}|1|新城||");
    }
    let good =
        Site::start(move |_, _| told("200 OK", "Content-Type: text/javascript", &script)).await;
    let bad =
        Site::start(|_, _| told("200 OK", "Content-Type: text/html", "<html>'busy'</html>")).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("stations.txt");
    let file = file.to_str().unwrap();
    let refresh =
        |site: &Site| ["stations", "--base-url", &site.url, "--refresh", file].map(str::to_owned);
    let args = refresh(&good);
    assert_eq!(run(&args.each_ref().map(String::as_str)).await.0, 0);
    let args = refresh(&bad);
    let (code, _, errors) = run(&args.each_ref().map(String::as_str)).await;
    assert_eq!(code, 1, "{errors}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    let config = folder.path().join("config.ini");
    std::fs::write(&config, format!("[ticket_watcher]\nstations = {file}\n")).unwrap();
    let (code, out, errors) =
        run(&["stations", "--config", config.to_str().unwrap(), "新站7"]).await;
    assert_eq!((code, out.as_str()), (0, "新站7 AAH\n"), "{errors}");
}

#[test]
fn the_sandbox_is_asked_for_with_and_without_an_equals_sign() {
    sandbox_option::check(env!("CARGO_BIN_EXE_ticket_watcher"));
}

#[cfg(unix)]
#[test]
fn a_closed_terminal_ends_it_but_not_below_nohup() {
    let program = env!("CARGO_BIN_EXE_ticket_watcher");
    sandbox_option::ends_with_its_terminal(program, &["--sandbox=127.0.0.1:0"]);
}
