//! What can be wrong with a camera: for the log in English, for the chat in Chinese.
//!
//! Owns the variants and their texts. Which words of a program mean which variant is in [`super::words`].

/// Why there is no picture.
///
/// [`CameraError::is_lasting`] tells the faults that need a fix from those that may pass by themselves.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CameraError {
    /// Another program has the device. It may pass.
    #[error(
        "camera in use by another program: {source_name}; close that program (fuser -v {source_name} names it)"
    )]
    Busy {
        /// The source, without a password.
        source_name: String,
    },
    /// There is no such device or file.
    #[error("camera not found: {source_name}; {}", where_to_look(source_name))]
    Missing {
        /// The source, without a password.
        source_name: String,
    },
    /// This user may not read it.
    #[error(
        "camera not readable by this user: {source_name}; {}",
        how_to_permit(source_name)
    )]
    Forbidden {
        /// The source, without a password.
        source_name: String,
    },
    /// The device is not a camera: the metadata node of a webcam, a codec, or another file below `/dev`.
    #[error("{source_name} gives no pictures; {} (v4l2-ctl --list-devices)", try_another(instead.as_deref()))]
    NotACamera {
        /// The source.
        source_name: String,
        /// A device of this machine that does give pictures, if one is known.
        instead: Option<String>,
    },
    /// A network camera does not answer. It may pass: the camera restarts, or the network is down.
    #[error(
        "network camera unreachable: {source_name}: {said}; check that it is on, and the host and port in its address"
    )]
    Unreachable {
        /// The source, without a password.
        source_name: String,
        /// The program's last words.
        said: String,
    },
    /// The name server knows no such host.
    #[error(
        "unknown host of the network camera: {source_name}: {said}; correct the address in [camera] source"
    )]
    UnknownHost {
        /// The source, without a password.
        source_name: String,
        /// The program's last words.
        said: String,
    },
    /// A network camera refuses the user or the password.
    #[error(
        "network camera refused the user or the password: {source_name}: {said}; correct them in [camera] source"
    )]
    Refused {
        /// The source, without a password.
        source_name: String,
        /// The program's last words.
        said: String,
    },
    /// A network camera answers, but has nothing at this path.
    #[error(
        "no stream at this path of the network camera: {source_name}: {said}; correct the path in [camera] source"
    )]
    NoStream {
        /// The source, without a password.
        source_name: String,
        /// The program's last words.
        said: String,
    },
    /// What the source gives cannot be read as pictures: its format, its size, or it is no video at all.
    #[error(
        "unsupported source: {source_name}: {said}; {}",
        what_to_set(source_name)
    )]
    Unsupported {
        /// The source, without a password.
        source_name: String,
        /// The program's last words.
        said: String,
    },
    /// The program that reads the camera is installed, but cannot read this source: an option, a format or a library is
    /// missing in it.
    #[error(
        "the program that reads {source_name} is unsuitable: {said}; install another build of it"
    )]
    ProgramUnfit {
        /// The source, without a password.
        source_name: String,
        /// The program's last words.
        said: String,
    },
    /// The program that reads the camera is not installed.
    #[error("program not found: {program}; install it, or correct its path in [camera]")]
    NoProgram {
        /// `ffmpeg`, `rpicam-vid`, or the path from the configuration.
        program: String,
    },
    /// The program could not be started for another reason.
    #[error("cannot start {program}: {why}")]
    NotStarted {
        /// The program.
        program: String,
        /// The system's words.
        why: String,
    },
    /// No picture came for some seconds.
    #[error("no picture for {seconds} s; the program said: {said}")]
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
        /// How many times in a row it ended or hung without a picture. From [`NO_PASSING_FAULT`] on it counts as lasting.
        in_a_row: u32,
    },
    /// This app is stopping.
    #[error("the camera is closed: the app stops")]
    Closed,
}

/// As many failures in a row without a picture are not expected to pass any more.
pub const NO_PASSING_FAULT: u32 = 5;

impl CameraError {
    /// Whether waiting does not help: the configuration, the device or the program must be changed first. The camera is
    /// tried again all the same, at the slowest pace.
    pub fn is_lasting(&self) -> bool {
        match self {
            Self::Missing { .. }
            | Self::Forbidden { .. }
            | Self::NotACamera { .. }
            | Self::UnknownHost { .. }
            | Self::Refused { .. }
            | Self::NoStream { .. }
            | Self::Unsupported { .. }
            | Self::ProgramUnfit { .. }
            | Self::NoProgram { .. }
            | Self::NotStarted { .. } => true,
            Self::Ended { in_a_row, .. } => *in_a_row >= NO_PASSING_FAULT,
            Self::Busy { .. } | Self::Unreachable { .. } | Self::Silent { .. } | Self::Closed => {
                false
            }
        }
    }

    /// Whether it goes away when something is plugged in, so that trying again soon makes sense.
    pub(super) fn may_be_plugged_in(&self) -> bool {
        matches!(self, Self::Missing { .. })
    }

    /// The same for the member who asked for a picture.
    pub fn in_chinese(&self) -> String {
        match self {
            Self::Busy { .. } => "摄像头被占用".to_owned(),
            Self::Missing { source_name } if source_name.starts_with("file:") => {
                format!("找不到视频文件, {NO_USE_WAITING}检查 [camera] 的 source")
            }
            Self::Missing { .. } => "找不到摄像头, 请检查是否已插好".to_owned(),
            Self::Forbidden { source_name } if source_name.starts_with("file:") => {
                format!("没有读取视频文件的权限, {NO_USE_WAITING}修改文件权限")
            }
            Self::Forbidden { source_name } if is_address(source_name) => {
                format!("没有访问网络摄像头的权限, {NO_USE_WAITING}检查防火墙")
            }
            Self::Forbidden { .. } => {
                format!("没有使用摄像头的权限, {NO_USE_WAITING}把程序的用户加入 video 组")
            }
            Self::NotACamera {
                source_name,
                instead: Some(instead),
            } => format!(
                "{source_name} 不提供画面, {NO_USE_WAITING}改用 {instead} (v4l2-ctl --list-devices)"
            ),
            Self::NotACamera { source_name, .. } => {
                format!(
                    "{source_name} 不提供画面, {NO_USE_WAITING}换一个设备 (v4l2-ctl --list-devices)"
                )
            }
            Self::Unreachable { .. } => {
                "连不上网络摄像头, 请检查它是否开机, 以及它的地址和网络".to_owned()
            }
            Self::UnknownHost { .. } => {
                format!("连不上网络摄像头: 没有这个主机名, {NO_USE_WAITING}改正地址")
            }
            Self::Refused { .. } => {
                format!("连不上网络摄像头: 用户名或密码不对, {NO_USE_WAITING}改正")
            }
            Self::NoStream { .. } => {
                format!("连不上网络摄像头: 地址里的路径不对, {NO_USE_WAITING}改正")
            }
            Self::Unsupported { .. } => {
                format!("读不出摄像头的画面: 不支持它的格式或设置, {NO_USE_WAITING}查看日志")
            }
            Self::ProgramUnfit { .. } => {
                format!("服务器上的摄像头程序不能用, {NO_USE_WAITING}查看日志并重新安装")
            }
            Self::NoProgram { program } => {
                let name = program.rsplit('/').next().unwrap_or(program);
                format!("服务器上没有安装 {name}, 无法使用摄像头, 请联系管理员")
            }
            Self::NotStarted { .. } => "摄像头程序无法启动, 请联系管理员".to_owned(),
            Self::Silent { seconds, .. } => {
                format!("摄像头没有反应: 等了 {seconds} 秒, 没有画面")
            }
            Self::Ended { in_a_row, .. } if self.is_lasting() => {
                format!("摄像头中断了, 连续重试 {in_a_row} 次都没有画面, {NO_USE_WAITING}查看日志")
            }
            Self::Ended { .. } => "摄像头中断了, 程序会自动重试, 请稍后再试".to_owned(),
            Self::Closed => "监控程序正在停止, 请稍后再试".to_owned(),
        }
    }
}

const NO_USE_WAITING: &str = "等待没有用, 请管理员";

fn where_to_look(source_name: &str) -> &'static str {
    if source_name == "rpicam" {
        "check its cable with the power off (rpicam-hello --list-cameras)"
    } else if source_name.starts_with("file:") {
        "correct the path in [camera] source"
    } else {
        "plug it in, or correct [camera] source (v4l2-ctl --list-devices)"
    }
}

fn how_to_permit(source_name: &str) -> &'static str {
    if source_name.starts_with("file:") {
        "change the permissions of the file and its folders"
    } else if is_address(source_name) {
        "allow the connection in the firewall, or in the systemd unit"
    } else {
        "add the user to the group video (usermod -aG video USER) and start this program again"
    }
}

fn try_another(instead: Option<&str>) -> String {
    instead.map_or_else(
        || "try another device".to_owned(),
        |instead| format!("try {instead}"),
    )
}

fn what_to_set(source_name: &str) -> &'static str {
    if source_name.starts_with("/dev/") {
        "set format, width, height and rate of [camera] to what it has (v4l2-ctl --list-formats-ext), \
         or use source = rpicam for the ribbon camera of a Raspberry Pi"
    } else if source_name == "rpicam" {
        "set width, height and rate of [camera] to what it has (rpicam-vid --list-cameras)"
    } else if is_address(source_name) {
        "check in a player that the address gives a video, and correct it in [camera] source"
    } else {
        "correct [camera] source"
    }
}

fn is_address(source_name: &str) -> bool {
    source_name.contains("://")
}
