//! A platform that hands out a token, and one file in the way that a test wants.

use std::sync::{Arc, Mutex};

use easy_wechat::{Config, WeChatClient};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

pub(crate) const TOKEN: &str = "token-that-nobody-may-see";

/// It stops with the test's runtime.
pub(crate) struct Rude {
    pub(crate) url: String,
    ranges: Arc<Mutex<Vec<Option<String>>>>,
}

/// What a request for the file is answered with, after which the connection ends.
pub(crate) struct Reply {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// A status with its headers, the length of the body that is promised, and what comes of it.
    pub(crate) fn new(status: &str, headers: &str, promised: usize, body: &[u8]) -> Self {
        let mut head = format!("HTTP/1.1 {status}\r\nContent-Length: {promised}\r\n{headers}");
        if !headers.contains("Content-Type") {
            head.push_str("Content-Type: application/octet-stream\r\n");
        }
        Self {
            head,
            body: body.to_vec(),
        }
    }

    /// All from `first` on, of which only `sent` bytes come.
    pub(crate) fn honest(file: &[u8], first: Option<usize>, sent: usize) -> Self {
        let Some(first) = first else {
            return Self::new("200 OK", NAME, file.len(), &file[..sent.min(file.len())]);
        };
        let total = file.len();
        if first >= total {
            let range = format!("Content-Range: bytes */{total}\r\n");
            return Self::new("416 Range Not Satisfiable", &range, 0, b"");
        }
        let range = format!(
            "{NAME}Content-Range: bytes {first}-{}/{total}\r\n",
            total - 1
        );
        let rest = &file[first..];
        Self::new(
            "206 Partial Content",
            &range,
            rest.len(),
            &rest[..sent.min(rest.len())],
        )
    }
}

pub(crate) const NAME: &str = "Content-Disposition: attachment; filename=\"数据.bin\"\r\n";

impl Rude {
    /// `reply` gets the number of the request, from 0 on, and the first byte that is asked for.
    pub(crate) async fn start<F>(reply: F) -> Self
    where
        F: Fn(usize, Option<usize>) -> Reply + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let ranges: Arc<Mutex<Vec<Option<String>>>> = Arc::default();
        let seen = Arc::clone(&ranges);
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let head = head(&mut stream).await;
                if head.contains("/gettoken") {
                    answer_token(&mut stream).await;
                    continue;
                }
                let range = header(&head, "range");
                let first = range.as_deref().map(|range| {
                    let first = range.strip_prefix("bytes=").unwrap().split('-').next();
                    first.unwrap().parse().unwrap()
                });
                let count = {
                    let mut seen = seen.lock().unwrap();
                    seen.push(range);
                    seen.len()
                };
                let Reply { head, body } = reply(count - 1, first);
                let _ = stream
                    .write_all(format!("{head}Connection: close\r\n\r\n").as_bytes())
                    .await;
                let _ = stream.write_all(&body).await;
            }
        });
        Self { url, ranges }
    }

    pub(crate) fn client(&self) -> WeChatClient {
        client_at(&self.url)
    }

    /// The first byte of each request for the file.
    pub(crate) fn firsts(&self) -> Vec<Option<String>> {
        let ranges = self.ranges.lock().unwrap();
        let first = |range: &String| {
            range["bytes=".len()..]
                .split('-')
                .next()
                .unwrap()
                .to_owned()
        };
        ranges
            .iter()
            .map(|range| range.as_ref().map(first))
            .collect()
    }
}

pub(crate) fn client_at(url: &str) -> WeChatClient {
    let ini = format!(
        "[system]\nstate_path = memory\napi_timeout = 5\napi_patience = 1\n[demo]\ncorpid = ww1\nsecret = s3cr3t-of-the-app\nappid = 1\n\
         api_base_url = {url}\n"
    );
    let config = Config::parse(&ini, [("", "")]).unwrap();
    WeChatClient::from_config(&config, "demo").unwrap()
}

pub(crate) async fn answer_token(stream: &mut TcpStream) {
    let body =
        format!(r#"{{"errcode":0,"errmsg":"ok","access_token":"{TOKEN}","expires_in":7200}}"#);
    answer_json(stream, &body).await;
}

pub(crate) async fn answer_json(stream: &mut TcpStream, body: &str) {
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n{body}"
    );
    stream.write_all(answer.as_bytes()).await.unwrap();
}

/// The head of a request, byte by byte, so that the body stays.
pub(crate) async fn head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8(head).unwrap()
}

pub(crate) fn header(head: &str, name: &str) -> Option<String> {
    head.lines().find_map(|line| {
        let (known, value) = line.split_once(':')?;
        known
            .eq_ignore_ascii_case(name)
            .then(|| value.trim().to_owned())
    })
}
