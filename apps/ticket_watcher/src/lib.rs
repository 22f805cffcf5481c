//! Watches 12306 for tickets, and tells it in the chat. The library behind the command `ticket_watcher`.
//!
//! | module | what it owns |
//! |---|---|
//! | [`railway`] | the client of 12306, and the reader of its answers |
//! | [`stations`] | the list of stations, and how one finds a station in it |
//! | [`cli`], [`serve`] | the command line, the server |
//! | [`watcher`] | the app: chat, loop, notices |
//! | [`say`], [`table`] | what the user reads, in the chat and in the terminal |
//! | [`settings`] | the section of `config.ini` |
//! | [`keep`] | the watches in the store |
//! | [`watch`] | one watch, and what it has told |
//! | [`pace`] | when the site may be asked |
//! | [`engine`] | all watches: caps, polls, notices |
//! | [`calendar`] | the time of Shanghai: hours of sale, pre-sale |
//! | [`wish`] | what one wants to travel with |
//! | [`command`] | what one writes in the chat |
//! | [`dates`] | what people write for a day |

pub mod calendar;
pub mod cli;
pub mod command;
pub mod dates;
pub mod engine;
pub mod keep;
pub mod pace;
pub mod railway;
pub mod say;
pub mod serve;
pub mod settings;
pub mod stations;
pub mod table;
pub mod watch;
pub mod watcher;
pub mod wish;
