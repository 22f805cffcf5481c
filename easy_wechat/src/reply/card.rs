use serde_json::{Map, Value};

use crate::xml::XmlWriter;

/// A template card, as the platform documents its JSON: `card_type`, `main_title`, `horizontal_content_list`, ….
///
/// The same card is sent as JSON and given back as XML in a passive reply; the names are translated.
///
/// ```
/// use easy_wechat::TemplateCard;
/// use serde_json::json;
///
/// let card = TemplateCard::new(json!({
///     "card_type": "text_notice",
///     "main_title": { "title": "已批准", "desc": "" },
/// }))?;
/// # Ok::<_, easy_wechat::CardError>(())
/// ```
///
/// <https://developer.work.weixin.qq.com/document/path/90236>
#[derive(Clone, Debug, PartialEq)]
pub struct TemplateCard(Map<String, Value>);

/// Why a JSON value is no template card.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CardError {
    /// It is not a JSON object.
    #[error("a template card is a JSON object with a card_type")]
    NotAnObject,
    /// Its `card_type` is missing or none of the platform's.
    #[error("card_type is {found:?}; expected one of {CARD_TYPES:?}")]
    CardType {
        /// What stands there; empty when nothing does.
        found: String,
    },
}

impl TemplateCard {
    /// Takes a card as JSON. What is in it beside the `card_type` is the platform's to check.
    ///
    /// # Errors
    /// [`CardError`] when it is no object or its `card_type` is unknown.
    pub fn new(json: Value) -> Result<Self, CardError> {
        let Value::Object(card) = json else {
            return Err(CardError::NotAnObject);
        };
        let card_type = card
            .get("card_type")
            .and_then(Value::as_str)
            .unwrap_or_default();
        if !CARD_TYPES.contains(&card_type) {
            return Err(CardError::CardType {
                found: card_type.to_owned(),
            });
        }
        Ok(Self(card))
    }

    /// The card as JSON.
    pub fn as_json(&self) -> &Map<String, Value> {
        &self.0
    }

    /// Writes the card's elements: names in `PascalCase`, lists as repeated elements.
    pub(super) fn write(&self, xml: &mut XmlWriter) {
        write_members(xml, &self.0);
    }
}

fn write_members(xml: &mut XmlWriter, members: &Map<String, Value>) {
    for (name, value) in members {
        write_value(xml, &element_name(name), value);
    }
}

fn write_value(xml: &mut XmlWriter, name: &str, value: &Value) {
    match value {
        Value::Null => {}
        Value::Array(items) => items.iter().for_each(|item| write_value(xml, name, item)),
        Value::Object(members) => xml.element(name, |xml| write_members(xml, members)),
        Value::String(text) => xml.text(name, text),
        Value::Number(number) => match number.as_i64() {
            Some(number) => xml.number(name, number),
            None => xml.text(name, &number.to_string()),
        },
        // How the platform wants these is not documented; its JSON has true and false.
        Value::Bool(value) => xml.text(name, if *value { "true" } else { "false" }),
    }
}

/// `main_title` is `MainTitle`; a few names have a hump that no underscore shows.
///
/// Whatever is no letter or digit is left out, so that a name cannot break the document.
fn element_name(json_name: &str) -> String {
    match json_name {
        "appid" => return "AppId".to_owned(),
        "checkbox" => return "CheckBox".to_owned(),
        "keyname" => return "KeyName".to_owned(),
        "pagepath" => return "PagePath".to_owned(),
        "userid" => return "UserId".to_owned(),
        _ => {}
    }
    let mut name = String::with_capacity(json_name.len());
    for part in json_name.split(|char: char| !char.is_ascii_alphanumeric()) {
        let mut chars = part.chars();
        name.extend(chars.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(chars.as_str());
    }
    if name.starts_with(|char: char| char.is_ascii_alphabetic()) {
        name
    } else {
        format!("X{name}")
    }
}

const CARD_TYPES: [&str; 5] = [
    "text_notice",
    "news_notice",
    "button_interaction",
    "vote_interaction",
    "multiple_interaction",
];
