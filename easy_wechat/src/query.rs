//! The query of a callback: the parameters that the platform appends to the address.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// The parameters that count, percent-decoded once. Others are read over: the address may have a query of its own.
///
/// A `+` stays a `+`: what comes is percent-encoded, not a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Query<'a> {
    /// The signature over token, timestamp, nonce and ciphertext.
    pub msg_signature: Option<Cow<'a, str>>,
    /// An Official Account's signature over token, timestamp and nonce.
    pub signature: Option<Cow<'a, str>>,
    /// Seconds since 1970-01-01 UTC, as it was signed.
    pub timestamp: Option<Cow<'a, str>>,
    /// Text that the platform chose.
    pub nonce: Option<Cow<'a, str>>,
    /// What the verification GET wants to be answered with.
    pub echostr: Option<Cow<'a, str>>,
    /// `aes` when an Official Account's body is encrypted.
    pub encrypt_type: Option<Cow<'a, str>>,
}

/// What is wrong with a query.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// A parameter that must be there is not.
    #[error("the query has no {0}")]
    Missing(&'static str),
    /// A parameter stands in it twice.
    #[error("the query has {0} more than once")]
    Repeated(&'static str),
    /// A parameter is not UTF-8.
    #[error("the {0} in the query is not UTF-8")]
    NotUtf8(&'static str),
    /// The query is longer than 8 KiB.
    #[error("the query is longer than {MAX_BYTES} bytes")]
    TooLong,
}

impl<'a> Query<'a> {
    /// Reads what stands behind the `?`.
    ///
    /// # Errors
    /// [`QueryError`], when a known parameter is repeated or not UTF-8, or the whole is too long.
    pub fn parse(query: &'a str) -> Result<Self, QueryError> {
        if query.len() > MAX_BYTES {
            return Err(QueryError::TooLong);
        }
        let mut parsed = Self::default();
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, slot) = match name {
                "msg_signature" => ("msg_signature", &mut parsed.msg_signature),
                "signature" => ("signature", &mut parsed.signature),
                "timestamp" => ("timestamp", &mut parsed.timestamp),
                "nonce" => ("nonce", &mut parsed.nonce),
                "echostr" => ("echostr", &mut parsed.echostr),
                "encrypt_type" => ("encrypt_type", &mut parsed.encrypt_type),
                _ => continue,
            };
            if slot.is_some() {
                return Err(QueryError::Repeated(name));
            }
            let value = percent_decode_str(value)
                .decode_utf8()
                .map_err(|_| QueryError::NotUtf8(name))?;
            *slot = Some(value);
        }
        Ok(parsed)
    }

    /// The `timestamp`, which every callback has.
    ///
    /// # Errors
    /// [`QueryError::Missing`].
    pub fn timestamp(&self) -> Result<&str, QueryError> {
        self.timestamp
            .as_deref()
            .ok_or(QueryError::Missing("timestamp"))
    }

    /// The `nonce`, which every callback has.
    ///
    /// # Errors
    /// [`QueryError::Missing`].
    pub fn nonce(&self) -> Result<&str, QueryError> {
        self.nonce.as_deref().ok_or(QueryError::Missing("nonce"))
    }

    /// The `msg_signature`, which everything encrypted has.
    ///
    /// # Errors
    /// [`QueryError::Missing`].
    pub fn msg_signature(&self) -> Result<&str, QueryError> {
        self.msg_signature
            .as_deref()
            .ok_or(QueryError::Missing("msg_signature"))
    }

    /// The `signature`, which everything from an Official Account has.
    ///
    /// # Errors
    /// [`QueryError::Missing`].
    pub fn signature(&self) -> Result<&str, QueryError> {
        self.signature
            .as_deref()
            .ok_or(QueryError::Missing("signature"))
    }

    /// The `echostr`, which the verification GET has.
    ///
    /// # Errors
    /// [`QueryError::Missing`].
    pub fn echostr(&self) -> Result<&str, QueryError> {
        self.echostr
            .as_deref()
            .ok_or(QueryError::Missing("echostr"))
    }
}

/// What the platform sends is below 1 KiB.
const MAX_BYTES: usize = 8 * 1024;
