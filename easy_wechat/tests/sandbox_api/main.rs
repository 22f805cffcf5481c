//! The API of the sandbox as an app sees it: over real sockets, with raw HTTP.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    unreachable_pub,
    reason = "in a test a panic is a failure, and a table is long"
)]

mod caller;
mod card_changes;
mod cards;
mod contents;
mod directory;
mod faults;
mod files;
mod groups;
mod hostile;
mod menus;
mod official;
mod repeats;
mod robots;
mod send;
#[path = "../support/mod.rs"]
mod support;
mod tokens;
