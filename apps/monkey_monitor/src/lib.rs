//! A camera in the chat: photos, films of ten seconds, and a live page.
//!
//! One process reads the camera, however many look at it: [`camera`]. What is asked for in the chat goes through
//! [`chat`] into a queue with one worker, [`work`]; the page is [`page`]. [`serve`] puts page and callbacks on one port.

pub mod album;
pub mod camera;
pub mod chat;
pub mod film;
pub mod monitor;
pub mod page;
pub mod serve;
pub mod settings;
pub mod time;
pub mod work;
