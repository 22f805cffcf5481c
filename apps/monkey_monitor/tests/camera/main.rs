//! The camera: its sources, the pictures in its stream, its life and its troubles, with the real ffmpeg and with programs
//! in its place.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "in a test a panic is a failure"
)]

mod drawn;
mod life;
mod network;
mod sources;
mod splitting;
mod troubles;
mod words;

#[path = "../support/mod.rs"]
#[allow(dead_code, unreachable_pub, reason = "made for more than these tests")]
mod support;
