//! The client of 12306: asks for remaining tickets as the site's own page does. No login, no ordering.
//!
//! | part | owns |
//! |---|---|
//! | [`seat`] | kinds of seats, and what is left of each |
//! | [`train`] | one row of an answer |
//! | [`answer`] | a whole answer |
//! | [`verdict`] | what an answer means when it is none |
//! | [`error`] | what went wrong, sorted by what to do |
//! | [`client`] | session, path, request |

pub mod answer;
pub mod client;
pub mod error;
mod http;
pub mod seat;
mod session;
pub mod train;
pub mod verdict;

pub use answer::Answer;
pub use client::{Journey, Railway, RailwaySettings};
pub use error::{RailwayError, Remedy};
pub use seat::{Left, Seat};
pub use train::{Clock, Sale, SeatLeft, Train};
