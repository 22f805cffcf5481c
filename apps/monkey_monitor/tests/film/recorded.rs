//! From the camera to the film.

use std::time::{Duration, Instant};

use monkey_monitor::camera::{Camera, CameraError};
use monkey_monitor::film::{encode, record};

use crate::support::{Program, TEST_PICTURE, eventually, settings};
use crate::{film_settings, seconds};

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_plays_as_long_as_it_took() {
    let ffmpeg = Program::ffmpeg();
    for rate in [4, 15] {
        let mut settings = settings(&format!("lavfi:testsrc2=size=320x240:rate={rate}"), &ffmpeg);
        settings.rate = rate;
        let camera = Camera::new(settings);
        camera.still().await.unwrap();
        let began = Instant::now();
        let recording = record(&camera, Duration::from_secs(3)).await.unwrap();
        let took = began.elapsed().as_secs_f64();
        assert!((1.9..3.3).contains(&took), "it took {took} s");
        let pictures = u32::try_from(recording.count()).unwrap();
        assert!(
            pictures.abs_diff(3 * rate) <= rate / 2 + 1,
            "{pictures} at {rate}/s"
        );
        let folder = tempfile::tempdir().unwrap();
        let film = encode(&recording, &film_settings(&folder)).await.unwrap();
        let plays = seconds(film.path());
        assert!((plays - 3.0).abs() < 0.06, "it plays {plays} s");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_that_is_killed_breaks_it_off_and_works_again_after() {
    let ffmpeg = Program::ffmpeg();
    let camera = Camera::new(settings(TEST_PICTURE, &ffmpeg));
    camera.still().await.unwrap();
    let killed = async {
        tokio::time::sleep(Duration::from_millis(700)).await;
        ffmpeg.kill();
    };
    let (recorded, ()) = tokio::join!(record(&camera, Duration::from_secs(10)), killed);
    let trouble = recorded.unwrap_err();
    assert!(matches!(trouble, CameraError::Ended { .. }), "{trouble}");
    assert!(trouble.in_chinese().contains("中断"));
    let recording = record(&camera, Duration::from_millis(500)).await;
    // It may still be in its pause.
    if recording.is_err() {
        tokio::time::sleep(Duration::from_millis(400)).await;
        record(&camera, Duration::from_millis(500)).await.unwrap();
    }
    eventually("no process is left", || ffmpeg.alive().is_empty()).await;
}
