//! The platform's usual document, read in one sweep.
//!
//! Nearly every callback is a root called `xml` with elements in it that hold one CDATA section or bare text, written
//! without a single surprise. Reading such a one costs a fraction of what the parser takes. Whatever differs in the
//! least is not read here but left to the parser, with all its checks.

use memchr::{memchr, memchr_iter, memchr2};

/// The elements of a document of that kind, as names and texts; `None` when it is of another.
pub(super) fn read(xml: &str) -> Option<Vec<(&str, &str)>> {
    // Line ends are to be made alike, and NUL is to be refused: the parser's business.
    if memchr2(b'\r', b'\0', xml.as_bytes()).is_some() {
        return None;
    }
    let mut rest = xml.strip_prefix("<xml>")?;
    let mut elements = Vec::with_capacity(12);
    loop {
        rest = rest.trim_ascii_start();
        if let Some(behind) = rest.strip_prefix("</xml>") {
            return behind.trim_ascii().is_empty().then_some(elements);
        }
        let (name, inside) = name(rest.strip_prefix('<')?)?;
        let text;
        (text, rest) = match inside.strip_prefix("<![CDATA[") {
            Some(section) => cdata(section)?,
            None => bare(inside)?,
        };
        rest = rest
            .strip_prefix("</")?
            .strip_prefix(name)?
            .strip_prefix('>')?;
        elements.push((name, text));
    }
}

/// The name of a tag without attributes, and what is behind the tag.
fn name(tag: &str) -> Option<(&str, &str)> {
    let length = tag
        .bytes()
        .position(|byte| !(byte.is_ascii_alphanumeric() || byte == b'_'))?;
    let (name, behind) = tag.split_at_checked(length)?;
    let behind = behind.strip_prefix('>')?;
    name.starts_with(|char: char| char.is_ascii_alphabetic())
        .then_some((name, behind))
}

/// The text of a CDATA section, and what is behind it.
fn cdata(section: &str) -> Option<(&str, &str)> {
    let bytes = section.as_bytes();
    let start = memchr_iter(b'>', bytes)
        .filter_map(|end| end.checked_sub(2))
        .find(|&start| bytes.get(start..).is_some_and(|end| end.starts_with(b"]]")))?;
    let (text, behind) = section.split_at_checked(start)?;
    Some((text, behind.strip_prefix("]]>")?))
}

/// Bare text without references, and what is behind it.
fn bare(inside: &str) -> Option<(&str, &str)> {
    let (text, behind) = inside.split_at_checked(memchr(b'<', inside.as_bytes())?)?;
    memchr(b'&', text.as_bytes())
        .is_none()
        .then_some((text, behind))
}
