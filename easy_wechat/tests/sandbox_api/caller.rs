//! A sandbox, and an app that calls it.

use std::time::Duration;

use easy_wechat::config::AppConfig;
use easy_wechat::sandbox::{Injection, Sandbox, SandboxBuilder};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::support::process::runtime;
use super::support::wire::{Answer, Client, Request, call};

/// A sandbox on a runtime of its own, for tests that do not wait.
pub struct Caller {
    pub sandbox: Sandbox,
    pub runtime: Runtime,
}

impl Caller {
    /// A WeCom.
    pub fn new() -> Self {
        Self::of(Sandbox::builder())
    }

    pub fn of(builder: SandboxBuilder) -> Self {
        let runtime = runtime();
        let sandbox = runtime.block_on(builder.start()).unwrap();
        Self { sandbox, runtime }
    }

    /// The keys of an app; the first name is that of the app that is called back.
    pub fn app(&self, name: &str) -> AppConfig {
        self.sandbox.config(name).app(name).unwrap()
    }

    pub fn agent(&self, name: &str) -> i64 {
        self.app(name).agent().unwrap().0
    }

    /// A token of this app's.
    pub fn token(&self, name: &str) -> String {
        let app = self.app(name);
        let request = Request::new("GET", "/cgi-bin/gettoken")
            .with("corpid", &app.corpid)
            .with("corpsecret", app.secret.unwrap().reveal());
        let answer = self.json(&request);
        answer["access_token"].as_str().unwrap().to_owned()
    }

    pub fn call(&self, request: &Request) -> Answer {
        call(self.sandbox.addr(), request)
    }

    /// The answer, which must be the platform's JSON: also in its headers.
    pub fn json(&self, request: &Request) -> Value {
        let answer = self.call(request);
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(
            answer.header("content-type"),
            Some("application/json; charset=UTF-8")
        );
        let json: Value = serde_json::from_slice(&answer.body).unwrap();
        let code = json["errcode"].as_i64().unwrap_or_default();
        assert_eq!(answer.header("error-code"), Some(&*code.to_string()));
        assert!(!answer.header("error-msg").unwrap().is_empty());
        json
    }

    /// GET with the token of app `demo`.
    pub fn get(&self, path: &str, query: &[(&str, &str)]) -> Value {
        self.json(&self.request("GET", path, query))
    }

    /// POST with the token of app `demo`.
    pub fn post(&self, path: &str, body: &Value) -> Value {
        self.post_as("demo", path, body)
    }

    pub fn post_as(&self, app: &str, path: &str, body: &Value) -> Value {
        let request = Request::new("POST", path)
            .with("access_token", &self.token(app))
            .with_body(body.to_string());
        self.json(&request)
    }

    /// With the token of app `demo`.
    pub fn request(&self, method: &str, path: &str, query: &[(&str, &str)]) -> Request {
        let request = Request::new(method, path).with("access_token", &self.token("demo"));
        query
            .iter()
            .fold(request, |request, (name, value)| request.with(name, value))
    }

    /// `message/send` of app `demo`: the message with its agentid, to zhangsan when it names nobody.
    pub fn send(&self, message: &Value) -> Value {
        self.send_as("demo", message)
    }

    pub fn send_as(&self, app: &str, message: &Value) -> Value {
        let mut whole = json!({"agentid": self.agent(app)});
        let to = ["touser", "toparty", "totag"];
        if to.iter().all(|name| message.get(name).is_none()) {
            whole["touser"] = json!("zhangsan");
        }
        for (name, value) in message.as_object().unwrap() {
            whole[name] = value.clone();
        }
        self.post_as(app, "/cgi-bin/message/send", &whole)
    }

    pub fn text(&self, text: &str) -> Value {
        self.send(&json!({"msgtype": "text", "text": {"content": text}}))
    }

    /// Uploads a file in the part `media`.
    pub fn upload(&self, kind: &str, filename: &str, bytes: &[u8]) -> Value {
        self.json(&self.upload_request(kind, filename, bytes))
    }

    pub fn upload_request(&self, kind: &str, filename: &str, bytes: &[u8]) -> Request {
        let request = self.request("POST", "/cgi-bin/media/upload", &[("type", kind)]);
        multipart(
            request,
            &format!("name=\"media\"; filename=\"{filename}\""),
            bytes,
        )
    }

    pub fn media_id(&self, kind: &str, filename: &str, bytes: &[u8]) -> String {
        let answer = self.upload(kind, filename, bytes);
        answer["media_id"]
            .as_str()
            .unwrap_or_else(|| panic!("{answer}"))
            .to_owned()
    }

    /// The texts that a member got.
    pub fn texts(&self, conversation: &str) -> Vec<String> {
        let inbox = self.sandbox.inbox(conversation);
        inbox
            .iter()
            .map(|it| it.text().unwrap_or_default().to_owned())
            .collect()
    }

    /// What the page shows.
    pub fn page(&self) -> Value {
        let answer = self.of_page("/sandbox/state");
        assert_eq!(answer.status, 200, "{answer:?}");
        serde_json::from_slice(&answer.body).unwrap()
    }

    /// The page answers only to its own name.
    pub fn of_page(&self, path: &str) -> Answer {
        let addr = self.sandbox.addr();
        let mut client = Client::connect(addr);
        let head = format!("GET {path} HTTP/1.1\r\nHost: {addr}\r\n\r\n");
        client.write(head.as_bytes()).unwrap();
        client.read().unwrap()
    }

    /// The bubbles of a conversation on the page.
    pub fn bubbles(&self, conversation: &str) -> Vec<Value> {
        let page = self.page();
        let items = page["items"].as_array().unwrap();
        items
            .iter()
            .filter(|item| item["conversation"] == conversation)
            .cloned()
            .collect()
    }

    /// The last call on the page.
    pub fn last_call(&self) -> Value {
        let page = self.page();
        page["calls"].as_array().unwrap().last().unwrap().clone()
    }

    /// All that the inspector shows of a call.
    pub fn call_details(&self, id: &Value) -> String {
        let answer = self.of_page(&format!("/sandbox/calls/{id}"));
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.text().to_owned()
    }

    /// Injects a fault.
    pub fn strike(&self, fault: impl Into<Injection>) {
        self.sandbox.faults().inject(fault).unwrap();
    }

    pub fn advance(&self, seconds: u64) {
        self.sandbox.clock().advance(Duration::from_secs(seconds));
    }
}

impl Drop for Caller {
    fn drop(&mut self) {
        let stop = self.sandbox.clone().stop();
        self.runtime.block_on(stop);
    }
}

/// The same with one part of multipart as its body; `disposition` is what stands behind `form-data;`.
pub fn multipart(request: Request, disposition: &str, bytes: &[u8]) -> Request {
    several_parts(request, &[(disposition, bytes)])
}

pub fn several_parts(request: Request, parts: &[(&str, &[u8])]) -> Request {
    let mut body = Vec::new();
    for (disposition, bytes) in parts {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    let mut request = request.with_body(body);
    request.headers.push((
        "Content-Type".to_owned(),
        format!("multipart/form-data; boundary={BOUNDARY}"),
    ));
    request
}

/// Checks the code of a refusal, with its context.
pub fn refused(answer: &Value, code: i64, context: &str) {
    assert_eq!(answer["errcode"], code, "{context}: {answer}");
    let page = format!("https://open.work.weixin.qq.com/devtool/query?e={code}");
    let errmsg = answer["errmsg"].as_str().unwrap();
    assert!(errmsg.ends_with(&page), "{context}: {errmsg}");
}

/// Files of each kind, as small as they may be.
pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n rest of it";
pub const JPG: &[u8] = b"\xff\xd8\xff\xe0 rest of it";
pub const AMR: &[u8] = b"#!AMR\n\x3c0123456789012345678901234567890";
pub const MP4: &[u8] = b"\0\0\0\x18ftypmp42 rest of it";

const BOUNDARY: &str = "-------------------------acebdf13572468";
