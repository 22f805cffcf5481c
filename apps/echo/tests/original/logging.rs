//! The log of the echo app: who, what, how long, what came of it; and what must not be in it.

use crate::child::{CONFIG_TEST, Echo};
use crate::platform::{Platform, text};
use crate::{KEY, TOKEN};

#[test]
fn each_callback_gets_one_line_without_its_text() {
    let log = after_some_callbacks("info");
    let lines: Vec<&str> = log
        .lines()
        .filter(|line| line.contains("app=test"))
        .collect();
    let of = |from: &str| {
        let from = format!("from={from} ");
        lines
            .iter()
            .filter(|line| line.contains(&from))
            .copied()
            .collect::<Vec<_>>()
    };
    let [first, again] = of("zhangsan")[..] else {
        panic!("{log}");
    };
    for part in [
        "INFO",
        "kind=text",
        "outcome=text",
        "took_ms=",
        "key=msg:zhangsan:1",
    ] {
        assert!(
            first.contains(part) && again.contains(part),
            "{part:?}: {first}\n{again}"
        );
    }
    assert!(again.contains("attempt=2"), "{again}");
    let [line] = of("lisi")[..] else {
        panic!("{log}");
    };
    assert!(
        line.contains("kind=hologram") && line.contains("outcome=\"no reply\""),
        "{line}"
    );
    let refused: Vec<&&str> = lines
        .iter()
        .filter(|line| line.contains("refused"))
        .collect();
    let [post, get] = refused[..] else {
        panic!("{log}");
    };
    for line in [post, get] {
        for part in ["WARN", "step=signature", "hint=", "token in config.ini"] {
            assert!(line.contains(part), "{part:?}: {line}");
        }
    }
    for part in ["listening on 127.0.0.1:", "[test] /weixin", "stopped"] {
        assert!(log.contains(part), "{part:?}: {log}");
    }
    assert!(!log.contains("between us"), "{log}");
}

#[test]
fn only_from_debug_on_the_text_is_logged_and_a_secret_never() {
    for (level, has_text) in [
        ("warn", false),
        ("info", false),
        ("debug", true),
        ("trace", true),
    ] {
        let log = after_some_callbacks(level);
        assert_eq!(log.contains("between us"), has_text, "{level}");
        for secret in [TOKEN, KEY, "an-invented-secret-for-tests"] {
            assert!(!log.contains(secret), "{level}");
        }
    }
}

/// A text twice, a type that nobody knows, and two forged signatures.
fn after_some_callbacks(level: &str) -> String {
    let variables = [
        ("EASY_WECHAT_SYSTEM_LOG_LEVEL", level),
        ("EASY_WECHAT_SYSTEM_LOG_STDERR", "false"),
    ];
    let echo = Echo::with(&variables, &["--config", CONFIG_TEST, "--app", "test"]);
    let platform = Platform::wecom();
    let message = text("zhangsan", 1, "between us");
    for _ in 0..2 {
        let answer = echo.call(&platform.post(&message));
        assert_eq!(platform.said(&answer).as_deref(), Some("between us"));
    }
    let unknown = text("lisi", 2, "between us").replace("[text]", "[hologram]");
    assert_eq!(platform.said(&echo.call(&platform.post(&unknown))), None);
    let forged = "0".repeat(40);
    let post = platform.post(&message).with("msg_signature", &forged);
    assert_eq!(echo.call(&post).status, 400);
    let get = platform.get("1").with("msg_signature", &forged);
    assert_eq!(echo.call(&get).status, 403);
    echo.log()
}
