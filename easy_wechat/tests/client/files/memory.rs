//! What an upload costs: measured in a process of its own, which this test program starts as itself.

#![expect(
    clippy::print_stdout,
    reason = "a process tells its parent what it found"
)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::{fs, thread};

use easy_wechat::client::Upload;
use easy_wechat::outgoing::MediaType;

use super::rude::client_at;

/// The platform: reads and forgets.
fn serve(mut stream: TcpStream) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut line, mut length, mut is_token) = (String::new(), 0, false);
    while reader.read_line(&mut line).unwrap() > 2 {
        is_token |= line.contains("gettoken");
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        line.clear();
    }
    std::io::copy(&mut reader.take(length), &mut std::io::sink()).unwrap();
    let body = if is_token {
        r#"{"errcode":0,"access_token":"t","expires_in":7200}"#
    } else {
        r#"{"errcode":0,"media_id":"M","created_at":"1"}"#
    };
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(answer.as_bytes()).unwrap();
}

/// Runs one test of this program in a process of its own, by a line of the shell, and gives what it prints behind `mark`.
pub(super) fn run(test: &str, shell: &str, told: &str, mark: &str) -> String {
    let mut child = Command::new("sh")
        .args(["-c", shell, "sh"])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--ignored", "--nocapture"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(told.as_bytes()).unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    let marked = output.lines().find_map(|line| line.split_once(mark));
    let (_, said) = marked.unwrap_or_else(|| panic!("{output}"));
    said.to_owned()
}

#[cfg(target_os = "linux")]
#[test]
fn twenty_megabytes_take_no_memory() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            serve(stream.unwrap());
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.bin");
    fs::write(&path, vec![1; 20 << 20]).unwrap();
    let told = format!("{url}\n{}", path.display());
    let numbers = run("files::memory::child", "exec \"$@\"", &told, "peak kB: ");
    let (idle, peak) = numbers.split_once(' ').unwrap();
    let (idle, peak): (u64, u64) = (idle.parse().unwrap(), peak.parse().unwrap());
    assert!(
        peak - idle < 16 * 1024,
        "idle {idle} kB, with 20 MB {peak} kB"
    );
}

/// Run by the test above, in a process of its own.
#[test]
#[ignore = "it is told on its input what to do"]
fn child() {
    let told = std::io::read_to_string(std::io::stdin()).unwrap();
    let (url, path) = told.split_once('\n').unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let client = client_at(url);
        let small = Upload::bytes("small.txt", "something");
        client.upload_media(MediaType::File, small).await.unwrap();
        let idle = peak();
        client
            .upload_media(MediaType::File, Upload::file(path))
            .await
            .unwrap();
        println!("peak kB: {idle} {}", peak());
    });
}

/// The most memory that this process has had, in kB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.unwrap()
        .trim()
        .trim_end_matches(" kB")
        .parse()
        .unwrap()
}
