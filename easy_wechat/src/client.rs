//! Calling the platform: sending, files, contacts, any other call.
//!
//! [`WeChatClient`] is the door. What it does for each call: a token that is good, one retry with a new one where the
//! platform says that it is not, patience while the platform is busy, and an error that says what can be done.

mod agent;
mod appchat;
mod builder;
mod cards;
mod contacts;
mod download;
mod fetch;
mod file_name;
mod files;
#[cfg(feature = "server")]
mod late;
mod lenient;
mod menu;
mod multipart;
mod paces;
mod part_file;
mod parts;
mod persist;
#[cfg(feature = "cli")]
mod probe;
mod progress;
mod send;
mod upload;
mod webhook;

pub use agent::{Agent, AgentBrief, AppStatistics, StatisticsDay};
pub use appchat::{Chat, ChatUpdate, NewChat};
pub use builder::ClientBuilder;
pub use cards::CardUpdate;
pub use contacts::{
    Department, DepartmentPlace, Gender, Membership, Tag, TagContent, User, UserBrief, UserIds,
    UserStatus,
};
pub use download::{Download, Downloaded, Media};
pub use files::Uploaded;
pub use menu::{Button, Menu};
pub use progress::Progress;
pub use upload::Upload;
pub use webhook::Webhook;

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::call::Api;
pub use crate::call::{ApiError, Call, ClientError, ErrorKind, Missed, Receipt};
use crate::clock::Clock;
use crate::config::{ApiSettings, Config, Credentials};
use crate::errcode::Asked;
use crate::ids::AgentId;
use crate::platform::AccountKind;
use crate::token::Tokens;
use paces::Paces;

/// Calls the platform for one app: a WeCom app or an Official Account, as its section of `config.ini` says.
///
/// Clones are the same client, and cheap. Make one and keep it: it holds the connections and the access token.
///
/// ```no_run
/// use easy_wechat::{Outgoing, WeChatClient};
/// use serde_json::json;
///
/// # async fn example() -> Result<(), easy_wechat::BoxError> {
/// let client = WeChatClient::new("demo")?; // section [demo] of config.ini
/// let receipt = client.send_media("text", json!({"content": "message"}), "zhangsan").await?;
/// let receipt = client.send("zhangsan|lisi", &Outgoing::markdown("**done**")).await?;
/// assert!(receipt.is_complete(), "not everyone got it: {:?}", receipt.missed);
/// # Ok(()) }
/// ```
///
/// Programs without async use [`blocking::WeChatClient`](crate::blocking::WeChatClient).
///
/// # What it does by itself
///
/// - The access token is fetched when it is needed, kept in the store, and shared among all tasks and processes that have
///   the same `state_path`. When the platform does not take it, it is renewed and the call made once more.
/// - When the platform is busy (-1, 45033, 45009) it waits and tries again, for `api_patience` at most.
/// - A call whose answer was lost is repeated only where that does no harm. A message whose answer was lost may have been
///   delivered: [`ClientError::MaybeDelivered`]. With [`SendOptions::duplicate_check`](crate::SendOptions) it is repeated,
///   because the platform then drops the second one.
/// - Messages that the platform would drop silently, 30 a minute and 1,000 an hour to one member, wait for their turn.
#[derive(Clone, Debug)]
pub struct WeChatClient(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// The section's name.
    app: String,
    credentials: Credentials,
    settings: ApiSettings,
    api: Arc<Api>,
    tokens: Tokens,
    paces: Arc<Paces>,
    clock: Clock,
    /// Late replies of one member go out one after the other.
    #[cfg(feature = "server")]
    turns: late::Turns,
}

impl WeChatClient {
    /// A client for the app of section `[app]` of `config.ini`, which is looked for as [`Config::find`] says.
    ///
    /// Nothing is sent yet.
    ///
    /// # Errors
    /// [`ClientError::Config`]: no file, no such section, a key that is missing or malformed.
    pub fn new(app: &str) -> Result<Self, ClientError> {
        Self::from_config(&Config::find()?, app)
    }

    /// A client for the app of section `[app]` of a configuration.
    ///
    /// # Errors
    /// As for [`WeChatClient::new`].
    pub fn from_config(config: &Config, app: &str) -> Result<Self, ClientError> {
        Self::builder(config, app)?.build()
    }

    /// A client with other settings than those of the configuration.
    ///
    /// # Errors
    /// As for [`WeChatClient::new`].
    pub fn builder(config: &Config, app: &str) -> Result<ClientBuilder, ClientError> {
        Ok(ClientBuilder::new(config.app(app)?))
    }

    /// Calls any address of the API, also one that this crate does not know, and reads the answer as a `T`.
    ///
    /// `serde_json::Value` takes every answer as it is.
    ///
    /// ```no_run
    /// # async fn example(client: easy_wechat::WeChatClient) -> Result<(), easy_wechat::BoxError> {
    /// use easy_wechat::client::Call;
    /// use serde_json::Value;
    ///
    /// let member: Value = client.call(Call::get("/cgi-bin/user/get").query("userid", "zhangsan")).await?;
    /// println!("{}", member["name"]);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ClientError::Api`] when the platform refuses; [`ClientError::Unreachable`] when it cannot be reached, or answers
    /// something else; [`ClientError::MaybeDelivered`] when the answer to a POST was lost.
    pub async fn call<T: DeserializeOwned>(&self, call: Call) -> Result<T, ClientError> {
        let answer = self.object(&call).await?;
        lenient::read(&call, Value::Object(answer))
    }

    /// The name of the section that it was made from.
    pub fn app(&self) -> &str {
        &self.0.app
    }

    /// The app's number; `None` on an Official Account.
    pub fn agent_id(&self) -> Option<AgentId> {
        self.0.credentials.agent
    }

    /// The platform.
    pub fn kind(&self) -> AccountKind {
        self.0.credentials.kind
    }

    /// Makes a call with the app's token, as often as it takes.
    pub(crate) async fn object(&self, call: &Call) -> Result<Map<String, Value>, ClientError> {
        let api = &*self.0.api;
        self.persist(|token| async move {
            let secrets = [("access_token", token.secret().reveal())];
            api.json(call, &secrets, Asked::Call).await
        })
        .await
    }
}
