//! What programs say last, as it was recorded, and what is told of it.

use std::process::Command;

use monkey_monitor::camera::{CameraError, NO_PASSING_FAULT};

/// Recorded words, one row each: source, variant, `lasting` or `passing`, what was said.
const RECORDED: &str = include_str!("words.tsv");

#[test]
fn lasting_faults_are_not_told_as_passing_ones() {
    let rows = RECORDED.lines().filter(|row| !row.starts_with('#'));
    for row in rows {
        let [source, variant, lasts, said] = row.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{row}");
        };
        let is_lasting = lasts == "lasting";
        let trouble = CameraError::from_words(source, "exit status: 1", said);
        let debug = format!("{trouble:?}");
        assert!(debug.starts_with(variant), "{source}, {said}: {debug}");
        assert_eq!(trouble.is_lasting(), is_lasting, "{source}, {said}");
        let chinese = trouble.in_chinese();
        let promises = chinese.contains("自动重试") || chinese.contains("稍后");
        assert_eq!(promises, debug.starts_with("Ended"), "{said}: {chinese}");
        assert!(!trouble.to_string().contains('\n'), "{trouble}");
    }
}

#[test]
fn the_metadata_node_of_a_webcam_is_told_with_the_way_out() {
    let said = "ioctl(VIDIOC_G_INPUT): Inappropriate ioctl for device";
    let trouble = CameraError::from_words("/dev/video1", "exit status: 1", said);
    for words in [trouble.to_string(), trouble.in_chinese()] {
        assert!(words.starts_with("/dev/video1"), "{words}");
    }
    assert!(trouble.to_string().contains("v4l2-ctl --list-devices"));
    if !std::path::Path::new("/sys/class/video4linux").exists() {
        assert!(trouble.to_string().contains("try /dev/video0"), "{trouble}");
    }
}

#[test]
fn what_fails_again_and_again_is_no_passing_fault() {
    for (in_a_row, is_lasting) in [(1, false), (NO_PASSING_FAULT, true)] {
        let mut trouble = CameraError::from_words("/dev/video0", "exit status: 1", "Ouch");
        match &mut trouble {
            CameraError::Ended {
                in_a_row: count, ..
            } => *count = in_a_row,
            other => panic!("{other}"),
        }
        assert_eq!(trouble.is_lasting(), is_lasting);
        assert_eq!(trouble.in_chinese().contains("自动重试"), !is_lasting);
    }
}

#[test]
fn what_the_installed_ffmpeg_says_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text.mp4");
    std::fs::write(&text, "no video").unwrap();
    let text = format!("file:{}", text.display());
    let table = [
        (
            vec!["-f", "v4l2", "-i", "/dev/null"],
            "/dev/null",
            "NotACamera",
        ),
        (
            vec!["-f", "v4l2", "-i", "/dev/video99"],
            "/dev/video99",
            "Missing",
        ),
        (
            vec!["-f", "v4l9", "-i", "/dev/video0"],
            "/dev/video0",
            "ProgramUnfit",
        ),
        (
            vec!["-v4l9", "1", "-i", "/dev/video0"],
            "/dev/video0",
            "ProgramUnfit",
        ),
        (vec!["-i", &text], &text, "Unsupported"),
        (vec!["-i", "file:/"], "file:/", "Unsupported"),
        (
            vec!["-i", "file:/nowhere/a.mp4"],
            "file:/nowhere/a.mp4",
            "Missing",
        ),
        (
            vec!["-f", "lavfi", "-i", "testsrc9"],
            "lavfi:testsrc9",
            "Unsupported",
        ),
        (
            vec!["-f", "lavfi", "-i", "sine=duration=1"],
            "lavfi:sine",
            "Unsupported",
        ),
        (
            vec!["-i", "rtsp://127.0.0.1:9/live"],
            "rtsp://127.0.0.1:9/live",
            "Unreachable",
        ),
        (
            vec!["-i", "http://127.0.0.1:99999/"],
            "http://127.0.0.1:99999/",
            "Unsupported",
        ),
        (vec!["-i", "nothing://c/"], "http://c/", "ProgramUnfit"),
    ];
    for (input, source, variant) in table {
        let output = Command::new("ffmpeg")
            .args(["-hide_banner", "-loglevel", "error", "-nostdin"])
            .args(&input)
            .args(["-an", "-f", "image2pipe", "-c:v", "mjpeg", "pipe:1"])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).replace('\n', " ");
        let trouble = CameraError::from_words(source, "exit status: 1", &said);
        assert!(
            format!("{trouble:?}").starts_with(variant),
            "{input:?}: {trouble:?}"
        );
    }
}

#[test]
fn no_password_in_what_is_told() {
    for said in [
        "rtsp://admin:hunter2@10.0.0.7/live: Invalid data",
        "[concat @ 0x5] Impossible to open 'rtsp://admin:hunter2@10.0.0.7/live' pipe:0: Server returned 401 Unauthorized",
        "[concat @ 0x5] Impossible to open 'http://10.0.0.7/v?user=admin&pwd=hunter2' pipe:0: Server returned 404 Not Found",
        "[rtsp @ 0x5] Unable to open rtsp://admin:hunter2@10.0.0.7/live Ouch",
    ] {
        let trouble = CameraError::from_words("rtsp://***@10.0.0.7/live", "1", said);
        for told in [
            trouble.to_string(),
            format!("{trouble:?}"),
            trouble.in_chinese(),
        ] {
            assert!(!told.contains("hunter2"), "{told}");
        }
    }
}
