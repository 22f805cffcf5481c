//! Why a message or a file is not sent at all.

use std::fmt;
use std::time::Duration;

use serde_json::Value;

use super::Way;
use crate::reply::CardError;

/// Why a message or a file is not sent: it breaks a rule of the platform. Nothing has left.
///
/// Fields are named as in the platform's JSON: `news.articles[2].title`, counted from 0.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum OutgoingError {
    /// The content of a message is no JSON object.
    #[error(
        "the content of {msg_type} is {found}; the platform takes a JSON object, as for text {{\"content\": \"…\"}}"
    )]
    NotAnObject {
        /// The message's type.
        msg_type: String,
        /// What it is, shortened.
        found: String,
    },
    /// No type of message has this name.
    #[error("{found} is no type of message that is known{}; known are {known}. A new one goes as Outgoing::Other",
        did_you_mean(*.nearest))]
    UnknownType {
        /// The name, shortened.
        found: String,
        /// The known type that looks most like it.
        nearest: Option<&'static str>,
        /// All known types.
        known: String,
    },
    /// The template card is none.
    #[error("the template card cannot be sent: {0}")]
    Card(CardError),
    /// This way does not take such messages.
    #[error("{way} cannot send {what}; it sends {taken}")]
    NotThisWay {
        /// The type, and the kind of a card.
        what: String,
        /// The way.
        way: Way,
        /// What it takes.
        taken: String,
    },
    /// Nobody would get the message.
    #[error(
        "the message is for nobody: name a member, a department or a tag, or @all for everyone"
    )]
    NoRecipient,
    /// An Official Account's message is not for exactly one follower.
    #[error(
        "the message is for {found}; an Official Account sends to exactly one openid in a call"
    )]
    NotOneOpenid {
        /// Whom it is for.
        found: String,
    },
    /// More recipients than one call takes.
    #[error(
        "{field} names {count}, the platform takes {limit}: send to {limit} at a time, or to @all"
    )]
    TooManyRecipients {
        /// `touser`, `toparty` or `totag`.
        field: &'static str,
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// What should be needed is missing or blank.
    #[error("{field} is missing or empty, and the platform needs it")]
    Missing {
        /// The field.
        field: String,
    },
    /// A field is not what it must be.
    #[error("{field} is {found}; expected {expected}")]
    Wrong {
        /// The field.
        field: String,
        /// What it is, shortened.
        found: String,
        /// What it should be.
        expected: String,
    },
    /// A field is too long, and the platform would refuse it.
    #[error("{field} has {length} {unit}, the platform takes {limit}: make it shorter")]
    TooLong {
        /// The field.
        field: String,
        /// How long it is.
        length: usize,
        /// How long it may be.
        limit: usize,
        /// Of what: `bytes` or `characters`.
        unit: &'static str,
    },
    /// A list has too few or too many entries.
    #[error("{field} has {count} entries; the platform takes {least} to {most}")]
    Count {
        /// The field.
        field: String,
        /// How many there are.
        count: usize,
        /// The fewest.
        least: usize,
        /// The most.
        most: usize,
    },
    /// Markdown over the limit of this way.
    #[error(
        "{msg_type}.content has {length} bytes, {way} sends {limit}: make it shorter, or set split_markdown"
    )]
    MarkdownTooLong {
        /// `markdown` or `markdown_v2`.
        msg_type: String,
        /// The way.
        way: Way,
        /// How many bytes it has.
        length: usize,
        /// How many it may have.
        limit: usize,
    },
    /// A text would become more messages than anyone reads, and than the platform delivers in a minute.
    #[error("{field} has {length} bytes, more than {parts} messages of {limit}: send it as a file")]
    TooManyParts {
        /// The field.
        field: String,
        /// How many bytes it has.
        length: usize,
        /// How many messages it may become.
        parts: usize,
        /// How many bytes each takes.
        limit: usize,
    },
    /// A text cannot be split into parts that differ, and the duplicate check would drop the same ones.
    #[error(
        "{field} repeats itself so that its parts are the same: send it without duplicate_check"
    )]
    SameParts {
        /// The field.
        field: String,
    },
    /// `safe` with a type or a way that does not take it.
    #[error("{way} cannot send {msg_type} with safe={safe}; {}", taken_with(.taken))]
    Safe {
        /// The number that was asked for.
        safe: u8,
        /// The message's type.
        msg_type: String,
        /// The way.
        way: Way,
        /// The types that take it; empty when none does.
        taken: String,
    },
    /// The time of the duplicate check is out of range.
    #[error("duplicate_check is {within:?}; the platform takes 1 second to 4 hours")]
    DuplicateCheck {
        /// The time.
        within: Duration,
    },
    /// The platform takes no such files.
    #[error("{file}: {platform} takes no files of type {media_type}")]
    NoSuchMedia {
        /// The file's name.
        file: String,
        /// Its type.
        media_type: &'static str,
        /// The platform.
        platform: &'static str,
    },
    /// A file is too small or too large for its type.
    #[error(
        "{file} has {size} bytes; as {media_type} the platform takes {least} to {most}{}",
        smaller(*.size, *.least)
    )]
    MediaSize {
        /// The file's name.
        file: String,
        /// Its type.
        media_type: &'static str,
        /// How many bytes it has.
        size: u64,
        /// The fewest.
        least: u64,
        /// The most.
        most: u64,
    },
    /// A voice message is too long.
    #[error(
        "voice message too long: {file} has {seconds} seconds, the platform accepts {limit}; cut it, or upload it as file"
    )]
    VoiceTooLong {
        /// The file's name.
        file: String,
        /// Its length in seconds, rounded up.
        seconds: u64,
        /// The longest that is accepted, in seconds.
        limit: u64,
    },
    /// A file is not of a format that its type takes.
    #[error(
        "{file} looks like {found}; as {media_type} the platform takes {taken}: convert it, or upload it as file"
    )]
    MediaFormat {
        /// The file's name.
        file: String,
        /// Its type.
        media_type: &'static str,
        /// What its first bytes look like.
        found: &'static str,
        /// The formats that are taken.
        taken: String,
    },
}

impl OutgoingError {
    pub(super) fn unknown_type(found: &str, nearest: Option<&'static str>, known: &[&str]) -> Self {
        Self::UnknownType {
            found: shortened_text(found),
            nearest,
            known: known.join(", "),
        }
    }

    pub(super) fn not_an_object(msg_type: &str, found: &Value) -> Self {
        Self::NotAnObject {
            msg_type: msg_type.to_owned(),
            found: shortened(found),
        }
    }

    pub(super) fn wrong(
        field: impl Into<String>,
        found: &Value,
        expected: impl Into<String>,
    ) -> Self {
        let found = match found {
            Value::Null => "missing".to_owned(),
            found => shortened(found),
        };
        Self::Wrong {
            field: field.into(),
            found,
            expected: expected.into(),
        }
    }

    /// An error when `text` is blank.
    #[cfg(feature = "client")]
    pub(crate) fn needed(field: &str, text: &str) -> Result<(), Self> {
        if text.trim().is_empty() {
            let field = field.to_owned();
            return Err(Self::Missing { field });
        }
        Ok(())
    }

    pub(super) fn wrong_text(
        field: impl Into<String>,
        found: &str,
        expected: impl Into<String>,
    ) -> Self {
        Self::Wrong {
            field: field.into(),
            found: shortened_text(found),
            expected: expected.into(),
        }
    }
}

impl From<CardError> for OutgoingError {
    fn from(error: CardError) -> Self {
        Self::Card(error)
    }
}

/// A text as an error shows it: in quotes, without its end where it is long.
pub(super) fn shortened_text(text: &str) -> String {
    // One character more than is shown, so that it is seen to be longer.
    let text: String = text.chars().take(SHOWN + 1).collect();
    shortened(&format!("{text:?}"))
}

fn shortened(value: &impl fmt::Display) -> String {
    let text = value.to_string();
    let mut short: String = text.chars().take(SHOWN).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |nearest| format!(" (did you mean {nearest}?)"))
}

fn taken_with(taken: &str) -> String {
    if taken.is_empty() {
        "it has no such switch".to_owned()
    } else {
        format!("the platform takes that with {taken}")
    }
}

fn smaller(size: u64, least: u64) -> &'static str {
    if size < least {
        ""
    } else {
        ": make it smaller"
    }
}

/// How many characters of a value an error shows.
const SHOWN: usize = 60;
