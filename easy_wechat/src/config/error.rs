use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::address::AddressError;
use super::value::nearest;

/// What is wrong with the configuration, where, and what is expected. Never tells a secret's value.
///
/// `Debug` says the same as `Display`, so that a `main` that returns it prints a sentence.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// There is no configuration file.
    #[error("no config.ini: looked for {}; write one with easy-wechat init, copy config.ini.example there, or name the file in EASY_WECHAT_CONFIG; no account yet? run it with --sandbox, or by easy-wechat sandbox -- COMMAND", list(.places))]
    NotFound {
        /// Where it was looked for.
        places: Vec<PathBuf>,
    },
    /// The file cannot be read.
    #[error("{}: cannot be read", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is no configuration file.
    #[error("{}{}: {what}", .path.display(), .line.map_or(String::new(), |line| format!(", line {line}")))]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1, where it is known.
        line: Option<usize>,
        /// What is wrong, and how to mend it.
        what: String,
    },
    /// A section stands twice.
    #[error("{}: section [{section}] stands there twice; join the two", .path.display())]
    RepeatedSection {
        /// The file.
        path: PathBuf,
        /// The section.
        section: String,
    },
    /// A key stands twice in its section.
    #[error("{place} stands there twice; remove one")]
    RepeatedKey {
        /// Which.
        place: Place,
    },
    /// There is no such section.
    #[error("{}: there is no section [{section}]{}", origin(.file), suggest(.section, .found))]
    NoSection {
        /// The file; empty where the environment is all there is.
        file: PathBuf,
        /// The section that was asked for.
        section: String,
        /// The sections that are there.
        found: Vec<String>,
    },
    /// A section that no program reads: its name is misspelt, or it is not listed in `other_sections`.
    #[error("{}: unknown section [{section}]{}", .path.display(), unread(.section, .nearest.as_deref()))]
    UnreadSection {
        /// The file.
        path: PathBuf,
        /// The section.
        section: String,
        /// The name that was probably meant.
        nearest: Option<String>,
    },
    /// A value has an invalid character, such as a line end or a comment that was copied along.
    #[error("invalid {place}: {what}; copy the value again without it")]
    InvalidCharacter {
        /// Which.
        place: Place,
        /// The kind of the character and its place in the value; no other part of the value.
        what: String,
    },
    /// The name or password of an address is ambiguous.
    #[error("invalid {place}: {source}")]
    Address {
        /// Which.
        place: Place,
        /// Why, and how to write it.
        source: AddressError,
    },
    /// A key that is needed is missing or empty.
    #[error("{place} is missing or empty: {expected}")]
    Missing {
        /// Which.
        place: Place,
        /// What should stand there, and where the console shows it.
        expected: String,
    },
    /// Several required keys are missing or empty.
    #[error("{}", several(.missing))]
    SeveralMissing {
        /// Which; at least two.
        missing: Vec<Missing>,
    },
    /// A value is not what it should be.
    #[error("{place} is {}, but should be {expected}", .found.as_ref().map_or("malformed".to_owned(), |found| format!("{found:?}")))]
    Malformed {
        /// Which.
        place: Place,
        /// What stands there; `None` for a secret.
        found: Option<String>,
        /// What should stand there.
        expected: String,
    },
    /// The file that a `…_file` key names cannot be read.
    #[error("{place} names the file {}, which cannot be read", .path.display())]
    ValueFile {
        /// Which key.
        place: Place,
        /// The file it names.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Both a key and its `…_file` twin stand there.
    #[error("{place} stands there, and so does {key}_file; remove one", key = .place.key)]
    Twins {
        /// Which key.
        place: Place,
    },
}

/// A required key that is missing or empty.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Missing {
    /// Which.
    pub place: Place,
    /// The expected value, and where the console shows it.
    pub expected: String,
}

/// Where a value stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// The file, or the variable of the environment.
    pub origin: String,
    /// The section.
    pub section: String,
    /// The key.
    pub key: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: [{}] {}", self.origin, self.section, self.key)
    }
}

impl fmt::Debug for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)?;
        match self {
            Self::Unreadable { source, .. } | Self::ValueFile { source, .. } => {
                write!(f, ": {source}")
            }
            _ => Ok(()),
        }
    }
}

fn list(places: &[PathBuf]) -> String {
    places
        .iter()
        .map(|place| place.display().to_string())
        .collect::<Vec<_>>()
        .join(", ")
}

fn origin(file: &Path) -> String {
    if file.as_os_str().is_empty() {
        "the environment (EASY_WECHAT_…)".to_owned()
    } else {
        file.display().to_string()
    }
}

fn several(missing: &[Missing]) -> String {
    let each = missing
        .iter()
        .map(|Missing { place, expected }| format!("{place} is missing or empty: {expected}"));
    each.collect::<Vec<_>>().join("; ")
}

fn unread(section: &str, nearest: Option<&str>) -> String {
    let listed =
        format!("if a program of your own reads it, set other_sections = {section} in [system]");
    match nearest {
        Some(near) => format!("; did you mean [{near}]? {listed}"),
        None => format!(
            "; known sections: [system], [camera], [monkey_monitor], [ticket_watcher], [push:NAME], and those of accounts \
             and robots, with a corpid, token, webhook …; {listed}"
        ),
    }
}

fn suggest(section: &str, found: &[String]) -> String {
    match nearest(section, found.iter().map(String::as_str)) {
        Some(near) => format!("; did you mean [{near}]? choose it with --app"),
        None if found.is_empty() => "; there is none at all".to_owned(),
        None => format!(
            "; there are [{}]; choose one with --app",
            found.join("], [")
        ),
    }
}
