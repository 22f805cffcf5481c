use super::WeChatClient;
use crate::call::ClientError;
use crate::outgoing::{self, Outgoing, SendOptions};
use crate::recipient::Recipient;

/// For the command: what is to be seen without sending anything.
impl WeChatClient {
    /// Whether the platform would take the message, as far as that can be seen from here.
    ///
    /// # Errors
    /// [`ClientError::Outgoing`].
    pub(crate) fn check(
        &self,
        to: &Recipient,
        what: &Outgoing,
        options: &SendOptions,
    ) -> Result<(), ClientError> {
        let options = self.with_own_fallback(options);
        Ok(outgoing::prepare(what, to, &options, self.way()).map(|_| ())?)
    }

    /// The time that the platform's answers bear, as it stands there; `None` when they bear none.
    ///
    /// # Errors
    /// [`ClientError::Unreachable`].
    pub(crate) async fn platform_date(&self) -> Result<Option<String>, ClientError> {
        self.0.api.date().await
    }

    /// Fetches a token, whatever is known of one, and keeps it.
    ///
    /// # Errors
    /// What the platform says of the id and the secret, or that it cannot be reached.
    pub(crate) async fn fetch_token(&self) -> Result<(), ClientError> {
        self.0.tokens.fetch_anew().await.map(|_| ())
    }

    /// Where the API is, as errors name it.
    pub(crate) fn host(&self) -> &str {
        self.0.api.host()
    }
}
