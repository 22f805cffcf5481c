//! What is wrong below the reply: no connection, no HTTP, no 200, no end.

use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::bad_app::{BadApp, Heard, ok, status, text};
use super::world::{builder, connect, not_verified, run};
use easy_wechat::Mode;
use easy_wechat::sandbox::State;

/// What an app does with the connection, how often it is called, and a part of what is said.
type Row = (&'static str, fn(&mut TcpStream), &'static str);

const ROWS: &[Row] = &[
    (
        "201",
        |stream| write(stream, &status("201 Created", "", "")),
        "HTTP 201: only 200 counts",
    ),
    (
        "204",
        |stream| write(stream, b"HTTP/1.1 204 No Content\r\n\r\n"),
        "HTTP 204: only 200 counts",
    ),
    (
        "a redirect",
        |stream| {
            write(
                stream,
                &status("302 Found", "Location: https://example.com/login\r\n", ""),
            );
        },
        "HTTP 302, a redirect to https://example.com/login",
    ),
    (
        "400",
        |stream| write(stream, &status("400 Bad Request", "", "")),
        "HTTP 400: the app refused it",
    ),
    (
        "403",
        |stream| write(stream, &status("403 Forbidden", "", "no")),
        "HTTP 403: the app or something before it refuses",
    ),
    (
        "404",
        |stream| write(stream, &status("404 Not Found", "", "")),
        "HTTP 404: there is nothing at this path",
    ),
    (
        "405",
        |stream| write(stream, &status("405 Not Allowed", "", "")),
        "HTTP 405: the app does not take this method",
    ),
    (
        "413",
        |stream| write(stream, &status("413 Too Large", "", "")),
        "no request of this size",
    ),
    (
        "429",
        |stream| write(stream, &status("429 Slowly", "", "")),
        "limits the rate",
    ),
    (
        "500",
        |stream| write(stream, &status("500 Error", "", "")),
        "HTTP 500: the app failed: look at its log",
    ),
    (
        "502",
        |stream| write(stream, &status("502 Bad Gateway", "", "<html>")),
        "a gateway or proxy has no answer",
    ),
    (
        "nothing",
        |_| {},
        "closed the connection before the answer was complete",
    ),
    (
        "no HTTP",
        |stream| write(stream, b"220 smtp.example.com ESMTP\r\n"),
        "is not HTTP",
    ),
    (
        "noise",
        |stream| write(stream, b"\x00\xff\x00\xff\r\n\r\n"),
        "is not HTTP",
    ),
    (
        "half a head",
        |stream| write(stream, b"HTTP/1.1 200 OK\r\nContent-Len"),
        "closed the connection",
    ),
    (
        "half a body",
        |stream| write(stream, b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"),
        "closed the connection",
    ),
    (
        "chunks without an end",
        |stream| {
            write(
                stream,
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n",
            );
        },
        "closed the connection",
    ),
    (
        "an endless body",
        |stream| {
            write(stream, b"HTTP/1.1 200 OK\r\n\r\n");
            while stream.write_all(&[b'a'; 65536]).is_ok() {}
        },
        "longer than 1 MiB",
    ),
    (
        "no answer",
        |_| std::thread::sleep(3 * LIMIT),
        "no answer from 127.0.0.1:",
    ),
    (
        "a body that does not end",
        |stream| {
            write(stream, b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
            std::thread::sleep(3 * LIMIT);
        },
        "began but was not complete within 700 ms",
    ),
];

const LIMIT: Duration = Duration::from_millis(700);

#[test]
fn whatever_is_no_200_is_sent_again_and_given_up() {
    run(async {
        let sandbox = builder(None).answer_within(LIMIT).start().await.unwrap();
        let app = BadApp::start(&sandbox, |heard, _, stream| {
            let row: usize = heard.field("Content").unwrap().parse().unwrap();
            ROWS[row].1(stream);
        });
        sandbox.connect(app.url()).await.unwrap();
        for (row, (name, _, words)) in ROWS.iter().enumerate() {
            let seen = sandbox
                .member("zhangsan")
                .says(row.to_string())
                .await
                .unwrap();
            assert_eq!(seen.state, State::Failed, "{name}: {}", seen.words);
            assert!(seen.words.en.contains(words), "{name}: {}", seen.words);
            assert!(
                seen.words
                    .en
                    .ends_with("; it was sent 4 times, and is given up"),
                "{name}: {}",
                seen.words
            );
            assert_eq!(seen.attempts, 4, "{name}");
            assert!(seen.is_silent(), "WeCom shows nothing: {name}");
        }
        // Each attempt is signed and encrypted anew, and carries the same message.
        let first: Vec<Heard> = app.messages().into_iter().take(4).collect();
        for pair in first.windows(2) {
            assert_eq!(pair[0].plain, pair[1].plain);
            assert_ne!(pair[0].parameter("nonce"), pair[1].parameter("nonce"));
            assert_ne!(pair[0].body, pair[1].body);
        }
    });
}

#[test]
fn where_nothing_listens() {
    run(async {
        let sandbox = builder(Some(Mode::Safe)).start().await.unwrap();
        let gone = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        let words = not_verified(&sandbox, &format!("http://{gone}/weixin")).await;
        assert!(
            words.contains(&format!("nothing listens at {gone}: start your app")),
            "{words}"
        );
        let seen = sandbox.member("o1").says("hi").await.unwrap();
        assert_eq!((seen.state, seen.attempts), (State::Failed, 4));
        assert!(
            seen.words.en.contains("nothing listens at"),
            "{}",
            seen.words
        );
        assert_eq!(seen.text(), Some("该公众号暂时无法提供服务，请稍后再试"));

        let words = not_verified(&sandbox, "http://no-such-host.invalid/weixin").await;
        assert!(
            words.contains("no way to no-such-host.invalid:80"),
            "{words}"
        );
        let plain = TcpListener::bind("127.0.0.1:0").unwrap();
        let addr = plain.local_addr().unwrap();
        std::thread::spawn(move || {
            for mut stream in plain.incoming().flatten() {
                write(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n");
                let mut some = [0; 4096];
                let _ = std::io::Read::read(&mut stream, &mut some);
            }
        });
        let words = not_verified(&sandbox, &format!("https://{addr}/weixin")).await;
        assert!(words.contains("TLS"), "{words}");
    });
}

#[test]
fn an_app_that_is_slow_once_is_called_again() {
    run(async {
        let sandbox = builder(None).answer_within(LIMIT).start().await.unwrap();
        let calls = Arc::new(AtomicUsize::new(0));
        let app = BadApp::start(&sandbox, move |heard, keys, stream| {
            if calls.fetch_add(1, Ordering::SeqCst) == 0 {
                std::thread::sleep(3 * LIMIT);
            }
            let _ = stream.write_all(&ok(keys.seal(&text(heard, "at last"))));
        });
        sandbox.connect(app.url()).await.unwrap();
        let seen = sandbox.member("zhangsan").says("hi").await.unwrap();
        assert_eq!(
            (seen.text(), seen.attempts),
            (Some("at last"), 2),
            "{}",
            seen.words
        );
        assert!(
            seen.words
                .en
                .contains("this was attempt 2; before: no answer from"),
            "{}",
            seen.words
        );
    });
}

#[test]
fn an_app_that_resets_the_connection() {
    run(async {
        let sandbox = builder(None).start().await.unwrap();
        // It is closed with the request still unread in it, which resets it.
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mut one = [0];
                let _ = stream.peek(&mut one);
                drop(stream);
            }
        });
        let words = not_verified(&sandbox, &url).await;
        assert!(words.contains("reset the connection"), "{words}");
    });
}

#[test]
fn a_handler_that_fails_or_is_late_is_acknowledged_by_our_server() {
    run(async {
        let sandbox = builder(None).start().await.unwrap();
        let _server = connect(&sandbox, |server| {
            server.register_callback("text", |message| {
                if message.text() == Some("slow") {
                    std::thread::sleep(Duration::from_secs(3));
                    return Ok("late".to_owned());
                }
                Err("out of order".into())
            })
        })
        .await;
        for text in ["fail", "slow"] {
            let began = Instant::now();
            let seen = sandbox.member("zhangsan").says(text).await.unwrap();
            assert_eq!(
                (seen.state, seen.attempts),
                (State::Acknowledged, 1),
                "{}",
                seen.words
            );
            assert!(seen.is_silent(), "{seen:?}");
            assert!(
                began.elapsed() < Duration::from_millis(2800),
                "{:?}",
                began.elapsed()
            );
        }
    });
}

fn write(stream: &mut TcpStream, bytes: &[u8]) {
    let _ = stream.write_all(bytes);
}
