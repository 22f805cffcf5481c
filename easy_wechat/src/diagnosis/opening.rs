use super::Keys;
use super::keys::cleaned;
use super::signed::{Reading, Text};
use crate::crypt::{CryptError, EncodingAesKey, Opened, ReceiveIds, WXBizMsgCrypt, signature};

/// What came of opening a ciphertext, whoever signed it and whomever it is for.
#[derive(Debug)]
pub(super) enum Opening {
    /// There is nothing to open.
    Nothing,
    /// There is no key, or none that is one.
    NoKey,
    /// It is no ciphertext.
    Damaged,
    /// The key does not fit.
    Closed,
    /// It is open.
    Open {
        opened: Opened,
        /// Only the key without white space, quotes and the like fits.
        cleaned: bool,
    },
}

/// Opens `text` in the reading that the signature tells, else in whichever makes sense.
pub(super) fn open(keys: &Keys, text: Text<'_>, reading: Option<Reading>) -> Opening {
    if matches!(text, Text::None) {
        return Opening::Nothing;
    }
    let key = &keys.encoding_aes_key;
    let clean = cleaned(key.reveal()).filter(|_| EncodingAesKey::parse(key.reveal()).is_err());
    let was_cleaned = clean.is_some();
    let Some(cipher) = cipher(clean.as_ref().unwrap_or(key).reveal()) else {
        return Opening::NoKey;
    };
    let readings = reading.map_or_else(|| Reading::ALL.to_vec(), |reading| vec![reading]);
    let mut damaged = true;
    for reading in readings {
        let Some(text) = text.read(reading) else {
            continue;
        };
        match open_one(&cipher, &text) {
            Ok(opened) => {
                return Opening::Open {
                    opened,
                    cleaned: was_cleaned,
                };
            }
            Err(CryptError::DecodeBase64) => {}
            Err(_) => damaged = false,
        }
    }
    if damaged {
        Opening::Damaged
    } else {
        Opening::Closed
    }
}

/// Any token does: what is opened is signed with it here.
fn cipher(key: &str) -> Option<WXBizMsgCrypt> {
    WXBizMsgCrypt::new(ANY, key, ReceiveIds::unchecked()).ok()
}

fn open_one(cipher: &WXBizMsgCrypt, text: &str) -> Result<Opened, CryptError> {
    let signed = signature([ANY, "", "", text]);
    let signed = str::from_utf8(&signed).unwrap_or_default();
    cipher.open_lossy(text, signed, "", "")
}

const ANY: &str = "any";
