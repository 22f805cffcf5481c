//! The server: what a user builds, runs and stops. A thin layer of actix-web over the callback's way.

mod error;
mod failures;
mod http;
mod listen;
mod serve;
pub mod verification;

pub use error::ServeError;
pub use serve::ServerHandle;

use std::sync::Arc;
use std::time::Duration;

use actix_web::web::ServiceConfig;
use tokio::runtime::Handle;
use tracing::warn;

use crate::account::Account;
use crate::blocking_pool::BlockingPool;
use crate::callback::{CallbackService, InFlight, KeyOf, Observer, Observers, Settings};
#[cfg(feature = "client")]
use crate::client::ClientBuilder;
use crate::clock::Clock;
use crate::config::{AppConfig, Config, ConfigError, SystemConfig};
use crate::delivery_key::DeliveryKey;
#[cfg(feature = "client")]
use crate::error_line::one_line;
use crate::handler::{OnError, Outcome};
use crate::late::{LateReplySink, Undeliverable};
use crate::message::Message;
use crate::platform::AccountKind;
use crate::routes::{RegisterError, Routes};
use crate::xml::Limits;
use http::Mount;

/// A server for the callbacks of one app, or of several.
///
/// ```no_run
/// use easy_wechat::WeChatServer;
///
/// fn main() -> Result<(), easy_wechat::BoxError> {
///     WeChatServer::new("demo")?                       // section [demo] of config.ini
///         .register_callback("text", |message| message)? // echo: what came in goes back
///         .run("0.0.0.0:6000")?;
///     Ok(())
/// }
/// ```
///
/// # Handlers
///
/// A handler is any `Fn(Message) -> R`, with no type written: a closure, an `fn`, a method of something in an [`Arc`].
/// `R` is what [`IntoReply`](crate::IntoReply) lists, or a `Send` future of it.
///
/// - One that returns a value runs on the blocking pool: it may wait for a camera, a database, another program. At most
///   512 of them run at once, the others wait their turn.
/// - One that returns a future (`|message| async move { … }`, an `async fn`) runs on the runtime, and costs about half
///   the CPU time. It must not block, nor call `block_in_place` before its first `.await`: it begins on the thread that
///   took the request.
///
/// A handler runs once for each callback, however often the platform sends it: a re-send joins the one that runs. It
/// goes on after the deadline (`reply_within`); its reply then goes to the [`LateReplySink`], as does one that is too long
/// for a passive reply. When it fails or panics, the error is logged and [`on_error`](Self::on_error) replies.
///
/// Of several handlers the most specific one is taken: [`register_event`](Self::register_event), then
/// [`register_callback`](Self::register_callback), then [`register_fallback`](Self::register_fallback).
#[must_use = "a server does nothing until it is run"]
pub struct WeChatServer {
    /// The one that is being built, and those that were joined to it.
    app: App,
    others: Vec<App>,
    system: SystemConfig,
    clock: Clock,
}

struct App {
    config: AppConfig,
    account: Account,
    routes: Routes,
    /// `None` for what the configuration allows.
    sink: Option<Arc<dyn LateReplySink>>,
    key_of: Option<KeyOf>,
    on_error: Option<OnError>,
    handler_timeout: Option<Duration>,
    observers: Vec<Observer>,
    warnings: Vec<String>,
}

impl WeChatServer {
    /// A server for the app of section `[app]` of `config.ini`, which is looked for as [`Config::find`] says.
    ///
    /// # Errors
    /// [`ConfigError`]: no file, no such section, a key that is missing or malformed.
    pub fn new(app: &str) -> Result<Self, ConfigError> {
        Self::from_config(&Config::find()?, app)
    }

    /// A server for the app of section `[app]` of a configuration.
    ///
    /// # Errors
    /// As for [`WeChatServer::new`].
    pub fn from_config(config: &Config, app: &str) -> Result<Self, ConfigError> {
        let app = config.app(app)?;
        let system = config.system()?;
        let account = app.account()?;
        let warnings = app.warnings.iter().cloned().chain(app.oddities()).collect();
        Ok(Self {
            app: App {
                config: app,
                account,
                routes: Routes::default(),
                sink: None,
                key_of: None,
                on_error: None,
                handler_timeout: None,
                observers: Vec::new(),
                warnings,
            },
            others: Vec::new(),
            system,
            clock: Clock::system(),
        })
    }

    /// Registers the handler of messages of one type: `text`, `image`, `voice`, `video`, `shortvideo`, `location`,
    /// `link`, `file`, or `event` for all events that have no handler of their own.
    ///
    /// # Errors
    /// [`RegisterError::UnknownMsgType`] for another name, which lists the known ones; [`RegisterError::Twice`] when
    /// there is a handler already.
    pub fn register_callback<F, R, Kind>(
        mut self,
        msg_type: &str,
        handler: F,
    ) -> Result<Self, RegisterError>
    where
        F: Fn(Message) -> R + Send + Sync + 'static,
        R: Outcome<Kind>,
    {
        self.app.routes.add_type(msg_type, R::bind(handler))?;
        Ok(self)
    }

    /// Registers the handler of one event: `subscribe`, `click`, …, in upper or lower case. A name that this version
    /// does not know is taken, and warned about when the server starts.
    ///
    /// # Errors
    /// [`RegisterError::Twice`] when there is a handler already; [`RegisterError::EmptyEventName`].
    pub fn register_event<F, R, Kind>(
        mut self,
        event: &str,
        handler: F,
    ) -> Result<Self, RegisterError>
    where
        F: Fn(Message) -> R + Send + Sync + 'static,
        R: Outcome<Kind>,
    {
        let warning = self.app.routes.add_event(event, R::bind(handler))?;
        self.app.warnings.extend(warning);
        Ok(self)
    }

    /// Registers the handler of everything that no other takes.
    ///
    /// Without one, such a callback is acknowledged with an empty body, and the log says so once for each type.
    ///
    /// # Errors
    /// [`RegisterError::Twice`] when there is one already.
    pub fn register_fallback<F, R, Kind>(mut self, handler: F) -> Result<Self, RegisterError>
    where
        F: Fn(Message) -> R + Send + Sync + 'static,
        R: Outcome<Kind>,
    {
        self.app.routes.set_fallback(R::bind(handler))?;
        Ok(self)
    }

    /// Sets the sink for replies that were not ready in time, or are too long for a passive reply.
    ///
    /// Default: with the feature `client` and a `secret` in the app's section they are sent as messages of their own, as
    /// `WeChatClient` does it; on an Official Account that needs `customer_service = true`.
    /// Otherwise late replies are logged as undeliverable, and long ones are cut and end in
    /// [`Reply::UNFINISHED`](crate::Reply::UNFINISHED).
    pub fn late_replies(mut self, sink: impl LateReplySink) -> Self {
        self.app.sink = Some(Arc::new(sink));
        self
    }

    /// Decides which callbacks are the same one. Default: [`DeliveryKey::of`].
    pub fn delivery_key(
        mut self,
        key_of: impl Fn(&Message) -> DeliveryKey + Send + Sync + 'static,
    ) -> Self {
        self.app.key_of = Some(Arc::new(key_of));
        self
    }

    /// Takes the time from `clock`. Default: the system's.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Serves the apps of `other` as well, each on the route of its own section. What is of `[system]`, and the clock,
    /// stays as it is here.
    pub fn and(mut self, other: Self) -> Self {
        self.others.push(other.app);
        self.others.extend(other.others);
        self
    }

    /// Where the configuration says to listen: `listen` of `[system]`.
    pub fn listen(&self) -> &str {
        &self.system.listen
    }

    /// The routes, to mount in an actix app of one's own, which then has the settings of its own server: body sizes are
    /// limited all the same, but time-outs, the log and stopping are its business.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), easy_wechat::BoxError> {
    /// use actix_web::{App, HttpServer, web};
    /// use easy_wechat::WeChatServer;
    ///
    /// let wechat = WeChatServer::new("demo")?.register_callback("text", |message| message)?.configure()?;
    /// HttpServer::new(move || {
    ///     App::new().route("/", web::get().to(async || "my own page")).configure(wechat.clone())
    /// })
    /// .bind("0.0.0.0:6000")?
    /// .run()
    /// .await?;
    /// # Ok(()) }
    /// ```
    ///
    /// Call it in the runtime on which handlers shall run: one that outlives the server's own threads.
    ///
    /// # Errors
    /// [`ServeError::SameRoute`] when two apps want the same one, [`ServeError::BadRoute`] when one is no path.
    pub fn configure(
        self,
    ) -> Result<impl Fn(&mut ServiceConfig) + Clone + Send + 'static, ServeError> {
        let (mount, _) = self.mount(Handle::try_current().ok().as_ref())?;
        Ok(move |config: &mut ServiceConfig| mount.routes(config))
    }

    /// What actix gets, and the count of the handlers that run.
    fn mount(self, runtime: Option<&Handle>) -> Result<(Mount, InFlight), ServeError> {
        for warning in self.warnings() {
            warn!("{warning}");
        }
        let in_flight = InFlight::new(self.system.max_in_flight);
        let pool = BlockingPool::new(MAX_BLOCKING);
        let limits = Limits {
            max_bytes: usize::try_from(self.system.max_body).unwrap_or(usize::MAX),
            ..Limits::default()
        };
        let mut mount = Mount::new(limits.max_bytes, self.system.healthz);
        for app in std::iter::once(self.app).chain(self.others) {
            let App {
                config,
                account,
                routes,
                sink,
                key_of,
                on_error,
                handler_timeout,
                observers,
                ..
            } = app;
            let sends_late = config.kind == AccountKind::WeCom || config.customer_service;
            let sink = sink.unwrap_or_else(|| usual_sink(&config, sends_late, &self.clock));
            let observers = Observers::start(&config.name, observers);
            let service = CallbackService::new(Settings {
                app: config.name.clone(),
                account,
                routes,
                sink,
                clock: self.clock.clone(),
                runtime: runtime.cloned(),
                in_flight: in_flight.clone(),
                pool: pool.clone(),
                key_of,
                reply_within: config.reply_within,
                max_callback_age: config.max_callback_age,
                deduplicate: config.deduplicate,
                sends_late,
                on_error,
                handler_timeout,
                observers,
                limits,
            });
            mount.add(&config.route_name, service)?;
        }
        Ok((mount, in_flight))
    }

    fn warnings(&self) -> impl Iterator<Item = &String> {
        let apps = std::iter::once(&self.app).chain(&self.others);
        self.system
            .warnings
            .iter()
            .chain(apps.flat_map(|app| &app.warnings))
    }
}

impl std::fmt::Debug for WeChatServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let apps = std::iter::once(&self.app)
            .chain(&self.others)
            .map(|app| (&app.config.name, &app.routes));
        f.debug_struct("WeChatServer")
            .field("apps", &apps.collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

/// Who brings late replies, where the user says nothing else.
#[cfg(feature = "client")]
fn usual_sink(config: &AppConfig, sends_late: bool, clock: &Clock) -> Arc<dyn LateReplySink> {
    if !sends_late {
        return Arc::new(Undeliverable(
            "customer_service is not set for this account",
        ));
    }
    if config.secret.is_none() {
        warn!(app = %config.name, "late replies cannot be sent: no secret in config.ini");
        return Arc::new(Undeliverable(
            "without secret in config.ini nothing can be sent",
        ));
    }
    match ClientBuilder::new(config.clone())
        .clock(clock.clone())
        .build()
    {
        Ok(client) => Arc::new(client),
        Err(error) => {
            let why = one_line(&error);
            warn!(app = %config.name, "late replies cannot be sent: {why}");
            Arc::new(Undeliverable(
                "the app's section lacks what is needed to send",
            ))
        }
    }
}

#[cfg(not(feature = "client"))]
fn usual_sink(_: &AppConfig, _: bool, _: &Clock) -> Arc<dyn LateReplySink> {
    Arc::new(Undeliverable(
        "nothing is set up to send it (LateReplySink, or the feature client)",
    ))
}

/// Handlers that block at the same time; as many as tokio allows.
const MAX_BLOCKING: usize = 512;
