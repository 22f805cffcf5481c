//! The page and the chat, over real sockets.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "in a test a panic is a failure"
)]

mod chat;
mod form;
mod holding;
mod live;
mod methods;
mod password;
mod program;
mod web;

#[path = "../../../../easy_wechat/tests/support/holders.rs"]
#[allow(dead_code, unreachable_pub, reason = "made for more than these tests")]
mod holders;
#[path = "../support/running.rs"]
#[allow(dead_code, unreachable_pub, reason = "made for more than these tests")]
mod running;
#[path = "../../../../easy_wechat/tests/support/sandbox_option.rs"]
#[allow(unreachable_pub, reason = "made for more than these tests")]
mod sandbox_option;
#[path = "../support/mod.rs"]
#[allow(dead_code, unreachable_pub, reason = "made for more than these tests")]
mod support;

#[test]
fn the_sandbox_is_asked_for_with_and_without_an_equals_sign() {
    sandbox_option::check(env!("CARGO_BIN_EXE_monkey_monitor"));
}

#[cfg(unix)]
#[test]
fn a_closed_terminal_ends_it_but_not_below_nohup() {
    let program = env!("CARGO_BIN_EXE_monkey_monitor");
    sandbox_option::ends_with_its_terminal(program, &["--sandbox=127.0.0.1:0"]);
}

#[cfg(unix)]
#[test]
fn help_that_cannot_be_printed_is_an_error() {
    sandbox_option::says_when_help_cannot_be_printed(env!("CARGO_BIN_EXE_monkey_monitor"));
}
