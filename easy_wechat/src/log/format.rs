//! One event as one line.
//!
//! Owns the two formats and the promise that a line is never more than one line. It does not know
//! where lines go.

use std::error::Error;
use std::fmt::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::tz::TimeZone;
use tracing::Level;
use tracing::field::{Field, Visit};

use super::escape::{Escaper, Inside, escape};
use crate::clock::{Clock, Timestamp};
use crate::config::LogFormat;

/// Makes lines of one format, dated in one time zone.
#[derive(Clone, Debug)]
pub(super) struct Formatter {
    /// Tells this formatter's stamp from another's in a [`Scratch`] that both have used.
    id: u64,
    format: LogFormat,
    zone: TimeZone,
    clock: Clock,
}

impl Formatter {
    pub(super) fn new(format: LogFormat, zone: TimeZone, clock: Clock) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            format,
            zone,
            clock,
        }
    }

    /// The line for what `record` tells, with its line feed.
    pub(super) fn line<'s>(
        &self,
        scratch: &'s mut Scratch,
        level: Level,
        target: &str,
        record: impl FnOnce(&mut Fields<'_>),
    ) -> &'s str {
        let Scratch { line, stamp } = scratch;
        let now = self.clock.now();
        self.refresh(stamp, now);

        line.clear();
        line.shrink_to(KEPT);
        line.push_str(&stamp.head);
        let millis = now.as_micros().rem_euclid(1_000_000) / 1000;
        let _ = write!(line, "{millis:03}");
        line.push_str(&stamp.tail);
        match self.format {
            LogFormat::Human => {
                let _ = write!(line, "{:<5} ", level.as_str());
                escape(line, target, Inside::Message);
                line.push(':');
            }
            LogFormat::Json => {
                line.push_str(level.as_str());
                line.push_str("\",\"target\":\"");
                escape(line, target, Inside::Quotes);
                line.push('"');
            }
        }
        record(&mut Fields {
            line,
            format: self.format,
            first: true,
        });
        line.push_str(match self.format {
            LogFormat::Human => "\n",
            LogFormat::Json => "}\n",
        });
        line
    }

    /// Asks the time zone once a second instead of once a line.
    fn refresh(&self, stamp: &mut Stamp, now: Timestamp) {
        let second = now.as_secs();
        if stamp.formatter == self.id && stamp.second == second {
            return;
        }
        let local = jiff::Timestamp::from_second(second)
            .unwrap_or_default()
            .to_zoned(self.zone.clone());
        let (head, tail) = match self.format {
            LogFormat::Human => ("%Y-%m-%d %H:%M:%S.", " %:z "),
            LogFormat::Json => ("{\"time\":\"%Y-%m-%dT%H:%M:%S.", "%:z\",\"level\":\""),
        };
        *stamp = Stamp {
            formatter: self.id,
            second,
            head: local.strftime(head).to_string(),
            tail: local.strftime(tail).to_string(),
        };
    }
}
/// How much room a line leaves behind for the next one, in bytes.
const KEPT: usize = 16 * 1024;

/// A thread's line, and the second it last wrote.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    line: String,
    stamp: Stamp,
}

/// What stands before and after a second's milliseconds.
#[derive(Debug, Default)]
struct Stamp {
    formatter: u64,
    second: i64,
    head: String,
    tail: String,
}

/// Appends an event's fields to its line.
pub(super) struct Fields<'a> {
    line: &'a mut String,
    format: LogFormat,
    /// Whether none was written yet. The message comes first, as tracing's macros have it.
    first: bool,
}

impl Fields<'_> {
    /// A field whose value is text.
    pub(super) fn text(&mut self, name: &str, value: fmt::Arguments<'_>) {
        self.escaped(name, |escaper| escaper.write_fmt(value));
    }

    /// A field whose value is written through `write`.
    fn escaped(&mut self, name: &str, write: impl FnOnce(&mut Escaper<'_>) -> fmt::Result) {
        let first = std::mem::replace(&mut self.first, false);
        if self.format == LogFormat::Human && first && name == "message" {
            self.line.push(' ');
            let _ = write(&mut Escaper::new(self.line, Inside::Message));
            return;
        }

        self.name(name);
        let json = self.format == LogFormat::Json;
        if json {
            self.line.push('"');
        }
        let start = self.line.len();
        let mut escaper = Escaper::new(self.line, Inside::Quotes);
        // An error is the value's own, from a Display that gave up; what it wrote until then stands.
        let _ = write(&mut escaper);
        let odd = escaper.is_odd() || self.line.len() == start;
        if odd && !json {
            self.line.insert(start, '"');
        }
        if odd || json {
            self.line.push('"');
        }
    }

    /// A field whose value needs neither quotes nor escapes in either format.
    pub(super) fn bare(&mut self, name: &str, value: fmt::Arguments<'_>) {
        self.first = false;
        self.name(name);
        let _ = self.line.write_fmt(value);
    }

    fn name(&mut self, name: &str) {
        let name = name.strip_prefix("r#").unwrap_or(name);
        match self.format {
            LogFormat::Human => {
                self.line.push(' ');
                escape(self.line, name, Inside::Message);
                self.line.push('=');
            }
            LogFormat::Json => {
                self.line.push_str(",\"");
                escape(self.line, name, Inside::Quotes);
                if matches!(name, "time" | "level" | "target") {
                    self.line.push('_');
                }
                self.line.push_str("\":");
            }
        }
    }
}

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.text(field.name(), format_args!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.escaped(field.name(), |escaper| escaper.write_str(value));
    }

    /// With its sources: `the call failed: connection refused`.
    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.text(field.name(), format_args!("{}", Chain(value)));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.bare(field.name(), format_args!("{value}"));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.bare(field.name(), format_args!("{value}"));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.bare(field.name(), format_args!("{value}"));
    }

    fn record_i128(&mut self, field: &Field, value: i128) {
        self.bare(field.name(), format_args!("{value}"));
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        self.bare(field.name(), format_args!("{value}"));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        // JSON has no NaN and no infinity.
        if value.is_finite() {
            self.bare(field.name(), format_args!("{value:?}"));
        } else {
            self.text(field.name(), format_args!("{value}"));
        }
    }
}

struct Chain<'a>(&'a dyn Error);

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
