//! The section `[ticket_watcher]` of `config.ini`. It may be missing, as may each key.

use std::str::FromStr;
use std::time::Duration;

use easy_wechat::{Config, ConfigError};

use crate::engine::EngineSettings;
use crate::pace::{FLOOR, PaceSettings};
use crate::railway::{Railway, RailwaySettings};
use crate::stations::Stations;

/// All settings of the app.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// `base_url`, `timeout`, `request_gap`: how 12306 is reached.
    pub railway: RailwaySettings,
    /// `poll_interval`, `max_watches_per_user`, `max_watches`.
    pub engine: EngineSettings,
    /// `stations`: the file of a list that `ticket_watcher stations --refresh` wrote; a relative path stands beside the
    /// configuration file. Default: the bundled list.
    pub stations: Option<Stations>,
    /// What in the section is probably a mistake.
    pub warnings: Vec<String>,
}

impl Settings {
    /// Reads the section.
    ///
    /// # Errors
    /// [`ConfigError::Malformed`] with file, section and key when a value is not what it should be;
    /// [`ConfigError::UnreadSection`] when a section of the file is read by no program.
    pub fn read(config: &Config) -> Result<Self, ConfigError> {
        config.check_sections()?;
        let section = match config.section(SECTION) {
            Ok(section) => section,
            Err(ConfigError::NoSection { .. }) => return Ok(Self::default()),
            Err(error) => return Err(error),
        };
        let mut settings = Self::default();
        if let Some(Address(url)) =
            section.parse("base_url", "an address like https://kyfw.12306.cn")?
        {
            settings.railway.base_url = url;
        }
        if let Some(Number(seconds)) =
            section.parse::<Number<1, 60>>("timeout", "seconds, 1 to 60")?
        {
            settings.railway.timeout = Duration::from_secs(seconds);
        }
        if let Some(Number(seconds)) =
            section.parse::<Number<3, 60>>("request_gap", "seconds, 3 to 60")?
        {
            settings.railway.gap = Duration::from_secs(seconds);
        }
        let interval = section
            .parse::<Number<{ FLOOR.as_secs() }, 3600>>("poll_interval", "seconds, 20 to 3600")?;
        if let Some(Number(seconds)) = interval {
            settings.engine.pace.interval = Duration::from_secs(seconds);
        }
        let cap = |key| section.parse::<Number<1, 5000>>(key, "a number from 1 to 5000");
        let number =
            |Number(number): Number<1, 5000>| usize::try_from(number).unwrap_or(usize::MAX);
        if let Some(cap) = cap("max_watches_per_user")? {
            settings.engine.max_per_user = number(cap);
        }
        if let Some(cap) = cap("max_watches")? {
            settings.engine.max_watches = number(cap);
        }
        settings.engine.pace = PaceSettings {
            gap: settings.railway.gap,
            ..settings.engine.pace
        };
        if let Some(path) = section.path("stations")? {
            let list = std::fs::read_to_string(&path)
                .ok()
                .and_then(|text| Stations::parse(&text).ok());
            let found = path.display().to_string();
            let stations =
                list.ok_or_else(|| section.malformed("stations", found.as_str(), LIST))?;
            settings.stations = Some(stations);
        }
        settings.warnings = section.unknown_keys(KEYS);
        Ok(settings)
    }
}

/// An address that [`Railway`] takes.
struct Address(String);

impl FromStr for Address {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let settings = RailwaySettings {
            base_url: text.to_owned(),
            ..RailwaySettings::default()
        };
        Railway::new(&settings)
            .map(|_| Self(text.to_owned()))
            .map_err(|_| ())
    }
}

/// A number between the two.
struct Number<const LEAST: u64, const MOST: u64>(u64);

impl<const LEAST: u64, const MOST: u64> FromStr for Number<LEAST, MOST> {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let number = text.parse().map_err(|_| ())?;
        (LEAST..=MOST)
            .contains(&number)
            .then_some(Self(number))
            .ok_or(())
    }
}

const LIST: &str = "a readable file that `ticket_watcher stations --refresh FILE` wrote";

/// The keys of the section, in the order of config.ini.example.
pub const KEYS: &[&str] = &[
    "base_url",
    "timeout",
    "request_gap",
    "poll_interval",
    "max_watches_per_user",
    "max_watches",
    "stations",
];

/// The section's name.
pub const SECTION: &str = "ticket_watcher";

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Settings, ConfigError> {
        Settings::read(&Config::parse(text, [("", ""); 0])?)
    }

    #[test]
    fn the_section_and_each_of_its_keys_may_be_missing() {
        let settings = read("[demo]\ncorpid = x").unwrap();
        assert_eq!(settings.railway.base_url, "https://kyfw.12306.cn");
        assert_eq!(settings.engine, EngineSettings::default());
        let settings = read(
            "[ticket_watcher]\nbase_url = http://127.0.0.1:1\npoll_interval = 90\nmax_watches_per_user=3",
        )
        .unwrap();
        assert_eq!(settings.railway.base_url, "http://127.0.0.1:1");
        assert_eq!(settings.engine.pace.interval, Duration::from_secs(90));
        assert_eq!(
            (settings.engine.max_per_user, settings.engine.max_watches),
            (3, 500)
        );
    }

    #[test]
    fn a_misspelt_key_is_warned_of_and_the_example_has_none() {
        let settings = read("[ticket_watcher]\npoll_intervall = 90").unwrap();
        assert_eq!(settings.warnings.len(), 1);
        assert!(settings.warnings[0].contains("did you mean poll_interval?"));
        let example = include_str!("../../../config.ini.example");
        assert_eq!(read(example).unwrap().warnings, [""; 0]);
        let (_, section) = example.split_once("\n[ticket_watcher]\n").unwrap();
        let section = section.split("\n[").next().unwrap();
        let keys = section
            .lines()
            .filter_map(|line| line.strip_prefix(';')?.split_once(" ="));
        let keys = keys.map(|(key, _)| key).filter(|key| !key.contains(' '));
        assert_eq!(keys.collect::<Vec<_>>(), KEYS);
    }

    #[test]
    fn a_malformed_value_is_named_with_its_place() {
        for (line, said) in [
            (
                "base_url = kyfw",
                "[ticket_watcher] base_url is \"kyfw\", but should be an address like https://kyfw.12306.cn",
            ),
            (
                "poll_interval = 5",
                "[ticket_watcher] poll_interval is \"5\", but should be seconds, 20 to 3600",
            ),
            (
                "poll_interval = 1m",
                "[ticket_watcher] poll_interval is \"1m\"",
            ),
            ("request_gap = 0", "[ticket_watcher] request_gap is \"0\""),
            ("max_watches = -1", "[ticket_watcher] max_watches is \"-1\""),
            (
                "stations = /nowhere",
                "[ticket_watcher] stations is \"/nowhere\", but should be a readable file",
            ),
            ("timeout = 0", "[ticket_watcher] timeout is \"0\""),
        ] {
            let error = read(&format!("[ticket_watcher]\n{line}"))
                .unwrap_err()
                .to_string();
            assert!(
                error.contains("config.ini: ") && error.contains(said),
                "{error}"
            );
        }
    }
}
