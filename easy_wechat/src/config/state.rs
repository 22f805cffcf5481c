//! The default folders for state, logs and configuration, and the home folder.

use std::path::{Path, PathBuf};

use super::Environment;

/// The variables that say it; [`Environment`] has them beside its own.
pub(super) const STATE_VARIABLES: [&str; 6] = [
    "LOGS_DIRECTORY",
    "STATE_DIRECTORY",
    "XDG_STATE_HOME",
    "XDG_CONFIG_HOME",
    "LOCALAPPDATA",
    HOME,
];

/// The folder for the state; `None` where the environment names none.
pub(super) fn default_state_path(environment: &Environment) -> Option<PathBuf> {
    of_systemd(environment, "STATE_DIRECTORY").or_else(|| {
        of_user(
            environment,
            "XDG_STATE_HOME",
            ".local/state",
            &[HOME, USERS_HOME],
        )
    })
}

/// The folder for the log; `None` when the environment names none. Never one that several users share.
pub(super) fn default_log_path(environment: &Environment) -> Option<PathBuf> {
    of_systemd(environment, "LOGS_DIRECTORY")
        .or_else(|| of_systemd(environment, "STATE_DIRECTORY"))
        .or_else(|| of_user(environment, "XDG_STATE_HOME", ".local/state", &[HOME]))
}

/// The folder of a user's `config.ini`; `None` when the environment names none.
pub(super) fn default_config_path(environment: &Environment) -> Option<PathBuf> {
    of_user(environment, "XDG_CONFIG_HOME", ".config", &[HOME])
}

/// Replaces a leading `~` by the home folder.
///
/// # Errors
/// What is expected instead, when it begins with `~user` or `HOME` is not set.
pub(super) fn expanded(path: &Path, environment: &Environment) -> Result<PathBuf, &'static str> {
    let mut parts = path.components();
    let first = parts
        .next()
        .map(|first| first.as_os_str().to_string_lossy());
    match first.as_deref() {
        Some("~") => match absolute(environment, HOME) {
            Some(home) => Ok(home.join(parts.as_path())),
            None => Err("an absolute path, because HOME is not set"),
        },
        Some(user) if user.starts_with('~') => {
            Err("an absolute path, or one that begins with ~/ (~user is unsupported)")
        }
        _ => Ok(path.to_owned()),
    }
}

/// The folder that systemd has created for the unit; the first of several, which are separated by colons.
fn of_systemd(environment: &Environment, name: &str) -> Option<PathBuf> {
    let folders = environment.get(name)?;
    let first = PathBuf::from(folders.split(':').next().unwrap_or_default());
    first.is_absolute().then_some(first)
}

fn of_user(environment: &Environment, xdg: &str, in_home: &str, homes: &[&str]) -> Option<PathBuf> {
    let folder = absolute(environment, xdg)
        .or_else(|| absolute(environment, "LOCALAPPDATA"))
        .or_else(|| {
            let home = homes.iter().find_map(|home| absolute(environment, home));
            home.map(|home| home.join(in_home))
        })?;
    Some(folder.join("easy_wechat"))
}

/// The folder of a variable. Relative paths must be ignored: <https://specifications.freedesktop.org/basedir-spec/latest/>
fn absolute(environment: &Environment, name: &str) -> Option<PathBuf> {
    let folder = environment.get(name).map(PathBuf::from);
    folder.filter(|folder| folder.is_absolute())
}

pub(super) const HOME: &str = "HOME";

/// The entry of [`Environment`] for the home folder in the system's user database. It is not a variable.
pub(super) const USERS_HOME: &str = "~";
