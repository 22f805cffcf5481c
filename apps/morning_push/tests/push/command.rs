//! Commands that behave, and those that do not.

use std::time::{Duration, Instant};

use morning_push::command::{Command, MOST_OUTPUT};

async fn run(line: &str, limit: Duration) -> Result<String, String> {
    let command = Command::parse(line, limit).unwrap();
    command.run().await.map_err(|error| error.to_string())
}

#[tokio::test]
async fn its_output_is_the_text() {
    let long = Duration::from_mins(1);
    for (line, expected) in [
        ("echo 早安", "早安\n"),
        ("echo 'two words'  and  more", "two words and more\n"),
        // No shell reads it.
        ("echo $HOME * ; rm", "$HOME * ; rm\n"),
        ("sh -c 'echo a; echo b'", "a\nb\n"),
        ("true", ""),
        (r"printf \\377x", "\u{fffd}x"),
        ("sh -c 'cat; echo nobody types'", "nobody types\n"),
        ("sh -c 'echo noise >&2; echo text'", "text\n"),
    ] {
        assert_eq!(run(line, long).await.as_deref(), Ok(expected), "{line}");
    }
    assert_eq!(Command::parse("echo 'open", long), None);
    assert_eq!(Command::parse("  ", long), None);
}

#[tokio::test]
async fn what_goes_wrong_is_told() {
    let long = Duration::from_mins(1);
    for (line, parts) in [
        (
            "no-such-program-here",
            ["no-such-program-here", "could not be started"],
        ),
        (
            "sh -c 'echo text; echo the disk is full >&2; exit 3'",
            ["exit status: 3", "the disk is full"],
        ),
        ("false", ["\"false\" failed", "exit status: 1"]),
        ("sh -c 'kill -9 $$'", ["\"sh\" failed", "signal: 9"]),
        ("yes", ["\"yes\" wrote more than", "20480 bytes"]),
        (
            "head -c 20481 /dev/zero",
            ["wrote more than", "20480 bytes"],
        ),
    ] {
        let error = run(line, long).await.unwrap_err();
        for part in parts {
            assert!(error.contains(part), "{line}: {part:?} is not in: {error}");
        }
    }
    let most = format!("head -c {MOST_OUTPUT} /dev/zero");
    assert_eq!(run(&most, long).await.unwrap().len(), MOST_OUTPUT);
    let noisy = "sh -c 'yes >&2 & sleep 0.2; kill $!; wait; exit 1'";
    let error = run(noisy, long).await.unwrap_err();
    assert!(error.len() < 600, "{} bytes", error.len());
}

/// With all that it started, also when only a grandchild holds the pipe.
#[tokio::test]
async fn what_hangs_is_killed_with_its_children() {
    let folder = tempfile::tempdir().unwrap();
    let pid = folder.path().join("pid");
    for line in [
        "sleep 600",
        "sh -c 'sleep 600 & echo $! > PID; wait'",
        "sh -c 'sleep 600 & echo $! > PID'",
    ] {
        let line = line.replace("PID", pid.to_str().unwrap());
        let began = Instant::now();
        let error = run(&line, Duration::from_millis(500)).await.unwrap_err();
        assert!(error.contains("was not done after 500ms"), "{error}");
        assert!(began.elapsed() < Duration::from_secs(20));
        let Ok(child) = std::fs::read_to_string(&pid) else {
            continue;
        };
        // A zombie that nobody has buried yet is dead as well.
        let dead = || {
            let stat = std::fs::read_to_string(format!("/proc/{}/stat", child.trim()));
            stat.is_err() || stat.is_ok_and(|stat| stat.contains(") Z "))
        };
        while !dead() {
            assert!(
                began.elapsed() < Duration::from_secs(20),
                "{line}: {child} lives"
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}
