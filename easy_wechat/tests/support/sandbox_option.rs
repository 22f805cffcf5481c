//! `--sandbox` as a person types it, the same in each app.

use std::net::TcpListener;
use std::process::{Command, Stdio};

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
