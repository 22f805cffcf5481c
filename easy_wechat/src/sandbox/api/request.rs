//! A call as its endpoint sees it: parameters, the JSON, the file.

use std::borrow::Cow;

use bytes::Bytes;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::error::ApiError;
use crate::platform::AccountKind;
use crate::sandbox::Words;

/// One call. Endpoints take out of it what they need.
#[derive(Debug)]
pub(crate) struct ApiRequest<'a> {
    pub(crate) query: Query<'a>,
    /// The header `Range`.
    pub(crate) range: Option<&'a str>,
    /// An object; empty when the endpoint takes none.
    pub(crate) json: Value,
    pub(crate) file: Option<Upload>,
    /// The platform that the sandbox plays.
    pub(crate) kind: AccountKind,
    /// The number of the app whose token it has; 0 where none is needed.
    pub(crate) app: usize,
    /// The number under which the call is recorded.
    pub(crate) call: u64,
    /// Where the sandbox is.
    pub(crate) url: &'a str,
    /// For the record: where what it sends appears.
    pub(crate) conversation: Option<String>,
    /// For the record: what is worth a word although all went well.
    pub(crate) note: Option<Words>,
    /// A field of another type than the documented one: the platform reads on without it.
    pub(crate) mistyped: Option<&'static str>,
}

/// A file that came as multipart.
#[derive(Debug)]
pub(crate) struct Upload {
    pub(crate) filename: String,
    pub(crate) bytes: Bytes,
}

/// What stands behind the question mark.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Query<'a>(&'a str);

impl<'a> Query<'a> {
    pub(crate) fn new(raw: &'a str) -> Self {
        Self(raw)
    }

    /// The first parameter of this name, decoded; empty ones are as good as none.
    pub(crate) fn get(self, name: &str) -> Option<Cow<'a, str>> {
        let pairs = self.0.split('&').filter_map(|pair| pair.split_once('='));
        let (_, value) = pairs.into_iter().find(|(known, _)| *known == name)?;
        if value.is_empty() {
            return None;
        }
        percent_decode_str(value).decode_utf8().ok()
    }
}

impl ApiRequest<'_> {
    /// A parameter of the query; without one there, a text of the body.
    pub(crate) fn parameter(&mut self, name: &'static str) -> Option<String> {
        match self.query.get(name) {
            Some(value) => Some(value.into_owned()),
            None => self.text(name).filter(|text| !text.is_empty()),
        }
    }

    /// Takes a text out of the JSON.
    pub(crate) fn text(&mut self, name: &'static str) -> Option<String> {
        match self.take(name) {
            Value::String(text) => Some(text),
            other => self.not(name, &other),
        }
    }

    /// Takes a whole number out; one in quotes is taken as well, as clients send it. That the platform does the same is
    /// an assumption.
    pub(crate) fn number(&mut self, name: &'static str) -> Option<i64> {
        let value = self.take(name);
        let number = value.as_i64();
        match number.or_else(|| value.as_str()?.trim().parse().ok()) {
            None => self.not(name, &value),
            number => number,
        }
    }

    /// Takes an object out.
    pub(crate) fn object(&mut self, name: &'static str) -> Option<Value> {
        match self.take(name) {
            object @ Value::Object(_) => Some(object),
            other => self.not(name, &other),
        }
    }

    /// Takes a list of texts out.
    pub(crate) fn texts(&mut self, name: &'static str) -> Option<Vec<String>> {
        let texts = self.list(name)?.into_iter().map(|value| match value {
            Value::String(text) => Some(text),
            _ => None,
        });
        let texts: Option<Vec<String>> = texts.collect();
        if texts.is_none() {
            self.mistyped = Some(name);
        }
        texts
    }

    /// Takes a list out.
    pub(crate) fn list(&mut self, name: &'static str) -> Option<Vec<Value>> {
        match self.take(name) {
            Value::Array(list) => Some(list),
            other => self.not(name, &other),
        }
    }

    /// Whether a switch that is 0 or 1 is on.
    pub(crate) fn is_on(&mut self, name: &'static str) -> bool {
        match self.take(name) {
            Value::Bool(on) => on,
            Value::Number(number) => number.as_i64() == Some(1),
            other => self.not::<()>(name, &other).is_some(),
        }
    }

    /// A parameter that must be a whole number: `missing` is the code when it is not there, `bad` when it is none.
    pub(crate) fn query_number(
        &self,
        name: &'static str,
        missing: i64,
        bad: i64,
    ) -> Result<i64, ApiError> {
        let text = self.query.get(name);
        let text = text.ok_or_else(|| ApiError::at(missing, name))?;
        text.parse().map_err(|_| ApiError::at(bad, name))
    }

    fn take(&mut self, name: &str) -> Value {
        self.json.get_mut(name).map(Value::take).unwrap_or_default()
    }

    fn not<T>(&mut self, name: &'static str, value: &Value) -> Option<T> {
        if !value.is_null() {
            self.mistyped = Some(name);
        }
        None
    }
}
