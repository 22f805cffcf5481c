//! Writing XML that the platform reads, whatever the text in it.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Writes a reply into one growing text.
///
/// Text goes out as CDATA, as in the platform's own examples; a `]]>` in it is split over two sections, and characters
/// that XML does not allow are left out.
///
/// ```
/// use easy_wechat::xml::XmlWriter;
///
/// let mut xml = XmlWriter::new();
/// xml.element("xml", |xml| xml.text("Content", "a]]>b"));
/// assert_eq!(xml.finish(), "<xml><Content><![CDATA[a]]]]><![CDATA[>b]]></Content></xml>");
/// ```
#[derive(Debug, Default)]
pub struct XmlWriter {
    out: String,
}

impl XmlWriter {
    /// An empty document.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty document with room for `capacity` bytes.
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            out: String::with_capacity(capacity),
        }
    }

    /// An element that holds what `content` writes.
    pub fn element(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        self.open(name);
        content(self);
        self.close(name);
    }

    /// An element with text, as CDATA.
    pub fn text(&mut self, name: &str, text: &str) {
        self.open(name);
        self.out.push_str("<![CDATA[");
        let text = allowed(text);
        if text.contains("]]>") {
            self.out.push_str(&text.replace("]]>", "]]]]><![CDATA[>"));
        } else {
            self.out.push_str(&text);
        }
        self.out.push_str("]]>");
        self.close(name);
    }

    /// An element with a bare number.
    pub fn number(&mut self, name: &str, number: impl Into<i64>) {
        self.open(name);
        // Writing to a String cannot fail.
        let _ = write!(self.out, "{}", number.into());
        self.close(name);
    }

    /// The document.
    pub fn finish(self) -> String {
        self.out
    }

    fn open(&mut self, name: &str) {
        self.out.push('<');
        self.out.push_str(name);
        self.out.push('>');
    }

    fn close(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }
}

/// What of `text` XML 1.0 allows.
fn allowed(text: &str) -> Cow<'_, str> {
    // All that is refused is a control character or begins with 0xEF in UTF-8; most text has neither. Every byte is looked
    // at, with no way out in between, so that the compiler can take many at once.
    let suspect =
        |byte: u8| byte == 0xEF || (byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r'));
    if !text
        .bytes()
        .fold(false, |found, byte| found | suspect(byte))
        || text.chars().all(is_xml_char)
    {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter(|&char| is_xml_char(char)).collect())
}

/// <https://www.w3.org/TR/xml/#charsets>
pub(crate) fn is_xml_char(char: char) -> bool {
    !matches!(char, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}
