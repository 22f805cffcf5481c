//! How it ends: signals, exit codes, and what it says then.

use std::net::TcpListener;
use std::time::Duration;

use crate::child::{CONFIG_TEST, Echo, folder, free, run};
use crate::recorded::text;
use crate::wire::Client;
use crate::{CORPID, KEY, TOKEN};

#[test]
fn sigterm_ctrl_c_and_sighup_end_it_with_0_also_while_connections_are_open() {
    for signal in ["TERM", "INT", "HUP"] {
        let mut echo = Echo::start();
        let mut kept = Client::connect(echo.addr);
        assert_eq!(kept.send(&text()).status, 200);
        let silent = Client::connect(echo.addr);
        echo.signal(signal);
        let (status, took) = echo.end();
        assert_eq!(status.code(), Some(0), "{signal}");
        assert!(took < Duration::from_secs(2), "{signal}: {took:?}");
        drop((kept, silent));
    }
}

#[test]
fn a_signal_in_the_moment_it_listens_ends_it_with_0() {
    for _ in 0..10 {
        let mut echo = Echo::start();
        echo.signal("TERM");
        assert_eq!(echo.end().0.code(), Some(0));
    }
}

#[cfg(unix)]
#[test]
fn systemd_is_told_that_it_listens_and_that_it_stops() {
    use std::os::unix::net::UnixDatagram;

    let folder = folder();
    let path = folder.path().join("notify");
    let systemd = UnixDatagram::bind(&path).unwrap();
    systemd
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    let hears = |expected: &str| {
        let mut message = [0; 64];
        let length = systemd.recv(&mut message).unwrap();
        assert_eq!(String::from_utf8_lossy(&message[..length]), expected);
    };
    let mut echo = Echo::with(
        &[
            ("NOTIFY_SOCKET", path.to_str().unwrap()),
            ("EASY_WECHAT_SYSTEM_LOG_STDERR", "false"),
        ],
        &["--config", CONFIG_TEST, "--app", "test"],
    );
    hears("READY=1\n");
    echo.signal("TERM");
    hears("STOPPING=1\n");
    assert_eq!(echo.end().0.code(), Some(0));
}

#[test]
fn a_wrong_configuration_ends_it_with_2_and_a_sentence_that_names_the_fix() {
    let folder = folder();
    let account = format!("corpid = {CORPID}\ntoken = {TOKEN}\nencoding_aes_key = {KEY}\n");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let cases = [
        (
            "no token",
            format!("[demo]\ncorpid = {CORPID}\nencoding_aes_key = {KEY}\n"),
            vec!["[demo] token is missing", "应用管理"],
        ),
        (
            "a short key",
            format!("[demo]\ncorpid = {CORPID}\ntoken = {TOKEN}\nencoding_aes_key = MAtJ8\n"),
            vec!["encoding_aes_key is malformed", "43"],
        ),
        (
            "no such section",
            format!("[dmeo]\n{account}"),
            vec!["no section [demo]", "did you mean [dmeo]?"],
        ),
        (
            "a broken value",
            format!("[system]\nreply_within = 5\n[demo]\n{account}"),
            vec!["[system] reply_within is \"5\"", "below 5"],
        ),
        (
            "a broken line",
            format!("[demo]\n{account}token\n"),
            vec!["line 5", "key = value"],
        ),
        (
            "a broken time zone",
            format!("[system]\nlog_time_zone = Mars\n[demo]\n{account}"),
            vec!["log_time_zone", "\"Mars\"", "Asia/Shanghai"],
        ),
        (
            "a broken route",
            format!("[demo]\n{account}route_name = {{id}}\n"),
            vec!["[demo] route_name", "\"{id}\""],
        ),
    ];
    for (what, text, parts) in cases {
        let path = write("broken.ini", &text);
        let (code, _, said) = run(
            &folder,
            &[("EASY_WECHAT_SYSTEM_LOG_STDERR", "false")],
            &["--config", &path, "--listen", "127.0.0.1:0"],
        );
        assert_eq!(code, Some(2), "{what}: {said}");
        is_one_sentence(&said, &parts);
    }
    let missing = folder.path().join("missing.ini");
    let missing = missing.to_str().unwrap();
    let (code, _, said) = run(&folder, &[], &["--config", missing]);
    assert_eq!(code, Some(2), "{said}");
    is_one_sentence(&said, &[missing, "No such file"]);
    let (code, _, said) = run(&folder, &[], &["--confg", missing]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("--config"), "{said}");
}

#[test]
fn a_port_in_use_and_a_bad_address_end_it_with_3() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = listener.local_addr().unwrap().to_string();
    for (addr, parts) in [
        (taken.as_str(), ["the port is in use", "ss -ltnp"]),
        ("192.0.2.1:6000", ["no such address", "0.0.0.0"]),
        ("nowhere", ["\"nowhere\"", "0.0.0.0:6000"]),
    ] {
        let folder = folder();
        let quiet = [("EASY_WECHAT_SYSTEM_LOG_STDERR", "false")];
        let (code, _, said) = run(
            &folder,
            &quiet,
            &["--config", CONFIG_TEST, "--app", "test", "--listen", addr],
        );
        assert_eq!(code, Some(3), "{said}");
        is_one_sentence(&said, &parts);
    }
}

#[test]
fn help_has_examples_and_exit_codes() {
    let (code, said, _) = run(&folder(), &[], &["--help"]);
    assert_eq!(code, Some(0));
    for part in [
        "--config",
        "--app",
        "--listen",
        "Examples:",
        "config_test.ini",
        "Exit codes: 0",
        "EASY_WECHAT_CONFIG",
    ] {
        assert!(said.contains(part), "{part:?} is not in: {said}");
    }
    let (code, said, _) = run(&folder(), &[], &["--version"]);
    assert_eq!((code, said.starts_with("echo 0.")), (Some(0), true));
}

/// `listen` of the configuration counts where the command line says nothing.
#[test]
fn where_to_listen_may_stand_in_the_configuration() {
    let listener = TcpListener::bind(free()).unwrap();
    let taken = listener.local_addr().unwrap().to_string();
    let variables = [
        ("EASY_WECHAT_SYSTEM_LISTEN", taken.as_str()),
        ("EASY_WECHAT_SYSTEM_LOG_STDERR", "0"),
    ];
    let (code, _, said) = run(
        &folder(),
        &variables,
        &["--config", CONFIG_TEST, "--app", "test"],
    );
    assert_eq!(code, Some(3), "{said}");
    is_one_sentence(&said, &[&taken]);
}

#[track_caller]
fn is_one_sentence(said: &str, parts: &[&str]) {
    assert!(said.starts_with("error: "), "{said}");
    assert_eq!(said.trim_end().lines().count(), 1, "{said}");
    for part in parts {
        assert!(said.contains(part), "{part:?} is not in: {said}");
    }
    for secret in [TOKEN, KEY, "panicked"] {
        assert!(!said.contains(secret), "{said}");
    }
}
