//! The file itself: what `rust-ini` reads, and what it lets pass and we do not.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use ini::{Ini, ParseOption};

use super::error::{ConfigError, Place};
use super::value::folded;
use crate::diagnosis::is_invisible;

/// A configuration file, as text.
#[derive(Default)]
pub(super) struct IniFile {
    pub(super) path: PathBuf,
    pub(super) sections: BTreeMap<String, BTreeMap<String, String>>,
    /// A warning when other users may read the secrets in it.
    pub(super) exposed: Option<String>,
}

impl IniFile {
    pub(super) fn load(path: &Path) -> Result<Self, ConfigError> {
        let unreadable = |source| ConfigError::Unreadable {
            path: path.to_owned(),
            source,
        };
        let bytes = read_at_most(path, MAX_BYTES).map_err(unreadable)?;
        match String::from_utf8(bytes) {
            Ok(text) => {
                let mut file = Self::parse(path, &text)?;
                file.exposed = file.is_exposed().then(|| {
                    let path = path.display();
                    format!("{path}: secrets are readable by other users; run chmod 600 {path}")
                });
                Ok(file)
            }
            Err(_) => Err(syntax(
                path,
                None,
                "it is not UTF-8; save it as UTF-8 (记事本: 另存为 > 编码 > UTF-8)",
            )),
        }
    }

    pub(super) fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        // The line ends of classic Mac OS.
        let text = &if text.contains('\n') {
            Cow::Borrowed(text)
        } else {
            Cow::Owned(text.replace('\r', "\n"))
        };
        let options = ParseOption {
            enabled_escape: false,
            // Its quotes reach over lines, and a backslash before one hides it.
            enabled_quote: false,
            ..ParseOption::default()
        };
        let ini = Ini::load_from_str_opt(&checked_lines(path, text)?, options)
            .map_err(|error| syntax(path, Some(error.line), NO_KEY_AND_VALUE))?;
        let mut sections = BTreeMap::new();
        for (name, properties) in &ini {
            let Some(name) = name.map(str::trim) else {
                if let Some((key, _)) = properties.iter().next() {
                    return Err(syntax(
                        path,
                        None,
                        format!("{key:?} stands before the first [section]"),
                    ));
                }
                continue;
            };
            let mut keys = BTreeMap::new();
            for (key, value) in properties {
                let place = || Place {
                    origin: path.display().to_string(),
                    section: name.to_owned(),
                    key: key.to_owned(),
                };
                let value = unquoted(value).unwrap_or(value);
                if keys.insert(key.to_owned(), value.to_owned()).is_some() {
                    return Err(ConfigError::RepeatedKey { place: place() });
                }
            }
            if sections.insert(name.to_owned(), keys).is_some() {
                return Err(ConfigError::RepeatedSection {
                    path: path.to_owned(),
                    section: name.to_owned(),
                });
            }
        }
        Ok(Self {
            path: path.to_owned(),
            sections,
            exposed: None,
        })
    }

    /// Whether the file contains a secret and its mode allows the group or others to read it.
    #[cfg(unix)]
    fn is_exposed(&self) -> bool {
        use std::os::unix::fs::PermissionsExt as _;
        let mut keys = self.sections.values().flatten();
        let has_secret = keys.any(|(key, value)| SECRETS.contains(&&**key) && !value.is_empty());
        let metadata = std::fs::metadata(&self.path);
        has_secret && metadata.is_ok_and(|it| it.is_file() && it.permissions().mode() & 0o044 != 0)
    }

    /// Unknown on other systems.
    #[cfg(not(unix))]
    fn is_exposed(&self) -> bool {
        false
    }
}

/// Tells nothing of the values: they may be secrets.
impl std::fmt::Debug for IniFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let keys = self
            .sections
            .iter()
            .map(|(name, keys)| (name, keys.keys().collect::<Vec<_>>()));
        f.debug_struct("IniFile")
            .field("path", &self.path)
            .field("keys", &keys.collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

/// The text of a file that is not longer than `limit`; a longer one is an error, not cut.
pub(super) fn read_at_most(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path)?;
    file.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("it is longer than {limit} bytes"),
        ));
    }
    Ok(bytes)
}

/// The lines without comments and indents, which the parser reads in a way that surprises. What else would surprise is an
/// error. No error contains a line, which may be a secret without its `=`.
fn checked_lines(path: &Path, text: &str) -> Result<String, ConfigError> {
    let mut section = "";
    let mut checked = String::with_capacity(text.len());
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if index > 0 {
            checked.push('\n');
        }
        if line.is_empty() || line.starts_with([';', '#']) {
            continue;
        }
        let wrong = |what: &str| Err(syntax(path, Some(index + 1), what));
        if line.contains(breaks_lines) {
            return wrong(
                "carriage return or another control character in the line; save the file with one kind of line ends",
            );
        }
        if line.ends_with('\\') {
            return wrong("a line may not end in a backslash; put the value in quotes");
        }
        if line.starts_with(['；', '＃']) || line.starts_with("//") {
            return wrong(
                "full-width ； or ＃, or //; start a comment with ; or #, in English input mode",
            );
        }
        if line.starts_with(BRACKETS) {
            return wrong("full-width brackets; type a section in English input mode, like [demo]");
        }
        if let Some(name) = line.strip_prefix('[') {
            match name.split_once(']') {
                Some((name, _)) if name.contains(is_invisible) => {
                    return wrong(
                        "invisible character in the name of the section; type the name again",
                    );
                }
                Some((name, "")) => section = name.trim(),
                _ => {
                    return wrong("a section is a name in brackets, and nothing behind it: [demo]");
                }
            }
        } else {
            let Some((key, value)) = line.split_once(['=', ':']) else {
                return wrong(if line.contains(['＝', '：']) {
                    FULL_WIDTH_EQUALS
                } else {
                    NO_KEY_AND_VALUE
                });
            };
            let (key, value) = (key.trim(), value.trim());
            if key.contains(['＝', '：']) {
                return wrong(FULL_WIDTH_EQUALS);
            }
            if key.contains(char::is_whitespace) {
                return wrong("a key is one word, and a = stands behind it");
            }
            if key.is_empty() {
                return wrong("there is no key before the =");
            }
            if folded(key) != key || key.contains(is_invisible) {
                return wrong(
                    "full-width or invisible character in the key; type it again in English input mode",
                );
            }
            if unquoted(value).is_none() {
                return wrong(&format!(
                    "the quote behind [{section}] {key} is not closed at the end of the line"
                ));
            }
        }
        checked.push_str(line);
    }
    Ok(checked)
}

/// Whether the character ends a line for some programs only, or is not text.
fn breaks_lines(char: char) -> bool {
    (char.is_control() && char != '\t') || matches!(char, '\u{2028}' | '\u{2029}')
}

/// The value without quotes around it; `None` when a quote is not closed.
pub(super) fn unquoted(value: &str) -> Option<&str> {
    match value.chars().next() {
        Some(quote @ ('"' | '\'')) => value.strip_prefix(quote)?.strip_suffix(quote),
        _ => Some(value),
    }
}

fn syntax(path: &Path, line: Option<usize>, what: impl Into<String>) -> ConfigError {
    ConfigError::Syntax {
        path: path.to_owned(),
        line,
        what: what.into(),
    }
}

const MAX_BYTES: u64 = 1 << 20;

/// The keys, of accounts and of the bundled programs, whose values are secret.
#[cfg(unix)]
const SECRETS: &[&str] = &[
    "secret",
    "token",
    "encoding_aes_key",
    "webhook",
    "password",
    "zhihu_cookie",
];

const NO_KEY_AND_VALUE: &str = "neither [section] nor key = value nor a comment (; or #)";
const FULL_WIDTH_EQUALS: &str = "full-width ＝ or ： after the key; type = in English input mode";
const BRACKETS: [char; 8] = ['【', '［', '〔', '〖', '「', '『', '《', '〈'];
