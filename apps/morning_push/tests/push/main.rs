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
#[path = "../../../../easy_wechat/tests/support/sandbox_option.rs"]
#[allow(unreachable_pub, reason = "made for more than these tests")]
mod sandbox_option;

use easy_wechat::{Config, ConfigError};
use morning_push::job::{self, PushJob};

/// The pushes of a configuration, with nothing in the environment.
fn jobs(text: &str) -> Result<Vec<PushJob>, ConfigError> {
    job::all(&Config::parse(text, [("", "")])?, "demo")
}

#[test]
fn the_sandbox_is_asked_for_with_and_without_an_equals_sign() {
    sandbox_option::check(env!("CARGO_BIN_EXE_morning_push"));
}

#[cfg(unix)]
#[test]
fn a_closed_terminal_ends_it_but_not_below_nohup() {
    let program = env!("CARGO_BIN_EXE_morning_push");
    sandbox_option::ends_with_its_terminal(program, &["--sandbox=127.0.0.1:0"]);
}
