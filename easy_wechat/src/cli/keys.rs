//! The app that a command is about, and the others beside it.

use std::path::Path;

use crate::config::{AppConfig, Config, ConfigError};
use crate::diagnosis::Keys;

/// The app of `section`, or when none is named `demo`, else the only one; and the keys of all others that have some.
///
/// # Errors
/// [`ConfigError`]: there is no such file or section, or a value in it is malformed.
pub(super) fn choose(
    file: Option<&Path>,
    section: Option<&str>,
) -> Result<(AppConfig, Vec<Keys>), ConfigError> {
    let config = load(file)?;
    let name = section_of(&config, section);
    Ok((config.app(name)?, of_others(&config, name)))
}

/// The section that was asked for; else `demo`, or the only app that there is. A robot's section is no app.
pub(super) fn section_of<'a>(config: &'a Config, asked: Option<&'a str>) -> &'a str {
    let mut apps = config.accounts().filter(|name| !config.is_robot(name));
    asked.unwrap_or_else(|| match (apps.next(), apps.next()) {
        (Some(only), None) => only,
        _ => DEFAULT,
    })
}

/// The keys of any one app, and those of all others.
///
/// # Errors
/// As for [`choose`], when no app has keys.
pub(super) fn all(file: Option<&Path>) -> Result<(Keys, Vec<Keys>), ConfigError> {
    let config = load(file)?;
    config.check_sections()?;
    let mut all = of_others(&config, "").into_iter();
    if let Some(first) = all.next() {
        return Ok((first, all.collect()));
    }
    let (app, others) = choose(file, None)?;
    Ok((Keys::from(&app), others))
}

fn load(file: Option<&Path>) -> Result<Config, ConfigError> {
    file.map_or_else(Config::find, Config::load)
}

fn of_others(config: &Config, name: &str) -> Vec<Keys> {
    config
        .sections()
        .filter(|other| *other != name)
        // What is wrong in the section of another app is no concern of this one.
        .filter_map(|other| config.app(other).ok())
        .filter(|other| other.token.is_some())
        .map(|other| Keys::from(&other))
        .collect()
}

const DEFAULT: &str = "demo";
