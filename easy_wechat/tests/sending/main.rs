//! Sending, end to end: the client and the command, against the sandbox and against servers that misbehave.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    reason = "in a test a panic is a failure, and a table is long"
)]

mod answers;
mod busy;
mod check;
mod command;
mod cron;
mod data;
mod downloads;
mod fake;
mod late;
mod leaks;
mod processes;
mod recipients;
mod refused;
mod slow;
#[path = "../support/mod.rs"]
mod support;
mod tls;
mod tokens;
mod told;
mod trouble;
mod wire;
mod world;
