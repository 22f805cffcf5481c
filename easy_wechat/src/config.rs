//! `config.ini` and the environment.
//!
//! A section for each app, and `[system]` for what they share. A value is looked for in this order:
//!
//! 1. the environment, `EASY_WECHAT_<SECTION>_<KEY>`: `EASY_WECHAT_DEMO_SECRET`. What is no letter or digit in the names is
//!    `_` there; an empty variable counts as none.
//! 2. the file that the environment names, `EASY_WECHAT_<SECTION>_<KEY>_FILE`, as Docker and systemd hand out secrets;
//! 3. the key in the section; 4. the file that the key's twin names: `secret_file = /run/secrets/demo`.
//!
//! A relative `…_file` is relative to the folder of the configuration file. White space and quotes around a value are
//! removed in all four places.
//!
//! How the file is read:
//!
//! - It is UTF-8, with or without a BOM, and with any line ends.
//! - A line that begins with `;` or `#` is a comment. There are no comments behind a value: `;` and `#` may be part of a
//!   password. Everything behind the first `=` (or `:`) is the value, white space around it removed, so it may hold `=`.
//! - A value may stand in `"…"` or `'…'`, to keep its white space. A backslash is a backslash.
//! - An empty value counts as none.
//! - A duplicate section or key is an error, as is a key before the first section.
//! - Full-width brackets, `=`, `:`, `;` and letters of keys, as typed in a Chinese input mode, are errors with their line.
//! - An unknown key of `[system]` or of an app is a warning that names the nearest known one.
//! - A section that no program reads is an error that names the nearest known one: see [`Config::check_sections`], also for
//!   sections of other programs in the same file (`other_sections`).
//! - An invalid character in a credential (`secret`, `token`, `encoding_aes_key`, `corpid`, `appid`, `webhook`), such as a
//!   carriage return, a zero-width character or a comment, is an error with its kind and place.
//! - An address with an ambiguous name or password is refused: see [`check_userinfo`].

mod address;
mod api;
mod app;
mod credential;
mod error;
mod file;
mod log_settings;
mod needs;
mod robot;
mod section;
mod sections;
mod state;
mod system;
mod value;

pub use address::{AddressError, check_userinfo};
#[cfg(feature = "client")]
pub(crate) use api::check_proxies;
pub use api::{ApiSettings, PlugInReaders, Proxy};
pub use app::{AppConfig, Credentials};
#[cfg(any(feature = "cli", feature = "client"))]
pub(crate) use credential::credential_fault;
pub use error::{ConfigError, Missing, Place};
pub use log_settings::{LogFormat, LogLevel, LogSettings};
pub use robot::Robot;
pub use section::Section;
#[cfg(feature = "server")]
pub(crate) use system::DEFAULT_LISTEN;
pub use system::SystemConfig;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use api::PROXY_VARIABLES;
use file::IniFile;
use state::{HOME, STATE_VARIABLES, USERS_HOME, default_config_path};

/// The configuration: a file, with the environment over it.
///
/// ```no_run
/// # fn main() -> Result<(), easy_wechat::BoxError> {
/// let config = easy_wechat::Config::load("config.ini")?;
/// let demo = config.app("demo")?;
/// println!("{} listens on {}", demo.corpid, config.system()?.listen);
/// # Ok(()) }
/// ```
#[derive(Default)]
pub struct Config {
    file: IniFile,
    environment: Environment,
    /// The sections that this program has asked for.
    asked: Mutex<BTreeSet<String>>,
    /// Whether somebody reads every section. Once it is so it stays so: what was asked for is never forgotten.
    all_read: OnceLock<()>,
}

/// The variables that begin with `EASY_WECHAT_`, and those that say where programs keep their state.
type Environment = BTreeMap<String, String>;

impl Config {
    /// Reads the first of:
    ///
    /// 1. the file that `$EASY_WECHAT_CONFIG` names;
    /// 2. `config.ini` in the working folder;
    /// 3. `config.ini` beside the executable;
    /// 4. `$XDG_CONFIG_HOME/easy_wechat/config.ini`, or `~/.config/easy_wechat/config.ini`, where `easy-wechat init` writes;
    /// 5. `/etc/easy_wechat/config.ini`.
    ///
    /// Where there is none, but the environment has variables for an app, these are the whole configuration.
    ///
    /// # Errors
    /// [`ConfigError::NotFound`] with the places that were looked at, and all of [`Config::load`].
    pub fn find() -> Result<Self, ConfigError> {
        let environment = environment();
        if let Some(path) = environment
            .get(CONFIG_VARIABLE)
            .filter(|path| !path.is_empty())
        {
            return Self::read(Path::new(path), environment.clone());
        }
        let beside_executable = std::env::current_exe()
            .ok()
            .and_then(|executable| Some(executable.parent()?.join(FILE_NAME)));
        let of_user = default_config_path(&environment).map(|folder| folder.join(FILE_NAME));
        let of_machine = cfg!(unix).then(|| Path::new(OF_THE_MACHINE).join(FILE_NAME));
        let places: Vec<PathBuf> = [
            Some(PathBuf::from(FILE_NAME)),
            beside_executable,
            of_user,
            of_machine,
        ]
        .into_iter()
        .flatten()
        .collect();
        if let Some(path) = places.iter().find(|path| path.is_file()) {
            return Self::read(path, environment);
        }
        let of_an_app = |name: &str| {
            name.starts_with(PREFIX) && name != CONFIG_VARIABLE && !name.starts_with(SYSTEM_PREFIX)
        };
        if environment
            .iter()
            .any(|(name, value)| of_an_app(name) && !value.is_empty())
        {
            return Ok(Self {
                environment,
                ..Self::default()
            });
        }
        Err(ConfigError::NotFound { places })
    }

    /// Returns the path of the user's file, the fourth place of [`Config::find`], which `easy-wechat init` writes. `None` when
    /// the environment names no home folder.
    pub fn user_file() -> Option<PathBuf> {
        Some(default_config_path(&environment())?.join(FILE_NAME))
    }

    /// Replaces a leading `~` by the home folder, as in every path of `config.ini`.
    ///
    /// # Errors
    /// [`ConfigError::Unreadable`] when the path begins with `~user`, or with `~` while `HOME` is not set.
    pub fn expand_home(path: impl AsRef<Path>) -> Result<PathBuf, ConfigError> {
        expanded_path(path.as_ref(), &environment())
    }

    /// Reads the file at `path`; a `~/` at its beginning is the home folder.
    ///
    /// # Errors
    /// [`ConfigError::Unreadable`] when it cannot be read, [`ConfigError::Syntax`], [`ConfigError::RepeatedSection`] or
    /// [`ConfigError::RepeatedKey`] when it is not what the [module](self) describes.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        Self::read(path.as_ref(), environment())
    }

    /// Takes `text` as the file and `variables` as the environment: for tests, and for what has its own files.
    ///
    /// # Errors
    /// As for [`Config::load`], but that nothing is read.
    pub fn parse<N: Into<String>, V: Into<String>>(
        text: &str,
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Self, ConfigError> {
        let file = IniFile::parse(Path::new(FILE_NAME), text)?;
        let environment = variables
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        Ok(Self {
            file,
            environment,
            ..Self::default()
        })
    }

    /// What all apps share: `[system]`, which may be missing.
    ///
    /// # Errors
    /// [`ConfigError::Malformed`] when a value is not what it should be.
    pub fn system(&self) -> Result<SystemConfig, ConfigError> {
        SystemConfig::read(&self.view(SYSTEM))
    }

    /// The section of one app.
    ///
    /// # Errors
    /// [`ConfigError::NoSection`] when there is none of that name, [`ConfigError::UnreadSection`] as
    /// [`Config::check_sections`] does, [`ConfigError::InvalidCharacter`] for an invalid character in a credential,
    /// [`ConfigError::Malformed`] for an invalid value. A missing key is an error only where it is needed: see
    /// [`AppConfig::account`].
    pub fn app(&self, name: &str) -> Result<AppConfig, ConfigError> {
        let section = self
            .section(name)
            .map_err(|error| self.among_accounts(error))?;
        self.check_sections()?;
        let mut app = AppConfig::read(&section, &self.view(SYSTEM))?;
        app.exposed.clone_from(&self.file.exposed);
        Ok(app)
    }

    /// Any section, for an app's own settings. [`Config::check_sections`] accepts it from then on.
    ///
    /// # Errors
    /// [`ConfigError::NoSection`] when it is neither in the file nor in the environment.
    pub fn section(&self, name: &str) -> Result<Section<'_>, ConfigError> {
        let section = self.view(name);
        if section.is_there() {
            self.asked().insert(name.to_owned());
            return Ok(section);
        }
        Err(ConfigError::NoSection {
            file: self.file.path.clone(),
            section: name.to_owned(),
            found: self.sections().map(str::to_owned).collect(),
        })
    }

    /// The names of the sections in the file, `system` left out.
    pub fn sections(&self) -> impl Iterator<Item = &str> {
        self.file
            .sections
            .keys()
            .map(String::as_str)
            .filter(|&name| name != SYSTEM)
    }

    fn read(path: &Path, environment: Environment) -> Result<Self, ConfigError> {
        Ok(Self {
            file: IniFile::load(&expanded_path(path, &environment)?)?,
            environment,
            ..Self::default()
        })
    }

    /// Lists only the sections of accounts in the error for a missing one.
    fn among_accounts(&self, error: ConfigError) -> ConfigError {
        let accounts: Vec<String> = self.accounts().map(str::to_owned).collect();
        match error {
            ConfigError::NoSection { file, section, .. } if !accounts.is_empty() => {
                ConfigError::NoSection {
                    file,
                    section,
                    found: accounts,
                }
            }
            error => error,
        }
    }

    fn asked(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn view(&self, name: &str) -> Section<'_> {
        Section::new(&self.file, &self.environment, name)
    }
}

/// Tells nothing of the values: they may be secrets.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("file", &self.file)
            .field("environment", &self.environment.keys())
            .finish_non_exhaustive()
    }
}

fn expanded_path(path: &Path, environment: &Environment) -> Result<PathBuf, ConfigError> {
    state::expanded(path, environment).map_err(|expected| ConfigError::Unreadable {
        path: path.to_owned(),
        source: io::Error::new(io::ErrorKind::InvalidInput, format!("expected {expected}")),
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that reads the environment"
)]
fn environment() -> Environment {
    let text = |text: OsString| text.into_string().ok();
    let mut environment: Environment = std::env::vars_os()
        .filter_map(|(name, value)| Some((text(name)?, value)))
        .filter_map(|(name, value)| {
            // Invalid UTF-8 in one of our variables becomes U+FFFD, which is refused when the value is read.
            let value = if name.starts_with(PREFIX) {
                value.to_string_lossy().into_owned()
            } else {
                text(value)?
            };
            Some((name, value))
        })
        .filter(|(name, _)| {
            name.starts_with(PREFIX)
                || STATE_VARIABLES.contains(&name.as_str())
                || PROXY_VARIABLES.contains(&name.as_str())
        })
        .collect();
    // Where the variable is missing, as under `env -i`, the system's list of users has it.
    if !environment.contains_key(HOME)
        && let Some(home) = std::env::home_dir().and_then(|home| text(home.into_os_string()))
    {
        environment.insert(USERS_HOME.to_owned(), home);
    }
    environment
}

/// The names of the variables of the configuration.
#[cfg(feature = "cli")]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that reads the environment"
)]
pub(crate) fn variables() -> Vec<OsString> {
    std::env::vars_os()
        .map(|(name, _)| name)
        .filter(|name| name.to_string_lossy().starts_with(PREFIX))
        .collect()
}

const FILE_NAME: &str = "config.ini";
const OF_THE_MACHINE: &str = "/etc/easy_wechat";
const SYSTEM: &str = "system";
const PREFIX: &str = "EASY_WECHAT_";
const SYSTEM_PREFIX: &str = "EASY_WECHAT_SYSTEM_";
/// Names the configuration file.
pub(crate) const CONFIG_VARIABLE: &str = "EASY_WECHAT_CONFIG";
