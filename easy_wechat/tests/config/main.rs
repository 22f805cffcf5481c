//! `config.ini` and the environment, as a user meets them.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    reason = "in a test a panic is a failure, and a table is long"
)]

mod addresses;
mod broken;
mod credentials;
mod environment;
mod example;
mod file;
mod keys;
mod needs;
mod sections;
mod unreadable;
mod warnings;

use std::collections::BTreeSet;
use std::fmt::{Debug, Display};

use easy_wechat::{Config, ConfigError};

/// What may never be shown.
const TOKEN: &str = "KbPhZCLxBPgQwTzozQxPxtaWSQ1GQb";
const KEY: &str = "MAtJ8Wpg3yXnyGjqZLvbEQzCFxuCA3DS5ss9pJRyAGH";
const SECRET: &str = "an-invented-secret";

/// Reads a text with nothing in the environment.
fn parse(text: &str) -> Result<Config, ConfigError> {
    Config::parse(text, [("", "")])
}

/// An error that people read, also where `main` returns it and Rust prints its `Debug`: a sentence with all of `parts`
/// and no secret.
#[track_caller]
fn says(error: &(impl Debug + Display), parts: &[&str]) {
    let (display, debug) = (error.to_string(), format!("{error:?}"));
    for part in parts {
        assert!(debug.contains(part), "{part:?} is not in: {debug}");
    }
    assert!(debug.starts_with(&display), "{debug}");
    assert!(!debug.contains(" { ") && display.contains(' '), "{debug}");
    tells_no_secret(&debug);
}

#[track_caller]
fn tells_no_secret(shown: &str) {
    for secret in [TOKEN, KEY, SECRET] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

/// The keys that the code knows, as it lists them when it meets one that it does not know.
fn known_keys(section: &str) -> BTreeSet<String> {
    let config = parse(&format!("[{section}]\nxxxxxxxxxxxxxxxx = 1")).unwrap();
    let warnings = match section {
        "system" => config.system().unwrap().warnings,
        app => config.app(app).unwrap().warnings,
    };
    let (_, list) = warnings[0].split_once("known are ").unwrap();
    list.split(", ").map(str::to_owned).collect()
}
