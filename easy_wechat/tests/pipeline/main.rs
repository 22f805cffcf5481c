//! The way of a callback from end to end: the sandbox is the platform, the app is the real server, and between them are
//! real sockets.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    reason = "in a test a panic is a failure, and a table is long"
)]

mod busy;
mod cards;
mod clock;
mod deadline;
mod events;
mod failures;
mod gate;
mod keys;
mod late;
mod long;
mod messages;
mod official;
mod outcomes;
mod refusals;
mod replies;
mod resend;
mod several;
mod shapes;
#[path = "../support/mod.rs"]
mod support;
mod world;
