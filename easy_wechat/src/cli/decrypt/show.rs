//! A message as text with indents, and as JSON.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::xml::{Field, Fields};

/// An element on each line; what is no XML stays as it is.
pub(super) fn pretty(xml: &str) -> String {
    let Ok(fields) = Fields::parse(xml) else {
        return xml.to_owned();
    };
    let mut out = "<xml>\n".to_owned();
    for field in fields.iter() {
        element(&mut out, field, 1);
    }
    out.push_str("</xml>");
    out
}

/// The fields of a message by their names, or the text of a verification.
pub(super) fn json(plain: &str, message: bool) -> String {
    let fields = if message {
        Fields::parse(plain).ok()
    } else {
        None
    };
    let value = match fields {
        Some(fields) => object(&mut fields.iter()),
        None => json!({"echostr": plain}),
    };
    format!("{value:#}")
}

fn element(out: &mut String, field: Field<'_>, depth: usize) {
    let indent = "  ".repeat(depth);
    let name = field.name();
    // Writing to a String cannot fail.
    if field.children().next().is_none() {
        let text = field
            .text()
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
        let _ = writeln!(out, "{indent}<{name}>{text}</{name}>");
        return;
    }
    let _ = writeln!(out, "{indent}<{name}>");
    for child in field.children() {
        element(out, child, depth + 1);
    }
    let _ = writeln!(out, "{indent}</{name}>");
}

/// An element that stands there more than once becomes a list.
fn object(fields: &mut dyn Iterator<Item = Field<'_>>) -> Value {
    let mut map = Map::new();
    for field in fields {
        let value = if field.children().next().is_some() {
            object(&mut field.children())
        } else {
            field.text().into()
        };
        match map.get_mut(field.name()) {
            None => {
                map.insert(field.name().to_owned(), value);
            }
            Some(Value::Array(list)) => list.push(value),
            Some(first) => *first = json!([first.take(), value]),
        }
    }
    map.into()
}
