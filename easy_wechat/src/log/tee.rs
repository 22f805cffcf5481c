//! The writer behind the queue: each line to stderr and to the file.
//!
//! Owns what is said when lines get lost. It never fails, because the thread that runs it has
//! nobody to tell.

use std::io::{self, BufWriter, Write};

use tracing::Level;

use super::format::{Fields, Formatter, Scratch};
use super::roll::Roller;

/// Writes a line per call of `write`, to stderr (here `E`) and to the file.
pub(super) struct Tee<E: Write, D> {
    stderr: BufWriter<E>,
    to_stderr: bool,
    file: Option<Roller>,
    fallback: Fallback,
    formatter: Formatter,
    /// Whether the file failed, and this was said.
    failing: bool,
    /// Whether the file took a line since the last flush.
    taken: bool,
    /// Tells how many lines the full queue has refused so far.
    dropped: D,
    dropped_said: usize,
}

impl<E: Write, D: Fn() -> usize> Tee<E, D> {
    pub(super) fn new(
        to_stderr: bool,
        stderr: E,
        file: Option<Roller>,
        formatter: Formatter,
        dropped: D,
    ) -> Self {
        let stderr = BufWriter::with_capacity(STDERR_BUFFER, stderr);
        Self {
            stderr,
            to_stderr,
            file,
            fallback: Fallback::Lines,
            formatter,
            failing: false,
            taken: false,
            dropped,
            dropped_said: 0,
        }
    }

    /// Sets the fallback while the file cannot be written. Default: [`Fallback::Lines`].
    pub(super) fn falling_back(self, fallback: Fallback) -> Self {
        Self { fallback, ..self }
    }

    fn file_failed(&mut self, error: &io::Error) {
        self.taken = false;
        if self.failing {
            return;
        }
        self.failing = true;
        let Some(file) = &self.file else { return };
        let path = file.path().display();
        if matches!(self.fallback, Fallback::Once | Fallback::Nothing) {
            if self.fallback == Fallback::Once {
                let _ = writeln!(
                    self.stderr,
                    "warning: the log cannot be written: {path}: {error}; set log_path of [system], or log_file = false"
                );
            }
            self.file = None;
            return;
        }
        let line = said(&self.formatter, |fields| {
            fields.text(
                "message",
                format_args!("the log file cannot be written, so the log goes to stderr only"),
            );
            fields.text("path", format_args!("{path}"));
            fields.text("error", format_args!("{error}"));
            fields.text("help", format_args!("{HELP}"));
        });
        let _ = self.stderr.write_all(line.as_bytes());
    }

    fn file_works(&mut self) {
        self.failing = false;
        let line = said(&self.formatter, |fields| {
            fields.text("message", format_args!("the log file can be written again"));
        });
        let _ = self.stderr.write_all(line.as_bytes());
    }

    fn say_dropped(&mut self) {
        let dropped = (self.dropped)();
        let new = dropped.saturating_sub(self.dropped_said);
        if new == 0 {
            return;
        }
        self.dropped_said = dropped;
        let line = said(&self.formatter, |fields| {
            fields.text(
                "message",
                format_args!("the log was too slow, so lines are missing before this one"),
            );
            fields.bare("lines", format_args!("{new}"));
        });
        let _ = self.write(line.as_bytes());
    }
}

impl<E: Write, D: Fn() -> usize> Write for Tee<E, D> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if let Some(file) = &mut self.file {
            match file.write_all(line) {
                Ok(()) => self.taken = true,
                Err(error) => self.file_failed(&error),
            }
        }
        if self.to_stderr || (self.failing && self.fallback == Fallback::Lines) {
            // Nobody may be reading stderr; the server runs on.
            let _ = self.stderr.write_all(line);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.say_dropped();
        if let Some(file) = &mut self.file {
            match file.flush() {
                Ok(()) if self.failing && self.taken => self.file_works(),
                Ok(()) => {}
                Err(error) => self.file_failed(&error),
            }
            self.taken = false;
        }
        let _ = self.stderr.flush();
        Ok(())
    }
}

/// Where lines go while the file cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fallback {
    /// To stderr, after a line with the reason.
    Lines,
    /// Only the line with the reason goes to stderr, which gets the others from its own queue.
    Told,
    /// Nowhere: after one warning on stderr, nothing more is logged.
    Once,
    /// Nowhere: nothing more is logged.
    #[cfg_attr(
        not(feature = "cli"),
        expect(
            dead_code,
            reason = "only the command has a log that may be missing in silence"
        )
    )]
    Nothing,
}

/// A line of the log's own.
fn said(formatter: &Formatter, record: impl FnOnce(&mut Fields<'_>)) -> String {
    formatter
        .line(&mut Scratch::default(), Level::WARN, module_path!(), record)
        .to_owned()
}

const STDERR_BUFFER: usize = 64 * 1024;
const HELP: &str = "check log_path and log_name in [system]; it is tried again every 10 seconds";

#[cfg(test)]
mod tests;
