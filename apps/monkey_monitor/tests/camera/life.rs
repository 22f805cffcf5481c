//! One process, from the first who looks until some seconds after the last.

use std::time::{Duration, Instant};

use monkey_monitor::camera::{Camera, CameraError};
use tokio::time::timeout;

use crate::support::{Program, TEST_PICTURE, eventually, settings};

#[tokio::test(flavor = "multi_thread")]
async fn it_starts_with_the_first_and_stops_after_the_last() {
    let ffmpeg = Program::ffmpeg();
    let camera = Camera::new(settings(TEST_PICTURE, &ffmpeg));
    assert!(ffmpeg.pids().is_empty(), "nobody looks");
    let mut views: Vec<_> = (0..20).map(|_| camera.open()).collect();
    for view in &mut views {
        view.next().await.unwrap();
    }
    assert_eq!(ffmpeg.pids().len(), 1, "one for all");
    drop(views);
    // Whoever comes soon finds it running.
    camera.still().await.unwrap();
    assert_eq!(ffmpeg.pids().len(), 1);
    eventually("it is gone, and no zombie", || ffmpeg.alive().is_empty()).await;
    eventually("it knows", || !camera.is_running()).await;
    camera.still().await.unwrap();
    assert_eq!(ffmpeg.pids().len(), 2, "started anew");
    camera.close();
    assert_eq!(camera.still().await.unwrap_err(), CameraError::Closed);
    timeout(Duration::from_secs(10), camera.stopped())
        .await
        .unwrap();
    assert!(ffmpeg.alive().is_empty());
    assert_eq!(ffmpeg.pids().len(), 2, "a closed one stays closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_still_is_of_this_moment() {
    let ffmpeg = Program::ffmpeg();
    let camera = Camera::new(settings(TEST_PICTURE, &ffmpeg));
    let mut view = camera.open();
    let first = view.next().await.unwrap();
    let asked = Instant::now();
    let still = camera.still().await.unwrap();
    assert!(
        asked.elapsed() < Duration::from_millis(500),
        "it need not wait"
    );
    assert!(still.number >= first.number && still.at.elapsed() < Duration::from_secs(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_still_of_a_camera_that_hangs_is_the_next_picture_not_the_old_one() {
    // A picture, a pause, another picture.
    let hangs = Program::script(
        "ffmpeg -v error -f lavfi -i testsrc2=size=64x48 -frames:v 1 -f image2pipe -c:v mjpeg pipe:1\n\
         sleep 1.8\n\
         ffmpeg -v error -f lavfi -i testsrc2=size=64x48 -frames:v 1 -f image2pipe -c:v mjpeg pipe:1\nsleep 20",
    );
    let mut settings = settings(TEST_PICTURE, &hangs);
    settings.silence = Duration::from_secs(5);
    let camera = Camera::new(settings);
    let mut view = camera.open();
    let first = view.next().await.unwrap();
    tokio::time::sleep_until((first.at + Duration::from_millis(1100)).into()).await;
    let still = camera.still().await.unwrap();
    assert!(still.number > first.number);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_viewer_gets_the_newest_picture() {
    let ffmpeg = Program::ffmpeg();
    let camera = Camera::new(settings(TEST_PICTURE, &ffmpeg));
    let (mut quick, mut slow) = (camera.open(), camera.open());
    let first = slow.next().await.unwrap();
    let mut newest = first.clone();
    while newest.number < first.number + 5 {
        newest = quick.next().await.unwrap();
    }
    assert!(slow.next().await.unwrap().number >= newest.number);
}
