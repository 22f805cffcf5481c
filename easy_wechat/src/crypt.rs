//! The platform's callback cryptography: signature, AES, envelope.
//!
//! [`WXBizMsgCrypt`] is the class of the platform's own sample libraries, under their name, with their three verbs. It
//! is pure: it reads no clock and throws no dice, both come in with the [`Seal`]. So it serves any web framework, any
//! time source and any test.
//!
//! ```
//! use easy_wechat::{Seal, WXBizMsgCrypt};
//!
//! let crypt = WXBizMsgCrypt::new("QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7")?;
//!
//! // The platform verifies the callback address: answer with the text, nothing else.
//! let echo = crypt.verify_url(
//!     "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3",
//!     "1409659589",
//!     "263014780",
//!     "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==",
//! )?;
//! assert_eq!(echo, "1616140317555161061");
//!
//! // A reply goes out sealed.
//! let seal = Seal { timestamp: 1_409_659_813, nonce: "1372623149".into(), random: *b"0123456789abcdef" };
//! let envelope = crypt.encrypt_msg("<xml><MsgType><![CDATA[text]]></MsgType></xml>", &seal)?;
//! assert!(envelope.starts_with("<xml><Encrypt>"));
//! # Ok::<_, easy_wechat::CryptError>(())
//! ```
//!
//! What is signed, and how it is packed: <https://developer.work.weixin.qq.com/document/path/90968>.

mod cipher;
mod envelope;
mod error;
mod key;
mod signature;

pub use cipher::Opened;
pub use envelope::Envelope;
pub use error::{CryptError, EnvelopeError};
pub use key::{EncodingAesKey, ReceiveIds};
pub(crate) use signature::compare;
pub use signature::signature;

use crate::secret::Secret;
use crate::xml::is_xml_char;
use cipher::Cipher;

/// Verifies and decrypts what the platform sends, encrypts and signs what it is answered.
///
/// Token and key are those of the app's callback page (应用管理 > 应用 > 接收消息 > 设置API接收); the receive id is the
/// corpid, for an Official Account the AppID. Building one expands the AES key once; keep it.
#[derive(Debug)]
pub struct WXBizMsgCrypt {
    token: Secret,
    cipher: Cipher,
    receive_ids: ReceiveIds,
}

/// What makes two equal replies differ on the wire. A server makes it afresh, a test writes it down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// Seconds since 1970-01-01 UTC.
    pub timestamp: i64,
    /// Any text of the replier's choice that XML keeps: the platform reads it back from the envelope.
    pub nonce: String,
    /// The first 16 bytes that are encrypted.
    pub random: [u8; 16],
}

impl WXBizMsgCrypt {
    /// Reads token, key and receive id as the console shows them.
    ///
    /// `receive_id` is one id, or a set of them ([`ReceiveIds`]) for a service provider; not to check it at all is said
    /// in words: [`ReceiveIds::unchecked`].
    ///
    /// # Errors
    /// [`CryptError::IllegalAesKey`] when the key is not 43 characters of base64;
    /// [`CryptError::ComputeSignature`] when the token is empty.
    pub fn new(
        token: impl Into<Secret>,
        encoding_aes_key: &str,
        receive_id: impl Into<ReceiveIds>,
    ) -> Result<Self, CryptError> {
        let token = token.into();
        if token.is_empty() {
            return Err(CryptError::ComputeSignature("the token"));
        }
        let cipher = Cipher::new(&EncodingAesKey::parse(encoding_aes_key)?);
        Ok(Self {
            token,
            cipher,
            receive_ids: receive_id.into(),
        })
    }

    /// Checks the platform's verification GET and gives the text to answer with: no quotes, no newline, within 1 second.
    ///
    /// The four arguments are the query parameters of those names, percent-decoded once.
    /// <https://developer.work.weixin.qq.com/document/path/90930>
    ///
    /// # Errors
    /// As for [`WXBizMsgCrypt::open`].
    pub fn verify_url(
        &self,
        msg_signature: &str,
        timestamp: &str,
        nonce: &str,
        echostr: &str,
    ) -> Result<String, CryptError> {
        Ok(self.open(echostr, msg_signature, timestamp, nonce)?.message)
    }

    /// Checks a POST and gives the message in it: XML, mostly.
    ///
    /// `body` is the body as it came, an XML envelope; the other three are query parameters, percent-decoded once.
    ///
    /// # Errors
    /// [`CryptError::ParseXml`] when the body is no envelope, and all of [`WXBizMsgCrypt::open`].
    pub fn decrypt_msg(
        &self,
        body: &str,
        msg_signature: &str,
        timestamp: &str,
        nonce: &str,
    ) -> Result<String, CryptError> {
        let envelope = Envelope::parse(body)?;
        Ok(self
            .open(&envelope.encrypt, msg_signature, timestamp, nonce)?
            .message)
    }

    /// Encrypts and signs a reply: the XML envelope to answer with.
    ///
    /// Nothing to say is not an empty reply in an envelope, which the platform refuses, but an empty HTTP body.
    /// The receive id in it is the first of the allowed ones; [`WXBizMsgCrypt::seal`] takes another.
    ///
    /// # Errors
    /// As for [`WXBizMsgCrypt::seal`].
    pub fn encrypt_msg(&self, reply: &str, seal: &Seal) -> Result<String, CryptError> {
        let envelope = self.seal(reply, self.receive_ids.own(), seal)?;
        String::from_utf8(envelope).map_err(|_| CryptError::GenReturnXml)
    }

    /// Checks and decrypts one ciphertext, as it stands in `Encrypt` or `echostr`.
    ///
    /// The signature is checked before anything is decrypted, and compared in constant time.
    ///
    /// # Errors
    /// [`CryptError::ValidateSignature`] when the signature is another; [`CryptError::DecodeBase64`] when the text is
    /// not standard base64 with padding; [`CryptError::DecryptAes`] when it is not whole blocks or wrongly padded;
    /// [`CryptError::IllegalBuffer`] when it is too short, its length field points beyond its end, or it is not UTF-8;
    /// [`CryptError::ValidateCorpid`] when it was meant for another receiver.
    pub fn open(
        &self,
        encrypt: &str,
        msg_signature: &str,
        timestamp: &str,
        nonce: &str,
    ) -> Result<Opened, CryptError> {
        self.verify_and_open(encrypt, [msg_signature, timestamp, nonce], false)
    }

    /// Checks and decrypts one ciphertext as [`WXBizMsgCrypt::open`] does, but replaces invalid UTF-8 in the message by
    /// U+FFFD. Use it for callbacks, where a character that was cut in half must not fail the whole message.
    ///
    /// # Errors
    /// As for [`WXBizMsgCrypt::open`].
    pub fn open_lossy(
        &self,
        encrypt: &str,
        msg_signature: &str,
        timestamp: &str,
        nonce: &str,
    ) -> Result<Opened, CryptError> {
        self.verify_and_open(encrypt, [msg_signature, timestamp, nonce], true)
    }

    fn verify_and_open(
        &self,
        encrypt: &str,
        [msg_signature, timestamp, nonce]: [&str; 3],
        lossy: bool,
    ) -> Result<Opened, CryptError> {
        let expected = signature([self.token.reveal(), timestamp, nonce, encrypt]);
        compare(&expected, msg_signature)?;
        self.cipher.open(encrypt, &self.receive_ids, lossy)
    }

    /// Encrypts and signs a reply for `receive_id`: the bytes of the XML envelope, all of them UTF-8.
    ///
    /// # Errors
    /// [`CryptError::ComputeSignature`] when the nonce is empty, [`CryptError::GenReturnXml`] when it holds what XML does
    /// not keep (control characters); [`CryptError::EncryptAes`] when the reply is 4 GiB or longer.
    pub fn seal(&self, reply: &str, receive_id: &str, seal: &Seal) -> Result<Vec<u8>, CryptError> {
        if seal.nonce.is_empty() {
            return Err(CryptError::ComputeSignature("the nonce"));
        }
        if seal
            .nonce
            .contains(|char| char == '\r' || !is_xml_char(char))
        {
            return Err(CryptError::GenReturnXml);
        }
        let sealed = self.cipher.seal(reply, receive_id, &seal.random)?;
        Ok(envelope::write(&self.token, &sealed, seal))
    }

    /// The token, for the signature over three parts that Official Accounts use.
    pub(crate) fn token(&self) -> &Secret {
        &self.token
    }
}
