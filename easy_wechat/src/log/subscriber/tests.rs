use tracing::level_filters::LevelFilter;
use tracing::subscriber::with_default;
use tracing::{Level, Subscriber, debug, error, info, info_span, trace, warn};

use super::subscriber;
use crate::clock::Clock;
use crate::config::LogFormat;
use crate::log::format::Formatter;
use crate::log::tests::{logged_as, shanghai};

#[test]
fn libraries_are_heard_from_warn_on_unless_debugging() {
    // Level of the log; then what passes of an app, and of a library.
    let cases = [
        (LevelFilter::OFF, 0, 0),
        (LevelFilter::ERROR, 1, 1),
        (LevelFilter::WARN, 2, 2),
        (LevelFilter::INFO, 3, 2),
        (LevelFilter::DEBUG, 4, 4),
        (LevelFilter::TRACE, 5, 5),
    ];
    macro_rules! all_levels {
        ($target:literal) => {{
            error!(target: $target, "x");
            warn!(target: $target, "x");
            info!(target: $target, "x");
            debug!(target: $target, "x");
            trace!(target: $target, "x");
        }};
    }
    let count = |level, log: fn()| {
        logged_as(LogFormat::Human, level, |_| log())
            .lines()
            .count()
    };
    for (level, app, library) in cases {
        assert_eq!(
            count(level, || all_levels!("easy_wechat::server")),
            app,
            "{level}"
        );
        assert_eq!(
            count(level, || all_levels!("h2o_bot::main")),
            app,
            "{level}"
        );
        assert_eq!(
            count(level, || all_levels!("actix_server::builder")),
            library,
            "{level}"
        );
        assert_eq!(
            count(level, || all_levels!("h2::codec")),
            library,
            "{level}"
        );
    }
}

#[test]
fn a_span_is_not_made() {
    let lines = logged_as(LogFormat::Human, LevelFilter::INFO, |_| {
        let span = info_span!("callback", id = 1);
        assert!(span.is_disabled());
        span.in_scope(|| info!(target: "t", "inside"));
    });
    assert!(lines.ends_with("t: inside\n"), "{lines}");
}

#[test]
fn what_is_off_is_known_before_any_event() {
    let formatter = Formatter::new(LogFormat::Human, shanghai(), Clock::system());
    let subscriber = subscriber(LevelFilter::INFO, formatter, |_: &[u8]| ());
    assert_eq!(
        Subscriber::max_level_hint(&subscriber),
        Some(LevelFilter::INFO)
    );
    with_default(subscriber, || {
        assert!(tracing::enabled!(Level::INFO));
        assert!(!tracing::enabled!(Level::DEBUG));
    });
}
