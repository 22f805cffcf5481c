//! Text that must not be seen: tokens, keys, passwords.

use std::fmt;

use zeroize::Zeroizing;

/// A text that never prints itself and is wiped from memory when dropped.
///
/// `Debug` shows `Secret(..)`; there is no `Display`. To use the text, say so: [`Secret::reveal`].
///
/// ```
/// let secret = easy_wechat::Secret::from("corpsecret");
/// assert_eq!(format!("{secret:?}"), "Secret(..)");
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The text itself. Never give it to a log, an error or a URL that may be printed.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether there is no text at all, as in `secret =`.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}
