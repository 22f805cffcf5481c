//! What the last words of ffmpeg and rpicam-vid mean.
//!
//! The words are those of ffmpeg 4 to 7, the C library, and rpicam-apps. Where two tables fit, the more special one is
//! asked first.

use std::path::Path;

use super::CameraError;
use super::nodes::another_node;
use super::source::without_credentials;

impl CameraError {
    /// What a program's last words mean, when it gave no picture. `source_name` names the camera without a password.
    pub fn from_words(source_name: &str, status: &str, said: &str) -> Self {
        let said = without_credentials(said);
        let lower = said.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        let source_name = source_name.to_owned();
        let is_device = source_name.starts_with("/dev/");
        if has(UNFIT) {
            Self::ProgramUnfit { source_name, said }
        } else if has(BUSY) {
            Self::Busy { source_name }
        } else if has(NOT_A_CAMERA) || (is_device && lower.contains("is a directory")) {
            let instead = another_node(Path::new(SYSFS), &source_name);
            Self::NotACamera {
                source_name,
                instead,
            }
        } else if has(REFUSED) {
            Self::Refused { source_name, said }
        } else if has(NO_STREAM) {
            Self::NoStream { source_name, said }
        } else if has(UNKNOWN_HOST) && !lower.contains(".local") {
            Self::UnknownHost { source_name, said }
        } else if has(UNREACHABLE) || has(UNKNOWN_HOST) {
            Self::Unreachable { source_name, said }
        } else if has(FORBIDDEN) {
            Self::Forbidden { source_name }
        } else if has(MISSING) {
            Self::Missing { source_name }
        } else if has(UNSUPPORTED) || (!is_device && has(NO_VIDEO)) {
            Self::Unsupported { source_name, said }
        } else {
            Self::ended(status, said)
        }
    }

    /// The same when it did give pictures: then its settings are right, and only what can break later is considered.
    pub(super) fn from_words_after_pictures(source_name: &str, status: &str, said: &str) -> Self {
        match Self::from_words(source_name, status, said) {
            it @ (Self::Busy { .. } | Self::Missing { .. } | Self::Unreachable { .. }) => it,
            _ => Self::ended(status, without_credentials(said)),
        }
    }

    fn ended(status: &str, said: String) -> Self {
        Self::Ended {
            status: status.to_owned(),
            said,
            in_a_row: 1,
        }
    }

    /// Whether the program knew what was asked of it, but the device or the program has no such thing: a webcam without
    /// MJPG, or an ffmpeg before 5.0, whose lists of inputs have no options.
    pub(super) fn asks_for_less(&self) -> bool {
        match self {
            Self::Unsupported { said, .. } | Self::ProgramUnfit { said, .. } => {
                let lower = said.to_lowercase();
                lower.contains("cannot find a proper format")
                    || lower.contains("unknown keyword 'option'")
            }
            _ => false,
        }
    }
}

/// Where the system lists its cameras.
const SYSFS: &str = "/sys/class/video4linux";

/// The program lacks something. Before [`MISSING`]: a library that is not there is no camera that is not there.
const UNFIT: &[&str] = &[
    "error while loading shared libraries",
    "symbol lookup error",
    "unrecognized option",
    "unrecognised option",
    "error splitting the argument list",
    "unknown input format",
    "unknown encoder",
    "unknown keyword",
    "option framerate not found",
    "option video_size not found",
    "option input_format not found",
    "protocol not found",
    "requested output format",
    "unable to find a suitable output format",
    "only supports the raspberry pi",
    "configured for the legacy camera stack",
    "*** invalid option",
    "the argument ('",
];
const BUSY: &[&str] = &[
    "device or resource busy",
    "resource busy",
    "in use by another process",
    "failed to acquire camera",
];
/// Before [`MISSING`]: ffmpeg says "no such device" behind it.
const NOT_A_CAMERA: &[&str] = &[
    "inappropriate ioctl for device",
    "not a video capture device",
    "does not support the streaming i/o method",
    "codec 'none' (id 0), pixel format '(null)'",
    "codec 'none' (id 0), pixel format 'none'",
    "ioctl(vidioc_g_input): invalid argument",
    "ioctl(vidioc_enuminput): invalid argument",
];
const REFUSED: &[&str] = &[
    "401 unauthorized",
    "403 forbidden",
    "407 proxy authentication required",
    "authorization failed",
    "access denied",
];
const NO_STREAM: &[&str] = &[
    "400 bad request",
    "404 not found",
    "410 gone",
    "454 session not found",
    "server returned 4",
    "failed: 404",
    "failed: 405",
    "failed: 451",
];
/// The name server's word that the name is none, not that it cannot be asked. Names of `.local` vanish with their host.
const UNKNOWN_HOST: &[&str] = &[
    "name or service not known",
    "no address associated with hostname",
    "nodename nor servname provided",
    "name does not resolve",
];
const UNREACHABLE: &[&str] = &[
    "connection refused",
    "connection reset",
    "connection timed out",
    "operation timed out",
    "host is down",
    "no route to host",
    "network is unreachable",
    "network is down",
    "failed to resolve hostname",
    "temporary failure in name resolution",
    "453 not enough bandwidth",
    "server returned 5",
    "503 service unavailable",
];
const FORBIDDEN: &[&str] = &["permission denied", "operation not permitted"];
const MISSING: &[&str] = &[
    "no such file or directory",
    "no such device",
    "no cameras available",
    "selected camera is not available",
    "failed to find camera",
    "camera frontend has timed out",
];
/// The device or the program says that it has not what was asked for.
const UNSUPPORTED: &[&str] = &[
    "cannot find a proper format",
    "no such input format",
    "no such pixel format",
    "unknown pixel format",
    "unsupported",
    "does not contain any stream",
    "output file is empty, nothing was encoded",
    "matches no streams",
    "could not find codec parameters",
    "decoder not found",
    "unknown decoder",
    "no decoder",
    "option not found",
    "no such filter",
    "not on whitelist",
    "port missing in uri",
    "unexpected tls packet",
    "nonmatching transport",
    "failed: 461",
    "ioctl(vidioc_streamon): no space left on device",
    "ioctl(vidioc_streamon): broken pipe",
    "ioctl(vidioc_s_",
    "invalid argument",
    "not supported",
    "function not implemented",
    "numerical result out of range",
    "failed to generate",
    "failed to configure",
    "failed to allocate capture buffers",
    "insufficient buffer memory",
];
/// Of a device these are broken pictures, which may pass.
const NO_VIDEO: &[&str] = &[
    "is a directory",
    "invalid data found when processing input",
    "moov atom not found",
    "stream ends prematurely",
];
