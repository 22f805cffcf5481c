//! A tiny framework for the callbacks of WeCom (企业微信) apps and WeChat Official Accounts (公众号).
//!
//! You write a closure from a message to a reply. The crate verifies, decrypts and parses what the platform sends,
//! calls the closure, and encrypts and signs what it says.
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
//! # Where to start
//!
//! - To answer messages: [`WeChatServer`], which also says how handlers run. What they get is a [`Message`], what they
//!   may return is listed at [`IntoReply`].
//! - To answer events (menu clicks, new members, cards): [`WeChatServer::register_event`] and [`Event`].
//! - To be slower than the platform's 5 seconds: [`LateReplySink`].
//! - To mount the callbacks in an actix-web app that exists: [`WeChatServer::configure`].
//! - To use another web framework: [`Account`] does all but the HTTP; [`WXBizMsgCrypt`] is only the cryptography.
//! - To say how a program ended: [`exit()`], with the exit codes.
//! - To try a bot with no account, and to test it: [`sandbox`].
//!
//! The crate's `examples` are whole programs: `state`, `async_handler`, `mount`, `events`, `bot_test`.
//!
//! # Where things live
//!
//! | module | what it owns |
//! |---|---|
//! | [`server`] | the callback server: build, run, stop, mount |
//! | [`sandbox`] | the platform on your own machine: chat page, API, faults, test kit |
//! | [`config`] | `config.ini` and the environment |
//! | [`log`] | the log: lines to stderr and to a file that is rotated |
//! | [`account`] | an app's keys: verify, open and answer its callbacks |
//! | [`crypt`] | signature, AES, envelope |
//! | [`message`], [`event`] | what comes in: typed for `match`, open for what is new |
//! | [`reply`] | what goes out, within the platform's limits |
//! | [`platform`] | how the two platforms differ: a table |
//! | [`query`], [`xml`] | the parameters and the XML of a callback, read within limits |
//!
//! What is used most stands at the top of the crate as well.
//!
//! # Features
//!
//! | feature | what it adds | default |
//! |---|---|---|
//! | – | the protocol: [`account`], [`crypt`], [`message`], [`reply`], …; no runtime, no network, no clock | always |
//! | `config` | [`config`]: `config.ini` and the environment | with `server` |
//! | `server` | [`WeChatServer`] and the [`log`]: actix-web, tokio, tracing | yes |
//! | `sandbox` | [`sandbox`]: the platform for trying and testing; with `server` also [`run_in_sandbox`] | no |
//! | `cli` | the command `easy-wechat` | no |

// Floor 0: words.
mod clock;
#[cfg(feature = "server")]
mod error_line;
mod ids;
mod secret;

// Floor 1: the protocol, pure.
pub mod account;
pub mod crypt;
mod delivery_key;
pub mod event;
pub mod message;
pub mod platform;
pub mod query;
pub mod reply;
pub mod xml;

// Floor 2: ports.
#[cfg(feature = "config")]
pub mod config;
#[cfg(feature = "server")]
pub mod log;
#[cfg(feature = "server")]
mod signals;

// Floor 3: actors.
#[cfg(feature = "server")]
mod blocking_pool;
#[cfg(feature = "server")]
mod callback;
#[cfg(feature = "server")]
mod deliveries;
#[cfg(feature = "server")]
mod handler;
#[cfg(feature = "server")]
mod late;
#[cfg(feature = "server")]
mod routes;

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
pub use clock::{Clock, Timestamp};
#[cfg(feature = "config")]
pub use config::{Config, ConfigError};
pub use crypt::{CryptError, EncodingAesKey, ReceiveIds, Seal, WXBizMsgCrypt};
pub use delivery_key::DeliveryKey;
pub use event::Event;
#[cfg(feature = "server")]
pub use exit::exit;
#[cfg(feature = "server")]
pub use handler::{Async, Blocking, Handler, Outcome};
pub use ids::{AgentId, MediaId, MsgId, UserId};
#[cfg(feature = "server")]
pub use late::{Delivering, LateReply, LateReplySink};
pub use message::{Message, MessageKind};
pub use platform::{AccountKind, Mode};
pub use reply::{Article, CardError, IntoReply, Reply, TemplateCard};
#[cfg(feature = "server")]
pub use routes::RegisterError;
#[cfg(feature = "sandbox")]
pub use sandbox::Sandbox;
pub use secret::Secret;
#[cfg(feature = "server")]
pub use server::{ServeError, ServerHandle, WeChatServer};

#[cfg(all(feature = "sandbox", feature = "server"))]
pub use try_out::run_in_sandbox;

/// Any error, as handlers and `main` return it.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Both READMEs are tests: what they show must compile.
#[cfg(all(doctest, feature = "server", feature = "sandbox"))]
#[doc = include_str!("../../README.md")]
#[doc = include_str!("../../README.zh-CN.md")]
struct ReadmesAreTested;
