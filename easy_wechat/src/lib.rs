//! A tiny framework for the callbacks of WeCom (企业微信) apps and WeChat Official Accounts (公众号).

// Floor 0: words.
mod clock;
mod ids;
mod secret;

// Floor 1: the protocol, pure.
pub mod crypt;
pub mod xml;

pub use clock::{Clock, Timestamp};
pub use crypt::{CryptError, EncodingAesKey, ReceiveIds, Seal, WXBizMsgCrypt};
pub use ids::{AgentId, MediaId, MsgId, UserId};
pub use secret::Secret;

/// Any error, as handlers and `main` return it.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;
