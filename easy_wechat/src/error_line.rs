//! Errors as one line of text.

use std::error::Error;

/// An error and its causes: `could not reach WeCom: connection refused`.
///
/// The errors of this crate do not repeat their cause in their own sentence, so that nothing is said twice.
pub fn one_line(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        line.push_str(": ");
        line.push_str(&error.to_string());
        cause = error.source();
    }
    line
}
