//! A server that says what a test wants, and keeps what it hears.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::leaks::Leaks;

/// A request as it came.
#[derive(Clone, Debug)]
pub(super) struct Heard {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: Vec<(String, String)>,
    pub(super) headers: HashMap<String, String>,
    pub(super) body: String,
}

/// What is answered.
pub(super) enum Say {
    Json(Value),
    /// With HTTP 200 and this as the body.
    Text(String),
    Status(u16, &'static str, String),
    /// These bytes, and the connection ends.
    Raw(Vec<u8>),
    /// Nothing, ever.
    Nothing,
    /// The connection ends.
    HangUp,
    /// A head, and then a byte each few milliseconds, for ever.
    Drip,
    /// So many bytes.
    Flood(usize),
}

type Answers = dyn Fn(&Heard, usize) -> Option<Say> + Send + Sync;

/// It answers `gettoken` with a new token each time, and everything else with success, where `answers` says nothing.
pub(super) struct Fake {
    pub(super) addr: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    heard: Mutex<Vec<Heard>>,
    answers: Box<Answers>,
    over: AtomicBool,
    leaks: Leaks,
}

impl Fake {
    /// `answers` is told how many requests of this path there were, with this one.
    pub(super) fn start(
        leaks: &Leaks,
        answers: impl Fn(&Heard, usize) -> Option<Say> + Send + Sync + 'static,
    ) -> Self {
        Self::start_with(leaks, Some, answers)
    }

    /// The same behind something that makes another stream of it, as TLS does.
    pub(super) fn start_with<S: Read + Write + 'static>(
        leaks: &Leaks,
        wrap: impl Fn(TcpStream) -> Option<S> + Send + Sync + 'static,
        answers: impl Fn(&Heard, usize) -> Option<Say> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let addr = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            heard: Mutex::default(),
            answers: Box::new(answers),
            over: AtomicBool::new(false),
            leaks: leaks.clone(),
        });
        let all = Arc::clone(&shared);
        let wrap = Arc::new(wrap);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if all.over.load(Ordering::SeqCst) {
                    return;
                }
                let (shared, wrap) = (Arc::clone(&all), Arc::clone(&wrap));
                thread::spawn(move || {
                    if let Some(stream) = wrap(stream) {
                        // That the other side is gone is its business.
                        let _ = shared.serve(stream);
                    }
                });
            }
        });
        Self { addr, shared }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    pub(super) fn heard(&self) -> Vec<Heard> {
        lock(&self.shared.heard).clone()
    }

    /// The requests of one path.
    pub(super) fn of(&self, path: &str) -> Vec<Heard> {
        let mut heard = self.heard();
        heard.retain(|it| it.path == path);
        heard
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.addr);
    }
}

impl Shared {
    fn serve<S: Read + Write>(&self, stream: S) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        while let Some(heard) = read(&mut stream)? {
            let number = {
                let mut all = lock(&self.heard);
                all.push(heard.clone());
                all.iter().filter(|it| it.path == heard.path).count()
            };
            let said = (self.answers)(&heard, number);
            let said = said.unwrap_or_else(|| self.usual(&heard, number));
            if !self.say(said, stream.get_mut())? {
                return Ok(());
            }
        }
        Ok(())
    }

    fn usual(&self, heard: &Heard, number: usize) -> Say {
        Say::Json(match heard.path.as_str() {
            "/cgi-bin/gettoken" | "/cgi-bin/stable_token" => {
                let token = token(number);
                self.leaks.hide("a token", &token);
                json!({"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": 7200})
            }
            _ => json!({"errcode": 0, "errmsg": "ok", "msgid": format!("msg-{number}")}),
        })
    }

    /// Whether the connection goes on.
    fn say(&self, said: Say, stream: &mut impl Write) -> std::io::Result<bool> {
        let head = |status: u16, more: &str, length: usize| {
            format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n{more}\r\n")
        };
        match said {
            Say::Json(json) => {
                let body = json.to_string();
                let more = "content-type: application/json; charset=UTF-8\r\n";
                stream.write_all((head(200, more, body.len()) + &body).as_bytes())?;
            }
            Say::Text(body) => stream.write_all((head(200, "", body.len()) + &body).as_bytes())?,
            Say::Status(status, more, body) => {
                stream.write_all((head(status, more, body.len()) + &body).as_bytes())?;
            }
            Say::Raw(bytes) => {
                stream.write_all(&bytes)?;
                return Ok(false);
            }
            Say::HangUp => return Ok(false),
            Say::Nothing => {
                while !self.over.load(Ordering::SeqCst) {
                    thread::sleep(TICK);
                }
                return Ok(false);
            }
            Say::Drip => {
                stream.write_all(b"HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n")?;
                while !self.over.load(Ordering::SeqCst) {
                    stream.write_all(b"1\r\n \r\n")?;
                    stream.flush()?;
                    thread::sleep(TICK);
                }
                return Ok(false);
            }
            Say::Flood(bytes) => {
                stream.write_all(head(200, "", bytes).as_bytes())?;
                let block = vec![b' '; 1 << 20];
                for _ in 0..bytes >> 20 {
                    stream.write_all(&block)?;
                }
            }
        }
        stream.flush()?;
        Ok(true)
    }
}

/// A token that must be encoded to stand in an address.
pub(super) fn token(number: usize) -> String {
    format!("token+/={number}&a-{:x}", *RUN)
}

fn read<S: Read + Write>(stream: &mut BufReader<S>) -> std::io::Result<Option<Heard>> {
    let mut line = String::new();
    if stream.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split(' ');
    let method = words.next().unwrap_or_default().to_owned();
    let target = words.next().unwrap_or_default().to_owned();
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        match line.trim_end().split_once(": ") {
            Some((name, value)) => headers.insert(name.to_lowercase(), value.to_owned()),
            None => break,
        };
    }
    let length = headers
        .get("content-length")
        .map_or(0, |it| it.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let decoded = |text: &str| {
        let text = text.replace('+', " ");
        percent_decode_str(&text).decode_utf8_lossy().into_owned()
    };
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let query = pairs.map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decoded(name), decoded(value))
    });
    Ok(Some(Heard {
        method,
        path: path.to_owned(),
        query: query.collect(),
        headers,
        body: String::from_utf8(body).expect("UTF-8"),
    }))
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

static RUN: std::sync::LazyLock<u64> = std::sync::LazyLock::new(rand::random);
const TICK: std::time::Duration = std::time::Duration::from_millis(5);
