//! An app beside a sandbox, in one process: the first thing that a newcomer runs.

use std::io::{self, Write as _};

use tokio::runtime::{Builder, Handle};

use crate::BoxError;
use crate::clock::Clock;
use crate::config::Config;
use crate::log::{self, LogError};
use crate::panics;
use crate::sandbox::{Sandbox, SandboxError};
use crate::server::{ServeError, WeChatServer};
use crate::signals::Signals;

/// Runs an app beside a [`Sandbox`], with no configuration at all, until Ctrl-C, SIGTERM or SIGHUP. Prints the address of the chat
/// page.
///
/// `addr` is where the page is, like `127.0.0.1:8686`. `app` makes the server from a configuration, and finds its account
/// in section `section`; the callbacks come to a free port of this machine.
///
/// ```no_run
/// use easy_wechat::{BoxError, Config, WeChatServer};
///
/// fn main() -> Result<(), BoxError> {
///     if std::env::args().any(|argument| argument == "--sandbox") {
///         return easy_wechat::run_in_sandbox("127.0.0.1:8686", "demo", server);
///     }
///     Ok(server(&Config::find()?)?.run("0.0.0.0:6000")?)
/// }
///
/// fn server(config: &Config) -> Result<WeChatServer, BoxError> {
///     Ok(WeChatServer::from_config(config, "demo")?.register_callback("text", |message| message)?)
/// }
/// ```
///
/// # Errors
/// [`SandboxError`] when the sandbox cannot listen at `addr`, and whatever `app` says.
pub fn run_in_sandbox(
    addr: &str,
    section: &str,
    app: impl FnOnce(&Config) -> Result<WeChatServer, BoxError>,
) -> Result<(), BoxError> {
    if Handle::try_current().is_ok() {
        return Err(ServeError::InsideRuntime.into());
    }
    let runtime = Builder::new_multi_thread()
        .thread_name("easy_wechat")
        .enable_all()
        .build()
        .map_err(ServeError::Runtime)?;
    let ran = runtime.block_on(async {
        let mut signals = Signals::new().map_err(ServeError::Runtime)?;
        let sandbox = Sandbox::builder().listen(addr).start().await?;
        let config = sandbox.config(section);
        let server = app(&config)?.on_outcome(sandbox.observer());
        let _log = match log::init(&config.system()?.log, Clock::system()) {
            Ok(guard) => Some(guard),
            Err(LogError::AlreadySet) => None,
            Err(error) => return Err(error.into()),
        };
        panics::escape();
        let server = server.start("127.0.0.1:0").await?;
        let route = config.app(section)?.route_name;
        let callback = format!("http://{}/{}", server.addr(), route.trim_matches('/'));
        match sandbox.connect(callback).await {
            // What is wrong with the answer stands on the page, where one looks at it.
            Ok(()) | Err(SandboxError::NotVerified { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        say_where(&sandbox)?;
        signals.next().await;
        tokio::select! {
            () = async { sandbox.stop().await; server.stop().await } => {}
            () = signals.another() => {}
        }
        Ok(())
    });
    // A handler that still blocks is left behind; the process ends.
    runtime.shutdown_background();
    ran
}

fn say_where(sandbox: &Sandbox) -> io::Result<()> {
    let url = sandbox.url();
    writeln!(
        io::stdout(),
        "\n  Open {url} and say hello: a local WeCom with your app.\n  Press Ctrl-C to stop.\n"
    )
}
