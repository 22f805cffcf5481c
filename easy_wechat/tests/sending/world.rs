//! A platform and who calls it: the sandbox, or a server that says what the test wants.

use std::sync::Arc;
use std::time::Duration;

use easy_wechat::client::ClientBuilder;
use easy_wechat::sandbox::{ApiCall, Delivered, Sandbox, SandboxBuilder};
use easy_wechat::store::{MemoryStore, Store, StoreFuture};
use easy_wechat::{Clock, Config, Timestamp, WeChatClient};
use serde_json::Value;

use super::fake::{Fake, Heard, Say};
use super::leaks::Leaks;
use super::support;

pub(super) const SEND: &str = "/cgi-bin/message/send";
pub(super) const GETTOKEN: &str = "/cgi-bin/gettoken";

/// The sandbox, and a store that clients share.
pub(super) struct World {
    pub(super) sandbox: Sandbox,
    pub(super) store: Arc<dyn Store>,
    pub(super) leaks: Leaks,
}

impl World {
    pub(super) async fn start() -> Self {
        Self::of(Sandbox::builder()).await
    }

    pub(super) async fn of(builder: SandboxBuilder) -> Self {
        let leaks = Leaks::watch();
        let sandbox = builder.start().await.unwrap();
        hide_keys(&leaks, &sandbox.config("demo"), "demo");
        let store = Arc::new(MemoryStore::new(sandbox.clock().clone()));
        Self {
            store: Tapped::of(store, &leaks),
            sandbox,
            leaks,
        }
    }

    /// A client with the clock of the sandbox, as it would be in a process of its own.
    pub(super) fn client(&self) -> WeChatClient {
        self.client_with("")
    }

    /// The same with further lines in its section.
    pub(super) fn client_with(&self, lines: &str) -> WeChatClient {
        self.builder(lines).build().unwrap()
    }

    pub(super) fn builder(&self, lines: &str) -> ClientBuilder {
        self.builder_of("demo", lines)
    }

    pub(super) fn builder_of(&self, app: &str, lines: &str) -> ClientBuilder {
        let config = self
            .sandbox
            .config_with(app, "state_path = memory", lines)
            .unwrap();
        hide_keys(&self.leaks, &config, app);
        WeChatClient::builder(&config, app)
            .unwrap()
            .clock(self.sandbox.clock().clone())
            .store(Arc::clone(&self.store))
    }

    /// The calls of one path.
    pub(super) fn calls(&self, path: &str) -> Vec<ApiCall> {
        let mut calls = self.sandbox.calls();
        calls.retain(|call| call.path == path);
        calls
    }

    /// What a member got, as texts.
    pub(super) fn texts(&self, member: &str) -> Vec<String> {
        texts(&self.sandbox.inbox(member))
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.leaks.check();
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.leaks.check();
    }
}

pub(super) fn texts(inbox: &[Delivered]) -> Vec<String> {
    inbox
        .iter()
        .map(|it| it.text().unwrap_or_default().to_owned())
        .collect()
}

/// A server that says what the test wants, and an app that calls it.
pub(super) struct Stage {
    pub(super) fake: Fake,
    pub(super) clock: Clock,
    pub(super) store: Arc<dyn Store>,
    pub(super) leaks: Leaks,
    secret: String,
}

impl Stage {
    pub(super) fn start(
        answers: impl Fn(&Heard, usize) -> Option<Say> + Send + Sync + 'static,
    ) -> Self {
        let leaks = Leaks::watch();
        Self::with(Fake::start(&leaks, answers), leaks)
    }

    pub(super) fn with(fake: Fake, leaks: Leaks) -> Self {
        // It must be encoded to stand in an address.
        let secret = format!("secret+/={:x}&a%20", rand::random::<u64>());
        leaks.hide("the secret", &secret);
        let clock = Clock::fake(Timestamp::from_secs(1_700_000_000));
        let store = Arc::new(MemoryStore::new(clock.clone()));
        Self {
            store: Tapped::of(store, &leaks),
            fake,
            clock,
            leaks,
            secret,
        }
    }

    /// The section of the app, with further lines.
    pub(super) fn ini(&self, lines: &str) -> String {
        let base = if lines.contains("api_base_url") {
            String::new()
        } else {
            format!("api_base_url = {}\n", self.fake.url())
        };
        let secret = &self.secret;
        if lines.contains("official_account") {
            format!("[demo]\nappid = {APPID}\nsecret = {secret}\n{base}{lines}\n")
        } else {
            format!(
                "[demo]\ncorpid = {CORPID}\nappid = 1000002\nsecret = {secret}\n{base}{lines}\n"
            )
        }
    }

    pub(super) fn secret(&self) -> &str {
        &self.secret
    }

    pub(super) fn config(&self, lines: &str) -> Config {
        let text = format!("[system]\nstate_path = memory\n{}", self.ini(lines));
        Config::parse(&text, [("", "")]).unwrap()
    }

    pub(super) fn builder(&self, lines: &str) -> ClientBuilder {
        WeChatClient::builder(&self.config(lines), "demo")
            .unwrap()
            .clock(self.clock.clone())
            .store(Arc::clone(&self.store))
    }

    /// A client that has no patience.
    pub(super) fn client(&self, lines: &str) -> WeChatClient {
        self.builder(lines)
            .patience(Duration::ZERO)
            .build()
            .unwrap()
    }

    /// How many requests of this path came.
    pub(super) fn count(&self, path: &str) -> usize {
        self.fake.of(path).len()
    }
}

pub(super) const CORPID: &str = "ww0123456789abcdef";
pub(super) const APPID: &str = "wx0123456789abcdef";

pub(super) fn hide_keys(leaks: &Leaks, config: &Config, app: &str) {
    let app = config.app(app).unwrap();
    let keys = [
        ("the secret", app.secret),
        ("the callback's token", app.token),
        ("the AES key", app.encoding_aes_key),
    ];
    for (name, key) in keys {
        if let Some(key) = key {
            leaks.hide(name, key.reveal());
        }
    }
}

/// Hands everything on, and notes the tokens that are put in.
#[derive(Debug)]
struct Tapped {
    store: Arc<dyn Store>,
    leaks: Silent,
}

struct Silent(Leaks);

impl std::fmt::Debug for Silent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Leaks")
    }
}

impl Tapped {
    fn of(store: Arc<dyn Store>, leaks: &Leaks) -> Arc<dyn Store> {
        Arc::new(Self {
            store,
            leaks: Silent(leaks.clone()),
        })
    }

    fn note(&self, value: &str) {
        hide_token(&self.leaks.0, value);
    }
}

/// Hides the token of a value of a store.
pub(super) fn hide_token(leaks: &Leaks, value: &str) {
    let value: Value = serde_json::from_str(value).unwrap_or_default();
    if let Some(token) = value["access_token"].as_str() {
        leaks.hide("a token", token);
    }
}

impl Store for Tapped {
    fn get<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<String>> {
        self.store.get(key)
    }

    fn put<'a>(
        &'a self,
        key: &'a str,
        value: &'a str,
        until: Option<Timestamp>,
    ) -> StoreFuture<'a, ()> {
        self.note(value);
        self.store.put(key, value, until)
    }

    fn remove<'a>(&'a self, key: &'a str) -> StoreFuture<'a, ()> {
        self.store.remove(key)
    }

    fn swap<'a>(
        &'a self,
        key: &'a str,
        from: Option<&'a str>,
        to: Option<&'a str>,
        until: Option<Timestamp>,
    ) -> StoreFuture<'a, bool> {
        if let Some(value) = to {
            self.note(value);
        }
        self.store.swap(key, from, to, until)
    }

    fn list<'a>(
        &'a self,
        prefix: &'a str,
        at_most: usize,
    ) -> StoreFuture<'a, Vec<(String, String)>> {
        self.store.list(prefix, at_most)
    }
}

/// Runs a test that waits, and ends it when it waits for ever.
pub(super) fn run<T>(test: impl Future<Output = T>) -> T {
    let runtime = support::process::runtime();
    let done = runtime.block_on(async { tokio::time::timeout(PATIENCE, test).await });
    runtime.shutdown_background();
    done.expect("the test waits for ever")
}

const PATIENCE: Duration = Duration::from_secs(50);
