//! The pushes: their configuration, what they say, and the program itself.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "in a test a panic is a failure"
)]

mod command;
mod config;
mod hot;
mod morning;
mod page;
mod program;

use easy_wechat::{Config, ConfigError};
use morning_push::job::{self, PushJob};

/// The pushes of a configuration, with nothing in the environment.
fn jobs(text: &str) -> Result<Vec<PushJob>, ConfigError> {
    job::all(&Config::parse(text, [("", "")])?, "demo")
}
