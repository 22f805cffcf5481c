//! The command line, before the parser reads it: data is not read as options where that can be decided.
//!
//! A text or an id often comes from a variable, and may begin with a minus. The parser would read `- disk full` as
//! options. A word that cannot be an option of this command is data; one that can be is left to the parser, whose error
//! shows a line that works, with `--` before the data.

use std::ffi::{OsStr, OsString};

use clap::builder::{StyledStr, ValueRange};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command};

/// Puts data after `--`, and each option and its value into one word: `--title '- x'` becomes `--title=- x`, because the
/// word after such an option is its value, whatever it begins with (POSIX utility syntax, guideline 6).
///
/// `command` must be built. The first of `line` is the program's name.
pub(super) fn sorted(command: &Command, line: &[OsString]) -> Vec<OsString> {
    let mut words = line.iter();
    let head: Vec<OsString> = words.by_ref().take(2).cloned().collect();
    let Some(subcommand) = subcommand(command, line) else {
        return line.to_vec();
    };
    // Words after `--` may be those of another program.
    let takes_data = subcommand.get_positionals().any(|arg| !arg.is_last_set());
    let (mut options, mut data) = (Vec::new(), Vec::new());
    while let Some(word) = words.next() {
        if word == "--" {
            data.extend(words.by_ref().cloned());
        } else if let Some(mut option) = takes_value(subcommand, word) {
            if let Some(value) = words.next() {
                option.push("=");
                option.push(value);
            }
            options.push(option);
        } else if takes_data && is_data(subcommand, word) {
            data.push(word.clone());
        } else {
            options.push(word.clone());
        }
    }
    let has_data = !data.is_empty();
    let dashes = has_data.then(|| OsString::from("--"));
    head.into_iter()
        .chain(options)
        .chain(dashes)
        .chain(data)
        .collect()
}

/// Adds to an error about an unknown option how to send it as data.
pub(super) fn hint(command: &Command, line: &[OsString], mut error: clap::Error) -> clap::Error {
    let Some(ContextValue::String(unknown)) = error.get(ContextKind::InvalidArg) else {
        return error;
    };
    if error.kind() != ErrorKind::UnknownArgument {
        return error;
    }
    if let Some(works) = working_line(command, line, unknown) {
        let tip = StyledStr::from(format!("if it is data, put it after `--`: {works}"));
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip]));
    }
    error
}

/// The same line with the unknown word after `--`.
fn working_line(command: &Command, line: &[OsString], unknown: &str) -> Option<String> {
    let subcommand = subcommand(command, line)?;
    subcommand.get_positionals().next()?;
    let is_it = |word: &&OsString| {
        let word = word.to_string_lossy();
        word.strip_prefix(unknown).is_some_and(|rest| {
            rest.is_empty() || rest.starts_with('=') || !unknown.starts_with("--")
        })
    };
    let at = line.iter().position(|word| is_it(&word))?;
    let mut words: Vec<String> = Vec::new();
    for (_, word) in line.iter().enumerate().skip(1).filter(|(it, _)| *it != at) {
        words.push(quoted(word.to_str()?)?);
    }
    let data = quoted(line.get(at)?.to_str()?)?;
    let name = command.get_name();
    Some(format!("{name} {} -- {data}", words.join(" ")))
}

fn quoted(word: &str) -> Option<String> {
    Some(shlex::try_quote(word).ok()?.into_owned())
}

fn subcommand<'a>(command: &'a Command, line: &[OsString]) -> Option<&'a Command> {
    command.find_subcommand(line.get(1)?)
}

/// The option, when the next word is its value.
fn takes_value(command: &Command, word: &OsStr) -> Option<OsString> {
    let name = word.to_str()?.strip_prefix("--")?;
    let one = |arg: &&Arg| {
        arg.get_action().takes_values() && arg.get_num_args() == Some(ValueRange::SINGLE)
    };
    command
        .get_opts()
        .find(|arg| is_called(arg, name))
        .filter(one)
        .map(|_| word.to_owned())
}

/// Whether a word in the place of an option cannot be one.
fn is_data(command: &Command, word: &OsStr) -> bool {
    let text = word.to_string_lossy();
    if let Some(name) = text.strip_prefix("--") {
        let (name, _) = name.split_once('=').unwrap_or((name, ""));
        let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        return !(name.starts_with(|first: char| first.is_ascii_lowercase())
            && name.bytes().all(is_name));
    }
    match text.strip_prefix('-') {
        None | Some("") => true,
        Some(shorts) => {
            let is_letter = |letter: char| letter.is_ascii_alphabetic();
            let is_known = |letter| {
                command
                    .get_arguments()
                    .any(|arg| arg.get_short() == Some(letter))
            };
            !shorts.chars().all(is_letter) && !shorts.chars().all(is_known)
        }
    }
}

fn is_called(arg: &Arg, name: &str) -> bool {
    let mut names = arg
        .get_long_and_visible_aliases()
        .unwrap_or_default()
        .into_iter();
    names.any(|it| it == name)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::Cli;

    #[track_caller]
    fn check(line: &str, expected: &[&str]) {
        let mut command = Cli::command();
        command.build();
        let line: Vec<OsString> = line.split('_').map(OsString::from).collect();
        let sorted = sorted(&command, &line);
        assert_eq!(sorted, expected, "{line:?}");
    }

    #[test]
    fn what_cannot_be_an_option_is_data() {
        for text in [
            "- disk full",
            "-5°C in the room",
            "--- nightly ---",
            "-",
            "",
            "—",
            "--Ab1",
            "-q5",
            "--disk full",
        ] {
            let line = format!("x_send_--to_li_{text}_--quiet");
            check(&line, &["x", "send", "--to=li", "--quiet", "--", text]);
        }
        for option in ["--quiet", "-q", "--qiet", "--qiet=x y", "-x", "-rf"] {
            let line = format!("x_send_--to=li_{option}");
            check(&line, &["x", "send", "--to=li", option]);
        }
    }

    #[test]
    fn the_word_after_an_option_is_its_value() {
        check(
            "x_send_--title_--quiet_-q",
            &["x", "send", "--title=--quiet", "-q"],
        );
        check("x_send_--to", &["x", "send", "--to"]);
        check("x_send_--to_--", &["x", "send", "--to=--"]);
        check(
            "x_send_--markdown_a",
            &["x", "send", "--markdown", "--", "a"],
        );
    }

    #[test]
    fn everything_after_the_dashes_is_data() {
        check("x_send_--_--to=@all", &["x", "send", "--", "--to=@all"]);
        check("x_send_--_--", &["x", "send", "--", "--"]);
        check(
            "x_recall_-aB1_--json_b",
            &["x", "recall", "--json", "--", "-aB1", "b"],
        );
        check("x_sandbox_cargo_run", &["x", "sandbox", "cargo", "run"]);
        check(
            "x_sandbox_--open_--_cargo_--open",
            &["x", "sandbox", "--open", "--", "cargo", "--open"],
        );
        check("x_--help", &["x", "--help"]);
        check("x", &["x"]);
    }
}
