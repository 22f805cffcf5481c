//! Cameras that fail, and programs in ffmpeg's place.

use std::time::{Duration, Instant};

use monkey_monitor::camera::{Camera, CameraError};

use crate::support::{Program, TEST_PICTURE, eventually, settings};

/// What one who asks for a photo is told.
async fn told(source: &str, program: &Program) -> CameraError {
    let mut settings = settings(source, program);
    if source == TEST_PICTURE {
        settings.silence = Duration::from_secs(1);
    }
    let camera = Camera::new(settings);
    let asked = Instant::now();
    let trouble = camera.still().await.unwrap_err();
    assert!(asked.elapsed() < Duration::from_secs(8), "told too late");
    eventually("it is given up when nobody asks any more", || {
        !camera.is_running()
    })
    .await;
    assert!(program.alive().is_empty(), "a process is left");
    trouble
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_that_is_not_there() {
    let trouble = told("/dev/video99", &Program::ffmpeg()).await;
    assert!(matches!(trouble, CameraError::Missing { .. }), "{trouble}");
    let trouble = told("file:/nowhere/film.mp4", &Program::ffmpeg()).await;
    assert!(matches!(trouble, CameraError::Missing { .. }), "{trouble}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_camera_that_refuses() {
    let trouble = told("rtsp://admin:hunter2@127.0.0.1:9/live", &Program::ffmpeg()).await;
    assert!(
        matches!(trouble, CameraError::Unreachable { .. }),
        "{trouble}"
    );
    assert!(!trouble.to_string().contains("hunter2"), "{trouble}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_another_program_has() {
    let busy = Program::script("echo '/dev/video0: Device or resource busy' >&2; exit 1");
    let trouble = told("/dev/video0", &busy).await;
    assert_eq!(trouble.in_chinese(), "摄像头被占用");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_ffmpeg() {
    let mut settings = settings(TEST_PICTURE, &Program::ffmpeg());
    settings.ffmpeg = "/nowhere/ffmpeg".into();
    let trouble = Camera::new(settings).still().await.unwrap_err();
    assert!(
        matches!(trouble, CameraError::NoProgram { .. }),
        "{trouble}"
    );
    assert!(trouble.in_chinese().contains("没有安装 ffmpeg"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_writes_no_pictures() {
    for body in [
        "exec cat /dev/urandom",
        "exec cat /dev/zero",
        "exec sleep 1000",
        "trap '' TERM INT; while :; do sleep 0.1; done",
        "yes error >&2",
        "exec yes 2>&1 >&2",
    ] {
        let program = Program::script(body);
        match told(TEST_PICTURE, &program).await {
            CameraError::Silent { said, .. } => {
                assert!(said.len() <= 4096, "{body}: {}", said.len());
            }
            other => panic!("{body}: {other}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unplugged_and_plugged_in_again() {
    let flag = tempfile::NamedTempFile::new().unwrap();
    let unplugged = Program::script(&format!(
        "if test -e {0}; then rm {0}; ffmpeg -v error -f lavfi -i testsrc2=size=64x48 -frames:v 3 -f image2pipe -c:v mjpeg \
         pipe:1; echo 'ioctl(VIDIOC_DQBUF): No such device' >&2; exit 1; fi\nexec ffmpeg \"$@\"",
        flag.path().display()
    ));
    let camera = Camera::new(settings(TEST_PICTURE, &unplugged));
    let mut view = camera.open();
    let trouble = loop {
        if let Err(trouble) = view.next().await {
            break trouble;
        }
    };
    assert!(matches!(trouble, CameraError::Missing { .. }), "{trouble}");
    assert_eq!(camera.trouble(), Some(trouble));
    view.next().await.unwrap();
    assert_eq!(camera.trouble(), None, "it is well again");
    assert_eq!(unplugged.pids().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pauses_grow() {
    let fails = Program::script("exit 3");
    let mut settings = settings(TEST_PICTURE, &fails);
    settings.pauses = (Duration::from_millis(100), Duration::from_millis(400));
    let camera = Camera::new(settings);
    let mut view = camera.open();
    let began = Instant::now();
    for _ in 0..5 {
        let trouble = view.next().await.unwrap_err();
        assert!(matches!(trouble, CameraError::Ended { .. }), "{trouble}");
    }
    // 100 + 200 + 400 + 400
    assert!(
        began.elapsed() >= Duration::from_millis(1100),
        "{:?}",
        began.elapsed()
    );
}
