use sha1::{Digest as _, Sha1};
use subtle::ConstantTimeEq as _;

use super::CryptError;

/// The platform's signature: SHA-1 over the parts, sorted bytewise and joined; 40 lower-case hex digits.
///
/// Callbacks sign token, timestamp, nonce and ciphertext; Official Accounts also the first three alone. The parts are
/// taken as they came: a timestamp printed anew could lose a leading zero.
///
/// ```
/// let hex = easy_wechat::crypt::signature(["test", "1410685589", "test"]);
/// assert_eq!(hex.as_slice(), b"f21891de399b4e33a1a93c9a7b8a8fffb5a443ff");
/// ```
pub fn signature<const N: usize>(mut parts: [&str; N]) -> [u8; 40] {
    parts.sort_unstable();
    let mut sha1 = Sha1::new();
    for part in parts {
        sha1.update(part);
    }
    let mut hex = [0; 40];
    for (pair, byte) in hex.chunks_exact_mut(2).zip(sha1.finalize()) {
        for (digit, nibble) in pair.iter_mut().zip([byte >> 4, byte & 15]) {
            *digit = if nibble < 10 {
                b'0' + nibble
            } else {
                b'a' + nibble - 10
            };
        }
    }
    hex
}

/// Compares in a time that does not tell how much of it is right.
pub(crate) fn compare(expected: &[u8; 40], received: &str) -> Result<(), CryptError> {
    if bool::from(expected.as_slice().ct_eq(received.as_bytes())) {
        Ok(())
    } else {
        Err(CryptError::ValidateSignature)
    }
}
