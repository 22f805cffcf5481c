//! `easy-wechat sandbox -- COMMAND`: with real processes.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use easy_wechat::{Config, WeChatServer};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::command;

#[test]
fn a_program_of_any_language_gets_a_configuration_of_its_own() {
    let script = r#"
        env | grep '^EASY_WECHAT_' | cut -d= -f1
        stat -c %a "$EASY_WECHAT_CONFIG" "$(dirname "$EASY_WECHAT_CONFIG")"
        echo "$EASY_WECHAT_CONFIG"
        read line; echo "read $line"
        cat "$EASY_WECHAT_CONFIG"
        echo complaint >&2
        exit 7"#;
    let callback = free_callback("/a/b");
    let output = beside(&["--app", "sales", "--callback", &callback], script)
        .env("EASY_WECHAT_SALES_SECRET", "a-real-one")
        .env("EASY_WECHAT_SYSTEM_LISTEN", "0.0.0.0:1")
        .env("EASY_WECHAT_CONFIG", "/etc/real.ini")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    output
        .stdin
        .as_ref()
        .unwrap()
        .write_all(b"a line\n")
        .unwrap();
    let output = output.wait_with_output().unwrap();
    let out = String::from_utf8(output.stdout.clone()).unwrap();
    assert_eq!(output.status.code(), Some(7), "{}", errors(&output));
    assert!(errors(&output).contains("complaint"));
    let mut lines = out.lines();
    let mut next = || lines.next().unwrap_or_default();
    assert_eq!(
        next(),
        "EASY_WECHAT_CONFIG",
        "one variable, nothing inherited"
    );
    assert_eq!((next(), next()), ("600", "700"));
    let file = next().to_owned();
    assert_eq!(next(), "read a line");
    let ini: Vec<&str> = lines.collect();
    let config = Config::parse(&ini.join("\n"), [("", "")]).unwrap();
    let app = config.app("sales").unwrap();
    assert!(app.account().is_ok() && app.credentials().is_ok() && app.warnings.is_empty());
    assert_eq!(app.route_name, "a/b");
    assert!(app.api.base_url.starts_with("http://127.0.0.1:"));
    assert!(config.app("robot").unwrap().robot().is_ok());
    let listen = config.system().unwrap().listen;
    assert_eq!(callback, format!("http://{listen}/a/b"));
    // No token and no log of a real account is touched.
    let state = app.api.state_path.unwrap();
    assert!(state.is_relative() || state.ends_with("state"), "{state:?}");
    assert!(ini.contains(&"state_path = state") && ini.contains(&"log_file = false"));
    assert!(
        !Path::new(&file).parent().unwrap().exists(),
        "{file} is left"
    );
}

#[test]
fn it_ends_as_the_command_ends() {
    for (code, script) in [
        (0, "exit 0"),
        (3, "exit 3"),
        (255, "exit 255"),
        (137, "kill -9 $$"),
        (143, "kill -15 $$"),
    ] {
        let output = beside(&[], script).output().unwrap();
        assert_eq!(
            output.status.code(),
            Some(code),
            "{script}: {}",
            errors(&output)
        );
    }
}

#[test]
fn what_cannot_be_run_is_told_with_the_code_of_a_shell() {
    let folder = tempfile::tempdir().unwrap();
    let plain = folder.path().join("bot");
    fs::write(&plain, "echo hello").unwrap();
    fs::set_permissions(&plain, fs::Permissions::from_mode(0o644)).unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let taken_callback = format!("http://{taken}/weixin");
    let plain = plain.to_str().unwrap();
    let here = folder.path().to_str().unwrap();
    for (code, says, arguments) in [
        (127, "no-such-program", &["--", "no-such-program"][..]),
        (127, "not found", &["--", "/no/such/program"]),
        (126, "bot", &["--", plain]),
        (126, "cannot run", &["--", here]),
        (127, "not found", &["--", ""]),
        (2, "cargo run", &["--"]),
        (2, "-- <COMMAND>", &["cargo", "run"]),
        (2, "--expose", &["--expose", "--", "true"]),
        (2, "--config", &["--config", "config.ini", "--", "true"]),
        (2, "--flood", &["--flood", "5", "--", "true"]),
        (2, "--seconds", &["--seconds", "5", "--", "true"]),
        (2, "--json", &["--json", "--", "true"]),
        (2, "\"a]b\"", &["--app", "a]b", "--", "true"]),
        (2, "\"system\"", &["--app", "system", "--", "true"]),
        (
            2,
            "127.0.0.1:6000",
            &["--callback", "http://192.0.2.1/", "--", "true"],
        ),
        (
            3,
            "--callback",
            &["--callback", &taken_callback, "--", "true"],
        ),
        (3, "--listen", &["--listen", &taken, "--", "true"]),
    ] {
        let callback = free_callback("/weixin");
        let mut all = vec!["sandbox"];
        if !arguments.contains(&"--listen") {
            all.extend(["--listen", "127.0.0.1:0"]);
        }
        if !arguments.contains(&"--callback") {
            all.extend(["--callback", &callback]);
        }
        all.extend(arguments);
        let output = command(&all).output().unwrap();
        let error = errors(&output);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {error}");
        assert!(error.contains(says), "{arguments:?}: {error}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_bot_is_verified_as_soon_as_it_listens_and_stops_with_the_sandbox() {
    let callback = free_callback("/weixin");
    let this_program = std::env::current_exe().unwrap();
    let mut running = Running::start(
        command(&[
            "sandbox",
            "--listen",
            "127.0.0.1:0",
            "--callback",
            &callback,
            "--",
        ])
        .arg(this_program)
        .args(["--ignored", "--exact", "beside::the_bot", "--nocapture"]),
    );
    running.until("is verified");
    running.signal(Signal::SIGTERM);
    // The harness around the bot has no exit code of its own for it.
    assert_eq!(running.code(), 0, "{}", running.said);
}

/// Not a test: the program that runs beside the sandbox, as a user writes it.
#[test]
#[ignore = "it is started by another test"]
fn the_bot() {
    let config = Config::find().unwrap();
    let listen = config.system().unwrap().listen;
    WeChatServer::from_config(&config, "demo")
        .unwrap()
        .register_callback("text", |message| message)
        .unwrap()
        .run(listen)
        .unwrap();
}

#[test]
fn a_signal_ends_the_whole_group() {
    for (signal, code) in [
        (Signal::SIGTERM, 143),
        (Signal::SIGHUP, 129),
        (Signal::SIGINT, 130),
    ] {
        // The shell's background process ignores Ctrl-C.
        let script = "echo $EASY_WECHAT_CONFIG >&2; sleep 1000 & echo started $! >&2; wait";
        let mut running = Running::start(&mut beside(&[], script));
        let file = running.until("config.ini");
        let grandchild = running.until("started");
        let grandchild = grandchild.split(' ').next_back().unwrap().parse().unwrap();
        running.signal(signal);
        assert_eq!(running.code(), code, "{}", running.said);
        assert!(is_gone(grandchild), "{signal}");
        assert!(!Path::new(&file).exists(), "{signal}: {file} is left");
    }
}

#[test]
fn what_a_command_leaves_behind_ends_with_it() {
    let script = "(trap '' TERM; while :; do sleep 0.05; done) & echo started $! >&2; exit 4";
    let mut running = Running::start(&mut beside(&[], script));
    let left = running.until("started");
    let left = left.split(' ').next_back().unwrap().parse().unwrap();
    assert_eq!(running.code(), 4, "{}", running.said);
    assert!(is_gone(left));
}

#[test]
fn a_second_signal_kills_what_does_not_end() {
    let script = "trap 'echo heard >&2' TERM; echo started >&2; while :; do sleep 0.05; done";
    let mut running = Running::start(&mut beside(&[], script));
    running.until("started");
    running.signal(Signal::SIGTERM);
    running.until("heard");
    // Within half a second it would be the same signal.
    std::thread::sleep(Duration::from_millis(600));
    let began = Instant::now();
    running.signal(Signal::SIGTERM);
    assert_eq!(running.code(), 137, "{}", running.said);
    assert!(began.elapsed() < Duration::from_secs(4));
}

#[test]
fn a_program_that_does_not_listen_is_told_so_and_goes_on() {
    let script = "echo started >&2; sleep 10.5; echo done >&2; exit 5";
    let mut running = Running::start(&mut beside(&[], script));
    running.until("started");
    let told = running.until("nothing listens");
    assert!(told.contains("--callback"), "{told}");
    running.until("done");
    assert_eq!(running.code(), 5);
}

#[test]
fn the_command_reads_the_terminal_and_gets_ctrl_c_once() {
    let script = "trap 'echo interrupted' INT; echo ready; read a; echo read $a; \
                  until read b; do :; done; echo read $b; exit 9";
    let terminal = nix::pty::openpty(None, None).unwrap();
    let slave = |terminal: &OwnedFd| Stdio::from(terminal.try_clone().unwrap());
    let beside = beside(&[], script);
    // A session of its own, whose terminal this is.
    let mut child = Command::new("setsid")
        .args(["--ctty", "--wait"])
        .arg(beside.get_program())
        .args(beside.get_args())
        .stdin(slave(&terminal.slave))
        .stdout(slave(&terminal.slave))
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    drop(terminal.slave);
    let mut master = fs::File::from(terminal.master);
    let (say, said) = mpsc::channel();
    let mut reader = master.try_clone().unwrap();
    std::thread::spawn(move || {
        let mut buffer = [0; 1000];
        while let Ok(length) = reader.read(&mut buffer) {
            if length == 0 || say.send(buffer[..length].to_vec()).is_err() {
                break;
            }
        }
    });
    let mut seen = String::new();
    let mut until = |what: &str| {
        while !seen.contains(what) {
            let more = said.recv_timeout(Duration::from_secs(5));
            let more = more.unwrap_or_else(|_| panic!("never {what:?}: {seen}"));
            seen.push_str(&String::from_utf8_lossy(&more));
        }
        seen.clone()
    };
    until("ready");
    master.write_all(b"one\n").unwrap();
    until("read one");
    master.write_all(b"\x03").unwrap();
    until("interrupted");
    master.write_all(b"two\n").unwrap();
    let seen = until("read two");
    assert_eq!(seen.matches("interrupted").count(), 1, "{seen}");
    assert_eq!(child.wait().unwrap().code(), Some(9), "{seen}");
}

/// `easy-wechat sandbox -- sh -c SCRIPT`, on free ports.
fn beside(options: &[&str], script: &str) -> Command {
    let callback = free_callback("/weixin");
    let mut arguments = vec!["sandbox", "--listen", "127.0.0.1:0"];
    if !options.contains(&"--callback") {
        arguments.extend(["--callback", &callback]);
    }
    arguments.extend(options);
    arguments.extend(["--", "sh", "-c", script]);
    command(&arguments)
}

fn free_callback(path: &str) -> String {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}{path}", free.local_addr().unwrap())
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Within the time that the system takes to end what was killed.
fn is_gone(process: i32) -> bool {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(3) {
        if kill(Pid::from_raw(process), None).is_err() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    false
}

/// A command whose error stream is read; killed when this is dropped.
struct Running {
    child: Child,
    lines: mpsc::Receiver<String>,
    said: String,
}

impl Running {
    fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let (send, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    break;
                }
            }
        });
        Self {
            child,
            lines,
            said: String::new(),
        }
    }

    /// The next line with `what` in it.
    fn until(&mut self, what: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(Duration::from_secs(14));
            let line = line.unwrap_or_else(|_| panic!("never {what:?}: {}", self.said));
            self.said.push_str(&line);
            self.said.push('\n');
            if line.contains(what) {
                return line;
            }
        }
    }

    fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.child.id().try_into().unwrap()), signal).unwrap();
    }

    fn code(&mut self) -> i32 {
        let code = self.child.wait().unwrap().code().unwrap();
        self.said.extend(self.lines.iter());
        code
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
