//! The platform's XML, read within limits and written safely.
//!
//! [`Fields`] keeps a whole document: every element, nested and repeated ones too, in order. [`XmlWriter`] writes
//! replies. Reading refuses what the platform never sends and attackers do: a DTD, a second root, more than the [`Limits`].
//!
//! A broken character does not fail the whole message: NUL and references to an invalid character are read as U+FFFD; a `&`
//! that begins no reference, and undefined entities, are kept as text. White space around CDATA is ignored.
//!
//! Attributes, comments and processing instructions are read over: the platform uses none.

mod fields;
mod flat;
mod walk;
mod write;

pub use fields::{Field, Fields};
pub(crate) use walk::{Step, walk};
pub use write::XmlWriter;
pub(crate) use write::is_xml_char;

/// What a document may cost before it is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The document's length in bytes. Default: 1 MiB.
    pub max_bytes: usize,
    /// How deep elements may stand in each other, the root included. Default: 32; the platform's deepest event
    /// (`sys_approval_change`) has 8.
    pub max_depth: usize,
    /// How many elements there may be. Default: 10,000.
    pub max_elements: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 1 << 20,
            max_depth: 32,
            max_elements: 10_000,
        }
    }
}

/// Why a text is not a document of the platform's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum XmlError {
    /// Not well-formed, such as a tag that is not closed.
    #[error("not well-formed XML near byte {at}: {what}")]
    Malformed {
        /// Where, in bytes from the start.
        at: u64,
        /// What the parser expected.
        what: String,
    },
    /// Nothing but white space, or text with no element around it.
    #[error("no XML element in it{}", if *.json { "; it looks like JSON: choose XML as the data format in the console" } else { "" })]
    NoRoot {
        /// Whether it starts like a JSON object.
        json: bool,
    },
    /// Something stands behind the end of the first element.
    #[error("a second root element or text behind the first")]
    TwoRoots,
    /// A document type declaration, which is never read: it is the way to entity bombs and to foreign files.
    #[error("a document type declaration (DTD), which is refused")]
    Dtd,
    /// Longer, deeper or of more elements than [`Limits`] allow.
    #[error("more than {limit} {of}")]
    TooLarge {
        /// Of what: `bytes`, `levels` or `elements`.
        of: &'static str,
        /// The limit that was passed.
        limit: usize,
    },
}
