//! A tiny framework for WeCom (企业微信) apps and WeChat Official Accounts (公众号): answer what people write, and write
//! to them.
//!
//! To answer you write a closure from a message to a reply. The crate verifies, decrypts and parses what the platform
//! sends, calls the closure, and encrypts and signs what it says.
//!
//! ```no_run
//! # #[cfg(feature = "server")]
//! use easy_wechat::WeChatServer;
//!
//! # #[cfg(feature = "server")]
//! fn main() -> Result<(), easy_wechat::BoxError> {
//!     WeChatServer::new("demo")?                       // section [demo] of config.ini
//!         .register_callback("text", |message| message)? // echo: what came in goes back
//!         .run("0.0.0.0:6000")?;
//!     Ok(())
//! }
//! # #[cfg(not(feature = "server"))]
//! # fn main() {}
//! ```
//!
//! To write unasked is one call. The access token is fetched, kept, shared with other processes and renewed by itself.
//!
//! ```no_run
//! # #[cfg(feature = "client")]
//! # async fn example() -> Result<(), easy_wechat::BoxError> {
//! use easy_wechat::{Outgoing, WeChatClient};
//!
//! let client = WeChatClient::new("demo")?;
//! let receipt = client.send("zhangsan|lisi", &Outgoing::text("the backup is done")).await?;
//! assert!(receipt.is_complete(), "these did not get it: {}", receipt.missed);
//! # Ok(()) }
//! ```
//!
//! # Where to start
//!
//! - To answer messages: [`WeChatServer`], which also says how handlers run. What they get is a [`Message`], what they
//!   may return is listed at [`IntoReply`].
//! - To answer events (menu clicks, new members, cards): [`WeChatServer::register_event`] and [`Event`].
//! - To be slower than the platform's 5 seconds: nothing to do where the section has a `secret`; else
//!   [`LateReplySink`].
//! - To mount the callbacks in an actix-web app that exists: [`WeChatServer::configure`].
//! - To send: [`WeChatClient`], or [`blocking`] without async. What is sent is an [`Outgoing`], to a [`Recipient`]; what
//!   can be done about an error is its [`client::ErrorKind`].
//! - To send files, and to fetch what members sent: [`WeChatClient::upload_media`], [`WeChatClient::download_media`].
//! - To speak in a group chat with no app at all: [`client::Webhook`].
//! - To call what this crate does not know: [`WeChatClient::call`].
//! - To use another web framework: [`Account`] does all but the HTTP; [`WXBizMsgCrypt`] is only the cryptography.
//! - To use another HTTP client: [`outgoing::prepare`] checks a message and gives its JSON; [`errcode::meaning`] reads the
//!   answer's code.
//! - To say how a program ended: [`exit()`], with the exit codes.
//! - To try a bot with no account, and to test it: [`sandbox`].
//!
//! The crate's `examples` are whole programs: `state`, `async_handler`, `events`, `mount`, `send`, `alert`, `bot_test`.
//!
//! # Where things live
//!
//! | module | what it owns |
//! |---|---|
//! | [`server`] | the callback server: build, run, stop, mount |
//! | [`client`] | calls of the platform: send, files, group chats, contacts, menus, robots |
//! | [`blocking`] | the same without async |
//! | [`sandbox`] | the platform on your own machine: chat page, API, faults, test kit |
//! | [`config`] | `config.ini` and the environment |
//! | [`scheduler`] | jobs by cron in a time zone: each moment once, over restarts and among processes |
//! | [`store`] | where the access token and other state is kept: in memory, on disk |
//! | [`listener`] | HTTP listeners on which no client can hold a connection without using it |
//! | [`signals`] | the signals that end a program |
//! | [`log`] | the log: lines to stderr and to a file that is rotated |
//! | [`account`] | an app's keys: verify, open and answer its callbacks |
//! | [`crypt`] | signature, AES, envelope |
//! | [`message`], [`event`] | what comes in: typed for `match`, open for what is new |
//! | [`reply`] | what answers a callback, within the platform's limits |
//! | [`outgoing`] | what is sent unasked, within the platform's limits |
//! | [`platform`] | how the two platforms differ: a table |
//! | [`errcode`] | the platform's error codes: what they mean, what to do |
//! | [`diagnosis`] | why a callback is not taken |
//! | [`query`], [`xml`] | the parameters and the XML of a callback, read within limits |
//!
//! What is used most stands at the top of the crate as well.
//!
//! # Features
//!
//! | feature | what it adds | default |
//! |---|---|---|
//! | – | the protocol: [`account`], [`crypt`], [`message`], [`reply`], [`outgoing`], …; no runtime, no network, no clock | always |
//! | `config` | [`config`]: `config.ini` and the environment | with `server`, `client` |
//! | `server` | [`WeChatServer`] and the [`log`]: actix-web, tokio, tracing | yes |
//! | `client` | [`WeChatClient`], [`blocking`], the [`store`] in memory: reqwest, rustls, tokio | yes |
//! | `sqlite` | the [`store`] on disk, which several processes share | yes |
//! | `scheduler` | [`scheduler`]: jobs by cron in a time zone; with `client` | yes |
//! | `sandbox` | [`sandbox`]: the platform for trying and testing; with `server` also [`run_in_sandbox`] | no |
//! | `cli` | the command `easy-wechat`, with all of the above | no |
//!
// Where a feature is off, its names lead to the table of features.
#![cfg_attr(
    not(feature = "server"),
    doc = "
[`WeChatServer`]: #features
[`WeChatServer::register_event`]: #features
[`WeChatServer::configure`]: #features
[`LateReplySink`]: #features
[`exit()`]: #features
[`server`]: #features
[`log`]: #features"
)]
#![cfg_attr(
    not(feature = "client"),
    doc = "
[`WeChatClient`]: #features
[`WeChatClient::upload_media`]: #features
[`WeChatClient::download_media`]: #features
[`WeChatClient::call`]: #features
[`client::ErrorKind`]: #features
[`client::Webhook`]: #features
[`client`]: #features
[`blocking`]: #features
[`store`]: #features"
)]
#![cfg_attr(
    not(feature = "scheduler"),
    doc = "
[`scheduler`]: #features"
)]
#![cfg_attr(
    not(feature = "sandbox"),
    doc = "
[`sandbox`]: #features"
)]
#![cfg_attr(
    not(any(feature = "sandbox", feature = "server")),
    doc = "
[`listener`]: #features"
)]
#![cfg_attr(
    not(all(feature = "sandbox", feature = "server")),
    doc = "
[`run_in_sandbox`]: #features"
)]
#![cfg_attr(
    not(any(feature = "scheduler", feature = "server")),
    doc = "
[`signals`]: #features"
)]
#![cfg_attr(
    not(feature = "config"),
    doc = "
[`config`]: #features"
)]

// Floor 0: words.
mod clean;
mod clock;
#[cfg(any(feature = "client", feature = "server"))]
mod error_line;
#[cfg(any(feature = "scheduler", feature = "server"))]
mod fallible;
mod ids;
#[cfg(any(feature = "scheduler", feature = "server"))]
mod panics;
mod printable;
mod secret;

// Floor 1: the protocol, pure.
pub mod account;
pub mod crypt;
mod delivery_key;
pub mod diagnosis;
pub mod errcode;
pub mod event;
pub mod message;
#[cfg(any(feature = "sandbox", feature = "server"))]
mod outcome;
pub mod outgoing;
pub mod platform;
pub mod query;
mod recipient;
pub mod reply;
pub mod xml;

// Floor 2: ports.
#[cfg(feature = "config")]
pub mod config;
#[cfg(any(feature = "sandbox", feature = "server"))]
pub mod listener;
#[cfg(feature = "server")]
pub mod log;
#[cfg(any(feature = "scheduler", feature = "server"))]
pub mod signals;
#[cfg(feature = "client")]
pub mod store;
#[cfg(feature = "client")]
mod wire;

// Floor 3: actors.
#[cfg(feature = "client")]
pub mod blocking;
#[cfg(feature = "server")]
mod blocking_pool;
#[cfg(feature = "client")]
mod call;
#[cfg(feature = "server")]
mod callback;
#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "server")]
mod deliveries;
#[cfg(feature = "server")]
mod handler;
#[cfg(feature = "server")]
mod late;
#[cfg(feature = "client")]
mod pace;
#[cfg(feature = "server")]
mod routes;
#[cfg(feature = "scheduler")]
pub mod scheduler;
#[cfg(feature = "client")]
mod token;

// Floor 4: the two sides of the wire.
#[cfg(feature = "sandbox")]
pub mod sandbox;
#[cfg(feature = "server")]
pub mod server;

// Floor 5: doors.
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
#[cfg(feature = "server")]
mod exit;
#[cfg(all(feature = "sandbox", feature = "server"))]
mod try_out;

pub use account::Account;
#[cfg(feature = "client")]
pub use client::{ClientError, Receipt, WeChatClient};
pub use clock::{Clock, Timestamp};
#[cfg(feature = "config")]
pub use config::{Config, ConfigError};
pub use crypt::{CryptError, EncodingAesKey, ReceiveIds, Seal, WXBizMsgCrypt};
pub use delivery_key::DeliveryKey;
pub use errcode::Remedy;
#[cfg(any(feature = "client", feature = "server"))]
pub use error_line::one_line;
pub use event::Event;
#[cfg(feature = "server")]
pub use exit::exit;
#[cfg(any(feature = "scheduler", feature = "server"))]
pub use fallible::{Fallible, FallibleFuture, FallibleValue, fallible};
#[cfg(feature = "server")]
pub use handler::{Async, Blocking, Handler, HandlerError, Outcome};
pub use ids::{AgentId, ChatId, MediaId, MsgId, PartyId, TagId, UserId};
#[cfg(feature = "server")]
pub use late::{Delivering, LateReply, LateReplySink};
pub use message::{Message, MessageKind};
#[cfg(any(feature = "sandbox", feature = "server"))]
pub use outcome::{CallbackOutcome, CallbackReport};
pub use outgoing::{
    MediaType, MiniprogramNotice, NewsArticle, Outgoing, OutgoingError, SendOptions, TextCard,
};
pub use platform::{AccountKind, Mode};
pub use printable::{printable, printable_lines};
pub use recipient::Recipient;
pub use reply::{Article, CardError, IntoReply, Reply, TemplateCard};
#[cfg(feature = "server")]
pub use routes::RegisterError;
#[cfg(feature = "sandbox")]
pub use sandbox::Sandbox;
#[cfg(feature = "scheduler")]
pub use scheduler::{Job, Scheduler, SchedulerError, SchedulerHandle};
pub use secret::Secret;
#[cfg(feature = "server")]
pub use server::{ServeError, ServerHandle, WeChatServer};
#[cfg(feature = "client")]
pub use store::Store;

#[cfg(all(feature = "sandbox", feature = "server"))]
pub use try_out::run_in_sandbox;

/// Any error, as handlers and `main` return it.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Both READMEs are tests: what they show must compile.
#[cfg(all(doctest, feature = "client", feature = "server", feature = "sandbox"))]
#[doc = include_str!("../../README.md")]
#[doc = include_str!("../../README.zh-CN.md")]
struct ReadmesAreTested;
