//! The platform's error codes: what they mean, whose fault they are, what to do.
//!
//! Pure data. The codes are those of <https://developer.work.weixin.qq.com/document/path/90455>, and of Official
//! Accounts those that their messages and tokens give. Whoever gets a code acts by its [`Remedy`]; a person reads its
//! [`Meaning`].

mod address;
mod content;
mod data;
mod overrides;
mod request;

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

pub use address::untrusted_ip;

use crate::platform::AccountKind;

/// What can be done about a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Remedy {
    /// The token is stale: get a new one and call again, once.
    RenewToken,
    /// Called too often: call again when the block ends, not before. See [`wait_hint`].
    Wait,
    /// The platform's own trouble: call again after a moment, three times at most.
    TryAgain,
    /// The call is wrong, and will stay so until the program is changed.
    FixCall,
    /// A setting is wrong: in the console, in `config.ini`, or in the rights of the account.
    FixAccount,
    /// What the call is about is wrong: a receiver, a media file, a chat. Leave that one out or correct it.
    FixTarget,
}

/// What was asked for when a code came: the same number can mean two things.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Asked {
    /// An access token: `gettoken`, on an Official Account `token` or `stable_token`.
    Token,
    /// Anything else, with a token.
    Call,
}

/// What a code means. Its `Display` is the meaning and the advice in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Meaning {
    /// The platform's `errcode`.
    pub code: i64,
    /// What was wrong, in a few words.
    pub meaning: &'static str,
    /// What to do about it, with the names of the console's menus.
    pub advice: Cow<'static, str>,
    /// The same for a program.
    pub remedy: Remedy,
}

/// What `code` means on the platform `kind`, when it came as the answer to what was `asked`.
///
/// It never fails: of a code that is not known it says so, and where the platform explains it.
///
/// ```
/// use easy_wechat::AccountKind;
/// use easy_wechat::errcode::{Asked, Remedy, meaning};
///
/// // A wrong secret and a stale token have the same number.
/// assert_eq!(meaning(40001, AccountKind::WeCom, Asked::Token).remedy, Remedy::FixAccount);
/// assert_eq!(meaning(40001, AccountKind::WeCom, Asked::Call).remedy, Remedy::RenewToken);
/// println!("{}", meaning(60020, AccountKind::WeCom, Asked::Call));
/// ```
pub fn meaning(code: i64, kind: AccountKind, asked: Asked) -> Meaning {
    let (meaning, advice, remedy) = match overrides::find(code, kind, asked).or_else(|| find(code))
    {
        Some(&(_, meaning, remedy, advice)) => (meaning, Cow::Borrowed(advice), remedy),
        None => (
            "a code that is not known here",
            unknown(code, kind),
            Remedy::FixCall,
        ),
    };
    Meaning {
        code,
        meaning,
        advice,
        remedy,
    }
}

/// How long a block for calling too often usually lasts; `None` when `code` is no such block, or lasts for the day.
///
/// On WeCom it lasts as long as the window that was full: a minute, an hour or a day. The code does not say which; the
/// window of a minute is by far the most frequent. <https://developer.work.weixin.qq.com/document/path/90454>
pub fn wait_hint(code: i64, kind: AccountKind) -> Option<Duration> {
    match (code, kind) {
        (45009, AccountKind::WeCom) | (45011, AccountKind::OfficialAccount) => Some(MINUTE),
        (45033, _) => Some(MOMENT),
        _ => None,
    }
}

impl fmt::Display for Meaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.meaning, self.advice)
    }
}

/// A code, what it means, what can be done, and how.
type Row = (i64, &'static str, Remedy, &'static str);

fn find(code: i64) -> Option<&'static Row> {
    TABLES.iter().find_map(|table| {
        let place = table.binary_search_by_key(&code, |row| row.0).ok()?;
        table.get(place)
    })
}

fn unknown(code: i64, kind: AccountKind) -> Cow<'static, str> {
    match kind {
        AccountKind::WeCom => Cow::Owned(format!(
            "look it up at https://open.work.weixin.qq.com/devtool/query?e={code}"
        )),
        AccountKind::OfficialAccount => Cow::Borrowed(
            "look it up at https://developers.weixin.qq.com/doc/offiaccount/Getting_Started/Global_Return_Code.html",
        ),
    }
}

/// Each is sorted by code, and begins above the end of the one before.
static TABLES: [&[Row]; 3] = [request::ROWS, content::ROWS, data::ROWS];

const MINUTE: Duration = Duration::from_mins(1);
/// For too many calls at the same time: until some of them are done.
const MOMENT: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted_and_no_code_is_there_twice() {
        let codes: Vec<i64> = TABLES.concat().iter().map(|row| row.0).collect();
        for pair in codes.windows(2) {
            assert!(pair[0] < pair[1], "{} before {}", pair[0], pair[1]);
        }
        assert!(codes.len() > 190, "{}", codes.len());
    }

    #[test]
    fn every_row_is_a_short_line_in_lower_case_with_advice() {
        let overrides = overrides::ROWS.iter().map(|(_, _, row)| row);
        for (code, meaning, _, advice) in TABLES.concat().iter().chain(overrides) {
            assert!(meaning.chars().count() <= 80, "{code}: {meaning}");
            assert!(!meaning.ends_with('.') && !advice.ends_with('.'), "{code}");
            assert!(
                (10..=240).contains(&advice.chars().count()),
                "{code}: {advice}"
            );
            assert!(
                !meaning.contains("  ") && !advice.contains("  "),
                "{code}: {advice}"
            );
        }
    }
}
