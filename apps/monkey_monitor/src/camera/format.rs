//! What a device (V4L2) is asked for: `[camera] format`.

use std::str::FromStr;

/// The pixel format or codec of a device. Most webcams give large pictures at full rate as MJPEG only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// `auto`: MJPEG, and where the device has none, the first that ffmpeg finds. The default.
    Auto,
    /// `mjpeg` (MJPG).
    Mjpeg,
    /// `h264`.
    H264,
    /// `yuyv422` (YUYV): uncompressed, often at a low rate.
    Yuyv422,
    /// `uyvy422` (UYVY).
    Uyvy422,
    /// `yuv420p` (YU12).
    Yuv420p,
    /// `nv12`.
    Nv12,
    /// `rgb24` (RGB3).
    Rgb24,
    /// `bgr24` (BGR3).
    Bgr24,
    /// `gray` (GREY): infrared cameras.
    Gray,
}

/// A format that is none of those that [`Format`] lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {EXPECTED_FORMAT}")]
pub struct UnknownFormat;

impl FromStr for Format {
    type Err = UnknownFormat;

    /// Reads ffmpeg's name or the four letters that `v4l2-ctl --list-formats-ext` shows, in upper or lower case.
    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        let text = text.trim().to_ascii_lowercase();
        let found = NAMES
            .iter()
            .find(|(_, ffmpeg, v4l2)| text == *ffmpeg || text == *v4l2);
        found.map(|(format, ..)| *format).ok_or(UnknownFormat)
    }
}

impl Format {
    /// Its name in ffmpeg.
    pub fn name(self) -> &'static str {
        let found = NAMES.iter().find(|(format, ..)| *format == self);
        found.map_or("auto", |(_, ffmpeg, _)| ffmpeg)
    }
}

/// With the names of ffmpeg and of V4L2. <https://ffmpeg.org/ffmpeg-devices.html#video4linux2_002c-v4l2>
const NAMES: &[(Format, &str, &str)] = &[
    (Format::Auto, "auto", "auto"),
    (Format::Mjpeg, "mjpeg", "mjpg"),
    (Format::H264, "h264", "h264"),
    (Format::Yuyv422, "yuyv422", "yuyv"),
    (Format::Uyvy422, "uyvy422", "uyvy"),
    (Format::Yuv420p, "yuv420p", "yu12"),
    (Format::Nv12, "nv12", "nv12"),
    (Format::Rgb24, "rgb24", "rgb3"),
    (Format::Bgr24, "bgr24", "bgr3"),
    (Format::Gray, "gray", "grey"),
];

/// The values of `format`, in words.
pub const EXPECTED_FORMAT: &str =
    "auto, mjpeg, h264, yuyv422, uyvy422, yuv420p, nv12, rgb24, bgr24 or gray";
