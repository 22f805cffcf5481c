//! Elements that are said by their paths, written as nested XML.

use std::fmt::{Display, Write as _};

use super::refused;
use crate::sandbox::SandboxError;
use crate::xml::is_xml_char;

/// Writes `fields`, pairs of path and text, in the order that `position` gives their paths; those without one come last.
///
/// A path like `PicList/item[2]/PicMd5Sum` names the second `item`, counted from 1; without a number it is the first.
///
/// # Errors
/// [`SandboxError::Refused`] for a path that is none.
pub(super) fn write(
    out: &mut Out,
    fields: Vec<(&str, &str)>,
    position: impl Fn(&str) -> Option<usize>,
) -> Result<(), SandboxError> {
    if fields.len() > MAX_FIELDS {
        return Err(refused(
            "an event of more than 500 fields",
            "事件的字段超过了 500 个",
        ));
    }
    let mut paths = Vec::with_capacity(fields.len());
    for (path, text) in fields {
        let steps = steps(path)?;
        let names: Vec<&str> = steps.iter().map(|step| step.name).collect();
        let place = position(&names.join("/")).unwrap_or(usize::MAX);
        paths.push((place, steps, text));
    }
    paths.sort();
    let mut root = Element::default();
    for (_, steps, text) in paths {
        root.add(&steps, text)?;
    }
    for (step, child) in &root.children {
        child.write(step.name, out);
    }
    Ok(())
}

/// XML as the platform writes it: texts as CDATA, numbers bare.
#[derive(Debug)]
pub(super) struct Out(String);

impl Out {
    /// A document whose root is open.
    pub(super) fn new() -> Self {
        let mut out = String::with_capacity(512);
        out.push_str("<xml>");
        Self(out)
    }

    pub(super) fn finish(mut self) -> String {
        self.0.push_str("</xml>");
        self.0
    }

    /// An element with text. A `]]>` in it is split over two sections; what XML does not allow is left out.
    pub(super) fn text(&mut self, name: &str, text: &str) {
        let text: String = text.chars().filter(|&char| is_xml_char(char)).collect();
        let text = text.replace("]]>", "]]]]><![CDATA[>");
        // Writing to a String cannot fail.
        let _ = write!(self.0, "<{name}><![CDATA[{text}]]></{name}>");
    }

    /// An element with a number.
    pub(super) fn bare(&mut self, name: &str, number: impl Display) {
        let _ = write!(self.0, "<{name}>{number}</{name}>");
    }

    /// An element with a number if it is known to have one, else with text.
    pub(super) fn value(&mut self, name: &str, value: &str) {
        match number(value).filter(|_| BARE.contains(&name)) {
            Some(number) => self.bare(name, number),
            None => self.text(name, value),
        }
    }
}

/// The text itself, if it is a decimal number.
pub(super) fn number(text: &str) -> Option<&str> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (all_digits(whole) && all_digits(part) && text.len() <= MAX_DIGITS).then_some(text)
}

/// One name of a path, and the how-manieth of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Step<'a> {
    name: &'a str,
    number: u16,
}

/// An element that is being put together.
#[derive(Debug, Default)]
struct Element<'a> {
    text: Option<&'a str>,
    children: Vec<(Step<'a>, Self)>,
}

impl<'a> Element<'a> {
    fn add(&mut self, steps: &[Step<'a>], text: &'a str) -> Result<(), SandboxError> {
        let mixed = || {
            refused(
                "an element holds text or other elements, not both",
                "一个元素不能既有文本又有子元素",
            )
        };
        let Some((&step, rest)) = steps.split_first() else {
            self.text = Some(text);
            return if self.children.is_empty() {
                Ok(())
            } else {
                Err(mixed())
            };
        };
        if self.text.is_some() {
            return Err(mixed());
        }
        let at = self.children.iter().position(|(known, _)| *known == step);
        let at = at.unwrap_or(self.children.len());
        if at == self.children.len() {
            self.children.push((step, Self::default()));
        }
        match self.children.get_mut(at) {
            Some((_, child)) => child.add(rest, text),
            None => Ok(()),
        }
    }

    fn write(&self, name: &str, out: &mut Out) {
        if let Some(text) = self.text {
            out.value(name, text);
            return;
        }
        out.bare(name, Inside(self));
    }
}

/// The elements within one, for writing.
struct Inside<'a>(&'a Element<'a>);

impl Display for Inside<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut out = Out(String::new());
        for (step, child) in &self.0.children {
            child.write(step.name, &mut out);
        }
        f.write_str(&out.0)
    }
}

fn steps(path: &str) -> Result<Vec<Step<'_>>, SandboxError> {
    let steps: Option<Vec<Step<'_>>> = path.split('/').map(step).collect();
    steps
        .filter(|steps| steps.len() <= MAX_DEPTH)
        .ok_or_else(|| {
            refused(
                "a field is named like EventKey, ScanCodeInfo/ScanResult or PicList/item[2]/PicMd5Sum",
                "字段的写法是 EventKey、ScanCodeInfo/ScanResult 或 PicList/item[2]/PicMd5Sum",
            )
        })
}

fn step(text: &str) -> Option<Step<'_>> {
    let (name, number) = match text.strip_suffix(']') {
        Some(text) => {
            let (name, number) = text.split_once('[')?;
            (name, number.parse().ok().filter(|&number| number > 0)?)
        }
        None => (text, 1),
    };
    let good = name.starts_with(|char: char| char.is_ascii_alphabetic() || char == '_')
        && name.len() <= MAX_NAME
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
    good.then_some(Step { name, number })
}

/// What the platform writes without CDATA when it is a number.
const BARE: [&str; 44] = [
    "AgentID",
    "ApplyTime",
    "ApproverAttr",
    "ApvRel",
    "Bytes",
    "CommentTime",
    "Count",
    "ErrCode",
    "ErrorCount",
    "FilterCount",
    "Gender",
    "Id",
    "ItemOpTime",
    "ItemStatus",
    "JoinScene",
    "Latitude",
    "Longitude",
    "MainDepartment",
    "MemChangeCnt",
    "MenuId",
    "Mobile",
    "Mode",
    "MsgID",
    "NodeAttr",
    "NodeType",
    "OpenSpStatus",
    "Order",
    "ParentId",
    "Precision",
    "QuitScene",
    "RevokeTime",
    "SentCount",
    "SpStatus",
    "SpTime",
    "SpYj",
    "Sptime",
    "StatuChangeEvent",
    "Status",
    "TagId",
    "TotalCount",
    "Type",
    "approverstep",
    "PopupScene",
    "CreateTime",
];

const MAX_FIELDS: usize = 500;
const MAX_DEPTH: usize = 16;
const MAX_NAME: usize = 64;
const MAX_DIGITS: usize = 40;
