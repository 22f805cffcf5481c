//! What the library says, in the words of the command line.

use crate::cli::outcome::Ended;
use crate::client::ClientError;
use crate::outgoing::OutgoingError;

/// An error as the command tells it: its advice names options, not functions.
pub(super) fn in_own_words(error: ClientError) -> crate::BoxError {
    let ClientError::Outgoing(wrong) = &error else {
        return error.into();
    };
    let words = match wrong {
        OutgoingError::MarkdownTooLong {
            way, length, limit, ..
        } => format!(
            "the markdown has {length} bytes, {way} sends {limit}: make it shorter, or add --split"
        ),
        OutgoingError::SameParts { .. } => {
            "the text repeats itself so that its parts are the same: send it without --once-within"
                .to_owned()
        }
        OutgoingError::Missing { field } => match option(field) {
            Some(option) => format!("{option} is empty, and the platform needs it"),
            None => return error.into(),
        },
        OutgoingError::Wrong {
            field,
            found,
            expected,
        } => match option(field) {
            Some(option) => format!("invalid {option}: {found}; expected {expected}"),
            None => return error.into(),
        },
        OutgoingError::TooLong {
            field,
            length,
            limit,
            unit,
        } => match option(field) {
            Some(option) => {
                format!("{option} has {length} {unit}, the platform takes {limit}: make it shorter")
            }
            None => return error.into(),
        },
        OutgoingError::Safe { way, msg_type, .. } => {
            format!("{way} cannot send {msg_type} with --safe")
        }
        _ => return error.into(),
    };
    Ended::usage(words).into()
}

/// The option from which a field of the message comes. The fields of --json have the names of the JSON.
fn option(field: &str) -> Option<&'static str> {
    Some(match field {
        "touser" => "--to",
        "toparty" => "--party",
        "totag" => "--tag",
        "text.content"
        | "markdown.content"
        | "textcard.description"
        | "news.articles[0].description" => "the text",
        "textcard.title" | "news.articles[0].title" => "--title",
        "textcard.url" | "news.articles[0].url" => "--url",
        _ => return None,
    })
}
