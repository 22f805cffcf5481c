use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use super::app::{App, made_up_id};
use super::serve::{self, Serving};
use super::world::{Timing, World};
use super::{Sandbox, SandboxError};
use crate::clock::Clock;
use crate::config::AppConfig;
use crate::platform::{AccountKind, Mode};

/// A [`Sandbox`] before it starts.
///
/// ```
/// # #[cfg(feature = "sandbox")] {
/// use easy_wechat::Mode;
/// use easy_wechat::sandbox::Sandbox;
///
/// let builder = Sandbox::builder().official_account(Mode::Safe).listen("127.0.0.1:8686");
/// # let _ = builder; }
/// ```
#[derive(Debug)]
#[must_use = "a builder does nothing until it is started"]
pub struct SandboxBuilder {
    listen: String,
    expose: bool,
    app: Source,
    clock: Clock,
    timing: Timing,
    keep: usize,
}

#[derive(Debug)]
enum Source {
    MadeUp(AccountKind, Mode),
    Config(Box<AppConfig>),
}

impl SandboxBuilder {
    pub(super) fn new() -> Self {
        Self {
            listen: "127.0.0.1:0".to_owned(),
            expose: false,
            app: Source::MadeUp(AccountKind::WeCom, Mode::Safe),
            clock: Clock::movable(),
            timing: Timing {
                verify: Duration::from_secs(1),
                answer: Duration::from_secs(5),
                resends: 3,
                late_within: Duration::from_secs(1),
            },
            keep: 2000,
        }
    }

    /// Where the page and the API are. Default: `127.0.0.1:0`, any free port.
    pub fn listen(mut self, addr: impl Into<String>) -> Self {
        self.listen = addr.into();
        self
    }

    /// Allows an address that other machines reach. They see all messages and keys, and there is no password.
    pub fn expose(mut self) -> Self {
        self.expose = true;
        self
    }

    /// Plays an Official Account (公众号) in this mode. Default: WeCom.
    pub fn official_account(mut self, mode: Mode) -> Self {
        self.app = Source::MadeUp(AccountKind::OfficialAccount, mode);
        self
    }

    /// Takes platform, ids and keys from a section of `config.ini`; what it leaves out is made up.
    pub fn app(mut self, config: AppConfig) -> Self {
        self.app = Source::Config(Box::new(config));
        self
    }

    /// The clock. Default: [`Clock::movable`].
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// How long the platform waits for the answer to a message. Default: 5 s, as the platform does; a test that wants to
    /// see re-sends need not wait that long.
    pub fn answer_within(mut self, patience: Duration) -> Self {
        self.timing.answer = patience;
        self
    }

    /// How long [`Member::says`](super::Member::says) waits for a proactive message after a callback that was
    /// acknowledged without a reply, where no server reports to [`Sandbox::observer`]. A test of a handler that takes longer
    /// than the deadline sets more, or has the server report. Default: 1 s.
    pub fn late_within(mut self, patience: Duration) -> Self {
        self.timing.late_within = patience;
        self
    }

    /// How many items of each conversation, how many callbacks and how many calls are kept. Default: 2,000; at least 10.
    pub fn keep(mut self, items: usize) -> Self {
        self.keep = items.max(10);
        self
    }

    /// Starts it in the background of the current runtime.
    ///
    /// # Errors
    /// [`SandboxError`]: an address that cannot be listened on, or that others reach without [`SandboxBuilder::expose`];
    /// keys that are none.
    #[expect(
        clippy::unused_async,
        reason = "it needs the runtime that only an async caller surely has"
    )]
    pub async fn start(self) -> Result<Sandbox, SandboxError> {
        let (app, name) = match &self.app {
            Source::MadeUp(kind, mode) => {
                (App::made_up(*kind, *mode, &made_up_id(*kind), 0)?, None)
            }
            Source::Config(config) => (App::from_config(config)?, Some(config.name.clone())),
        };
        let listener = serve::listen(&self.listen, self.expose)?;
        let addr = listener.local_addr().map_err(SandboxError::Runtime)?;
        let url = format!("http://{}", reachable(addr));
        let http = super::callback::client()?;
        let world = World::new(app, name, self.clock, self.timing, self.keep, url, http);
        let world = Arc::new(world);
        let serving = Serving::start(listener, addr, Arc::clone(&world))?;
        Ok(Sandbox {
            world,
            serving: Arc::new(serving),
        })
    }
}

/// An address that this machine can call: `0.0.0.0` is none.
fn reachable(addr: SocketAddr) -> SocketAddr {
    match addr {
        SocketAddr::V4(v4) if v4.ip().is_unspecified() => ([127, 0, 0, 1], v4.port()).into(),
        SocketAddr::V6(v6) if v6.ip().is_unspecified() => {
            (std::net::Ipv6Addr::LOCALHOST, v6.port()).into()
        }
        _ => addr,
    }
}
