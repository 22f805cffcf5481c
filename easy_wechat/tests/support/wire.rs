//! HTTP/1.1 over a plain socket, with time-outs, so that a test can also be rude.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A request, to be taken apart by tests.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    pub path: String,
    pub query: Vec<(String, String)>,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    pub fn new(method: &str, path: &str) -> Self {
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            query: Vec::new(),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// The same with a parameter: in the place of the one of that name, or behind the others.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        match self.query.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => value.clone_into(old),
            None => self.query.push((name.to_owned(), value.to_owned())),
        }
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.query.retain(|(known, _)| known != name);
        self
    }

    /// The same with a parameter twice.
    pub fn twice(mut self, name: &str) -> Self {
        let value = self.get(name).expect("it is there").to_owned();
        self.query.push((name.to_owned(), value));
        self
    }

    pub fn with_body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    pub fn to(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self
    }

    pub fn by(mut self, method: &str) -> Self {
        method.clone_into(&mut self.method);
        self
    }

    /// A parameter's value.
    pub fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.query.iter().find(|(known, _)| known == name)?;
        Some(value)
    }

    /// The first line and the headers, without the empty line behind them.
    pub fn head(&self) -> String {
        let query: Vec<String> = self
            .query
            .iter()
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        let headers: Vec<String> = self
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        format!(
            "{} {}?{} HTTP/1.1\r\n{}{}",
            self.method,
            self.path,
            query.join("&"),
            if headers.iter().any(|header| header.starts_with("Host:")) {
                ""
            } else {
                "Host: a.test\r\n"
            },
            headers.concat()
        )
    }

    pub fn bytes(&self) -> Vec<u8> {
        let length = self.body.len();
        let mut bytes = format!("{}Content-Length: {length}\r\n\r\n", self.head()).into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }

    /// The same in chunks of unequal length.
    pub fn chunked(&self) -> Vec<u8> {
        let mut bytes = format!("{}Transfer-Encoding: chunked\r\n\r\n", self.head()).into_bytes();
        for chunk in self.body.chunks(4093) {
            bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
            bytes.extend_from_slice(chunk);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"0\r\n\r\n");
        bytes
    }
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    /// A header's value; its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(known, _)| known == name)?;
        Some(value)
    }

    pub fn text(&self) -> &str {
        str::from_utf8(&self.body).expect("a body of text")
    }
}

/// One connection.
pub struct Client {
    stream: TcpStream,
    unread: Vec<u8>,
}

impl Client {
    pub fn connect(addr: SocketAddr) -> Self {
        let stream = TcpStream::connect_timeout(&addr, PATIENCE).expect("the server listens");
        stream.set_nodelay(true).expect("a socket");
        stream.set_write_timeout(Some(PATIENCE)).expect("a socket");
        let client = Self {
            stream,
            unread: Vec::new(),
        };
        client.wait_at_most(PATIENCE);
        client
    }

    pub fn wait_at_most(&self, patience: Duration) {
        let set = self.stream.set_read_timeout(Some(patience));
        set.expect("a socket");
    }

    pub fn send(&mut self, request: &Request) -> Answer {
        self.write(&request.bytes()).expect("the server reads");
        self.read_answer(request.method == "HEAD")
            .expect("the server answers")
    }

    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)
    }

    pub fn read(&mut self) -> io::Result<Answer> {
        self.read_answer(false)
    }

    /// Reads what comes; 0 when the server has closed the connection.
    pub fn read_some(&mut self) -> io::Result<usize> {
        let mut some = [0; 16 * 1024];
        let read = self.stream.read(&mut some)?;
        self.unread.extend(some.iter().take(read));
        Ok(read)
    }

    pub fn read_answer(&mut self, head_only: bool) -> io::Result<Answer> {
        let end = loop {
            if let Some(end) = self.unread.windows(4).position(|four| four == b"\r\n\r\n") {
                break end;
            }
            self.read_more()?;
        };
        let head = self.unread.drain(..end + 4).collect();
        let head = String::from_utf8(head).map_err(io::Error::other)?;
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1));
        let status = status.and_then(|status| status.parse().ok());
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let mut answer = Answer {
            status: status.ok_or_else(|| io::Error::other(format!("no answer: {head}")))?,
            headers,
            body: Vec::new(),
        };
        let length = answer.header("content-length").unwrap_or("0");
        let length: usize = length.parse().map_err(io::Error::other)?;
        if !head_only {
            while self.unread.len() < length {
                self.read_more()?;
            }
            answer.body = self.unread.drain(..length).collect();
        }
        Ok(answer)
    }

    fn read_more(&mut self) -> io::Result<()> {
        match self.read_some()? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

/// Sends one request on a connection of its own.
pub fn call(addr: SocketAddr, request: &Request) -> Answer {
    Client::connect(addr).send(request)
}

/// How long a test waits for a server before it fails.
const PATIENCE: Duration = Duration::from_secs(20);

fn encode(value: &str) -> String {
    let one = |byte: u8| match byte {
        b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'-' | b'_' | b'.' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    value.bytes().map(one).collect()
}
