//! Where programs keep what outlives them, when nobody says where.

use std::path::PathBuf;

use super::Environment;

/// The variables that say it; [`Environment`] has them beside its own.
pub(super) const STATE_VARIABLES: [&str; 4] =
    ["STATE_DIRECTORY", "XDG_STATE_HOME", "LOCALAPPDATA", "HOME"];

/// The folder for the state; `None` where the environment names none.
pub(super) fn default_state_path(environment: &Environment) -> Option<PathBuf> {
    let variable = |name: &str| {
        let value = environment.get(name).map(String::as_str);
        // Relative ones are to be ignored: https://specifications.freedesktop.org/basedir-spec/latest/
        value
            .map(PathBuf::from)
            .filter(|folder| folder.is_absolute())
    };
    // What systemd has made for the unit is used as it is; there may be several, with colons between them.
    if let Some(folders) = environment.get("STATE_DIRECTORY") {
        let first = PathBuf::from(folders.split(':').next().unwrap_or_default());
        if first.is_absolute() {
            return Some(first);
        }
    }
    let folder = variable("XDG_STATE_HOME")
        .or_else(|| variable("LOCALAPPDATA"))
        .or_else(|| variable("HOME").map(|home| home.join(".local/state")))?;
    Some(folder.join("easy_wechat"))
}
