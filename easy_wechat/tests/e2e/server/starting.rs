//! What a server says that cannot start, or be built.

use std::fmt::{Debug, Display};
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use easy_wechat::{Config, RegisterError, ServeError, WeChatServer};

use crate::support::{KEY, Platform, Server, TOKEN, demo};

#[test]
fn a_port_in_use_is_said_to_be() {
    let first = Server::start(demo("", ""));
    let error = start_at(&first.addr.to_string());
    assert!(
        matches!(&error, ServeError::PortInUse { addr } if *addr == first.addr),
        "{error}"
    );
    is_sentence(
        &error,
        &[
            "port is in use",
            &first.addr.to_string(),
            "choose another port",
        ],
    );
    // And the first goes on.
    assert_eq!(first.call(&Platform::wecom().get("7")).text(), "7");
}

#[test]
fn an_address_of_another_machine_is_said_to_be() {
    // For documentation only (RFC 5737): nobody has it.
    let error = start_at("192.0.2.1:0");
    assert!(matches!(&error, ServeError::NotHere { .. }), "{error}");
    is_sentence(&error, &["192.0.2.1", "no such address", "0.0.0.0"]);
}

#[test]
fn what_is_no_address_is_answered_with_one_that_is() {
    for addr in [
        "",
        "6000",
        ":6000",
        "127.0.0.1",
        "127.0.0.1:",
        "127.0.0.1:http",
        "127.0.0.1:70000",
        "127.0.0.1:-1",
        "::1",
        "http://127.0.0.1:6000",
    ] {
        let error = start_at(addr);
        assert!(
            matches!(&error, ServeError::BadAddress { .. }),
            "{addr}: {error}"
        );
        is_sentence(&error, &[&format!("{addr:?}"), "0.0.0.0:6000"]);
    }
}

#[test]
fn a_name_is_an_address_too() {
    let runtime = crate::support::process::runtime();
    let handle = runtime
        .block_on(demo("", "").start("localhost:0"))
        .expect("a free port");
    let answer = crate::support::call(handle.addr(), &Platform::wecom().get("7"));
    assert_eq!(answer.text(), "7");
    runtime.shutdown_background();
}

#[test]
fn a_type_that_the_platform_does_not_have_is_refused_with_the_list_of_those_that_it_has() {
    for name in ["txt", "", "Text ", "文本"] {
        let error = demo("", "")
            .register_callback(name, |message| message)
            .unwrap_err();
        assert!(
            matches!(&error, RegisterError::UnknownMsgType { .. }),
            "{error}"
        );
        is_sentence(
            &error,
            &[
                &format!("{name:?}"),
                "text, image, voice, video, shortvideo, location, link",
                "event",
            ],
        );
    }
    for name in [
        "text",
        "image",
        "voice",
        "video",
        "shortvideo",
        "location",
        "link",
        "file",
        "event",
        "TEXT",
    ] {
        let server = demo("", "").register_callback(name, |message| message);
        assert!(server.is_ok(), "{name}");
    }
}

#[test]
fn two_handlers_for_one_thing_are_refused() {
    let nothing = |_| ();
    let errors = [
        (
            "text",
            demo("", "")
                .register_callback("text", nothing)
                .unwrap()
                .register_callback("Text", nothing),
        ),
        (
            "click",
            demo("", "")
                .register_event("click", nothing)
                .unwrap()
                .register_event("CLICK", nothing),
        ),
        (
            "fallback",
            demo("", "")
                .register_fallback(nothing)
                .unwrap()
                .register_fallback(nothing),
        ),
    ];
    for (what, result) in errors {
        let error = result.unwrap_err();
        assert!(matches!(&error, RegisterError::Twice { .. }), "{error}");
        is_sentence(&error, &[what]);
    }
    let error = demo("", "").register_event("", nothing).unwrap_err();
    assert_eq!(error, RegisterError::EmptyEventName);
    is_sentence(&error, &["event"]);
}

#[test]
fn an_event_that_is_not_known_is_taken_and_warned_about() {
    let server = demo("", "").register_event("subscirbe_misspelt", |_| ());
    let _server = Server::start(server.unwrap());
    crate::support::wait_for_line(&["WARN", "subscirbe_misspelt", "spelling"]);
}

#[test]
fn keys_that_are_missing_are_asked_for_before_anything_starts() {
    for (missing, text) in [
        (
            "token",
            format!("[demo]\ncorpid = ww1\nencoding_aes_key = {KEY}"),
        ),
        (
            "encoding_aes_key",
            format!("[demo]\ncorpid = ww1\ntoken = {TOKEN}"),
        ),
        (
            "corpid",
            format!("[demo]\ntoken = {TOKEN}\nencoding_aes_key = {KEY}"),
        ),
    ] {
        let config = Config::parse(&text, [("", "")]).expect("good");
        let error = WeChatServer::from_config(&config, "demo").unwrap_err();
        is_sentence(&error, &["config.ini", "[demo]", missing, "missing"]);
    }
}

#[test]
fn a_server_shows_no_secret() {
    let server =
        demo("", "secret = an-invented-secret").register_callback("text", |message| message);
    let shown = format!("{:?}", server.unwrap());
    for secret in [TOKEN, KEY, "an-invented-secret"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

fn start_at(addr: &str) -> ServeError {
    let runtime = crate::support::process::runtime();
    let result = runtime.block_on(demo("", "").start(addr));
    result
        .err()
        .unwrap_or_else(|| panic!("it listens on {addr:?}"))
}

/// An error that people read, also where `main` returns it and Rust prints its `Debug`.
#[track_caller]
fn is_sentence(error: &(impl Debug + Display), parts: &[&str]) {
    let (display, debug) = (error.to_string(), format!("{error:?}"));
    for part in parts {
        assert!(display.contains(part), "{part:?} is not in: {display}");
    }
    assert!(debug.starts_with(&display), "{debug}");
    assert!(!debug.contains(" { ") && display.contains(' '), "{debug}");
}

/// `run_configured` takes the address of the configuration; `run` with another one says that it does not.
#[test]
fn a_listen_that_is_not_used_is_warned_of() {
    for (child, at, warned) in [
        ("child_where_it_is_configured", "127.0.0.2", false),
        ("child_at_an_address_of_its_own", "127.0.0.1", true),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let config = format!(
            "[system]\nlisten = 127.0.0.2:0\nlog_file = false\n\
             [demo]\ncorpid = ww1\nappid = 1\ntoken = {TOKEN}\nencoding_aes_key = {KEY}\n"
        );
        std::fs::write(folder.path().join("config.ini"), config).unwrap();
        let mut running = Command::new(std::env::current_exe().unwrap())
            .args([
                &format!("server::starting::{child}"),
                "--exact",
                "--ignored",
            ])
            .args(["--nocapture", "--test-threads=1"])
            .current_dir(folder.path())
            .env_remove("EASY_WECHAT_SYSTEM_LISTEN")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(running.stderr.take().unwrap()).lines();
        let mut said: Vec<String> = Vec::new();
        for line in lines.map_while(Result::ok) {
            said.push(line);
            if said
                .last()
                .is_some_and(|line| line.contains("listening on"))
            {
                break;
            }
        }
        running.kill().unwrap();
        running.wait().unwrap();
        let last = said.last().unwrap();
        assert!(last.contains(&format!("listening on {at}:")), "{said:?}");
        let warning = said
            .iter()
            .find(|line| line.contains("WARN") && line.contains("listen"));
        assert_eq!(warning.is_some(), warned, "{said:?}");
        assert!(
            warning.is_none_or(|line| line.contains("127.0.0.2:0")),
            "{said:?}"
        );
    }
}

/// Not a test: the process that another one looks at.
#[test]
#[ignore = "run by another test, in a process of its own"]
fn child_where_it_is_configured() {
    of_the_folder().run_configured().unwrap();
}

/// The same.
#[test]
#[ignore = "run by another test, in a process of its own"]
fn child_at_an_address_of_its_own() {
    of_the_folder().run("127.0.0.1:0").unwrap();
}

fn of_the_folder() -> WeChatServer {
    let config = Config::load("config.ini").unwrap();
    let server = WeChatServer::from_config(&config, "demo").unwrap();
    server.register_callback("text", |message| message).unwrap()
}
