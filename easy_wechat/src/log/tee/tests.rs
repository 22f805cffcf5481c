use std::cell::Cell;
use std::fs;
use std::io::Write;

use super::{Fallback, Tee};
use crate::clock::{Clock, Timestamp};
use crate::config::{LogFormat, LogSettings};
use crate::log::format::Formatter;
use crate::log::roll::Roller;
use crate::log::tests::{Captured, at, shanghai};

const NOON: &str = "2026-11-20T12:00:00+08:00";

fn formatter(clock: &Clock) -> Formatter {
    Formatter::new(LogFormat::Human, shanghai(), clock.clone())
}

fn after_noon(seconds: i64) -> Timestamp {
    Timestamp::from_micros(at(NOON).as_micros() + seconds * 1_000_000)
}

fn numbered(numbers: std::ops::Range<i64>) -> String {
    numbers
        .map(|n| ["line ", &n.to_string(), "\n"].concat())
        .collect()
}

fn say(tee: &mut impl Write, line: &str) {
    tee.write_all(format!("{line}\n").as_bytes()).unwrap();
    tee.flush().unwrap();
}

#[test]
fn a_line_goes_where_it_is_wanted() {
    for (to_stderr, to_file) in [(true, true), (true, false), (false, true), (false, false)] {
        let dir = tempfile::tempdir().unwrap();
        let settings = LogSettings {
            dir: Some(dir.path().to_owned()),
            ..LogSettings::default()
        };
        let clock = Clock::fake(at(NOON));
        let file = to_file.then(|| Roller::new(&settings, shanghai(), clock.clone()));
        let stderr = Captured::default();
        let mut tee = Tee::new(to_stderr, stderr.clone(), file, formatter(&clock), || 0);
        say(&mut tee, "你好");

        assert_eq!(stderr.text(), if to_stderr { "你好\n" } else { "" });
        let written = fs::read_to_string(dir.path().join("easy_wechat.log")).ok();
        assert_eq!(written.as_deref(), to_file.then_some("你好\n"));
    }
}

#[test]
fn a_file_that_fails_is_told_once_and_so_is_its_return() {
    for to_stderr in [true, false] {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("log");
        fs::write(&place, "in the way").unwrap();
        let settings = LogSettings {
            dir: Some(place.clone()),
            ..LogSettings::default()
        };
        let clock = Clock::fake(at(NOON));
        let file = Roller::new(&settings, shanghai(), clock.clone());
        let stderr = Captured::default();
        let mut tee = Tee::new(
            to_stderr,
            stderr.clone(),
            Some(file),
            formatter(&clock),
            || 0,
        );

        for second in 0..25 {
            clock.set(after_noon(second));
            say(&mut tee, &format!("line {second}"));
        }
        let text = stderr.text();
        let (complaint, lines) = text.split_once('\n').unwrap();
        for part in [
            " WARN  easy_wechat::log::tee: ",
            place.to_str().unwrap(),
            "log_path",
            "log_name",
            "os error",
        ] {
            assert!(complaint.contains(part), "{complaint}");
        }
        assert_eq!(lines, numbered(0..25));

        fs::remove_file(&place).unwrap();
        for second in 25..35 {
            clock.set(after_noon(second));
            say(&mut tee, &format!("line {second}"));
        }
        let text = stderr.text();
        assert_eq!(text.matches("cannot be written").count(), 1, "{text}");
        assert_eq!(text.matches("can be written again").count(), 1, "{text}");
        assert_eq!(text.contains("line 34"), to_stderr);
        let written = fs::read_to_string(place.join("easy_wechat.log")).unwrap();
        assert_eq!(written, numbered(30..35));
    }
}

#[test]
fn what_becomes_of_lines_while_the_file_fails_is_as_it_was_asked_for() {
    for (fallback, said, lines, is_tried_again) in [
        (Fallback::Lines, 1, 3, true),
        (Fallback::Told, 1, 0, true),
        (Fallback::Once, 1, 0, false),
        (Fallback::Nothing, 0, 0, false),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("log");
        fs::write(&place, "in the way").unwrap();
        let settings = LogSettings {
            dir: Some(place.clone()),
            ..LogSettings::default()
        };
        let clock = Clock::fake(at(NOON));
        let file = Roller::new(&settings, shanghai(), clock.clone());
        let stderr = Captured::default();
        let mut tee = Tee::new(false, stderr.clone(), Some(file), formatter(&clock), || 0)
            .falling_back(fallback);
        for _ in 0..3 {
            say(&mut tee, "line");
        }
        let text = stderr.text();
        assert_eq!(text.matches("cannot be written").count(), said, "{text}");
        assert_eq!(text.matches("\nline").count(), lines, "{text}");
        assert_eq!(text.lines().count(), said + lines, "{text}");
        fs::remove_file(&place).unwrap();
        clock.set(after_noon(11));
        say(&mut tee, "line");
        assert_eq!(place.is_dir(), is_tried_again, "{fallback:?}");
    }
}

#[test]
fn dropped_lines_are_counted_where_they_are_missing() {
    let clock = Clock::fake(at(NOON));
    let dropped = Cell::new(0);
    let stderr = Captured::default();
    let mut tee = Tee::new(true, stderr.clone(), None, formatter(&clock), || {
        dropped.get()
    });
    for (now_dropped, line) in [(0, "1"), (7, "2"), (7, "3"), (9, "4")] {
        dropped.set(now_dropped);
        say(&mut tee, line);
    }
    let text = stderr.text();
    let told: Vec<_> = text
        .lines()
        .map(|line| line.rsplit(' ').next().unwrap())
        .collect();
    assert_eq!(told, ["1", "2", "lines=7", "3", "4", "lines=2"]);
}

#[test]
fn a_closed_stderr_stops_nobody() {
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
    }
    let dir = tempfile::tempdir().unwrap();
    let settings = LogSettings {
        dir: Some(dir.path().to_owned()),
        ..LogSettings::default()
    };
    let clock = Clock::fake(at(NOON));
    let file = Roller::new(&settings, shanghai(), clock.clone());
    let mut tee = Tee::new(true, Closed, Some(file), formatter(&clock), || 0);
    let line = "x".repeat(1000);
    for _ in 0..200 {
        say(&mut tee, &line);
    }
    let written = fs::read_to_string(dir.path().join("easy_wechat.log")).unwrap();
    assert_eq!(written.lines().count(), 200);
}
