//! Recorded callbacks of real accounts, and ones that were made wrong on purpose.

use easy_wechat::{Config, WeChatServer};
use serde_json::Value;

use crate::support::{Request, Server};

/// An app for each vector, all in one server, each on its own route.
#[test]
fn recorded_callbacks_are_taken_and_forged_ones_refused() {
    let fixtures: Vec<Value> =
        serde_json::from_str(include_str!("../../fixtures/callback_vectors.json")).expect("JSON");
    let vectors: Vec<Vector> = fixtures.iter().filter_map(Vector::read).collect();
    assert!(vectors.len() >= 25, "only {} vectors", vectors.len());
    let servers = vectors.iter().map(Vector::server);
    let server = servers.reduce(WeChatServer::and).expect("there are some");
    let server = Server::start(server);
    for vector in &vectors {
        let answer = server.call(&vector.request());
        let id = &vector.id;
        match (&vector.expected, vector.kind.as_str()) {
            (Some(text), "verify_url") => {
                assert_eq!((answer.status, answer.text()), (200, &**text), "{id}");
            }
            (Some(text), _) => {
                // Some hold no XML but JSON or a word, which is no message; a suite's instruction wants a word back.
                let expected = match text {
                    other if !other.starts_with("<xml>") => (400, ""),
                    suite if suite.contains("<InfoType>") => (200, "success"),
                    _ => (200, ""),
                };
                assert_eq!((answer.status, answer.text()), expected, "{id}");
            }
            (None, _) => assert_eq!((answer.status, answer.text()), (400, ""), "{id}"),
        }
    }
}

struct Vector {
    id: String,
    kind: String,
    token: String,
    key: String,
    receive_id: String,
    timestamp: String,
    nonce: String,
    signature: String,
    body: String,
    /// What is in it; `None` where it must be refused.
    expected: Option<String>,
}

impl Vector {
    /// Those that a server can be called with: which have a signature and a key that is one.
    fn read(vector: &Value) -> Option<Self> {
        let text = |name: &str| vector[name].as_str().map(str::to_owned);
        let kind = text("kind")?;
        if !["verify_url", "decrypt", "negative"].contains(&kind.as_str()) {
            return None;
        }
        let key = text("encoding_aes_key")?;
        if key.len() != 43 || !key.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        let expected = text("expected_plaintext").filter(|_| kind != "negative");
        Some(Self {
            id: text("id")?,
            kind,
            token: text("token")?,
            key,
            receive_id: text("receive_id").filter(|id| !id.is_empty())?,
            timestamp: text("timestamp")?,
            nonce: text("nonce")?,
            signature: text("msg_signature")?,
            body: text("body_or_echostr")?,
            expected,
        })
    }

    fn server(&self) -> WeChatServer {
        let id = &self.id;
        let text = format!(
            "[system]\nworkers = 1\nmax_callback_age = 0\n[{id}]\nroute_name = {id}\ncorpid = {}\ntoken = {}\n\
             encoding_aes_key = {}\n",
            self.receive_id, self.token, self.key
        );
        let config = Config::parse(&text, [("", "")]).expect("good");
        WeChatServer::from_config(&config, id).unwrap_or_else(|error| panic!("{id}: {error}"))
    }

    fn request(&self) -> Request {
        let method = if self.kind == "verify_url" {
            "GET"
        } else {
            "POST"
        };
        let request = Request::new(method, &format!("/{}", self.id))
            .with("msg_signature", &self.signature)
            .with("timestamp", &self.timestamp)
            .with("nonce", &self.nonce);
        if method == "GET" {
            return request.with("echostr", &self.body);
        }
        let body = if self.body.starts_with('<') {
            self.body.clone()
        } else {
            format!("<xml><Encrypt><![CDATA[{}]]></Encrypt></xml>", self.body)
        };
        request.with_body(body)
    }
}
