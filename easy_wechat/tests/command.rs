//! The command `easy-wechat`, as a person types it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "in a test a panic is a failure"
)]

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Output, Stdio};

use easy_wechat::{Config, WeChatServer};
use serde_json::Value;

#[test]
fn help_shows_examples_and_exit_codes() {
    for arguments in [&["--help"][..], &["sandbox", "--help"]] {
        let output = run(arguments);
        assert!(output.status.success());
        let text = String::from_utf8(output.stdout).unwrap();
        for part in ["Examples:", "easy-wechat sandbox", "Exit codes: 0"] {
            assert!(text.contains(part), "no {part:?} in {text}");
        }
    }
}

#[test]
fn completions_are_there_for_each_shell() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = run(&["completions", shell]);
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("official-account"), "{shell}: {text}");
    }
}

#[test]
fn what_cannot_be_is_told_in_a_sentence_with_its_exit_code() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    for (arguments, code, says) in [
        (
            &["sandbox", "--listen", &taken][..],
            3,
            "the port is in use",
        ),
        (
            &["sandbox", "--listen", "somewhere"],
            2,
            "like 127.0.0.1:8686",
        ),
        (&["sandbox", "--listen", "0.0.0.0:0"], 2, "has no password"),
        (
            &["sandbox", "--callback", "ftp://x"],
            2,
            "no address to call back",
        ),
        (
            &["sandbox", "--config", "/no/such/file.ini"],
            2,
            "/no/such/file.ini",
        ),
        (&["sandbox", "--members", "3"], 2, "--flood"),
        (
            &["sandbox", "--official-account", "clear"],
            2,
            "plain, compatible, safe",
        ),
        (&["sandbox", "--flood", "0"], 2, "1..=100000"),
        (&["sandbx"], 2, "sandbox"),
    ] {
        let listen = ["--listen", "127.0.0.1:0"];
        let own = arguments.contains(&"--listen") || arguments[0] != "sandbox";
        let arguments = [arguments, if own { &[] } else { &listen[..] }].concat();
        let output = run(&arguments);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {error}");
        assert!(error.contains(says), "{arguments:?}: {error}");
    }
}

#[test]
fn a_flood_without_an_app_says_that_nothing_listens() {
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let callback = format!("http://{free}/weixin");
    let output = run(&[
        "sandbox",
        "--listen",
        "127.0.0.1:0",
        "--callback",
        &callback,
        "--flood",
        "10",
    ]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.contains("nothing listens"), "{error}");
}

#[test]
fn the_printed_section_is_all_that_an_app_needs() {
    let mut sandbox = Running::start(&["--official-account", "safe"]);
    let ini = sandbox.until("The sandbox is at ");
    assert!(ini.contains("kind = official_account"), "{ini}");
    let ini: String = ini
        .lines()
        .filter(|line| !line.contains("does not answer") && !line.contains("The sandbox is at"))
        .flat_map(|line| [line, "\n"])
        .collect();
    let config = Config::parse(&ini, [("", "")]).unwrap();
    let app = config.app("demo").unwrap();
    assert!(app.account().is_ok() && app.warnings.is_empty(), "{ini}");
}

#[test]
fn a_flood_is_counted() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.ini");
    let ini = "[system]\nworkers = 1\n[demo]\ncorpid = ww1\nappid = 2\ntoken = abc\n\
               encoding_aes_key = MAtJ8Wpg3yXnyGjqZLvbEQzCFxuCA3DS5ss9pJRyAGH\n";
    std::fs::write(&file, ini).unwrap();
    let server = runtime
        .block_on(async {
            WeChatServer::from_config(&Config::parse(ini, [("", "")]).unwrap(), "demo")
                .unwrap()
                .register_callback("text", async |message| message)
                .unwrap()
                .start("127.0.0.1:0")
                .await
        })
        .unwrap();
    let callback = format!("http://{}/weixin", server.addr());
    let config = file.to_str().unwrap();
    let mut arguments = vec![
        "sandbox",
        "--listen",
        "127.0.0.1:0",
        "--callback",
        &callback,
        "--config",
        config,
        "--flood",
        "50",
        "--members",
        "7",
        "--seconds",
        "1",
    ];
    let table = String::from_utf8(run(&arguments).stdout).unwrap();
    for part in [
        "50 messages sent",
        "answered",
        "late",
        "refused",
        "p50",
        "p95",
        "p99",
    ] {
        assert!(table.contains(part), "no {part} in {table}");
    }
    arguments.push("--json");
    let report: Value = serde_json::from_slice(&run(&arguments).stdout).unwrap();
    assert_eq!(
        (&report["sent"], &report["replied"]),
        (&50.into(), &50.into())
    );
}

/// Runs it to its end, away from any configuration of this machine.
fn run(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_easy-wechat"));
    command
        .args(arguments)
        .current_dir(env!("CARGO_TARGET_TMPDIR"))
        .stdin(Stdio::null());
    command
}

/// A sandbox that runs until this is dropped.
struct Running {
    child: Child,
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        let child = command(&["sandbox", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .args(["--callback", "http://127.0.0.1:9/weixin"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Self { child }
    }

    /// What it prints up to the line that begins like this.
    fn until(&mut self, begins: &str) -> String {
        let mut text = String::new();
        for line in BufReader::new(self.child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            text.push_str(&line);
            text.push('\n');
            if line.starts_with(begins) {
                break;
            }
        }
        text
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
