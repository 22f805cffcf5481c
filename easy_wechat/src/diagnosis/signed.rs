use std::borrow::Cow;

use super::body::without_space;
use super::query::{Parameters, decoded};
use crate::crypt::{compare, signature};

/// What a signature covers beside token, timestamp and nonce.
#[derive(Clone, Copy, Debug)]
pub(super) enum Text<'a> {
    /// Nothing.
    None,
    /// A parameter of the query, as it stands there.
    Query(&'a str),
    /// What stands in a body.
    Body(&'a str),
}

/// The ways to read a request, one of which may make a signature match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// Percent-decoded once: as it should be.
    Once,
    /// And then a `+` for each space.
    Spaces,
    /// Percent-decoded twice.
    Twice,
    /// Not decoded.
    Raw,
    /// The signature in lower case.
    LowerCase,
    /// Without white space.
    Unwrapped,
}

/// What was signed, and the signature.
#[derive(Clone, Copy, Debug)]
pub(super) struct Signed<'a> {
    signature: &'a str,
    timestamp: &'a str,
    nonce: &'a str,
    pub(super) text: Text<'a>,
}

impl<'a> Signed<'a> {
    /// `None` when a part of it is not there.
    pub(super) fn new(parameters: &Parameters<'a>, name: &str, text: Text<'a>) -> Option<Self> {
        Some(Self {
            signature: parameters.raw(name)?,
            timestamp: parameters.raw("timestamp")?,
            nonce: parameters.raw("nonce")?,
            text,
        })
    }

    /// The reading with which it is signed with `token`.
    pub(super) fn reading(&self, token: &str) -> Option<Reading> {
        Reading::ALL
            .into_iter()
            .find(|reading| self.holds(token, *reading).unwrap_or(false))
    }

    fn holds(&self, token: &str, reading: Reading) -> Option<bool> {
        let [mut received, timestamp, nonce] =
            [self.signature, self.timestamp, self.nonce].map(|raw| reading.of_query(raw));
        if reading == Reading::LowerCase {
            received = received.map(|signature| signature.trim().to_ascii_lowercase());
        }
        let (received, timestamp, nonce) = (received?, timestamp?, nonce?);
        let expected = match self.text.read(reading) {
            None => signature([token, &timestamp, &nonce]),
            Some(text) => signature([token, &timestamp, &nonce, &text]),
        };
        Some(compare(&expected, &received).is_ok())
    }
}

impl<'a> Text<'a> {
    /// The text in this reading.
    pub(super) fn read(self, reading: Reading) -> Option<Cow<'a, str>> {
        let text = match self {
            Self::None => return None,
            Self::Query(raw) => Cow::Owned(reading.of_query(raw)?),
            Self::Body(text) => Cow::Borrowed(text),
        };
        Some(match reading {
            Reading::Spaces => text.replace(' ', "+").into(),
            Reading::Unwrapped => without_space(&text).into_owned().into(),
            _ => text,
        })
    }
}

impl Reading {
    pub(super) const ALL: [Self; 6] = [
        Self::Once,
        Self::Spaces,
        Self::Twice,
        Self::Raw,
        Self::LowerCase,
        Self::Unwrapped,
    ];

    fn of_query(self, raw: &str) -> Option<String> {
        match self {
            Self::Raw => Some(raw.to_owned()),
            Self::Twice => decoded(&decoded(raw)?),
            _ => decoded(raw),
        }
    }
}
