use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use jiff::tz::TimeZone;
use tracing::level_filters::LevelFilter;
use tracing::subscriber::with_default;

use super::format::Formatter;
use super::subscriber::subscriber;
use super::{LogError, init};
use crate::clock::{Clock, Timestamp};
use crate::config::{LogFormat, LogSettings};

/// A writer whose text can be read afterwards.
#[derive(Clone, Default)]
pub(super) struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    pub(super) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// `2026-11-20T23:59:59+08:00`, with a fraction if wanted.
pub(super) fn at(time: &str) -> Timestamp {
    let time: jiff::Timestamp = time.parse().unwrap();
    Timestamp::from_micros(time.as_microsecond())
}

pub(super) fn shanghai() -> TimeZone {
    TimeZone::get("Asia/Shanghai").unwrap()
}

/// What is written when `log` runs; it may set the clock, which stands at 23:40 of 2026-11-20.
pub(super) fn logged_as(format: LogFormat, level: LevelFilter, log: impl FnOnce(&Clock)) -> String {
    let captured = Captured::default();
    let writer = captured.clone();
    let clock = Clock::fake(at("2026-11-20T23:40:22.1239+08:00"));
    let formatter = Formatter::new(format, shanghai(), clock.clone());
    let subscriber = subscriber(level, formatter, move |line: &[u8]| {
        writer.clone().write_all(line).unwrap();
    });
    with_default(subscriber, || log(&clock));
    captured.text()
}

#[test]
fn an_unknown_time_zone_is_told_with_its_key() {
    let settings = LogSettings {
        time_zone: "Mars/Olympus".to_owned(),
        ..LogSettings::default()
    };
    let error = init(&settings, Clock::system()).unwrap_err();
    assert_eq!(
        error,
        LogError::TimeZone {
            name: "Mars/Olympus".to_owned()
        }
    );
    let text = error.to_string();
    assert!(
        ["log_time_zone", "Mars/Olympus", "Asia/Shanghai"]
            .iter()
            .all(|part| text.contains(part)),
        "{text}"
    );
}
