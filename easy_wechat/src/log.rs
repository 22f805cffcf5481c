//! The log: one line per event, to stderr and to a file that is rotated.
//!
//! [`init`] installs a subscriber for everything that is logged with [`tracing`]. The thread that
//! logs only formats the line and puts it in a queue of 8 MiB for stderr and one for the file; a background thread for each
//! writes every 20 ms. When a queue is full, lines are dropped, and a later line says how many:
//! a slow disk never slows a callback down.
//!
//! An event is always one line. Line feeds, escape sequences and other invisible characters in a
//! message or a value, which may come from a stranger, are written as `\n`, `\u001b`; Chinese is
//! written as it is.
//!
//! Spans are not written: put what a line should say in its own fields. Records of the `log` crate
//! are not seen.

mod archive;
mod escape;
mod format;
mod queue;
mod roll;
mod subscriber;
mod tee;

use std::io;

use jiff::tz::TimeZone;
use tracing::level_filters::LevelFilter;
use tracing::subscriber::set_global_default;

use crate::clock::Clock;
use crate::config::{LogLevel, LogSettings};
use format::Formatter;
use queue::{Queue, Writer};
use roll::Roller;
use subscriber::subscriber;
use tee::{Fallback, Tee};

/// Sends everything that is logged from now on, in the whole process, where `settings` says.
///
/// A file that cannot be written is no error: the lines go to stderr, the first of them says why,
/// and the file is tried again every 10 seconds. A file system that hangs does not delay stderr. Keep the guard until the
/// process ends.
///
/// # Errors
/// [`LogError::TimeZone`] when the zone is unknown; [`LogError::AlreadySet`] when the process
/// already has a subscriber, which stays; [`LogError::Thread`] when the system gives no thread.
pub fn init(settings: &LogSettings, clock: Clock) -> Result<LogGuard, LogError> {
    let has_place = has_place(settings);
    let to_stderr = settings.stderr || (settings.file && !has_place);
    let fallback = if to_stderr {
        Fallback::Told
    } else {
        Fallback::Lines
    };
    start(settings, clock, to_stderr, fallback)
}

/// Like [`init`], for a short-lived command: no lines go to stderr. When the file cannot be written, stderr gets one warning,
/// or none if `quiet`, and nothing more is logged. `None` when there is no file to write.
///
/// # Errors
/// As for [`init`].
#[cfg(feature = "cli")]
pub(crate) fn init_for_command(
    settings: &LogSettings,
    clock: Clock,
    quiet: bool,
) -> Result<Option<LogGuard>, LogError> {
    if !settings.file || !has_place(settings) {
        return Ok(None);
    }
    let fallback = if quiet {
        Fallback::Nothing
    } else {
        Fallback::Once
    };
    start(settings, clock, false, fallback).map(Some)
}

fn has_place(settings: &LogSettings) -> bool {
    let dir = settings.dir.as_ref();
    dir.is_some_and(|dir| !dir.as_os_str().is_empty())
}

/// Starts a queue and a thread each for stderr and the file, so that neither waits for the other.
fn start(
    settings: &LogSettings,
    clock: Clock,
    to_stderr: bool,
    fallback: Fallback,
) -> Result<LogGuard, LogError> {
    let name = &settings.time_zone;
    let zone = TimeZone::get(name).map_err(|_| LogError::TimeZone { name: name.clone() })?;
    let formatter = Formatter::new(settings.format, zone.clone(), clock.clone());
    let (mut queues, mut writers) = (Vec::new(), Vec::new());
    let mut add = |file: Option<Roller>| {
        let (to_stderr, said) = (file.is_none(), formatter.clone());
        let (queue, writer) = Queue::start(|dropped| {
            Tee::new(to_stderr, io::stderr(), file, said, move || dropped.lines())
                .falling_back(fallback)
        })
        .map_err(|error| LogError::Thread(error.kind()))?;
        queues.push(queue);
        writers.push(writer);
        Ok(())
    };
    if to_stderr {
        add(None)?;
    }
    if settings.file && has_place(settings) {
        add(Some(Roller::new(settings, zone, clock)))?;
    }
    set_global_default(subscriber(
        filter(settings.level),
        formatter,
        move |line: &[u8]| {
            for queue in &queues {
                queue.put(line);
            }
        },
    ))
    .map_err(|_| LogError::AlreadySet)?;
    Ok(LogGuard { writers })
}

fn filter(level: LogLevel) -> LevelFilter {
    match level {
        LogLevel::Off => LevelFilter::OFF,
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    }
}

/// Writes what is still queued when it is dropped, waiting a second at most; after that nothing
/// is logged any more.
#[derive(Debug)]
#[must_use = "the log ends when the guard is dropped"]
pub struct LogGuard {
    writers: Vec<Writer>,
}

impl Drop for LogGuard {
    fn drop(&mut self) {
        // Close all before any is waited for, so that they finish at the same time.
        for writer in &self.writers {
            writer.close();
        }
    }
}

/// Why [`init`] installed nothing.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LogError {
    /// Another subscriber was installed before; it goes on, so this may be ignored.
    #[error("the process already has a log subscriber")]
    AlreadySet,
    /// The system gave no thread to write with.
    #[error("the system gave no thread to write the log with: {0}")]
    Thread(io::ErrorKind),
    /// The time zone is not in the IANA database.
    #[error(
        "log_time_zone: {name:?} is no known time zone; write an IANA name such as Asia/Shanghai or UTC"
    )]
    TimeZone {
        /// What was configured.
        name: String,
    },
}

#[cfg(test)]
mod tests;
