//! Validly signed, distinct callbacks, and many connections that send them.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use easy_wechat::crypt::Envelope;
use easy_wechat::{Seal, WXBizMsgCrypt};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

pub(crate) const TOKEN: &str = "KbPhZCLxBPgQwTzozQxPxtaWSQ1GQb";
pub(crate) const KEY: &str = "MAtJ8Wpg3yXnyGjqZLvbEQzCFxuCA3DS5ss9pJRyAGH";
pub(crate) const CORPID: &str = "wx82ef843a5129db66";

/// Makes callbacks, no two of them alike.
pub(crate) struct Callbacks {
    crypt: WXBizMsgCrypt,
    made: u64,
}

impl Callbacks {
    pub(crate) fn new() -> Self {
        Self {
            crypt: WXBizMsgCrypt::new(TOKEN, KEY, CORPID).expect("good keys"),
            made: 0,
        }
    }

    /// Whole HTTP requests with a text message of about 300 bytes.
    pub(crate) fn make(&mut self, count: usize) -> Vec<Vec<u8>> {
        (0..count).map(|_| self.one()).collect()
    }

    fn one(&mut self) -> Vec<u8> {
        self.made += 1;
        let number = self.made;
        let message = format!(
            "<xml><ToUserName><![CDATA[{CORPID}]]></ToUserName><FromUserName><![CDATA[zhangsan{number}]]></FromUserName>\
             <CreateTime>1450092658</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[hello, {number}]]>\
             </Content><MsgId>44840385{number:011}</MsgId><AgentID>2</AgentID></xml>"
        );
        let seal = Seal {
            timestamp: 1_450_092_658,
            nonce: number.to_string(),
            random: *b"0123456789abcdef",
        };
        let sealed = self
            .crypt
            .encrypt_msg(&message, &seal)
            .expect("it can be sealed");
        let encrypt = Envelope::parse(&sealed)
            .expect("an envelope")
            .encrypt
            .into_owned();
        let signature = easy_wechat::crypt::signature([TOKEN, "1450092658", &seal.nonce, &encrypt]);
        let signature = str::from_utf8(&signature).expect("hex");
        let body = format!(
            "<xml><ToUserName><![CDATA[{CORPID}]]></ToUserName><Encrypt><![CDATA[{encrypt}]]></Encrypt>\
             <AgentID><![CDATA[2]]></AgentID></xml>"
        );
        let mut request = format!(
            "POST /weixin?msg_signature={signature}&timestamp=1450092658&nonce={number} HTTP/1.1\r\n\
             Host: 127.0.0.1\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        request.push_str(&body);
        request.into_bytes()
    }
}

/// Sends each request once over `connections` connections; how many were answered with 200 and a body.
pub(crate) fn send(addr: SocketAddr, requests: &[Vec<u8>], connections: usize) -> usize {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let requests: Arc<Vec<Vec<u8>>> = Arc::new(requests.to_vec());
    let next = Arc::new(AtomicUsize::new(0));
    runtime.block_on(async move {
        let mut tasks = JoinSet::new();
        for _ in 0..connections {
            let (requests, next) = (Arc::clone(&requests), Arc::clone(&next));
            tasks.spawn(async move {
                let mut stream = TcpStream::connect(addr).await.expect("it listens");
                stream.set_nodelay(true).expect("a socket");
                let mut answered = 0;
                let mut buffer = Vec::with_capacity(4096);
                while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                    stream.write_all(request).await.expect("it reads");
                    answered += usize::from(read_answer(&mut stream, &mut buffer).await);
                }
                answered
            });
        }
        let mut answered = 0;
        while let Some(count) = tasks.join_next().await {
            answered += count.expect("no panic");
        }
        answered
    })
}

/// Reads one answer; whether it is a 200 with a body.
async fn read_answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> bool {
    buffer.clear();
    loop {
        if stream.read_buf(buffer).await.expect("it answers") == 0 {
            return false;
        }
        let Some(head) = buffer.windows(4).position(|four| four == b"\r\n\r\n") else {
            continue;
        };
        let text = str::from_utf8(&buffer[..head]).expect("a head");
        let length: usize = text
            .lines()
            .find_map(|line| {
                line.to_ascii_lowercase()
                    .strip_prefix("content-length: ")
                    .map(str::to_owned)
            })
            .and_then(|length| length.parse().ok())
            .expect("a length");
        while buffer.len() < head + 4 + length {
            if stream.read_buf(buffer).await.expect("it answers") == 0 {
                return false;
            }
        }
        return buffer.starts_with(b"HTTP/1.1 200") && length > 0;
    }
}
