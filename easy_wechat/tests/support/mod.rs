//! The platform's side of the wire, and what a test needs around it: a server, its log, patience.

#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "several test programs share this, and none uses all of it"
)]

pub mod holders;
pub mod platform;
pub mod process;
pub mod wire;

pub use platform::{Official, Platform, event, text};
pub use process::{Server, eventually, log_lines, wait_for_line};
pub use wire::{Answer, Client, Request, call};

use easy_wechat::{Config, WeChatServer};

/// The account of every test that does not need another: that of `config_test.ini`.
pub const TOKEN: &str = "KbPhZCLxBPgQwTzozQxPxtaWSQ1GQb";
pub const KEY: &str = "MAtJ8Wpg3yXnyGjqZLvbEQzCFxuCA3DS5ss9pJRyAGH";
pub const CORPID: &str = "wx82ef843a5129db66";

/// The time that callbacks are signed at.
pub const AT: i64 = 1_450_092_658;

/// A configuration with further lines in `[system]` and in `[demo]`, which is the test account. Callbacks may be of any age.
pub fn config(system: &str, demo: &str) -> Config {
    let any_age = if [system, demo].concat().contains("max_callback_age") {
        ""
    } else {
        "max_callback_age = 0"
    };
    let workers = if system.contains("workers") {
        ""
    } else {
        "workers = 1"
    };
    let text = format!(
        "[system]\n{any_age}\n{workers}\n{system}\n[demo]\ncorpid = {CORPID}\ntoken = {TOKEN}\n\
         encoding_aes_key = {KEY}\n{demo}\n"
    );
    Config::parse(&text, [("", "")]).expect("the test's configuration is good")
}

/// A server of the test account, with further lines in `[system]` and `[demo]`.
pub fn demo(system: &str, demo: &str) -> WeChatServer {
    WeChatServer::from_config(&config(system, demo), "demo").expect("the test account is good")
}
