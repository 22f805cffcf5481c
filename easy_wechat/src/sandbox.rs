//! A WeCom on your own machine: it calls your app as the platform does, answers its calls, and shows both on a page.
//!
//! No account, no public address, no trusted IP. The same sandbox is a test kit: start one in a test, connect your bot,
//! and let a member say something.
//!
//! ```
//! # #[cfg(feature = "server")]
//! # fn main() -> Result<(), easy_wechat::BoxError> {
//! # let runtime = tokio::runtime::Runtime::new()?;
//! # runtime.block_on(async {
//! use easy_wechat::WeChatServer;
//! use easy_wechat::sandbox::Sandbox;
//!
//! let sandbox = Sandbox::start().await?;
//! let bot = WeChatServer::from_config(&sandbox.config("demo"), "demo")?
//!     .register_callback("text", |message| message)?
//!     .start("127.0.0.1:0")
//!     .await?;
//! sandbox.connect(format!("http://{}/weixin", bot.addr())).await?;
//!
//! let seen = sandbox.member("zhangsan").says("你好").await?;
//! assert_eq!(seen.text(), Some("你好"));
//! # Ok::<_, easy_wechat::BoxError>(())
//! # })
//! # }
//! # #[cfg(not(feature = "server"))]
//! # fn main() {}
//! ```
//!
//! # What it plays
//!
//! - The platform's side of callbacks: the verification, messages and events of WeCom and of Official Accounts in their
//!   three modes, 5 seconds of patience, re-sends, and the strict reading of replies. What the platform would drop is
//!   dropped, and told why.
//! - The API under `/cgi-bin/`: tokens, messages, media, group chats, robots, contacts, menus, with the platform's codes.
//! - [`Fault`]s: expired tokens, busy servers, broken connections, callbacks twice or out of order.
//!
//! What it cannot know is said in the documentation of the parts; the pages of the platform are named there.
//!
//! # Bounds
//!
//! It keeps the last 2,000 items of each conversation ([`SandboxBuilder::keep`]), as many callbacks and calls, and of each
//! only so many as fit into 64, 48 and 32 MiB; 128 MiB of files; and for open pages that are behind 8 MiB of what changed. Nothing is written to disk.

mod api;
mod app;
mod builder;
mod callback;
mod calls;
mod changes;
mod conversations;
mod error;
mod exchanges;
mod fault_panel;
mod faults;
mod incoming;
mod media;
mod member;
mod page;
mod people;
mod samples;
mod serve;
mod tokens;
mod words;
mod world;

pub use builder::SandboxBuilder;
pub use callback::{FloodReport, FloodSettings};
pub use conversations::Via;
pub use error::SandboxError;
pub use exchanges::State;
pub use fault_panel::Faults;
pub use faults::{Fault, HangUp, Injection};
pub use incoming::Incoming;
pub use member::{Delivered, Member, Seen};
pub use words::Words;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde_json::Value;

use crate::clock::{Clock, Timestamp};
use crate::config::{Config, ConfigError};
use crate::ids::MediaId;
use crate::outcome::CallbackReport;
use serve::Serving;
use world::World;

/// A running sandbox. Clones are the same one; it stops when the last is dropped.
#[derive(Clone, Debug)]
pub struct Sandbox {
    world: Arc<World>,
    serving: Arc<Serving>,
}

/// A call of the API that the app made.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ApiCall {
    /// `GET` or `POST`.
    pub method: String,
    /// Like `/cgi-bin/message/send`.
    pub path: String,
    /// What it was answered; 0 is success, and also what answers without a code.
    pub errcode: i64,
    /// The platform's words for it.
    pub errmsg: String,
    /// The body as JSON; null when it is none, or longer than the 64 KiB that are kept of each.
    pub request: Value,
    /// When it came.
    pub at: Timestamp,
}

impl Sandbox {
    /// Starts a sandbox on a free port of this machine, with made-up keys for a WeCom app.
    ///
    /// # Errors
    /// As for [`SandboxBuilder::start`].
    pub async fn start() -> Result<Self, SandboxError> {
        Self::builder().start().await
    }

    /// A sandbox with other settings.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::new()
    }

    /// The address of the page and of the API.
    pub fn addr(&self) -> SocketAddr {
        self.serving.addr()
    }

    /// The same as a URL without a slash at the end: also the `api_base_url` of the configurations.
    pub fn url(&self) -> &str {
        &self.world.url
    }

    /// A configuration with one app, as section `name`: its keys, and `api_base_url`.
    ///
    /// The first name that is asked for is that of the app that is called back. Another name is a second app of the same
    /// corporation, with an agent id, a secret and tokens of its own.
    pub fn config(&self, name: &str) -> Config {
        // What the sandbox writes can be read; only a name with a line break in it makes something else of it.
        self.config_with(name, "", "").unwrap_or_default()
    }

    /// [`Sandbox::config`] with further lines in `[system]` and in the app's section.
    ///
    /// # Errors
    /// As for [`Config::parse`], when these lines are not what a configuration is made of.
    pub fn config_with(&self, name: &str, system: &str, app: &str) -> Result<Config, ConfigError> {
        let ini = self.ini_of(name);
        Config::parse(&format!("[system]\n{system}\n{ini}{app}\n"), NO_VARIABLES)
    }

    /// The section of `config.ini` of the app that is called back, ready to paste.
    pub fn ini(&self) -> String {
        let name = self.world.lock().name().to_owned();
        self.ini_of(&name)
    }

    /// Has the platform call this address from now on, as the console does with 保存: it is verified first, and again by
    /// each later call of this.
    ///
    /// # Errors
    /// [`SandboxError::BadCallback`] when it is no `http` or `https` URL; [`SandboxError::NotVerified`] with the reason
    /// when it does not answer the verification as it should. The address is kept all the same.
    pub async fn connect(&self, callback: impl Into<String>) -> Result<(), SandboxError> {
        callback::connect(&self.world, callback.into()).await
    }

    /// A member of the corporation, or a follower of the Official Account; who is not known yet joins.
    ///
    /// `zhangsan` (张三) and `lisi` (李四) are there from the beginning.
    pub fn member(&self, id: impl AsRef<str>) -> Member {
        Member::new(Arc::clone(&self.world), id.as_ref())
    }

    /// What the app has sent to a member, a group chat or a robot's group, oldest first: passive replies as well as
    /// proactive messages. What was recalled, and what the platform drops silently, is left out.
    ///
    /// A member's conversation has the userid, a group chat's is `chat:CHATID`, and that of the group robot `robot:alerts`.
    pub fn inbox(&self, conversation: &str) -> Vec<Delivered> {
        member::inbox(&self.world, conversation)
    }

    /// The calls of the API, oldest first.
    pub fn calls(&self) -> Vec<ApiCall> {
        let state = self.world.lock();
        state.calls.iter().map(ApiCall::from).collect()
    }

    /// Puts a file into the sandbox, for a member to send.
    ///
    /// `kind` is `image`, `voice`, `video` or `file`; unlike an upload by the app it is not checked.
    pub fn upload(&self, kind: &str, filename: &str, bytes: impl Into<Vec<u8>>) -> MediaId {
        let kind = media::kind(kind).unwrap_or("file");
        let mut state = self.world.lock();
        let now = state.now();
        let bytes = bytes::Bytes::from(bytes.into());
        MediaId(state.media.add(kind, filename.to_owned(), bytes, now))
    }

    /// The webhook of the group robot (群机器人), with its key. Messages sent to it are in the [`Sandbox::inbox`] of
    /// `robot:alerts`.
    pub fn webhook_url(&self) -> String {
        let key = api::robot_key(&mut self.world.lock());
        format!("{}/cgi-bin/webhook/send?key={key}", self.url())
    }

    /// Sends texts to the app at a steady rate, whether or not it keeps up, and counts how they were answered. `progress` is
    /// told once a second how it stands.
    ///
    /// Each message is a real callback, signed and encrypted, and each answer is judged; but nothing is re-sent, no fault
    /// strikes, and neither the conversations nor the list of callbacks show anything of it. The members join the
    /// corporation (the first 10,000 of them). On a small machine the sandbox itself takes its share of the CPU.
    ///
    /// # Errors
    /// [`SandboxError::NoCallback`] before [`Sandbox::connect`]; [`SandboxError::Refused`] when the settings are beyond the
    /// bounds that [`FloodSettings`] says.
    pub async fn flood(
        &self,
        settings: FloodSettings,
        progress: impl FnMut(&FloodReport),
    ) -> Result<FloodReport, SandboxError> {
        callback::flood(&self.world, settings, progress).await
    }

    /// An observer for [`WeChatServer::on_outcome`](crate::WeChatServer::on_outcome) of a server in this process: the page
    /// then also shows what the server reports of each callback, such as the error of a handler that failed, and
    /// [`Member::says`] waits for handlers that are slow.
    pub fn observer(&self) -> impl Fn(&CallbackReport) + Send + Sync + 'static {
        self.world.observed.store(true, Ordering::Relaxed);
        let world = Arc::downgrade(&self.world);
        move |report| {
            if let Some(world) = world.upgrade() {
                callback::observe(&world, report);
            }
        }
    }

    /// What goes wrong, and when.
    pub fn faults(&self) -> Faults<'_> {
        Faults::new(&self.world)
    }

    /// The sandbox's clock: it signs callbacks, ends tokens and media, and counts rates. Give it to the server as well
    /// when you move it far, or its callbacks are stale.
    pub fn clock(&self) -> &Clock {
        &self.world.clock
    }

    /// Stops listening, and waits until that is done.
    pub async fn stop(self) {
        self.serving.stop().await;
    }

    /// The section for `name`, with an app made for it where there is none.
    fn ini_of(&self, name: &str) -> String {
        let app = self.world.lock().app_named(name);
        app.map_or_else(|_| String::new(), |app| app.ini(name, self.url()))
    }
}

impl From<&calls::Call> for ApiCall {
    fn from(call: &calls::Call) -> Self {
        Self {
            method: call.method.to_string(),
            path: call.path.to_string(),
            errcode: call.errcode,
            errmsg: call.errmsg.to_string(),
            request: serde_json::from_slice(&call.request).unwrap_or_default(),
            at: Timestamp::from_micros(call.at.saturating_mul(1000)),
        }
    }
}

/// The environment is not the test's.
const NO_VARIABLES: [(&str, &str); 0] = [];
