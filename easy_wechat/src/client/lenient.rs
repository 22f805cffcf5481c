//! Answers of the platform as types: what is missing is empty, what has another form is read where it can be.
//!
//! The platform's copies of its pages disagree whether a number stands in quotation marks, and so do its answers.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::WeChatClient;
use crate::call::{Call, ClientError};

impl WeChatClient {
    /// Makes a call and reads its answer, without what only says that it went well.
    pub(super) async fn read<T: DeserializeOwned>(&self, call: Call) -> Result<T, ClientError> {
        let mut answer = self.object(&call).await?;
        answer.remove("errcode");
        answer.remove("errmsg");
        read(&call, Value::Object(answer))
    }

    /// Makes a call and reads one field of its answer; an empty one when it is not there.
    pub(super) async fn read_field<T>(&self, call: Call, name: &str) -> Result<T, ClientError>
    where
        T: DeserializeOwned + Default,
    {
        match self.object(&call).await?.remove(name) {
            None | Some(Value::Null) => Ok(T::default()),
            Some(value) => read(&call, value),
        }
    }
}

/// Reads an answer. The call was carried out, so that one of another form is no reason to make it again.
pub(super) fn read<T: DeserializeOwned>(call: &Call, value: Value) -> Result<T, ClientError> {
    serde_json::from_value(value).map_err(|error| {
        let what = format!(
            "JSON of another form: {}",
            without_values(&error.to_string())
        );
        ClientError::garbled(call.path(), what, call.is_repeatable())
    })
}

/// Text, also from a number.
pub(super) fn text<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: From<String>,
{
    let value = Value::deserialize(deserializer)?;
    Ok(text_of(&value).unwrap_or_default().into())
}

/// A list of texts, also from numbers, and from one alone.
pub(super) fn texts<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: From<String>,
{
    let list = list(Value::deserialize(deserializer)?);
    let texts = list.iter().filter_map(text_of);
    Ok(texts.map(T::from).collect())
}

/// A whole number, also from text; 0 when it is none.
pub(super) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(number_of(&value).unwrap_or_default())
}

pub(super) fn numbers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<i64>, D::Error> {
    let list = list(Value::deserialize(deserializer)?);
    Ok(list.iter().filter_map(number_of).collect())
}

/// A switch: 0 or 1, also as text.
pub(super) fn switch<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(is_on(&value))
}

pub(super) fn switches<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<bool>, D::Error> {
    let list = list(Value::deserialize(deserializer)?);
    Ok(list.iter().map(is_on).collect())
}

/// A list within an object: the first list in it, as in `{"user": [{"userid": "a"}]}` or `{"partyid": [1]}`.
pub(super) fn inner_texts<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: From<String>,
{
    let outer = Value::deserialize(deserializer)?;
    let inner = match outer {
        Value::Object(fields) => fields.into_iter().find(|(_, value)| value.is_array()),
        _ => None,
    };
    let list = list(inner.map_or(Value::Null, |(_, value)| value));
    let texts = list.iter().filter_map(|entry| match entry {
        Value::Object(fields) => fields.values().find_map(text_of),
        other => text_of(other),
    });
    Ok(texts.map(T::from).collect())
}

/// Whatever it is, the default when it is null or cannot be read.
pub(super) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned + Default,
{
    let value = Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).unwrap_or_default())
}

/// What has no place of its own in a type.
pub(super) type Other = Map<String, Value>;

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn number_of(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Bool(on) => Some(i64::from(*on)),
        _ => None,
    }
}

fn is_on(value: &Value) -> bool {
    number_of(value).is_some_and(|number| number != 0)
}

fn list(value: Value) -> Vec<Value> {
    match value {
        Value::Array(list) => list,
        Value::Null => Vec::new(),
        one => vec![one],
    }
}

/// What serde says, without the texts that it quotes: they are of the answer, and may be secrets.
fn without_values(said: &str) -> String {
    let quoted = said.find('"').zip(said.rfind('"'));
    let (before, behind) = quoted.map_or((said, None), |(first, last)| {
        (said.get(..first).unwrap_or_default(), said.get(last + 1..))
    });
    let told = match behind {
        Some(behind) => format!("{before}…{behind}"),
        None => before.to_owned(),
    };
    told.chars().take(MOST_TOLD).collect()
}

/// In characters.
const MOST_TOLD: usize = 200;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::without_values;

    #[test]
    fn what_an_answer_holds_does_not_stand_in_an_error() {
        for value in ["SECRET", "SEC\"RET", "SECRET\n\"SECRET"] {
            let said = serde_json::from_value::<u32>(json!(value))
                .unwrap_err()
                .to_string();
            let told = without_values(&said);
            assert_eq!(told, "invalid type: string …, expected u32");
        }
        assert_eq!(
            without_values("missing field `name`"),
            "missing field `name`"
        );
    }
}
