//! The program as it is started.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::web::{connect, get};

/// A program that runs, in a folder of its own.
struct Started {
    child: Child,
    folder: TempDir,
    lines: mpsc::Receiver<String>,
}

impl Started {
    fn new(arguments: &[&str], config: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        if let Some(config) = config {
            std::fs::write(folder.path().join("config.ini"), config).unwrap();
        }
        let mut child = command(&folder)
            .args(arguments)
            // A reader that goes away, as with `| head`.
            .stdout(closed())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stderr = child.stderr.take().unwrap();
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Self {
            child,
            folder,
            lines,
        }
    }

    /// What it logs until a line has these words.
    fn until(&self, words: &str) -> Vec<String> {
        let began = Instant::now();
        let mut seen = Vec::new();
        while let Ok(line) = self.lines.recv_timeout(Duration::from_secs(20)) {
            let is_it = line.contains(words);
            seen.push(line);
            if is_it {
                return seen;
            }
            assert!(began.elapsed() < Duration::from_secs(30), "{seen:?}");
        }
        panic!("never {words}: {seen:?}");
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = self.folder.path();
    }
}

fn command(folder: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_monkey_monitor"));
    command
        .current_dir(folder.path())
        .env_remove("EASY_WECHAT_CONFIG")
        .env("EASY_WECHAT_SYSTEM_LOG_PATH", folder.path())
        .env("STATE_DIRECTORY", folder.path())
        .stdin(Stdio::null());
    command
}

/// A pipe whose reader is gone.
fn closed() -> Stdio {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer.into()
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_a_sandbox_both_ports_can_be_chosen() {
    let (chat, page) = (free_port(), free_port());
    let sandbox = format!("--sandbox=127.0.0.1:{chat}");
    // The section's address and port are for the real chat.
    let config = "[monkey_monitor]\nlisten = 127.0.0.1:1\naddress = https://a.example/\n";
    let listen = format!("0.0.0.0:{page}");
    let started = Started::new(&[&sandbox, "--listen", &listen], Some(config));
    let listening = started.until("listening").pop().unwrap();
    assert!(
        listening.contains(&format!("http://127.0.0.1:{page}/")),
        "{listening}"
    );
    let addr = ([127, 0, 0, 1], page).into();
    assert_eq!(get(addr, "/").await.status, 200);
    connect(([127, 0, 0, 1], chat).into());
}

#[test]
fn a_page_that_is_open_or_not_told_is_warned_of() {
    let account = "[demo]\ncorpid = ww00field00corp001\nappid = 1000077\nsecret = abcDEF\ntoken = abcdef\n\
                   encoding_aes_key = abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG\n";
    for (listen, page, open, untold) in [
        ("0.0.0.0:0", "", true, true),
        ("127.0.0.1:0", "", false, true),
        ("127.0.0.1:0", "address = https://a.example/", true, false),
        (
            "0.0.0.0:0",
            "address = https://a.example/\npassword = x",
            false,
            false,
        ),
    ] {
        let config = format!("{account}[monkey_monitor]\n{page}\n");
        let started = Started::new(&["--listen", listen], Some(&config));
        let lines = started.until("listening");
        let warned = |words: &str| {
            let mut lines = lines.iter();
            lines.any(|line| line.contains("WARN") && line.contains(words))
        };
        assert_eq!(warned("password"), open, "{listen}, {page}: {lines:?}");
        assert_eq!(
            warned("address is unknown"),
            untold,
            "{listen}, {page}: {lines:?}"
        );
    }
}

#[test]
fn a_source_that_is_refused_is_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    for source in [
        "rtsp://admin:hun@ter#2@10.0.0.7/live",
        "http://admin:hun/ter@10.0.0.7/live",
        "admin:hunter@10.0.0.7",
    ] {
        let output = command(&folder)
            .args(["--sandbox=127.0.0.1:0", "--source", source])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("--source") && !said.contains("hun"), "{said}");
    }
}
