//! Clients that hold a connection without using it.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// One way to hold a connection.
#[derive(Clone, Debug)]
pub struct Shape {
    pub what: String,
    /// What it sends at once.
    pub sends: Vec<u8>,
    /// What it goes on to send, a piece every quarter of a second.
    pub drips: Option<&'static [u8]>,
    /// Whether it says that it will send no more.
    pub half_closes: bool,
}

impl Shape {
    fn new(what: impl Into<String>, sends: impl Into<Vec<u8>>) -> Self {
        Self {
            what: what.into(),
            sends: sends.into(),
            drips: None,
            half_closes: false,
        }
    }

    fn drips(self, piece: &'static [u8]) -> Self {
        Self {
            what: format!("{}, dripping", self.what),
            drips: Some(piece),
            ..self
        }
    }

    fn half_closes(self) -> Self {
        Self {
            what: format!("{}, half-closed", self.what),
            half_closes: true,
            ..self
        }
    }
}

/// Every way that is known, with requests for each of these paths.
pub fn shapes(paths: &[&str]) -> Vec<Shape> {
    let half_head = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: a";
    let mut shapes = vec![
        Shape::new("nothing", ""),
        Shape::new("half a head", half_head),
        Shape::new("a head", half_head).drips(b"a"),
        Shape::new("empty lines", "\r\n").drips(b"\r\n"),
        Shape::new("no HTTP", "\x16\x03\x01\x02\x00\x01\x00\x01"),
        Shape::new(
            "CONNECT",
            "CONNECT a.test:80 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        )
        .drips(b"a"),
    ];
    for path in paths {
        let get = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        let old =
            format!("GET {path} HTTP/1.0\r\nHost: 127.0.0.1\r\nConnection: keep-alive\r\n\r\n");
        shapes.extend([
            Shape::new(format!("GET {path}, then nothing"), get.clone()),
            Shape::new(format!("GET {path} of 1.0, then nothing"), old),
            Shape::new(
                format!("GET {path}, then half a head"),
                format!("{get}{half_head}"),
            ),
            Shape::new(
                format!("GET {path}, then a head"),
                format!("{get}{half_head}"),
            )
            .drips(b"a"),
            Shape::new(format!("GET {path}, then a head, late"), get.clone()).drips(b"G"),
            Shape::new(format!("GET {path}"), get.clone()).half_closes(),
            Shape::new(
                format!("GET {path} upgraded"),
                get.replace(
                    "\r\n\r\n",
                    "\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
                ),
            )
            .drips(b"a"),
        ]);
        for method in ["GET", "POST", "PUT", "DELETE"] {
            let head = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n");
            let chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
            let what = format!("{method} {path} in chunks");
            shapes.extend([
                Shape::new(&*what, chunked.clone()),
                Shape::new(&*what, chunked.clone()).drips(b"1\r\na\r\n"),
                Shape::new(&*what, chunked).half_closes(),
            ]);
            let sized = format!("{head}Content-Length: 1000\r\n\r\na");
            let what = format!("{method} {path} with a length");
            shapes.extend([
                Shape::new(&*what, sized.clone()),
                Shape::new(what, sized).drips(b"a"),
            ]);
        }
        let head =
            format!("POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n");
        let mut large = format!("{head}\r\n100000\r\n").into_bytes();
        large.resize(large.len() + 200_000, b'a');
        shapes.extend([
            Shape::new(format!("POST {path}, large"), large),
            Shape::new(
                format!("POST {path}, 100-continue"),
                format!("{head}Expect: 100-continue\r\n\r\n"),
            ),
        ]);
    }
    shapes
}

/// Holds a connection in this way until the server closes it: how long that took, `None` for longer than `most`.
pub fn hold(addr: SocketAddr, shape: &Shape, most: Duration) -> Option<Duration> {
    let mut stream = TcpStream::connect(addr).expect("the server listens");
    let step = Duration::from_millis(250);
    stream.set_read_timeout(Some(step)).expect("a socket");
    stream.set_write_timeout(Some(step)).expect("a socket");
    let began = Instant::now();
    // The server may close it early, or not read all.
    let _ = stream.write_all(&shape.sends);
    if shape.half_closes {
        let _ = stream.shutdown(Shutdown::Write);
    }
    let mut some = [0; 16 * 1024];
    while began.elapsed() < most {
        match stream.read(&mut some) {
            Ok(0) => return Some(began.elapsed()),
            Ok(_) => {}
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                if let Some(piece) = shape.drips {
                    let _ = stream.write_all(piece);
                }
            }
            Err(_) => return Some(began.elapsed()),
        }
    }
    None
}

/// Those of all shapes that were held for longer than 6 s, each on a connection of its own at the same time.
pub fn held(addr: SocketAddr, paths: &[&str]) -> Vec<String> {
    let shapes = shapes(paths);
    std::thread::scope(|scope| {
        let threads: Vec<_> = shapes
            .iter()
            .map(|shape| {
                let held = move || hold(addr, shape, PROMISED);
                (shape, scope.spawn(held))
            })
            .collect();
        threads
            .into_iter()
            .filter_map(|(shape, thread)| {
                let closed = thread.join().expect("it does not panic");
                closed.is_none().then(|| shape.what.clone())
            })
            .collect()
    })
}

/// 5 s, the tolerance, and what a busy machine may add.
const PROMISED: Duration = Duration::from_secs(7);
