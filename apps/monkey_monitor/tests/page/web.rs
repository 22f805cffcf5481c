//! HTTP by hand, as a browser speaks it.

use std::io::{self, BufRead, BufReader, Read, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) text: String,
}

impl Answer {
    /// A header's value; its name in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines();
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

/// Asks, and reads to the end. The head's further lines end with a line break each.
pub(crate) async fn ask(addr: SocketAddr, line: &str, headers: &str, body: &[u8]) -> Answer {
    let length = body.len();
    let mut request = format!(
        "{line} HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n"
    )
    .into_bytes();
    request.extend(body);
    blocking(move || {
        let mut stream = connect(addr);
        // What is refused early is not read to its end.
        let _ = stream.write_all(&request);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, text) = answer.split_once("\r\n\r\n").expect("an answer");
        Answer {
            status: head[9..12].parse().unwrap(),
            head: head.to_owned(),
            text: text.to_owned(),
        }
    })
    .await
}

pub(crate) async fn get(addr: SocketAddr, path: &str) -> Answer {
    ask(addr, &format!("GET {path}"), "", b"").await
}

pub(crate) fn connect(addr: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(addr).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    stream
}

pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

/// One who watches the live picture.
pub(crate) struct Viewer {
    pub(crate) status: u16,
    reader: BufReader<Unchunked>,
}

impl Viewer {
    pub(crate) fn open(addr: SocketAddr) -> Self {
        let mut stream = connect(addr);
        stream
            .write_all(b"GET /video_feed HTTP/1.1\r\nHost: a.test\r\n\r\n")
            .unwrap();
        let mut reader = BufReader::new(stream);
        let head = head(&mut reader);
        let status = head[0][9..12].parse().unwrap();
        if status == 200 {
            let kind = "content-type: multipart/x-mixed-replace; boundary=frame";
            assert!(head.iter().any(|it| it == kind), "{head:?}");
        }
        Self {
            status,
            reader: BufReader::new(Unchunked { reader, left: 0 }),
        }
    }

    /// The next picture, by its own length.
    pub(crate) fn picture(&mut self) -> Vec<u8> {
        while line(&mut self.reader) != "--frame" {}
        let head = head(&mut self.reader);
        assert_eq!(head[0], "Content-Type: image/jpeg");
        let length = head[1].strip_prefix("Content-Length: ").unwrap();
        let mut bytes = vec![0; length.parse().unwrap()];
        self.reader.read_exact(&mut bytes).unwrap();
        bytes
    }
}

/// The lines up to an empty one.
fn head(reader: &mut impl BufRead) -> Vec<String> {
    std::iter::from_fn(|| Some(line(reader)).filter(|line| !line.is_empty())).collect()
}

fn line(reader: &mut impl BufRead) -> String {
    let mut line = String::new();
    assert!(reader.read_line(&mut line).unwrap() > 0, "it ended");
    line.trim_end().to_owned()
}

/// Takes the chunks away.
struct Unchunked {
    reader: BufReader<TcpStream>,
    left: usize,
}

impl Read for Unchunked {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            let mut size = line(&mut self.reader);
            if size.is_empty() {
                size = line(&mut self.reader);
            }
            self.left = usize::from_str_radix(&size, 16).map_err(io::Error::other)?;
        }
        let most = into.len().min(self.left);
        let read = self.reader.read(&mut into[..most])?;
        self.left -= read;
        Ok(read)
    }
}
