//! What programs say last, as it was recorded, and what is told of it.

use std::process::Command;

use monkey_monitor::camera::{CameraError, NO_PASSING_FAULT};

/// The source, what was said, the variant, whether waiting does not help.
type Row<'a> = (&'a str, &'a str, &'a str, bool);

const RECORDED: &[Row<'_>] = &[
    // ffmpeg and V4L2.
    (
        "/dev/video0",
        "[video4linux2,v4l2 @ 0x5] ioctl(VIDIOC_STREAMON): Device or resource busy /dev/video0: Device or resource busy",
        "Busy",
        false,
    ),
    (
        "/dev/video0",
        "[video4linux2,v4l2 @ 0x5] Cannot open video device /dev/video0: No such file or directory /dev/video0: No such file or directory",
        "Missing",
        true,
    ),
    (
        "/dev/video0",
        "ioctl(VIDIOC_DQBUF): No such device",
        "Missing",
        true,
    ),
    (
        "/dev/video0",
        "[video4linux2,v4l2 @ 0x5] Cannot open video device /dev/video0: Permission denied /dev/video0: Permission denied",
        "Forbidden",
        true,
    ),
    (
        "/dev/video1",
        "[video4linux2,v4l2 @ 0x5] ioctl(VIDIOC_G_INPUT): Inappropriate ioctl for device /dev/video1: Inappropriate ioctl for device",
        "NotACamera",
        true,
    ),
    (
        "/dev/null",
        "[video4linux2,v4l2 @ 0x5] ioctl(VIDIOC_QUERYCAP): Inappropriate ioctl for device /dev/null: Inappropriate ioctl for device",
        "NotACamera",
        true,
    ),
    (
        "/dev/video10",
        "[video4linux2,v4l2 @ 0x5] Not a video capture device. /dev/video10: No such device",
        "NotACamera",
        true,
    ),
    (
        "/dev/video0",
        "[video4linux2,v4l2 @ 0x5] The device does not support the streaming I/O method. /dev/video0: Function not implemented",
        "NotACamera",
        true,
    ),
    (
        "/dev/video0",
        "[video4linux2,v4l2 @ 0x5] Cannot find a proper format for codec 'none' (id 0), pixel format '(null)' (id -1) /dev/video0: Invalid argument",
        "NotACamera",
        true,
    ),
    (
        "/dev/video0",
        "[video4linux2,v4l2 @ 0x5] Cannot find a proper format for codec 'h264' (id 27), pixel format '(null)' (id -1) /dev/video0: Invalid argument",
        "Unsupported",
        true,
    ),
    (
        "/dev/video0",
        "[video4linux2,v4l2 @ 0x5] ioctl(VIDIOC_STREAMON): Invalid argument /dev/video0: Invalid argument",
        "Unsupported",
        true,
    ),
    (
        "/dev/video0",
        "[video4linux2,v4l2 @ 0x5] ioctl(VIDIOC_STREAMON): No space left on device",
        "Unsupported",
        true,
    ),
    (
        "/dev/video0",
        "[video4linux2,v4l2 @ 0x5] ioctl(VIDIOC_STREAMON): Protocol error /dev/video0: Protocol error",
        "Ended",
        false,
    ),
    (
        "/dev/video0",
        "ioctl(VIDIOC_DQBUF): Input/output error",
        "Ended",
        false,
    ),
    (
        "/dev/video0",
        "[mjpeg @ 0x5] error dc Error while decoding stream #0:0: Invalid data found when processing input",
        "Ended",
        false,
    ),
    // ffmpeg itself.
    (
        "/dev/video0",
        "Unknown input format: 'v4l2'",
        "ProgramUnfit",
        true,
    ),
    (
        "/dev/video0",
        "Unrecognized option 'input_format'. Error splitting the argument list: Option not found",
        "ProgramUnfit",
        true,
    ),
    (
        "/dev/video0",
        "Option framerate not found.",
        "ProgramUnfit",
        true,
    ),
    (
        "/dev/video0",
        "Unknown encoder 'mjpeg'",
        "ProgramUnfit",
        true,
    ),
    (
        "/dev/video0",
        "ffmpeg: error while loading shared libraries: libavdevice.so.59: cannot open shared object file: No such file or directory",
        "ProgramUnfit",
        true,
    ),
    ("/dev/video0", "something else", "Ended", false),
    // Films, and what ffmpeg draws.
    (
        "file:/a.mp4",
        "file:/a.mp4: No such file or directory",
        "Missing",
        true,
    ),
    (
        "file:/a.mp4",
        "file:/a.mp4: Permission denied",
        "Forbidden",
        true,
    ),
    ("file:/a", "file:/a: Is a directory", "Unsupported", true),
    (
        "file:/a.mp4",
        "[mov,mp4,m4a,3gp,3g2,mj2 @ 0x5] moov atom not found file:/a.mp4: Invalid data found when processing input",
        "Unsupported",
        true,
    ),
    (
        "file:/a.mp3",
        "Output file #0 does not contain any stream",
        "Unsupported",
        true,
    ),
    (
        "lavfi:testsrc9",
        "[lavfi @ 0x5] No such filter: 'testsrc9' testsrc9: Invalid argument",
        "Unsupported",
        true,
    ),
    (
        "lavfi:testsrc2=a=1",
        "[Parsed_testsrc2_0 @ 0x5] Option 'a' not found testsrc2=a=1: Option not found",
        "Unsupported",
        true,
    ),
    // The network.
    (
        "rtsp://c/live",
        "[tcp @ 0x5] Connection to tcp://10.0.0.7:554?timeout=0 failed: Connection refused pipe:0: Connection refused",
        "Unreachable",
        false,
    ),
    (
        "rtsp://c/live",
        "[tcp @ 0x5] Connection to tcp://10.0.0.7:554 failed: No route to host",
        "Unreachable",
        false,
    ),
    (
        "rtsp://c/live",
        "[tcp @ 0x5] Connection to tcp://10.0.0.7:554 failed: Connection timed out",
        "Unreachable",
        false,
    ),
    (
        "rtsp://c/live",
        "[tcp @ 0x5] Failed to resolve hostname c: Temporary failure in name resolution pipe:0: Input/output error",
        "Unreachable",
        false,
    ),
    (
        "rtsp://c/live",
        "[tcp @ 0x5] Failed to resolve hostname c: Name or service not known pipe:0: Input/output error",
        "UnknownHost",
        true,
    ),
    (
        "rtsp://cam.local/live",
        "[tcp @ 0x5] Failed to resolve hostname cam.local: Name or service not known",
        "Unreachable",
        false,
    ),
    (
        "rtsp://c/live",
        "[rtsp @ 0x5] method DESCRIBE failed: 401 Unauthorized pipe:0: Server returned 401 Unauthorized (authorization failed)",
        "Refused",
        true,
    ),
    (
        "rtsp://c/live",
        "[rtsp @ 0x5] method DESCRIBE failed: 403 Forbidden",
        "Refused",
        true,
    ),
    (
        "rtsp://c/live",
        "[rtsp @ 0x5] method DESCRIBE failed: 404 Stream Not Found",
        "NoStream",
        true,
    ),
    (
        "rtsp://c/live",
        "[rtsp @ 0x5] method SETUP failed: 454 Session Not Found",
        "NoStream",
        true,
    ),
    (
        "rtsp://c/live",
        "[rtsp @ 0x5] method SETUP failed: 461 Unsupported transport",
        "Unsupported",
        true,
    ),
    (
        "rtsp://c/live",
        "[rtsp @ 0x5] method DESCRIBE failed: 503 Service Unavailable pipe:0: Server returned 5XX Server Error reply",
        "Unreachable",
        false,
    ),
    (
        "rtsp://c/live",
        "[rtsp @ 0x5] method PLAY failed: 453 Not Enough Bandwidth",
        "Unreachable",
        false,
    ),
    (
        "rtsp://c/live",
        "pipe:0: Invalid data found when processing input",
        "Unsupported",
        true,
    ),
    (
        "http://c/v",
        "pipe:0: Server returned 401 Unauthorized (authorization failed)",
        "Refused",
        true,
    ),
    (
        "http://c/v",
        "pipe:0: Server returned 403 Forbidden (access denied)",
        "Refused",
        true,
    ),
    (
        "http://c/v",
        "pipe:0: Server returned 404 Not Found",
        "NoStream",
        true,
    ),
    (
        "http://c/v",
        "pipe:0: Server returned 4XX Client Error, but not one of 40{0,1,3,4}",
        "NoStream",
        true,
    ),
    (
        "http://c/v",
        "[http @ 0x5] Stream ends prematurely at 1800, should be 18446744073709551615 pipe:0: Input/output error",
        "Unsupported",
        true,
    ),
    (
        "https://c/v",
        "[tls @ 0x5] An unexpected TLS packet was received. pipe:0: Input/output error",
        "Unsupported",
        true,
    ),
    (
        "https://c/v",
        "[https @ 0x5] https protocol not found, recompile FFmpeg with openssl, gnutls or securetransport enabled. pipe:0: Protocol not found",
        "ProgramUnfit",
        true,
    ),
    (
        "http://c:99999/v",
        "[tcp @ 0x5] Port missing in uri pipe:0: Invalid argument",
        "Unsupported",
        true,
    ),
    (
        "http://c/v",
        "[http @ 0x5] Protocol 'rtmp' not on whitelist 'http,tcp'!",
        "Unsupported",
        true,
    ),
    // rpicam-apps and libcamera.
    (
        "rpicam",
        "ERROR: *** no cameras available ***",
        "Missing",
        true,
    ),
    (
        "rpicam",
        "ERROR: *** selected camera is not available ***",
        "Missing",
        true,
    ),
    (
        "rpicam",
        "Camera __CAMERA__ pipeline handler in use by another process ERROR: *** failed to acquire camera /base/soc/i2c0mux/i2c@1/imx708@1a ***",
        "Busy",
        false,
    ),
    (
        "rpicam",
        "ERROR: *** unrecognised option '--flush' ***",
        "ProgramUnfit",
        true,
    ),
    (
        "rpicam",
        "ERROR: rpicam-apps currently only supports the Raspberry Pi platforms.",
        "ProgramUnfit",
        true,
    ),
    (
        "rpicam",
        "ERROR: the system appears to be configured for the legacy camera stack",
        "ProgramUnfit",
        true,
    ),
    (
        "rpicam",
        "ERROR: *** failed to allocate capture buffers ***",
        "Unsupported",
        true,
    ),
    (
        "rpicam",
        "WARN V4L2 v4l2_videodevice.cpp:2007 /dev/video0[14:cap]: Dequeue timer of 1000000.00us has expired! ERROR RPI pipeline_base.cpp:1334 Camera frontend has timed out!",
        "Missing",
        true,
    ),
    (
        "rpicam",
        "ERROR: *** failed to start camera ***",
        "Ended",
        false,
    ),
];

#[test]
fn lasting_faults_are_not_told_as_passing_ones() {
    for (source, said, variant, is_lasting) in RECORDED {
        let trouble = CameraError::from_words(source, "exit status: 1", said);
        let debug = format!("{trouble:?}");
        assert!(debug.starts_with(variant), "{source}, {said}: {debug}");
        assert_eq!(trouble.is_lasting(), *is_lasting, "{source}, {said}");
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
    std::fs::write(&text, "no film").unwrap();
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
