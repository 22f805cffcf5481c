//! A command whose output is a text.

use std::fmt;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command as Process};
use tokio::time::timeout;

/// A program with its arguments, and how long it may take. No shell reads the line; who wants one writes `sh -c "…"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    words: Vec<String>,
    limit: Duration,
}

/// Why a command gave no text.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CommandError {
    /// It could not be started.
    #[error("{program:?} could not be started")]
    Start {
        /// The program.
        program: String,
        /// Why.
        source: std::io::Error,
    },
    /// It ended with an error.
    #[error("{program:?} failed ({status}){}", said(.stderr))]
    Failed {
        /// The program.
        program: String,
        /// The exit code, or the signal.
        status: ExitStatus,
        /// The beginning of what it wrote to its standard error stream.
        stderr: String,
    },
    /// It took too long, and was killed with all that it had started.
    #[error("{program:?} was not done after {limit:?} and was killed{}", said(.stderr))]
    TooSlow {
        /// The program.
        program: String,
        /// The limit.
        limit: Duration,
        /// The beginning of what it wrote to its standard error stream.
        stderr: String,
    },
    /// It wrote more than is sent, and was killed.
    #[error("{program:?} wrote more than {MOST_OUTPUT} bytes; that is no message")]
    TooLong {
        /// The program.
        program: String,
    },
    /// Its output could not be read.
    #[error("the output of {program:?} could not be read")]
    Read {
        /// The program.
        program: String,
        /// Why.
        source: std::io::Error,
    },
}

impl Command {
    /// Splits a line into words as a shell does, but for all else that a shell does. `None` when a quote is not closed, or
    /// there is no word.
    pub fn parse(line: &str, limit: Duration) -> Option<Self> {
        let words = shlex::split(line).filter(|words| !words.is_empty())?;
        Some(Self { words, limit })
    }

    /// Why it cannot be started, as far as one can see without starting it; `None` when it can.
    pub fn missing(&self) -> Option<String> {
        let program = self.words.first()?;
        if program.contains('/') {
            let path = Path::new(program);
            return match path.metadata() {
                Ok(found) if found.is_dir() => Some(format!("{program} is a directory")),
                Ok(found) if !may_run(&found) => Some(format!("{program} is not executable")),
                Ok(_) => None,
                Err(error) => Some(format!("{program}: {error}")),
            };
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "the system looks for the program in the same variable"
        )]
        let places = std::env::var_os("PATH")?;
        let is_there = |folder: PathBuf| {
            let found = folder.join(program).metadata();
            found.is_ok_and(|found| found.is_file() && may_run(&found))
        };
        (!std::env::split_paths(&places).any(is_there))
            .then(|| format!("there is no program {program:?} in the PATH"))
    }

    /// What it prints. What is not UTF-8 of it becomes U+FFFD.
    ///
    /// # Errors
    /// It did not end well.
    pub async fn run(&self) -> Result<String, CommandError> {
        let mut words = self.words.iter();
        let program = words.next().cloned().unwrap_or_default();
        let mut process = Process::new(&program);
        process
            .args(words)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        // So that what it starts can be killed with it.
        #[cfg(unix)]
        process.process_group(0);
        let child = process.spawn().map_err(|source| CommandError::Start {
            program: program.clone(),
            source,
        })?;
        self.finish(Running::new(child), program).await
    }

    async fn finish(&self, mut running: Running, program: String) -> Result<String, CommandError> {
        let stdout = running.child.stdout.take();
        let stderr = running.child.stderr.take();
        let (mut said, mut complaint) = (Vec::new(), Vec::new());
        let ended = {
            let reading = read(stdout, &mut said, MOST_OUTPUT + 1, true);
            let complaining = read(stderr, &mut complaint, MOST_COMPLAINT, false);
            let all = async { tokio::join!(reading, complaining, running.child.wait()) };
            tokio::pin!(all);
            timeout(self.limit, all).await
        };
        running.kill();
        let stderr = String::from_utf8_lossy(&complaint).trim().to_owned();
        let Ok((read, _, status)) = ended else {
            return Err(CommandError::TooSlow {
                program,
                limit: self.limit,
                stderr,
            });
        };
        if said.len() > MOST_OUTPUT {
            return Err(CommandError::TooLong { program });
        }
        let status = match (read, status) {
            (Ok(()), Ok(status)) => status,
            (Err(source), _) | (_, Err(source)) => {
                return Err(CommandError::Read { program, source });
            }
        };
        if !status.success() {
            return Err(CommandError::Failed {
                program,
                status,
                stderr,
            });
        }
        Ok(String::from_utf8_lossy(&said).into_owned())
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words.join(" "))
    }
}

/// Reads up to `most` bytes. Then the pipe is closed, which ends who goes on writing; or read on and thrown away, so that
/// nobody waits.
async fn read(
    pipe: Option<impl AsyncRead + Unpin>,
    into: &mut Vec<u8>,
    most: usize,
    close: bool,
) -> std::io::Result<()> {
    let Some(mut pipe) = pipe else {
        return Ok(());
    };
    (&mut pipe).take(most as u64).read_to_end(into).await?;
    if !close {
        tokio::io::copy(&mut pipe, &mut tokio::io::sink()).await?;
    }
    Ok(())
}

/// A process whose whole group is killed at the end, also when nobody waits for it any more.
struct Running {
    child: Child,
    #[cfg(unix)]
    group: Option<nix::unistd::Pid>,
}

impl Running {
    fn new(child: Child) -> Self {
        #[cfg(unix)]
        let group = child
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .map(nix::unistd::Pid::from_raw);
        Self {
            child,
            #[cfg(unix)]
            group,
        }
    }

    fn kill(&mut self) {
        #[cfg(unix)]
        if let Some(group) = self.group.take() {
            // It may be gone already.
            let _ = nix::sys::signal::killpg(group, nix::sys::signal::Signal::SIGKILL);
        }
        let _ = self.child.start_kill();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

#[cfg(unix)]
fn may_run(file: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    file.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn may_run(_: &Metadata) -> bool {
    true
}

fn said(stderr: &str) -> String {
    if stderr.is_empty() {
        return String::new();
    }
    format!("; it wrote: {stderr}")
}

/// Ten messages of the platform's length.
pub const MOST_OUTPUT: usize = 20 * 1024;

const MOST_COMPLAINT: usize = 400;
