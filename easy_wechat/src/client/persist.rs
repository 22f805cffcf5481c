use std::time::Duration;

use tokio::time::{Instant, sleep};
use tracing::debug;

use super::WeChatClient;
use crate::call::ClientError;
use crate::errcode::Remedy;
use crate::token::Token;

impl WeChatClient {
    /// Makes an attempt with a token, and again where that helps: once with a new token, some times while the platform is
    /// busy or cannot be reached, all within `api_patience`.
    pub(super) async fn persist<T, F, A>(&self, attempt: F) -> Result<T, ClientError>
    where
        F: Fn(Token) -> A,
        A: Future<Output = Result<T, ClientError>>,
    {
        let began = Instant::now();
        let mut renewed = false;
        let mut tries = 0;
        loop {
            let token = self.0.tokens.get().await?;
            let error = match attempt(token.clone()).await {
                Ok(done) => return Ok(done),
                Err(error) => error,
            };
            if is_stale(&error) && !renewed {
                renewed = true;
                debug!(app = %self.0.app, %error, "the token is no longer good; once more with a new one");
                self.0.tokens.discard(&token).await;
                continue;
            }
            let Some(pause) = pause_before(tries, &error) else {
                return Err(error);
            };
            if began.elapsed() + pause > self.0.settings.patience {
                return Err(error);
            }
            debug!(app = %self.0.app, %error, "once more in {} ms", pause.as_millis());
            sleep(pause).await;
            tries += 1;
        }
    }
}

fn is_stale(error: &ClientError) -> bool {
    matches!(error, ClientError::Api(error) if error.remedy == Remedy::RenewToken)
}

/// How long to wait before the next try; `None` when there is none.
pub(super) fn pause_before(tries: u32, error: &ClientError) -> Option<Duration> {
    let at_most = match error {
        ClientError::Api(error) if error.remedy == Remedy::TryAgain => MOST_TRIES,
        // As long as the patience lasts, where it passes with the minute and not with the day.
        ClientError::Api(error) if error.remedy == Remedy::Wait && error.passes_soon => u32::MAX,
        ClientError::Unreachable { .. } => MOST_TRIES,
        _ => return None,
    };
    if tries >= at_most {
        return None;
    }
    let pause = FIRST_PAUSE.saturating_mul(1 << tries.min(5));
    // Many that failed together should not come again together.
    Some(pause.mul_f64(rand::random_range(0.75..1.25)))
}

/// The platform asks for at most three. <https://developer.work.weixin.qq.com/document/path/90313>
const MOST_TRIES: u32 = 3;

const FIRST_PAUSE: Duration = Duration::from_millis(400);
