//! The command `easy-wechat` in a folder of its own, with nothing in its environment.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use easy_wechat::Clock;
use easy_wechat::store::{SqliteStore, Store as _};
use tempfile::TempDir;

use super::leaks::{self, Leaks};
use super::world::{World, hide_token};

/// A folder with a configuration, where the command keeps its state and its log.
pub(super) struct Shell {
    folder: TempDir,
    leaks: Leaks,
}

/// How it ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) code: i32,
    pub(super) out: String,
    pub(super) err: String,
}

impl Shell {
    /// With the section of an app.
    pub(super) fn new(leaks: &Leaks, ini: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let text = format!(
            "[system]\nstate_path = {0}/state\nlog_path = {0}/log\nlog_level = trace\n{ini}\n",
            path.display()
        );
        std::fs::write(path.join("config.ini"), text).unwrap();
        leaks.look_into(&path.join("log"));
        Self {
            folder,
            leaks: leaks.clone(),
        }
    }

    /// For the sandbox's app, with further lines.
    pub(super) fn of(world: &World, lines: &str) -> Self {
        let _ = world.sandbox.config("demo");
        Self::new(&world.leaks, &format!("{}{lines}\n", world.sandbox.ini()))
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(super) fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// The command with its whole path and that of its configuration, as a crontab has it.
    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_easy-wechat"));
        command
            .arg(arguments[0])
            .arg("--config")
            .arg(self.path().join("config.ini"))
            .args(&arguments[1..])
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::null());
        command
    }

    pub(super) fn run(&self, arguments: &[&str]) -> Ended {
        Ended::by(&mut self.command(arguments))
    }

    /// With something on its standard input.
    pub(super) fn pipe(&self, arguments: &[&str], input: &[u8]) -> Ended {
        let mut command = self.command(arguments);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        Ended::of(&child.wait_with_output().unwrap())
    }

    /// The lines of its log.
    pub(super) fn log(&self) -> Vec<String> {
        let file = self.path().join("log/easy_wechat.command.log");
        let log = std::fs::read_to_string(file).unwrap_or_default();
        log.lines().map(str::to_owned).collect()
    }

    pub(super) fn store(&self) -> SqliteStore {
        SqliteStore::open(self.path().join("state"), Clock::system())
    }
}

impl Ended {
    /// Runs a command to its end.
    pub(super) fn by(command: &mut Command) -> Self {
        Self::of(&command.output().unwrap())
    }

    pub(super) fn of(output: &std::process::Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        leaks::say_text(&out);
        leaks::say_text(&err);
        Self {
            code: output.status.code().unwrap_or(-1),
            out,
            err,
        }
    }
}

impl Drop for Shell {
    /// The tokens that are kept may not be in what was logged; it is gone when the folder is.
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let store = self.path().join("state").is_dir().then(|| self.store());
        let leaks = self.leaks.clone();
        let noted = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            if let Some(store) = store {
                let kept = runtime
                    .block_on(async { store.list("token/", 100).await })
                    .unwrap();
                for (_, value) in &kept {
                    hide_token(&leaks, value);
                }
            }
        });
        noted.join().unwrap();
        self.leaks.check();
    }
}
