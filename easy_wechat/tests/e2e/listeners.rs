//! Listeners: a client that does not use its connection loses it.

use std::convert::Infallible;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use actix_web::web::{self, Bytes, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use easy_wechat::diagnosis::Keys;
use easy_wechat::listener::{HttpListener, trust};
use easy_wechat::server::verification::Listener;
use easy_wechat::{AccountKind, Sandbox};
use futures_util::stream;

use crate::support::holders::held;
use crate::support::{Answer, Client, Platform, Request, Server, call, demo};

#[test]
fn nobody_holds_a_connection_of_the_server() {
    let server = Server::start(demo("healthz = true", ""));
    // The last looks like a callback, so that its body is read before it is refused.
    let signed = "/weixin?msg_signature=0123456789012345678901234567890123456789&timestamp=1450092658&nonce=1";
    let held = held(server.addr, &["/weixin", "/nowhere", "/healthz", signed]);
    assert!(held.is_empty(), "{held:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_holds_a_connection_of_the_verification_listener() {
    let keys = Keys::new("demo", AccountKind::WeCom);
    let listening = Listener::new(keys).start("127.0.0.1:0").await.unwrap();
    let addr = listening.addr();
    let held = tokio::task::spawn_blocking(move || held(addr, &["/any"]))
        .await
        .unwrap();
    assert!(held.is_empty(), "{held:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_holds_a_connection_of_the_sandbox() {
    let sandbox = Sandbox::start().await.unwrap();
    let addr = sandbox.addr();
    let paths = [
        "/",
        "/nowhere",
        "/cgi-bin/gettoken",
        "/cgi-bin/media/upload",
        "/sandbox/media",
    ];
    let held = tokio::task::spawn_blocking(move || held(addr, &paths))
        .await
        .unwrap();
    assert!(held.is_empty(), "{held:#?}");
}

/// Each path by each method: the status, and what 405 says in `Allow`.
fn check_methods(addr: SocketAddr, table: &[(&str, &str)]) {
    for (path, allow) in table {
        for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"] {
            let mut request = Request::new(method, path);
            request.headers.push(("Host".to_owned(), addr.to_string()));
            request
                .headers
                .push(("X-Sandbox".to_owned(), "1".to_owned()));
            let answer = ask(addr, &request);
            let what = format!("{method} {path}");
            if allow.split(", ").any(|allowed| allowed == method) {
                assert_ne!(answer.status, 405, "{what}");
                if method == "HEAD" {
                    let get = ask(addr, &request.clone().by("GET"));
                    assert_eq!(answer.status, get.status, "{what}");
                    for name in ["content-type", "content-length"] {
                        assert_eq!(answer.header(name), get.header(name), "{what}: {name}");
                    }
                }
            } else {
                assert_eq!(answer.status, 405, "{what}");
                assert_eq!(answer.header("allow"), Some(*allow), "{what}");
            }
        }
    }
}

/// The head of the answer, of an endless one too.
fn ask(addr: SocketAddr, request: &Request) -> Answer {
    let mut client = Client::connect(addr);
    client.write(&request.bytes()).unwrap();
    client.read_answer(true).unwrap()
}

#[test]
fn head_is_answered_wherever_get_is_and_405_tells_the_methods() {
    let server = Server::start(demo("healthz = true", ""));
    check_methods(
        server.addr,
        &[("/healthz", "GET, HEAD"), ("/weixin", "GET, HEAD, POST")],
    );
    // What the console requests by GET may be tried by HEAD before.
    let platform = Platform::wecom();
    let mut client = Client::connect(server.addr);
    let answer = client.send(&platform.get("7").by("HEAD"));
    assert_eq!(
        (answer.status, answer.header("content-length")),
        (200, Some("1"))
    );
    assert_eq!(
        client.send(&platform.get("7")).text(),
        "7",
        "it is kept alive"
    );

    let runtime = tokio::runtime::Runtime::new().unwrap();
    let keys = Keys::new("demo", AccountKind::WeCom);
    let listening = runtime
        .block_on(Listener::new(keys).start("127.0.0.1:0"))
        .unwrap();
    check_methods(listening.addr(), &[("/any", "GET, HEAD, POST")]);
    let sandbox = runtime.block_on(Sandbox::start()).unwrap();
    check_methods(
        sandbox.addr(),
        &[
            ("/", "GET, HEAD"),
            ("/assets/main.js", "GET, HEAD"),
            ("/sandbox/state", "GET, HEAD"),
            ("/sandbox/events", "GET, HEAD"),
            ("/sandbox/catalog", "GET, HEAD"),
            ("/sandbox/media/none", "GET, HEAD"),
            ("/sandbox/transcript", "GET, HEAD"),
            ("/sandbox/faults", "GET, HEAD, POST, DELETE"),
            ("/sandbox/send", "POST"),
            ("/sandbox/media", "POST"),
        ],
    );
}

/// A listener of its own, with what a handler can do to a connection.
fn app(config: &mut ServiceConfig) {
    config
        .app_data(web::PayloadConfig::new(64 << 20))
        .route("/hello", web::get().to(async || "hello"))
        .route(
            "/trusted",
            web::get().to(async |request: HttpRequest| {
                trust(&request);
                "hello"
            }),
        )
        .route("/large", web::get().to(async || vec![b'a'; LARGE]))
        .route(
            "/slow",
            web::get().to(async || {
                tokio::time::sleep(Duration::from_secs(8)).await;
                "at last"
            }),
        )
        .route(
            "/stream",
            web::get().to(async || {
                let ticks = stream::unfold((), async |()| {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    Some((Ok::<_, Infallible>(Bytes::from_static(b"tick")), ()))
                });
                HttpResponse::Ok().streaming(ticks)
            }),
        )
        .route(
            "/flood",
            web::get().to(async || {
                let flood =
                    stream::repeat_with(|| Ok::<_, Infallible>(Bytes::from(vec![b'a'; 1 << 16])));
                HttpResponse::Ok().streaming(flood)
            }),
        )
        .route(
            "/upload",
            web::post().to(async |body: Bytes| body.len().to_string()),
        );
}

const LARGE: usize = 64 << 20;

fn start(runtime: &tokio::runtime::Runtime) -> SocketAddr {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = socket.local_addr().unwrap();
    let _inside = runtime.enter();
    runtime.spawn(HttpListener::new(app).workers(1).serve([socket]).unwrap());
    addr
}

fn get(addr: SocketAddr, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(addr).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(15)))
        .unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: a.test\r\n\r\n").unwrap();
    stream
}

/// How much there is to read until the end.
fn rest(stream: &mut TcpStream) -> usize {
    let mut some = vec![0; 1 << 16];
    let mut all = 0;
    while let Ok(read @ 1..) = stream.read(&mut some) {
        all += read;
    }
    all
}

#[test]
fn clients_that_use_their_connection_keep_it_and_others_do_not() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let addr = start(&runtime);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let held = held(addr, &["/hello", "/upload", "/nowhere"]);
            assert!(held.is_empty(), "{held:#?}");
        });
        scope.spawn(|| {
            let mut stream = get(addr, "/slow");
            let mut answer = [0; 12];
            stream
                .read_exact(&mut answer)
                .expect("a handler may take its time");
            assert_eq!(&answer, b"HTTP/1.1 200");
        });
        scope.spawn(|| {
            let mut stream = get(addr, "/trusted");
            let mut some = [0; 1024];
            assert!(stream.read(&mut some).unwrap() > 0);
            std::thread::sleep(Duration::from_secs(8));
            write!(stream, "GET /hello HTTP/1.1\r\nHost: a.test\r\n\r\n").unwrap();
            assert!(
                stream.read(&mut some).unwrap() > 0,
                "a trusted client may be idle"
            );
            // But not with half a head.
            let began = Instant::now();
            stream.write_all(b"GET /hello HTTP/1.1\r\n").unwrap();
            assert_eq!(stream.read(&mut some).unwrap_or(0), 0);
            assert!(
                began.elapsed() < Duration::from_secs(7),
                "{:?}",
                began.elapsed()
            );
        });
        scope.spawn(|| {
            let mut stream = get(addr, "/stream");
            let began = Instant::now();
            let mut some = [0; 1024];
            while began.elapsed() < Duration::from_secs(13) {
                assert!(
                    stream.read(&mut some).unwrap() > 0,
                    "a stream that is read goes on"
                );
            }
        });
        scope.spawn(|| {
            let mut stream = get(addr, "/large");
            std::thread::sleep(Duration::from_secs(7));
            let read = rest(&mut stream);
            assert!(
                read < LARGE,
                "{read} bytes were kept for a client that does not read"
            );
        });
        scope.spawn(|| {
            // Slow, but reading all the time.
            let mut stream = get(addr, "/large");
            let mut some = vec![0; 10_000];
            let mut read = 0;
            let began = Instant::now();
            while began.elapsed() < Duration::from_secs(9) {
                read += stream.read(&mut some).expect("it is read slowly");
                std::thread::sleep(Duration::from_millis(100));
            }
            read += rest(&mut stream);
            assert!(read > LARGE, "cut off after {read} bytes");
        });
        scope.spawn(|| {
            let mut stream = get(addr, "/flood");
            std::thread::sleep(Duration::from_secs(12));
            let began = Instant::now();
            rest(&mut stream);
            assert!(
                began.elapsed() < Duration::from_secs(3),
                "a stream that is not read ends"
            );
        });
        scope.spawn(|| {
            // 1.6 MB in 8 s: slow, but not too slow.
            let mut stream = TcpStream::connect(addr).unwrap();
            let length = 32 * 50_000;
            write!(
                stream,
                "POST /upload HTTP/1.1\r\nHost: a.test\r\nContent-Length: {length}\r\n\r\n"
            )
            .unwrap();
            for _ in 0..32 {
                stream
                    .write_all(&vec![b'a'; 50_000])
                    .expect("a long body may take long");
                std::thread::sleep(Duration::from_millis(250));
            }
            let mut some = [0; 1024];
            let read = stream.read(&mut some).unwrap();
            assert!(some[..read].ends_with(length.to_string().as_bytes()));
        });
    });
    assert_eq!(call(addr, &Request::new("GET", "/hello")).text(), "hello");
}
