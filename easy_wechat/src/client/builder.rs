use std::sync::Arc;
use std::time::Duration;

use super::paces::Paces;
use super::{Inner, WeChatClient};
use crate::call::{Api, ClientError};
use crate::clock::Clock;
use crate::config::AppConfig;
use crate::store::{self, Store};
use crate::token::Tokens;

/// Makes a [`WeChatClient`] with settings of its own.
///
/// ```no_run
/// # fn main() -> Result<(), easy_wechat::BoxError> {
/// use std::time::Duration;
/// use easy_wechat::{Config, WeChatClient};
///
/// let client = WeChatClient::builder(&Config::find()?, "demo")?.patience(Duration::from_secs(60)).build()?;
/// # Ok(()) }
/// ```
#[derive(Debug)]
#[must_use]
pub struct ClientBuilder {
    config: AppConfig,
    clock: Clock,
    store: Option<Arc<dyn Store>>,
}

impl ClientBuilder {
    pub(crate) fn new(config: AppConfig) -> Self {
        Self {
            config,
            clock: Clock::system(),
            store: None,
        }
    }

    /// Takes the time from `clock`: how old the token is, how much was sent lately. Default: the system's.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Keeps the token in `store`. Default: the store of `state_path`, shared with all clients of this process that have
    /// the same one.
    pub fn store(mut self, store: Arc<dyn Store>) -> Self {
        self.store = Some(store);
        self
    }

    /// How long a call may wait for its turn and for a platform that is busy. Default: `api_patience`.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.config.api.patience = patience;
        self
    }

    /// Whether messages are held back that the platform would drop silently. Default: `rate_limits`.
    pub fn rate_limits(mut self, on: bool) -> Self {
        self.config.api.rate_limits = on;
        self
    }

    /// The client. Nothing is opened or sent yet.
    ///
    /// # Errors
    /// [`ClientError::Config`] when `secret` or an id is missing.
    pub fn build(self) -> Result<WeChatClient, ClientError> {
        let credentials = self.config.credentials()?;
        let AppConfig {
            name,
            api: settings,
            ..
        } = self.config;
        let store = self
            .store
            .unwrap_or_else(|| store::shared(settings.state_path.as_deref()));
        let api = Arc::new(Api::new(credentials.kind, &settings));
        let tokens = Tokens::new(
            Arc::clone(&api),
            credentials.clone(),
            store,
            self.clock.clone(),
        );
        let paces = if self.clock.is_system() {
            Paces::shared(tokens.key())
        } else {
            Arc::default()
        };
        Ok(WeChatClient(Arc::new(Inner {
            app: name,
            credentials,
            settings,
            api,
            tokens,
            paces,
            clock: self.clock,
            #[cfg(feature = "server")]
            turns: super::late::Turns::default(),
        })))
    }
}
