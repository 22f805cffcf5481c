//! What the platform cuts without a word.

use std::borrow::Cow;

use serde_json::Value;

use crate::sandbox::Words;

/// What was cut.
#[derive(Debug, Default)]
pub(crate) struct Cuts(Vec<(&'static str, usize, &'static str)>);

impl Cuts {
    pub(crate) fn bytes(&mut self, object: &mut Value, name: &'static str, most: usize) {
        if let Some(Value::String(text)) = object.get_mut(name)
            && text.len() > most
        {
            text.truncate(text.floor_char_boundary(most));
            self.0.push((name, most, "bytes"));
        }
    }

    pub(crate) fn characters(&mut self, object: &mut Value, name: &'static str, most: usize) {
        if let Some(Value::String(text)) = object.get_mut(name)
            && let Some((end, _)) = text.char_indices().nth(most)
        {
            text.truncate(end);
            self.0.push((name, most, "characters"));
        }
    }

    pub(crate) fn words(self) -> Option<Words> {
        if self.0.is_empty() {
            return None;
        }
        let list = |join: fn(&(&str, usize, &str)) -> String| {
            self.0.iter().map(join).collect::<Vec<_>>().join(", ")
        };
        let en = list(|(name, most, unit)| format!("{name} at {most} {unit}"));
        let zh = list(|(name, most, unit)| {
            let unit = if *unit == "bytes" { "字节" } else { "个字" };
            format!("{name} 在 {most} {unit}处")
        });
        Some(Words::new(
            Cow::Owned(format!("too long, and cut by the platform: {en}")),
            Cow::Owned(format!("超长, 被平台截断: {zh}")),
        ))
    }
}
