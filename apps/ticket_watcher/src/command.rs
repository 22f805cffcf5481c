//! What one writes in the chat, understood.
//!
//! The order of the words is free, but that the station of departure comes first; commas and blanks are the same, and
//! words need none between them: `监控北京到上海明天高铁二等座`.

mod error;
mod words;

pub use error::CommandError;

use jiff::civil::Date;

use crate::dates;
use crate::stations::{NotFound, Place, Stations};
use crate::wish::Wish;
use words::{Word, tidy, words};

/// A command.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Command {
    /// 监控
    Watch(Wish),
    /// 查询
    Query(Wish),
    /// 列表
    List,
    /// 删除
    Remove(Which),
    /// 暂停
    Pause(Which),
    /// 继续
    Resume(Which),
    /// 帮助
    Help,
}

/// Which of one's watches.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Which {
    /// All.
    All,
    /// Those with these numbers.
    Numbers(Vec<u32>),
}

/// Understands a message. `today` is the day in China.
///
/// # Errors
/// [`CommandError`], which says in Chinese what is wrong and how to write it right.
pub fn read(text: &str, stations: &Stations, today: Date) -> Result<Command, CommandError> {
    if text.len() > MAX_BYTES {
        return Err(CommandError::TooLong);
    }
    let text = tidy(text);
    let (verb, rest) = verb(&text);
    let wish = |date| wish(rest, stations, today, date);
    Ok(match verb {
        Some(Verb::Watch) => Command::Watch(wish(None)?),
        Some(Verb::Query) => Command::Query(wish(Some(today))?),
        Some(Verb::List) => Command::List,
        Some(Verb::Remove) => Command::Remove(which(rest, "删除")?),
        Some(Verb::Pause) => Command::Pause(which(rest, "暂停")?),
        Some(Verb::Resume) => Command::Resume(which(rest, "继续")?),
        Some(Verb::Help) => Command::Help,
        // Who writes two stations and a day has forgotten only the word for it.
        None => wish(None)
            .map(Command::Query)
            .map_err(|_| CommandError::NoCommand)?,
    })
}

#[derive(Clone, Copy, Debug)]
enum Verb {
    Watch,
    Query,
    List,
    Remove,
    Pause,
    Resume,
    Help,
}

/// The command at the beginning of `text`, and what is behind it.
fn verb(text: &str) -> (Option<Verb>, &str) {
    for (verb, names) in VERBS {
        for name in *names {
            let Some(rest) = text
                .get(..name.len())
                .filter(|head| head.eq_ignore_ascii_case(name))
                .and_then(|_| text.get(name.len()..))
            else {
                continue;
            };
            // Chinese words need no blank behind them.
            if !name.is_ascii() || rest.is_empty() || rest.starts_with(' ') {
                return (Some(*verb), rest.trim());
            }
        }
    }
    (None, text)
}

fn which(rest: &str, verb: &'static str) -> Result<Which, CommandError> {
    let rest = rest.trim_start_matches(['第', '#']);
    if matches!(rest, "全部" | "所有" | "all") {
        return Ok(Which::All);
    }
    let number = |word: &str| {
        let word = word
            .trim_start_matches(['#', '第'])
            .trim_end_matches(['号', '个', '条']);
        word.parse().map_err(|_| CommandError::NoNumber { verb })
    };
    let numbers: Vec<u32> = rest
        .split(' ')
        .filter(|word| !word.is_empty())
        .take(MAX_NUMBERS)
        .map(number)
        .collect::<Result<_, _>>()?;
    if numbers.is_empty() {
        return Err(CommandError::NoNumber { verb });
    }
    Ok(Which::Numbers(numbers))
}

/// Reads a wish; `date` is the day that it is for if it says none.
fn wish(
    rest: &str,
    stations: &Stations,
    today: Date,
    date: Option<Date>,
) -> Result<Wish, CommandError> {
    let mut places: Vec<Place> = Vec::new();
    let (mut unclear, mut unknown) = (None::<NotFound>, None::<String>);
    let (mut date, mut given, mut weekday) = (date, false, None::<Date>);
    let (mut trains, mut kinds, mut seats, mut people) = (Vec::new(), Vec::new(), Vec::new(), 1);
    for word in words(rest, stations, today) {
        match word {
            Word::Place(place) => places.push(place),
            Word::Several(error) => unclear = unclear.or(Some(error)),
            Word::Unknown(text) => unknown = unknown.or(Some(text)),
            Word::Date(Ok(read)) if given && date != Some(read) => {
                return Err(CommandError::TwoDates);
            }
            Word::Date(read) => (date, given) = (Some(read.map_err(CommandError::Date)?), true),
            Word::Weekday(day) if weekday.is_some_and(|other| other != day) => {
                return Err(CommandError::TwoDates);
            }
            Word::Weekday(day) => weekday = Some(day),
            Word::Train(code) => push(&mut trains, code),
            Word::Kind(kind) => push(&mut kinds, kind),
            Word::Seat(seat) => push(&mut seats, seat),
            Word::People(number @ 1..=MAX_PEOPLE) => people = number,
            Word::People(_) => return Err(CommandError::People { most: MAX_PEOPLE }),
            Word::Filler => {}
        }
    }
    // 12-04 周五: the weekday says again what the date says, as our own answers do.
    match (weekday, date) {
        (Some(weekday), Some(date)) if given && weekday.weekday() != date.weekday() => {
            return Err(CommandError::TwoDates);
        }
        (Some(weekday), _) if !given => (date, given) = (Some(weekday), true),
        _ => {}
    }
    // 1130 is a train where a day is given. Where none is, it is a day; in a question, which is for today then, only one
    // for which tickets are sold.
    let asks = date.is_some();
    let day = |train: &String| {
        let day = dates::month_and_day(train, today)?;
        (!asks || dates::not_on_sale(day, today).is_none()).then_some(day)
    };
    if !given
        && let Some((index, found)) = trains
            .iter()
            .enumerate()
            .find_map(|(index, train)| Some((index, day(train)?)))
    {
        trains.remove(index);
        date = Some(found);
    }
    if trains.len() > MAX_TRAINS {
        return Err(CommandError::ManyTrains { most: MAX_TRAINS });
    }
    // What could not be read is most likely a station where one is missing.
    let nothing = unknown.and_then(|text| stations.find(&text).err());
    if let Some(error) = unclear.or(nothing) {
        return Err(if places.len() < 2 {
            CommandError::Station(error)
        } else {
            CommandError::Unclear(error)
        });
    }
    let mut places = places.into_iter();
    let (Some(from), Some(to), None) = (places.next(), places.next(), places.next()) else {
        return Err(CommandError::Stations);
    };
    if from.telecode == to.telecode {
        return Err(CommandError::SameStation { name: from.name });
    }
    Ok(Wish {
        date: date.ok_or(CommandError::NoDate)?,
        from,
        to,
        trains,
        kinds,
        seats,
        people,
    })
}

fn push<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// Longer ones before those that they begin with.
const VERBS: &[(Verb, &[&str])] = &[
    (
        Verb::Watch,
        &[
            "监控", "监视", "监测", "盯着", "盯", "关注", "蹲", "watch", "w",
        ],
    ),
    (Verb::List, &["列表", "列出", "我的监控", "list", "ls", "l"]),
    (Verb::Remove, &["删除", "取消", "删", "delete", "del", "rm"]),
    (Verb::Pause, &["暂停", "pause"]),
    (Verb::Resume, &["继续", "恢复", "resume"]),
    (
        Verb::Query,
        &["查询", "查一下", "查票", "查", "余票", "query", "q"],
    ),
    (Verb::Help, &["帮助", "说明", "怎么用", "help", "h", "?"]),
];

/// The platform's limit of a message.
const MAX_BYTES: usize = 2048;

/// Above 20 the site says only that there are some.
const MAX_PEOPLE: u32 = 20;
const MAX_TRAINS: usize = 20;
const MAX_NUMBERS: usize = 100;
