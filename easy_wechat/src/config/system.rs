use std::time::Duration;

use super::Section;
use super::api;
use super::error::ConfigError;
use super::log_settings::LogSettings;
use super::value::{Bytes, Seconds};

/// `[system]`: what all apps of a process share.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SystemConfig {
    /// Where to listen, as `address:port`. Default: `0.0.0.0:6000`.
    pub listen: String,
    /// The path of callbacks, for apps that do not say their own. Default: `weixin`.
    pub route_name: String,
    /// How many threads take requests. Default: 0, which is one for each core.
    pub workers: usize,
    /// The longest body that is read, in bytes. Default: 64 KiB; the platform sends less than 10 KiB.
    pub max_body: u64,
    /// How many handlers may run at once, all apps together; one more callback is answered with 503, and the platform
    /// sends it again. Default: 8192.
    pub max_in_flight: usize,
    /// How long handlers may go on when the server stops. Default: 10 s.
    pub shutdown_timeout: Duration,
    /// Whether `GET /healthz` answers `ok`. Default: no.
    pub healthz: bool,
    /// The sections of the file that other programs read, which [`Config::check_sections`] accepts. A name that ends in `*`
    /// matches every section with that prefix. Default: none.
    ///
    /// [`Config::check_sections`]: super::Config::check_sections
    pub other_sections: Vec<String>,
    /// What is logged, and where to.
    pub log: LogSettings,
    /// What in the section is probably a mistake.
    pub warnings: Vec<String>,
}

impl SystemConfig {
    pub(super) fn read(section: &Section<'_>) -> Result<Self, ConfigError> {
        Ok(Self {
            listen: section
                .get("listen")?
                .unwrap_or_else(|| DEFAULT_LISTEN.to_owned()),
            route_name: section
                .get("route_name")?
                .unwrap_or_else(|| DEFAULT_ROUTE.to_owned()),
            workers: section.value("workers")?.unwrap_or(0),
            max_body: section
                .value("max_body")?
                .map_or(64 << 10, |Bytes(bytes)| bytes),
            max_in_flight: at_least_one(section, "max_in_flight")?.unwrap_or(8192),
            shutdown_timeout: section
                .value("shutdown_timeout")?
                .map_or(Duration::from_secs(10), |Seconds(duration)| duration),
            healthz: section.value("healthz")?.unwrap_or(false),
            other_sections: other_sections(section)?,
            log: LogSettings::read(section)?,
            warnings: section.unknown_keys(&[KEYS, &api::KEYS].concat()),
        })
    }
}

/// The one of `names` that stands there, in any case.
pub(super) fn one_of<'a>(
    section: &Section<'_>,
    key: &str,
    names: &[&'a str],
) -> Result<Option<&'a str>, ConfigError> {
    let Some(text) = section.get(key)? else {
        return Ok(None);
    };
    match names.iter().find(|name| name.eq_ignore_ascii_case(&text)) {
        Some(name) => Ok(Some(name)),
        None => Err(section.malformed(key, text.as_str(), &format!("one of {}", names.join(", ")))),
    }
}

/// The names in `other_sections`.
pub(super) fn other_sections(section: &Section<'_>) -> Result<Vec<String>, ConfigError> {
    let list = section.get("other_sections")?.unwrap_or_default();
    let names = list.split([',', '，']).map(str::trim);
    Ok(names
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect())
}

fn at_least_one(section: &Section<'_>, key: &str) -> Result<Option<usize>, ConfigError> {
    match section.value::<usize>(key)? {
        Some(0) => Err(section.malformed(key, "0", "a whole number of at least 1")),
        number => Ok(number),
    }
}

/// The default of `listen`.
pub(crate) const DEFAULT_LISTEN: &str = "0.0.0.0:6000";

/// The path of callbacks where nothing else is said.
pub(super) const DEFAULT_ROUTE: &str = "weixin";

/// The keys of `[system]`, in the order of `config.ini.example`.
pub(super) const KEYS: &[&str] = &[
    "listen",
    "route_name",
    "reply_within",
    "max_callback_age",
    "deduplicate",
    "workers",
    "max_body",
    "max_in_flight",
    "shutdown_timeout",
    "healthz",
    "log_path",
    "log_name",
    "log_level",
    "log_format",
    "log_max_size",
    "log_max_files",
    "log_max_age",
    "log_daily",
    "log_time_zone",
    "log_stderr",
    "log_file",
    "other_sections",
];
