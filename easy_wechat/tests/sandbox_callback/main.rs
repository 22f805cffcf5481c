//! The platform's side of callbacks: with this crate's server as the app, and with apps that do everything wrong.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    dead_code,
    unreachable_pub,
    reason = "in a test a panic is a failure, a table is long, and none uses all of what several share"
)]

mod bad_app;
mod cards;
mod composed;
mod crowds;
mod faults;
#[path = "../support/wire.rs"]
mod http;
mod media;
mod messages;
mod noise;
mod observed;
mod page;
mod replies;
mod troubles;
mod verification;
mod world;
