//! Films: how long they play, what they show, and what is left when they fail.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "in a test a panic is a failure"
)]

mod broken;
mod looks;
mod recorded;

#[path = "../support/mod.rs"]
#[allow(dead_code, unreachable_pub, reason = "made for more than these tests")]
mod support;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use bytes::Bytes;
use monkey_monitor::film::{FilmSettings, Recording};
use tempfile::TempDir;

/// Films go to a folder of the test's own, so that it sees what is left.
fn film_settings(folder: &TempDir) -> FilmSettings {
    let mut settings = FilmSettings::default();
    settings.folder = PathBuf::from(folder.path());
    settings
}

/// What ffprobe says of a field.
fn probe(path: &Path, field: &str) -> String {
    let output = Command::new("ffprobe")
        .args([
            "-v",
            "error",
            "-select_streams",
            "v:0",
            "-show_entries",
            field,
        ])
        .args(["-of", "default=nokey=1:noprint_wrappers=1"])
        .arg(path)
        .output()
        .expect("ffprobe is installed: make test does it");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn seconds(path: &Path) -> f64 {
    probe(path, "format=duration").parse().unwrap()
}

/// A picture of one colour.
fn plain(width: u16, height: u16, colour: [u8; 3]) -> Bytes {
    let pixels = colour.repeat(usize::from(width) * usize::from(height));
    encoded(width, height, &pixels)
}

fn encoded(width: u16, height: u16, pixels: &[u8]) -> Bytes {
    let mut jpeg = Vec::new();
    jpeg_encoder::Encoder::new(&mut jpeg, 90)
        .encode(pixels, width, height, jpeg_encoder::ColorType::Rgb)
        .unwrap();
    jpeg.into()
}

/// A recording of these pictures, each so many milliseconds after the first.
fn recording(length: Duration, frames: impl IntoIterator<Item = (u64, Bytes)>) -> Recording {
    let mut recording = Recording::new(length);
    for (millis, jpeg) in frames {
        recording.add(Duration::from_millis(millis), jpeg);
    }
    recording
}

fn left_in(folder: &TempDir) -> usize {
    std::fs::read_dir(folder.path()).unwrap().count()
}
