//! What people write for a day: 明天, 下周五, 12月1日, 12-1, 2026-12-01.

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
    /// It lies in the past.
    Passed(Date),
    /// It is so far away that it is surely a mistake.
    TooFar(Date),
}

impl fmt::Display for DateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDate => write!(f, "看不懂日期。{HOW}"),
            Self::NoSuchDay(text) => write!(f, "没有“{text}”这一天。{HOW}"),
            Self::Passed(date) => write!(f, "{} 已经过去了。{HOW}", day(*date)),
            Self::TooFar(date) => write!(f, "{} 太远了, 最多提前 {MAX_AHEAD} 天。", day(*date)),
        }
    }
}

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

/// Reads a day, as seen from `today`. A date with no year is the next one that comes.
///
/// # Errors
/// [`DateError`]: [`NoDate`](DateError::NoDate) when the text may be something else.
pub fn read(text: &str, today: Date) -> Result<Date, DateError> {
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

/// 周五 is the next Friday, today included; 下周五 that of the week that begins with the next Monday.
fn weekday(text: &str, today: Date) -> Option<Date> {
    let (weeks, rest) = ["下", "本", "这"]
        .iter()
        .find_map(|prefix| Some((*prefix, text.strip_prefix(*prefix)?)))
        .map_or((None, text), |(prefix, rest)| {
            (Some(i32::from(prefix == "下")), rest)
        });
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
    let parts = parts(text).ok_or(DateError::NoDate)?;
    let no_such = || DateError::NoSuchDay(text.to_owned());
    let date = |year: i16, month: i16, day: i16| {
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    };
    match *parts.as_slice() {
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

/// The numbers of `2026-12-01`, `2026年12月1日`, `20261201`, `12-1`, `12.1`, `12/1`, `12月1号`, `5日`.
fn parts(text: &str) -> Option<Vec<i16>> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if text.len() == 8 && digits(text) {
        let (year, rest) = text.split_at_checked(4)?;
        let (month, day) = rest.split_at_checked(2)?;
        return [year, month, day]
            .iter()
            .map(|part| part.parse().ok())
            .collect();
    }
    let by_sign = ['-', '/', '.'].iter().find_map(|sign| {
        let parts: Vec<&str> = text.split(*sign).collect();
        (parts.len() > 1).then_some(parts)
    });
    let parts = match by_sign {
        Some(parts) => parts,
        None => by_word(text)?,
    };
    let long_year = parts.len() < 3 || parts.first().is_some_and(|year| year.len() == 4);
    let short = parts.iter().rev().take(2).all(|part| part.len() <= 2);
    if !long_year || !short || parts.len() > 3 || !parts.iter().all(|part| digits(part)) {
        return None;
    }
    parts.iter().map(|part| part.parse().ok()).collect()
}

fn by_word(text: &str) -> Option<Vec<&str>> {
    let text = text.strip_suffix(['日', '号'])?;
    let Some((before, day)) = text.rsplit_once('月') else {
        return Some(vec![text]);
    };
    Some(match before.split_once('年') {
        Some((year, month)) => vec![year, month, day],
        None => vec![before, day],
    })
}

/// Further days are no wish but a mistake.
const MAX_AHEAD: i32 = 366;

/// Longer texts are no dates.
const MAX_BYTES: usize = 20;

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
            ("1-2-3-4", "看不懂日期"),
            ("26-12-01", "看不懂日期"),
            ("12月", "看不懂日期"),
            ("日", "看不懂日期"),
            ("9999999999999999日", "看不懂日期"),
            ("٢٠٢٦-١٢-٠١", "看不懂日期"),
        ] {
            check(text, said);
        }
        assert_eq!(not_on_sale(Date::constant(2026, 12, 10), TODAY), None);
        let told = not_on_sale(Date::constant(2026, 12, 11), TODAY).unwrap();
        assert_eq!(
            told,
            "2026-12-11 周五 还没有开售 (今天只售到 2026-12-10 周四)"
        );
    }
}
