//! Many who come and go leave nothing behind. In a process of its own, for it counts what the process holds.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "in a test a panic is a failure"
)]

#[path = "../support/running.rs"]
#[allow(dead_code, unreachable_pub, reason = "made for more than these tests")]
mod running;
#[path = "../support/mod.rs"]
#[allow(dead_code, unreachable_pub, reason = "made for more than these tests")]
mod support;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::{App, HttpServer, web};
use easy_wechat::store::MemoryStore;
use easy_wechat::{Clock, Config, UserId, WeChatClient};
use monkey_monitor::album::Album;
use monkey_monitor::camera::{Camera, CameraSettings};
use monkey_monitor::film::FilmSettings;
use monkey_monitor::work::{Wish, Worker};
use running::Running;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

#[tokio::test(flavor = "multi_thread")]
async fn neither_memory_nor_file_handles_grow() {
    a_thousand_viewers().await;
    ten_thousand_photos().await;
    ten_who_do_not_read().await;
}

async fn a_thousand_viewers() {
    let running = Running::start(small(), |page| page.max_viewers = 50).await;
    let addr = running.addr();
    come_and_go(addr, 200).await;
    let before = Held::now();
    come_and_go(addr, 1000).await;
    support::eventually("their handles are closed", || {
        Held::now().files <= before.files + 3
    })
    .await;
    Held::now().not_more_than(before, "a thousand viewers");
    running.monitor.stop().await;
}

/// Twenty at once; some look for a while, some are gone before the first picture.
async fn come_and_go(addr: SocketAddr, viewers: usize) {
    for round in 0..viewers / 20 {
        let twenty = (0..20).map(async |viewer| {
            let mut stream = TcpStream::connect(addr).await.unwrap();
            stream
                .write_all(b"GET /video_feed HTTP/1.1\r\nHost: a.test\r\n\r\n")
                .await
                .unwrap();
            if (round + viewer) % 3 > 0 {
                let mut bytes = [0; 4096];
                assert!(stream.read(&mut bytes).await.unwrap() > 0);
                assert!(bytes.starts_with(b"HTTP/1.1 "));
            }
        });
        futures_util::future::join_all(twenty).await;
    }
}

async fn ten_thousand_photos() {
    let (sender, mut sent) = mpsc::channel(1);
    let platform = Platform::start(sender);
    let ini =
        format!("[demo]\ncorpid = ww1\nappid = 1\nsecret = s\napi_base_url = http://{platform}");
    let none: [(&str, &str); 0] = [];
    let config = Config::parse(&ini, none).unwrap();
    let client = WeChatClient::builder(&config, "demo").unwrap();
    let client = client
        .store(Arc::new(MemoryStore::new(Clock::system())))
        .rate_limits(false)
        .build()
        .unwrap();
    let camera = Camera::new(small());
    let album = Album::default();
    let film = FilmSettings::default();
    let (queue, worker) = Worker::new(camera, film, album.clone(), Clock::system(), client);
    let working = tokio::spawn(worker.run());
    let mut before = None;
    for number in 0..10_000 {
        if number % 50 == 0 {
            for _ in 0..50 {
                queue.add(UserId::from("zhangsan"), Wish::Photo).unwrap();
            }
        }
        assert!(sent.recv().await.unwrap().contains("\"image\""), "a photo");
        if number == 1000 {
            before = Some(Held::now());
        }
    }
    Held::now().not_more_than(before.unwrap(), "ten thousand photos");
    assert_eq!(album.newest_first().len(), 6);
    drop(queue);
    working.await.unwrap();
}

/// A platform that keeps nothing, for the sandbox keeps everything that one may want to look at.
struct Platform;

impl Platform {
    fn start(sent: mpsc::Sender<String>) -> SocketAddr {
        let answer = |text: &'static str| web::to(move || async move { text });
        let server = HttpServer::new(move || {
            let sent = sent.clone();
            App::new()
                .route(
                    "/cgi-bin/gettoken",
                    answer(r#"{"errcode":0,"access_token":"t","expires_in":7200}"#),
                )
                .route(
                    "/cgi-bin/media/upload",
                    answer(
                        r#"{"errcode":0,"type":"image","media_id":"m","created_at":"1795000000"}"#,
                    ),
                )
                .route(
                    "/cgi-bin/message/send",
                    web::post().to(move |body: String| {
                        let sent = sent.clone();
                        async move {
                            sent.send(body).await.unwrap();
                            r#"{"errcode":0,"errmsg":"ok","msgid":"1"}"#
                        }
                    }),
                )
        })
        .workers(1)
        .disable_signals()
        .bind("127.0.0.1:0")
        .unwrap();
        let addr = server.addrs()[0];
        tokio::spawn(server.run());
        addr
    }
}

async fn ten_who_do_not_read() {
    let running = Running::start(CameraSettings::default(), |page| page.max_viewers = 10).await;
    let mut stalled = Vec::new();
    for _ in 0..10 {
        let mut stream = TcpStream::connect(running.addr()).await.unwrap();
        stream
            .write_all(b"GET /video_feed HTTP/1.1\r\nHost: a.test\r\n\r\n")
            .await
            .unwrap();
        stream.readable().await.unwrap();
        stalled.push(stream);
    }
    let before = Held::now();
    let mut view = running.monitor.camera().open();
    for _ in 0..60 {
        view.next().await.unwrap();
    }
    Held::now().not_more_than(before, "ten who do not read");
    drop(stalled);
    running.monitor.stop().await;
}

fn small() -> CameraSettings {
    let mut settings = CameraSettings::default();
    (settings.width, settings.height, settings.rate) = (160, 120, 30);
    settings.linger = Duration::from_secs(1);
    settings
}

/// What this process holds.
#[derive(Clone, Copy, Debug)]
struct Held {
    kib: u64,
    files: usize,
}

impl Held {
    fn now() -> Self {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS:"))
            .unwrap();
        Self {
            kib: line.split_whitespace().nth(1).unwrap().parse().unwrap(),
            files: std::fs::read_dir("/proc/self/fd").unwrap().count(),
        }
    }

    #[track_caller]
    fn not_more_than(self, before: Self, what: &str) {
        assert!(
            self.files <= before.files + 3,
            "{what}: {before:?} -> {self:?}"
        );
        assert!(
            self.kib <= before.kib + 6 * 1024,
            "{what}: {before:?} -> {self:?}"
        );
    }
}
