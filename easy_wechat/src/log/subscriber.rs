//! What receives the events: which of them are wanted, and the step from an event to the writer.

use std::cell::Cell;

use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Metadata, Subscriber};

use super::format::{Formatter, Scratch};

/// Gives each wanted event to `write`, as one whole line.
pub(super) fn subscriber<W>(
    level: LevelFilter,
    formatter: Formatter,
    write: W,
) -> impl Subscriber + Send + Sync
where
    W: Fn(&[u8]) + Send + Sync + 'static,
{
    Lines {
        level,
        formatter,
        write,
    }
}

struct Lines<W> {
    level: LevelFilter,
    formatter: Formatter,
    write: W,
}

impl<W: Fn(&[u8]) + Send + Sync + 'static> Subscriber for Lines<W> {
    /// Asked once for each place in the code, not for each event.
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.enabled(metadata) {
            Interest::always()
        } else {
            Interest::never()
        }
    }

    // A span that nobody writes is not worth making.
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        !metadata.is_span() && *metadata.level() <= wanted(self.level, metadata.target())
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level)
    }

    fn event(&self, event: &Event<'_>) {
        // Taken, not borrowed: a value that logs while it is being formatted finds an empty one
        // instead of a panic.
        let mut scratch = SCRATCH.try_with(Cell::take).unwrap_or_default();
        let metadata = event.metadata();
        let line = self.formatter.line(
            &mut scratch,
            *metadata.level(),
            metadata.target(),
            |fields| {
                event.record(fields);
            },
        );
        (self.write)(line.as_bytes());
        let _ = SCRATCH.try_with(|cell| cell.set(scratch));
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// The least severe level that is wanted of a target.
fn wanted(level: LevelFilter, target: &str) -> LevelFilter {
    let library = target.split("::").next().unwrap_or_default();
    if level < LevelFilter::DEBUG && TALKATIVE.contains(&library) {
        return level.min(LevelFilter::WARN);
    }
    level
}

/// The libraries below the server that are only heard from WARN on.
const TALKATIVE: [&str; 15] = [
    "actix_http",
    "actix_rt",
    "actix_server",
    "actix_web",
    "h2",
    "hyper",
    "hyper_rustls",
    "hyper_util",
    "mio",
    "reqwest",
    "rustls",
    "tokio",
    "tokio_rustls",
    "tokio_util",
    "tower",
];

thread_local! {
    static SCRATCH: Cell<Scratch> = Cell::default();
}

#[cfg(test)]
mod tests;
