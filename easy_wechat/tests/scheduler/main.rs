//! The scheduler: days in milliseconds, restarts, several processes, jobs of every kind.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "in a test a panic is a failure"
)]

mod handlers;
mod late;
mod messages;
mod outages;
mod overlap;
mod processes;
mod restarts;
mod world;
