//! The outside of a callback: two readers agree, and what is signed and encrypted may hold anything.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use easy_wechat::crypt::{Envelope, EnvelopeError};
use easy_wechat::xml::Fields;
use easy_wechat::{ReceiveIds, Seal};

use crate::keys::{TOKEN, crypt, encrypted, signed, tells_no_key};

pub(crate) const DICTIONARY: &[&str] = &[
    "<xml>", "</xml>", "<Encrypt>", "</Encrypt>", "<Encrypt/>", "<ToUserName>", "</ToUserName>",
    "<AgentID>1</AgentID>", "<![CDATA[", "]]>", "]]", "<!--", "-->", "<!DOCTYPE a>", "<?xml version=\"1.0\"?>",
    "&amp;", "&#0;", "&x;", "&#x1F600;", "\0", "\r\n", "\u{FEFF}", "AAAA", "====", "<a b='c'>", "</a>", "{",
];

pub(crate) fn check(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    readers_agree(&text);
    signed_ciphertext(input);
    encrypted_plaintext(input);
    round_trip(&text);
}

fn readers_agree(text: &str) {
    let fields = Fields::parse(text);
    let envelope = match (Envelope::parse(text), &fields) {
        (Err(EnvelopeError::Xml(error)), _) => {
            tells_no_key(&error.to_string());
            return assert_eq!(Some(&error), fields.as_ref().err());
        }
        (Err(_), fields) => return assert!(fields.is_ok()),
        (Ok(envelope), _) => envelope,
    };
    let fields = fields.expect("an envelope is XML");
    let encrypts: Vec<_> = fields.all("Encrypt").collect();
    assert_eq!(encrypts.len(), 1);
    if encrypts[0].children().next().is_none() {
        assert_eq!(encrypts[0].text().trim(), envelope.encrypt);
    }
}

/// A client that knows the token gets as far as this.
fn signed_ciphertext(input: &[u8]) {
    let encrypt = STANDARD.encode(input);
    let signature = signed([TOKEN, "1", "2", &encrypt]);
    let opened = crypt(ReceiveIds::unchecked()).open(&encrypt, &signature, "1", "2");
    if let Err(error) = opened {
        tells_no_key(&error.to_string());
    }
}

/// A client that knows both keys: the input decides the length field, the receive id and the padding.
fn encrypted_plaintext(input: &[u8]) {
    let mut plain = input.to_vec();
    let pad = u8::try_from(32 - plain.len() % 32).unwrap();
    plain.resize(plain.len() + usize::from(pad), pad);
    let encrypt = encrypted(plain);
    let signature = signed([TOKEN, "1", "2", &encrypt]);
    match crypt(ReceiveIds::unchecked()).open(&encrypt, &signature, "1", "2") {
        Ok(opened) => {
            let length: [u8; 4] = *input[16..].first_chunk().expect("a length field");
            let length = usize::try_from(u32::from_be_bytes(length)).unwrap();
            let message = &input[20..20 + length];
            assert_eq!(opened.message, String::from_utf8_lossy(message));
            let receive_id = &input[20 + length..];
            assert_eq!(*opened.receive_id, *String::from_utf8_lossy(receive_id));
        }
        Err(error) => tells_no_key(&error.to_string()),
    }
}

fn round_trip(text: &str) {
    let crypt = crypt(ReceiveIds::unchecked());
    let seal = Seal {
        timestamp: 1,
        nonce: "2".to_owned(),
        random: [7; 16],
    };
    let body = crypt.seal(text, text, &seal).unwrap();
    let body = String::from_utf8(body).unwrap();
    let fields = Fields::parse(body.as_str()).unwrap();
    let [encrypt, signature] = ["Encrypt", "MsgSignature"].map(|name| fields.get(name).unwrap());
    let opened = crypt.open(encrypt, signature, "1", "2").unwrap();
    assert_eq!((opened.message.as_str(), &*opened.receive_id), (text, text));
}
