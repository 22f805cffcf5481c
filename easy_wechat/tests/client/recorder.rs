//! A platform that answers what the test says, and keeps what it was asked.

use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use easy_wechat::{Config, WeChatClient};
use serde_json::{Value, json};

#[derive(Clone)]
pub struct Recorder {
    addr: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// A call that came.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// With the query, but for the token.
    pub target: String,
    /// As it was sent.
    pub body: String,
}

impl Recorder {
    /// Answers each path with its JSON; what has none with errcode 0.
    pub fn start(answers: &[(&'static str, Value)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let recorder = Self {
            addr: listener.local_addr().unwrap(),
            asked: Arc::default(),
        };
        let answers: Vec<(&str, String)> = answers
            .iter()
            .map(|(path, answer)| (*path, answer.to_string()))
            .collect();
        let (answers, asked) = (Arc::new(answers), Arc::clone(&recorder.asked));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (answers, asked) = (Arc::clone(&answers), Arc::clone(&asked));
                std::thread::spawn(move || serve(stream, &answers, &asked));
            }
        });
        recorder
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// A client of an app of WeCom, or of an Official Account.
    pub fn client(&self, section: &str) -> WeChatClient {
        let url = self.url();
        let config = format!(
            "[system]\napi_base_url = {url}\nproxy = off\nstate_path = memory\n[wecom]\ncorpid = ww1\nappid = 7\n\
             secret = s\n[official]\nkind = official_account\nappid = wx1\nsecret = s\n"
        );
        let config = Config::parse(&config, [("", "")]).unwrap();
        WeChatClient::from_config(&config, section).unwrap()
    }

    /// The calls so far, but for those for a token.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// The last call: its target and its body as JSON.
    pub fn last(&self) -> (String, Value) {
        let last = self.asked().pop().unwrap();
        (
            last.target,
            serde_json::from_str(&last.body).unwrap_or_default(),
        )
    }
}

fn serve(stream: TcpStream, answers: &[(&str, String)], asked: &Mutex<Vec<Asked>>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut writer = stream;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let target = line.split(' ').nth(1)?.to_owned();
        let mut length = 0;
        loop {
            let mut header = String::new();
            reader.read_line(&mut header).ok()?;
            if header.trim().is_empty() {
                break;
            }
            let (name, value) = header.split_once(':')?;
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().ok()?;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let is_token = path.ends_with("token");
        let token = json!({"access_token": "t", "expires_in": 7200}).to_string();
        let known = answers.iter().find(|(known, _)| path.ends_with(known));
        let answer = match known {
            _ if is_token => &token,
            Some((_, answer)) => answer,
            None => r#"{"errcode":0,"errmsg":"ok"}"#,
        };
        if !is_token {
            let query: Vec<&str> = query
                .split('&')
                .filter(|it| !it.is_empty() && !it.starts_with("access_token="))
                .collect();
            let path = path.strip_prefix("/cgi-bin/").unwrap_or(path);
            let target = [path, &query.join("&")].join("?");
            asked.lock().unwrap().push(Asked {
                target: target.trim_end_matches('?').to_owned(),
                body: String::from_utf8(body).unwrap(),
            });
        }
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n",
            answer.len()
        );
        writer.write_all([&head, answer].concat().as_bytes()).ok()?;
    }
}
