//! A 12306 of our own on a free port: it answers what a test tells it to, and remembers what it was asked.
#![allow(dead_code, reason = "each test uses another part of it")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use ticket_watcher::railway::{Journey, Railway, RailwaySettings};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What it answers to one request: the bytes, and how long it waits in the middle of them.
#[derive(Clone)]
pub(crate) struct Told {
    pub(crate) bytes: Vec<u8>,
    pub(crate) stall: bool,
}

/// What it says to a request, by its number (from 0) and its first line.
type Script = dyn Fn(usize, &str) -> Told + Send + Sync;

pub(crate) struct Site {
    pub(crate) url: String,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Site {
    pub(crate) async fn start(
        script: impl Fn(usize, &str) -> Told + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let heads: Arc<Mutex<Vec<String>>> = Arc::default();
        let (script, seen): (Arc<Script>, _) = (Arc::new(script), Arc::clone(&heads));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&script), Arc::clone(&seen)));
            }
        });
        Self { url, heads }
    }

    /// Answers the first page as it is today, and the query by its number (from 0).
    pub(crate) async fn with_query(
        query: impl Fn(usize, &str) -> Told + Send + Sync + 'static,
    ) -> Self {
        let queries = Mutex::new(0);
        Self::start(move |_, head| {
            if head.contains("/leftTicket/init") {
                return first_page();
            }
            let mut queries = queries.lock().unwrap();
            *queries += 1;
            query(*queries - 1, head)
        })
        .await
    }

    /// The heads of the requests so far.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }

    /// The first lines of the requests so far, without the version.
    pub(crate) fn asked(&self) -> Vec<String> {
        let line = |head: String| {
            head.lines()
                .next()
                .unwrap()
                .trim_end_matches(" HTTP/1.1")
                .to_owned()
        };
        self.heads().into_iter().map(line).collect()
    }

    pub(crate) fn railway(&self) -> Railway {
        Railway::new(&RailwaySettings {
            base_url: self.url.clone(),
            timeout: Duration::from_secs(20),
            gap: Duration::ZERO,
        })
        .unwrap()
    }
}

pub(crate) fn journey() -> Journey {
    Journey {
        date: "2026-09-12".parse().unwrap(),
        from: "BJP".to_owned(),
        to: "SHH".to_owned(),
    }
}

pub(crate) fn first_page() -> Told {
    told(
        "200 OK",
        "Content-Type: text/html\r\nSet-Cookie: JSESSIONID=ABC; Path=/otn\r\nSet-Cookie: route=r1; Path=/",
        "<script>var CLeftTicketUrl = 'leftTicket/queryZ';</script>",
    )
}

pub(crate) fn json(body: &str) -> Told {
    told(
        "200 OK",
        "Content-Type: application/json;charset=UTF-8",
        body,
    )
}

pub(crate) fn told(status: &str, headers: &str, body: &str) -> Told {
    let head = format!(
        "HTTP/1.1 {status}\r\n{headers}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    Told {
        bytes: (head + body).into_bytes(),
        stall: false,
    }
}

async fn serve(mut stream: TcpStream, script: Arc<Script>, heads: Arc<Mutex<Vec<String>>>) {
    let mut buffer = Vec::new();
    loop {
        let end = loop {
            if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            let mut chunk = [0; 4096];
            match stream.read(&mut chunk).await {
                Ok(0) | Err(_) => return,
                Ok(length) => buffer.extend_from_slice(&chunk[..length]),
            }
        };
        let head = String::from_utf8(buffer.drain(..end).collect()).unwrap();
        let number = {
            let mut heads = heads.lock().unwrap();
            heads.push(head.clone());
            heads.len() - 1
        };
        // The head's further lines name the first page too, as the referrer.
        let told = script(number, head.lines().next().unwrap());
        if stream.write_all(&told.bytes).await.is_err() {
            return;
        }
        if told.stall {
            std::future::pending::<()>().await;
        }
    }
}
