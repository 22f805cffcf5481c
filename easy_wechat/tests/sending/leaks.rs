//! Everything that this program logs and every error that it sees, and a look for the secrets in it when a test ends.

use std::error::Error;
use std::fmt::{Debug, Write as _};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use easy_wechat::config::{LogLevel, LogSettings};
use easy_wechat::{Clock, Outgoing};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::support::eventually;
use super::world::{Stage, run};

/// The secrets of one test. Up to its end none of them may have been said.
#[derive(Clone)]
pub(super) struct Leaks(Arc<Hidden>);

struct Hidden {
    secrets: Mutex<Vec<(String, String)>>,
    folders: Mutex<Vec<PathBuf>>,
    /// How far the log was when the test began, and what else was said.
    from: [usize; 2],
}

impl Leaks {
    pub(super) fn watch() -> Self {
        let from = [
            fs::read(log_file()).unwrap_or_default().len(),
            lock(&SAID).len(),
        ];
        Self(Arc::new(Hidden {
            secrets: Mutex::default(),
            folders: Mutex::default(),
            from,
        }))
    }

    /// From now on nobody may say this.
    pub(super) fn hide(&self, name: &str, secret: impl Into<String>) {
        let secret = secret.into();
        assert!(secret.len() >= 8, "{name} is too short to be looked for");
        let mut secrets = lock(&self.0.secrets);
        if !secrets.iter().any(|(_, known)| *known == secret) {
            secrets.push((name.to_owned(), secret));
        }
    }

    /// The files in this folder are looked through as well.
    pub(super) fn look_into(&self, folder: &Path) {
        lock(&self.0.folders).push(folder.to_owned());
    }

    /// What a call failed with, which is looked through.
    #[track_caller]
    #[expect(clippy::unused_self, reason = "it reads as what is done for this test")]
    pub(super) fn error<T: Debug, E: Error + 'static>(&self, result: Result<T, E>) -> E {
        let error = result.expect_err("it went well");
        say(&error);
        error
    }

    /// Fails when a secret was said. What a test is made of does it when it is dropped.
    #[track_caller]
    pub(super) fn check(&self) {
        if !std::thread::panicking() {
            let found = self.found();
            assert!(found.is_empty(), "secrets were told: {found:#?}");
        }
    }

    /// Where a secret was said.
    pub(super) fn found(&self) -> Vec<String> {
        let log = flushed_log();
        let mut texts = vec![
            (
                "the log".to_owned(),
                log.get(self.0.from[0]..).unwrap_or_default().to_vec(),
            ),
            (
                "what was said".to_owned(),
                lock(&SAID)
                    .as_bytes()
                    .get(self.0.from[1]..)
                    .unwrap_or_default()
                    .to_vec(),
            ),
        ];
        for folder in lock(&self.0.folders).iter() {
            for file in fs::read_dir(folder).into_iter().flatten().flatten() {
                let bytes = fs::read(file.path()).unwrap_or_default();
                texts.push((file.path().display().to_string(), bytes));
            }
        }
        let mut found = Vec::new();
        for (name, secret) in lock(&self.0.secrets).iter() {
            for form in forms(secret) {
                for (place, text) in &texts {
                    if let Some(at) = memchr::memmem::find(text, form.as_bytes()) {
                        let begin = text[..at].iter().rposition(|byte| *byte == b'\n');
                        let line = &text[begin.map_or(0, |begin| begin + 1)..at];
                        let line = String::from_utf8_lossy(line);
                        found.push(format!("{name} in {place} behind: {line}"));
                    }
                }
            }
        }
        found
    }
}

/// Takes an error with all that can be printed of it into what is looked through.
pub(super) fn say(error: &(dyn Error + 'static)) {
    let mut said = format!("{error}\n{error:?}\n{error:#?}\n");
    let mut cause = error.source();
    while let Some(error) = cause {
        // Writing to a String cannot fail.
        let _ = writeln!(said, "{error}\n{error:?}");
        cause = error.source();
    }
    lock(&SAID).push_str(&said);
}

/// The same for any text: what another process printed.
pub(super) fn say_text(text: &str) {
    lock(&SAID).push_str(text);
}

/// The log of this program, at trace level, as far as it is by now.
pub(super) fn log_text() -> String {
    String::from_utf8_lossy(&flushed_log()).into_owned()
}

fn flushed_log() -> Vec<u8> {
    let mark = format!("mark {:032x}", rand::random::<u128>());
    tracing::error!("{mark}");
    eventually("the log is written", || {
        let log = fs::read(log_file()).unwrap_or_default();
        memchr::memmem::find(&log, mark.as_bytes()).map(|_| log)
    })
}

/// The log begins when it is first asked for.
fn log_file() -> &'static PathBuf {
    static LOG: OnceLock<PathBuf> = OnceLock::new();
    LOG.get_or_init(|| {
        log::set_logger(&Records).expect("the first logger");
        log::set_max_level(log::LevelFilter::Trace);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sending");
        let _ = fs::remove_dir_all(&folder);
        let mut settings = LogSettings::default();
        settings.dir = Some(folder.clone());
        settings.level = LogLevel::Trace;
        settings.stderr = false;
        settings.max_size = 0;
        let guard = easy_wechat::log::init(&settings, Clock::system()).expect("the first log");
        // Tests have no end that could drop it; each line is written as it comes.
        std::mem::forget(guard);
        folder.join("easy_wechat.log")
    })
}

/// What the libraries below say to the `log` crate.
struct Records;

impl log::Log for Records {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let line = format!(
            "{} {}: {}\n",
            record.level(),
            record.target(),
            record.args()
        );
        lock(&SAID).push_str(&line);
    }

    fn flush(&self) {}
}

/// As it is, and as it may stand in an address or in JSON.
fn forms(secret: &str) -> Vec<String> {
    let encoded = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
    let mut forms = vec![
        secret.to_owned(),
        encoded.to_lowercase(),
        // As a form encodes: these four stay as they are.
        ["-", "_", ".", "*"]
            .iter()
            .fold(encoded.clone(), |text, kept| {
                let byte = kept.as_bytes()[0];
                text.replace(&format!("%{byte:02X}"), kept)
            }),
        encoded,
        secret.replace('/', "\\/"),
    ];
    forms.sort();
    forms.dedup();
    forms
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

static SAID: Mutex<String> = Mutex::new(String::new());

#[test]
fn a_secret_that_is_told_is_found() {
    let secret = format!("s+/= {:x}", rand::random::<u64>());
    let ways: [&dyn Fn(&str); 4] = [
        &|secret| tracing::trace!("planted {secret}"),
        &|secret| log::trace!("planted {secret}"),
        &|secret| say(&std::io::Error::other(format!("planted {secret}"))),
        &|secret| {
            let encoded = utf8_percent_encode(secret, NON_ALPHANUMERIC);
            tracing::error!("planted ?access_token={encoded}");
        },
    ];
    for (number, way) in ways.iter().enumerate() {
        let leaks = Leaks::watch();
        let secret = format!("{secret}{number}");
        leaks.hide("a planted one", &secret);
        assert!(leaks.found().is_empty());
        way(&secret);
        let found = leaks.found();
        assert!(
            !found.is_empty() && found[0].contains("planted"),
            "{number}: {found:?}"
        );
    }
}

#[test]
fn what_is_printed_for_debugging_hides_the_secrets() {
    run(async {
        let stage = Stage::start(|_, _| None);
        let client = stage.client("proxy = off");
        let _ = client.send("a", &Outgoing::text("x")).await.unwrap();
        let mut printed = format!("{client:#?} {:?}", stage.config(""));
        let app = stage.config("").app("demo").unwrap();
        let _ = write!(
            printed,
            "{app:?} {:?} {:?}",
            app.credentials(),
            stage.builder("")
        );
        assert!(printed.contains("1000002"), "{printed}");
        say_text(&printed);
    });
}

#[test]
#[should_panic(expected = "secrets were told")]
fn a_test_that_tells_a_secret_fails() {
    let stage = Stage::start(|_, _| None);
    tracing::debug!("planted {}", stage.secret());
}
