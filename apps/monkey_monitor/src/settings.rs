//! Section `[monkey_monitor]` of `config.ini`, which may be missing.

use std::path::PathBuf;

use easy_wechat::{Config, ConfigError, Secret};

/// What the page is told.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PageSettings {
    /// `listen`: where page and callbacks are. Default: `listen` of `[system]`.
    pub listen: Option<String>,
    /// `address`: the page's address as it is told in the chat, like `https://example.com/monkey/`. Default: the one that
    /// is listened on, if others can open it: then it is neither 0.0.0.0 nor 127.0.0.1.
    pub address: Option<String>,
    /// Whether the chat is on this machine as well, as beside the sandbox: then an address of this machine is told too. Not
    /// in the section. Default: no.
    pub chat_is_here: bool,
    /// `password`: who wants to see the page must know it; any user name will do. Default: none.
    pub password: Option<Secret>,
    /// `max_viewers`: how many may watch the live picture at once. Default: 8.
    pub max_viewers: usize,
    /// `name_file`: where the last name goes that was entered on the page; a relative path stands beside the configuration
    /// file. Default: `monkey_name.txt` in the folder in which the program runs.
    pub name_file: PathBuf,
    /// What in the section is probably a mistake.
    pub warnings: Vec<String>,
}

impl Default for PageSettings {
    fn default() -> Self {
        Self {
            listen: None,
            address: None,
            chat_is_here: false,
            password: None,
            max_viewers: 8,
            name_file: "monkey_name.txt".into(),
            warnings: Vec::new(),
        }
    }
}

impl PageSettings {
    /// Reads the section.
    ///
    /// # Errors
    /// [`ConfigError::Malformed`] when a value is not what it should be; [`ConfigError::UnreadSection`] when a section of
    /// the file is read by no program.
    pub fn read(config: &Config) -> Result<Self, ConfigError> {
        let mut settings = Self::default();
        config.check_sections()?;
        let Ok(section) = config.section("monkey_monitor") else {
            return Ok(settings);
        };
        settings.listen = section.get("listen")?;
        settings.address = section.get("address")?;
        settings.password = section.secret("password")?;
        if let Some(viewers) = section.parse("max_viewers", "a whole number of viewers")? {
            settings.max_viewers = viewers;
        }
        if let Some(path) = section.path("name_file")? {
            settings.name_file = path;
        }
        settings.warnings = section.unknown_keys(KEYS);
        Ok(settings)
    }
}

/// The keys of `[monkey_monitor]`, in the order of config.ini.example.
pub const KEYS: &[&str] = &["listen", "address", "password", "max_viewers", "name_file"];

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "in a test a panic is a failure"
)]
mod tests {
    use super::*;
    use crate::camera::{self, CameraSettings};

    #[test]
    fn the_example_names_every_key_and_nothing_is_wrong_in_it() {
        let example = include_str!("../../../config.ini.example");
        let config = Config::parse(example, [("", ""); 0]).unwrap();
        assert_eq!(PageSettings::read(&config).unwrap().warnings, [""; 0]);
        assert_eq!(CameraSettings::read(&config).unwrap().warnings, [""; 0]);
        for (name, known) in [("camera", camera::KEYS), ("monkey_monitor", KEYS)] {
            let (_, section) = example.split_once(&format!("\n[{name}]\n")).unwrap();
            let section = section.split("\n[").next().unwrap();
            let keys = section
                .lines()
                .filter_map(|line| line.strip_prefix(';')?.split_once(" ="))
                .map(|(key, _)| key);
            let keys: Vec<&str> = keys.filter(|key| !key.contains(' ')).collect();
            assert_eq!(keys, known);
        }
    }

    #[test]
    fn a_misspelt_key_is_warned_of() {
        let text = "[camera]\nheigth = 240\n[monkey_monitor]\nmax_viewer = 2";
        let config = Config::parse(text, [("", ""); 0]).unwrap();
        for (warnings, hint) in [
            (CameraSettings::read(&config).unwrap().warnings, "height"),
            (PageSettings::read(&config).unwrap().warnings, "max_viewers"),
        ] {
            assert_eq!(warnings.len(), 1);
            assert!(
                warnings[0].contains(&format!("did you mean {hint}?")),
                "{warnings:?}"
            );
        }
    }
}
