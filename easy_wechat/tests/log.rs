//! The log as a program sees it. One test, because a process has one subscriber.

use std::fmt;

use easy_wechat::Clock;
use easy_wechat::config::LogSettings;
use easy_wechat::log::{LogError, init};
use tracing::info;

#[test]
fn a_program_logs_until_the_guard_is_dropped() {
    let dir = tempfile::tempdir().unwrap();
    let mut settings = LogSettings::default();
    settings.dir = Some(dir.path().join("made/for it"));
    settings.stderr = false;
    let guard = init(&settings, Clock::system()).unwrap();

    for n in 0..1000 {
        info!(n, "counted");
    }
    info!(value = %Chatty, after = 1, "broken");

    // The second one leaves no trace of itself.
    let mut other = LogSettings::default();
    other.dir = Some(dir.path().join("other"));
    assert_eq!(
        init(&other, Clock::system()).unwrap_err(),
        LogError::AlreadySet
    );
    assert!(!dir.path().join("other").exists());

    drop(guard);
    info!("too late");

    let text = std::fs::read_to_string(dir.path().join("made/for it/easy_wechat.log")).unwrap();
    let mut lines = text.lines();
    for n in 0..1000 {
        let line = lines.next().unwrap();
        assert!(
            line.ends_with(&format!(" +08:00 INFO  log: counted n={n}")),
            "{line}"
        );
    }
    assert!(
        lines
            .next()
            .is_some_and(|line| line.ends_with("log: from within"))
    );
    assert!(
        lines
            .next()
            .is_some_and(|line| line.ends_with("log: broken value=half after=1"))
    );
    assert_eq!(lines.next(), None);
}

/// Logs while it is being logged, and then fails.
struct Chatty;

impl fmt::Display for Chatty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        info!("from within");
        f.write_str("half")?;
        Err(fmt::Error)
    }
}
