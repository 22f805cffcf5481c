//! The verification of one's own callback address, as the platform does it.

use crate::BoxError;
use crate::config::AppConfig;
use crate::diagnosis::{Cause, Finding, Keys, Step, Verdict};
use crate::sandbox::{Sandbox, SandboxError};

/// Calls `url` with the app's keys, as the console's 保存 does, and says what is wrong with the answer. With keys that
/// cannot be right it is not called.
///
/// # Errors
/// [`SandboxError`]: `url` is no address, or nothing can be sent from this machine at all.
pub(super) async fn findings(app: &AppConfig, url: &str) -> Result<Vec<Finding>, BoxError> {
    let mut found = Keys::from(app).check();
    if found
        .iter()
        .any(|finding| finding.verdict == Verdict::Wrong)
    {
        return Ok(found);
    }
    let sandbox = Sandbox::builder().app(app.clone()).start().await?;
    let connected = sandbox.connect(url).await;
    sandbox.stop().await;
    match connected {
        Ok(()) => {
            found.push(Finding::good(
                Step::Answer,
                "the address answers the verification as the platform wants it",
            ));
            if url.starts_with("https:") {
                found.push(Finding::unknown(
                    Step::Answer,
                    "its certificate was not looked at; the platform takes one from a known authority only",
                ));
            }
        }
        Err(SandboxError::NotVerified { words, .. }) => {
            found.push(Finding::wrong(Cause::Answer, words.en, ""));
        }
        Err(error) => return Err(error.into()),
    }
    Ok(found)
}
