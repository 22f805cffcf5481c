//! One pass over a document, with every check; what is made of it is the caller's business.

use std::borrow::Cow;

use quick_xml::errors::Error;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, Event};
use quick_xml::reader::Reader;

use super::{Limits, XmlError, flat};

/// What [`walk`] meets, in document order.
#[derive(Debug)]
pub(crate) enum Step<'a> {
    /// An element begins; its name as written.
    Open(&'a str),
    /// A piece of text directly in the innermost open element. Adjacent pieces (text, CDATA, references) belong together.
    Text(Cow<'a, str>),
    /// Like `Text`, for a CDATA section; white space around it is ignored.
    CData(Cow<'a, str>),
    /// The innermost open element ends.
    Close,
}

/// Calls `visit` for each step of `xml`, and stops at the first thing that is not allowed.
pub(crate) fn walk<'a>(
    xml: &'a str,
    limits: Limits,
    mut visit: impl FnMut(Step<'a>),
) -> Result<(), XmlError> {
    if xml.len() > limits.max_bytes {
        return Err(XmlError::TooLarge {
            of: "bytes",
            limit: limits.max_bytes,
        });
    }
    if let Some(elements) = flat::read(xml).filter(|elements| fits(elements, limits)) {
        visit(Step::Open("xml"));
        for (name, text) in elements {
            visit(Step::Open(name));
            visit(Step::Text(Cow::Borrowed(text)));
            visit(Step::Close);
        }
        visit(Step::Close);
        return Ok(());
    }
    parse(xml, limits, visit)
}

/// Whether a flat document is within the limits; if not, the parser says which is passed.
fn fits(elements: &[(&str, &str)], limits: Limits) -> bool {
    elements.len() < limits.max_elements && limits.max_depth >= 2
}

/// The same for any document.
fn parse<'a>(
    xml: &'a str,
    limits: Limits,
    mut visit: impl FnMut(Step<'a>),
) -> Result<(), XmlError> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().allow_dangling_amp = true;
    let mut depth = 0_usize;
    let mut elements = 0_usize;
    loop {
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(error) => return Err(malformed(&reader, &error)),
        };
        match event {
            Event::Start(start) => {
                enter(&mut depth, &mut elements, limits)?;
                visit(Step::Open(name_within(
                    xml,
                    start.name().into_inner(),
                    &reader,
                )?));
            }
            Event::Empty(start) => {
                enter(&mut depth, &mut elements, limits)?;
                visit(Step::Open(name_within(
                    xml,
                    start.name().into_inner(),
                    &reader,
                )?));
                visit(Step::Close);
                depth -= 1;
            }
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                visit(Step::Close);
            }
            Event::Text(text) if depth > 0 => {
                visit(Step::Text(without_nul(text.xml10_content())));
            }
            Event::CData(text) if depth > 0 => {
                visit(Step::CData(without_nul(text.xml10_content())));
            }
            Event::GeneralRef(reference) if depth > 0 => visit(Step::Text(resolve(&reference))),
            Event::Text(text)
                if text
                    .bytes()
                    .all(|byte| byte.is_ascii_whitespace() || byte == 0) => {}
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => {
                return Err(outside(xml, elements));
            }
            Event::DocType(_) => return Err(XmlError::Dtd),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::Eof if depth > 0 => {
                return Err(XmlError::Malformed {
                    at: xml.len() as u64,
                    what: "it ends inside an element".to_owned(),
                });
            }
            Event::Eof if elements == 0 => return Err(outside(xml, elements)),
            Event::Eof => return Ok(()),
        }
    }
}

/// Counts an element in, and refuses it when it is one too many, too deep, or a second root.
fn enter(depth: &mut usize, elements: &mut usize, limits: Limits) -> Result<(), XmlError> {
    if *depth == 0 && *elements > 0 {
        return Err(XmlError::TwoRoots);
    }
    *depth += 1;
    *elements += 1;
    if *depth > limits.max_depth {
        return Err(XmlError::TooLarge {
            of: "levels",
            limit: limits.max_depth,
        });
    }
    if *elements > limits.max_elements {
        return Err(XmlError::TooLarge {
            of: "elements",
            limit: limits.max_elements,
        });
    }
    Ok(())
}

fn outside(xml: &str, elements: usize) -> XmlError {
    if elements > 0 {
        XmlError::TwoRoots
    } else {
        XmlError::NoRoot {
            json: xml
                .trim_start_matches('\u{FEFF}')
                .trim_start()
                .starts_with('{'),
        }
    }
}

/// The name as a part of `xml`, which outlives the event that it came in.
fn name_within<'a>(xml: &'a str, name: &str, reader: &Reader<&[u8]>) -> Result<&'a str, XmlError> {
    let start = name.as_ptr().addr().wrapping_sub(xml.as_ptr().addr());
    xml.get(start..start.wrapping_add(name.len()))
        .filter(|name| is_name(name))
        .ok_or_else(|| XmlError::Malformed {
            at: reader.buffer_position(),
            what: "a tag without a proper name".to_owned(),
        })
}

/// Whether XML allows the name, as far as ASCII goes. The parser takes any, and a `/` in one would look like a path.
fn is_name(name: &str) -> bool {
    let starts = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b':' | 0x80..);
    name.bytes().next().is_some_and(starts)
        && name
            .bytes()
            .all(|byte| starts(byte) || byte.is_ascii_digit() || matches!(byte, b'-' | b'.'))
}

/// Resolves a reference. An invalid character becomes U+FFFD; an undefined entity is kept as text, and nothing is looked up.
fn resolve<'a>(reference: &BytesRef<'a>) -> Cow<'a, str> {
    match reference.resolve_char_ref() {
        Ok(Some(char)) if char != '\0' => Cow::Owned(char.to_string()),
        Ok(None) => match resolve_xml_entity(reference) {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(format!("&{};", &**reference)),
        },
        Ok(Some(_)) | Err(_) => Cow::Borrowed(BROKEN),
    }
}

fn without_nul(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.as_bytes().contains(&0) {
        return Cow::Owned(text.replace('\0', BROKEN));
    }
    text
}

fn malformed(reader: &Reader<&[u8]>, error: &Error) -> XmlError {
    // The parser quotes names whole, and they may be as long as the document.
    let what = error.to_string().chars().take(MAX_QUOTED).collect();
    XmlError::Malformed {
        at: reader.error_position(),
        what,
    }
}

/// Replaces an invalid character.
const BROKEN: &str = "\u{FFFD}";

/// How many characters of the parser's message are kept.
const MAX_QUOTED: usize = 120;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Way = fn(&str, Limits, &mut dyn FnMut(Step<'_>)) -> Result<(), XmlError>;

    /// What a way of reading makes of a document.
    fn steps(read: Way, xml: &str) -> Vec<String> {
        let mut steps: Vec<String> = Vec::new();
        let read = read(xml, Limits::default(), &mut |step| match step {
            // One piece or two, or an empty one, is all the same.
            Step::Text(text) | Step::CData(text) if text.is_empty() => {}
            Step::Text(text) | Step::CData(text) => {
                match steps.last_mut().filter(|last| last.starts_with("text ")) {
                    Some(last) => last.push_str(&text),
                    None => steps.push(format!("text {text}")),
                }
            }
            Step::Open(name) => steps.push(format!("open {name}")),
            Step::Close => steps.push("close".to_owned()),
        });
        steps.push(format!("{read:?}"));
        // White space around children is layout: only one of the two reports it.
        steps.retain(|step| {
            !step
                .strip_prefix("text ")
                .is_some_and(|text| text.trim_ascii().is_empty())
        });
        steps
    }

    fn both(xml: &str) -> (Vec<String>, Vec<String>) {
        (
            steps(|xml, limits, visit| walk(xml, limits, visit), xml),
            steps(|xml, limits, visit| parse(xml, limits, visit), xml),
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_shortcut_reads_what_the_parser_reads(
            pieces in prop::collection::vec(prop::sample::select(vec![
                "<a>", "</a>", "<b1>", "</b1>", "<![CDATA[", "]]>", "text", " ", "\n", "\r", "&amp;", "&", "]]", ">",
                "<", "你好", "<a/>", "<a b='c'>", "</a >", "<!-- -->", "<xml>", "</xml>", "1", "<_>", "</_>", "<?p?>", "\0",
                "&#0;",
            ]), 0..14),
            wrapped in any::<bool>(),
        ) {
            let inner = pieces.concat();
            let xml = if wrapped { format!("<xml>{inner}</xml>") } else { inner };
            let (short, long) = both(&xml);
            prop_assert_eq!(short, long);
        }
    }
}
