//! An app's keys, and how its platform's callbacks are verified, opened and answered.
//!
//! Pure like [`crypt`](crate::crypt), on which it stands: it knows the modes of Official Accounts and nothing of HTTP.

use std::sync::Arc;
use std::time::Duration;

use crate::crypt::{CryptError, Envelope, EnvelopeError, Seal, WXBizMsgCrypt, compare, signature};
use crate::platform::{AccountKind, Mode};
use crate::query::{Query, QueryError};
use crate::secret::Secret;
use crate::xml::{Limits, XmlError};

/// An app's keys and its platform.
#[derive(Debug)]
pub struct Account(Keys);

#[derive(Debug)]
enum Keys {
    WeCom(WXBizMsgCrypt),
    OfficialAccount { mode: Mode, crypt: WXBizMsgCrypt },
    PlainOfficialAccount(Secret),
}

/// A callback that was verified and opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The message: XML.
    pub xml: String,
    /// How it came, which is how the reply must go.
    pub channel: Channel,
}

/// How a message came.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Channel {
    /// As it is.
    Plain,
    /// Encrypted, for this receive id.
    Encrypted {
        /// With which the reply is sealed.
        receive_id: Arc<str>,
    },
}

/// Why a callback is not taken. The client is told nothing of it; the log is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// A parameter of the query is missing, repeated or broken.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// Signature, envelope, decryption or receiver are not right.
    #[error(transparent)]
    Crypt(#[from] CryptError),
    /// The callback was signed long ago, or in the future: a replay, or a clock that is off.
    #[error("it was signed {} s {}", .age.unsigned_abs(), if *.age >= 0 { "ago" } else { "from now" })]
    Stale {
        /// How many seconds ago; negative for the future.
        age: i64,
    },
    /// What was in the envelope is no message.
    #[error("what was decrypted is no message: {0}")]
    Message(#[source] XmlError),
    /// The message came unencrypted, and `mode` does not take that.
    #[error("it came unencrypted, and the app's mode is {mode}")]
    Unencrypted {
        /// The mode.
        mode: &'static str,
    },
    /// The message came encrypted, and there is no key.
    #[error("it came encrypted, and the app has no encoding_aes_key")]
    Encrypted,
}

impl Account {
    /// A WeCom app: always encrypted.
    pub fn wecom(crypt: WXBizMsgCrypt) -> Self {
        Self(Keys::WeCom(crypt))
    }

    /// An Official Account (公众号) with a key.
    ///
    /// With [`Mode::Plain`] encrypted messages are taken as well, for there is a key to open them with.
    pub fn official_account(mode: Mode, crypt: WXBizMsgCrypt) -> Self {
        Self(Keys::OfficialAccount { mode, crypt })
    }

    /// An Official Account (公众号) in plain mode, without a key.
    ///
    /// # Errors
    /// [`CryptError::ComputeSignature`] when the token is empty.
    pub fn plain_official_account(token: impl Into<Secret>) -> Result<Self, CryptError> {
        let token = token.into();
        if token.is_empty() {
            return Err(CryptError::ComputeSignature("the token"));
        }
        Ok(Self(Keys::PlainOfficialAccount(token)))
    }

    /// The platform.
    pub fn kind(&self) -> AccountKind {
        match self.0 {
            Keys::WeCom(_) => AccountKind::WeCom,
            Keys::OfficialAccount { .. } | Keys::PlainOfficialAccount(_) => {
                AccountKind::OfficialAccount
            }
        }
    }

    /// Checks the verification GET and gives the text to answer with.
    ///
    /// # Errors
    /// [`Refusal::Query`] and [`Refusal::Crypt`].
    pub fn verify_url(&self, query: &Query<'_>) -> Result<String, Refusal> {
        let timestamp = query.timestamp()?;
        let nonce = query.nonce()?;
        let echostr = query.echostr()?;
        let token = match &self.0 {
            Keys::WeCom(crypt) => {
                // Base64 has no space: one in it was a `+` until something on the way decoded the query as a form.
                let echostr = echostr.replace(' ', "+");
                return Ok(crypt.verify_url(query.msg_signature()?, timestamp, nonce, &echostr)?);
            }
            Keys::OfficialAccount { crypt, .. } => crypt.token(),
            Keys::PlainOfficialAccount(token) => token,
        };
        check_signature(token, query, timestamp, nonce)?;
        Ok(echostr.to_owned())
    }

    /// Verifies and opens the body of a POST. Invalid UTF-8 in the message is replaced by U+FFFD.
    ///
    /// # Errors
    /// [`Refusal`]: each of its kinds.
    pub fn open(&self, query: &Query<'_>, body: &str, limits: Limits) -> Result<Received, Refusal> {
        let timestamp = query.timestamp()?;
        let nonce = query.nonce()?;
        let (mode, token, crypt) = match &self.0 {
            Keys::WeCom(crypt) => (Mode::Safe, None, Some(crypt)),
            Keys::OfficialAccount { mode, crypt } => (*mode, Some(crypt.token()), Some(crypt)),
            Keys::PlainOfficialAccount(token) => (Mode::Plain, Some(token), None),
        };
        let encrypted = query
            .encrypt_type
            .as_deref()
            .is_some_and(|how| how != "raw" && !how.is_empty());
        if let Some(token) = token.filter(|_| !encrypted) {
            if mode == Mode::Safe {
                return Err(Refusal::Unencrypted { mode: "safe" });
            }
            check_signature(token, query, timestamp, nonce)?;
            return Ok(Received {
                xml: body.to_owned(),
                channel: Channel::Plain,
            });
        }
        let crypt = crypt.ok_or(Refusal::Encrypted)?;
        let msg_signature = query.msg_signature()?;
        let envelope = Envelope::parse_within(body, limits).map_err(CryptError::from)?;
        let opened = crypt.open_lossy(&envelope.encrypt, msg_signature, timestamp, nonce)?;
        Ok(Received {
            xml: opened.message,
            channel: Channel::Encrypted {
                receive_id: opened.receive_id,
            },
        })
    }

    /// Checks that a callback was signed at most `max_age` before or after `now`, which is in seconds; a `max_age` of zero
    /// takes any.
    ///
    /// # Errors
    /// [`Refusal::Stale`]; [`Refusal::Query`] when there is no timestamp. One that is no number is stale.
    pub fn check_age(query: &Query<'_>, now: i64, max_age: Duration) -> Result<(), Refusal> {
        let signed: i64 = query.timestamp()?.parse().unwrap_or(0);
        let age = now.saturating_sub(signed);
        if !max_age.is_zero() && Duration::from_secs(age.unsigned_abs()) > max_age {
            Err(Refusal::Stale { age })
        } else {
            Ok(())
        }
    }

    /// Packs a reply the way the message came.
    ///
    /// # Errors
    /// As for [`WXBizMsgCrypt::seal`]; [`Refusal::Encrypted`] when the message was not opened by this account.
    pub fn seal(&self, reply: &str, channel: &Channel, seal: &Seal) -> Result<Vec<u8>, Refusal> {
        let Channel::Encrypted { receive_id } = channel else {
            return Ok(reply.as_bytes().to_vec());
        };
        let crypt = match &self.0 {
            Keys::WeCom(crypt) | Keys::OfficialAccount { crypt, .. } => crypt,
            Keys::PlainOfficialAccount(_) => return Err(Refusal::Encrypted),
        };
        Ok(crypt.seal(reply, receive_id, seal)?)
    }
}

impl Refusal {
    /// The step of the verification at which it failed, in a word or two.
    pub fn step(&self) -> &'static str {
        match self {
            Self::Query(_) => "query",
            Self::Unencrypted { .. } | Self::Encrypted => "mode",
            Self::Stale { .. } => "clock",
            Self::Message(_) => "message",
            Self::Crypt(CryptError::ParseXml(_)) => "envelope",
            Self::Crypt(CryptError::ValidateSignature | CryptError::ComputeSignature(_)) => {
                "signature"
            }
            Self::Crypt(CryptError::ValidateCorpid { .. }) => "receive id",
            Self::Crypt(_) => "decryption",
        }
    }

    /// What usually causes it, and what to do.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Query(QueryError::Missing(_)) => {
                "not the platform calling, or a proxy drops the query; on WeCom set kind = wecom, on an Official Account kind = official_account"
            }
            Self::Query(_) => {
                "not the platform calling, or something on the way rewrites the query"
            }
            Self::Stale { .. } => {
                "set this machine's clock (timedatectl set-ntp true); else somebody replays old callbacks; max_callback_age = 0 takes any age"
            }
            Self::Message(_) => "choose XML as the data format in the console",
            Self::Unencrypted { .. } => {
                "set mode in config.ini to what the console says under 消息加解密方式 (明文 plain, 兼容 compatible, 安全 safe)"
            }
            Self::Encrypted => {
                "copy EncodingAESKey from the console to encoding_aes_key in config.ini"
            }
            Self::Crypt(CryptError::ValidateSignature | CryptError::ComputeSignature(_)) => {
                "compare token in config.ini with the console, letter by letter; a proxy that decodes the query twice (+ becomes a space) does the same"
            }
            Self::Crypt(CryptError::ParseXml(EnvelopeError::Xml(_))) => {
                "the body is no XML of the platform's: not the platform calling, or the data format is JSON, or a proxy changed it"
            }
            Self::Crypt(CryptError::ParseXml(_)) => {
                "the body is not encrypted: an Official Account in plain mode needs kind = official_account and mode = plain"
            }
            Self::Crypt(CryptError::ValidateCorpid { .. }) => {
                "compare corpid (an Official Account's appid) in config.ini with the console; for a third-party suite list its ids in receive_ids"
            }
            Self::Crypt(_) => {
                "compare encoding_aes_key in config.ini with the console; after a change there, restart this server"
            }
        }
    }
}

/// An Official Account's signature over three parts. It does not cover the body.
fn check_signature(
    token: &Secret,
    query: &Query<'_>,
    timestamp: &str,
    nonce: &str,
) -> Result<(), Refusal> {
    let received = query.signature()?;
    Ok(compare(
        &signature([token.reveal(), timestamp, nonce]),
        received,
    )?)
}
