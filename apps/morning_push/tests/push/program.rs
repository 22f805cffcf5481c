//! The program, as one runs it in a terminal.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use easy_wechat::Sandbox;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

const SECTIONS: &str = "[push:morning]\nto = zhangsan\ntext = 早安问候\n\
    [push:load]\ncron = 0 9 * * MON-FRI\ntime_zone = Europe/Berlin\nto = lisi\ncommand = echo 一切正常\nenabled = no\n";

struct Program {
    folder: TempDir,
    sandbox: Sandbox,
}

impl Program {
    async fn new(sections: &str) -> Self {
        let sandbox = Sandbox::start().await.unwrap();
        // The first name that is asked for is that of the app.
        let _ = sandbox.config("demo");
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state");
        let text = format!(
            "[system]\nstate_path = {}\nlog_file = false\n{}\n{sections}",
            state.display(),
            sandbox.ini()
        );
        fs::write(folder.path().join("config.ini"), text).unwrap();
        Self { folder, sandbox }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_morning_push"));
        command
            .args(args)
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .stdin(Stdio::null());
        command
    }

    /// The same with a line of a shell.
    async fn shell(&self, line: &str) -> (Option<i32>, String, String) {
        Self::output(self.in_a_shell(line)).await
    }

    fn in_a_shell(&self, line: &str) -> Command {
        let mut command = Command::new("sh");
        command
            .args(["-c", line])
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .stdin(Stdio::null());
        command
    }

    /// Runs it to its end: exit code, what it printed, what it complained.
    async fn run(&self, args: &[&str]) -> (Option<i32>, String, String) {
        Self::output(self.command(args)).await
    }

    async fn output(mut command: Command) -> (Option<i32>, String, String) {
        let ended = tokio::task::spawn_blocking(move || command.output());
        let Output {
            status,
            stdout,
            stderr,
        } = ended.await.unwrap().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (status.code(), text(stdout), text(stderr))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn list_shows_the_next_runs() {
    let program = Program::new(SECTIONS).await;
    let (code, out, err) = program.run(&["--list"]).await;
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines.len(), 3, "{out}");
    assert!(
        lines[0].starts_with("NAME") && lines[1].starts_with("load     disabled"),
        "{out}"
    );
    for part in [
        "morning",
        "07:30:00 +08:00",
        "30 7 * * * (Asia/Shanghai)",
        "[demo]",
        "zhangsan",
        "早安问候",
    ] {
        assert!(lines[2].contains(part), "{part}: {out}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn run_sends_one_now_and_history_tells() {
    let program = Program::new(SECTIONS).await;
    let (code, out, _) = program.run(&["--history", "load"]).await;
    assert_eq!(
        (code, out.as_str()),
        (Some(0), "load has not gone out yet\n")
    );
    let (code, out, err) = program.run(&["--run", "load"]).await;
    assert_eq!(code, Some(0), "{err}");
    assert!(out.starts_with("load done: msgid "), "{out}");
    let inbox = program.sandbox.inbox("lisi");
    assert_eq!(inbox[0].text(), Some("一切正常"));
    let (_, out, _) = program.run(&["--history", "load"]).await;
    assert!(
        out.contains("by hand") && out.contains("done") && out.contains("msgid"),
        "{out}"
    );
    let (code, _, err) = program.run(&["--run", "lunch"]).await;
    assert_eq!(code, Some(2));
    assert!(
        err.contains("\"lunch\"") && err.contains("load, morning"),
        "{err}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn dry_run_prints_and_sends_nothing() {
    let program = Program::new(SECTIONS).await;
    let (code, out, err) = program.run(&["--dry-run"]).await;
    assert_eq!((code, err.as_str()), (Some(0), ""));
    for part in [
        "load: from [demo] to lisi",
        "一切正常",
        "morning: from [demo] to zhangsan",
        "早安问候",
    ] {
        assert!(out.contains(part), "{part}: {out}");
    }
    let (_, out, _) = program.run(&["--dry-run", "--run", "morning"]).await;
    assert!(
        out.contains("早安问候") && !out.contains("一切正常"),
        "{out}"
    );
    assert_eq!(program.sandbox.calls(), []);
    assert!(
        !program.folder.path().join("state").exists(),
        "nothing is left behind"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_with_its_exit_code() {
    let program = Program::new("[push:a]\ncron = 7:30\ntext = x").await;
    let (code, _, err) = program.run(&["--list"]).await;
    assert_eq!(code, Some(2), "{err}");
    assert!(
        err.contains("config.ini: [push:a] cron is \"7:30\""),
        "{err}"
    );
    let program = Program::new("[push:a]\ncommand = false").await;
    let (code, _, err) = program.run(&["--run", "a"]).await;
    assert_eq!(code, Some(1), "{err}");
    assert!(
        err.contains("a failed: \"false\" failed (exit status: 1)"),
        "{err}"
    );
    let program = Program::new("[push:a]\ntext = x\nenabled = no").await;
    let (code, _, err) = program.run(&[]).await;
    assert_eq!(code, Some(2), "the configuration is wrong: {err}");
    assert!(err.contains("config.ini: [push:a] enabled"), "{err}");
    assert!(err.contains("no push is enabled"), "{err}");
    let (code, _, err) = program.run(&["--list", "--run", "a"]).await;
    assert_eq!(code, Some(2), "{err}");
    let (code, out, _) = program.run(&["--help"]).await;
    assert_eq!(code, Some(0));
    assert!(
        out.contains("Exit codes:") && out.contains("--sandbox  "),
        "{out}"
    );
}

/// As much as does not fit into a pipe, and a reader that goes away; a device that is full; no stderr.
#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_has_seen_enough_is_no_error_and_a_full_device_is() {
    let mut sections = String::new();
    for number in 0..300 {
        let text = "x".repeat(100);
        let name = format!("{number}{}", "n".repeat(80));
        let _ = write!(sections, "[push:{name}]\nto = li\ntext = {text}\n");
    }
    let program = Program::new(&sections).await;
    for args in ["--list", "--dry-run"] {
        let program_line = format!("{} {args}", env!("CARGO_BIN_EXE_morning_push"));
        let line = format!("{{ {program_line}; echo \"rc $?\" >&2; }} | head -1");
        let (code, out, err) = program.shell(&line).await;
        assert_eq!((code, err.as_str()), (Some(0), "rc 0\n"), "{args:?}");
        assert_eq!(out.lines().count(), 1);
    }
    let history = format!("--history 1{}", "n".repeat(80));
    for args in ["--list", "--dry-run", &history, "--help"] {
        let line = format!("{} {args} > /dev/full", env!("CARGO_BIN_EXE_morning_push"));
        let (code, _, err) = program.shell(&line).await;
        assert_eq!(code, Some(1), "{args}: {err}");
        let line = format!(
            "{} {args} 2>&- >/dev/null",
            env!("CARGO_BIN_EXE_morning_push")
        );
        let (code, _, _) = program.shell(&line).await;
        assert_eq!(code, Some(0), "{args}");
    }
}

/// Without config.ini it says what it would say; what needs an account says so.
#[tokio::test(flavor = "multi_thread")]
async fn without_settings_one_can_look() {
    let program = Program::new("").await;
    fs::remove_file(program.folder.path().join("config.ini")).unwrap();
    for args in [
        &["--list"][..],
        &["--dry-run"],
        &["--dry-run", "--run", "morning"],
    ] {
        let (code, out, err) = program.run(args).await;
        assert_eq!(code, Some(0), "{err}");
        assert!(
            out.contains("早安问候") && err.starts_with("note: "),
            "{out} {err}"
        );
    }
    for args in [&["--run", "morning"][..], &[], &["--history", "morning"]] {
        let (code, _, err) = program.run(args).await;
        assert_eq!(code, Some(2), "{err}");
        assert!(err.contains("config.ini"), "{err}");
    }
    let (code, _, err) = program.run(&["--list", "--config", "none.ini"]).await;
    assert_eq!(code, Some(2), "{err}");
}

/// The same moment, due at each of ten starts, on a disk on which nothing can be written.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_recorded_is_not_sent_and_said() {
    let program = Program::new("[push:tick]\ncron = * * * * * *\nto = zhangsan\ntext = tick").await;
    // The state is there before, and the job is known.
    let (code, _, err) = program.run(&["--run", "tick"]).await;
    assert_eq!(code, Some(0), "{err}");
    let member = program.sandbox.member("zhangsan");
    let before = member.inbox().len();
    let limited = |args: &str| {
        format!(
            "trap '' XFSZ; ulimit -f 0; exec {} {args}",
            env!("CARGO_BIN_EXE_morning_push")
        )
    };
    for _ in 0..10 {
        let mut command = program.in_a_shell(&limited(""));
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        let said = tokio::task::spawn_blocking(move || {
            log.lines()
                .map_while(Result::ok)
                .find(|line| line.contains("ERROR"))
        });
        let said = said.await.unwrap().expect("an error in the log");
        assert!(said.contains("tick"), "{said}");
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert_eq!(member.inbox().len(), before);
    for args in ["--list", "--run tick"] {
        let (code, _, err) = program.shell(&limited(args)).await;
        assert_eq!(code, Some(1), "{err}");
        assert!(err.contains("error: "), "{err}");
    }
    assert_eq!(member.inbox().len(), before);
    // And now it can.
    let mut child = program.command(&[]).stderr(Stdio::null()).spawn().unwrap();
    let came = tokio::time::timeout(Duration::from_secs(10), member.inbox_of(before + 1));
    came.await.expect("it works again");
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Three of them at once: each moment arrives once.
#[tokio::test(flavor = "multi_thread")]
async fn the_service_sends_each_moment_once_and_ends_by_sigterm() {
    let program =
        Program::new("[push:tick]\ncron = * * * * * *\nto = zhangsan\ncommand = date +%s").await;
    let mut children: Vec<Child> = (0..3)
        .map(|_| program.command(&[]).stderr(Stdio::null()).spawn().unwrap())
        .collect();
    let member = program.sandbox.member("zhangsan");
    let came = tokio::time::timeout(Duration::from_mins(1), member.inbox_of(4));
    came.await.expect("a push every second");
    for child in &mut children {
        let pid = Pid::from_raw(i32::try_from(child.id()).unwrap());
        kill(pid, Signal::SIGTERM).unwrap();
        let began = Instant::now();
        while child.try_wait().unwrap().is_none() {
            assert!(began.elapsed() < Duration::from_secs(30), "it does not end");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(child.wait().unwrap().code(), Some(0));
    }
    let (_, history, _) = program.run(&["--history", "tick"]).await;
    let planned: Vec<&str> = history
        .lines()
        .skip(1)
        .map(|line| line.get(..19).unwrap())
        .collect();
    let mut once = planned.clone();
    once.dedup();
    assert_eq!(planned, once, "{history}");
    let done = history
        .lines()
        .filter(|line| line.contains(" done "))
        .count();
    assert_eq!(member.inbox().len(), done, "{history}");
}

/// One push that is being sent when the terminal is closed: it ends, and with it the command that it runs.
#[tokio::test(flavor = "multi_thread")]
async fn a_closed_terminal_ends_a_push_that_is_being_sent() {
    for signal in [Signal::SIGHUP, Signal::SIGTERM, Signal::SIGINT] {
        let program = Program::new(
            "[push:slow]\nto = li\ncommand = sh -c 'echo $$ > started; exec sleep 30'\n",
        )
        .await;
        let started = program.folder.path().join("started");
        let mut child = program.command(&["--run", "slow"]).spawn().unwrap();
        let began = Instant::now();
        let slept = loop {
            if let Ok(pid) = fs::read_to_string(&started)
                && let Ok(pid) = pid.trim().parse()
            {
                break Pid::from_raw(pid);
            }
            assert!(
                began.elapsed() < Duration::from_secs(20),
                "it does not start"
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        fs::remove_file(&started).unwrap();
        let pid = Pid::from_raw(child.id().try_into().unwrap());
        let began = Instant::now();
        kill(pid, signal).unwrap();
        let ended = tokio::task::spawn_blocking(move || child.wait());
        assert_eq!(ended.await.unwrap().unwrap().code(), Some(1), "{signal}");
        assert!(began.elapsed() < Duration::from_secs(6), "{signal}");
        // A dead one may still wait to be collected by the first process.
        let state = fs::read_to_string(format!("/proc/{slept}/stat")).unwrap_or_default();
        assert!(
            state.is_empty() || state.contains(") Z "),
            "{signal}: {state}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sandbox_needs_no_account() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_morning_push"))
        .arg("--sandbox=127.0.0.1:0")
        .current_dir(folder.path())
        .env_clear()
        .env("STATE_DIRECTORY", folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let url = output
        .lines()
        .map_while(Result::ok)
        .find_map(|line| Some(line.split_once("Open ")?.1.split(' ').next()?.to_owned()))
        .unwrap();
    let began = Instant::now();
    loop {
        let page = reqwest::get(format!("{url}/sandbox/state")).await.unwrap();
        if page.text().await.unwrap().contains("早安问候") {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "no greeting");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    child.kill().unwrap();
    child.wait().unwrap();
}
