//! Where a server listens: the address of the configuration, or the program's.

use tracing::warn;

use super::{ServeError, WeChatServer};
use crate::config::DEFAULT_LISTEN;

impl WeChatServer {
    /// Serves on `listen` of `[system]` (default: `0.0.0.0:6000`), as [`run`](Self::run) does.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), easy_wechat::BoxError> {
    /// use easy_wechat::WeChatServer;
    ///
    /// WeChatServer::new("demo")?.register_callback("text", |message| message)?.run_configured()?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As for [`run`](Self::run).
    pub fn run_configured(self) -> Result<(), ServeError> {
        let addr = self.system.listen.clone();
        self.run(addr)
    }

    /// Warns that the program's address overrides the one of the configuration.
    pub(super) fn log_unused_listen(&self, addr: &str) {
        let listen = self.system.listen.as_str();
        if listen != addr && listen != DEFAULT_LISTEN {
            warn!(
                listen,
                addr, "listen of [system] is ignored: the program passes an address to run"
            );
        }
    }
}
