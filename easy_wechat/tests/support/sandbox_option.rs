//! `--sandbox` as a person types it, the same in each app.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
#[cfg(unix)]
use std::process::Child;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Runs `program` with each form of the option; none of them stays, since the port is in use.
pub fn check(program: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let taken = taken.local_addr().expect("it listens").to_string();
    let joined = format!("--sandbox={taken}");
    for (code, says, arguments) in [
        (3, "--sandbox=127.0.0.1:0", &[joined.as_str()][..]),
        (3, "--sandbox=127.0.0.1:0", &["--sandbox", &taken]),
        (2, "127.0.0.1:8686", &["--sandbox", "nowhere"]),
        (2, "127.0.0.1:8686", &["--sandbox=8687"]),
    ] {
        let output = Command::new(program)
            .args(arguments)
            .current_dir(folder.path())
            .env_remove("EASY_WECHAT_CONFIG")
            .env("STATE_DIRECTORY", folder.path())
            .stdin(Stdio::null())
            .output()
            .expect("it starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(said.contains(says), "{arguments:?}: {said}");
    }
}

/// A terminal that is closed ends `program`, which has an open port, as SIGTERM does; below `nohup` it goes on.
#[cfg(unix)]
#[allow(dead_code, reason = "not every test program needs it")]
pub fn ends_with_its_terminal(program: &str, arguments: &[&str]) {
    for (shell, signals) in [
        ("exec \"$0\" \"$@\"", &["HUP"][..]),
        ("trap '' HUP; exec \"$0\" \"$@\"", &["HUP", "TERM"]),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let child = Command::new("sh")
            .args(["-c", shell, program])
            .args(arguments)
            .current_dir(folder.path())
            .env_remove("EASY_WECHAT_CONFIG")
            .env("STATE_DIRECTORY", folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut child = Killed(child.expect("it starts"));
        let output = BufReader::new(child.0.stdout.take().expect("it is piped"));
        let mut lines = output.lines().map_while(Result::ok);
        assert!(
            lines.any(|line| line.contains("http://127.0.0.1:")),
            "it does not say where it is"
        );
        // The rest is read as well, so that it may be written.
        std::thread::spawn(move || lines.for_each(drop));
        for (signal, is_last) in signals.iter().zip([signals.len() == 1, true]) {
            let pid = child.0.id().to_string();
            let sent = Command::new("kill").args(["-s", signal, &pid]).status();
            assert!(sent.expect("kill is there").success());
            let began = Instant::now();
            let patience = Duration::from_secs(if is_last { 15 } else { 1 });
            let status = loop {
                let status = child.0.try_wait().expect("it is ours");
                if status.is_some() || began.elapsed() > patience {
                    break status;
                }
                std::thread::sleep(Duration::from_millis(10));
            };
            let code = status.map(|status| status.code());
            assert_eq!(code, is_last.then_some(Some(0)), "{shell}: {signal}");
        }
    }
}

#[cfg(unix)]
struct Killed(Child);

#[cfg(unix)]
impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Help and the version that cannot be written are an error; a reader that has seen enough is none.
#[cfg(unix)]
#[allow(dead_code, reason = "not every test program needs it")]
pub fn says_when_help_cannot_be_printed(program: &str) {
    for (line, code) in [
        ("\"$0\" --help >/dev/full", 1),
        ("\"$0\" --version >/dev/full", 1),
        ("\"$0\" --nonsense 2>/dev/full", 2),
        ("\"$0\" --help >/dev/null 2>&-", 0),
        ("{ \"$0\" --help; test $? = 0 || exit 9; } | true", 0),
    ] {
        let output = Command::new("sh")
            .args(["-c", line, program])
            .stdin(Stdio::null())
            .output()
            .expect("there is a shell");
        assert_eq!(output.status.code(), Some(code), "{line}: {output:?}");
    }
}
