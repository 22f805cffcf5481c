//! Escapes untrusted text for terminals.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Returns `text` as one line that is safe to print on a terminal.
///
/// Escapes as in JSON: line ends and other control characters (C0, DEL, C1), bidirectional controls (U+202E and similar),
/// line separators, and zero-width characters. Backslashes are not escaped, so the result cannot be parsed back.
///
/// Use it for all untrusted text: file names, texts of members, error messages of a server.
///
/// ```
/// assert_eq!(easy_wechat::printable("evil\u{202e}gpj.exe\u{1b}[2J\n"), r"evil\u202egpj.exe\u001b[2J\n");
/// assert_eq!(easy_wechat::printable("月报.pdf"), "月报.pdf");
/// ```
pub fn printable(text: &str) -> Cow<'_, str> {
    escaped(text, hides)
}

/// Like [`printable`], for text of several lines: `\n` and tabs are kept, and `\r\n` becomes `\n`.
///
/// ```
/// assert_eq!(easy_wechat::printable_lines("a\r\n\tb\u{7}"), "a\n\tb\\u0007");
/// ```
pub fn printable_lines(text: &str) -> Cow<'_, str> {
    let hides_in_lines = |ch| hides(ch) && !matches!(ch, '\n' | '\t');
    if text.contains("\r\n") {
        let text = text.replace("\r\n", "\n");
        return Cow::Owned(escaped(&text, hides_in_lines).into_owned());
    }
    escaped(text, hides_in_lines)
}

fn escaped(text: &str, hides: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(|ch| hides(ch) || ch == JOINER) {
        return Cow::Borrowed(text);
    }
    let mut line = String::with_capacity(text.len() + 16);
    let mut last = None;
    for ch in text.chars() {
        if hides(ch) || (ch == JOINER && !last.is_some_and(is_joined)) {
            push_escaped(&mut line, ch);
        } else {
            line.push(ch);
        }
        last = Some(ch);
    }
    Cow::Owned(line)
}

/// Appends a character as JSON escapes it.
pub(crate) fn push_escaped(line: &mut String, ch: char) {
    match ch {
        '\n' => line.push_str("\\n"),
        '\r' => line.push_str("\\r"),
        '\t' => line.push_str("\\t"),
        ch => {
            for unit in ch.encode_utf16(&mut [0; 2]) {
                let _ = write!(line, "\\u{unit:04x}");
            }
        }
    }
}

/// The zero-width joiner. It joins the parts of an emoji (👨‍👩‍👧), and is escaped after anything else.
const JOINER: char = '\u{200d}';

fn is_joined(before: char) -> bool {
    !before.is_ascii() && !before.is_alphanumeric() && !hides(before) && before != JOINER
}

/// Whether a character controls the terminal, changes the direction of text, ends a line, or has no width.
pub(crate) fn hides(ch: char) -> bool {
    ch.is_control()
        || matches!(ch, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}')
        || matches!(ch, '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(ch, '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_gets_no_orders_and_nothing_is_hidden() {
        for hidden in [
            '\0',
            '\u{7}',
            '\u{8}',
            '\r',
            '\u{1b}',
            '\u{7f}',
            '\u{85}',
            '\u{9b}',
            '\u{ad}',
            '\u{61c}',
            '\u{180e}',
            '\u{200b}',
            '\u{200d}',
            '\u{200e}',
            '\u{2028}',
            '\u{202e}',
            '\u{2060}',
            '\u{2066}',
            '\u{2069}',
            '\u{206f}',
            '\u{feff}',
            '\u{fff9}',
            '\u{e0041}',
        ] {
            for text in [
                printable(&format!("a{hidden}b")),
                printable_lines(&format!("a{hidden}b")),
            ] {
                assert!(!text.contains(hidden), "{hidden:?}: {text:?}");
                assert!(text.starts_with("a\\") && text.ends_with('b'), "{text:?}");
            }
        }
    }

    #[test]
    fn what_people_write_stays() {
        let text = "告警：磁盘已满（97%）…“—” 👍🏽 ❤️ é ñ \\ \" [x]";
        assert!(matches!(printable(text), Cow::Borrowed(same) if same == text));
        assert!(matches!(printable_lines("a\n\tb"), Cow::Borrowed("a\n\tb")));
        let family = "👨\u{200d}👩\u{200d}👧 🏳️\u{200d}🌈";
        assert_eq!(printable(family), family);
        assert_eq!(printable("a\nb\tc"), "a\\nb\\tc");
    }
}
