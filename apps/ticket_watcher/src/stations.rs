//! The stations of 12306: a list that is part of the program, and how one finds a station in it.

mod find;
mod list;

pub use find::{NotFound, Place};
pub use list::{ListError, Station, Stations};
