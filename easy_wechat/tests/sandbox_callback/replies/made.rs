//! Replies in the making, right and wrong.

use aes::cipher::{BlockModeEncrypt as _, KeyIvInit as _, block_padding::Pkcs7};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use easy_wechat::crypt::{Envelope, signature};

use crate::bad_app::{Heard, Keys};

/// As the mode wants it: encrypted when the message was.
pub fn by_mode(heard: &Heard, keys: &Keys, reply: &str) -> Vec<u8> {
    if heard.body.contains("<Encrypt>") {
        keys.seal(reply).into()
    } else {
        reply.into()
    }
}

/// A ciphertext in an envelope that is signed as it should be.
pub fn signed(keys: &Keys, encrypt: &str) -> String {
    let hex = signature([keys.token.as_str(), "1409659813", "1372623149", encrypt]);
    format!(
        "<xml><Encrypt><![CDATA[{encrypt}]]></Encrypt><MsgSignature>{}</MsgSignature>\
         <TimeStamp>1409659813</TimeStamp><Nonce>1372623149</Nonce></xml>",
        str::from_utf8(&hex).unwrap()
    )
}

/// A ciphertext as libraries make it that know no padding to 32.
pub fn padded_to_16(keys: &Keys, reply: &str) -> String {
    let key = base64::engine::GeneralPurpose::new(
        &base64::alphabet::STANDARD,
        base64::engine::GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
    )
    .decode(format!("{}=", keys.aes_key))
    .unwrap();
    let mut plain = b"0123456789abcdef".to_vec();
    plain.extend(u32::try_from(reply.len()).unwrap().to_be_bytes());
    plain.extend(reply.as_bytes());
    plain.extend(keys.receive_id.as_bytes());
    let cipher = cbc::Encryptor::<aes::Aes256>::new_from_slices(&key, &key[..16]).unwrap();
    let length = plain.len();
    plain.resize(length + 16, 0);
    STANDARD.encode(cipher.encrypt_padded::<Pkcs7>(&mut plain, length).unwrap())
}

pub fn part<'a>(envelope: &'a str, name: &str) -> &'a str {
    assert_ne!(Envelope::parse(envelope).unwrap().encrypt, "");
    let (_, behind) = envelope.split_once(&format!("<{name}><![CDATA[")).unwrap();
    behind.split_once("]]>").unwrap().0
}

/// An XML without one element.
pub fn without(xml: &str, name: &str) -> String {
    let (before, rest) = xml.split_once(&format!("<{name}>")).unwrap();
    let (_, behind) = rest.split_once(&format!("</{name}>")).unwrap();
    format!("{before}{behind}")
}

/// A reply with the file that the message names.
pub fn media(heard: &Heard, kind: &str, element: &str) -> String {
    let content = heard.field("Content").unwrap();
    let id = content.split(' ').nth(1).unwrap();
    format!("<MsgType>{kind}</MsgType><{element}><MediaId>{id}</MediaId></{element}>")
}

/// News that say they have `count` articles, and have `articles`.
pub fn news(count: usize, articles: usize) -> String {
    let item =
        "<item><Title>one</Title><Description>d</Description><PicUrl>p</PicUrl><Url>u</Url></item>";
    format!(
        "<MsgType>news</MsgType><ArticleCount>{count}</ArticleCount><Articles>{}</Articles>",
        item.repeat(articles)
    )
}
