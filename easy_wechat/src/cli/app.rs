//! What all commands that call the platform have in common: which app, what is printed, where it is logged.

use std::io::{self, IsTerminal as _};
use std::path::PathBuf;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use super::keys;
use super::outcome::usage;
use crate::BoxError;
use crate::client::{WeChatClient, Webhook};
use crate::clock::Clock;
use crate::config::{Config, ConfigError};
use crate::log::{self, LogError, LogGuard};

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Global options")]
pub(super) struct AppArgs {
    /// The configuration file, also set by `EASY_WECHAT_CONFIG` [default: ./config.ini, beside this program, in `~/.config/easy_wechat` or `/etc/easy_wechat`]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The section of config.ini [default: `demo`, or the only one]
    #[arg(long, value_name = "SECTION")]
    app: Option<String>,
    /// How long to wait for the rate limit and for a busy platform [default: `api_patience`, 15]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(0..=86_400))]
    patience: Option<u32>,
    /// Print nothing on success
    #[arg(long, short)]
    quiet: bool,
}

/// A client, or a robot, and what it needs around it until the command ends.
pub(super) struct App<C = WeChatClient> {
    pub(super) client: C,
    pub(super) quiet: bool,
    runtime: Runtime,
    _log: Option<LogGuard>,
}

impl AppArgs {
    /// Reads the configuration and begins the log. Nothing is sent yet.
    pub(super) fn open(&self) -> Result<App, BoxError> {
        let config = self.config()?;
        let section = keys::section_of(&config, self.app.as_deref());
        let mut builder = WeChatClient::builder(&config, section)?;
        if let Some(patience) = self.patience() {
            builder = builder.patience(patience);
        }
        self.around(builder.build()?, &config)
    }

    /// The same for the robot of a section.
    pub(super) fn open_robot(&self, section: &str) -> Result<App<Webhook>, BoxError> {
        // A webhook in the place of its section is a secret, which an error must not show.
        if section.len() > LONGEST_SECTION || section.contains("://") || section.contains("key=") {
            return Err(usage(
                "invalid value for --robot: expected the name of a section of config.ini; write the webhook into that section",
            ));
        }
        let config = self.config()?;
        let mut robot = Webhook::from_config(&config, section)?;
        if let Some(patience) = self.patience() {
            robot = robot.patience(patience);
        }
        self.around(robot, &config)
    }

    fn config(&self) -> Result<Config, ConfigError> {
        self.config.as_ref().map_or_else(Config::find, Config::load)
    }

    fn patience(&self) -> Option<Duration> {
        self.patience
            .map(|seconds| Duration::from_secs(u64::from(seconds)))
    }

    fn around<C>(&self, client: C, config: &Config) -> Result<App<C>, BoxError> {
        Ok(App {
            client,
            quiet: self.quiet,
            runtime: Builder::new_current_thread().enable_all().build()?,
            _log: begin_log(config, self.quiet)?,
        })
    }
}

impl<C> App<C> {
    pub(super) fn block_on<T>(&self, call: impl Future<Output = T>) -> T {
        self.runtime.block_on(call)
    }

    /// Ends the log, and waits for no thread: one that looks up a name may do so for a minute after the call gave up.
    pub(super) fn end(self) {
        self.runtime.shutdown_background();
    }

    /// Whether progress is shown.
    pub(super) fn shows_progress(&self) -> bool {
        !self.quiet && io::stderr().is_terminal()
    }
}

/// The log goes to a file of its own: that of a server belongs to the server. The terminal shows what comes of the
/// command, not its log.
fn begin_log(config: &Config, quiet: bool) -> Result<Option<LogGuard>, BoxError> {
    let mut settings = config.system()?.log;
    let stem = settings.name.strip_suffix(".log").unwrap_or(&settings.name);
    settings.name = format!("{stem}.command.log");
    match log::init_for_command(&settings, Clock::system(), quiet) {
        Ok(guard) => Ok(guard),
        Err(LogError::AlreadySet) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// A name that is longer is taken for the key of a webhook, which has 36 characters.
const LONGEST_SECTION: usize = 31;
