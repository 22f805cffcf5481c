//! A camera that needs none: a monkey that walks to and fro, with the time in the picture.

use std::time::Duration;

use bytes::Bytes;
use jpeg_encoder::{ColorType, Encoder};
use tokio::time::{MissedTickBehavior, interval};

use super::monkey;
use super::picture::Picture;
use super::{CameraError, CameraSettings};
use crate::time::in_words;
use easy_wechat::Timestamp;

pub(super) async fn run(settings: &CameraSettings, mut on_frame: impl FnMut(Bytes)) -> CameraError {
    let (width, height) = (settings.width, settings.height);
    let mut ticks = interval(Duration::from_secs(1) / settings.rate.max(1));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let now = settings.clock.now();
        // It takes some milliseconds of a core: not on the threads that serve.
        let drawn = tokio::task::spawn_blocking(move || draw(width, height, now)).await;
        match drawn {
            Ok(Ok(jpeg)) => on_frame(jpeg),
            Ok(Err(why)) => return failed(why),
            Err(error) => return failed(error.to_string()),
        }
    }
}

/// The picture of a moment, as a JPEG.
///
/// # Errors
/// What the encoder says; it does not for the sizes that [`CameraSettings`] allows.
pub fn draw(width: u16, height: u16, now: Timestamp) -> Result<Bytes, String> {
    let mut picture = Picture::sky(width, height);
    monkey::draw(&mut picture, now);
    picture.write(&in_words(now));
    let mut jpeg = Vec::with_capacity(32 * 1024);
    Encoder::new(&mut jpeg, QUALITY)
        .encode(picture.rgb(), width, height, ColorType::Rgb)
        .map_err(|error| error.to_string())?;
    Ok(Bytes::from(jpeg))
}

fn failed(why: String) -> CameraError {
    CameraError::Ended {
        status: "failed".to_owned(),
        in_a_row: 1,
        said: why,
    }
}

const QUALITY: u8 = 80;
