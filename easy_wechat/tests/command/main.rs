//! The command `easy-wechat`, as a person types it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "in a test a panic is a failure"
)]

#[cfg(unix)]
mod beside;
mod callback;
#[allow(dead_code, reason = "another test program needs all of it")]
#[path = "../diagnosis/calls.rs"]
mod calls;
mod decrypt;
mod init;
mod keygen;
mod listen;
mod sandbox;
#[path = "../support/sandbox_option.rs"]
#[allow(dead_code, unreachable_pub, reason = "made for more than these tests")]
mod sandbox_option;
mod terminal;

use std::net::TcpListener;
use std::process::{Command, Output, Stdio};

#[cfg(unix)]
#[test]
fn help_that_cannot_be_printed_is_an_error() {
    sandbox_option::says_when_help_cannot_be_printed(env!("CARGO_BIN_EXE_easy-wechat"));
}

#[test]
fn help_shows_examples_and_exit_codes() {
    for command in ["", "sandbox", "check", "init", "keygen", "decrypt"] {
        let arguments = [command, "--help"];
        let output = run(arguments.get(usize::from(command.is_empty())..).unwrap());
        assert!(output.status.success());
        let text = String::from_utf8(output.stdout).unwrap();
        let example = format!("\n  easy-wechat {command}");
        for part in ["Examples:", &example, "Exit codes:"] {
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
fn mandoc_reads_the_manual_without_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(&["man", folder.path().to_str().unwrap()]);
    assert!(output.status.success(), "{output:?}");
    let mut pages: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|page| page.unwrap().path())
        .collect();
    pages.sort();
    assert!(pages.len() > 8, "{pages:?}");
    for page in pages {
        let lint = Command::new("mandoc")
            .args(["-T", "lint", "-W", "warning"])
            .arg(&page)
            .output();
        let Ok(lint) = lint else {
            eprintln!("mandoc is not there: the manual is not looked at");
            return;
        };
        let said = String::from_utf8(lint.stdout).unwrap();
        assert!(
            lint.status.success() && said.is_empty(),
            "{}: {said}",
            page.display()
        );
    }
}

/// `easy-wechat completions bash | head`
#[test]
fn a_reader_who_has_seen_enough_is_no_trouble() {
    for arguments in [
        &["completions", "bash"][..],
        &["completions", "zsh"],
        &["completions", "fish"],
        &["completions", "powershell"],
        &["completions", "elvish"],
        &["man"],
        &["--help"],
        &["send", "--help"],
        &["--version"],
        &["keygen"],
        &["keygen", "--json"],
    ] {
        // Its other end is closed already.
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = command(arguments).stdout(writer).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(
            (output.status.code(), &*error),
            (Some(0), ""),
            "{arguments:?}"
        );
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
