//! Scheduled pushes: what is configured, what it says, and when it goes out.

pub mod command;
pub mod content;
pub mod job;
pub mod push;
pub mod show;
pub mod try_out;
pub mod zhihu;
