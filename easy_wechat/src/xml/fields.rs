//! A document as a list of elements over one text: three allocations, whatever it holds.

use std::borrow::Cow;
use std::fmt;

use super::{Limits, Step, XmlError, walk};

/// Every element of a document, by the platform's own names.
///
/// Paths name nested elements: `SendPicsInfo/PicList/item/PicMd5Sum`. The root's name is not part of a path.
///
/// ```
/// use easy_wechat::xml::Fields;
///
/// let fields = Fields::parse("<xml><A>1</A><L><I><![CDATA[x]]></I><I>y &amp; z</I></L></xml>")?;
/// assert_eq!(fields.get("A"), Some("1"));
/// assert_eq!(fields.get("L/I"), Some("x"));
/// assert_eq!(fields.all("L/I").map(|field| field.text()).collect::<Vec<_>>(), ["x", "y & z"]);
/// # Ok::<_, easy_wechat::xml::XmlError>(())
/// ```
#[derive(Clone)]
pub struct Fields {
    /// The document, and behind it the texts that do not stand in it in one piece.
    text: String,
    /// The elements in document order; the first is the root.
    nodes: Vec<Node>,
}

/// One element of [`Fields`].
#[derive(Clone, Copy)]
pub struct Field<'a> {
    fields: &'a Fields,
    index: usize,
}

impl Fields {
    /// Reads a document within the default [`Limits`].
    ///
    /// # Errors
    /// [`XmlError`], when it is not well-formed, holds what is refused, or is too large.
    pub fn parse(xml: impl Into<String>) -> Result<Self, XmlError> {
        Self::parse_within(xml, Limits::default())
    }

    /// Reads a document within `limits`.
    ///
    /// # Errors
    /// [`XmlError`], as for [`Fields::parse`].
    pub fn parse_within(xml: impl Into<String>, limits: Limits) -> Result<Self, XmlError> {
        let mut text = xml.into();
        let mut builder = Builder::new(&text);
        walk(&text, limits, |step| builder.take(step))?;
        let Builder { nodes, tail, .. } = builder;
        text.push_str(&tail);
        Ok(Self { text, nodes })
    }

    /// The text of the first element at `path`; empty for an element without text, `None` when there is no such element.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.root().get(path)
    }

    /// Every element at `path`, in document order.
    pub fn all<'a>(&'a self, path: &str) -> impl Iterator<Item = Field<'a>> + use<'a> {
        self.root().all(path)
    }

    /// The elements directly in the root, in document order.
    pub fn iter(&self) -> impl Iterator<Item = Field<'_>> {
        self.root().children()
    }

    /// Each element's name, text, and the index behind the last element inside it; the root is left out.
    pub(crate) fn elements(&self) -> impl Iterator<Item = (&str, &str, u32)> {
        self.nodes
            .iter()
            .skip(1)
            .map(|node| (self.slice(node.name), self.slice(node.text), node.end))
    }

    fn root(&self) -> Field<'_> {
        Field {
            fields: self,
            index: 0,
        }
    }

    fn node(&self, index: usize) -> Node {
        self.nodes.get(index).copied().unwrap_or_default()
    }

    fn slice(&self, span: Span) -> &str {
        self.text
            .get(span.start as usize..span.end as usize)
            .unwrap_or_default()
    }
}

impl<'a> Field<'a> {
    /// The element's name.
    pub fn name(self) -> &'a str {
        self.fields.slice(self.fields.node(self.index).name)
    }

    /// The text directly in the element; for an element with children, what stands before the first of them.
    pub fn text(self) -> &'a str {
        self.fields.slice(self.fields.node(self.index).text)
    }

    /// The elements directly in this one, in document order.
    pub fn children(self) -> impl Iterator<Item = Self> + use<'a> {
        let fields = self.fields;
        let end = fields.node(self.index).end as usize;
        let first = self.index + 1;
        std::iter::successors((first < end).then_some(first), move |&index| {
            let next = fields.node(index).end as usize;
            (next > index && next < end).then_some(next)
        })
        .map(move |index| Self { fields, index })
    }

    /// The text of the first element at `path` below this one.
    pub fn get(self, path: &str) -> Option<&'a str> {
        if path.bytes().any(|byte| byte == b'/') {
            return self.all(path).next().map(Self::text);
        }
        self.children()
            .find(|child| child.name() == path)
            .map(Self::text)
    }

    /// Every element at `path` below this one, in document order.
    pub fn all(self, path: &str) -> impl Iterator<Item = Self> + use<'a> {
        let mut found = vec![self];
        for name in path.split('/') {
            found = found
                .into_iter()
                .flat_map(Self::children)
                .filter(|child| child.name() == name)
                .collect();
        }
        found.into_iter()
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.root().fmt(f)
    }
}

impl fmt::Debug for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.children().next().is_none() {
            return self.text().fmt(f);
        }
        f.debug_map()
            .entries(self.children().map(|child| (child.name(), child)))
            .finish()
    }
}

/// Equal when the same elements with the same texts stand in the same order; how they were written does not count.
impl PartialEq for Fields {
    fn eq(&self, other: &Self) -> bool {
        self.nodes.len() == other.nodes.len()
            && self.nodes.iter().zip(&other.nodes).all(|(mine, theirs)| {
                mine.end == theirs.end
                    && self.slice(mine.name) == other.slice(theirs.name)
                    && self.slice(mine.text) == other.slice(theirs.text)
            })
    }
}

impl Eq for Fields {}

#[derive(Clone, Copy, Default)]
struct Span {
    start: u32,
    end: u32,
}

#[derive(Clone, Copy, Default)]
struct Node {
    name: Span,
    text: Span,
    /// The index behind the last element inside this one; while it is open, the index of the one around it.
    end: u32,
}

struct Builder<'a> {
    xml: &'a str,
    nodes: Vec<Node>,
    tail: String,
    /// The index of the innermost element that is open.
    innermost: u32,
    /// The text of the innermost element so far; `None` once a child has begun in it.
    text: Option<Cow<'a, str>>,
    /// Whether a part of it was CDATA.
    has_cdata: bool,
    /// White space after CDATA, which is ignored unless other text follows.
    blank: Option<Cow<'a, str>>,
}

impl<'a> Builder<'a> {
    fn new(xml: &'a str) -> Self {
        Self {
            xml,
            nodes: Vec::with_capacity(12),
            tail: String::new(),
            innermost: 0,
            text: None,
            has_cdata: false,
            blank: None,
        }
    }

    fn take(&mut self, step: Step<'a>) {
        match step {
            Step::Open(name) => {
                // White space before a child is layout, not text.
                self.text.take_if(|text| text.trim_ascii().is_empty());
                self.settle_text();
                let name = self.span(name);
                let around = std::mem::replace(&mut self.innermost, position(self.nodes.len()));
                self.has_cdata = false;
                self.nodes.push(Node {
                    name,
                    text: Span::default(),
                    end: around,
                });
                self.text = Some(Cow::Borrowed(""));
            }
            Step::Text(piece) if self.has_cdata && piece.trim_ascii().is_empty() => {
                match &mut self.blank {
                    Some(blank) => blank.to_mut().push_str(&piece),
                    None => self.blank = Some(piece),
                }
            }
            Step::Text(piece) => {
                if let Some(blank) = self.blank.take() {
                    self.join(blank);
                }
                self.join(piece);
            }
            Step::CData(piece) => {
                self.blank = None;
                let first = !std::mem::replace(&mut self.has_cdata, true);
                match &mut self.text {
                    Some(text) if first && text.trim_ascii().is_empty() => *text = piece,
                    _ => self.join(piece),
                }
            }
            Step::Close => {
                self.settle_text();
                let end = position(self.nodes.len());
                if let Some(node) = self.nodes.get_mut(self.innermost as usize) {
                    self.innermost = std::mem::replace(&mut node.end, end);
                }
            }
        }
    }

    fn join(&mut self, piece: Cow<'a, str>) {
        match &mut self.text {
            Some(text) if text.is_empty() => *text = piece,
            Some(text) => text.to_mut().push_str(&piece),
            None => {}
        }
    }

    /// Gives the text read so far to the innermost element.
    fn settle_text(&mut self) {
        self.blank = None;
        let Some(text) = self.text.take() else { return };
        let span = match text {
            Cow::Borrowed(piece) => self.span(piece),
            Cow::Owned(joined) => {
                let start = self.xml.len() + self.tail.len();
                self.tail.push_str(&joined);
                Span {
                    start: position(start),
                    end: position(start + joined.len()),
                }
            }
        };
        if let Some(node) = self.nodes.get_mut(self.innermost as usize) {
            node.text = span;
        }
    }

    /// Where a part of the document stands in it. A text from elsewhere (a resolved entity) is put behind it.
    fn span(&mut self, part: &str) -> Span {
        let start = part.as_ptr().addr().wrapping_sub(self.xml.as_ptr().addr());
        if self
            .xml
            .get(start..start.wrapping_add(part.len()))
            .is_some()
        {
            return Span {
                start: position(start),
                end: position(start + part.len()),
            };
        }
        let start = self.xml.len() + self.tail.len();
        self.tail.push_str(part);
        Span {
            start: position(start),
            end: position(start + part.len()),
        }
    }
}

/// An index as it is kept. Documents are at most [`Limits::max_bytes`] long; beyond 4 GiB a field would read as empty.
fn position(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
