use std::time::Duration;

use serde_json::Value;

use super::runtime::Runtime;
use super::waiting;
use crate::client::{self, ClientError, Upload, Uploaded};
use crate::clock::Clock;
use crate::config::Config;
use crate::outgoing::{MediaType, Outgoing, SendOptions};
use crate::secret::Secret;

/// [`client::Webhook`] for programs without async.
///
/// ```no_run
/// use easy_wechat::{Outgoing, blocking};
///
/// # fn main() -> Result<(), easy_wechat::BoxError> {
/// let robot = blocking::Webhook::new("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx")?;
/// robot.send(&Outgoing::text("the backup is done"))?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Webhook {
    client: client::Webhook,
    runtime: Runtime,
}

impl Webhook {
    /// As [`client::Webhook::new`].
    ///
    /// # Errors
    /// As there.
    pub fn new(webhook: impl Into<Secret>) -> Result<Self, ClientError> {
        client::Webhook::new(webhook).map(Self::from)
    }

    /// As [`client::Webhook::from_config`].
    ///
    /// # Errors
    /// As there.
    pub fn from_config(config: &Config, section: &str) -> Result<Self, ClientError> {
        client::Webhook::from_config(config, section).map(Self::from)
    }

    /// As [`client::Webhook::clock`].
    #[must_use]
    pub fn clock(self, clock: Clock) -> Self {
        Self::from(self.client.clock(clock))
    }

    /// As [`client::Webhook::patience`].
    #[must_use]
    pub fn patience(self, patience: Duration) -> Self {
        Self::from(self.client.patience(patience))
    }
}

impl From<client::Webhook> for Webhook {
    fn from(client: client::Webhook) -> Self {
        Self {
            client,
            runtime: Runtime::default(),
        }
    }
}

waiting! { Webhook:
    fn send(what: &Outgoing) -> () => (&what);
    fn send_with(what: &Outgoing, options: &SendOptions) -> () => (&what, &options);
    fn send_media(media_type: &str, content: Value) -> () => (&media_type, content);
    fn upload_media(media_type: MediaType, file: Upload) -> Uploaded => (media_type, file);
}
