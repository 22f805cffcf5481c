use std::cell::LazyCell;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Environment;
use super::PREFIX;
use super::error::{ConfigError, Place};
use super::file::{IniFile, read_at_most, unquoted};
use super::state::expanded;
use super::value::{Seconds, Value, nearest};

/// One section, with the environment over it.
///
/// ```
/// use easy_wechat::Config;
///
/// let config = Config::parse("[camera]\nsource = /dev/video0", [("EASY_WECHAT_CAMERA_SOURCE", "synthetic")])?;
/// let camera = config.section("camera")?;
/// assert_eq!(camera.get("source")?.as_deref(), Some("synthetic"));
/// assert_eq!(camera.parse::<u32>("width", "a width in pixels")?, None);
/// # Ok::<_, easy_wechat::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct Section<'a> {
    file: &'a IniFile,
    environment: &'a Environment,
    name: String,
}

/// Tells nothing of the values: they may be secrets.
impl fmt::Debug for Section<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Section")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl<'a> Section<'a> {
    pub(super) fn new(file: &'a IniFile, environment: &'a Environment, name: &str) -> Self {
        Self {
            file,
            environment,
            name: name.to_owned(),
        }
    }

    /// The section's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value of `key` from the environment, a file or the section, without white space and quotes around it; `None` when
    /// it is missing or empty.
    ///
    /// # Errors
    /// [`ConfigError::ValueFile`] when the file that `key`'s twin names cannot be read; [`ConfigError::Twins`] when both
    /// stand in the section; [`ConfigError::Malformed`] when a quote at its beginning is not closed at its end.
    pub fn get(&self, key: &str) -> Result<Option<String>, ConfigError> {
        let variable = self.variable(key);
        if let Some(value) = self.in_environment(&variable) {
            return self.unquoted(key, value);
        }
        let file_key = format!("{key}_file");
        let file_variable = self.variable(&file_key);
        if let Some(path) = self.in_environment(&file_variable) {
            let path = self.unquoted(&file_key, path)?.unwrap_or_default();
            return self.read_file(Path::new(&path), key);
        }
        match (self.in_file(key), self.in_file(&file_key)) {
            (Some(_), Some(_)) => Err(ConfigError::Twins {
                place: self.place(key),
            }),
            (Some(value), None) => Ok(Some(value.to_owned())),
            (None, Some(path)) => self.read_file(Path::new(path), key),
            (None, None) => Ok(None),
        }
    }

    /// The value of `key` as a `T`; `None` when it is missing or empty. `expected` says in words what it should be.
    ///
    /// # Errors
    /// [`ConfigError::Malformed`] when it is no `T`, and all of [`Section::get`].
    pub fn parse<T: std::str::FromStr>(
        &self,
        key: &str,
        expected: &str,
    ) -> Result<Option<T>, ConfigError> {
        let Some(text) = self.get(key)? else {
            return Ok(None);
        };
        text.parse()
            .map(Some)
            .map_err(|_| self.malformed(key, text.as_str(), expected))
    }

    /// Where `key` stands: the variable, when the environment has it or its `…_FILE`, else the file.
    pub fn place(&self, key: &str) -> Place {
        let variable = self.variable(key);
        let file_variable = self.variable(&format!("{key}_file"));
        let origin = match [&variable, &file_variable]
            .into_iter()
            .find(|variable| self.in_environment(variable).is_some())
        {
            Some(variable) => variable.clone(),
            None if self.file.path.as_os_str().is_empty() => {
                format!("the environment ({variable})")
            }
            None => self.file.path.display().to_string(),
        };
        Place {
            origin,
            section: self.name.clone(),
            key: key.to_owned(),
        }
    }

    /// The value of `key` as a switch: true or false, yes or no, on or off, 1 or 0; `None` when it is missing or empty.
    ///
    /// # Errors
    /// [`ConfigError::Malformed`] when it is none of these, and all of [`Section::get`].
    pub fn switch(&self, key: &str) -> Result<Option<bool>, ConfigError> {
        self.value(key)
    }

    /// The value of `key` as a path. A relative path is relative to the folder of the configuration file; `~/` is the home
    /// folder. `None` when it is missing or empty.
    ///
    /// # Errors
    /// [`ConfigError::Malformed`] as for [`Section::expand_home`], and all errors of [`Section::get`].
    pub fn path(&self, key: &str) -> Result<Option<PathBuf>, ConfigError> {
        let Some(path) = self.get(key)? else {
            return Ok(None);
        };
        Ok(Some(self.beside(&self.expand_home(key, path)?)))
    }

    /// Replaces a leading `~` of `path`, the value of `key` or a part of it, by the home folder.
    ///
    /// # Errors
    /// [`ConfigError::Malformed`] when it begins with `~user`, which is unsupported, or with `~` while `HOME` is not set.
    pub fn expand_home(&self, key: &str, path: impl AsRef<Path>) -> Result<PathBuf, ConfigError> {
        let path = path.as_ref();
        expanded(path, self.environment)
            .map_err(|expected| self.malformed(key, &*path.to_string_lossy(), expected))
    }

    /// The value of `key` as seconds, with decimals where one likes, up to a year; `None` when it is missing or empty.
    ///
    /// # Errors
    /// [`ConfigError::Malformed`] when it is no such number, and all of [`Section::get`].
    pub fn seconds(&self, key: &str) -> Result<Option<Duration>, ConfigError> {
        Ok(self.value(key)?.map(|Seconds(duration)| duration))
    }

    /// The error that `key` is not what it should be: `found` stands there, `expected` says in words what should. A value
    /// that may be a secret is shown to nobody: then `found` is `None`.
    pub fn malformed<'f>(
        &self,
        key: &str,
        found: impl Into<Option<&'f str>>,
        expected: &str,
    ) -> ConfigError {
        ConfigError::Malformed {
            place: self.place(key),
            found: found.into().map(str::to_owned),
            expected: expected.to_owned(),
        }
    }

    /// The error that `key` is needed and missing; `expected` says in words what should stand there.
    pub fn missing(&self, key: &str, expected: &str) -> ConfigError {
        ConfigError::Missing {
            place: self.place(key),
            expected: expected.to_owned(),
        }
    }

    /// Returns a warning for each key that is not in `known`, in the file (the first 20) and in the environment.
    pub fn unknown_keys(&self, known: &[&str]) -> Vec<String> {
        let is_known = |key: &str| {
            known.contains(&key.strip_suffix("_file").unwrap_or(key)) || known.contains(&key)
        };
        let keys = self
            .file
            .sections
            .get(&self.name)
            .into_iter()
            .flat_map(|keys| keys.keys());
        let unknown = keys.filter(|key| !is_known(key)).take(MAX_UNKNOWN);
        let in_file = unknown.map(|key| {
            let file = self.file.path.display();
            format!(
                "{file}: unknown key [{}] {key}; {}",
                self.name,
                hint(key, known)
            )
        });
        let prefix = self.variable("");
        // Rarely needed, and a file may have thousands of sections.
        let others = LazyCell::new(|| -> Vec<String> {
            let names = self.file.sections.keys();
            names
                .filter(|name| **name != self.name)
                .map(|name| variable(name, ""))
                .collect()
        });
        let in_environment = self.environment.keys().filter_map(|name| {
            let key = name.strip_prefix(&prefix)?.to_ascii_lowercase();
            // The variables of a section `demo_2` begin like those of `demo`.
            let of_another = others
                .iter()
                .any(|other| other.len() > prefix.len() && name.starts_with(other));
            (!is_known(&key) && !of_another).then(|| {
                format!(
                    "unknown variable {name} in the environment; {}",
                    hint(&key, known)
                )
            })
        });
        in_file.chain(in_environment).collect()
    }

    /// The value of `key` as one of the crate's own kinds of value.
    pub(super) fn value<T: Value>(&self, key: &str) -> Result<Option<T>, ConfigError> {
        let Some(text) = self.get(key)? else {
            return Ok(None);
        };
        T::read(&text)
            .map(Some)
            .ok_or_else(|| self.malformed(key, text.as_str(), T::EXPECTED))
    }

    pub(super) fn environment(&self) -> &'a Environment {
        self.environment
    }

    /// Whether the file or the environment has anything for it.
    pub(super) fn is_there(&self) -> bool {
        let prefix = self.variable("");
        self.file.sections.contains_key(&self.name)
            || self
                .environment
                .iter()
                .any(|(name, value)| name.starts_with(&prefix) && !value.trim().is_empty())
    }

    fn in_environment(&self, variable: &str) -> Option<&'a str> {
        self.environment
            .get(variable)
            .map(|value| value.trim())
            .filter(|value| !matches!(*value, "" | "\"\"" | "''"))
    }

    /// Removes white space and quotes from a value that is not from the configuration file, whose parser has done so.
    fn unquoted(&self, key: &str, value: &str) -> Result<Option<String>, ConfigError> {
        let expected = "a closing quote";
        let value = unquoted(value.trim()).ok_or_else(|| self.malformed(key, None, expected))?;
        Ok(Some(value.to_owned()).filter(|value| !value.is_empty()))
    }

    /// Whether the file or the environment has a value for `key` itself, not for its twin.
    pub(super) fn is_set(&self, key: &str) -> bool {
        self.in_environment(&self.variable(key)).is_some() || self.in_file(key).is_some()
    }

    fn in_file(&self, key: &str) -> Option<&'a str> {
        let keys = self.file.sections.get(&self.name)?;
        keys.get(key)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    fn variable(&self, key: &str) -> String {
        variable(&self.name, key)
    }

    fn beside(&self, path: &Path) -> PathBuf {
        let folder = self.file.path.parent();
        folder.map_or_else(|| path.to_owned(), |folder| folder.join(path))
    }

    /// The text of a `…_file`, treated like a value of the environment; an empty one counts as none.
    fn read_file(&self, path: &Path, key: &str) -> Result<Option<String>, ConfigError> {
        let beside = self.beside(&self.expand_home(&format!("{key}_file"), path)?);
        let place = self.place(&format!("{key}_file"));
        let broken = |source| ConfigError::ValueFile {
            place: place.clone(),
            path: beside.clone(),
            source,
        };
        let bytes = read_at_most(&beside, MAX_VALUE_BYTES).map_err(broken)?;
        let text = String::from_utf8(bytes).map_err(|_| {
            broken(std::io::Error::new(
                std::io::ErrorKind::InvalidData,
                "it is not UTF-8",
            ))
        })?;
        self.unquoted(key, text.strip_prefix('\u{FEFF}').unwrap_or(&text))
    }
}

/// The variable of the environment for a key.
pub(super) fn variable(section: &str, key: &str) -> String {
    let upper = |char: char| {
        if char.is_ascii_alphanumeric() {
            char.to_ascii_uppercase()
        } else {
            '_'
        }
    };
    format!("{PREFIX}{section}_{key}")
        .chars()
        .map(upper)
        .collect()
}

fn hint(key: &str, known: &[&str]) -> String {
    match nearest(key, known.iter().copied()) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("known are {}", known.join(", ")),
    }
}

/// More unknown keys mean that it is probably the wrong file.
const MAX_UNKNOWN: usize = 20;
const MAX_VALUE_BYTES: u64 = 64 * 1024;
