//! `easy-wechat check --callback`, against small servers that each do one thing wrong.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use easy_wechat::account::Account;
use easy_wechat::query::Query;
use easy_wechat::{Config, WXBizMsgCrypt};

use super::calls::{CORPID, KEY, TOKEN};
use super::command;

/// What a server answers, when it should be this text.
type Answer = fn(&str) -> String;

#[test]
fn each_answer_that_is_wrong_is_named() {
    let answers: &[(&str, Answer, &str)] = &[
        ("quotes", |echo| ok(&format!("\"{echo}\"")), "in quotes"),
        (
            "JSON",
            |echo| ok(&format!("{{\"echostr\":\"{echo}\"}}")),
            "the answer is JSON",
        ),
        (
            "a BOM",
            |echo| ok(&format!("\u{FEFF}{echo}")),
            "byte order mark (BOM)",
        ),
        (
            "a newline",
            |echo| ok(&format!("{echo}\n")),
            "a newline at its end",
        ),
        ("nothing", |_| ok(""), "the answer is empty"),
        (
            "a page",
            |_| ok("<!DOCTYPE html><html></html>"),
            "a page in HTML",
        ),
        (
            "the word success",
            |_| ok("success"),
            "\"success\", not the echostr",
        ),
        (
            "a redirect",
            |_| status("301 Moved", "Location: https://x.example/a\r\n"),
            "a redirect to https://x.example/a",
        ),
        ("403", |_| status("403 Forbidden", ""), "403"),
        ("404", |_| status("404 Not Found", ""), "404"),
        ("405", |_| status("405 Method Not Allowed", ""), "405"),
        ("502", |_| status("502 Bad Gateway", ""), "502"),
        (
            "no HTTP",
            |_| "SSH-2.0-OpenSSH_9.2\r\n".to_owned(),
            "not HTTP",
        ),
        ("a crash", |_| String::new(), "closed the connection"),
    ];
    for (name, answer, says) in answers {
        let addr = serve(*answer);
        let (code, out) = check(&format!("http://{addr}/weixin"));
        assert_eq!(code, Some(1), "{name}: {out}");
        assert!(
            out.contains("✗ answer: ") && out.contains(says),
            "{name}: {out}"
        );
    }
}

#[test]
fn what_does_not_answer_is_named() {
    let gone = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let slow = serve(|echo| {
        std::thread::sleep(Duration::from_secs(2));
        ok(echo)
    });
    let plain = serve_raw(|mut stream| {
        let _ = stream.read(&mut [0; 1024]);
        let _ = stream.write_all(status("400 Bad Request", "").as_bytes());
    });
    for (name, url, says) in [
        ("refused", format!("http://{gone}/"), "nothing listens at"),
        ("slow", format!("http://{slow}/"), "within 1000 ms"),
        ("no TLS", format!("https://{plain}/"), "no TLS connection"),
        (
            "no host",
            "http://no-such-host.invalid/".to_owned(),
            "there is no way to no-such-host.invalid",
        ),
    ] {
        let (code, out) = check(&url);
        assert_eq!(code, Some(1), "{name}: {out}");
        assert!(out.contains(says), "{name}: {out}");
    }
}

#[test]
fn an_answer_that_is_right_is_said_to_be_right() {
    let addr = serve(ok);
    let (code, out) = check(&format!("http://{addr}/weixin"));
    assert_eq!(code, Some(0), "{out}");
    assert!(out.contains("✓ answer: "), "{out}");
}

#[test]
fn with_keys_that_cannot_be_right_nothing_is_called() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (code, out) = check_with(
        &url,
        &format!("[demo]\ncorpid = {CORPID}\ntoken = {TOKEN}\n"),
    );
    assert_eq!(code, Some(1), "{out}");
    assert!(
        out.contains("✗ keys: there is no encoding_aes_key"),
        "{out}"
    );
    assert!(listener.accept().is_err(), "it was called");
    let (code, out) = check("weixin");
    assert_eq!(code, Some(2), "{out}");
}

fn check(url: &str) -> (Option<i32>, String) {
    check_with(
        url,
        &format!("[demo]\ncorpid = {CORPID}\ntoken = {TOKEN}\nencoding_aes_key = {KEY}\n"),
    )
}

fn check_with(url: &str, ini: &str) -> (Option<i32>, String) {
    assert!(Config::parse(ini, [("", "")]).is_ok());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.ini");
    std::fs::write(&file, ini).unwrap();
    let output = command(&["check", "--callback", url, "--config"])
        .arg(file)
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

/// Answers every GET with what `answer` makes of the text that it should be.
fn serve(answer: Answer) -> SocketAddr {
    serve_raw(move |mut stream| {
        let echo = echo(&stream);
        let _ = stream.write_all(answer(&echo).as_bytes());
    })
}

fn serve_raw(answer: impl Fn(TcpStream) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        listener
            .incoming()
            .for_each(|stream| answer(stream.unwrap()));
    });
    addr
}

/// What this GET should be answered with.
fn echo(stream: &TcpStream) -> String {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next().and_then(Result::ok).unwrap_or_default();
    // An unread rest would reset the connection.
    while lines
        .next()
        .is_some_and(|line| line.is_ok_and(|line| !line.is_empty()))
    {}
    let query = first.split(['?', ' ']).nth(2).unwrap_or_default();
    let account = Account::wecom(WXBizMsgCrypt::new(TOKEN, KEY, CORPID).unwrap());
    let query = Query::parse(query).unwrap();
    account.verify_url(&query).unwrap_or_default()
}

fn ok(body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")
}

fn status(line: &str, headers: &str) -> String {
    format!("HTTP/1.1 {line}\r\n{headers}Content-Length: 0\r\nConnection: close\r\n\r\n")
}
