//! What people write to the ticket watcher: a wish that is said back is understood as the same wish.

use jiff::civil::Date;
use ticket_watcher::command::{self, Command, Which};

use crate::station::STATIONS;

pub(crate) const DICTIONARY: &[&str] = &[
    "监控", "查询", "列表", "删除", "暂停", "继续", "帮助", "全部", "北京", "上海", "到", "至", "-", "—", "明天", "后天", "下周五",
    "12月1日", "12-1", "2026-12-01", "26-11-30", "今天", "周末", "G1", "D301", "K", "次", "高铁", "动车", "二等座", "一等座",
    "硬卧", "无座", "2人", "两人", "人", "[", "]", ",", "，", "、", " ", "\u{3000}", "\n", "99999999999", "#1", "1-3", "😀",
];

const TODAY: Date = Date::constant(2026, 11, 26);

pub(crate) fn check(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    match command::read(&text, &STATIONS, TODAY) {
        Ok(Command::Watch(wish)) => {
            let said = format!("监控 {wish}");
            let again = command::read(&said, &STATIONS, TODAY);
            assert_eq!(again, Ok(Command::Watch(wish)), "{said}");
        }
        Ok(Command::Query(wish)) => {
            let said = format!("查询 {wish}");
            let again = command::read(&said, &STATIONS, TODAY);
            assert_eq!(again, Ok(Command::Query(wish)), "{said}");
        }
        Ok(Command::Remove(which) | Command::Pause(which) | Command::Resume(which)) => {
            if let Which::Numbers(numbers) = which {
                assert!(numbers.len() <= text.len(), "more numbers than there were");
            }
        }
        Ok(_) => {}
        Err(error) => {
            let said = error.to_string();
            assert!(said.chars().count() < 400, "{said}");
        }
    }
}
