//! The live picture: what a browser gets, who is too many, who does not read.

use std::io::{Read as _, Write as _};
use std::time::{Duration, Instant};

use monkey_monitor::camera::CameraSettings;

use crate::running::Running;
use crate::support::{Program, TEST_PICTURE, eventually, settings};
use crate::web::{Viewer, blocking, connect, get};

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_gets_picture_after_picture() {
    let ffmpeg = Program::ffmpeg();
    let running = Running::start(settings(TEST_PICTURE, &ffmpeg), |_| {}).await;
    let addr = running.addr();
    blocking(move || {
        let mut viewer = Viewer::open(addr);
        let pictures: Vec<Vec<u8>> = (0..5).map(|_| viewer.picture()).collect();
        for pair in pictures.windows(2) {
            assert_ne!(pair[0], pair[1], "it moves");
        }
        for it in pictures {
            assert!(it.starts_with(&[0xFF, 0xD8]) && it.ends_with(&[0xFF, 0xD9]));
        }
    })
    .await;
    eventually("the camera stops after the last viewer", || {
        ffmpeg.alive().is_empty()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_viewer_too_many_is_told() {
    let running = Running::start(CameraSettings::default(), |page| page.max_viewers = 2).await;
    let addr = running.addr();
    let two: Vec<Viewer> = blocking(move || (0..2).map(|_| Viewer::open(addr)).collect()).await;
    assert!(two.iter().all(|viewer| viewer.status == 200));
    let refused = get(addr, "/video_feed").await;
    assert!(
        refused.status == 503 && refused.text.contains("最多 2 人"),
        "{}",
        refused.text
    );
    assert!(get(addr, "/status").await.text.contains("\"viewers\":2"));
    drop(two);
    let mut tries = 0;
    while blocking(move || Viewer::open(addr).status).await != 200 {
        tries += 1;
        assert!(tries < 100, "the places are not free again");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_read_is_cut_off_and_holds_nobody_up() {
    let running = Running::start(CameraSettings::default(), |page| page.max_viewers = 2).await;
    let addr = running.addr();
    let mut stalled = connect(addr);
    stalled
        .write_all(b"GET /video_feed HTTP/1.1\r\nHost: a.test\r\n\r\n")
        .unwrap();
    let began = Instant::now();
    let gone = blocking(move || {
        let mut viewer = Viewer::open(addr);
        while began.elapsed() < Duration::from_mins(1) {
            let asked = Instant::now();
            viewer.picture();
            assert!(
                asked.elapsed() < Duration::from_secs(3),
                "the other is held up"
            );
            let mut status = String::new();
            let mut ask = connect(addr);
            ask.write_all(b"GET /status HTTP/1.0\r\n\r\n").unwrap();
            ask.read_to_string(&mut status).unwrap();
            if status.contains("\"viewers\":1") {
                return true;
            }
        }
        false
    })
    .await;
    assert!(gone, "still there");
    assert!(
        began.elapsed() > Duration::from_secs(9),
        "a pause is no stall: {:?}",
        began.elapsed()
    );
    let left = blocking(move || {
        let mut bytes = Vec::new();
        let _ = stalled.read_to_end(&mut bytes);
        bytes.len()
    })
    .await;
    assert!(left < 8 * 1024 * 1024, "{left} bytes waited for him");
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_does_not_wait_for_viewers() {
    let ffmpeg = Program::ffmpeg();
    let running = Running::start(settings(TEST_PICTURE, &ffmpeg), |_| {}).await;
    let addr = running.addr();
    let viewers = blocking(move || {
        let mut viewers: Vec<Viewer> = (0..3).map(|_| Viewer::open(addr)).collect();
        for viewer in &mut viewers {
            viewer.picture();
        }
        viewers
    })
    .await;
    let began = Instant::now();
    running.monitor.stop().await;
    assert!(
        began.elapsed() < Duration::from_secs(3),
        "it took {:?}",
        began.elapsed()
    );
    assert!(ffmpeg.alive().is_empty());
    drop(viewers);
}
