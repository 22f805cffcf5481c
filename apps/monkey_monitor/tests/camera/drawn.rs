//! The camera that needs none.

use std::time::Duration;

use easy_wechat::Timestamp;
use monkey_monitor::camera::{Camera, CameraSettings, draw};

#[test]
fn the_picture_moves_and_tells_the_time() {
    let at = Timestamp::from_secs(1_795_000_000);
    let one = draw(640, 480, at).unwrap();
    assert_eq!(
        one,
        draw(640, 480, at).unwrap(),
        "the same moment is the same picture"
    );
    assert_ne!(
        one,
        draw(640, 480, at.plus(Duration::from_millis(100))).unwrap()
    );
    for (width, height) in [(16, 16), (4096, 16), (16, 4096), (1920, 1080), (641, 481)] {
        let picture = draw(width, height, at).unwrap();
        assert!(picture.starts_with(&[0xFF, 0xD8]), "{width}x{height}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_runs_with_no_program_at_all() {
    let mut settings = CameraSettings::default();
    settings.ffmpeg = "/nowhere/ffmpeg".into();
    let camera = Camera::new(settings);
    let mut view = camera.open();
    let first = view.next().await.unwrap();
    let second = view.next().await.unwrap();
    assert!(second.number > first.number && second.jpeg != first.jpeg);
}
