//! A sandbox, and the app that it calls.

use std::time::Duration;

use easy_wechat::sandbox::{Incoming, Member, Sandbox, SandboxBuilder};
use easy_wechat::{Config, Mode, RegisterError, ServerHandle, WeChatServer};
use tokio::runtime::{Builder, Runtime};

use super::support;

/// The platforms and modes that there are: `None` is WeCom.
pub(super) const PLATFORMS: [Option<Mode>; 4] = [
    None,
    Some(Mode::Plain),
    Some(Mode::Compatible),
    Some(Mode::Safe),
];

/// The platform, and the app that it calls.
pub(super) struct World {
    pub(super) sandbox: Sandbox,
    server: ServerHandle,
}

impl World {
    /// Starts both, with further lines in `[system]` and in the app's section.
    pub(super) async fn start(
        builder: SandboxBuilder,
        [system, app]: [&str; 2],
        register: impl FnOnce(WeChatServer) -> Result<WeChatServer, RegisterError>,
    ) -> Self {
        let sandbox = builder.start().await.unwrap();
        let server = server(&sandbox, [system, app]);
        Self::connect(sandbox, register(server).unwrap()).await
    }

    /// The same with a server that is made for this sandbox already.
    pub(super) async fn connect(sandbox: Sandbox, server: WeChatServer) -> Self {
        let server = serve(server).await;
        sandbox.connect(callback(&server)).await.unwrap();
        Self { sandbox, server }
    }

    /// Where the platform calls it.
    pub(super) fn callback(&self) -> String {
        callback(&self.server)
    }

    pub(super) fn member(&self, id: &str) -> Member {
        self.sandbox.member(id)
    }

    /// Stops the server, which waits for its handlers and their late replies.
    pub(super) async fn stop(self) {
        self.server.stop().await;
    }
}

/// WeCom for `None`, else an Official Account in this mode. Nothing proactive is waited for.
pub(super) fn platform(mode: Option<Mode>) -> SandboxBuilder {
    let builder = Sandbox::builder().late_within(Duration::ZERO);
    match mode {
        None => builder,
        Some(mode) => builder.official_account(mode),
    }
}

/// A server with the keys of this sandbox, and further lines in `[system]` and in its section.
pub(super) fn server(sandbox: &Sandbox, [system, app]: [&str; 2]) -> WeChatServer {
    let workers = if system.contains("workers") {
        ""
    } else {
        "workers = 1\n"
    };
    let config = sandbox.config_with("demo", &format!("{workers}{system}"), app);
    WeChatServer::from_config(&config.unwrap(), "demo").unwrap()
}

/// The same without a secret, so that nothing can be sent.
pub(super) fn server_without_secret(sandbox: &Sandbox, app: &str) -> WeChatServer {
    let _ = sandbox.config("demo");
    let ini = sandbox.ini();
    let lines = ini.lines().filter(|line| !line.starts_with("secret"));
    let ini: Vec<&str> = lines.collect();
    let ini = format!("[system]\nworkers = 1\n{}\n{app}\n", ini.join("\n"));
    let none: [(&str, &str); 0] = [];
    let config = Config::parse(&ini, none).unwrap();
    assert!(config.app("demo").unwrap().secret.is_none());
    WeChatServer::from_config(&config, "demo").unwrap()
}

pub(super) async fn serve(server: WeChatServer) -> ServerHandle {
    support::process::begin_log();
    server.start("127.0.0.1:0").await.unwrap()
}

/// The address to call back at, where no other route is set.
pub(super) fn callback(server: &ServerHandle) -> String {
    format!("http://{}/weixin", server.addr())
}

/// A text that is the same one however often it is sent: its number does not change.
pub(super) fn numbered(from: &str, id: u64, content: &str) -> Incoming {
    Incoming::Raw {
        xml: support::text(from, id, content),
    }
}

/// Runs a test that waits, and ends it when it waits for ever.
pub(super) fn run<T>(test: impl Future<Output = T>) -> T {
    run_on(support::process::runtime(), test)
}

/// The same with a single thread, on which one thing is done after the other.
pub(super) fn run_on_one_thread<T>(test: impl Future<Output = T>) -> T {
    run_on(
        Builder::new_current_thread().enable_all().build().unwrap(),
        test,
    )
}

fn run_on<T>(runtime: Runtime, test: impl Future<Output = T>) -> T {
    let done = runtime.block_on(async { tokio::time::timeout(PATIENCE, test).await });
    runtime.shutdown_background();
    done.expect("the test waits for ever")
}

const PATIENCE: Duration = Duration::from_secs(30);
