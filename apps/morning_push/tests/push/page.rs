//! A Zhihu that answers what a test says.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// It runs as long as the test program.
pub(crate) struct Page {
    addr: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Page {
    /// Answers the web's address and that of the API with a status and a body each.
    pub(crate) fn start(web: (u16, &str), api: (u16, &str)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let page = Self {
            addr: listener.local_addr().unwrap(),
            asked: Arc::default(),
        };
        let answers = [web, api].map(|(status, body)| (status, body.to_owned()));
        let asked = Arc::clone(&page.asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                answer(stream, &answers, &asked);
            }
        });
        page
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// The heads of the requests so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn answer(
    stream: TcpStream,
    [web, api]: &[(u16, String); 2],
    asked: &Mutex<Vec<String>>,
) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut writer = stream;
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let (status, body) = if head.starts_with("GET /api/v3/feed/topstory/hot-list-web?limit=") {
        web
    } else if head.starts_with("GET /topstory/hot-lists/total?limit=") {
        api
    } else {
        return None;
    };
    asked.lock().unwrap().push(head);
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    writer.write_all(head.as_bytes()).ok()?;
    writer.write_all(body.as_bytes()).ok()
}
