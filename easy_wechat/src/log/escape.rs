//! Keeps text on its line, whoever wrote it.

use std::fmt::{self, Write};

use crate::printable::{hides, push_escaped};

/// Where text stands. Between quotes, `"` and `\` are escaped too.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Inside {
    Message,
    Quotes,
}

/// Escapes what is written through it.
pub(super) struct Escaper<'a> {
    line: &'a mut String,
    inside: Inside,
    odd: bool,
    /// How many bytes may still be written.
    left: usize,
}

impl<'a> Escaper<'a> {
    pub(super) fn new(line: &'a mut String, inside: Inside) -> Self {
        Self {
            line,
            inside,
            odd: false,
            left: MAX_VALUE,
        }
    }

    /// Whether what was written asks for quotes.
    pub(super) fn is_odd(&self) -> bool {
        self.odd
    }
}

impl Write for Escaper<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.left == 0 {
            return Ok(());
        }
        let (whole, cut) = match text.split_at_checked(text.floor_char_boundary(self.left)) {
            Some((head, "")) => (head, false),
            Some((head, _)) => (head, true),
            None => (text, false),
        };
        self.odd |= escape(self.line, whole, self.inside);
        self.left -= whole.len();
        if cut {
            self.left = 0;
            self.line.push('…');
        }
        Ok(())
    }
}

/// Bytes of a value that are written. Strangers choose some of them, and a line is to stay a line.
const MAX_VALUE: usize = 8 * 1024;

/// Appends `text` with everything escaped, as JSON does it, that could end the line or hide on it.
/// True when the text has such a character, or one that separates fields, so that it should stand
/// between quotes.
pub(super) fn escape(line: &mut String, text: &str, inside: Inside) -> bool {
    // `any` would stop early, and so run over one byte at a time.
    let risky = text
        .bytes()
        .fold(false, |found, byte| found | is_risky(byte));
    let mut odd = text
        .bytes()
        .fold(false, |found, byte| found | parts_fields(byte));
    if !risky {
        line.push_str(text);
        return odd;
    }

    for ch in text.chars() {
        odd |= matches!(ch, '"' | '\\') || hides(ch);
        match ch {
            '"' | '\\' if inside == Inside::Quotes => line.extend(['\\', ch]),
            ch if hides(ch) => push_escaped(line, ch),
            ch => line.push(ch),
        }
    }
    odd
}

/// Whether a character that [`hides`] may start with this byte. There are false positives, but common Chinese characters
/// start with other bytes.
fn is_risky(byte: u8) -> bool {
    matches!(
        byte,
        ..b' ' | b'"' | b'\\' | 0x7f | 0xc2 | 0xd8 | 0xe1 | 0xe2 | 0xef | 0xf3
    )
}

fn parts_fields(byte: u8) -> bool {
    matches!(byte, b' ' | b'=')
}
