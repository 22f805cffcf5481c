use crate::xml::XmlError;

/// Why a callback could not be opened or a reply not be sealed, with the numbers of the platform's own libraries.
///
/// To the outside all of them should look alike. Of the platform's list, −40009 (base64 encoding) cannot happen here.
///
/// <https://developer.work.weixin.qq.com/document/path/90968>
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CryptError {
    /// −40001: the signature is another than the token gives.
    #[error(
        "the signature does not match (-40001): the token in the config and in the console differ, or something on the way changed the query or the body"
    )]
    ValidateSignature,
    /// −40002: the body is not the platform's envelope.
    #[error("the body is not the platform's envelope (-40002): {0}")]
    ParseXml(#[source] EnvelopeError),
    /// −40003: a part of the signature is empty; which one.
    #[error("{0} is empty, so no signature can be computed (-40003)")]
    ComputeSignature(&'static str),
    /// −40004: the EncodingAESKey is not 43 characters of base64.
    #[error("encoding_aes_key has {characters} characters{} (-40004); the console shows 43 letters and digits", if *.characters == 43 { ", one of them no letter or digit" } else { "" })]
    IllegalAesKey {
        /// How many characters it has.
        characters: usize,
    },
    /// −40005: the message is meant for another receiver.
    #[error(
        "the message is for the receive id {found:?}, not for {expected:?} (-40005): compare corpid (Official Account: appid) with the console"
    )]
    ValidateCorpid {
        /// The receive id in the message.
        found: String,
        /// The ids that are allowed.
        expected: Vec<String>,
    },
    /// −40006: the reply cannot be encrypted.
    #[error("the reply is too long to encrypt (-40006)")]
    EncryptAes,
    /// −40007: the ciphertext is not whole blocks, or its padding is wrong.
    #[error(
        "it cannot be decrypted (-40007): the encoding_aes_key in the config and in the console differ"
    )]
    DecryptAes,
    /// −40008: what was decrypted is not laid out as it must be.
    #[error("what was decrypted is malformed (-40008): {0}")]
    IllegalBuffer(&'static str),
    /// −40010: the ciphertext is not standard base64.
    #[error(
        "the ciphertext is not base64 (-40010): something on the way changed it, or decoded the query twice"
    )]
    DecodeBase64,
    /// −40011: the envelope cannot be written.
    #[error("the reply envelope cannot be written (-40011)")]
    GenReturnXml,
}

/// What is wrong with the outside of a callback.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EnvelopeError {
    /// It is not XML, or not XML that is read.
    #[error(transparent)]
    Xml(#[from] XmlError),
    /// It is XML, but there is no `Encrypt` element in it.
    #[error("no Encrypt element in it")]
    NoEncrypt,
    /// There is more than one `Encrypt` element in it.
    #[error("more than one Encrypt element in it")]
    RepeatedEncrypt,
}

impl CryptError {
    /// The number that the platform's own libraries return for it, −40001 to −40011.
    pub const fn code(&self) -> i32 {
        match self {
            Self::ValidateSignature => -40001,
            Self::ParseXml(_) => -40002,
            Self::ComputeSignature(_) => -40003,
            Self::IllegalAesKey { .. } => -40004,
            Self::ValidateCorpid { .. } => -40005,
            Self::EncryptAes => -40006,
            Self::DecryptAes => -40007,
            Self::IllegalBuffer(_) => -40008,
            Self::DecodeBase64 => -40010,
            Self::GenReturnXml => -40011,
        }
    }
}

impl<E: Into<EnvelopeError>> From<E> for CryptError {
    fn from(error: E) -> Self {
        Self::ParseXml(error.into())
    }
}
