//! An app that answers what a test wants, byte for byte.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use easy_wechat::query::Query;
use easy_wechat::sandbox::Sandbox;
use easy_wechat::xml::{Fields, Limits};
use easy_wechat::{Account, AccountKind, Seal, WXBizMsgCrypt};

/// The app; it stops with the test.
pub struct BadApp {
    pub addr: SocketAddr,
    heard: Arc<Mutex<Vec<Heard>>>,
}

/// What was asked.
#[derive(Clone, Debug)]
pub struct Heard {
    /// The first line and the headers.
    pub head: String,
    pub query: String,
    /// As it came.
    pub body: String,
    /// The message, or the `echostr`; `None` when it cannot be verified.
    pub plain: Option<String>,
}

/// The app's keys, which the test takes from the sandbox's configuration.
pub struct Keys {
    pub kind: AccountKind,
    pub token: String,
    pub aes_key: String,
    pub receive_id: String,
    account: Account,
}

impl BadApp {
    /// Answers the verification as it should be, and each message with what `answer` writes.
    pub fn start(
        sandbox: &Sandbox,
        answer: impl Fn(&Heard, &Keys, &mut TcpStream) + Send + Sync + 'static,
    ) -> Self {
        Self::silent(sandbox, move |heard, keys, stream| {
            if heard.head.starts_with("GET ") {
                let echo = heard.plain.clone().unwrap_or_default();
                let _ = stream.write_all(&ok(echo));
            } else {
                answer(heard, keys, stream);
            }
        })
    }

    /// Answers everything with what `answer` writes, also the verification.
    pub fn silent(
        sandbox: &Sandbox,
        answer: impl Fn(&Heard, &Keys, &mut TcpStream) + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let addr = listener.local_addr().unwrap();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::new((Keys::of(sandbox), answer, Arc::clone(&heard)));
        // They end with the test program.
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (mut stream, shared) = (stream.unwrap(), Arc::clone(&shared));
                std::thread::spawn(move || {
                    let (keys, answer, heard) = &*shared;
                    if let Some(asked) = Heard::read(&mut stream, keys) {
                        heard.lock().unwrap().push(asked.clone());
                        answer(&asked, keys, &mut stream);
                    }
                });
            }
        });
        Self { addr, heard }
    }

    pub fn url(&self) -> String {
        format!("http://{}/weixin", self.addr)
    }

    /// All requests that came.
    pub fn all(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }

    /// The messages that came, without the verifications.
    pub fn messages(&self) -> Vec<Heard> {
        let mut heard = self.all();
        heard.retain(|heard| heard.head.starts_with("POST "));
        heard
    }
}

impl Heard {
    /// A field of the message.
    pub fn field(&self, path: &str) -> Option<String> {
        let fields = Fields::parse(self.plain.clone()?).ok()?;
        fields.get(path).map(str::to_owned)
    }

    /// A parameter of the query as it came.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .find_map(|(known, value)| (known == name).then_some(value))
    }

    fn read(stream: &mut TcpStream, keys: &Keys) -> Option<Self> {
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        let mut bytes = Vec::new();
        let mut some = [0; 8192];
        loop {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                let length = head
                    .lines()
                    .filter_map(|line| line.split_once(": "))
                    .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                    .map_or(0, |(_, length)| length.parse().unwrap());
                if body.len() >= length {
                    return Some(Self::of(head, body, keys));
                }
            }
            let read = stream.read(&mut some).ok().filter(|read| *read > 0)?;
            bytes.extend_from_slice(&some[..read]);
        }
    }

    fn of(head: &str, body: &str, keys: &Keys) -> Self {
        let target = head.split(' ').nth(1).unwrap_or_default();
        let query = target.split_once('?').map_or("", |(_, query)| query);
        let parsed = Query::parse(query).unwrap();
        let plain = if head.starts_with("GET ") {
            keys.account.verify_url(&parsed).ok()
        } else {
            let opened = keys.account.open(&parsed, body, Limits::default());
            opened.ok().map(|received| received.xml)
        };
        Self {
            head: head.to_owned(),
            query: query.to_owned(),
            body: body.to_owned(),
            plain,
        }
    }
}

impl Keys {
    pub fn of(sandbox: &Sandbox) -> Self {
        let config = sandbox.config("demo").app("demo").unwrap();
        let text =
            |secret: &Option<easy_wechat::Secret>| secret.as_ref().unwrap().reveal().to_owned();
        Self {
            kind: config.kind,
            token: text(&config.token),
            aes_key: text(&config.encoding_aes_key),
            receive_id: match config.kind {
                AccountKind::OfficialAccount => config.appid.clone(),
                _ => config.corpid.clone(),
            },
            account: config.account().unwrap(),
        }
    }

    pub fn crypt(&self) -> WXBizMsgCrypt {
        WXBizMsgCrypt::new(self.token.clone(), &self.aes_key, self.receive_id.as_str()).unwrap()
    }

    /// A reply in its envelope.
    pub fn seal(&self, reply: &str) -> String {
        self.crypt().encrypt_msg(reply, &a_seal()).unwrap()
    }
}

pub fn a_seal() -> Seal {
    Seal {
        timestamp: 1_409_659_813,
        nonce: "1372623149".to_owned(),
        random: *b"0123456789abcdef",
    }
}

/// A reply as it should be, with `body` behind the header.
pub fn reply(heard: &Heard, body: &str) -> String {
    let name = |path| heard.field(path).unwrap_or_default();
    format!(
        "<xml><ToUserName><![CDATA[{}]]></ToUserName><FromUserName><![CDATA[{}]]></FromUserName>\
         <CreateTime>1348831860</CreateTime>{body}</xml>",
        name("FromUserName"),
        name("ToUserName"),
    )
}

/// A text reply as it should be.
pub fn text(heard: &Heard, content: &str) -> String {
    let body = format!("<MsgType>text</MsgType><Content><![CDATA[{content}]]></Content>");
    reply(heard, &body)
}

/// HTTP 200 with a body.
pub fn ok(body: impl Into<Vec<u8>>) -> Vec<u8> {
    status("200 OK", "", body)
}

pub fn status(line: &str, headers: &str, body: impl Into<Vec<u8>>) -> Vec<u8> {
    let body = body.into();
    let mut answer = format!(
        "HTTP/1.1 {line}\r\nContent-Length: {}\r\n{headers}\r\n",
        body.len()
    )
    .into_bytes();
    answer.extend(body);
    answer
}
