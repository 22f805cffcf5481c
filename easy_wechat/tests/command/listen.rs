//! `easy-wechat check --listen`.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use super::calls::{CORPID, Call, KEY, OTHER_KEY, TOKEN, get, official_get, post};
use super::command;

#[test]
fn a_verification_that_is_right_is_answered_and_ends_it() {
    let mut check = Check::start(&ini(TOKEN, KEY, CORPID), &["--once"]);
    let answer = check.send(&get(), "");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert_eq!(body, "1616140317555161061");
    let (code, out, err) = check.end();
    assert_eq!(code, Some(0), "{out}{err}");
    for part in [
        "GET /any/path from 127.0.0.1:",
        "✓ signature: it matches",
        "✓ decryption: the key opens it",
        "✓ receiver: it is for",
        "answered 200: the console saves the address",
        "! your server answers at /weixin, not here: set route_name = any/path",
        "1 request, 1 of them right",
    ] {
        assert!(out.contains(part), "no {part:?} in {out}");
    }
}

#[test]
fn each_request_that_is_wrong_is_explained() {
    let plain = Call {
        method: "GET",
        query: String::new(),
        body: Vec::new(),
    };
    for (name, ini, call, status, says) in [
        (
            "token",
            ini("another", KEY, CORPID),
            get(),
            403,
            "✗ signature: it does not match, but the key opens",
        ),
        (
            "key",
            ini(TOKEN, OTHER_KEY, CORPID),
            get(),
            400,
            "✗ decryption: the key does not open it",
        ),
        ("corpid", ini(TOKEN, KEY, "ww1"), get(), 400, CORPID),
        (
            "kind",
            ini(TOKEN, KEY, CORPID),
            official_get(),
            400,
            "✗ mode: by its parameters it comes from an Official",
        ),
        (
            "a browser",
            ini(TOKEN, KEY, CORPID),
            plain,
            400,
            "✗ query: there is no query at all",
        ),
        (
            "half a key",
            ini(TOKEN, "abc", CORPID),
            get(),
            400,
            "✗ keys: encoding_aes_key has 3 characters",
        ),
        (
            "an old message",
            ini(TOKEN, KEY, CORPID),
            post(),
            400,
            "✗ clock: it was signed",
        ),
    ] {
        let mut check = Check::start(&ini, &[]);
        let answer = check.send(&call, "X-Forwarded-For: 1.2.3.4\u{9b}31m\u{202e}\r\n");
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{name}: {answer}"
        );
        check.interrupt();
        let (code, out, err) = check.end();
        assert_eq!(code, Some(1), "{name}: {out}{err}");
        assert!(out.contains(says), "{name}: {out}");
        assert!(
            out.contains(&format!("answered {status}: refused")),
            "{name}: {out}"
        );
        assert!(
            out.contains("for 1.2.3.4\\u009b31m\\u202e"),
            "{name}: {out}"
        );
        for secret in [TOKEN, KEY, OTHER_KEY] {
            assert!(
                !out.contains(secret) && !err.contains(secret),
                "{name}: {out}{err}"
            );
        }
    }
}

#[test]
fn a_message_that_is_right_counts_as_well() {
    let ini = format!("{}max_callback_age = 0\n", ini(TOKEN, KEY, CORPID));
    let mut check = Check::start(&ini, &["--once"]);
    let answer = check.send(&post(), "");
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.ends_with("\r\n\r\n"),
        "{answer}"
    );
    let (code, out, _) = check.end();
    assert_eq!(code, Some(0), "{out}");
    assert!(out.contains("a message of the type \"text\""), "{out}");
}

#[test]
fn a_body_without_end_is_not_read() {
    let mut check = Check::start(&ini(TOKEN, KEY, CORPID), &[]);
    let answer = check.send(
        &Call {
            body: vec![b'a'; 200_000],
            ..post()
        },
        "",
    );
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    check.interrupt();
    let (_, out, _) = check.end();
    assert!(out.contains("longer than 64 KiB"), "{out}");
}

#[test]
fn silence_is_explained() {
    let check = Check::start(&ini(TOKEN, KEY, CORPID), &["--wait", "1"]);
    let (code, _, err) = check.end();
    assert_eq!(code, Some(1));
    for part in [
        "Nothing came",
        "firewall",
        "域名主体校验未通过",
        "tunnel",
        "error: [demo] nothing came",
    ] {
        assert!(err.contains(part), "no {part:?} in {err}");
    }
}

#[test]
fn where_it_cannot_listen_it_says_why() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = taken.local_addr().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.ini");
    std::fs::write(&file, ini(TOKEN, KEY, CORPID)).unwrap();
    let file = file.to_str().unwrap();
    for (arguments, code, says) in [
        (
            &["--listen", &addr, "--config", file][..],
            3,
            "the port is in use",
        ),
        (
            &["--listen", "here", "--config", file],
            3,
            "like 0.0.0.0:6000",
        ),
        (
            &["--listen", &addr, "--config", file, "--app", "x"],
            2,
            "[x]",
        ),
        (
            &["--listen", &addr, "--config", "/no/such.ini"],
            2,
            "/no/such.ini",
        ),
        (&["--listen", &addr, "--wait", "0"], 2, "1..=86400"),
        (
            &["--callback", "http://x", "--once"],
            2,
            "cannot be used with",
        ),
    ] {
        let output = command(&["check"]).args(arguments).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {error}");
        assert!(error.contains(says), "{arguments:?}: {error}");
    }
}

fn ini(token: &str, key: &str, corpid: &str) -> String {
    format!("[demo]\ncorpid = {corpid}\ntoken = {token}\nencoding_aes_key = {key}\n")
}

/// The command while it listens.
/// As a supervisor and a terminal that is closed do it.
#[test]
fn every_signal_that_ends_a_program_ends_it_with_its_result() {
    for signal in ["-INT", "-TERM", "-HUP"] {
        let check = Check::start(&ini(TOKEN, KEY, CORPID), &[]);
        check.signal(signal);
        let (code, out, err) = check.end();
        assert_eq!(code, Some(1), "{signal}: nothing came: {out}{err}");
    }
}

struct Check {
    child: Child,
    out: BufReader<ChildStdout>,
    addr: String,
    printed: String,
    _folder: tempfile::TempDir,
}

impl Check {
    fn start(ini: &str, arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.ini");
        std::fs::write(&file, ini).unwrap();
        let mut child = command(&["check", "--listen", "127.0.0.1:0", "--config"])
            .arg(file)
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut printed = String::new();
        out.read_line(&mut printed).unwrap();
        let addr = printed
            .split_whitespace()
            .nth(2)
            .expect(&printed)
            .to_owned();
        Self {
            child,
            out,
            addr,
            printed,
            _folder: folder,
        }
    }

    /// Sends a request and gives the whole answer.
    fn send(&mut self, call: &Call, headers: &str) -> String {
        let mut stream = TcpStream::connect(&self.addr).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        let Call {
            method,
            query,
            body,
        } = call;
        let length = body.len();
        let mark = if query.is_empty() { "" } else { "?" };
        let head = format!(
            "{method} /any/path{mark}{query} HTTP/1.1\r\nHost: x\r\n{headers}Content-Length: {length}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        // It may refuse a body before it has read it.
        let _ = stream.write_all(body);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8(answer).unwrap()
    }

    fn interrupt(&self) {
        self.signal("-INT");
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args([name, &id])
                .status()
                .unwrap()
                .success()
        );
    }

    /// Its exit code and what it printed.
    fn end(mut self) -> (Option<i32>, String, String) {
        let mut out = std::mem::take(&mut self.printed);
        self.out.read_to_string(&mut out).unwrap();
        let mut err = String::new();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut err)
            .unwrap();
        (self.child.wait().unwrap().code(), out, err)
    }
}

impl Drop for Check {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
