//! Ten seconds of a camera as an H.264 film.

mod encode;
mod recording;

pub use encode::{FilmSettings, encode};
pub use recording::{Recording, record};

use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use crate::camera::CameraError;

/// A film on the disk. The file is gone when this is dropped.
#[derive(Debug)]
pub struct Film {
    path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    _folder: TempDir,
}

impl Film {
    /// Where it lies: an mp4.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Why there is no film.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FilmError {
    /// The camera failed before or while it was recorded.
    #[error("the recording was broken off")]
    Camera(#[from] CameraError),
    /// `ffmpeg` is not installed, or cannot be started.
    #[error("the film cannot be made")]
    NoProgram(#[source] CameraError),
    /// It ended with an error, or was killed.
    #[error("the program that makes the film ended ({status}): {said}")]
    Encoder {
        /// Its exit status.
        status: String,
        /// Its last words.
        said: String,
    },
    /// It took too long, and was killed.
    #[error("the film was not made within {} s", .within.as_secs())]
    TooSlow {
        /// The limit.
        within: Duration,
    },
    /// Even the smallest film is larger than the platform takes.
    #[error("the film has {bytes} bytes, but at most {limit} are taken")]
    TooLarge {
        /// The size of the last try.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// The disk is full, or the folder for temporary files may not be written.
    #[error("the film cannot be written")]
    Disk(#[from] std::io::Error),
}

impl FilmError {
    /// The same for the one who asked for a film.
    pub fn in_chinese(&self) -> String {
        match self {
            Self::Camera(trouble) => trouble.in_chinese(),
            Self::NoProgram(CameraError::NoProgram { .. }) => {
                "服务器上没有安装 ffmpeg, 无法录制视频, 请联系管理员; 拍照不受影响".to_owned()
            }
            Self::NoProgram(_) => "视频录制失败: 转码程序无法启动, 请联系管理员".to_owned(),
            Self::Encoder { said, .. } if is_full(said) => {
                "视频录制失败: 服务器的磁盘满了, 请联系管理员".to_owned()
            }
            Self::Encoder { said, .. } if is_unfit(said) => {
                "视频录制失败: 服务器上的 ffmpeg 不能制作 H.264 视频, 等待没有用, 请管理员换一个 ffmpeg; 拍照不受影响"
                    .to_owned()
            }
            Self::Encoder { .. } => "视频录制失败: 转码程序中断了, 请稍后再试".to_owned(),
            Self::TooSlow { .. } => {
                "视频录制失败: 服务器太忙, 转码没有及时完成, 请稍后再试".to_owned()
            }
            Self::TooLarge { limit, .. } => {
                format!(
                    "视频太大, 超过了 {} MB 的上限, 无法发送",
                    limit / 1024 / 1024
                )
            }
            Self::Disk(_) => "视频录制失败: 服务器的磁盘无法写入, 请联系管理员".to_owned(),
        }
    }
}

fn is_full(said: &str) -> bool {
    let said = said.to_lowercase();
    ["no space left on device", "disk quota exceeded"]
        .iter()
        .any(|words| said.contains(words))
}

/// Whether it lacks something that no retry brings.
fn is_unfit(said: &str) -> bool {
    let said = said.to_lowercase();
    [
        "unknown encoder",
        "unknown decoder",
        "encoder not found",
        "unrecognized option",
        "option not found",
        "no such filter",
        "unable to find a suitable output format",
        "unknown input format",
        "error while loading shared libraries",
        "protocol not found",
    ]
    .iter()
    .any(|words| said.contains(words))
}
