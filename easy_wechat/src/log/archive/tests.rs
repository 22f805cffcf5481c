use std::collections::BTreeSet;
use std::fs::{self, File};
use std::time::Duration;

use super::Archive;
use crate::config::LogSettings;
use crate::log::tests::{at, shanghai};

/// Names that are nearly ours.
const FOREIGN: [&str; 14] = [
    "a.log",
    "a.log.1",
    "a.log.gz",
    "a.log.2000-01-01",
    "a.log.2000-01-01.",
    "a.log.2000-01-01.1",
    "a.log.2000-01-01.0001",
    "a.log.2000-01-01.+01",
    "a.log.2000-01-01.001.gz",
    "a.log.2000-13-01.001",
    "a.log.20000101.001",
    "a.log.2000-01-01T00:00.001",
    "b.log.2000-01-01.001",
    "a.log2000-01-01.001",
];

fn archive(dir: &tempfile::TempDir, change: impl FnOnce(&mut LogSettings)) -> Archive {
    let mut settings = LogSettings {
        name: "a.log".to_owned(),
        ..LogSettings::default()
    };
    change(&mut settings);
    Archive::new(&settings, dir.path().to_owned())
}

fn names(dir: &tempfile::TempDir) -> BTreeSet<String> {
    let entries = fs::read_dir(dir.path()).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn the_newest_and_the_young_stay_and_foreign_files_always() {
    let old = [
        "11-17.001",
        "11-18.001",
        "11-18.002",
        "11-18.999",
        "11-18.1000",
        "11-19.001",
        "11-20.001",
    ];
    let day = Duration::from_hours(24);
    // How many and how old; the old files that stay. It is the 20th, noon.
    let cases: [(usize, Duration, &[&str]); 8] = [
        (0, Duration::ZERO, &old),
        (10, Duration::ZERO, &old),
        (3, Duration::ZERO, &old[4..]),
        (1, Duration::ZERO, &old[6..]),
        (0, 2 * day, &old[1..]),
        (0, day, &old[5..]),
        (2, 2 * day, &old[5..]),
        (0, Duration::MAX, &old),
    ];
    for (max_files, max_age, stay) in cases {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        for name in FOREIGN {
            File::create(path(name)).unwrap();
        }
        for name in old {
            File::create(path(&format!("a.log.2026-{name}"))).unwrap();
        }
        fs::create_dir(path("a.log.2000-01-01.001")).unwrap();

        let archive = archive(&dir, |settings| {
            settings.max_files = max_files;
            settings.max_age = max_age;
        });
        archive.clean(at("2026-11-20T12:00:00+08:00").as_secs(), &shanghai());

        let mut expected: BTreeSet<_> = FOREIGN.map(str::to_owned).into();
        expected.insert("a.log.2000-01-01.001".to_owned());
        expected.extend(stay.iter().map(|name| format!("a.log.2026-{name}")));
        assert_eq!(names(&dir), expected, "{max_files} {max_age:?}");
    }
}

#[test]
fn numbers_go_on_from_what_is_there() {
    // What is there of the 20th; what comes next.
    let cases: [(&[&str], &str); 5] = [
        (&[], "001"),
        (&["001"], "002"),
        (&["007", "003"], "008"),
        (&["999"], "1000"),
        (&["1000", "999"], "1001"),
    ];
    for (before, expected) in cases {
        let dir = tempfile::tempdir().unwrap();
        for number in before {
            File::create(dir.path().join(format!("a.log.2026-11-20.{number}"))).unwrap();
        }
        File::create(dir.path().join("a.log.2026-11-19.050")).unwrap();
        fs::write(dir.path().join("a.log"), "current").unwrap();

        archive(&dir, |_| {})
            .take(&dir.path().join("a.log"), "2026-11-20".parse().unwrap())
            .unwrap();
        let taken = dir.path().join(format!("a.log.2026-11-20.{expected}"));
        assert_eq!(fs::read_to_string(taken).unwrap(), "current");
        assert_eq!(names(&dir).len(), before.len() + 2);
    }
}
