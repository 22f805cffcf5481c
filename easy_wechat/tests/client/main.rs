//! The client against the sandbox, and against platforms that answer what a test says, or misbehave.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    unreachable_pub,
    reason = "in a test a panic is a failure"
)]

mod appchat;
mod blocking;
mod contacts;
mod files;
mod limits;
mod menu;
mod recorder;
mod robot;
