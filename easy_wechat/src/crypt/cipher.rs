//! AES-256-CBC over `random(16) length(4) message receive-id`, padded to 32 bytes, in base64.

use std::fmt;
use std::sync::{Arc, LazyLock};

use aes::cipher::block_padding::NoPadding;
use aes::cipher::{BlockModeDecrypt as _, BlockModeEncrypt as _, InnerIvInit as _, KeyInit as _};
use aes::{Aes256Dec, Aes256Enc};
use base64::Engine as _;
use base64::engine::{GeneralPurposeConfig, Simd};

use zeroize::Zeroizing;

use super::{CryptError, EncodingAesKey, ReceiveIds};

/// What was in a ciphertext.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The message: XML, JSON, or the digits of an `echostr`.
    pub message: String,
    /// Whom it is for; a reply is sealed with the same id.
    pub receive_id: Arc<str>,
}

/// The expanded key, both ways.
pub(super) struct Cipher {
    encrypt: Aes256Enc,
    decrypt: Aes256Dec,
    /// The platform's fixed IV: the first 16 bytes of the key.
    iv: Zeroizing<[u8; 16]>,
}

impl Cipher {
    pub(super) fn new(key: &EncodingAesKey) -> Self {
        let key = key.bytes();
        let [iv @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = *key;
        Self {
            encrypt: Aes256Enc::new(key.into()),
            decrypt: Aes256Dec::new(key.into()),
            iv: Zeroizing::new(iv),
        }
    }

    /// Decrypts. Invalid UTF-8 is an error, or with `lossy` replaced by U+FFFD.
    pub(super) fn open(
        &self,
        encrypt: &str,
        receive_ids: &ReceiveIds,
        lossy: bool,
    ) -> Result<Opened, CryptError> {
        let mut plain = BASE64
            .decode(encrypt)
            .map_err(|_| CryptError::DecodeBase64)?;
        let length = cbc::Decryptor::inner_iv_init(&self.decrypt, &(*self.iv).into())
            .decrypt_padded::<NoPadding>(&mut plain)
            .map_err(|_| CryptError::DecryptAes)
            .and_then(unpadded_len)?;
        plain.truncate(length);

        let (message, receive_id) = split(&plain)?;
        let receive_id = receive_ids.admit(receive_id)?;
        let end = HEADER + message.len();
        plain.truncate(end);
        plain.drain(..HEADER);
        let message = match String::from_utf8(plain) {
            Ok(message) => message,
            Err(error) if lossy => String::from_utf8_lossy(error.as_bytes()).into_owned(),
            Err(_) => return Err(CryptError::IllegalBuffer("the message is not UTF-8")),
        };
        Ok(Opened {
            message,
            receive_id,
        })
    }

    /// The ciphertext, not yet in base64.
    pub(super) fn seal(
        &self,
        message: &str,
        receive_id: &str,
        random: &[u8; 16],
    ) -> Result<Vec<u8>, CryptError> {
        let length = u32::try_from(message.len()).map_err(|_| CryptError::EncryptAes)?;
        let plain = HEADER + message.len() + receive_id.len();
        let pad = PADDED_TO - plain % PADDED_TO;
        let mut buffer = Vec::with_capacity(plain + pad);
        buffer.extend_from_slice(random);
        buffer.extend_from_slice(&length.to_be_bytes());
        buffer.extend_from_slice(message.as_bytes());
        buffer.extend_from_slice(receive_id.as_bytes());
        buffer.resize(plain + pad, u8::try_from(pad).unwrap_or_default());
        let padded = buffer.len();
        cbc::Encryptor::inner_iv_init(&self.encrypt, &(*self.iv).into())
            .encrypt_padded::<NoPadding>(&mut buffer, padded)
            .map_err(|_| CryptError::EncryptAes)?;
        Ok(buffer)
    }
}

impl fmt::Debug for Cipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cipher(..)")
    }
}

/// Appends `bytes` to `out` in standard base64 with padding.
pub(super) fn base64_onto(out: &mut Vec<u8>, bytes: &[u8]) {
    let start = out.len();
    let length = bytes.len().div_ceil(3) * 4;
    out.resize(start + length, 0);
    if let Some(room) = out.get_mut(start..) {
        // The room is what base64 needs, so it cannot be too small.
        let _ = BASE64.encode_slice(bytes, room);
    }
}

/// How long the buffer is without its padding, every byte of which is checked.
fn unpadded_len(padded: &[u8]) -> Result<usize, CryptError> {
    let pad = usize::from(*padded.last().ok_or(CryptError::DecryptAes)?);
    let length = padded
        .len()
        .checked_sub(pad)
        .ok_or(CryptError::DecryptAes)?;
    let padding = padded.get(length..).unwrap_or_default();
    // A sum, not a search: it does not stop early at the byte that is wrong.
    let wrong = padding
        .iter()
        .fold(0, |wrong, &byte| wrong | (usize::from(byte) ^ pad));
    if pad == 0 || pad > PADDED_TO || wrong != 0 {
        return Err(CryptError::DecryptAes);
    }
    Ok(length)
}

/// Message and receive id.
fn split(plain: &[u8]) -> Result<(&[u8], &[u8]), CryptError> {
    let short = CryptError::IllegalBuffer("shorter than its own header");
    let (_random, rest) = plain
        .split_first_chunk::<16>()
        .ok_or_else(|| short.clone())?;
    let (length, rest) = rest.split_first_chunk::<4>().ok_or(short)?;
    usize::try_from(u32::from_be_bytes(*length))
        .ok()
        .and_then(|length| rest.split_at_checked(length))
        .ok_or(CryptError::IllegalBuffer(
            "its length field points beyond its end",
        ))
}

/// The random bytes and the length field.
const HEADER: usize = 20;

/// The platform pads to 32 bytes, twice the block of AES.
const PADDED_TO: usize = 32;

static BASE64: LazyLock<Simd> = LazyLock::new(|| Simd::standard(GeneralPurposeConfig::new()));
