//! What the chat user reads. Chinese.

use std::fmt::Write as _;

use easy_wechat::Timestamp;
use jiff::civil::Date;

use crate::calendar::{sale_begins, shanghai};
use crate::dates::{day, not_on_sale};
use crate::engine::{News, Notice, Refusal};
use crate::railway::{Answer, Left, RailwayError, Remedy, Sale, Train};
use crate::watch::{Find, Watch};
use crate::wish::Wish;

/// Another process has the watches.
pub const IN_USE: &str = "监控正由另一个程序负责, 这里暂时不能用。请过一会儿再试。";

/// Below what could not be kept.
const TRY_LATER: &str = "存储暂时写不进去 (可能是磁盘已满或只读), 请过一会儿再发一次。";

/// All commands.
pub const HELP: &str = "\
我替您盯着 12306 的余票, 有票就告诉您 (只看不买)。
监控 北京 上海 明天 — 有座就通知
监控 北京到上海 12月1日 G1,G3 二等座,一等座 2人
监控 北京南 上海虹桥 下周五 高铁
查询 北京 上海 明天 — 现在的余票
列表 — 我的监控
删除 1 / 暂停 1 / 继续 1 (或 全部)
帮助
车站可写站名、城市名或拼音; 不写席别就是除无座外的任何座位; 不写车次就是全部车次。";

/// A watch was added. `opens` is when 12306 sells again, if it sleeps now.
pub fn added(watch: &Watch, today: Date, opens: Option<Timestamp>) -> String {
    let Watch { number, wish, .. } = watch;
    let mut text = format!("好的, 监控 {number}: {wish}");
    match (not_on_sale(wish.date, today), opens) {
        (Some(why), _) => {
            let begins = shanghai(sale_begins(wish.date)).date();
            let _ = write!(text, "\n{why}, {} 起我会开始查询。", day(begins));
        }
        (None, Some(opens)) => {
            let opens = shanghai(opens).strftime("%H:%M").to_string();
            let _ = write!(
                text,
                "\n12306 夜间不售票, {opens} 起我会开始查询, 有票时告诉您。"
            );
        }
        (None, None) => text.push_str("\n有票时我会告诉您。"),
    }
    text
}

/// A watch was not added, because it could not be kept.
pub fn not_added(wish: &Wish) -> String {
    format!("没能保存, 所以没有添加监控: {wish}\n{TRY_LATER}")
}

/// A watch was not added.
pub fn refused(refusal: Refusal) -> String {
    match refusal {
        Refusal::UserIsFull(most) => {
            format!("您已经有 {most} 个监控, 不能再多了。发“列表”看一看, 用“删除 1”删掉不要的。")
        }
        Refusal::AllAreFull(_) => "监控的人太多了, 请过一阵再试。".to_owned(),
        Refusal::Already(number) => format!("已经在监控了, 编号 {number}。"),
    }
}

/// The watches of a user.
pub fn list<'a>(watches: impl Iterator<Item = &'a Watch>) -> String {
    let lines: Vec<String> = watches
        .map(|watch| {
            let rests = if watch.paused { " (已暂停)" } else { "" };
            format!("{}. {}{rests}", watch.number, watch.wish)
        })
        .collect();
    if lines.is_empty() {
        return "您还没有监控。例如: 监控 北京 上海 明天 二等座".to_owned();
    }
    fit("我的监控:".to_owned(), &lines, "个")
}

/// Watches were removed, paused, or go on; others were not, because that could not be kept.
pub fn done(verb: &str, watches: &[Watch], not_kept: &[Watch]) -> String {
    if watches.is_empty() && not_kept.is_empty() {
        return "没有这个编号的监控。发“列表”看编号。".to_owned();
    }
    let line = |watch: &Watch| format!("{}. {}", watch.number, watch.wish);
    let lines = |watches: &[Watch]| watches.iter().map(line).collect::<Vec<String>>();
    if not_kept.is_empty() {
        return fit(format!("{verb}:"), &lines(watches), "个");
    }
    let mut failed = lines(not_kept);
    failed.insert(0, "没能保存, 所以没有变:".to_owned());
    let mut all = lines(watches);
    if !all.is_empty() {
        all.insert(0, format!("{verb}:"));
    }
    // What failed stands first: it must not be cut off.
    let head = failed.remove(0);
    let text = fit(head, &[failed, all].concat(), "个");
    format!("{text}\n{TRY_LATER}")
}

/// News of a watch.
pub fn notice(notice: &Notice) -> String {
    let Notice {
        number, wish, news, ..
    } = notice;
    match news {
        News::Appeared(finds) => {
            let head = format!(
                "有票! {}→{} {}",
                wish.from.name,
                wish.to.name,
                day(wish.date)
            );
            let lines: Vec<String> = finds.iter().map(find).collect();
            let mut text = fit(head, &lines, "项");
            let _ = write!(
                text,
                "\n请到 12306 购买。(监控 {number}, 不要了发“删除 {number}”)"
            );
            text
        }
        News::SaleAt(at) => format!(
            "监控 {number} ({wish}): {} 起售, 到时我会查询。",
            at.strftime("%-m月%-d日 %H:%M")
        ),
        News::Missing { unknown, stopped } => {
            let mut text = format!("监控 {number} ({wish}):");
            if !unknown.is_empty() {
                let _ = write!(
                    text,
                    "\n当天没有车次 {}, 请核对车次和车站。",
                    unknown.join("、")
                );
            }
            if !stopped.is_empty() {
                let _ = write!(text, "\n停运: {}。", stopped.join("、"));
            }
            text
        }
        News::Ended => format!("监控 {number} ({wish}) 已结束: 列车已经开走。"),
    }
}

/// What there is, for the wish of a question.
pub fn found(wish: &Wish, answer: &Answer) -> String {
    let mut text = format!("{}→{} {}", wish.from.name, wish.to.name, day(wish.date));
    let mut trains: Vec<&Train> = answer
        .trains
        .iter()
        .filter(|train| wish.takes(train))
        .collect();
    if trains.is_empty() {
        text.push_str("\n没有符合的车次。");
        return text;
    }
    // Those with tickets first; among them, the order of departure stays.
    trains.sort_by_key(|train| wish.offers(train).next().is_none());
    let lines: Vec<String> = trains.iter().map(|train| line(train, answer)).collect();
    fit(text, &lines, "趟")
}

/// A question that 12306 did not answer.
pub fn failed(error: &RailwayError) -> &'static str {
    match error.remedy() {
        Remedy::Pause(_) => "12306 嫌查得太勤, 请过几分钟再试。",
        Remedy::FixQuestion => "12306 不接受这个查询, 请核对车站和日期。",
        _ => "12306 暂时没有回应, 请稍后再试。",
    }
}

/// No question is asked before `until`.
pub fn closed(until: Timestamp) -> String {
    format!(
        "12306 现在不能查询, 请在 {} 以后再试。",
        shanghai(until).strftime("%H:%M")
    )
}

/// A price of units of 0.1 yuan.
pub fn yuan(price: u32) -> String {
    match (price / 10, price % 10) {
        (yuan, 0) => format!("¥{yuan}"),
        (yuan, jiao) => format!("¥{yuan}.{jiao}"),
    }
}

fn find(find: &Find) -> String {
    let time = |clock: Option<crate::railway::Clock>| {
        clock.map_or_else(|| "--:--".to_owned(), |clock| clock.to_string())
    };
    let left = match find.left.parse::<u32>() {
        Ok(count) => format!("{count}张"),
        Err(_) => find.left.clone(),
    };
    let price = find
        .price
        .map_or_else(String::new, |price| format!(" {}", yuan(price)));
    let (departs, arrives) = (time(find.departs), time(find.arrives));
    format!(
        "{} {departs}→{arrives} {}→{} {} {left}{price}",
        find.code, find.from, find.to, find.seat
    )
}

fn line(train: &Train, answer: &Answer) -> String {
    let (from, to) = (answer.name(&train.from), answer.name(&train.to));
    if train.sale == Sale::Stopped {
        return format!("{} {from}→{to} {}", train.code, train.button);
    }
    let time = |clock: Option<crate::railway::Clock>| {
        clock.map_or_else(String::new, |clock| clock.to_string())
    };
    let mut text = format!(
        "{} {}→{} {from}→{to}",
        train.code,
        time(train.departs),
        time(train.arrives)
    );
    if train.sale == Sale::NotNow {
        if let Some(at) = train.sale_at {
            let _ = write!(text, " {}起售", at.strftime("%-m月%-d日%H:%M"));
        } else {
            let _ = write!(text, " {}", train.button);
        }
        return text;
    }
    let mut seats: Vec<String> = Vec::new();
    for seat in &train.seats {
        if !matches!(seat.left, Left::SoldOut | Left::NotOnSale) {
            seats.push(format!("{}{}", seat.name, seat.left));
        }
    }
    if seats.is_empty() {
        seats.push(
            if train.waiting_list {
                "无票, 可候补"
            } else {
                "无票"
            }
            .to_owned(),
        );
    }
    let _ = write!(text, " {}", seats.join(" "));
    text
}

/// As many lines as fit into one message, and how many there are if not all do.
fn fit(mut text: String, lines: &[String], counted: &str) -> String {
    for line in lines {
        if text.len() + 1 + line.len() > MAX_BYTES {
            let _ = write!(text, "\n… 共 {} {counted}", lines.len());
            break;
        }
        text.push('\n');
        text.push_str(line);
    }
    text
}

/// The platform's 2048, and room for what stands below the lines.
const MAX_BYTES: usize = 1800;
