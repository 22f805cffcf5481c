//! Programs in the place of the ffmpeg that makes films.

use std::time::{Duration, Instant};

use monkey_monitor::film::{FilmError, FilmSettings, encode};

use crate::support::{Program, eventually};
use crate::{film_settings, left_in, plain, recording};

async fn fails(settings: &FilmSettings) -> FilmError {
    // More than a pipe holds.
    let picture = plain(640, 480, [1, 2, 3]);
    let recording = recording(
        Duration::from_secs(10),
        (0..100).map(|it| (it * 100, picture.clone())),
    );
    encode(&recording, settings).await.unwrap_err()
}

#[tokio::test]
async fn a_program_that_does_not_do_its_work() {
    for (body, slow) in [
        ("exit 1", false),
        ("echo 'Unknown encoder libx264' >&2; exit 1", false),
        ("head -c 1000 >/dev/null; kill -9 $$", false),
        (
            "for last; do :; done; echo half a film > \"$last\"; kill -9 $$",
            false,
        ),
        ("cat >/dev/null; exit 0", false),
        ("exec sleep 1000", true),
        (
            "trap '' TERM; cat >/dev/null; while :; do sleep 0.1; done",
            true,
        ),
        ("yes rubbish; sleep 1000", true),
        ("exec yes rubbish >&2", true),
        // What it starts has its name among the arguments, and is to go with it.
        ("sh -c 'while :; do sleep 1; done' \"$0\" & wait", true),
    ] {
        let program = Program::script(body);
        let folder = tempfile::tempdir().unwrap();
        let mut settings = film_settings(&folder);
        settings.ffmpeg = program.path();
        settings.within = Duration::from_millis(1500);
        let began = Instant::now();
        let error = fails(&settings).await;
        assert!(
            began.elapsed() < Duration::from_secs(6),
            "{body}: it took {:?}",
            began.elapsed()
        );
        match (&error, slow) {
            (FilmError::TooSlow { .. }, true) => {}
            (FilmError::Encoder { said, .. }, false) => {
                assert_eq!(
                    said.contains("libx264"),
                    body.contains("libx264"),
                    "{body}: {said}"
                );
            }
            _ => panic!("{body}: {error:?}"),
        }
        assert!(error.in_chinese().contains("失败"), "{body}");
        assert_eq!(left_in(&folder), 0, "{body}: a file is left");
        let gone = async {
            while !program.alive().is_empty() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let gone = tokio::time::timeout(Duration::from_secs(5), gone).await;
        assert!(gone.is_ok(), "{body}: a process is left");
    }
}

#[tokio::test]
async fn no_ffmpeg() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = film_settings(&folder);
    settings.ffmpeg = "/nowhere/ffmpeg".into();
    let error = fails(&settings).await;
    assert!(matches!(error, FilmError::NoProgram(_)), "{error:?}");
    assert!(
        error.in_chinese().contains("没有安装 ffmpeg"),
        "{}",
        error.in_chinese()
    );
    assert_eq!(left_in(&folder), 0);
}

#[tokio::test]
async fn a_folder_that_cannot_be_written() {
    let mut settings = FilmSettings::default();
    settings.folder = "/proc/nowhere".into();
    let error = fails(&settings).await;
    assert!(matches!(error, FilmError::Disk(_)), "{error:?}");
    assert!(error.in_chinese().contains("磁盘"));
}

#[tokio::test]
async fn a_disk_that_is_full() {
    // ffmpeg writes to a device that has no room.
    let full =
        Program::script("for last; do :; done; ln -sf /dev/full \"$last\"; exec ffmpeg \"$@\"");
    let folder = tempfile::tempdir().unwrap();
    let mut settings = film_settings(&folder);
    settings.ffmpeg = full.path();
    let error = fails(&settings).await;
    assert!(matches!(error, FilmError::Encoder { .. }), "{error:?}");
    assert_eq!(left_in(&folder), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_stops_in_the_middle_leaves_nothing() {
    let program = Program::script("exec sleep 1000");
    let folder = tempfile::tempdir().unwrap();
    let mut settings = film_settings(&folder);
    settings.ffmpeg = program.path();
    let task = tokio::spawn(async move { fails(&settings).await });
    eventually("it runs", || !program.pids().is_empty()).await;
    task.abort();
    let _ = task.await;
    assert_eq!(left_in(&folder), 0);
    eventually("no process is left, and no zombie", || {
        program.alive().is_empty()
    })
    .await;
}
