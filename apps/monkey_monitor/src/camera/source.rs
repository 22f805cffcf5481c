//! Where the pictures come from, and the command that reads them.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use easy_wechat::Secret;
use easy_wechat::config::{AddressError, check_userinfo};
use tokio::process::Command;

use super::{CameraSettings, Format};

/// A camera, by what `[camera] source` says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// `synthetic`: a picture that this program draws. The default.
    Synthetic,
    /// `/dev/video0`: a camera of this machine (V4L2).
    Device(PathBuf),
    /// `rtsp://…` or `rtsps://…`: a camera of the network. The address may hold a password, so it is never shown.
    Rtsp(Secret),
    /// `http://…` or `https://…`: a camera of the network that gives MJPEG. The address is never shown either.
    Http(Secret),
    /// `file:/path/to/video.mp4`: a video file, in a loop.
    File(PathBuf),
    /// `rpicam`: the camera of a Raspberry Pi.
    Rpicam,
    /// `lavfi:testsrc2=size=640x480:rate=10`: a picture that ffmpeg draws, for tests.
    Lavfi(String),
}

/// Why a text is not a source. Shows no part of it: it may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// It is none of those that [`Source`] lists.
    #[error("unknown kind of source; expected {EXPECTED_SOURCE}")]
    Unknown,
    /// An address with white space or a control character in it.
    #[error(
        "white space or a control character in the address; percent-encode it (a space is %20)"
    )]
    Blank,
    /// An address whose user and password can be read in two ways.
    #[error(transparent)]
    Address(#[from] AddressError),
}

impl FromStr for Source {
    type Err = SourceError;

    fn from_str(text: &str) -> Result<Self, SourceError> {
        let text = text.trim();
        if text.is_empty() || text == "synthetic" {
            Ok(Self::Synthetic)
        } else if text == "rpicam" {
            Ok(Self::Rpicam)
        } else if text.starts_with("/dev/") {
            Ok(Self::Device(text.into()))
        } else if text.starts_with("rtsp://") || text.starts_with("rtsps://") {
            address(text).map(Self::Rtsp)
        } else if text.starts_with("http://") || text.starts_with("https://") {
            address(text).map(Self::Http)
        } else if let Some(path) = text.strip_prefix("file:").filter(|it| !it.is_empty()) {
            Ok(Self::File(path.into()))
        } else if let Some(filter) = text.strip_prefix("lavfi:").filter(|it| !it.is_empty()) {
            Ok(Self::Lavfi(filter.to_owned()))
        } else {
            Err(SourceError::Unknown)
        }
    }
}

fn address(text: &str) -> Result<Secret, SourceError> {
    if text.contains(|it: char| it.is_whitespace() || it.is_control()) {
        return Err(SourceError::Blank);
    }
    check_userinfo(text)?;
    Ok(Secret::from(text.to_owned()))
}

/// As it may be shown: an address without its user and password.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Synthetic => f.write_str("synthetic"),
            Self::Device(path) => write!(f, "{}", path.display()),
            Self::Rtsp(address) | Self::Http(address) => {
                f.write_str(&without_credentials(address.reveal()))
            }
            Self::File(path) => write!(f, "file:{}", path.display()),
            Self::Rpicam => f.write_str("rpicam"),
            Self::Lavfi(filter) => write!(f, "lavfi:{filter}"),
        }
    }
}

/// A program that writes pictures, and what it reads.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) command: Command,
    /// For its standard input. Addresses go this way: arguments are seen by all users of the machine.
    pub(super) input: Option<Secret>,
}

/// How much is asked of a device or of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    /// All that makes the picture better: MJPG of a webcam, TCP for RTSP.
    Most,
    /// Only what every device and every ffmpeg has.
    Least,
}

impl Source {
    /// Whether it can be asked for less than [`Ask::Most`].
    pub(super) fn can_be_asked_for_less(&self, settings: &CameraSettings) -> bool {
        match self {
            Self::Device(_) => settings.format == Format::Auto,
            Self::Rtsp(_) => true,
            _ => false,
        }
    }

    /// The program whose standard output is JPEG pictures; none for the synthetic source.
    pub(super) fn reader(&self, settings: &CameraSettings, ask: Ask) -> Option<Reader> {
        let rate = settings.rate.to_string();
        let mut list = None;
        let input: Vec<OsString> = match self {
            Self::Synthetic => return None,
            Self::Rpicam => {
                return Some(Reader {
                    command: rpicam(settings),
                    input: None,
                });
            }
            Self::Device(path) => {
                let size = format!("{}x{}", settings.width, settings.height);
                let mut input = words(AT_ONCE);
                input.extend(words(&["-f", "v4l2"]));
                let format = match (settings.format, ask) {
                    (Format::Auto, Ask::Most) => Some(Format::Mjpeg),
                    (Format::Auto, Ask::Least) => None,
                    (format, _) => Some(format),
                };
                if let Some(format) = format {
                    input.extend(words(&["-input_format", format.name()]));
                }
                input.extend(words(&["-framerate", &rate, "-video_size", &size, "-i"]));
                input.push(path.into());
                input
            }
            Self::Rtsp(address) => {
                let options: &[&str] = match ask {
                    // Over UDP a picture that lost a packet is grey.
                    Ask::Most => &["rtsp_transport tcp"],
                    Ask::Least => &[],
                };
                list = Some(list_of(address, options));
                words(FROM_LIST)
            }
            Self::Http(address) => {
                list = Some(list_of(address, &[]));
                // The stream tells no times; ffmpeg would take it for one of 25 pictures a second.
                let mut input = words(&["-use_wallclock_as_timestamps", "1"]);
                input.extend(words(FROM_LIST));
                input
            }
            Self::File(path) => {
                let mut input = words(&["-re", "-stream_loop", "-1", "-i"]);
                let mut file = OsString::from("file:");
                file.push(path);
                input.push(file);
                input
            }
            Self::Lavfi(filter) => {
                let mut input = words(AT_ONCE);
                input.extend(words(&["-re", "-f", "lavfi", "-i", filter]));
                input
            }
        };
        let CameraSettings { width, height, .. } = settings;
        let fit = format!(
            "fps={rate},scale={width}:{height}:force_original_aspect_ratio=decrease:force_divisible_by=2"
        );
        let mut command = Command::new(&settings.ffmpeg);
        command
            // Without -nostdin it eats what is typed in the terminal.
            .args(["-hide_banner", "-loglevel", "error", "-nostdin"])
            .args(input)
            .args(["-an", "-sn", "-vf", &fit])
            .args([
                "-threads", "1", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-q:v", "5",
            ])
            .args(["-flush_packets", "1", "-f", "image2pipe", "pipe:1"]);
        Some(Reader {
            command,
            input: list,
        })
    }
}

/// A list of one input, as ffmpeg's concat demuxer reads it. <https://ffmpeg.org/ffmpeg-formats.html#concat-1>
fn list_of(address: &Secret, options: &[&str]) -> Secret {
    let quoted = address.reveal().replace('\'', "'\\''");
    let mut list = format!("ffconcat version 1.0\nfile '{quoted}'\n");
    for option in options {
        list.push_str("option ");
        list.push_str(option);
        list.push('\n');
    }
    Secret::from(list)
}

/// <https://www.raspberrypi.com/documentation/computers/camera_software.html#rpicam-vid>
fn rpicam(settings: &CameraSettings) -> Command {
    let mut command = Command::new(&settings.rpicam);
    command
        .args(["-n", "-t", "0", "--codec", "mjpeg", "-q", "70", "--flush"])
        .args(["--width", &settings.width.to_string()])
        .args(["--height", &settings.height.to_string()])
        .args(["--framerate", &settings.rate.to_string()])
        .args(["-o", "-"]);
    command
}

fn words(words: &[&str]) -> Vec<OsString> {
    words.iter().map(OsString::from).collect()
}

/// The text with `user:password@` taken out of every address in it. Whatever stands before an `@` goes: a password may
/// have a slash in it that should have been escaped. Some cameras take the password as `password=…` behind the host: where
/// there is a `=`, nothing behind the host is shown.
pub(super) fn without_credentials(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("://") {
        shown.push_str(before);
        shown.push_str("://");
        let word = after.split(char::is_whitespace).next().unwrap_or_default();
        rest = match word.rsplit_once('@') {
            Some((credentials, _)) => {
                shown.push_str("***@");
                after
                    .strip_prefix(credentials)
                    .and_then(|it| it.strip_prefix('@'))
                    .unwrap_or(after)
            }
            None => after,
        };
        let word = rest.split(char::is_whitespace).next().unwrap_or_default();
        if word.contains('=') {
            shown.push_str(word.split(['/', '?']).next().unwrap_or_default());
            shown.push_str("/***");
            rest = rest.strip_prefix(word).unwrap_or_default();
        }
    }
    shown.push_str(rest);
    shown
}

/// The values of `source`, in words.
pub const EXPECTED_SOURCE: &str =
    "synthetic, /dev/video0, rtsp://…, http://…, file:/path/to/video.mp4, rpicam or lavfi:FILTER";

/// ffmpeg would look at pictures for seconds before it gives the first; these inputs say what they are.
const AT_ONCE: &[&str] = &["-analyzeduration", "0", "-probesize", "32"];

/// The address comes through the standard input: what is on the command line is seen by all users of the machine.
const FROM_LIST: &[&str] = &[
    "-protocol_whitelist",
    "pipe,fd,rtsp,rtsps,rtp,http,https,httpproxy,tcp,udp,tls,crypto",
    "-f",
    "concat",
    "-safe",
    "0",
    "-i",
    "pipe:0",
];
