//! The characters of a credential: one check for the server, the client and `check`.

use super::Section;
use super::error::ConfigError;
use crate::diagnosis::{is_invisible, is_quote, stray};
use crate::secret::Secret;

impl Section<'_> {
    /// The value of `key` as a credential issued by a platform: ASCII letters and digits, and `-_.~+/=`. `None` when it is
    /// missing or empty.
    ///
    /// # Errors
    /// [`ConfigError::InvalidCharacter`] with the kind and the place of the first other character, such as a carriage return,
    /// a zero-width character, a quotation mark or a comment; never with the value. All errors of [`Section::get`].
    pub fn credential(&self, key: &str) -> Result<Option<Secret>, ConfigError> {
        self.made_of(key, OF_A_CREDENTIAL)
    }

    /// The secret for API calls. A mock of the platform may use characters that a URL must encode, so `&` and `%26` are
    /// allowed as well; a `%` alone is not.
    pub(super) fn app_secret(&self) -> Result<Option<Secret>, ConfigError> {
        let Some(secret) = self.get("secret")?.map(Secret::from) else {
            return Ok(None);
        };
        match fault_of_a_secret(secret.reveal()) {
            Some(what) => Err(self.invalid_character("secret", what)),
            None => Ok(Some(secret)),
        }
    }

    /// Like [`credential`](Self::credential), of ASCII letters, digits and the characters in `others`.
    pub(super) fn made_of(&self, key: &str, others: &str) -> Result<Option<Secret>, ConfigError> {
        self.checked(key, |char| {
            char.is_ascii_alphanumeric() || others.contains(char)
        })
    }

    /// Like [`credential`](Self::credential), for an identifier, which is not secret; empty when it is missing.
    pub(super) fn id(&self, key: &str) -> Result<String, ConfigError> {
        let id = self.credential(key)?;
        Ok(id.map_or_else(String::new, |id| id.reveal().to_owned()))
    }

    /// The value of `key` as a [`Secret`] on one line: a password, a cookie, an address with a password. `None` when it is
    /// missing or empty. [`Section::credential`] is stricter, for values issued by a platform.
    ///
    /// # Errors
    /// [`ConfigError::InvalidCharacter`] with the kind and the place of a control character or an invisible one, or of
    /// Chinese quotation marks around the value; never with the value. All errors of [`Section::get`].
    pub fn secret(&self, key: &str) -> Result<Option<Secret>, ConfigError> {
        let Some(secret) = self.checked(key, |char| !is_invisible(char))? else {
            return Ok(None);
        };
        let text = secret.reveal();
        let is_quoted = text.chars().count() > 1
            && text.starts_with(is_foreign_quote)
            && text.ends_with(is_foreign_quote);
        match stray(text, |char| !is_foreign_quote(char)).filter(|_| is_quoted) {
            Some(what) => Err(self.invalid_character(key, what)),
            None => Ok(Some(secret)),
        }
    }

    fn checked(
        &self,
        key: &str,
        belongs: impl Fn(char) -> bool,
    ) -> Result<Option<Secret>, ConfigError> {
        let Some(secret) = self.get(key)?.map(Secret::from) else {
            return Ok(None);
        };
        match stray(secret.reveal(), belongs) {
            Some(what) => Err(self.invalid_character(key, what)),
            None => Ok(Some(secret)),
        }
    }

    fn invalid_character(&self, key: &str, what: String) -> ConfigError {
        ConfigError::InvalidCharacter {
            place: self.place(key),
            what,
        }
    }
}

/// Describes the first invalid character in the value of an app's key, without the value. For values that are not in a file
/// yet.
#[cfg(any(feature = "cli", feature = "client"))]
pub(crate) fn credential_fault(key: &str, text: &str) -> Option<String> {
    let signs = match key {
        "secret" => return fault_of_a_secret(text),
        "webhook" => OF_A_WEBHOOK,
        _ => OF_A_CREDENTIAL,
    };
    stray(text, |char| {
        char.is_ascii_alphanumeric() || signs.contains(char)
    })
}

fn fault_of_a_secret(text: &str) -> Option<String> {
    let text = Secret::from(without_encoded(text));
    stray(text.reveal(), |char| {
        char.is_ascii_alphanumeric() || char == '&' || OF_A_CREDENTIAL.contains(char)
    })
}

/// The characters that a credential may have beside letters and digits.
const OF_A_CREDENTIAL: &str = "-_.~+/=";

/// The characters that the address of a group robot may have beside letters and digits.
pub(super) const OF_A_WEBHOOK: &str = "-_.~:/?&=%@+";

/// The text with each percent-encoded byte replaced by letters.
fn without_encoded(text: &str) -> String {
    let mut parts = text.split('%');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_hexdigit).count();
        plain.push(if digits < 2 { '%' } else { 'x' });
        plain.push_str(part);
    }
    plain
}

/// Whether it is a quotation mark without a meaning in config.ini.
fn is_foreign_quote(char: char) -> bool {
    is_quote(char) && !"\"'`´".contains(char)
}
