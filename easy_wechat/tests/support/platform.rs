//! A platform that calls: what it signs and encrypts, and how it opens the answer.

use std::sync::atomic::{AtomicU64, Ordering};

use easy_wechat::crypt::{Envelope, signature};
use easy_wechat::{Seal, WXBizMsgCrypt};

use super::wire::{Answer, Request};
use super::{AT, CORPID, KEY, TOKEN};

/// An app as its platform knows it.
pub struct Platform {
    pub token: String,
    pub receive_id: String,
    pub path: String,
    at: i64,
    crypt: WXBizMsgCrypt,
}

impl Platform {
    /// WeCom, calling the test account at `/weixin`.
    pub fn wecom() -> Self {
        Self::new(TOKEN, KEY, CORPID)
    }

    pub fn new(token: &str, key: &str, receive_id: &str) -> Self {
        Self {
            token: token.to_owned(),
            receive_id: receive_id.to_owned(),
            path: "/weixin".to_owned(),
            at: AT,
            crypt: WXBizMsgCrypt::new(token, key, receive_id).expect("the test's keys are good"),
        }
    }

    /// The same, signing at another time.
    pub fn at(mut self, seconds: i64) -> Self {
        self.at = seconds;
        self
    }

    /// The same, calling another path.
    pub fn calling(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self
    }

    /// A message on its way: a new nonce and new random bytes each time, as with every re-send.
    pub fn post(&self, message: &str) -> Request {
        self.post_sealed(&self.encrypt(message))
    }

    /// A ciphertext in a validly signed envelope, whatever it holds.
    pub fn post_sealed(&self, encrypt: &str) -> Request {
        let body = format!(
            "<xml><ToUserName><![CDATA[{}]]></ToUserName><Encrypt><![CDATA[{encrypt}]]></Encrypt>\
             <AgentID><![CDATA[2]]></AgentID></xml>",
            self.receive_id
        );
        self.signed("POST", &self.at.to_string(), encrypt)
            .with_body(body)
    }

    /// The verification of the callback address, which wants `echo` back.
    pub fn get(&self, echo: &str) -> Request {
        self.get_sealed(&self.encrypt(echo))
    }

    /// A validly signed verification, whatever the `echostr` holds.
    pub fn get_sealed(&self, echostr: &str) -> Request {
        self.signed("GET", &self.at.to_string(), echostr)
            .with("echostr", echostr)
    }

    /// A request whose query is signed for `encrypt`.
    pub fn signed(&self, method: &str, timestamp: &str, encrypt: &str) -> Request {
        let nonce = number().to_string();
        let digits = signature([self.token.as_str(), timestamp, &nonce, encrypt]);
        Request::new(method, &self.path)
            .with("msg_signature", str::from_utf8(&digits).expect("hex"))
            .with("timestamp", timestamp)
            .with("nonce", &nonce)
    }

    /// A message as it stands in `Encrypt` or `echostr`.
    pub fn encrypt(&self, message: &str) -> String {
        let mut random = [7; 16];
        random[..8].copy_from_slice(&number().to_be_bytes());
        let seal = Seal {
            timestamp: self.at,
            nonce: "any".to_owned(),
            random,
        };
        let envelope = self.crypt.encrypt_msg(message, &seal).expect("it is short");
        let envelope = Envelope::parse(&envelope).expect("an envelope");
        envelope.encrypt.into_owned()
    }

    /// The XML of a sealed answer. Its signature and receiver are checked.
    pub fn open(&self, answer: &Answer) -> String {
        let body = answer.text();
        let field = |name: &str| {
            element(body, name).unwrap_or_else(|| panic!("no {name} in the answer: {answer:?}"))
        };
        let (signature, timestamp, nonce) =
            (field("MsgSignature"), field("TimeStamp"), field("Nonce"));
        self.crypt
            .decrypt_msg(body, signature, timestamp, nonce)
            .unwrap_or_else(|error| panic!("the answer cannot be opened: {error}: {body}"))
    }

    /// The text that an answer says; `None` for an empty body.
    pub fn said(&self, answer: &Answer) -> Option<String> {
        assert_eq!(answer.status, 200, "{answer:?}");
        if answer.body.is_empty() {
            return None;
        }
        let xml = self.open(answer);
        Some(element(&xml, "Content").unwrap_or(&xml).to_owned())
    }
}

/// An Official Account's way to call, beside the encrypted one of [`Platform`].
pub struct Official(pub Platform);

impl Official {
    pub fn new(token: &str, key: &str, appid: &str) -> Self {
        Self(Platform::new(token, key, appid))
    }

    /// The verification, whose `echostr` is not encrypted.
    pub fn get(&self, echo: &str) -> Request {
        self.signed("GET").with("echostr", echo)
    }

    /// A message in the clear: plain mode.
    pub fn post_plain(&self, message: &str) -> Request {
        self.signed("POST").with_body(message)
    }

    /// An encrypted message: safe mode.
    pub fn post_safe(&self, message: &str) -> Request {
        self.both(self.0.post(message))
    }

    /// A message in the clear that holds its own ciphertext: compatible mode.
    pub fn post_compatible(&self, message: &str) -> Request {
        let encrypt = self.0.encrypt(message);
        let body = message.replace(
            "</xml>",
            &format!("<Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>"),
        );
        self.both(self.0.post_sealed(&encrypt)).with_body(body)
    }

    /// The signature over three parts that every call has, also beside a `msg_signature`.
    fn both(&self, request: Request) -> Request {
        let value = |name: &str| request.get(name).unwrap_or_default().to_owned();
        let (timestamp, nonce) = (value("timestamp"), value("nonce"));
        let digits = signature([self.0.token.as_str(), &timestamp, &nonce]);
        request
            .with("signature", str::from_utf8(&digits).expect("hex"))
            .with("encrypt_type", "aes")
            .with("openid", "o-user")
    }

    fn signed(&self, method: &str) -> Request {
        let (timestamp, nonce) = (self.0.at.to_string(), number().to_string());
        let digits = signature([self.0.token.as_str(), &timestamp, &nonce]);
        Request::new(method, &self.0.path)
            .with("signature", str::from_utf8(&digits).expect("hex"))
            .with("timestamp", &timestamp)
            .with("nonce", &nonce)
            .with("openid", "o-user")
    }
}

/// A text message. Its number is what re-sends have in common.
pub fn text(from: &str, id: u64, content: &str) -> String {
    format!(
        "<xml><ToUserName><![CDATA[{CORPID}]]></ToUserName><FromUserName><![CDATA[{from}]]></FromUserName>\
         <CreateTime>{AT}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{content}]]></Content>\
         <MsgId>{id}</MsgId><AgentID>2</AgentID></xml>"
    )
}

/// An event, with the elements that this kind has.
pub fn event(from: &str, name: &str, elements: &str) -> String {
    format!(
        "<xml><ToUserName><![CDATA[{CORPID}]]></ToUserName><FromUserName><![CDATA[{from}]]></FromUserName>\
         <CreateTime>{AT}</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[{name}]]></Event>\
         {elements}<AgentID>2</AgentID></xml>"
    )
}

/// The text of an element, its CDATA taken off.
pub fn element<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    let (inside, _) = rest.split_once(&format!("</{name}>"))?;
    let data = inside.strip_prefix("<![CDATA[");
    Some(
        data.and_then(|data| data.strip_suffix("]]>"))
            .unwrap_or(inside),
    )
}

/// A number that no other call in this program gets.
fn number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(100_000);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
