//! Removes characters that the platform does not show from outgoing text.

use std::borrow::Cow;

/// Replaces every line end by `\n` and removes all other control characters (C0, DEL, C1) except tabs.
///
/// The platform passes `\r\n` on, and WeChat on iOS shows it as two line ends; some control characters make the platform
/// refuse or cut the message.
pub(crate) fn cleaned(text: &str) -> Cow<'_, str> {
    if !text.contains(is_dirty) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(ch) = chars.next() {
        match ch {
            '\r' => {
                chars.next_if_eq(&'\n');
                clean.push('\n');
            }
            // NEL is a line end of its own.
            '\u{85}' => clean.push('\n'),
            ch if is_dirty(ch) => {}
            ch => clean.push(ch),
        }
    }
    Cow::Owned(clean)
}

/// Like [`cleaned`], in place.
pub(crate) fn clean(text: &mut String) {
    if let Cow::Owned(clean) = cleaned(text) {
        *text = clean;
    }
}

fn is_dirty(ch: char) -> bool {
    ch.is_control() && !matches!(ch, '\n' | '\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_become_one_and_control_characters_go() {
        for (text, clean) in [
            ("disk full\r\nhost a\r\n", "disk full\nhost a\n"),
            ("a\rb\n\rc\r\r\nd", "a\nb\n\nc\n\nd"),
            ("a\u{85}b", "a\nb"),
            (
                "\0a\u{7}\u{8}\u{b}\u{c}\u{1b}[31m\u{7f}\u{9b}b\tc",
                "a[31mb\tc",
            ),
            ("磁盘已满。", "磁盘已满。"),
            ("", ""),
        ] {
            assert_eq!(cleaned(text), clean, "{text:?}");
        }
    }
}
