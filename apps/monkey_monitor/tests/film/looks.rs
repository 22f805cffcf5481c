//! A film plays as long as it was recorded, and shows each moment when it was.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use bytes::Bytes;
use monkey_monitor::camera::draw;
use monkey_monitor::film::{FilmError, encode};

use crate::{encoded, film_settings, left_in, plain, probe, recording, seconds};

const RED: [u8; 3] = [250, 10, 10];
const BLUE: [u8; 3] = [10, 10, 250];
const LENGTH: Duration = Duration::from_secs(5);

/// The times of pictures, red before `change` and blue from it on.
async fn check(what: &str, times: &[u64], change: u64) {
    let (red, blue) = (plain(64, 48, RED), plain(64, 48, BLUE));
    let colour = |at: u64| {
        if at < change {
            red.clone()
        } else {
            blue.clone()
        }
    };
    let recording = recording(LENGTH, times.iter().map(|&at| (at, colour(at))));
    let folder = tempfile::tempdir().unwrap();
    let film = encode(&recording, &film_settings(&folder)).await.unwrap();
    let plays = seconds(film.path());
    assert!((plays - 5.0).abs() < 0.06, "{what}: it plays {plays} s");
    assert_eq!(probe(film.path(), "stream=codec_name"), "h264", "{what}");
    assert_eq!(probe(film.path(), "stream=pix_fmt"), "yuv420p", "{what}");
    let change = times
        .iter()
        .find(|&&it| it >= change)
        .copied()
        .unwrap_or(u64::MAX);
    let shown = reds(film.path());
    assert_eq!(shown.len(), 100, "{what}");
    // Each picture of the film is the newest of its moment.
    for (at, is_red) in (0..).step_by(50).zip(shown) {
        assert_eq!(
            is_red,
            at < change,
            "{what}: at {at} ms, it changed at {change}"
        );
    }
    assert_eq!(left_in(&folder), 1, "only the film's folder");
    drop(film);
    assert_eq!(left_in(&folder), 0, "and that goes with it");
}

/// Whether each picture of the film, twenty a second, is red.
fn reds(film: &Path) -> Vec<bool> {
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-nostdin", "-i"])
        .arg(film)
        .args([
            "-vf",
            "scale=1:1",
            "-f",
            "rawvideo",
            "-pix_fmt",
            "rgb24",
            "-",
        ])
        .output()
        .unwrap();
    let pixels = output.stdout.chunks_exact(3);
    pixels.map(|pixel| pixel[0] > pixel[2]).collect()
}

#[tokio::test]
async fn at_any_rate() {
    let every = |millis: u64| (0..5000 / millis).map(|it| it * millis).collect::<Vec<_>>();
    check("ten a second", &every(100), 2500).await;
    check("three a second", &every(333), 1000).await;
    check("thirty a second", &every(33), 4000).await;
}

#[tokio::test]
async fn at_an_uneven_rate() {
    check(
        "a burst, then slowly",
        &[0, 10, 20, 30, 40, 50, 1800, 3300, 4700],
        1800,
    )
    .await;
    check(
        "slowly, then a burst",
        &[0, 2000, 4000, 4010, 4020, 4030, 4040, 4050, 4990],
        4000,
    )
    .await;
    check("one picture only", &[0], 9999).await;
    check("the second comes at the very end", &[0, 4800], 4800).await;
}

#[tokio::test]
async fn sides_that_are_odd_become_even() {
    let folder = tempfile::tempdir().unwrap();
    let recording = recording(Duration::from_secs(1), [(0, plain(65, 49, RED))]);
    let film = encode(&recording, &film_settings(&folder)).await.unwrap();
    assert_eq!(probe(film.path(), "stream=width,height"), "64\n48");
}

#[tokio::test]
async fn what_is_too_large_is_made_smaller_or_refused() {
    // Noise cannot be compressed well.
    let mut seed = 1_u32;
    let mut noise = move || {
        let pixels: Vec<u8> = (0..320 * 240 * 3)
            .map(|_| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                seed.to_be_bytes()[0]
            })
            .collect();
        encoded(320, 240, &pixels)
    };
    let recording = recording(
        Duration::from_secs(1),
        (0..10).map(|it| (it * 100, noise())),
    );
    let folder = tempfile::tempdir().unwrap();
    let mut settings = film_settings(&folder);
    let whole = encode(&recording, &settings).await.unwrap();
    assert_eq!(probe(whole.path(), "stream=width"), "320");
    settings.max_bytes = whole.bytes * 3 / 4;
    let coarse = encode(&recording, &settings).await.unwrap();
    assert!(coarse.bytes <= settings.max_bytes);
    settings.max_bytes = whole.bytes / 6;
    let small = encode(&recording, &settings).await.unwrap();
    assert!(small.bytes <= settings.max_bytes);
    assert!(probe(small.path(), "stream=width").parse::<u32>().unwrap() < 320);
    assert!((seconds(small.path()) - 1.0).abs() < 0.06);
    drop((whole, coarse, small));
    settings.max_bytes = 500;
    let error = encode(&recording, &settings).await.unwrap_err();
    assert!(matches!(error, FilmError::TooLarge { .. }), "{error}");
    assert!(
        error.in_chinese().contains("太大"),
        "{}",
        error.in_chinese()
    );
    assert_eq!(left_in(&folder), 0);
}

#[test]
fn much_is_thinned_out_before_it_fills_the_memory() {
    let picture = Bytes::from(vec![0; 1024 * 1024]);
    let recording = recording(
        Duration::from_secs(10),
        (0..300).map(|it| (it * 33, picture.clone())),
    );
    assert!(
        (30..=65).contains(&recording.count()),
        "{}",
        recording.count()
    );
    let shown = recording.at_rate(20).count();
    assert_eq!(shown, 200, "and still plays ten seconds");
}

#[test]
fn the_synthetic_picture_becomes_a_film() {
    let at =
        |tenth: u64| easy_wechat::Timestamp::from_micros(i64::try_from(tenth).unwrap() * 100_000);
    let recording = recording(
        Duration::from_secs(1),
        (0..10).map(|it| (it * 100, draw(320, 240, at(it)).unwrap())),
    );
    let folder = tempfile::tempdir().unwrap();
    let film = tokio::runtime::Runtime::new()
        .unwrap()
        .block_on(encode(&recording, &film_settings(&folder)))
        .unwrap();
    assert_eq!(probe(film.path(), "stream=codec_name"), "h264");
}
