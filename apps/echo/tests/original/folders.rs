//! Where it keeps its log, and what of a file it refuses.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::child::{CONFIG_TEST, Echo, folder, run};

const TEST: &[&str] = &["--config", CONFIG_TEST, "--app", "test"];

/// The files below a folder.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path.to_str().unwrap().to_owned());
        }
    }
    found
}

#[test]
fn the_log_is_in_a_folder_of_the_user_and_never_in_the_shared_one() {
    for (variable, log) in [
        ("HOME", ".local/state/easy_wechat/easy_wechat_test.log"),
        ("XDG_STATE_HOME", "easy_wechat/easy_wechat_test.log"),
        ("STATE_DIRECTORY", "easy_wechat_test.log"),
        ("LOGS_DIRECTORY", "easy_wechat_test.log"),
        ("NOTHING", ""),
    ] {
        let (home, shared) = (folder(), folder());
        let variables = [
            ("EASY_WECHAT_SYSTEM_LOG_PATH", ""),
            ("TMPDIR", shared.path().to_str().unwrap()),
            (variable, home.path().to_str().unwrap()),
        ];
        let mut echo = Echo::with(&variables, TEST);
        echo.signal("TERM");
        assert!(echo.end().0.success());
        assert_eq!(files(shared.path()), [""; 0], "{variable}");
        let log = Some(home.path().join(log)).filter(|_| !log.is_empty());
        let there = log.as_ref().map(|log| log.to_str().unwrap().to_owned());
        let logs = files(home.path());
        let logs: Vec<&String> = logs
            .iter()
            .filter(|file| Path::new(file).extension().is_some_and(|it| it == "log"))
            .collect();
        assert_eq!(logs, there.iter().collect::<Vec<_>>(), "{variable}");
        if let Some(log) = log {
            let mode = fs::metadata(&log).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode & !0o640, 0, "{mode:o}");
            assert!(fs::read_to_string(log).unwrap().contains("listening"));
        }
        assert!(echo.stderr().contains("listening"), "{variable}");
    }
}

#[test]
fn a_log_file_that_is_none_costs_no_line_on_stderr() {
    for make in [
        "mkfifo easy_wechat_test.log",
        "ln -s /dev/full easy_wechat_test.log",
    ] {
        let logs = folder();
        let made = std::process::Command::new("sh")
            .args(["-c", make])
            .current_dir(logs.path())
            .status();
        assert!(made.unwrap().success());
        let variables = [("EASY_WECHAT_SYSTEM_LOG_PATH", logs.path().to_str().unwrap())];
        let mut echo = Echo::with(&variables, TEST);
        echo.signal("TERM");
        assert!(echo.end().0.success(), "{make}");
        for part in ["listening", "stopped", "cannot be written"] {
            assert!(echo.stderr().contains(part), "{make}: {}", echo.stderr());
        }
    }
}

#[test]
fn a_tilde_is_the_home_folder_or_an_error() {
    let home = folder();
    let path = home.path().to_str().unwrap();
    for log_path in ["~/logs", "\"~/logs\""] {
        let variables = [("EASY_WECHAT_SYSTEM_LOG_PATH", log_path), ("HOME", path)];
        let mut echo = Echo::with(&variables, TEST);
        echo.signal("TERM");
        assert!(echo.end().0.success());
        assert!(home.path().join("logs/easy_wechat_test.log").is_file());
    }
    fs::copy(CONFIG_TEST, home.path().join("test.ini")).unwrap();
    let here = folder();
    for (variables, config, said) in [
        (
            vec![("EASY_WECHAT_SYSTEM_LOG_PATH", "~li/logs"), ("HOME", path)],
            CONFIG_TEST,
            "log_path",
        ),
        (
            vec![("EASY_WECHAT_SYSTEM_LOG_PATH", "~/logs")],
            CONFIG_TEST,
            "HOME",
        ),
        (
            vec![("EASY_WECHAT_TEST_SECRET_FILE", "~/secret")],
            CONFIG_TEST,
            "secret_file",
        ),
        (
            vec![("EASY_WECHAT_TEST_STATE_PATH", "~li/x"), ("HOME", path)],
            CONFIG_TEST,
            "state_path",
        ),
        (vec![], "~/test.ini", "HOME"),
        (vec![("HOME", path)], "~li/test.ini", "~li"),
    ] {
        let args = [
            "--config",
            config,
            "--app",
            "test",
            "--listen",
            "127.0.0.1:0",
        ];
        let (code, _, text) = run(&here, &variables, &args);
        assert_eq!(code, Some(2), "{variables:?}: {text}");
        assert!(text.contains(said), "{variables:?}: {text}");
    }
    assert!(files(here.path()).iter().all(|file| !file.contains('~')));
}

#[test]
fn what_is_wrong_in_the_file_ends_it_before_it_listens() {
    let ours = fs::read_to_string(CONFIG_TEST).unwrap();
    for (more, said) in [
        ("[Push:report]\ntext = figures\n", "[push:report]"),
        ("[push：report]\ntext = figures\n", "[push:report]"),
        ("[cammera]\nsource = synthetic\n", "[camera]"),
        ("[nginx]\nworkers = 1\n", "other_sections"),
        ("【push:report】\ntext = figures\n", "[demo]"),
    ] {
        let here = folder();
        fs::write(here.path().join("config.ini"), format!("{ours}\n{more}")).unwrap();
        let (code, _, text) = run(&here, &[], &["--app", "test"]);
        assert_eq!(code, Some(2), "{text}");
        assert!(text.contains(said), "{text}");
    }
    // A carriage return inside the value, as Docker's --env-file hands on when the line goes on.
    let variables = [("EASY_WECHAT_TEST_TOKEN", "abc\rdef")];
    let (code, _, text) = run(&folder(), &variables, TEST);
    assert_eq!(code, Some(2), "{text}");
    assert!(
        text.contains("carriage return after its 3rd character"),
        "{text}"
    );
}

#[test]
fn the_configuration_of_the_user_is_found() {
    let home = folder();
    let place = home.path().join(".config/easy_wechat");
    fs::create_dir_all(&place).unwrap();
    let ours = fs::read_to_string(CONFIG_TEST).unwrap();
    fs::write(place.join("config.ini"), ours.replace("[test]", "[demo]")).unwrap();
    let elsewhere = home.path().join(".config");
    for variable in [
        ("HOME", home.path().to_str().unwrap()),
        ("XDG_CONFIG_HOME", elsewhere.to_str().unwrap()),
    ] {
        let mut echo = Echo::with(&[variable], &[]);
        echo.signal("TERM");
        assert!(echo.end().0.success());
        // Others may read the secrets in it.
        assert!(echo.stderr().contains("chmod 600"), "{}", echo.stderr());
    }
    let (code, _, text) = run(&folder(), &[], &[]);
    assert_eq!(code, Some(2));
    for part in [
        "easy-wechat init",
        "--sandbox",
        "/etc/easy_wechat/config.ini",
    ] {
        assert!(text.contains(part), "{text}");
    }
}
