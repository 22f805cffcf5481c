//! A program that writes pictures to its standard output.

use std::io;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use easy_wechat::Secret;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Child;
use tokio::time::{Instant, timeout, timeout_at};
use tracing::warn;

use super::source::Reader;
use super::{CameraError, CameraSettings, JpegStream};

/// Runs it until it ends, or no picture came for a while, which is trouble; or until `stop`, which is none. In any case it
/// is gone then, and does not hold the camera any more.
pub(super) async fn run(
    Reader { mut command, input }: Reader,
    settings: &CameraSettings,
    mut on_frame: impl FnMut(Bytes),
    stop: impl Future<Output = ()>,
) -> Option<CameraError> {
    let name = command
        .as_std()
        .get_program()
        .to_string_lossy()
        .into_owned();
    let spawned = command
        .stdin(if input.is_some() {
            Stdio::piped()
        } else {
            Stdio::null()
        })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // Ctrl-C in the terminal is for this program, which ends the other one.
        .process_group(0)
        .kill_on_drop(true)
        .spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) => return Some(not_started(name, &error)),
    };
    let group = Group::of(&child);
    let words = LastWords::of(child.stderr.take());
    let mut pictures = 0_u64;
    let counted = |jpeg: Bytes| {
        pictures += 1;
        on_frame(jpeg);
    };
    let read = tokio::select! {
        read = read(&mut child, input, settings.silence, counted) => Some(read),
        () = stop => None,
    };
    let status = end(&mut child, !matches!(read, Some(Ok(())))).await;
    drop(group);
    let read = read?;
    let name = settings.source.to_string();
    let said = words.said().await;
    let trouble = if pictures == 0 {
        CameraError::from_words(&name, &status, &said)
    } else {
        CameraError::from_words_after_pictures(&name, &status, &said)
    };
    match (read, trouble) {
        (Err(TooSilent), CameraError::Ended { said, .. }) => Some(CameraError::Silent {
            seconds: settings.silence.as_secs(),
            said,
        }),
        (_, trouble) => Some(trouble),
    }
}

/// Why a program does not start.
pub(crate) fn not_started(program: String, error: &io::Error) -> CameraError {
    if error.kind() == io::ErrorKind::NotFound {
        CameraError::NoProgram { program }
    } else {
        CameraError::NotStarted {
            program,
            why: error.to_string(),
        }
    }
}

struct TooSilent;

/// Until the end of the output.
async fn read(
    child: &mut Child,
    input: Option<Secret>,
    silence: Duration,
    mut on_frame: impl FnMut(Bytes),
) -> Result<(), TooSilent> {
    if let (Some(input), Some(mut stdin)) = (input, child.stdin.take()) {
        // It fits into the pipe's buffer. A program that does not read says why when it ends.
        let _ = timeout(silence, stdin.write_all(input.reveal().as_bytes())).await;
    }
    let Some(mut output) = child.stdout.take() else {
        return Ok(());
    };
    let mut stream = JpegStream::new();
    let mut chunk = vec![0; CHUNK];
    let mut dead_at = Instant::now() + silence;
    loop {
        // Rubbish is no sign of life: only a picture moves the deadline.
        let Ok(read) = timeout_at(dead_at, output.read(&mut chunk)).await else {
            return Err(TooSilent);
        };
        let Some(bytes) = read
            .ok()
            .filter(|&it| it > 0)
            .and_then(|it| chunk.get(..it))
        else {
            return Ok(());
        };
        stream.push(bytes);
        while let Some(jpeg) = stream.take() {
            on_frame(jpeg);
            dead_at = Instant::now() + silence;
        }
        if Instant::now() > dead_at {
            return Err(TooSilent);
        }
    }
}

/// The process group that a program was started in. When this is dropped the system ends whatever is left in it: the
/// program may be a script, which started others.
#[derive(Debug)]
pub(crate) struct Group {
    #[cfg(unix)]
    leader: Option<nix::unistd::Pid>,
}

impl Group {
    pub(crate) fn of(child: &Child) -> Self {
        #[cfg(not(unix))]
        let _ = child;
        Self {
            #[cfg(unix)]
            leader: child
                .id()
                .and_then(|id| i32::try_from(id).ok())
                .map(nix::unistd::Pid::from_raw),
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(leader) = self.leader {
            // Mostly nobody is left.
            let _ = nix::sys::signal::killpg(leader, nix::sys::signal::Signal::SIGKILL);
        }
    }
}

/// Waits for its end, or kills it; nothing of it is left. How it ended, in words.
pub(crate) async fn end(child: &mut Child, at_once: bool) -> String {
    if !at_once && let Ok(Ok(status)) = timeout(GRACE, child.wait()).await {
        return status.to_string();
    }
    if let Err(error) = child.start_kill() {
        warn!(%error, "a program cannot be killed");
    }
    match timeout(GRACE, child.wait()).await {
        Ok(Ok(status)) => status.to_string(),
        _ => "it does not end".to_owned(),
    }
}

/// The last 4 KB that a program wrote to its standard error; all of it is read, or the program would stop.
#[derive(Debug)]
pub(crate) struct LastWords {
    tail: Arc<Mutex<Vec<u8>>>,
    reader: Option<tokio::task::JoinHandle<()>>,
}

impl LastWords {
    pub(crate) fn of(stderr: Option<impl AsyncRead + Send + Unpin + 'static>) -> Self {
        let tail = Arc::new(Mutex::new(Vec::new()));
        let reader = stderr.map(|mut stderr| {
            let tail = Arc::clone(&tail);
            tokio::spawn(async move {
                let mut chunk = [0; KEPT];
                while let Ok(count @ 1..) = stderr.read(&mut chunk).await {
                    let mut tail = tail.lock().unwrap_or_else(PoisonError::into_inner);
                    tail.extend_from_slice(chunk.get(..count).unwrap_or_default());
                    let too_many = tail.len().saturating_sub(KEPT);
                    tail.drain(..too_many);
                }
            })
        });
        Self { tail, reader }
    }

    /// All that it said until its end, as one line.
    pub(crate) async fn said(mut self) -> String {
        if let Some(reader) = &mut self.reader {
            // A child of the program may hold it open.
            let _ = timeout(GRACE, reader).await;
        }
        let tail = self.tail.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(&tail).into_owned();
        drop(tail);
        let words: Vec<&str> = text
            .split(|it: char| it.is_whitespace() || it.is_control())
            .filter(|word| !word.is_empty())
            .collect();
        words.join(" ")
    }
}

impl Drop for LastWords {
    fn drop(&mut self) {
        if let Some(reader) = &self.reader {
            reader.abort();
        }
    }
}

const CHUNK: usize = 64 * 1024;
const KEPT: usize = 4 * 1024;

/// How long a program may take to end once its output has.
const GRACE: Duration = Duration::from_secs(2);
