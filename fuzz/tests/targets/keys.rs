//! Keys of the test's own: a random text never passes a signature, so what is hostile is put inside of a valid one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockModeEncrypt as _, KeyIvInit as _};
use easy_wechat::crypt::signature;
use easy_wechat::{ReceiveIds, WXBizMsgCrypt};

pub(crate) const TOKEN: &str = "QDG6eKtokenTOKEN";
const KEY: &str = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";

pub(crate) fn crypt(ids: ReceiveIds) -> WXBizMsgCrypt {
    WXBizMsgCrypt::new(TOKEN, KEY, ids).unwrap()
}

pub(crate) fn signed<const N: usize>(parts: [&str; N]) -> String {
    String::from_utf8(signature(parts).to_vec()).unwrap()
}

/// Whole blocks, encrypted with the key: what is wrong is wrong inside.
pub(crate) fn encrypted(mut plain: Vec<u8>) -> String {
    let key: [u8; 32] = STANDARD
        .decode(KEY.replace("B2C", "B2A="))
        .unwrap()
        .try_into()
        .unwrap();
    let iv: [u8; 16] = *key.first_chunk().unwrap();
    let length = plain.len();
    cbc::Encryptor::<aes::Aes256>::new(&key.into(), &iv.into())
        .encrypt_padded::<NoPadding>(&mut plain, length)
        .unwrap();
    STANDARD.encode(plain)
}

/// No error tells a key.
pub(crate) fn tells_no_key(text: &str) {
    assert!(!text.contains(TOKEN) && !text.contains(KEY), "{text}");
    assert!(text.len() < 2000, "{} bytes: {text:.500}", text.len());
}
