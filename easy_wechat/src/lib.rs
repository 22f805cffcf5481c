//! A tiny framework for the callbacks of WeCom (企业微信) apps and WeChat Official Accounts (公众号).

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
#[cfg(feature = "server")]
pub mod server;

// Floor 5: doors.
#[cfg(feature = "server")]
mod exit;

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
pub use secret::Secret;
#[cfg(feature = "server")]
pub use server::{ServeError, ServerHandle, WeChatServer};

/// Any error, as handlers and `main` return it.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;
