//! A template card in the XML of a passive reply, made into the JSON of message/send.
//!
//! Names go from `PascalCase` to `snake_case`; lists are repeated elements without one around them. That the elements of
//! vote and multiple-choice cards are named as here is assumed: the documentation shows only some of them.
//! <https://developer.work.weixin.qq.com/document/path/90241>

use serde_json::{Map, Value};

use crate::sandbox::Words;
use crate::xml::Field;

/// The card that stands in a `TemplateCard` element.
///
/// # Errors
/// In words, when it has no `CardType` or an unknown one.
pub(super) fn to_json(card: Field<'_>) -> Result<Map<String, Value>, Words> {
    let kind = card.get("CardType").unwrap_or_default();
    if !CARD_TYPES.contains(&kind) {
        let kind: String = kind.chars().take(40).collect();
        return Err(Words::new(
            format!(
                "TemplateCard/CardType is {kind:?}; there are {}",
                CARD_TYPES.join(", ")
            ),
            format!(
                "TemplateCard/CardType 是 {kind:?}; 可用的有 {}",
                CARD_TYPES.join(", ")
            ),
        ));
    }
    Ok(members(card))
}

fn members(element: Field<'_>) -> Map<String, Value> {
    let mut members = Map::new();
    for child in element.children() {
        let name = json_name(child.name());
        let value = if child.children().next().is_some() {
            Value::Object(self::members(child))
        } else {
            leaf(&name, child.text())
        };
        let is_list = name.ends_with("_list");
        match members.get_mut(&name) {
            Some(Value::Array(list)) => list.push(value),
            Some(_) => {}
            None if is_list => {
                members.insert(name, Value::Array(vec![value]));
            }
            None => {
                members.insert(name, value);
            }
        }
    }
    members
}

/// A text, or the number or truth value that the JSON has in this place.
fn leaf(name: &str, text: &str) -> Value {
    if TRUTHS.contains(&name) {
        return Value::Bool(matches!(text.trim(), "1" | "true"));
    }
    if NUMBERS.contains(&name) {
        if let Ok(number) = text.trim().parse::<i64>() {
            return number.into();
        }
        if let Ok(number) = text.trim().parse::<f64>() {
            return number.into();
        }
    }
    text.into()
}

/// `MainTitle` is `main_title`; a few names have a hump that no underscore shows.
fn json_name(name: &str) -> String {
    match name {
        "AppId" => return "appid".to_owned(),
        "CheckBox" => return "checkbox".to_owned(),
        "KeyName" => return "keyname".to_owned(),
        "PagePath" => return "pagepath".to_owned(),
        "UserId" => return "userid".to_owned(),
        _ => {}
    }
    let mut json = String::with_capacity(name.len() + 4);
    for char in name.chars() {
        if char.is_ascii_uppercase() && !json.is_empty() {
            json.push('_');
        }
        json.push(char.to_ascii_lowercase());
    }
    json
}

const CARD_TYPES: [&str; 5] = [
    "text_notice",
    "news_notice",
    "button_interaction",
    "vote_interaction",
    "multiple_interaction",
];

const NUMBERS: [&str; 5] = ["aspect_ratio", "desc_color", "mode", "style", "type"];
const TRUTHS: [&str; 2] = ["disable", "is_checked"];
