use std::collections::BTreeMap;
use std::io::Write as _;
use std::{error, fmt};

use jiff::tz::TimeZone;
use serde_json::Value;
use tracing::level_filters::LevelFilter;
use tracing::subscriber::with_default;
use tracing::{error, info, warn};

use super::Formatter;
use crate::config::LogFormat;
use crate::log::subscriber::subscriber;
use crate::log::tests::{Captured, at, logged_as};

fn human(log: impl FnOnce()) -> String {
    logged_as(LogFormat::Human, LevelFilter::INFO, |_| log())
}

fn json(log: impl FnOnce()) -> BTreeMap<String, Value> {
    let line = logged_as(LogFormat::Json, LevelFilter::INFO, |_| log());
    assert_eq!(line.matches('\n').count(), 1, "{line}");
    serde_json::from_str(&line).unwrap()
}

/// What strangers write, or what breaks lines, and how a value looks in the human format.
const VALUES: [(&str, &str); 18] = [
    ("plain", "plain"),
    ("", r#""""#),
    ("va lue", r#""va lue""#),
    ("a=b", r#""a=b""#),
    ("say \"hi\"", r#""say \"hi\"""#),
    (r"C:\log", r#""C:\\log""#),
    ("张三", "张三"),
    ("收到“你好”，再见。", "收到“你好”，再见。"),
    ("🎉👨‍👩‍👧", "🎉👨‍👩‍👧"),
    (
        "x\n2026-11-20 ERROR forged",
        r#""x\n2026-11-20 ERROR forged""#,
    ),
    ("x\r\ny\tz", r#""x\r\ny\tz""#),
    ("\u{1b}[2J\u{1b}[31m", r#""\u001b[2J\u001b[31m""#),
    ("\0\u{7}\u{8}", r#""\u0000\u0007\u0008""#),
    ("\u{7f}\u{85}\u{9b}31m", r#""\u007f\u0085\u009b31m""#),
    ("a\u{2028}b\u{2029}c", r#""a\u2028b\u2029c""#),
    ("evil\u{202e}gpj.exe", r#""evil\u202egpj.exe""#),
    (
        "\u{2066}\u{2069}\u{200e}\u{61c}",
        r#""\u2066\u2069\u200e\u061c""#,
    ),
    ("é ©", r#""é ©""#),
];

#[test]
fn a_value_stays_on_its_line_and_in_its_quotes() {
    for (value, expected) in VALUES {
        let head = "2026-11-20 23:40:22.123 +08:00 INFO  bot: said";
        let expected = format!("{head} who={expected} n=1\n");
        assert_eq!(
            human(|| info!(target: "bot", who = value, n = 1, "said")),
            expected
        );
        assert_eq!(
            human(|| info!(target: "bot", who = %value, n = 1, "said")),
            expected
        );
    }
}

#[test]
fn a_message_stays_on_its_line_too() {
    for (value, _) in VALUES {
        let line = human(|| info!(target: "bot", "said {value} twice"));
        assert_eq!(line.matches('\n').count(), 1, "{line:?}");
        assert!(
            !line.trim_end().chars().any(crate::printable::hides),
            "{line:?}"
        );
    }
    let line = human(|| info!(target: "bot", "C:\\log \"a\nb\" 中文"));
    assert!(line.ends_with("bot: C:\\log \"a\\nb\" 中文\n"), "{line}");
}

#[test]
fn json_gives_back_what_was_logged() {
    for (value, _) in VALUES {
        let line = json(|| info!(target: "bot", who = value, shown = %value, "said {value}"));
        assert_eq!(line["who"], value);
        assert_eq!(line["shown"], value);
        assert_eq!(line["message"], format!("said {value}"));
    }
}

#[test]
fn json_writes_chinese_and_numbers_as_they_are() {
    let line = logged_as(LogFormat::Json, LevelFilter::INFO, |_| {
        info!(target: "bot", who = "张三", n = -3, big = u64::MAX, f = 1.5, none = f64::NAN, yes = true, "你好");
    });
    let expected = concat!(
        r#"{"time":"2026-11-20T23:40:22.123+08:00","level":"INFO","target":"bot","message":"你好","#,
        r#""who":"张三","n":-3,"big":18446744073709551615,"f":1.5,"none":"NaN","yes":true}"#,
        "\n"
    );
    assert_eq!(line, expected);
}

#[test]
fn a_field_does_not_take_the_place_of_the_lines_own() {
    let line = json(|| info!(target: "bot", time = 1, level = 2, target = 3, r#type = "text"));
    assert_eq!(line["level"], "INFO");
    assert_eq!(
        (&line["time_"], &line["level_"], &line["target_"]),
        (&1.into(), &2.into(), &3.into())
    );
    assert_eq!(line["type"], "text");
}

#[test]
fn every_kind_of_field_has_its_form() {
    let cases: [(fn(), &str); 8] = [
        (
            || info!(target: "t", "only a message"),
            "INFO  t: only a message",
        ),
        (|| warn!(target: "t", n = 1), "WARN  t: n=1"),
        (|| error!(target: "t", "a {} b", 7), "ERROR t: a 7 b"),
        (
            || info!(target: "t", big = u128::MAX, small = i128::MIN, "m"),
            "INFO  t: m big=340282366920938463463374607431768211455 small=-170141183460469231731687303715884105728",
        ),
        (
            || info!(target: "t", f = 1e300, inf = f64::INFINITY, no = false, "m"),
            "INFO  t: m f=1e300 inf=inf no=false",
        ),
        (
            || info!(target: "t", some = ?Some("x"), none = ?None::<u8>, "m"),
            r#"INFO  t: m some="Some(\"x\")" none=None"#,
        ),
        (
            || info!(target: "t", error = &Outer as &dyn error::Error, "m"),
            r#"INFO  t: m error="the call\nfailed: refused""#,
        ),
        (
            || info!(target: "t", r#type = "text", a.b = 1, "m"),
            "INFO  t: m type=text a.b=1",
        ),
    ];
    for (log, expected) in cases {
        assert_eq!(
            human(log),
            format!("2026-11-20 23:40:22.123 +08:00 {expected}\n")
        );
    }
}

#[derive(Debug)]
struct Outer;
impl fmt::Display for Outer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the call\nfailed")
    }
}
impl error::Error for Outer {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        Some(&Inner)
    }
}

#[derive(Debug)]
struct Inner;
impl fmt::Display for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refused")
    }
}
impl error::Error for Inner {}

#[test]
fn the_time_is_never_an_old_one() {
    let lines = logged_as(LogFormat::Human, LevelFilter::INFO, |clock| {
        for time in [
            "2026-11-20T23:59:59.999+08:00",
            "2026-11-21T00:00:00+08:00",
            "1969-12-31T23:59:59.5Z",
        ] {
            clock.set(at(time));
            info!("x");
        }
        // The same second in another zone, on the same thread.
        let captured = Captured::default();
        let writer = captured.clone();
        let formatter = Formatter::new(LogFormat::Human, TimeZone::UTC, clock.clone());
        with_default(
            subscriber(LevelFilter::INFO, formatter, move |line: &[u8]| {
                writer.clone().write_all(line).unwrap();
            }),
            || info!("x"),
        );
        info!("{}", captured.text().get(..30).unwrap());
    });
    let expected = [
        "2026-11-20 23:59:59.999 +08:00",
        "2026-11-21 00:00:00.000 +08:00",
        "1970-01-01 07:59:59.500 +08:00",
        "1970-01-01 07:59:59.500 +08:00",
    ];
    assert_eq!(
        lines
            .lines()
            .map(|line| line.get(..30).unwrap())
            .collect::<Vec<_>>(),
        expected
    );
    assert!(
        lines.ends_with("1969-12-31 23:59:59.500 +00:00\n"),
        "{lines}"
    );
}
