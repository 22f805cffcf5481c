//! What people write, and what they get for it.
#![allow(clippy::unwrap_used, reason = "in a test a panic is a failure")]

use std::sync::LazyLock;

use jiff::civil::Date;
use proptest::prelude::*;
use ticket_watcher::command::{self, Command, Which};
use ticket_watcher::stations::Stations;

static STATIONS: LazyLock<Stations> = LazyLock::new(Stations::bundled);

/// A Thursday.
const TODAY: Date = Date::constant(2026, 11, 26);

fn said(text: &str) -> String {
    match command::read(text, &STATIONS, TODAY) {
        Ok(Command::Watch(wish)) => format!("watch {wish}"),
        Ok(Command::Query(wish)) => format!("query {wish}"),
        Ok(Command::List) => "list".to_owned(),
        Ok(Command::Help) => "help".to_owned(),
        Ok(Command::Remove(which)) => format!("remove {}", numbers(&which)),
        Ok(Command::Pause(which)) => format!("pause {}", numbers(&which)),
        Ok(Command::Resume(which)) => format!("resume {}", numbers(&which)),
        Ok(other) => format!("{other:?}"),
        Err(error) => error.to_string(),
    }
}

fn numbers(which: &Which) -> String {
    match which {
        Which::Numbers(numbers) => format!("{numbers:?}"),
        _ => "all".to_owned(),
    }
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let said = said(text);
    assert!(
        said.starts_with(expected),
        "{text}\n  is  {said}\n  not {expected}"
    );
}

#[test]
fn wishes_as_people_write_them() {
    for (text, expected) in [
        (
            "监控 北京 上海 2026-12-01 G1,G3 二等座,一等座 2人",
            "watch 北京→上海 2026-12-01 周二 G1,G3 二等座,一等座 2人",
        ),
        (
            "监控 北京 上海 2026-12-01 G1, G3 二等座、一等座 [2人]",
            "watch 北京→上海 2026-12-01 周二 G1,G3 二等座,一等座 2人",
        ),
        (
            "监控 北京到上海 明天 高铁",
            "watch 北京→上海 2026-11-27 周五 高铁",
        ),
        (
            "监控北京到上海明天高铁二等座2人",
            "watch 北京→上海 2026-11-27 周五 高铁 二等座 2人",
        ),
        (
            "监控：北京—上海，12月1日，g1次",
            "watch 北京→上海 2026-12-01 周二 G1",
        ),
        (
            "盯 从北京南到上海虹桥 下周五 的票",
            "watch 北京南→上海虹桥 2026-12-04 周五",
        ),
        ("监控 北京-上海12-1", "watch 北京→上海 2026-12-01 周二"),
        ("监控 明天 北京 上海", "watch 北京→上海 2026-11-27 周五"),
        // As the answers say it.
        (
            "监控 北京→上海 2026-12-04 周五 G1",
            "watch 北京→上海 2026-12-04 周五 G1",
        ),
        (
            "监控 北京 上海 周五 12-04",
            "watch 北京→上海 2026-12-04 周五",
        ),
        ("监控 北京 上海 周五 12-05", "一次只能写一个日期"),
        ("监控 北京 上海 周五 周六", "一次只能写一个日期"),
        (
            "watch beijing shanghai 12.1",
            "watch 北京→上海 2026-12-01 周二",
        ),
        ("监控 北京-hangzhou 后天", "watch 北京→杭州 2026-11-28 周六"),
        ("监控 北京到保定 明天", "watch 北京→保定 2026-11-27 周五"),
        ("监控 东至到北京 明天", "watch 东至→北京 2026-11-27 周五"),
        ("监控 到保到北京 明天", "watch 到保→北京 2026-11-27 周五"),
        (
            "监控 北京站 上海站 明天 软卧 硬卧 三张",
            "watch 北京站→上海站 2026-11-27 周五 软卧,硬卧 3人",
        ),
        (
            "监控 北京 上海 明天 1461",
            "watch 北京→上海 2026-11-27 周五 1461",
        ),
        (
            "监控 ＢＪＰ 上海　明天 Ｇ１",
            "watch 北京站→上海 2026-11-27 周五 G1",
        ),
        (
            "\u{202E}监控\u{200B} 北\u{200F}京 上海 明天",
            "watch 北京→上海 2026-11-27 周五",
        ),
        ("监控 北京 上海 26-11-30", "watch 北京→上海 2026-11-30 周一"),
        (
            "监控北京到上海26-11-30高铁",
            "watch 北京→上海 2026-11-30 周一 高铁",
        ),
        (
            "监控 北京 上海 ２６／１１／３０",
            "watch 北京→上海 2026-11-30 周一",
        ),
        ("监控 北京 上海 11月30", "watch 北京→上海 2026-11-30 周一"),
        ("监控 北京 上海 1130", "watch 北京→上海 2026-11-30 周一"),
        (
            "监控 北京 上海 1130 G1",
            "watch 北京→上海 2026-11-30 周一 G1",
        ),
        (
            "监控 北京 上海 明天 1130",
            "watch 北京→上海 2026-11-27 周五 1130",
        ),
        ("查询 北京 上海 1130", "query 北京→上海 2026-11-30 周一"),
        (
            "查询 北京 上海 1228",
            "query 北京→上海 2026-11-26 周四 1228",
        ),
        (
            "监控 北京 上海 11月30日（11-30）",
            "watch 北京→上海 2026-11-30 周一",
        ),
        (
            "监控 北京 上海 明天 下午",
            "watch 北京→上海 2026-11-27 周五",
        ),
        ("查询 北京 上海", "query 北京→上海 2026-11-26 周四"),
        ("查北京到上海明天", "query 北京→上海 2026-11-27 周五"),
        ("北京 上海 明天", "query 北京→上海 2026-11-27 周五"),
        ("明天北京到上海有票吗？", "query 北京→上海 2026-11-27 周五"),
    ] {
        check(text, expected);
    }
}

#[test]
fn the_other_commands() {
    for (text, expected) in [
        ("列表", "list"),
        ("LIST", "list"),
        ("删除 2", "remove [2]"),
        ("删除2", "remove [2]"),
        ("取消 第2个", "remove [2]"),
        ("删除 1,2 3", "remove [1, 2, 3]"),
        ("删除 全部", "remove all"),
        ("暂停 #1", "pause [1]"),
        ("继续 1号", "resume [1]"),
        ("帮助", "help"),
        ("？", "help"),
        ("Help", "help"),
    ] {
        check(text, expected);
    }
}

#[test]
fn what_is_wrong_is_said_with_how_to_write_it_right() {
    for (text, expected) in [
        (
            "",
            "没看懂。例如: 监控 北京 上海 明天 G1,G3 二等座\n发“帮助”看全部用法。",
        ),
        ("你好", "没看懂。"),
        ("watching", "没看懂。"),
        ("监控", "要写一个出发站和一个到达站"),
        ("监控 北京 明天", "要写一个出发站和一个到达站"),
        ("监控 北京 上海 南京 明天", "要写一个出发站和一个到达站"),
        ("监控 北京 上海", "要写日期"),
        ("监控 北京 北京站 明天", "出发站和到达站都是北京"),
        (
            "监控 北金 上海 明天",
            "没有叫“北金”的车站。您要找的是不是: ",
        ),
        (
            "监控 北京 fuzhou 明天",
            "“fuzhou”有好几个车站, 请写其中一个: 福州、抚州",
        ),
        ("监控 北京 上海 明天 头等舱", "看不懂“头等舱”。"),
        (
            "监控 北京 上海 2026-11-01",
            "2026-11-01 周日 已经过去了。可以写",
        ),
        ("监控 北京 上海 2026-13-01", "没有“2026-13-01”这一天"),
        // As it was written, not a part of it.
        ("监控 北京 上海 26-13-30", "没有“26-13-30”这一天。可以写"),
        ("监控 北京 上海 11-12-26", "看不懂日期“11-12-26”。可以写"),
        (
            "监控 北京 上海 30-11-2026",
            "看不懂日期“30-11-2026”。可以写",
        ),
        (
            "监控 北京 上海 2026-1-1-1",
            "看不懂日期“2026-1-1-1”。可以写",
        ),
        (
            "监控 北京 上海 2026-11-3000",
            "看不懂日期“2026-11-3000”。可以写",
        ),
        ("监控 北京 上海 02-30", "没有“02-30”这一天。可以写"),
        ("监控 北京 上海 1461", "要写日期"),
        (
            "监控 背景 上海 明天",
            "没有叫“背景”的车站。您要找的是不是: 北京",
        ),
        ("监控 北京 上海 明天 后天", "一次只能写一个日期"),
        ("监控 北京 上海 明天 0人", "人数要在 1 到 20 之间"),
        ("监控 北京 上海 明天 99999999999人", "人数要在 1 到 20 之间"),
        ("删除", "要写编号, 例如: 删除 1"),
        ("删除 二", "要写编号, 例如: 删除 1"),
        ("删除 -1", "要写编号"),
        ("删除 99999999999", "要写编号"),
    ] {
        check(text, expected);
    }
    let trains: Vec<String> = (1..30).map(|n| format!("G{n}")).collect();
    check(
        &format!("监控 北京 上海 明天 {}", trains.join(",")),
        "最多写 20 个车次",
    );
    check(&"监".repeat(800), "消息太长了");
    for hostile in [
        "监控 ".to_owned() + &"到".repeat(600),
        "监控 ".to_owned() + &"北京".repeat(300),
        "😀".repeat(512),
        "监控 ".to_owned() + &"😀 ".repeat(400),
    ] {
        let answer = said(&hostile);
        assert!(answer.chars().count() < 150, "{answer}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn rubbish_gets_a_short_answer(text in "(监控|查询|删除|)[ 北京上海到至明天后周五0-9G,二等座人站\\-\\PC]{0,80}") {
        prop_assert!(said(&text).chars().count() < 300);
    }
}
