//! What the fields of a message must be like: a small language for tables, and what reads it.

use serde_json::{Map, Value};

use super::{OutgoingError, picture};
use crate::reply::Cut;

/// One thing that the platform wants of an object.
#[derive(Debug)]
pub(super) enum Rule {
    /// The text is there, and not blank.
    Needed(&'static str),
    /// The text is at most so many bytes.
    Bytes(&'static str, usize),
    /// The text is at most so many characters.
    Chars(&'static str, usize),
    /// The text has so many Chinese characters, at least and at most. Others may count as half of one, so only a text that is
    /// out of range either way is refused.
    Chinese(&'static str, usize, usize),
    /// The platform cuts the text after so many bytes.
    CutBytes(&'static str, usize),
    /// The platform cuts the text after so many characters.
    CutChars(&'static str, usize),
    /// The text is `http://…` or `https://…`, where there is one.
    Url(&'static str),
    /// The text is digits, letters and `_-@`, where there is one.
    Id(&'static str),
    /// The number is one of these.
    Number(&'static str, &'static [i64]),
    /// The number is between these two, where there is one.
    Between(&'static str, f64, f64),
    /// Where the number is this one, the rules hold as well. A number that is missing is 0.
    Where(&'static str, i64, &'static [Self]),
    /// Where the field is there, the rules hold as well.
    With(&'static str, &'static [Self]),
    /// Where the field is not there, the rules hold as well.
    Without(&'static str, &'static [Self]),
    /// At least one of the fields is there; the dot leads into an object.
    OneOf(&'static [&'static str]),
    /// The object is there.
    Object(&'static str),
    /// The object keeps these rules, where there is one.
    Inside(&'static str, &'static [Self]),
    /// The list has so many objects, and each of them keeps these rules; none at all is 0.
    List(&'static str, usize, usize, &'static [Self]),
    /// No two objects of the list have the same text here.
    Distinct(&'static str, &'static str),
    /// The object is a picture with its bytes.
    Picture,
}

/// Holds `object`, which stands at `path`, to `rules`; what the platform will cut goes to `cuts`.
pub(super) fn check(
    rules: &[Rule],
    object: &Map<String, Value>,
    path: &str,
    cuts: &mut Vec<Cut>,
) -> Result<(), OutgoingError> {
    let object = Object { object, path };
    rules.iter().try_for_each(|rule| object.keeps(rule, cuts))
}

/// An object, and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Object<'a> {
    pub(super) object: &'a Map<String, Value>,
    pub(super) path: &'a str,
}

impl<'a> Object<'a> {
    /// A text; empty where there is none.
    pub(super) fn text(self, name: &str) -> Result<&'a str, OutgoingError> {
        match self.object.get(name) {
            None | Some(Value::Null) => Ok(""),
            Some(Value::String(text)) => Ok(text),
            Some(other) => Err(OutgoingError::wrong(self.at(name), other, "text")),
        }
    }

    pub(super) fn at(self, name: &str) -> String {
        format!("{}.{name}", self.path)
    }

    fn keeps(self, rule: &Rule, cuts: &mut Vec<Cut>) -> Result<(), OutgoingError> {
        match *rule {
            Rule::Needed(name) if self.text(name)?.trim().is_empty() => self.missing(name),
            Rule::OneOf(names) if !names.iter().any(|name| self.has(name)) => {
                self.missing(&names.join(&format!(" or {}.", self.path)))
            }
            Rule::Object(name) if !self.has(name) => self.missing(name),
            Rule::Needed(_) | Rule::OneOf(_) | Rule::Object(_) => Ok(()),
            Rule::Bytes(name, limit) => {
                let length = self.text(name)?.len();
                within(length, limit, "bytes", || self.at(name))
            }
            Rule::Chars(name, limit) => {
                let length = self.text(name)?.chars().count();
                within(length, limit, "characters", || self.at(name))
            }
            Rule::Chinese(name, least, most) => self.is_chinese(name, least, most),
            Rule::CutBytes(what, limit) => {
                note(cuts, what, self.text(what)?.len(), limit, "bytes");
                Ok(())
            }
            Rule::CutChars(what, limit) => {
                let length = self.text(what)?.chars().count();
                note(cuts, what, length, limit, "characters");
                Ok(())
            }
            Rule::Url(name) => self.is_url(name),
            Rule::Id(name) => self.is_id(name),
            Rule::Number(name, taken) => self.is_number(name, taken),
            Rule::Between(name, low, high) => self.is_between(name, low, high),
            Rule::Where(name, number, rules) => {
                let found = self.object.get(name).and_then(Value::as_i64);
                self.keeps_if(found.unwrap_or_default() == number, rules, cuts)
            }
            Rule::With(name, rules) => self.keeps_if(self.has(name), rules, cuts),
            Rule::Without(name, rules) => self.keeps_if(!self.has(name), rules, cuts),
            Rule::Inside(name, rules) => match self.object.get(name) {
                None | Some(Value::Null) => Ok(()),
                Some(inner) => check_value(rules, inner, &self.at(name), cuts),
            },
            Rule::List(name, least, most, rules) => {
                let items = self.list(name)?;
                counted(items.len(), least, most, || self.at(name))?;
                items.iter().enumerate().try_for_each(|(index, item)| {
                    check_value(rules, item, &format!("{}[{index}]", self.at(name)), cuts)
                })
            }
            Rule::Distinct(name, key) => self.is_distinct(name, key),
            Rule::Picture => picture::check(self),
        }
    }

    fn keeps_if(
        self,
        concerned: bool,
        rules: &[Rule],
        cuts: &mut Vec<Cut>,
    ) -> Result<(), OutgoingError> {
        if concerned {
            check(rules, self.object, self.path, cuts)
        } else {
            Ok(())
        }
    }

    fn missing(self, name: &str) -> Result<(), OutgoingError> {
        let field = self.at(name);
        Err(OutgoingError::Missing { field })
    }

    fn is_url(self, name: &str) -> Result<(), OutgoingError> {
        let url = self.text(name)?;
        let lower = url.to_ascii_lowercase();
        if url.is_empty() || lower.starts_with("http://") || lower.starts_with("https://") {
            return Ok(());
        }
        Err(OutgoingError::wrong_text(self.at(name), url, "https://…"))
    }

    fn is_id(self, name: &str) -> Result<(), OutgoingError> {
        let id = self.text(name)?;
        let good = |byte: u8| byte.is_ascii_alphanumeric() || b"_-@".contains(&byte);
        if id.bytes().all(good) {
            return Ok(());
        }
        let expected = "digits, letters and _ - @";
        Err(OutgoingError::wrong_text(self.at(name), id, expected))
    }

    fn is_chinese(self, name: &str, least: usize, most: usize) -> Result<(), OutgoingError> {
        let text = self.text(name)?;
        let (mut count, mut halves) = (0, 0);
        for ch in text.chars() {
            count += 1;
            halves += if ch.is_ascii() { 1 } else { 2 };
        }
        if count == 0 || (count >= least && halves <= 2 * most) {
            return Ok(());
        }
        let expected = format!("{least} to {most} Chinese characters");
        Err(OutgoingError::wrong_text(self.at(name), text, expected))
    }

    fn is_number(self, name: &str, taken: &[i64]) -> Result<(), OutgoingError> {
        let found = self.object.get(name).unwrap_or(&Value::Null);
        if found.as_i64().is_some_and(|it| taken.contains(&it)) {
            return Ok(());
        }
        let taken: Vec<String> = taken.iter().map(ToString::to_string).collect();
        let expected = format!("the number {}", taken.join(" or "));
        Err(OutgoingError::wrong(self.at(name), found, expected))
    }

    fn is_between(self, name: &str, low: f64, high: f64) -> Result<(), OutgoingError> {
        let found = self.object.get(name).unwrap_or(&Value::Null);
        let is_within = |it: f64| (low..=high).contains(&it);
        if found.is_null() || found.as_f64().is_some_and(is_within) {
            return Ok(());
        }
        let expected = format!("a number from {low} to {high}");
        Err(OutgoingError::wrong(self.at(name), found, expected))
    }

    fn is_distinct(self, name: &str, key: &str) -> Result<(), OutgoingError> {
        let mut seen: Vec<&Value> = Vec::new();
        for (index, item) in self.list(name)?.iter().enumerate() {
            let Some(of_item) = item.get(key) else {
                continue;
            };
            if seen.contains(&of_item) {
                let field = format!("{}[{index}].{key}", self.at(name));
                let expected = "another one in each entry";
                return Err(OutgoingError::wrong(field, of_item, expected));
            }
            seen.push(of_item);
        }
        Ok(())
    }

    fn list(self, name: &str) -> Result<&'a [Value], OutgoingError> {
        match self.object.get(name) {
            None | Some(Value::Null) => Ok(&[]),
            Some(Value::Array(items)) => Ok(items),
            Some(other) => Err(OutgoingError::wrong(self.at(name), other, "a list")),
        }
    }

    /// Whether anything stands at `path`, in which a dot leads into an object.
    fn has(self, path: &str) -> bool {
        let value = match path.split_once('.') {
            Some((outer, inner)) => self.object.get(outer).and_then(|outer| outer.get(inner)),
            None => self.object.get(path),
        };
        match value {
            None | Some(Value::Null) => false,
            Some(Value::String(text)) => !text.trim().is_empty(),
            Some(_) => true,
        }
    }
}

/// An error when `length` is over `limit`.
pub(super) fn within(
    length: usize,
    limit: usize,
    unit: &'static str,
    field: impl FnOnce() -> String,
) -> Result<(), OutgoingError> {
    if length <= limit {
        return Ok(());
    }
    Err(OutgoingError::TooLong {
        field: field(),
        length,
        limit,
        unit,
    })
}

fn check_value(
    rules: &[Rule],
    value: &Value,
    path: &str,
    cuts: &mut Vec<Cut>,
) -> Result<(), OutgoingError> {
    match value {
        Value::Object(object) => check(rules, object, path, cuts),
        other => Err(OutgoingError::wrong(path, other, "an object")),
    }
}

fn counted(
    count: usize,
    least: usize,
    most: usize,
    field: impl FnOnce() -> String,
) -> Result<(), OutgoingError> {
    if (least..=most).contains(&count) {
        return Ok(());
    }
    Err(OutgoingError::Count {
        field: field(),
        count,
        least,
        most,
    })
}

fn note(cuts: &mut Vec<Cut>, what: &'static str, length: usize, limit: usize, unit: &'static str) {
    if length > limit {
        cuts.push(Cut {
            what,
            length,
            limit,
            kept: limit,
            unit,
        });
    }
}
