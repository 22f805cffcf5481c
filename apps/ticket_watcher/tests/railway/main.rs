//! The client of 12306 over what was recorded, and over real sockets.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "in a test a panic is a failure"
)]

#[path = "../kit/mod.rs"]
mod site;

mod not_ok;
mod rows;
mod sockets;
