//! The outside of a callback and of a reply.

use std::borrow::Cow;
use std::io::Write as _;

use super::cipher::base64_onto;
use super::error::EnvelopeError;
use super::{Seal, signature};
use crate::secret::Secret;
use crate::xml::{Limits, Step, walk};

/// What a callback looks like before it is opened: nothing in it but `encrypt` is authenticated.
///
/// <https://developer.work.weixin.qq.com/document/path/90238>
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope<'a> {
    /// `Encrypt`: the ciphertext in base64, white space around it removed.
    pub encrypt: Cow<'a, str>,
    /// `ToUserName`: the corpid, suiteid or `gh_…` that is called; empty when it is not there.
    pub to_user_name: Cow<'a, str>,
    /// `AgentID`: the app that is called; empty when it is not there.
    pub agent_id: Cow<'a, str>,
}

impl<'a> Envelope<'a> {
    /// Reads an XML body within the default [`Limits`]. Elements may stand in any order, others are read over.
    ///
    /// # Errors
    /// [`EnvelopeError`] when it is no XML, or has no `Encrypt` or more than one.
    pub fn parse(body: &'a str) -> Result<Self, EnvelopeError> {
        Self::parse_within(body, Limits::default())
    }

    /// Reads an XML body within `limits`.
    ///
    /// # Errors
    /// As for [`Envelope::parse`].
    pub fn parse_within(body: &'a str, limits: Limits) -> Result<Self, EnvelopeError> {
        let mut envelope = Self::default();
        let mut encrypts = 0;
        let mut depth = 0;
        let mut name = "";
        walk(body, limits, |step| match step {
            Step::Open(opened) => {
                depth += 1;
                name = if depth == 2 { opened } else { "" };
                encrypts += usize::from(name == "Encrypt");
            }
            Step::Close => {
                depth -= 1;
                name = "";
            }
            Step::Text(piece) | Step::CData(piece) => match name {
                "Encrypt" => join(&mut envelope.encrypt, piece),
                "ToUserName" => join(&mut envelope.to_user_name, piece),
                "AgentID" => join(&mut envelope.agent_id, piece),
                _ => {}
            },
        })?;
        match encrypts {
            0 => return Err(EnvelopeError::NoEncrypt),
            1 => {}
            _ => return Err(EnvelopeError::RepeatedEncrypt),
        }
        if let Cow::Borrowed(text) = envelope.encrypt {
            envelope.encrypt = Cow::Borrowed(text.trim());
        } else {
            envelope.encrypt = Cow::Owned(envelope.encrypt.trim().to_owned());
        }
        if envelope.encrypt.is_empty() {
            return Err(EnvelopeError::NoEncrypt);
        }
        for name in [&mut envelope.to_user_name, &mut envelope.agent_id] {
            if name.trim().len() < name.len() {
                *name = Cow::Owned(name.trim().to_owned());
            }
        }
        Ok(envelope)
    }
}

/// Writes the reply envelope, and signs it on the way.
pub(super) fn write(token: &Secret, ciphertext: &[u8], seal: &Seal) -> Vec<u8> {
    let mut out = Vec::with_capacity(ciphertext.len() * 4 / 3 + seal.nonce.len() + 256);
    out.extend_from_slice(b"<xml><Encrypt><![CDATA[");
    let start = out.len();
    base64_onto(&mut out, ciphertext);
    let timestamp = seal.timestamp.to_string();
    let encrypt = out
        .get(start..)
        .and_then(|bytes| std::str::from_utf8(bytes).ok())
        .unwrap_or_default();
    let signature = signature([token.reveal(), &timestamp, &seal.nonce, encrypt]);
    out.extend_from_slice(b"]]></Encrypt><MsgSignature><![CDATA[");
    out.extend_from_slice(&signature);
    out.extend_from_slice(b"]]></MsgSignature>");
    let nonce = seal.nonce.replace("]]>", "]]]]><![CDATA[>");
    // Writing to a Vec cannot fail.
    let _ = write!(
        out,
        "<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
    );
    out
}

fn join<'a>(text: &mut Cow<'a, str>, piece: Cow<'a, str>) {
    if text.is_empty() {
        *text = piece;
    } else {
        text.to_mut().push_str(&piece);
    }
}
