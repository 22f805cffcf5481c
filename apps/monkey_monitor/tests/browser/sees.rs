//! What one sees and does.

use std::time::Duration;

use monkey_monitor::camera::CameraSettings;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::nginx::Nginx;
use crate::running::Running;
use crate::support::{Program, TEST_PICTURE, settings};
use crate::{DESKTOP, scenario};

#[tokio::test(flavor = "multi_thread")]
async fn the_picture_moves_and_a_name_is_greeted() {
    let running = Running::synthetic().await;
    scenario("moves", DESKTOP, running.monitor.address(), async |page| {
        page.moves().await;
        page.until(
            "one viewer",
            "document.getElementById('viewers').textContent === '1'",
        )
        .await;
        let hostile = "<img src=x onerror=alert(1)>";
        assert_eq!(
            page.say_hello(hostile).await,
            format!("Nice to meet you, {hostile}~")
        );
        page.until("no markup of his", "!document.querySelector('img[src=x]')")
            .await;
        page.moves().await;
        page.browser.back().await.unwrap();
        page.moves().await;
    })
    .await;
    assert_eq!(running.name(), "Hi,I'm <img src=x o~");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_appears_without_a_reload() {
    let running = Running::synthetic().await;
    let url = running.monitor.address().to_owned();
    scenario("photo", DESKTOP, &url, async |page| {
        page.until(
            "a hint",
            "getComputedStyle(document.getElementById('no-photos')).display !== 'none'",
        )
        .await;
        running.answer("lisi", "拍照").await;
        running.message("lisi", 2).await;
        page.until(
            "the photo",
            "document.querySelector('#photos img')?.naturalWidth === 640",
        )
        .await;
        page.until(
            "no hint",
            "getComputedStyle(document.getElementById('no-photos')).display === 'none'",
        )
        .await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_nginx_under_a_prefix_it_works_as_well() {
    let running = Running::synthetic().await;
    let nginx = Nginx::start(running.addr());
    let url = format!("http://{}/monkey/", nginx.addr);
    scenario("nginx", DESKTOP, &url, async |page| {
        page.moves().await;
        assert_eq!(page.say_hello("nginx").await, "Nice to meet you, nginx~");
        let path = page.browser.current_url().await.unwrap();
        assert_eq!(path.path(), "/monkey/");
        page.moves().await;
        page.until(
            "the style",
            "getComputedStyle(document.querySelector('main')).display === 'grid'",
        )
        .await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_nginx_the_stream_flows_and_too_large_a_body_is_refused() {
    let running = Running::synthetic().await;
    let nginx = Nginx::start(running.addr());
    for (host, prefix) in [("example.com", "/monkey"), ("monkey.example.com", "")] {
        let mut stream = tokio::net::TcpStream::connect(nginx.addr).await.unwrap();
        let head = format!("GET {prefix}/video_feed HTTP/1.1\r\nHost: {host}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let (mut read, mut chunk) = (Vec::new(), vec![0; 16 * 1024]);
        let pictures = |read: &[u8]| {
            read.windows(3)
                .filter(|it| *it == [0xFF, 0xD8, 0xFF])
                .count()
        };
        while pictures(&read) < 3 {
            let reading = tokio::time::timeout(Duration::from_secs(10), stream.read(&mut chunk));
            let length = reading.await.expect("it flows").unwrap();
            assert_ne!(length, 0, "{}", String::from_utf8_lossy(&read));
            read.extend_from_slice(&chunk[..length]);
        }
        let mut stream = tokio::net::TcpStream::connect(nginx.addr).await.unwrap();
        let head =
            format!("POST {prefix}/ HTTP/1.1\r\nHost: {host}\r\nContent-Length: 2000000\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let length = stream.read(&mut chunk).await.unwrap();
        assert!(chunk[..length].starts_with(b"HTTP/1.1 413"), "{host}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nginx_says_who_asks_and_takes_the_prefix_off() {
    let app = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nginx = Nginx::start(app.local_addr().unwrap());
    for (path, at_app) in [
        ("/monkey/status", "/status"),
        ("/monkey/video_feed", "/video_feed"),
        ("/monkey/weixin?nonce=1", "/weixin?nonce=1"),
    ] {
        let mut asking = tokio::net::TcpStream::connect(nginx.addr).await.unwrap();
        let head =
            format!("GET {path} HTTP/1.1\r\nHost: example.com\r\nX-Forwarded-For: 9.9.9.9\r\n\r\n");
        asking.write_all(head.as_bytes()).await.unwrap();
        let (mut asked, _) = app.accept().await.unwrap();
        let mut head = vec![0; 4096];
        let length = asked.read(&mut head).await.unwrap();
        let head = String::from_utf8_lossy(&head[..length]).to_ascii_lowercase();
        assert!(
            head.starts_with(&format!("get {at_app} http/1.1\r\n")),
            "{head}"
        );
        assert!(
            head.contains("\r\nx-forwarded-for: 127.0.0.1\r\n"),
            "{head}"
        );
        assert!(!head.contains("9.9.9.9"), "{head}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_too_many_reads_why_and_is_let_in_later() {
    let running = Running::start(CameraSettings::default(), |page| page.max_viewers = 1).await;
    let addr = running.addr();
    let mut first = tokio::net::TcpStream::connect(addr).await.unwrap();
    first
        .write_all(b"GET /video_feed HTTP/1.1\r\nHost: a.test\r\n\r\n")
        .await
        .unwrap();
    first.readable().await.unwrap();
    // Who does not read is cut off, and the browser may take its time to start.
    let first = tokio::spawn(async move {
        let mut pictures = vec![0; 64 * 1024];
        while first.read(&mut pictures).await.is_ok_and(|read| read > 0) {}
    });
    let _turn = crate::AT_ONCE.acquire().await.unwrap();
    let driver = crate::Driver::start();
    let browser = driver.browser(1200, 860, "zh-CN").await;
    // Chromium's console complains of the 503, as it should.
    let page = crate::Page::open(browser, running.monitor.address()).await;
    page.until(
        "the sentence",
        "!document.getElementById('trouble').hidden && document.getElementById('trouble').textContent.includes('最多 1 人')",
    )
    .await;
    first.abort();
    page.moves().await;
    page.until("no sentence", "document.getElementById('trouble').hidden")
        .await;
    let _ = page.browser.clone().close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_that_fails_is_told_and_comes_back() {
    let flag = tempfile::NamedTempFile::new().unwrap();
    let busy = Program::script(&format!(
        "if test -e {}; then echo 'Device or resource busy' >&2; exit 1; fi\nexec ffmpeg \"$@\"",
        flag.path().display()
    ));
    let mut settings = settings(TEST_PICTURE, &busy);
    settings.pauses = (Duration::from_millis(200), Duration::from_millis(200));
    let running = Running::start(settings, |_| {}).await;
    let _turn = crate::AT_ONCE.acquire().await.unwrap();
    let driver = crate::Driver::start();
    let browser = driver.browser(1200, 860, "zh-CN").await;
    // Chromium's console complains of the 503, as it should.
    let page = crate::Page::open(browser, running.monitor.address()).await;
    let told = "document.getElementById('trouble').textContent === '摄像头被占用'";
    page.until("the words", told).await;
    flag.close().unwrap();
    page.moves().await;
    page.until("no words", "document.getElementById('trouble').hidden")
        .await;
    let _ = page.browser.clone().close().await;
}
