//! A message cut into words that mean something.

use jiff::civil::Date;

use crate::dates::{self, DateError};
use crate::railway::Seat;
use crate::stations::{NotFound, Place, Stations};
use crate::wish::Kind;

/// A word of a wish.
#[derive(Clone, Debug)]
pub(super) enum Word {
    Place(Place),
    /// Several stations have it.
    Several(NotFound),
    /// It is nothing else, and no station either.
    Unknown(String),
    Date(Result<Date, DateError>),
    /// 周五 alone: a day, or beside a date its weekday.
    Weekday(Date),
    Train(String),
    Kind(Kind),
    Seat(Seat),
    People(u32),
    /// 到, 从, 的, …
    Filler,
}

/// One form for what looks alike: full-width letters, Chinese signs, blanks; what cannot be seen is left out.
pub(super) fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    for char in text.chars() {
        let char = match char {
            ' ' | ',' | '，' | '、' | '；' | ';' | '。' | '\u{3000}' | '|' | '[' | ']' | '【'
            | '】' | '(' | ')' | '（' | '）' => ' ',
            '→' | '—' | '–' | '～' | '~' | '－' | '➡' | '>' => '-',
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(char) - 0xFEE0).unwrap_or(char),
            char if char.is_whitespace() => ' ',
            char if is_invisible(char) => continue,
            char => char,
        };
        if char != ' ' || !(tidy.is_empty() || tidy.ends_with(' ')) {
            tidy.push(char);
        }
    }
    tidy.truncate(tidy.trim_end().len());
    tidy
}

/// The words of `text`, which is [tidy].
pub(super) fn words(text: &str, stations: &Stations, today: Date) -> Vec<Word> {
    let reader = Reader { stations, today };
    text.split(' ')
        .filter(|token| !token.is_empty())
        .take(MAX_TOKENS)
        .flat_map(|token| reader.token(token))
        .collect()
}

struct Reader<'a> {
    stations: &'a Stations,
    today: Date,
}

impl Reader<'_> {
    /// A token is one word, or several that stand together.
    fn token(&self, token: &str) -> Vec<Word> {
        if let Some(word) = self.word(token) {
            return vec![word];
        }
        // Not a part of it: what cannot be read is named as it was written.
        if dates::looks_like_a_date(token) {
            return vec![Word::Date(Err(DateError::Unclear(token.to_owned())))];
        }
        match self.stations.find_exactly(token) {
            Some(Ok(place)) => return vec![Word::Place(place)],
            Some(Err(several)) => return vec![Word::Several(several)],
            None => {}
        }
        let chars: Vec<char> = token.chars().collect();
        if chars.len() <= MAX_JOINED
            && let Some(words) = self.joined(&chars)
        {
            return words;
        }
        // 北京-shanghai: letters are found only between signs.
        let parts: Vec<&str> = token.split('-').filter(|part| !part.is_empty()).collect();
        if parts.len() == 2 {
            return parts
                .into_iter()
                .flat_map(|part| self.token(part))
                .collect();
        }
        vec![Word::Unknown(token.to_owned())]
    }

    /// Cuts into words with nothing between them, the longest first; `None` when something is left over.
    fn joined(&self, chars: &[char]) -> Option<Vec<Word>> {
        // From which places on there is no way to the end.
        let mut hopeless = vec![false; chars.len() + 1];
        let mut words = Vec::new();
        self.cut(chars, 0, &mut words, &mut hopeless)
            .then_some(words)
    }

    fn cut(&self, chars: &[char], at: usize, words: &mut Vec<Word>, hopeless: &mut [bool]) -> bool {
        if at == chars.len() {
            return true;
        }
        if hopeless.get(at).copied().unwrap_or(true) {
            return false;
        }
        let most = MAX_WORD.min(chars.len() - at);
        for length in (1..=most).rev() {
            let text: String = chars.iter().skip(at).take(length).collect();
            let Some(word) = self.word(&text).or_else(|| self.place(&text)) else {
                continue;
            };
            words.push(word);
            if self.cut(chars, at + length, words, hopeless) {
                return true;
            }
            words.pop();
        }
        if let Some(hopeless) = hopeless.get_mut(at) {
            *hopeless = true;
        }
        false
    }

    fn word(&self, text: &str) -> Option<Word> {
        if FILLERS.contains(&text) {
            return Some(Word::Filler);
        }
        if let Some(seat) = Seat::named(text) {
            return Some(Word::Seat(seat));
        }
        if let Some(kind) = Kind::named(text) {
            return Some(Word::Kind(kind));
        }
        if let Some(code) = train(text) {
            return Some(Word::Train(code));
        }
        if let Some(people) = people(text) {
            return Some(Word::People(people));
        }
        match dates::read(text, self.today) {
            Err(DateError::NoDate) => None,
            Ok(date) if dates::is_bare_weekday(text) => Some(Word::Weekday(date)),
            read => Some(Word::Date(read)),
        }
    }

    /// A station in the middle of other words: by its Chinese name only.
    fn place(&self, text: &str) -> Option<Word> {
        if text.is_ascii() {
            return None;
        }
        self.stations.find_name(text).map(Word::Place)
    }
}

/// `g1` to `G1`; four digits are a train too.
fn train(text: &str) -> Option<String> {
    let text = text.strip_suffix('次').unwrap_or(text);
    let bytes = text.as_bytes();
    let digits = match bytes {
        [letter, digits @ ..] if letter.is_ascii_alphabetic() => digits,
        digits if digits.len() == 4 => digits,
        _ => return None,
    };
    let fits = (1..=4).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    fits.then(|| text.to_ascii_uppercase())
}

/// `2人`; what does not fit into 32 bits is [`u32::MAX`].
fn people(text: &str) -> Option<u32> {
    let number = text.strip_suffix(['人', '张', '位', '个'])?;
    let number = number.strip_suffix('个').unwrap_or(number);
    match number {
        "一" => Some(1),
        "两" | "二" => Some(2),
        "三" => Some(3),
        "四" => Some(4),
        "五" => Some(5),
        digits if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(digits.parse().unwrap_or(u32::MAX))
        }
        _ => None,
    }
}

/// Marks that turn or join text, and others that show nothing.
fn is_invisible(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
}

const FILLERS: &[&str] = &[
    "从",
    "到",
    "至",
    "去",
    "往",
    "开往",
    "的",
    "-",
    "出发",
    "坐",
    "票",
    "车票",
    "火车票",
    "火车",
    "有票",
    "有",
    "吗",
    "请",
    "帮我",
    "我要",
    "要",
    "和",
    "或",
    "或者",
    "一下",
    ":",
    "?",
    "!",
    "日期",
    "车次",
    "上午",
    "中午",
    "下午",
    "早上",
    "晚上",
];

/// In characters: 2026年12月01日 has 11, the longest name of a station 5.
const MAX_WORD: usize = 11;

/// In characters.
const MAX_JOINED: usize = 60;

/// More are no wish.
const MAX_TOKENS: usize = 60;
