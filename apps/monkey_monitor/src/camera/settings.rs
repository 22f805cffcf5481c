use std::path::PathBuf;
use std::time::Duration;

use easy_wechat::{Clock, Config, ConfigError};

use super::format::{EXPECTED_FORMAT, Format};
use super::source::{EXPECTED_SOURCE, Source, SourceError};

/// Section `[camera]` of `config.ini`, which may be missing.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CameraSettings {
    /// `source`: where the pictures come from. Default: [`Source::Synthetic`].
    pub source: Source,
    /// `width` in pixels, 16 to 4096. Default: 640.
    pub width: u16,
    /// `height` in pixels, 16 to 4096. Default: 480.
    pub height: u16,
    /// `rate` in pictures a second, 1 to 30. Default: 10.
    pub rate: u32,
    /// `format`: what a device is asked for. Default: [`Format::Auto`].
    pub format: Format,
    /// `ffmpeg`: the program, by name or path. Default: `ffmpeg`.
    pub ffmpeg: PathBuf,
    /// `rpicam`: the program, by name or path. Default: `rpicam-vid`.
    pub rpicam: PathBuf,
    /// A camera that gives no picture for so long is dead, and started again. 5 seconds.
    pub silence: Duration,
    /// How long it runs on when nobody looks any more. 5 seconds.
    pub linger: Duration,
    /// The shortest and the longest pause before it is started again. 1 and 30 seconds.
    pub pauses: (Duration, Duration),
    /// What the synthetic picture shows.
    pub clock: Clock,
    /// What in the section is probably a mistake.
    pub warnings: Vec<String>,
}

impl Default for CameraSettings {
    fn default() -> Self {
        Self {
            source: Source::Synthetic,
            width: 640,
            height: 480,
            rate: 10,
            format: Format::Auto,
            ffmpeg: "ffmpeg".into(),
            rpicam: "rpicam-vid".into(),
            silence: Duration::from_secs(5),
            linger: Duration::from_secs(5),
            pauses: (Duration::from_secs(1), Duration::from_secs(30)),
            clock: Clock::system(),
            warnings: Vec::new(),
        }
    }
}

impl CameraSettings {
    /// Reads the section.
    ///
    /// # Errors
    /// [`ConfigError::Malformed`] when a value is not what it should be, [`ConfigError::Address`] when `source` holds a
    /// password that can be read in two ways. `source` is not shown.
    pub fn read(config: &Config) -> Result<Self, ConfigError> {
        let mut settings = Self::default();
        let Ok(section) = config.section("camera") else {
            return Ok(settings);
        };
        if let Some(source) = section.secret("source")? {
            settings.source = source.reveal().parse().map_err(|error| match error {
                SourceError::Address(source) => ConfigError::Address {
                    place: section.place("source"),
                    source,
                },
                SourceError::Blank => {
                    section.malformed("source", None, "an address without white space")
                }
                SourceError::Unknown => section.malformed("source", None, EXPECTED_SOURCE),
            })?;
            if let Source::File(path) = &mut settings.source {
                *path = section.expand_home("source", &*path)?;
            }
        }
        let within = |key: &str, from: u32, to: u32| -> Result<Option<u32>, ConfigError> {
            let expected = format!("a whole number from {from} to {to}");
            match section.parse::<u32>(key, &expected)? {
                Some(number) if !(from..=to).contains(&number) => {
                    Err(section.malformed(key, number.to_string().as_str(), &expected))
                }
                number => Ok(number),
            }
        };
        for (key, value) in [
            ("width", &mut settings.width),
            ("height", &mut settings.height),
        ] {
            if let Some(pixels) = within(key, 16, 4096)?.and_then(|it| u16::try_from(it).ok()) {
                *value = pixels;
            }
        }
        if let Some(rate) = within("rate", 1, 30)? {
            settings.rate = rate;
        }
        if let Some(format) = section.parse("format", EXPECTED_FORMAT)? {
            settings.format = format;
        }
        for (key, program) in [
            ("ffmpeg", &mut settings.ffmpeg),
            ("rpicam", &mut settings.rpicam),
        ] {
            // A name is looked for in PATH.
            match section.get(key)? {
                Some(name) if !name.contains('/') => *program = name.into(),
                _ => *program = section.path(key)?.unwrap_or_else(|| program.clone()),
            }
        }
        settings.warnings = section.unknown_keys(KEYS);
        Ok(settings)
    }
}

/// The keys of `[camera]`, in the order of config.ini.example.
pub const KEYS: &[&str] = &[
    "source", "width", "height", "rate", "format", "ffmpeg", "rpicam",
];
