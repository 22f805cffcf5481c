//! What people write for a day: 明天, 下周五, 12月1日, 12-1, 2026-12-01, 26-12-01, 下月3号.

use std::fmt;

use jiff::civil::{Date, Weekday};

use crate::calendar::{days, last_on_sale};

/// Why a text is no day that one can travel on. `Display` is for the chat.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DateError {
    /// It is no date at all.
    NoDate,
    /// It has the form of a date, but there is no such day.
    NoSuchDay(String),
    /// It looks like a date, and cannot be read as one for certain.
    Unclear(String),
    /// It lies in the past.
    Passed(Date),
    /// It is so far away that it is surely a mistake.
    TooFar(Date),
}

impl fmt::Display for DateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDate => write!(f, "看不懂日期。{HOW}"),
            Self::NoSuchDay(text) => write!(f, "没有“{text:.MOST_SHOWN$}”这一天。{HOW}"),
            Self::Unclear(text) => write!(f, "看不懂日期“{text:.MOST_SHOWN$}”。{HOW}"),
            Self::Passed(date) => write!(f, "{} 已经过去了。{HOW}", day(*date)),
            Self::TooFar(date) => write!(f, "{} 太远了, 最多提前 {MAX_AHEAD} 天。", day(*date)),
        }
    }
}

/// How much of what was written is repeated, in characters: the answer stays short.
const MOST_SHOWN: usize = 20;

/// A day as the chat shows it: `2026-12-01 周二`.
pub fn day(date: Date) -> String {
    let weekday = match date.weekday() {
        Weekday::Monday => "一",
        Weekday::Tuesday => "二",
        Weekday::Wednesday => "三",
        Weekday::Thursday => "四",
        Weekday::Friday => "五",
        Weekday::Saturday => "六",
        Weekday::Sunday => "日",
    };
    format!("{date} 周{weekday}")
}

/// Reads a day, as seen from `today`. A date with no year is the next one that comes; a year of two digits is in this
/// century. Full-width digits and punctuation are read too.
///
/// # Errors
/// [`DateError`]: [`NoDate`](DateError::NoDate) when the text may be something else.
pub fn read(text: &str, today: Date) -> Result<Date, DateError> {
    if text.chars().nth(MAX_CHARS).is_some() {
        return Err(DateError::NoDate);
    }
    let text = &half_width(text);
    let date = relative(text, today)
        .or_else(|| weekday(text, today))
        .map_or_else(|| numbers(text, today), Ok)?;
    if date < today {
        return Err(DateError::Passed(date));
    }
    if date > days(today, MAX_AHEAD) {
        return Err(DateError::TooFar(date));
    }
    Ok(date)
}

/// Why one cannot buy a ticket for `date` yet, for the chat; `None` when one can.
pub fn not_on_sale(date: Date, today: Date) -> Option<String> {
    let last = last_on_sale(today);
    (date > last).then(|| format!("{} 还没有开售 (今天只售到 {})", day(date), day(last)))
}

/// Four digits as month and day: `1130`. They may as well be the number of a train, so [`read`] does not take them.
pub(crate) fn month_and_day(text: &str, today: Date) -> Option<Date> {
    let (month, day) = text.split_at_checked(2)?;
    if text.len() != 4 || !is_digits(text) {
        return None;
    }
    read(&format!("{month}-{day}"), today).ok()
}

/// Whether a text has only characters of dates, with a separator between numbers.
pub(crate) fn looks_like_a_date(text: &str) -> bool {
    let is_sign = |char: char| "-/.年月".contains(char);
    let is_part = |char: char| char.is_ascii_digit() || is_sign(char) || "日号".contains(char);
    text.chars().all(is_part)
        && text.starts_with(|char: char| char.is_ascii_digit())
        && text.contains(is_sign)
}

fn half_width(text: &str) -> String {
    let half = |char: char| match char {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(char) - 0xFEE0).unwrap_or(char),
        char => char,
    };
    text.trim().chars().map(half).collect()
}

fn relative(text: &str, today: Date) -> Option<Date> {
    let ahead = match text {
        "今天" | "今日" | "今晚" | "today" => 0,
        "明天" | "明日" | "明早" | "明晚" | "tomorrow" => 1,
        "后天" | "後天" => 2,
        "大后天" => 3,
        "昨天" => -1,
        _ => return None,
    };
    Some(days(today, ahead))
}

/// Whether the text is a weekday without a week: 周五, but not 下周五.
pub fn is_bare_weekday(text: &str) -> bool {
    ["周", "星期", "礼拜"]
        .iter()
        .any(|week| text.starts_with(week))
}

/// 周五 is the next Friday, today included; 下周五 that of the week that begins with the next Monday, 下下周五 a week later.
fn weekday(text: &str, today: Date) -> Option<Date> {
    let (weeks, rest) = [("下下", 2), ("下", 1), ("本", 0), ("这", 0)]
        .iter()
        .find_map(|(prefix, weeks)| Some((Some(*weeks), text.strip_prefix(*prefix)?)))
        .unwrap_or((None, text));
    let rest = rest.strip_prefix("个").unwrap_or(rest);
    let name = ["周", "星期", "礼拜"]
        .iter()
        .find_map(|week| rest.strip_prefix(week))?;
    let wanted = match name {
        "一" | "1" => 0,
        "二" | "2" => 1,
        "三" | "3" => 2,
        "四" | "4" => 3,
        "五" | "5" => 4,
        "六" | "6" => 5,
        "日" | "天" | "7" => 6,
        _ => return None,
    };
    let now = i32::from(today.weekday().to_monday_zero_offset());
    Some(match weeks {
        Some(weeks) => days(today, weeks * 7 + wanted - now),
        None => days(today, (wanted - now).rem_euclid(7)),
    })
}

fn numbers(text: &str, today: Date) -> Result<Date, DateError> {
    let no_such = || DateError::NoSuchDay(text.to_owned());
    let unclear = || DateError::Unclear(text.to_owned());
    let date = |year: i16, month: i16, day: i16| {
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    };
    if let Some((ahead, day)) = of_a_month(text) {
        let month = today.month() - 1 + ahead;
        let year = today.year() + i16::from(month / 12);
        return date(year, i16::from(month % 12) + 1, day).ok_or_else(no_such);
    }
    let Some(parts) = parts(text) else {
        return Err(if looks_like_a_date(text) && !text.ends_with('月') {
            unclear()
        } else {
            DateError::NoDate
        });
    };
    match *parts.as_slice() {
        [year @ 0..100, month, day] => {
            let found = date(2000 + year, month, day).ok_or_else(no_such)?;
            // 11-12-26 is ambiguous: any part may be the year.
            if found < today && year < FIRST_SHORT_YEAR {
                return Err(unclear());
            }
            Ok(found)
        }
        [year, month, day] => date(year, month, day).ok_or_else(no_such),
        [month, day] => {
            // The 29th of February may be some years away.
            let mut years = (0..8).filter_map(|ahead| date(today.year() + ahead, month, day));
            years.find(|date| *date >= today).ok_or_else(no_such)
        }
        // 5日: of this month, or of the next that has one.
        [day] => {
            let months = (0..3).map(|ahead| (today.month() - 1 + ahead, ahead));
            let mut found = months.filter_map(|(month, _)| {
                let year = today.year() + i16::from(month / 12);
                date(year, i16::from(month % 12) + 1, day)
            });
            found.find(|date| *date >= today).ok_or_else(no_such)
        }
        _ => Err(DateError::NoDate),
    }
}

/// 下月3号, 本月30日: how many months ahead, and the day.
fn of_a_month(text: &str) -> Option<(i8, i16)> {
    let months = [
        ("下个月", 1),
        ("下月", 1),
        ("这个月", 0),
        ("本月", 0),
        ("这月", 0),
    ];
    let (ahead, rest) = months
        .iter()
        .find_map(|(prefix, ahead)| Some((*ahead, text.strip_prefix(*prefix)?)))?;
    Some((
        ahead,
        number(rest.strip_suffix(['日', '号']).unwrap_or(rest))?,
    ))
}

/// The numbers of `2026-12-01`, `26-12-1`, `2026年12月1日`, `20261201`, `12-1`, `12.1`, `12/1`, `12月1号`, `12月1`, `5日`,
/// `十二月一日`.
fn parts(text: &str) -> Option<Vec<i16>> {
    if text.len() == 8 && is_digits(text) {
        let (year, rest) = text.split_at_checked(4)?;
        let (month, day) = rest.split_at_checked(2)?;
        return [year, month, day].into_iter().map(number).collect();
    }
    let by_sign = ['-', '/', '.'].iter().find_map(|sign| {
        let parts: Vec<&str> = text.split(*sign).collect();
        (parts.len() > 1).then_some(parts)
    });
    let parts = match by_sign {
        Some(parts) => parts,
        None => by_word(text)?,
    };
    let is_year = |part: &&str| matches!(part.len(), 2 | 4) && is_digits(part);
    let long_year = parts.len() < 3 || parts.first().is_some_and(is_year);
    let last_two = parts.iter().rev().take(2);
    let short = last_two
        .map(|part| number(part))
        .all(|part| part.is_some_and(|it| it < 100));
    if !long_year || !short || parts.len() > 3 {
        return None;
    }
    parts.into_iter().map(number).collect()
}

fn by_word(text: &str) -> Option<Vec<&str>> {
    let rest = text.strip_suffix(['日', '号']);
    let Some((before, day)) = rest.unwrap_or(text).rsplit_once('月') else {
        return Some(vec![rest?]);
    };
    Some(match before.split_once('年') {
        Some((year, month)) => vec![year, month, day],
        None => vec![before, day],
    })
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// At most four digits, or a Chinese number up to 99.
fn number(text: &str) -> Option<i16> {
    if is_digits(text) {
        return (text.len() <= 4).then(|| text.parse().ok())?;
    }
    let digit = |char: &str| match char {
        "一" => Some(1),
        "二" => Some(2),
        "三" => Some(3),
        "四" => Some(4),
        "五" => Some(5),
        "六" => Some(6),
        "七" => Some(7),
        "八" => Some(8),
        "九" => Some(9),
        _ => None,
    };
    let Some((tens, ones)) = text.split_once('十') else {
        return digit(text);
    };
    let tens = if tens.is_empty() { 1 } else { digit(tens)? };
    let ones = if ones.is_empty() { 0 } else { digit(ones)? };
    Some(tens * 10 + ones)
}

/// Of years with two digits, what is less is a day or a month.
const FIRST_SHORT_YEAR: i16 = 20;

/// Further days are no wish but a mistake.
const MAX_AHEAD: i32 = 366;

/// Longer texts are no dates.
const MAX_CHARS: usize = 20;

const HOW: &str = "可以写: 明天、周五、下周五、12月1日、12-1、2026-12-01";

#[cfg(test)]
mod tests {
    use super::*;

    /// A Thursday.
    const TODAY: Date = Date::constant(2026, 11, 26);

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let said = match read(text, TODAY) {
            Ok(date) => date.to_string(),
            Err(error) => error.to_string(),
        };
        assert!(said.starts_with(expected), "{text}: {said}");
    }

    #[test]
    fn days_as_people_write_them() {
        for (text, date) in [
            ("今天", "2026-11-26"),
            ("明天", "2026-11-27"),
            ("后天", "2026-11-28"),
            ("大后天", "2026-11-29"),
            ("周四", "2026-11-26"),
            ("周五", "2026-11-27"),
            ("星期三", "2026-12-02"),
            ("周日", "2026-11-29"),
            ("星期天", "2026-11-29"),
            ("下周五", "2026-12-04"),
            ("下周一", "2026-11-30"),
            ("下星期日", "2026-12-06"),
            ("下个礼拜天", "2026-12-06"),
            ("本周六", "2026-11-28"),
            ("12月1日", "2026-12-01"),
            ("12月01号", "2026-12-01"),
            ("2026年12月1日", "2026-12-01"),
            ("12-1", "2026-12-01"),
            ("12.1", "2026-12-01"),
            ("12/01", "2026-12-01"),
            ("2026-12-01", "2026-12-01"),
            ("2026-12-1", "2026-12-01"),
            ("20261201", "2026-12-01"),
            ("1月3日", "2027-01-03"),
            ("11-25", "2027-11-25"),
            ("28日", "2026-11-28"),
            ("26-11-30", "2026-11-30"),
            ("26-12-01", "2026-12-01"),
            ("26/11/30", "2026-11-30"),
            ("26.11.30", "2026-11-30"),
            ("26年11月30日", "2026-11-30"),
            ("27-1-3", "2027-01-03"),
            ("2026/11/30", "2026-11-30"),
            ("2026.11.30", "2026-11-30"),
            ("2026年11月30", "2026-11-30"),
            ("11-30", "2026-11-30"),
            ("11.30", "2026-11-30"),
            ("11/30", "2026-11-30"),
            ("11月30日", "2026-11-30"),
            ("11月30", "2026-11-30"),
            ("20261130", "2026-11-30"),
            ("30号", "2026-11-30"),
            ("下周三", "2026-12-02"),
            ("下下周三", "2026-12-09"),
            ("十一月三十日", "2026-11-30"),
            ("十二月一号", "2026-12-01"),
            ("二十八号", "2026-11-28"),
            ("下月3号", "2026-12-03"),
            ("下个月3日", "2026-12-03"),
            ("本月30号", "2026-11-30"),
            ("２０２６－１１－３０", "2026-11-30"),
            ("１１月３０日", "2026-11-30"),
            ("１１／３０", "2026-11-30"),
            ("5号", "2026-12-05"),
        ] {
            check(text, date);
        }
    }

    #[test]
    fn what_is_no_day_to_travel_on_is_explained() {
        for (text, said) in [
            ("2026-11-25", "2026-11-25 周三 已经过去了"),
            ("昨天", "2026-11-25 周三 已经过去了"),
            ("本周一", "2026-11-23 周一 已经过去了"),
            ("2028-01-01", "2028-01-01 周六 太远了"),
            ("13月1日", "没有“13月1日”这一天"),
            ("2-30", "没有“2-30”这一天"),
            ("2月29日", "2028-02-29 周二 太远了"),
            ("32号", "没有“32号”这一天"),
            ("0-0", "没有“0-0”这一天"),
            ("", "看不懂日期"),
            ("-", "看不懂日期"),
            ("周八", "看不懂日期"),
            ("12", "看不懂日期"),
            ("G1", "看不懂日期"),
            ("25-11-30", "2025-11-30 周日 已经过去了"),
            ("02-30", "没有“02-30”这一天"),
            ("26-02-30", "没有“26-02-30”这一天"),
            ("2026-11-31", "没有“2026-11-31”这一天"),
            ("30/11", "没有“30/11”这一天"),
            ("本月31号", "没有“本月31号”这一天"),
            ("二月三十日", "没有“二月三十日”这一天"),
            ("11-12-26", "看不懂日期“11-12-26”"),
            ("11/30/2026", "看不懂日期“11/30/2026”"),
            ("2026-1130", "看不懂日期“2026-1130”"),
            ("202-11-30", "看不懂日期“202-11-30”"),
            ("1-2-3-4", "看不懂日期“1-2-3-4”"),
            ("11-30-", "看不懂日期“11-30-”"),
            ("12月", "看不懂日期。"),
            ("日", "看不懂日期"),
            ("9999999999999999日", "看不懂日期"),
            ("٢٠٢٦-١٢-٠١", "看不懂日期"),
        ] {
            check(text, said);
        }
        assert_eq!(
            month_and_day("1130", TODAY),
            Some(Date::constant(2026, 11, 30))
        );
        for train in ["1461", "0230", "113", "11300", "G113"] {
            assert_eq!(month_and_day(train, TODAY), None, "{train}");
        }
        assert_eq!(not_on_sale(Date::constant(2026, 12, 10), TODAY), None);
        let told = not_on_sale(Date::constant(2026, 12, 11), TODAY).unwrap();
        assert_eq!(
            told,
            "2026-12-11 周五 还没有开售 (今天只售到 2026-12-10 周四)"
        );
    }
}
