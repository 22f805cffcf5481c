//! A sandbox, and an app that it calls.

use std::time::Duration;

use easy_wechat::sandbox::{Sandbox, SandboxBuilder, SandboxError};
use easy_wechat::{Mode, RegisterError, ServerHandle, WeChatServer};
use tokio::runtime::Builder;

/// The platforms and modes that there are.
pub const PLATFORMS: [Option<Mode>; 4] = [
    None,
    Some(Mode::Plain),
    Some(Mode::Compatible),
    Some(Mode::Safe),
];

/// Runs a test that waits, and ends it when it waits for ever.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let done = runtime.block_on(async { tokio::time::timeout(PATIENCE, test).await });
    runtime.shutdown_background();
    done.expect("the test waits for ever")
}

/// WeCom for `None`, else an Official Account in this mode.
pub fn builder(platform: Option<Mode>) -> SandboxBuilder {
    let builder = Sandbox::builder().late_within(Duration::ZERO);
    match platform {
        None => builder,
        Some(mode) => builder.official_account(mode),
    }
}

/// Connects a server that is made with this sandbox's configuration.
pub async fn connect(
    sandbox: &Sandbox,
    app: impl FnOnce(WeChatServer) -> Result<WeChatServer, RegisterError>,
) -> ServerHandle {
    let config = sandbox
        .config_with("demo", "workers = 1\nreply_within = 1", "")
        .unwrap();
    let server = WeChatServer::from_config(&config, "demo").unwrap();
    let server = app(server).unwrap().start("127.0.0.1:0").await.unwrap();
    let callback = format!("http://{}/weixin", server.addr());
    sandbox.connect(callback).await.unwrap();
    server
}

/// Why an address is not verified.
pub async fn not_verified(sandbox: &Sandbox, url: &str) -> String {
    let error = sandbox.connect(url).await.unwrap_err();
    assert!(matches!(error, SandboxError::NotVerified { .. }), "{error}");
    error.to_string()
}

const PATIENCE: Duration = Duration::from_mins(1);
