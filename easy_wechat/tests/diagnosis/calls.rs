//! Requests as the platforms make them, and keys, to be spoilt.

use easy_wechat::crypt::signature;
use easy_wechat::diagnosis::{Captured, Keys};
use easy_wechat::{AccountKind, Mode, Seal, Timestamp, WXBizMsgCrypt};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

pub(crate) const TOKEN: &str = "KbPhZCLxBPgQwTzozQxPxtaWSQ1GQb";
pub(crate) const KEY: &str = "MAtJ8Wpg3yXnyGjqZLvbEQzCFxuCA3DS5ss9pJRyAGH";
pub(crate) const CORPID: &str = "wx82ef843a5129db66";
pub(crate) const OTHER_KEY: &str = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";
pub(crate) const NOW: i64 = 1_450_092_658;
pub(crate) const MESSAGE: &str =
    "<xml><FromUserName>zhangsan</FromUserName><MsgType>text</MsgType><Content>hi</Content></xml>";

/// A request on its way.
#[derive(Clone, Default)]
pub(crate) struct Call {
    pub(crate) method: &'static str,
    pub(crate) query: String,
    pub(crate) body: Vec<u8>,
}

impl Call {
    pub(crate) fn captured(&self) -> Captured<'_> {
        Captured {
            method: self.method,
            ..Captured::post(&self.query, &self.body)
        }
        .at(Timestamp::from_secs(NOW))
    }

    pub(crate) fn body(mut self, change: impl Fn(&str) -> String) -> Self {
        self.body = change(str::from_utf8(&self.body).unwrap()).into_bytes();
        self
    }
}

/// The verification of WeCom; its `echostr` has each character that is percent-encoded.
pub(crate) fn get() -> Call {
    let sealed = sealed(KEY, "1616140317555161061", CORPID);
    let encrypt = between(&sealed.body, "<Encrypt><![CDATA[", "]]>");
    Call {
        method: "GET",
        query: format!("{}&echostr={}", sealed.query, encode(&encrypt)),
        body: Vec::new(),
    }
}

/// A message of WeCom.
pub(crate) fn post() -> Call {
    let sealed = sealed(KEY, MESSAGE, CORPID);
    let encrypt = between(&sealed.body, "<Encrypt><![CDATA[", "]]>");
    let body = format!("<xml><ToUserName>{CORPID}</ToUserName><Encrypt>{encrypt}</Encrypt></xml>");
    Call {
        body: body.into_bytes(),
        ..sealed
    }
}

/// The verification of an Official Account.
pub(crate) fn official_get() -> Call {
    Call {
        method: "GET",
        query: format!("{}&echostr=4242", signed()),
        body: Vec::new(),
    }
}

/// A message of an Official Account.
pub(crate) fn official_post(encrypted: bool) -> Call {
    if !encrypted {
        return Call {
            method: "POST",
            query: format!("{}&openid=o1", signed()),
            body: MESSAGE.into(),
        };
    }
    let post = post();
    let (signature, rest) = post.query.split_once('&').unwrap();
    let (second, _) = signed()
        .split_once('&')
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    Call {
        query: format!("{second}&{rest}&openid=o1&encrypt_type=aes&{signature}"),
        ..post
    }
}

/// An envelope that has a `+` and a `/` within its ciphertext, and the query with it.
pub(crate) fn sealed(key: &str, text: &str, receive_id: &str) -> Call {
    let crypt = WXBizMsgCrypt::new(TOKEN, key, receive_id).unwrap();
    for seed in 0..=u8::MAX {
        let seal = Seal {
            timestamp: NOW,
            nonce: NONCE.to_owned(),
            random: [seed; 16],
        };
        let body = crypt.encrypt_msg(text, &seal).unwrap().into_bytes();
        let encrypt = between(&body, "<Encrypt><![CDATA[", "]]>");
        if encrypt.contains('+') && encrypt.contains('/') && !encrypt.starts_with('+') {
            let signature = between(&body, "<MsgSignature><![CDATA[", "]]>");
            let query = format!("msg_signature={signature}&timestamp={NOW}&nonce={NONCE}");
            return Call {
                method: "POST",
                query,
                body,
            };
        }
    }
    panic!("no seed makes a plus and a slash");
}

/// A message whose `Encrypt` is this text, rightly signed.
pub(crate) fn signed_text(text: &str) -> Call {
    let hex = signature([TOKEN, &NOW.to_string(), NONCE, text]);
    let hex = str::from_utf8(&hex).unwrap();
    Call {
        method: "POST",
        query: format!("msg_signature={hex}&timestamp={NOW}&nonce={NONCE}"),
        body: format!("<xml><Encrypt>{text}</Encrypt></xml>").into_bytes(),
    }
}

pub(crate) fn keys() -> Keys {
    let mut keys = Keys::new("demo", AccountKind::WeCom);
    keys.token = TOKEN.into();
    keys.encoding_aes_key = KEY.into();
    keys.receive_ids = vec![CORPID.into()];
    keys
}

pub(crate) fn official(mode: Mode) -> Keys {
    but(keys(), |keys| {
        keys.name = "account".into();
        keys.kind = AccountKind::OfficialAccount;
        keys.mode = mode;
    })
}

pub(crate) fn but(mut keys: Keys, change: impl FnOnce(&mut Keys)) -> Keys {
    change(&mut keys);
    keys
}

pub(crate) fn with_token(token: &str) -> Keys {
    but(keys(), |keys| keys.token = token.into())
}

pub(crate) fn with_key(key: &str) -> Keys {
    but(keys(), |keys| keys.encoding_aes_key = key.into())
}

pub(crate) fn with_id(id: &str) -> Keys {
    but(keys(), |keys| keys.receive_ids = vec![id.into()])
}

pub(crate) fn without_key(keys: Keys) -> Keys {
    but(keys, |keys| keys.encoding_aes_key = "".into())
}

pub(crate) fn between(text: &[u8], begin: &str, end: &str) -> String {
    let text = str::from_utf8(text).unwrap();
    let (_, rest) = text.split_once(begin).unwrap();
    rest.split_once(end).unwrap().0.to_owned()
}

pub(crate) fn encode(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

pub(crate) fn cut(text: &str, by: usize) -> String {
    text.get(..text.len() - by).unwrap().to_owned()
}

/// The signature in capitals.
pub(crate) fn shout(query: &str) -> String {
    let (signature, rest) = query.split_once('&').unwrap();
    let (name, hex) = signature.split_once('=').unwrap();
    format!("{name}={}&{rest}", hex.to_ascii_uppercase())
}

/// The query of an Official Account.
fn signed() -> String {
    let hex = signature([TOKEN, &NOW.to_string(), NONCE]);
    let hex = str::from_utf8(&hex).unwrap();
    format!("signature={hex}&timestamp={NOW}&nonce={NONCE}")
}

const NONCE: &str = "263014780";
