//! `easy-wechat init`.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use easy_wechat::Config;

const CORPID: &str = "ww00field00corp001";
const SECRET: &str = "an-invented-secret";
const KEY: &str = "MAtJ8Wpg3yXnyGjqZLvbEQzCFxuCA3DS5ss9pJRyAGH";

fn init(home: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_easy-wechat"))
        .arg("init")
        .args(arguments)
        .env_clear()
        .env("HOME", home)
        .current_dir(home)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may have ended before it read anything.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn files(folder: &Path) -> usize {
    fs::read_dir(folder).map_or(0, Iterator::count)
}

#[test]
fn five_answers_make_a_configuration_that_works() {
    let home = tempfile::tempdir().unwrap();
    let input = format!("{CORPID}\r\n 1000077\n\"{SECRET}\"\n\n{KEY}\n");
    let output = init(home.path(), &[], &input);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let path = home.path().join(".config/easy_wechat/config.ini");
    let config = Config::load(&path).unwrap();
    let app = config.app("demo").unwrap();
    app.account().unwrap();
    let credentials = app.credentials().unwrap();
    assert_eq!(
        (credentials.id.as_str(), credentials.secret.reveal()),
        (CORPID, SECRET)
    );
    assert_eq!(app.encoding_aes_key.unwrap().reveal(), KEY);
    assert_eq!(app.token.unwrap().reveal().len(), 32);
    let said = text(&output.stdout) + &text(&output.stderr);
    assert!(
        said.contains(path.to_str().unwrap()) && said.contains("easy-wechat check"),
        "{said}"
    );
    assert!(!said.contains(SECRET) && !said.contains(KEY), "{said}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
    }
    // It is never changed, and nothing else is left there.
    let before = fs::read(&path).unwrap();
    let again = init(
        home.path(),
        &["--yes", "--corpid", CORPID, "--agent", "1"],
        "",
    );
    assert_eq!(again.status.code(), Some(2), "{}", text(&again.stderr));
    assert_eq!(fs::read(&path).unwrap(), before);
    assert_eq!(files(path.parent().unwrap()), 1);
}

#[test]
fn scripts_are_asked_nothing_and_hand_secrets_over_in_files() {
    let home = tempfile::tempdir().unwrap();
    let given = ["--yes", "--corpid", CORPID, "--agent", "1000077"];
    let output = init(
        home.path(),
        &[
            &given[..],
            &[
                "--secret-file",
                "-",
                "--config",
                "~/a/b.ini",
                "--app",
                "sales",
            ],
        ]
        .concat(),
        &format!("{SECRET}\r\n"),
    );
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(text(&output.stderr), "");
    let config = Config::load(home.path().join("a/b.ini")).unwrap();
    assert_eq!(
        config.app("sales").unwrap().secret.unwrap().reveal(),
        SECRET
    );
    // Without a secret it can be called back, and not send.
    let output = init(
        home.path(),
        &[&given[..], &["--config", "c.ini"]].concat(),
        "",
    );
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let app = Config::load(home.path().join("c.ini"))
        .unwrap()
        .app("demo")
        .unwrap();
    assert!(app.secret.is_none() && app.account().is_ok());
}

#[test]
fn what_no_program_would_take_is_not_written() {
    let home = tempfile::tempdir().unwrap();
    for (arguments, input, said) in [
        (&[][..], "“ww00field00corp001”\n", "quotation mark"),
        (&[], "1000077\n", "AgentId"),
        (&[], "ww1\n+1\n", "appid"),
        (&[], "ww1\nwx82ef843a5129db66\n", "AgentId"),
        (&[], "ww1\n1\nan invented\u{200B}-secret\n", "space"),
        (&[], "ww1\n1\nan-invented\rsecret\n", "carriage return"),
        (&[], "ww1\n1\n\na%b\n", "percent sign"),
        (&[], "ww1\n1\n\n\ntooshort\n", "43"),
        (&[], "ww1\n1\n", "secret"),
        (&[], "\n", "corpid"),
        (&["--yes"], "", "--corpid"),
        (&["--yes", "--corpid", "ww1"], "", "--agent"),
        (&["--yes", "--corpid", "ww1", "--agent", "x"], "", "--agent"),
        (
            &[
                "--yes",
                "--corpid",
                "ww1",
                "--agent",
                "1",
                "--secret-file",
                "missing",
            ],
            "",
            "missing",
        ),
        (
            &["--yes", "--corpid", "ww1", "--agent", "1", "--app", "a]b"],
            "",
            "--app",
        ),
        (&["--config", "~li/config.ini"], "", "~li"),
    ] {
        let output = init(home.path(), arguments, input);
        let err = text(&output.stderr);
        assert_eq!(
            output.status.code(),
            Some(2),
            "{arguments:?} {input:?}: {err}"
        );
        assert!(err.contains(said), "{arguments:?} {input:?}: {err}");
        assert!(!err.contains("invented"), "{err}");
        assert_eq!(files(home.path()), 0, "{arguments:?} {input:?}");
    }
    fs::write(home.path().join("file"), "").unwrap();
    let given = [
        "--yes",
        "--corpid",
        "ww1",
        "--agent",
        "1",
        "--config",
        "file/config.ini",
    ];
    assert_eq!(init(home.path(), &given, "").status.code(), Some(1));
}

#[test]
fn the_only_app_is_found_beside_a_robot() {
    let home = tempfile::tempdir().unwrap();
    let ini = format!(
        "[system]\napi_base_url = http://127.0.0.1:1\nproxy = off\napi_patience = 0\nstate_path = memory\n\
         [sales]\ncorpid = {CORPID}\nappid = 1\nsecret = s\n[robot]\nwebhook = k\n"
    );
    fs::write(home.path().join("config.ini"), ini).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_easy-wechat"))
        .arg("check")
        .env_clear()
        .current_dir(home.path())
        .output()
        .unwrap();
    let err = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{err}");
    assert!(err.contains("[sales]"), "{err}");
}

/// The terminal hides what is typed, and must not go on doing so in the shell.
#[cfg(unix)]
#[test]
fn ctrl_c_at_a_hidden_question_leaves_a_terminal_that_echoes() {
    use std::io::Read as _;
    use std::os::unix::process::ExitStatusExt as _;

    use nix::sys::termios::{LocalFlags, tcgetattr};

    let home = tempfile::tempdir().unwrap();
    let terminal = nix::pty::openpty(None, None).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_easy-wechat"))
        .arg("init")
        .env_clear()
        .env("HOME", home.path())
        .current_dir(home.path())
        .stdin(Stdio::from(terminal.slave.try_clone().unwrap()))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut errors = child.stderr.take().unwrap();
    let mut master = fs::File::from(terminal.master);
    let mut until = |what: &str| {
        let mut said = String::new();
        while !said.contains(what) {
            let mut more = [0; 500];
            let length = errors.read(&mut more).unwrap();
            assert_ne!(length, 0, "{said}");
            said.push_str(&String::from_utf8_lossy(&more[..length]));
        }
    };
    until("企业ID (");
    master.write_all(b"ww0123456789abcdef\n").unwrap();
    until("AgentId");
    master.write_all(b"1000002\n").unwrap();
    until("Secret");
    let flags = || tcgetattr(&terminal.slave).unwrap().local_flags;
    // The question is printed before the echo goes off.
    let deadline = Instant::now() + Duration::from_secs(5);
    while flags().contains(LocalFlags::ECHO) && Instant::now() < deadline {
        std::thread::yield_now();
    }
    assert!(!flags().contains(LocalFlags::ECHO), "the secret is shown");
    master.write_all(b"abc\x03").unwrap();
    // By the signal, or by itself where signals of the keyboard are ignored.
    let status = child.wait().unwrap();
    assert!(
        status.signal() == Some(2) || status.code() == Some(2),
        "{status}"
    );
    assert!(flags().contains(LocalFlags::ECHO | LocalFlags::ISIG));
    assert_eq!(files(home.path()), 0);
}
