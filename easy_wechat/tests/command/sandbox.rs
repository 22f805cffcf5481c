//! `easy-wechat sandbox`.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::process::{Child, Stdio};

use easy_wechat::{Config, WeChatServer};
use serde_json::Value;

#[cfg(unix)]
use super::sandbox_option;
use super::{command, run};

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

#[cfg(unix)]
#[test]
fn a_closed_terminal_ends_it_but_not_below_nohup() {
    let callback = "http://127.0.0.1:9/weixin";
    let arguments = ["sandbox", "--listen", "127.0.0.1:0", "--callback", callback];
    sandbox_option::ends_with_its_terminal(env!("CARGO_BIN_EXE_easy-wechat"), &arguments);
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
