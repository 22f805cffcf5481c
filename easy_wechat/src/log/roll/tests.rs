use std::fs::{self, File};
use std::io::Write;
use std::time::{Duration, UNIX_EPOCH};

use jiff::tz::TimeZone;
use tempfile::TempDir;

use super::Roller;
use crate::clock::{Clock, Timestamp};
use crate::config::LogSettings;
use crate::log::tests::at;

mod trouble;

/// Names and contents.
type Files<'a> = [(&'a str, &'a str)];

/// A directory with a log in it, at a time.
struct Place {
    dir: TempDir,
    clock: Clock,
    settings: LogSettings,
}

impl Place {
    fn new(now: &str, change: impl FnOnce(&mut LogSettings)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut settings = LogSettings {
            dir: Some(dir.path().to_owned()),
            name: "a.log".to_owned(),
            ..LogSettings::default()
        };
        change(&mut settings);
        Self {
            dir,
            clock: Clock::fake(at(now)),
            settings,
        }
    }

    fn roller(&self) -> Roller {
        let zone = TimeZone::get(&self.settings.time_zone).unwrap();
        Roller::new(&self.settings, zone, self.clock.clone())
    }

    fn pass(&self, seconds: i64) {
        let now = self.clock.now().as_micros();
        self.clock
            .set(Timestamp::from_micros(now + seconds * 1_000_000));
    }

    /// A file that was there before, last written at `time`.
    fn put(&self, name: &str, text: &str, time: &str) {
        fs::write(self.dir.path().join(name), text).unwrap();
        self.date(name, time);
    }

    fn date(&self, name: &str, time: &str) {
        let path = self.dir.path().join(name);
        let file = File::options().append(true).open(path).unwrap();
        let seconds = u64::try_from(at(time).as_secs()).unwrap();
        let time = UNIX_EPOCH + Duration::from_secs(seconds);
        file.set_modified(time).unwrap();
    }

    /// Names and contents, sorted by name, in which the current file comes first.
    fn files(&self) -> Vec<(String, String)> {
        let mut files: Vec<_> = fs::read_dir(self.dir.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| {
                (
                    path.file_name().unwrap().to_str().unwrap().to_owned(),
                    fs::read_to_string(path).unwrap(),
                )
            })
            .collect();
        files.sort();
        files
    }

    #[track_caller]
    fn check(&self, expected: &Files<'_>) {
        let files = self.files();
        let files: Vec<_> = files
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .collect();
        assert_eq!(files, expected);
    }
}

fn say(roller: &mut Roller, line: &str) {
    roller.write_all(format!("{line}\n").as_bytes()).unwrap();
    roller.flush().unwrap();
}

#[test]
fn by_size_no_line_is_lost_split_or_moved() {
    // Size of a file; length of a line, which varies up to this; lines between two flushes.
    for (max_size, longest, batch) in [
        (500, 90, 1),
        (1000, 70, 7),
        (4096, 500, 64),
        (300, 1000, 3),
        (200_000, 3000, 100),
    ] {
        let place = Place::new("2026-11-20T12:00:00+08:00", |settings| {
            settings.max_size = max_size;
            settings.max_files = 0;
        });
        let mut roller = place.roller();
        let lines: Vec<_> = (0..1000)
            .map(|n| format!("{n} {}\n", "x".repeat(n * 7919 % longest)))
            .collect();
        for (n, line) in lines.iter().enumerate() {
            roller.write_all(line.as_bytes()).unwrap();
            if n % batch == 0 {
                roller.flush().unwrap();
            }
            if n == 700 {
                roller.flush().unwrap();
                // A restart changes nothing.
                roller = place.roller();
                place.put(
                    "a.log",
                    &fs::read_to_string(roller.path()).unwrap(),
                    "2026-11-20T12:00:00+08:00",
                );
            }
        }
        roller.flush().unwrap();

        let mut files = place.files();
        let current = files.remove(0);
        // Four digits sort behind three by number, not by name.
        files.sort_by_key(|(name, _)| name.rsplit_once('.').unwrap().1.parse::<u32>().unwrap());
        assert!(files.len() > 3, "{}", files.len());
        files.push(current);
        for (name, text) in &files {
            assert!(text.ends_with('\n'), "{name}");
            let one = text.lines().count() == 1;
            assert!(
                one || text.len() as u64 <= max_size,
                "{name}: {}",
                text.len()
            );
        }
        let all: String = files.into_iter().map(|(_, text)| text).collect();
        assert_eq!(all, lines.concat());
    }
}

#[test]
fn by_day_of_the_time_zone() {
    let shanghai = "Asia/Shanghai";
    // UTC throughout: in Shanghai the day changes at 16:00.
    let cases: [(&str, bool, &Files<'_>); 3] = [
        (
            shanghai,
            true,
            &[("a.log", "3\n"), ("a.log.2026-11-20.001", "1\n2\n")],
        ),
        ("UTC", true, &[("a.log", "1\n2\n3\n")]),
        (shanghai, false, &[("a.log", "1\n2\n3\n")]),
    ];
    for (zone, daily, expected) in cases {
        let place = Place::new("2026-11-20T15:00:00Z", |settings| {
            settings.time_zone = zone.to_owned();
            settings.daily = daily;
        });
        let mut roller = place.roller();
        say(&mut roller, "1");
        place.clock.set(at("2026-11-20T15:59:59.999Z"));
        say(&mut roller, "2");
        place.clock.set(at("2026-11-20T16:00:00Z"));
        say(&mut roller, "3");
        place.check(expected);
    }
}

#[test]
fn without_days_a_file_is_dated_by_its_last_line() {
    let place = Place::new("2026-11-20T12:00:00+08:00", |settings| {
        settings.daily = false;
        settings.max_size = 4;
    });
    let mut roller = place.roller();
    say(&mut roller, "1");
    place.clock.set(at("2026-11-22T12:00:00+08:00"));
    say(&mut roller, "2");
    place.clock.set(at("2026-11-23T12:00:00+08:00"));
    say(&mut roller, "3");
    place.check(&[("a.log", "3\n"), ("a.log.2026-11-22.001", "1\n2\n")]);
}

#[test]
fn a_restart_takes_up_what_is_there() {
    let yesterday = "2026-11-19T23:59:59+08:00";
    let today = "2026-11-20T00:00:00+08:00";
    let tomorrow = "2026-11-21T00:00:00+08:00";
    // What is there, and when it was last written; what is there after one line.
    let cases: [(&str, &str, &Files<'_>); 6] = [
        (
            "old\n",
            yesterday,
            &[("a.log", "new\n"), ("a.log.2026-11-19.001", "old\n")],
        ),
        ("old\n", today, &[("a.log", "old\nnew\n")]),
        ("old\n", tomorrow, &[("a.log", "old\nnew\n")]),
        ("", yesterday, &[("a.log", "new\n")]),
        ("ok\nhalf a li", today, &[("a.log", "ok\nhalf a li\nnew\n")]),
        (
            "half a li",
            yesterday,
            &[("a.log", "new\n"), ("a.log.2026-11-19.001", "half a li\n")],
        ),
    ];
    for (text, time, expected) in cases {
        let place = Place::new("2026-11-20T12:00:00+08:00", |_| {});
        place.put("a.log", text, time);
        say(&mut place.roller(), "new");
        place.check(expected);
    }
}

#[test]
fn a_line_longer_than_a_file_gets_its_own() {
    let place = Place::new("2026-11-20T12:00:00+08:00", |settings| {
        settings.max_size = 8;
    });
    let mut roller = place.roller();
    for line in ["1", "a line longer than a file", "2"] {
        say(&mut roller, line);
    }
    place.check(&[
        ("a.log", "2\n"),
        ("a.log.2026-11-20.001", "1\n"),
        ("a.log.2026-11-20.002", "a line longer than a file\n"),
    ]);
}

#[test]
fn what_is_not_flushed_waits() {
    let place = Place::new("2026-11-20T12:00:00+08:00", |_| {});
    let mut roller = place.roller();
    roller.write_all(b"1\n").unwrap();
    place.check(&[("a.log", "")]);
    let long = format!("{}\n", "x".repeat(super::BATCH));
    roller.write_all(long.as_bytes()).unwrap();
    place.check(&[("a.log", &format!("1\n{long}"))]);
}
