//! `easy-wechat decrypt`.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::calls::{CORPID, Call, KEY, MESSAGE, OTHER_KEY, TOKEN, get, official_get, post};
use super::command;

/// A folder with a configuration and a body.
pub(super) struct Folder {
    folder: TempDir,
}

#[test]
fn what_was_captured_is_opened() {
    let folder = Folder::new(&post());
    let (get, post) = (get(), post());
    let line = format!(
        "1.2.3.4 - - [14/Dec/2015] \"GET /weixin?{} HTTP/1.1\" 200",
        get.query
    );
    let url = format!("https://example.com/weixin?{}", get.query);
    let body = folder.body();
    let keys = ["--token", TOKEN, "--aes-key", KEY];
    for (name, arguments, keys, wanted) in [
        (
            "a query",
            &["--query", &get.query, "--app", "demo"][..],
            &[][..],
            "1616140317555161061\n",
        ),
        (
            "an address",
            &["--query", &url],
            &[],
            "1616140317555161061\n",
        ),
        (
            "a line of a log",
            &["--query", &line],
            &[],
            "1616140317555161061\n",
        ),
        (
            "a message",
            &["--query", &post.query, "--body", &body],
            &[],
            &format!("{MESSAGE}\n"),
        ),
        (
            "typed keys",
            &["--query", &post.query, "--body", &body],
            &keys,
            MESSAGE,
        ),
        (
            "typed keys and id",
            &["--query", &get.query, "--receive-id", CORPID],
            &keys,
            "1616",
        ),
        (
            "an account",
            &["--query", &official_get().query, "--official-account"],
            &["--token", TOKEN],
            "4242",
        ),
        (
            "pretty",
            &["--query", &post.query, "--body", &body, "--pretty"],
            &[],
            "\n  <Content>hi</Content>\n",
        ),
        (
            "a verification as JSON",
            &["--query", &get.query, "--json"],
            &[],
            "\"echostr\": \"1616140317555161061\"",
        ),
    ] {
        let output = folder.run(&[arguments, keys].concat(), keys.is_empty(), "");
        let (out, err) = texts(&output);
        assert_eq!(output.status.code(), Some(0), "{name}: {err}");
        assert!(out.contains(wanted), "{name}: {out}");
        assert!(err.contains("days ago"), "{name}: {err}");
        no_secret(name, &out, &err);
    }
    let output = folder.run(
        &["--query", &post.query, "--body", &body, "--json"],
        true,
        "",
    );
    let message: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&message["Content"], &message["FromUserName"]),
        (&"hi".into(), &"zhangsan".into())
    );
}

#[test]
fn keys_and_body_come_from_the_standard_input() {
    let post = post();
    let folder = Folder::new(&post);
    let arguments = [
        "--query",
        &post.query,
        "--token",
        "-",
        "--aes-key",
        "-",
        "--body",
        "-",
    ];
    let input = format!(
        "{TOKEN}\n{KEY}\r\n{}",
        String::from_utf8(post.body.clone()).unwrap()
    );
    let output = folder.run(&arguments, false, &input);
    let (out, err) = texts(&output);
    assert_eq!(out, format!("{MESSAGE}\n"), "{err}");
    assert!(err.contains(&format!("for {CORPID}")), "{err}");
}

#[test]
fn it_belongs_to_the_section_whose_keys_open_it() {
    let folder = Folder::new(&post());
    let query = get().query;
    let output = folder.run(&["--query", &query], true, "");
    let (_, err) = texts(&output);
    assert!(
        output.status.success() && err.contains("keys of [demo]"),
        "{err}"
    );
    let output = folder.run(&["--query", &query, "--app", "another"], true, "");
    let (_, err) = texts(&output);
    assert_eq!(output.status.code(), Some(1), "{err}");
    assert!(err.contains("belongs to section [demo]"), "{err}");
}

#[test]
fn what_does_not_open_is_explained() {
    let (get, post) = (get(), post());
    let folder = Folder::new(&post);
    let body = folder.body();
    for (name, arguments, code, says) in [
        (
            "another token",
            &["--query", &get.query, "--token", "b", "--aes-key", KEY][..],
            1,
            "copy Token",
        ),
        (
            "another key",
            &[
                "--query",
                &get.query,
                "--token",
                TOKEN,
                "--aes-key",
                OTHER_KEY,
            ],
            1,
            "copy EncodingAESKey",
        ),
        (
            "another id",
            &[
                "--query",
                &get.query,
                "--token",
                TOKEN,
                "--aes-key",
                KEY,
                "--receive-id",
                "ww1",
            ],
            1,
            CORPID,
        ),
        (
            "no signature",
            &["--query", "echostr=1", "--app", "demo"],
            1,
            "no msg_signature",
        ),
        ("no body", &["--query", &post.query], 2, "--body FILE"),
        (
            "no such body",
            &["--query", &post.query, "--body", "/no/such"],
            2,
            "/no/such cannot be read",
        ),
        (
            "no query",
            &["--query", "GET /weixin"],
            2,
            "none of its words has a signature",
        ),
        ("none at all", &[], 2, "--query"),
        (
            "no such section",
            &["--query", &get.query, "--app", "nobody"],
            2,
            "nobody",
        ),
        (
            "a key alone",
            &["--query", &get.query, "--aes-key", KEY],
            2,
            "cannot be used with",
        ),
        (
            "twice the keys",
            &["--query", &get.query, "--token", TOKEN, "--app", "demo"],
            2,
            "cannot be used with",
        ),
        (
            "another body",
            &["--query", &get.query, "--body", &body],
            1,
            "the token of [demo] is another",
        ),
    ] {
        let output = folder.run(arguments, !arguments.contains(&"--token"), "");
        let (out, err) = texts(&output);
        assert_eq!(output.status.code(), Some(code), "{name}: {err}");
        assert!(err.contains(says), "{name}: {err}");
        assert!(out.is_empty(), "{name}: {out}");
        no_secret(name, &out, &err);
    }
}

#[test]
fn why_it_does_not_open_comes_as_json_too() {
    let query = get().query;
    let folder = Folder::new(&post());
    let arguments = [
        "--query",
        &query,
        "--token",
        "b",
        "--aes-key",
        KEY,
        "--json",
    ];
    let output = folder.run(&arguments, false, "");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let causes: Vec<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|f| f["cause"].as_str())
        .collect();
    assert_eq!(causes, ["token"]);
}

/// As in config.ini: kind and place, never the value.
#[test]
fn a_stray_character_in_a_typed_key_is_named_with_its_place() {
    let folder = Folder::new(&post());
    let query = get().query;
    let (begin, end) = TOKEN.split_at(5);
    let hidden = format!("{begin}\u{200B}{end}");
    let (quoted, full) = (format!("\u{201C}{KEY}\u{201D}"), format!("{KEY}\u{FF0C}"));
    for (token, key, input, says) in [
        (hidden.as_str(), KEY, "", "--token: "),
        (TOKEN, quoted.as_str(), "", "--aes-key: "),
        (TOKEN, &full, "", "after its 43rd character"),
        ("-", KEY, &*format!("{hidden}\n"), "after its 5th character"),
        (TOKEN, "-", &*format!("{quoted}\n"), "first character"),
    ] {
        let arguments = ["--query", &query, "--token", token, "--aes-key", key];
        let output = folder.run(&arguments, false, input);
        let (out, err) = texts(&output);
        assert_eq!(output.status.code(), Some(2), "{out}{err}");
        assert!(err.contains(says), "{err}");
        no_secret(says, &out, &err);
        assert!(!err.contains(end), "{err}");
    }
    // What stands around it is left out, as in config.ini.
    let input = format!(" {TOKEN} \r\n{KEY}\r\n");
    let arguments = ["--query", &query, "--token", "-", "--aes-key", "-"];
    let output = folder.run(&arguments, false, &input);
    assert!(output.status.success(), "{output:?}");
}

impl Folder {
    pub(super) fn new(post: &Call) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ini = format!(
            "[another]\ncorpid = ww1\ntoken = abc\nencoding_aes_key = {OTHER_KEY}\n\
             [demo]\ncorpid = {CORPID}\ntoken = {TOKEN}\nencoding_aes_key = {KEY}\n"
        );
        std::fs::write(folder.path().join("config.ini"), ini).unwrap();
        std::fs::write(folder.path().join("body.xml"), &post.body).unwrap();
        Self { folder }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn body(&self) -> String {
        self.path("body.xml").to_str().unwrap().to_owned()
    }

    pub(super) fn run(&self, arguments: &[&str], with_config: bool, input: &str) -> Output {
        let mut command = command(&["decrypt"]);
        command.args(arguments);
        if with_config {
            command.arg("--config").arg(self.path("config.ini"));
        }
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // It may have ended without having read it.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    }
}

pub(super) fn texts(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr))
}

fn no_secret(name: &str, out: &str, err: &str) {
    for secret in [TOKEN, KEY, OTHER_KEY] {
        assert!(
            !out.contains(secret) && !err.contains(secret),
            "{name}: {out}{err}"
        );
    }
}
