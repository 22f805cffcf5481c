//! Days of watching, played in milliseconds.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "in a test a panic is a failure"
)]

mod pace;
mod play;
mod watches;
