//! The page and the chat, over real sockets.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "in a test a panic is a failure"
)]

mod chat;
mod form;
mod live;
mod password;
mod web;

#[path = "../support/running.rs"]
#[allow(dead_code, unreachable_pub, reason = "made for more than these tests")]
mod running;
#[path = "../support/mod.rs"]
#[allow(dead_code, unreachable_pub, reason = "made for more than these tests")]
mod support;
