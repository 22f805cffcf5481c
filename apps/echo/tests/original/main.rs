//! The original project's own test cases, and what else a person sees of the echo app, against the real program.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    reason = "in a test a panic is a failure, and a table is long"
)]

mod child;
#[cfg(unix)]
mod crowd;
mod ending;
mod finding;
#[cfg(unix)]
mod folders;
mod logging;
#[cfg(target_os = "linux")]
mod memory;
mod recorded;
mod replies;

#[path = "../../../../easy_wechat/tests/support/holders.rs"]
#[allow(dead_code, unreachable_pub, reason = "made for more than these tests")]
mod holders;
#[path = "../../../../easy_wechat/tests/support/platform.rs"]
#[allow(dead_code, unreachable_pub, reason = "made for more than these tests")]
mod platform;
#[path = "../../../../easy_wechat/tests/support/sandbox_option.rs"]
#[allow(unreachable_pub, reason = "made for more than these tests")]
mod sandbox_option;
#[path = "../../../../easy_wechat/tests/support/wire.rs"]
#[allow(dead_code, unreachable_pub, reason = "made for more than these tests")]
mod wire;

/// The account of `config_test.ini`.
const TOKEN: &str = "KbPhZCLxBPgQwTzozQxPxtaWSQ1GQb";
const KEY: &str = "MAtJ8Wpg3yXnyGjqZLvbEQzCFxuCA3DS5ss9pJRyAGH";
const CORPID: &str = "wx82ef843a5129db66";

/// When the recorded callback was sent.
const AT: i64 = 1_450_092_658;

#[test]
fn the_sandbox_is_asked_for_with_and_without_an_equals_sign() {
    sandbox_option::check(env!("CARGO_BIN_EXE_echo"));
}

#[cfg(unix)]
#[test]
fn a_closed_terminal_ends_it_but_not_below_nohup() {
    let program = env!("CARGO_BIN_EXE_echo");
    sandbox_option::ends_with_its_terminal(program, &["--sandbox=127.0.0.1:0"]);
}

#[cfg(unix)]
#[test]
fn help_that_cannot_be_printed_is_an_error() {
    sandbox_option::says_when_help_cannot_be_printed(env!("CARGO_BIN_EXE_echo"));
}
