use std::path::PathBuf;
use std::time::Duration;

use super::Section;
use super::error::ConfigError;
use super::state::default_log_path;
use super::system::one_of;
use super::value::{Bytes, Days};

/// Where the log goes, what is in it, and how long it is kept.
///
/// ```
/// # use easy_wechat::config::{LogFormat, LogSettings};
/// let mut settings = LogSettings::default();
/// settings.dir = Some("/var/log/easy_wechat".into());
/// settings.format = LogFormat::Json;
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LogSettings {
    /// The directory of the file, created with mode 0700 when it is missing. With `None`, the value of
    /// [`LogSettings::default`], or an empty path no file is written, and lines go to stderr.
    ///
    /// Default in `config.ini`: `$LOGS_DIRECTORY` or `$STATE_DIRECTORY` of systemd, else `easy_wechat` in `$XDG_STATE_HOME`
    /// or `~/.local/state` (`%LOCALAPPDATA%` on Windows); `None` when none of them is known.
    pub dir: Option<PathBuf>,
    /// The file's name, without a directory. Default: `easy_wechat.log`.
    ///
    /// A server should have a file to itself: where several processes write one, some lines get into
    /// the file that another has just set aside. It is created with mode 0640, less the umask. Only a regular file is
    /// written: a link, FIFO or device in its place is treated as a file that cannot be written.
    pub name: String,
    /// The least severe level that is logged. Default: INFO.
    ///
    /// Unless it is DEBUG or TRACE, the libraries below the server (actix, tokio, hyper, rustls, …)
    /// are heard from WARN on only.
    pub level: LogLevel,
    /// How a line looks. Default: [`LogFormat::Human`].
    pub format: LogFormat,
    /// The size in bytes over which no line makes the file grow: it is set aside as
    /// `easy_wechat.log.2026-11-20.001` and a new one begun. A longer line gets a file to itself.
    /// Default: 10 MiB; 0 is no limit.
    pub max_size: u64,
    /// How many files that were set aside are kept, newest first. Default: 10; 0 keeps all that
    /// `max_age` allows.
    pub max_files: usize,
    /// A file that was set aside is removed once the whole day in its name is longer ago than this.
    /// Looked at when a file is opened, so at the start and at each rotation. Default: zero, which
    /// is no limit.
    pub max_age: Duration,
    /// Whether each day of `time_zone` has a file of its own. Default: true.
    pub daily: bool,
    /// The IANA name of the time zone in which lines and files are dated. Default: `Asia/Shanghai`.
    pub time_zone: String,
    /// Whether lines go to stderr. Default: true. When false they still do while the file cannot be
    /// written, or has no directory. A file system that hangs does not delay stderr.
    pub stderr: bool,
    /// Whether lines go to the file. Default: true.
    pub file: bool,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self {
            dir: None,
            name: "easy_wechat.log".to_owned(),
            level: LogLevel::Info,
            format: LogFormat::Human,
            max_size: 10 * 1024 * 1024,
            max_files: 10,
            max_age: Duration::ZERO,
            daily: true,
            time_zone: "Asia/Shanghai".to_owned(),
            stderr: true,
            file: true,
        }
    }
}

/// How severe an event is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum LogLevel {
    /// Nothing is logged.
    Off,
    /// What failed.
    Error,
    /// What needs somebody's attention.
    Warn,
    /// A line for each callback.
    #[default]
    Info,
    /// What people write, too.
    Debug,
    /// Everything.
    Trace,
}

/// How an event becomes a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogFormat {
    /// `2026-11-20 23:40:22.123 +08:00 INFO  target: message key=value other="has a space"`
    #[default]
    Human,
    /// `{"time":"2026-11-20T23:40:22.123+08:00","level":"INFO","target":"…","message":"…","key":7}`
    ///
    /// A field that is itself called `time`, `level` or `target` gets an underscore at its end.
    Json,
}

impl LogSettings {
    /// Reads the keys `log_…` of `[system]`.
    pub(super) fn read(section: &Section<'_>) -> Result<Self, ConfigError> {
        let default = Self::default();
        Ok(Self {
            dir: match section.get("log_path")? {
                Some(path) => Some(section.expand_home("log_path", path)?),
                None => default_log_path(section.environment()),
            },
            name: read_name(section)?.unwrap_or(default.name),
            level: match one_of(section, "log_level", LEVELS)? {
                Some("off") => LogLevel::Off,
                Some("error") => LogLevel::Error,
                Some("warn") => LogLevel::Warn,
                Some("debug") => LogLevel::Debug,
                Some("trace") => LogLevel::Trace,
                _ => LogLevel::Info,
            },
            format: match one_of(section, "log_format", &["human", "json"])? {
                Some("json") => LogFormat::Json,
                _ => LogFormat::Human,
            },
            max_size: section
                .value("log_max_size")?
                .map_or(default.max_size, |Bytes(bytes)| bytes),
            max_files: section.value("log_max_files")?.unwrap_or(default.max_files),
            max_age: section
                .value("log_max_age")?
                .map_or(default.max_age, |Days(age)| age),
            daily: section.value("log_daily")?.unwrap_or(default.daily),
            time_zone: section.get("log_time_zone")?.unwrap_or(default.time_zone),
            stderr: section.value("log_stderr")?.unwrap_or(default.stderr),
            file: section.value("log_file")?.unwrap_or(default.file),
        })
    }
}

fn read_name(section: &Section<'_>) -> Result<Option<String>, ConfigError> {
    match section.get("log_name")? {
        Some(name) if name.contains(['/', '\\']) || name == "." || name == ".." => Err(section
            .malformed(
                "log_name",
                name.as_str(),
                "a file name; its folder is log_path",
            )),
        name => Ok(name),
    }
}

const LEVELS: &[&str] = &["off", "error", "warn", "info", "debug", "trace"];
