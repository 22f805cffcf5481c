//! What is no reply at all, and what is wrong with an envelope.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use easy_wechat::WXBizMsgCrypt;
use easy_wechat::crypt::signature;

use super::made::{padded_to_16, part, signed, without};
use super::{ACKNOWLEDGED, DROPPED, REPLIED, Row};
use crate::bad_app::{a_seal, text};

/// Answers to a text on WeCom: the outside.
pub const ROWS: &[Row] = &[
    ("empty", |_, _| Vec::new(), ACKNOWLEDGED, "acknowledged"),
    (
        "success",
        |_, _| b"success".to_vec(),
        ACKNOWLEDGED,
        "acknowledged",
    ),
    (
        "success and a newline",
        |_, _| b"success\n".to_vec(),
        ACKNOWLEDGED,
        "white space",
    ),
    // What w7corp/easywechat answers where no handler takes a message.
    (
        "SUCCESS",
        |_, _| b"SUCCESS".to_vec(),
        ACKNOWLEDGED,
        "lower case",
    ),
    (
        "Success",
        |_, _| b" Success ".to_vec(),
        ACKNOWLEDGED,
        "white space",
    ),
    (
        "a text",
        |heard, keys| keys.seal(&text(heard, "hi")).into(),
        REPLIED,
        "sees the reply (text)",
    ),
    (
        "a text of ]]>",
        |heard, keys| keys.seal(&text(heard, "]]]]><![CDATA[>")).into(),
        REPLIED,
        "sees",
    ),
    (
        "plain XML",
        |heard, _| text(heard, "hi").into(),
        DROPPED,
        "encrypt_msg",
    ),
    (
        "XML of another kind",
        |_, _| b"<xml><A>1</A></xml>".to_vec(),
        DROPPED,
        "no Encrypt element",
    ),
    (
        "encrypt",
        |_, _| b"<xml><encrypt>1</encrypt></xml>".to_vec(),
        DROPPED,
        "spelled encrypt",
    ),
    (
        "JSON",
        |_, _| b"{\"msgtype\":\"text\"}".to_vec(),
        DROPPED,
        "JSON",
    ),
    (
        "a JSON string",
        |_, _| b"\"success\"".to_vec(),
        DROPPED,
        "quotes",
    ),
    (
        "HTML",
        |_, _| b"<!DOCTYPE html><html></html>".to_vec(),
        DROPPED,
        "HTML",
    ),
    ("a word", |_, _| b"ok".to_vec(), DROPPED, "no XML"),
    (
        "GBK",
        |_, _| b"\xc4\xe3\xba\xc3".to_vec(),
        DROPPED,
        "not UTF-8",
    ),
    (
        "a BOM",
        |heard, keys| format!("\u{FEFF}{}", keys.seal(&text(heard, "hi"))).into(),
        DROPPED,
        "BOM",
    ),
    (
        "a DTD",
        |_, _| b"<!DOCTYPE a><xml><Encrypt>1</Encrypt></xml>".to_vec(),
        DROPPED,
        "DTD",
    ),
    (
        "half an envelope",
        |heard, keys| keys.seal(&text(heard, "hi"))[..200].into(),
        DROPPED,
        "no XML",
    ),
    (
        "a wrong token",
        |heard, keys| {
            let other =
                WXBizMsgCrypt::new("another", &keys.aes_key, keys.receive_id.as_str()).unwrap();
            other
                .encrypt_msg(&text(heard, "hi"), &a_seal())
                .unwrap()
                .into()
        },
        DROPPED,
        "compare the token",
    ),
    (
        "a signature in capitals",
        |heard, keys| {
            let envelope = keys.seal(&text(heard, "hi"));
            let hex = part(&envelope, "MsgSignature").to_owned();
            envelope.replace(&hex, &hex.to_uppercase()).into()
        },
        DROPPED,
        "lower case",
    ),
    (
        "a signature over three parts",
        |heard, keys| {
            let envelope = keys.seal(&text(heard, "hi"));
            let hex = part(&envelope, "MsgSignature").to_owned();
            let three = signature([keys.token.as_str(), "1409659813", "1372623149"]);
            envelope
                .replace(&hex, str::from_utf8(&three).unwrap())
                .into()
        },
        DROPPED,
        "three parts",
    ),
    (
        "no signature",
        |heard, keys| without(&keys.seal(&text(heard, "hi")), "MsgSignature").into(),
        DROPPED,
        "no MsgSignature",
    ),
    (
        "no nonce",
        |heard, keys| without(&keys.seal(&text(heard, "hi")), "Nonce").into(),
        DROPPED,
        "no Nonce",
    ),
    (
        "Timestamp",
        |heard, keys| {
            keys.seal(&text(heard, "hi"))
                .replace("TimeStamp", "Timestamp")
                .into()
        },
        DROPPED,
        "spelled Timestamp",
    ),
    (
        "a timestamp of words",
        |heard, keys| {
            keys.seal(&text(heard, "hi"))
                .replace("1409659813", "now")
                .into()
        },
        DROPPED,
        "TimeStamp in the envelope is no integer",
    ),
    (
        "two ciphertexts",
        |heard, keys| {
            keys.seal(&text(heard, "hi"))
                .replace("</xml>", "<Encrypt>1</Encrypt></xml>")
                .into()
        },
        DROPPED,
        "Encrypt more than once",
    ),
    (
        "another receive id",
        |heard, keys| {
            let other = WXBizMsgCrypt::new(keys.token.clone(), &keys.aes_key, "wwother").unwrap();
            other
                .encrypt_msg(&text(heard, "hi"), &a_seal())
                .unwrap()
                .into()
        },
        DROPPED,
        "correct corpid",
    ),
    (
        "another key",
        |heard, keys| {
            let key = keys.aes_key.chars().rev().collect::<String>();
            let other =
                WXBizMsgCrypt::new(keys.token.clone(), &key, keys.receive_id.as_str()).unwrap();
            other
                .encrypt_msg(&text(heard, "hi"), &a_seal())
                .unwrap()
                .into()
        },
        DROPPED,
        "encoding_aes_key",
    ),
    (
        "no base64",
        |_, keys| signed(keys, "not base64!").into(),
        DROPPED,
        "not base64",
    ),
    (
        "no whole blocks",
        |_, keys| signed(keys, "YWJj").into(),
        DROPPED,
        "cannot be decrypted",
    ),
    (
        "padded to 16",
        |heard, keys| {
            // The length decides whether it shows: one of these is not a multiple of 32.
            let long = text(heard, "hi");
            let short = text(heard, "hi there, hi there");
            let sealed = [long, short].map(|reply| padded_to_16(keys, &reply));
            let found = sealed
                .into_iter()
                .find(|it| STANDARD.decode(it).unwrap().len() % 32 != 0);
            signed(keys, &found.unwrap()).into()
        },
        REPLIED,
        "padded to 16",
    ),
    (
        "nothing, encrypted",
        |_, keys| keys.seal("").into(),
        DROPPED,
        "without an envelope",
    ),
    (
        "SUCCESS, encrypted",
        |_, keys| keys.seal("SUCCESS").into(),
        DROPPED,
        "without an envelope",
    ),
    (
        "JSON, encrypted",
        |_, keys| keys.seal("{}").into(),
        DROPPED,
        "JSON",
    ),
];
