//! What can be wrong with a camera: for the log in English, for the chat in Chinese.

use super::source::without_credentials;

/// Why there is no picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CameraError {
    /// Another program has the device.
    #[error("the camera {source_name} is in use by another program")]
    Busy {
        /// The source, without a password.
        source_name: String,
    },
    /// There is no such device or file.
    #[error("there is no camera {source_name}")]
    Missing {
        /// The source, without a password.
        source_name: String,
    },
    /// This user may not read it.
    #[error("the camera {source_name} may not be read by this user (group video?)")]
    Forbidden {
        /// The source, without a password.
        source_name: String,
    },
    /// A camera of the network does not answer, or refuses the password.
    #[error("the camera {source_name} cannot be reached: {said}")]
    Unreachable {
        /// The source, without a password.
        source_name: String,
        /// The program's last words.
        said: String,
    },
    /// The program that reads the camera is not installed.
    #[error("{program} is not installed, or not where [camera] says")]
    NoProgram {
        /// `ffmpeg`, `rpicam-vid`, or the path from the configuration.
        program: String,
    },
    /// The program could not be started for another reason.
    #[error("{program} cannot be started: {why}")]
    NotStarted {
        /// The program.
        program: String,
        /// The system's words.
        why: String,
    },
    /// No picture came for some seconds.
    #[error("no picture came for {seconds} s; the program said: {said}")]
    Silent {
        /// How long it was waited for.
        seconds: u64,
        /// The program's last words.
        said: String,
    },
    /// The program ended.
    #[error("the program that reads the camera ended ({status}): {said}")]
    Ended {
        /// Its exit status.
        status: String,
        /// Its last words.
        said: String,
    },
    /// This app is stopping.
    #[error("the camera is closed: the app stops")]
    Closed,
}

impl CameraError {
    /// What a program's last words mean. `source_name` names the camera without a password.
    pub fn from_words(source_name: &str, status: &str, said: &str) -> Self {
        let source_name = source_name.to_owned();
        let said = without_credentials(said);
        let lower = said.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        if has(BUSY) {
            Self::Busy { source_name }
        } else if has(FORBIDDEN) {
            Self::Forbidden { source_name }
        } else if has(UNREACHABLE) {
            Self::Unreachable { source_name, said }
        } else if has(MISSING) {
            Self::Missing { source_name }
        } else {
            Self::Ended {
                status: status.to_owned(),
                said,
            }
        }
    }

    /// The same for the one who asked for a picture.
    pub fn in_chinese(&self) -> String {
        match self {
            Self::Busy { .. } => "摄像头被占用".to_owned(),
            Self::Missing { .. } => "找不到摄像头, 请检查是否已插好".to_owned(),
            Self::Forbidden { .. } => {
                "没有使用摄像头的权限, 请管理员把程序加入 video 组".to_owned()
            }
            Self::Unreachable { .. } => "连不上网络摄像头, 请检查它的地址, 密码和网络".to_owned(),
            Self::NoProgram { program } => {
                let name = program.rsplit('/').next().unwrap_or(program);
                format!("服务器上没有安装 {name}, 无法使用摄像头, 请联系管理员")
            }
            Self::NotStarted { .. } => "摄像头程序无法启动, 请联系管理员".to_owned(),
            Self::Silent { seconds, .. } => {
                format!("摄像头没有反应: 等了 {seconds} 秒, 没有画面")
            }
            Self::Ended { .. } => "摄像头中断了, 程序会自动重试, 请稍后再试".to_owned(),
            Self::Closed => "监控程序正在停止, 请稍后再试".to_owned(),
        }
    }
}

/// Words of ffmpeg, of the system and of libcamera.
const BUSY: &[&str] = &[
    "device or resource busy",
    "resource busy",
    "in use by another process",
    "failed to acquire camera",
];
const FORBIDDEN: &[&str] = &["permission denied", "operation not permitted"];
const UNREACHABLE: &[&str] = &[
    "connection refused",
    "connection timed out",
    "no route to host",
    "network is unreachable",
    "failed to resolve hostname",
    "401 unauthorized",
    "403 forbidden",
    "404 not found",
    "454 session not found",
];
const MISSING: &[&str] = &[
    "no such file or directory",
    "no such device",
    "no cameras available",
    "not a video capture device",
];
