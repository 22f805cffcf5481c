//! `easy-wechat send` as cron and scripts run it.

use super::command::{Ended, Shell};
use super::world::{GETTOKEN, SEND, World, run};
use easy_wechat::sandbox::{Fault, HangUp, Injection};
use serde_json::{Value, json};

/// The story of the first user: a push each day, with the token cached between the runs.
#[test]
fn two_runs_with_an_empty_environment_fetch_one_token() {
    run(async {
        let world = World::start().await;
        let shell = Shell::of(&world, "");
        for number in 1..=2 {
            let ended = shell.run(&[
                "send",
                "--quiet",
                "--to",
                "zhangsan",
                &format!("早安 {number}"),
            ]);
            assert_eq!(
                (ended.code, &*ended.out, &*ended.err),
                (0, "", ""),
                "{number}"
            );
            let log = shell.log();
            let lines = log
                .iter()
                .filter(|line| line.contains("send message successful to zhangsan"));
            assert_eq!(lines.count(), number, "{log:#?}");
        }
        assert_eq!(world.texts("zhangsan"), ["早安 1", "早安 2"]);
        assert_eq!(world.calls(GETTOKEN).len(), 1);
    });
}

#[test]
fn a_state_that_cannot_be_kept_costs_a_token_and_no_message() {
    run(async {
        let world = World::start().await;
        let file = tempfile::NamedTempFile::new().unwrap();
        let lines = format!("state_path = {}/state", file.path().display());
        let shell = Shell::of(&world, &lines);
        for number in 1..=2 {
            let ended = shell.run(&["send", "--quiet", "--to", "zhangsan", "x"]);
            assert_eq!((ended.code, &*ended.err), (0, ""), "{number}");
            assert_eq!(world.texts("zhangsan").len(), number);
            let log = shell.log();
            let warnings = log.iter().filter(|line| line.contains("WARN")).count();
            assert_eq!(warnings, number, "one for each run: {log:#?}");
        }
        assert_eq!(world.calls(GETTOKEN).len(), 2);
    });
}

#[test]
fn a_log_that_cannot_be_written_is_told_once_and_never_by_a_quiet_command() {
    run(async {
        let world = World::start().await;
        let shell = Shell::of(&world, "");
        let in_the_way = shell.file("in the way", b"");
        for (quiet, said) in [(true, 0), (false, 1)] {
            let mut arguments = vec!["send", "--to", "zhangsan", "x"];
            arguments.extend(quiet.then_some("--quiet"));
            let mut command = shell.command(&arguments);
            command.env("EASY_WECHAT_SYSTEM_LOG_PATH", in_the_way.join("log"));
            let ended = Ended::by(&mut command);
            assert_eq!(ended.code, 0, "{ended:?}");
            let lines: Vec<&str> = ended.err.lines().collect();
            assert_eq!(lines.len(), said, "{ended:?}");
            assert!(
                lines.iter().all(|line| line.contains("log_path")),
                "{ended:?}"
            );
        }
    });
}

#[test]
fn what_was_written_is_not_logged_above_debug() {
    run(async {
        let world = World::start().await;
        let shell = Shell::of(&world, "");
        let config = shell.path().join("config.ini");
        let quieter = std::fs::read_to_string(&config)
            .unwrap()
            .replace("= trace", "= info");
        std::fs::write(&config, quieter).unwrap();
        assert_eq!(
            shell
                .run(&["send", "--to", "zhangsan", "only for zhangsan"])
                .code,
            0
        );
        assert!(shell.log().iter().any(|line| line.contains("successful")));
        assert!(
            !shell.log().iter().any(|line| line.contains("only for")),
            "{:?}",
            shell.log()
        );
    });
}

#[test]
fn text_comes_from_the_argument_or_the_standard_input() {
    run(async {
        let world = World::start().await;
        let shell = Shell::of(&world, "");
        let cases: [(&[&str], &[u8], &str); 5] = [
            (
                &["send", "--to", "zhangsan", "argument"],
                b"not this",
                "argument",
            ),
            (
                &["send", "--to", "zhangsan"],
                "第一行\n第二行\n".as_bytes(),
                "第一行\n第二行",
            ),
            (&["send", "--to", "zhangsan", "-"], b"a\r\n", "a"),
            (
                &["send", "--to", "zhangsan", "--markdown"],
                b"**a**",
                "**a**",
            ),
            (
                &["send", "--to", "zhangsan"],
                "\u{feff}bom".as_bytes(),
                "bom",
            ),
        ];
        for (arguments, input, expected) in cases {
            let ended = shell.pipe(arguments, input);
            assert_eq!(ended.code, 0, "{arguments:?}: {}", ended.err);
            assert!(!ended.out.trim().is_empty(), "the id is printed");
            assert_eq!(
                world.texts("zhangsan").last().unwrap(),
                expected,
                "{arguments:?}"
            );
        }
        let gbk = b"\xc4\xe3\xba\xc3";
        let ended = shell.pipe(&["send", "--to", "zhangsan"], gbk);
        assert_eq!(ended.code, 2, "{}", ended.err);
        assert!(
            ended.err.contains("not UTF-8") && ended.err.contains("iconv"),
            "{}",
            ended.err
        );
        assert_eq!(world.calls(SEND).len(), 5);
    });
}

#[test]
fn a_message_comes_from_a_file_of_json() {
    run(async {
        let world = World::start().await;
        let shell = Shell::of(&world, "");
        let send = |name: &str, bytes: &[u8]| {
            let file = shell.file(name, bytes);
            shell.run(&["send", "--to", "zhangsan", "--json", file.to_str().unwrap()])
        };
        let text = r#"{"msgtype": "text", "text": {"content": "你好"}}"#;
        assert_eq!(send("a.json", text.as_bytes()).code, 0);
        assert_eq!(
            send("bom.json", format!("\u{feff}{text}").as_bytes()).code,
            0
        );
        let piped = shell.pipe(
            &["send", "--to", "zhangsan", "--json", "-"],
            text.as_bytes(),
        );
        assert_eq!(piped.code, 0);
        assert_eq!(world.texts("zhangsan"), ["你好", "你好", "你好"]);
        for (name, bytes, says) in [
            ("gbk.json", &b"{\"msgtype\": \"\xc4\xe3\"}"[..], "not UTF-8"),
            ("empty.json", b"", "invalid JSON"),
            ("cut.json", br#"{"msgtype": "text", "te"#, "invalid JSON"),
            ("list.json", b"[]", "should be an object"),
            (
                "untyped.json",
                br#"{"text": {"content": "x"}}"#,
                "should be an object",
            ),
            (
                "other.json",
                br#"{"msgtype": "text", "image": {}}"#,
                "no \"text\" beside it",
            ),
            (
                "more.json",
                br#"{"msgtype": "text", "text": {"content": "x"}, "safe": 1}"#,
                "\"safe\"",
            ),
            (
                "typo.json",
                br#"{"msgtype": "txet", "txet": {}}"#,
                "did you mean text?",
            ),
            (
                "string.json",
                br#"{"msgtype": "text", "text": "x"}"#,
                "JSON object",
            ),
        ] {
            let ended = send(name, bytes);
            assert_eq!(ended.code, 2, "{name}: {}", ended.err);
            assert!(
                ended.err.contains(says),
                "{name}: no {says:?} in {}",
                ended.err
            );
            assert_eq!(ended.out, "", "{name}");
        }
        let ended = shell.run(&["send", "--to", "zhangsan", "--json", "/no/such.json"]);
        assert_eq!(ended.code, 2);
        assert!(
            ended.err.contains("/no/such.json: cannot be read"),
            "{}",
            ended.err
        );
        assert_eq!(world.calls(SEND).len(), 3);
    });
}

#[test]
fn every_exit_code_has_its_trouble() {
    run(async {
        let world = World::start().await;
        let shell = Shell::of(&world, "api_patience = 0");
        let to = |to: &str| shell.run(&["send", "--to", to, "x"]);
        let strike = |fault: Fault| {
            let injection = Injection::new(fault).path(SEND).times(1);
            world.sandbox.faults().inject(injection).unwrap();
        };
        assert_eq!(to("zhangsan").code, 0);

        let partly = to("zhangsan|Nobody");
        assert_eq!(partly.code, 3, "{}", partly.err);
        assert!(partly.err.contains("users nobody"), "{}", partly.err);
        assert!(!partly.out.is_empty(), "the id of what was sent");

        let refused = to("nobody");
        assert_eq!(refused.code, 4, "{}", refused.err);
        assert!(refused.err.contains("81013"), "{}", refused.err);
        strike(Fault::Errcode { errcode: 45009 });
        assert_eq!(to("zhangsan").code, 4);

        strike(Fault::HangUp {
            when: HangUp::Middle,
        });
        let perhaps = to("zhangsan");
        assert_eq!(perhaps.code, 6, "{}", perhaps.err);
        assert!(perhaps.err.contains("not sent again"), "{}", perhaps.err);
        strike(Fault::BadGateway);
        assert_eq!(to("zhangsan").code, 6);

        for arguments in [
            &["send", "x"][..],
            &["send", "--to", "a", "--all", "x"],
            &["send", "--to", "a", "--image", "/no/such.png"],
            &["send", "--to", "a", ""],
            &["send", "--to", "a", "--nothing"],
            &["send", "--to", "a", "--app", "absent", "x"],
            &["send", "--to", "a", "--once-within", "0", "x"],
        ] {
            let ended = shell.run(arguments);
            assert_eq!(ended.code, 2, "{arguments:?}: {}", ended.err);
            assert!(
                ended.err.starts_with("error: "),
                "{arguments:?}: {}",
                ended.err
            );
        }
        let elsewhere = Shell::of(&world, "");
        std::fs::remove_file(elsewhere.path().join("config.ini")).unwrap();
        assert_eq!(elsewhere.run(&["send", "--to", "a", "x"]).code, 2);

        let url = world.sandbox.url().to_owned();
        let gone = Shell::new(
            &world.leaks,
            &world.sandbox.ini().replace(&url, "http://127.0.0.1:1"),
        );
        let ended = gone.run(&["send", "--to", "a", "x"]);
        assert_eq!(ended.code, 5, "{}", ended.err);
        assert!(ended.err.contains("nothing listens there"), "{}", ended.err);
    });
}

#[test]
fn machines_get_json_also_of_what_failed() {
    run(async {
        let world = World::start().await;
        let shell = Shell::of(&world, "");
        let result = |to: &str| {
            let ended = shell.run(&["send", "--quiet", "--json-result", "--to", to, "x"]);
            let json: Value = serde_json::from_str(&ended.out).expect(&ended.out);
            (ended.code, json)
        };
        let (code, sent) = result("zhangsan|Nobody");
        assert_eq!(code, 3);
        assert_eq!(sent["missed"]["users"], json!(["nobody"]));
        assert_eq!(sent["msgids"].as_array().unwrap().len(), 1);
        let (code, refused) = result("nobody");
        assert_eq!((code, &refused["errcode"]), (4, &json!(81013)));
        assert_eq!(refused["kind"], "fix_target");
        assert!(refused["error"].as_str().unwrap().contains("81013"));
        world.sandbox.faults().inject(Fault::BadGateway).unwrap();
        let (code, perhaps) = result("zhangsan");
        assert_eq!((code, &perhaps["kind"]), (6, &json!("maybe_delivered")));
        assert_eq!(perhaps["errcode"], Value::Null);
    });
}

#[test]
fn a_robot_speaks_in_its_group() {
    run(async {
        let world = World::start().await;
        let webhook = world.sandbox.webhook_url();
        let group = "robot:alerts";
        let shell = Shell::of(&world, &format!("[alerts]\nwebhook = {webhook}"));
        let picture = shell.file("chart.png", b"\x89PNG\r\n\x1a\n rest of it");
        let picture = picture.to_str().unwrap();
        for arguments in [
            &["the disk is full"][..],
            &["--image", picture],
            &["--file", picture],
        ] {
            let arguments = [&["send", "--robot", "alerts"][..], arguments].concat();
            let ended = shell.run(&arguments);
            assert_eq!((ended.code, &*ended.err), (0, ""), "{arguments:?}");
        }
        let inbox = world.sandbox.inbox(group);
        let kinds: Vec<_> = inbox.iter().map(|it| &*it.msg_type).collect();
        assert_eq!(kinds, ["text", "image", "file"]);
        let ended = shell.run(&["send", "--robot", "alerts", "--to", "zhangsan", "x"]);
        assert_eq!(ended.code, 2, "a robot knows no members: {}", ended.err);
    });
}
