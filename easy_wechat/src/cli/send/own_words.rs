//! Errors of the library, in the terms of the command line.

use crate::cli::outcome::Ended;
use crate::client::ClientError;
use crate::outgoing::OutgoingError;

/// Rewrites an error so that its advice names options, not functions.
pub(super) fn in_own_words(error: ClientError) -> crate::BoxError {
    let ClientError::Outgoing(wrong) = &error else {
        return error.into();
    };
    let words = match wrong {
        OutgoingError::MarkdownTooLong {
            way, length, limit, ..
        } => format!(
            "markdown too long: {length} bytes, {way} takes {limit}; make it shorter, or add --split"
        ),
        OutgoingError::SameParts { .. } => {
            "the text repeats itself, so that its parts are equal; send it without --once-within"
                .to_owned()
        }
        OutgoingError::Missing { field } => match option(field) {
            Some(option) => format!("missing {option}; the platform requires it"),
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
                format!(
                    "{option} too long: {length} {unit}, the platform takes {limit}; make it shorter"
                )
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

/// The option that sets a field of the message. Fields of --json keep the names of the JSON.
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
