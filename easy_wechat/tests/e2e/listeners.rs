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
use crate::support::{Request, Server, call, demo};

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
                    .write_all(&[b'a'; 50_000])
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
