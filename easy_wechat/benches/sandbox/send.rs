//! Many connections that send prepared requests.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::child::Target;

/// Sends each request once over `connections` connections; how many were answered with errcode 0.
pub(crate) fn send(addr: SocketAddr, requests: &[Vec<u8>], connections: usize) -> usize {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let requests: Arc<Vec<Vec<u8>>> = Arc::new(requests.to_vec());
    let next = Arc::new(AtomicUsize::new(0));
    runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for _ in 0..connections {
            let (requests, next) = (Arc::clone(&requests), Arc::clone(&next));
            tasks.spawn(async move {
                let mut stream = TcpStream::connect(addr).await.expect("it listens");
                let mut answered = 0;
                while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                    stream.write_all(request).await.expect("it reads");
                    let body = read(&mut stream).await;
                    answered += usize::from(body.contains("\"errcode\":0"));
                }
                answered
            });
        }
        let mut answered = 0;
        while let Some(done) = tasks.join_next().await {
            answered += done.expect("no task panics");
        }
        answered
    })
}

/// A token of the target.
pub(crate) fn token(target: &Target) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let mut stream = TcpStream::connect(target.addr).await.expect("it listens");
        let request = format!(
            "GET /cgi-bin/gettoken?corpid={}&corpsecret={} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
            target.corpid, target.secret
        );
        stream
            .write_all(request.as_bytes())
            .await
            .expect("it reads");
        let body = read(&mut stream).await;
        let (_, rest) = body.split_once("\"access_token\":\"").expect("a token");
        rest.split('"').next().expect("a token").to_owned()
    })
}

/// One answer with a Content-Length; its body.
async fn read(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::with_capacity(1024);
    loop {
        let read = stream.read_buf(&mut bytes).await.expect("it answers");
        assert!(read > 0, "it hung up");
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length: usize = head
            .to_ascii_lowercase()
            .lines()
            .find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok())
            .expect("a length");
        if body.len() >= length {
            return body.to_owned();
        }
    }
}
