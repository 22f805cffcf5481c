//! The server as the platform sees it: over real sockets, with real keys, in real time.
//!
//! One program for all of it, so that the tests that must wait do so together.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    reason = "in a test a panic is a failure, and a table is long"
)]

mod deliveries;
mod listeners;
mod nginx;
mod server;
#[path = "../support/mod.rs"]
mod support;
