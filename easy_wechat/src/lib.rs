//! A tiny framework for the callbacks of WeCom (企业微信) apps and WeChat Official Accounts (公众号).

// Floor 0: words.
mod clock;
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

pub use account::Account;
pub use clock::{Clock, Timestamp};
#[cfg(feature = "config")]
pub use config::{Config, ConfigError};
pub use crypt::{CryptError, EncodingAesKey, ReceiveIds, Seal, WXBizMsgCrypt};
pub use delivery_key::DeliveryKey;
pub use event::Event;
pub use ids::{AgentId, MediaId, MsgId, UserId};
pub use message::{Message, MessageKind};
pub use platform::{AccountKind, Mode};
pub use reply::{Article, CardError, IntoReply, Reply, TemplateCard};
pub use secret::Secret;

/// Any error, as handlers and `main` return it.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;
