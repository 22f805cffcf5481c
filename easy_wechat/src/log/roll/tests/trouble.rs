//! Files and directories that vanish, refuse or are full.

use std::fs::{self, File};
use std::io::Write as _;

use super::{Place, say};
use crate::config::LogSettings;

#[test]
fn a_file_taken_away_is_begun_anew() {
    type Way = (&'static str, fn(&Place));
    let ways: [Way; 4] = [
        ("directory", |place| {
            fs::remove_dir_all(place.dir.path()).unwrap();
        }),
        ("file", |place| {
            fs::remove_file(place.dir.path().join("a.log")).unwrap();
        }),
        ("emptied", |place| {
            drop(File::create(place.dir.path().join("a.log")).unwrap());
        }),
        ("replaced", |place| {
            fs::remove_file(place.dir.path().join("a.log")).unwrap();
            File::create(place.dir.path().join("a.log")).unwrap();
        }),
    ];
    for (name, take_away) in ways {
        // Noticed by a look after 10 seconds.
        let place = Place::new("2026-11-20T12:00:00+08:00", |_| {});
        let mut roller = place.roller();
        say(&mut roller, "1");
        take_away(&place);
        place.pass(10);
        say(&mut roller, "2");
        say(&mut roller, "3");
        assert_eq!(
            fs::read_to_string(roller.path()).unwrap(),
            "2\n3\n",
            "{name}"
        );

        // Noticed when the day is over.
        let place = Place::new("2026-11-20T23:59:59+08:00", |_| {});
        let mut roller = place.roller();
        say(&mut roller, "1");
        take_away(&place);
        place.pass(1);
        say(&mut roller, "2");
        assert_eq!(fs::read_to_string(roller.path()).unwrap(), "2\n", "{name}");
    }
}

#[test]
fn a_place_that_cannot_be_written_is_tried_every_ten_seconds() {
    type Way = (&'static str, fn(&mut LogSettings));
    let ways: [Way; 4] = [
        ("under a file", |settings| {
            let file = settings.dir.take().unwrap().join("file");
            File::create(&file).unwrap();
            settings.dir = Some(file);
        }),
        ("a name that leaves the directory", |settings| {
            settings.name = "../a.log".to_owned();
        }),
        ("no name", |settings| settings.name = String::new()),
        ("a name that is a directory", |settings| {
            settings.name = "..".to_owned();
        }),
    ];
    for (name, spoil) in ways {
        let place = Place::new("2026-11-20T12:00:00+08:00", spoil);
        let mut roller = place.roller();
        let mut causes = Vec::new();
        for _ in 0..12 {
            let error = roller.write_all(b"x\n").unwrap_err();
            causes.push(error.kind() != std::io::ErrorKind::NotConnected);
            roller.flush().unwrap();
            place.pass(1);
        }
        let tried: Vec<_> = (0..12).filter(|&second| causes[second]).collect();
        assert_eq!(tried, [0, 10], "{name}");
    }
}

#[cfg(unix)]
#[test]
fn a_read_only_directory_works_once_it_may_be_written() {
    use std::os::unix::fs::PermissionsExt as _;

    let place = Place::new("2026-11-20T12:00:00+08:00", |_| {});
    let permit =
        |mode| fs::set_permissions(place.dir.path(), fs::Permissions::from_mode(mode)).unwrap();
    permit(0o555);
    if File::create(place.dir.path().join("probe")).is_ok() {
        // Nothing is read-only for root.
        return;
    }
    let mut roller = place.roller();
    let error = roller.write_all(b"1\n").unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::PermissionDenied);

    permit(0o755);
    place.pass(9);
    roller.write_all(b"2\n").unwrap_err();
    place.pass(1);
    say(&mut roller, "3");
    place.check(&[("a.log", "3\n")]);

    // The file may be written, but not set aside: it does not grow over its day.
    permit(0o555);
    place.pass(24 * 60 * 60);
    roller.write_all(b"4\n").unwrap_err();
    permit(0o755);
    place.date("a.log", "2026-11-20T12:00:10+08:00");
    place.pass(10);
    say(&mut roller, "5");
    place.check(&[("a.log", "5\n"), ("a.log.2026-11-20.001", "3\n")]);
}

/// What another user may have put there, where the folder is shared.
#[cfg(unix)]
#[test]
fn only_a_regular_file_is_written_and_nobody_is_waited_for() {
    use std::os::unix::fs::symlink;

    type Way = (&'static str, fn(&std::path::Path, &std::path::Path));
    let ways: [Way; 5] = [
        ("a link", |path, other| {
            fs::write(other, "theirs\n").unwrap();
            symlink(other, path).unwrap();
        }),
        ("a link to nothing", |path, other| {
            symlink(other, path).unwrap();
        }),
        ("a FIFO", |path, _| {
            let made = std::process::Command::new("mkfifo").arg(path).status();
            assert!(made.unwrap().success());
        }),
        ("a device", |path, _| symlink("/dev/full", path).unwrap()),
        ("a folder", |path, _| fs::create_dir(path).unwrap()),
    ];
    for (name, put) in ways {
        let place = Place::new("2026-11-20T12:00:00+08:00", |_| {});
        let (path, other) = (
            place.dir.path().join("a.log"),
            place.dir.path().join("other"),
        );
        put(&path, &other);
        let mut roller = place.roller();
        let before = fs::read_to_string(&other).ok();
        roller.write_all(b"1\n").expect_err(name);
        assert_eq!(fs::read_to_string(&other).ok(), before, "{name}");

        // The same in the place of a file that was good, noticed by a look or at the end of the day.
        for seconds in [10, 24 * 60 * 60] {
            let place = Place::new("2026-11-20T12:00:00+08:00", |_| {});
            let (path, other) = (
                place.dir.path().join("a.log"),
                place.dir.path().join("other"),
            );
            let mut roller = place.roller();
            say(&mut roller, "1");
            fs::remove_file(&path).unwrap();
            put(&path, &other);
            let before = fs::read_to_string(&other).ok();
            place.pass(seconds);
            let said = roller.write_all(b"2\n").and_then(|()| roller.flush());
            said.expect_err(name);
            assert_eq!(fs::read_to_string(&other).ok(), before, "{name}");
            let moved = place.dir.path().join("a.log.2026-11-20.001");
            assert!(fs::symlink_metadata(moved).is_err(), "{name}");
        }
    }
}

#[cfg(unix)]
#[test]
fn the_file_and_its_folder_are_for_few() {
    use std::os::unix::fs::PermissionsExt as _;

    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let place = Place::new("2026-11-20T12:00:00+08:00", |settings| {
        let dir = settings.dir.take().unwrap();
        settings.dir = Some(dir.join("made"));
    });
    say(&mut place.roller(), "1");
    let dir = place.dir.path().join("made");
    assert_eq!(mode(&dir) & 0o077, 0);
    assert_eq!(mode(&dir.join("a.log")) & !0o640, 0);
}
