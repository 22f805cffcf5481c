//! What comes from a variable is data, whatever it looks like.

use std::fs;

use super::command::Shell;
use super::world::{SEND, World, run};

/// An alert that begins with a minus, as `df`, a thermometer and a report make them.
#[test]
fn a_text_that_cannot_be_an_option_is_sent() {
    run(async {
        let world = World::start().await;
        let shell = Shell::of(&world, "");
        for text in [
            "- disk full: /dev/sda1 97%",
            "-5°C in the server room",
            "--- nightly report ---",
            "-5",
            "--disk full",
            "-rf is not for me",
            "—— 报告 ——",
        ] {
            for line in [
                &["send", "--to", "zhangsan", text][..],
                &["send", text, "--to", "zhangsan"],
                &["send", "--to=zhangsan", "--markdown", text],
            ] {
                let ended = shell.run(line);
                assert_eq!(ended.code, 0, "{line:?}: {}", ended.err);
                assert_eq!(world.texts("zhangsan").last().unwrap(), text, "{line:?}");
            }
        }
    });
}

/// Spelt like options of ours: by `--`, by `--text=` and by a pipe they are texts.
#[test]
fn a_text_that_is_spelt_like_an_option_is_a_text_by_every_safe_way() {
    run(async {
        let world = World::start().await;
        let shell = Shell::of(&world, "");
        let texts = [
            "--to=@all",
            "--all",
            "--file=/etc/passwd",
            "--config=x",
            "--quiet",
            "-q",
            "-h",
            "--help",
            "--",
            "--text=x",
            "--unknown",
        ];
        // Two, since one member gets 30 messages a minute.
        for (text, to) in texts
            .into_iter()
            .zip(["zhangsan", "lisi"].into_iter().cycle())
        {
            let as_option = format!("--text={text}");
            for line in [
                &["send", "--to", to, "--", text][..],
                &["send", "--to", to, &as_option],
                &["send", "--text", text, "--to", to],
            ] {
                let ended = shell.run(line);
                assert_eq!(ended.code, 0, "{line:?}: {}", ended.err);
                assert_eq!(world.texts(to).last().unwrap(), text, "{line:?}");
            }
            let ended = shell.pipe(&["send", "--to", to], text.as_bytes());
            assert_eq!(ended.code, 0, "{text}: {}", ended.err);
            assert_eq!(world.texts(to).last().unwrap(), text);
        }
        let sent = ["zhangsan", "lisi"].map(|to| world.texts(to).len());
        assert_eq!(sent.iter().sum::<usize>(), texts.len() * 4, "nobody else");
    });
}

/// The word behind such an option is its value.
#[test]
fn a_title_or_a_receiver_is_no_option_either() {
    run(async {
        let world = World::start().await;
        let shell = Shell::of(&world, "");
        let card = [
            "send",
            "--to",
            "zhangsan",
            "--textcard",
            "--title",
            "--all",
            "--url",
            "https://example.com",
            "--",
            "-q",
        ];
        assert_eq!(shell.run(&card).code, 0);
        let inbox = world.sandbox.inbox("zhangsan");
        let content = &inbox.last().unwrap().content;
        assert_eq!(
            (&content["title"], &content["description"]),
            (&"--all".into(), &"-q".into())
        );
        // A userid may begin so; no member has it, and it does not stand for everyone.
        let ended = shell.run(&["send", "--to", "--all", "--", "x"]);
        assert_eq!(ended.code, 4, "{}", ended.err);
        let ended = shell.run(&["send", "--to", "zhangsan", "--to", "@all", "x"]);
        assert_eq!(ended.code, 2, "{}", ended.err);
        let ended = shell.run(&["send", "--to", "zhangsan", "--file", "--all"]);
        assert_eq!(ended.code, 2, "{}", ended.err);
        assert!(ended.err.contains("--all: cannot be read"), "{}", ended.err);
        assert_eq!(world.texts("lisi").len(), 0);
    });
}

#[test]
fn what_can_be_an_option_is_refused_with_a_line_that_works() {
    run(async {
        let world = World::start().await;
        let shell = Shell::of(&world, "");
        for text in ["--unknown", "--unknown=a b", "-x"] {
            let ended = shell.run(&["send", "--to", "li", text]);
            assert_eq!(ended.code, 2, "{text}: {}", ended.err);
            let quoted = if text.contains(' ') {
                format!("'{text}'")
            } else {
                text.to_owned()
            };
            let works = format!("--to li -- {quoted}");
            assert!(ended.err.contains(&works), "{text}: {}", ended.err);
        }
        assert_eq!(world.calls(SEND).len(), 0);
    });
}

/// Ids of the platform are base64 for addresses: they may begin with a minus.
#[test]
fn an_id_may_begin_with_a_minus() {
    run(async {
        let world = World::start().await;
        let shell = Shell::of(&world, "");
        for line in [
            &["recall", "-dFb4bxT35ON"][..],
            &["recall", "--", "--dFb"],
            &["download", "-aB3_x"],
            &["download", "--json", "-q9", "."],
        ] {
            let ended = shell.run(line);
            assert_eq!(
                ended.code, 4,
                "the platform is asked: {line:?}: {}",
                ended.err
            );
        }
    });
}

#[test]
fn a_file_comes_from_the_standard_input() {
    run(async {
        let world = World::start().await;
        let webhook = world.sandbox.webhook_url();
        let shell = Shell::of(&world, &format!("[alerts]\nwebhook = {webhook}"));
        let png = b"\x89PNG\r\n\x1a\n rest of it";
        for (line, input) in [
            (
                &[
                    "send", "--to", "zhangsan", "--file", "-", "--name", "db.sql",
                ][..],
                &b"select 1;"[..],
            ),
            (
                &[
                    "send",
                    "--to",
                    "zhangsan",
                    "--file",
                    "/dev/stdin",
                    "--name",
                    "db.sql",
                ],
                b"select 1;",
            ),
            (&["send", "--to", "zhangsan", "--image", "-"], png),
            (&["send", "--robot", "alerts", "--image", "-"], png),
            (
                &[
                    "send", "--robot", "alerts", "--file", "-", "--name", "db.sql",
                ],
                b"select 1;",
            ),
            (&["upload", "--name", "db.sql", "-"], b"select 1;"),
        ] {
            let ended = shell.pipe(line, input);
            assert_eq!((ended.code, &*ended.err), (0, ""), "{line:?}");
        }
        let kinds: Vec<_> = world
            .sandbox
            .inbox("zhangsan")
            .iter()
            .map(|it| it.msg_type.clone())
            .collect();
        assert_eq!(kinds, ["file", "file", "image"]);
        for (line, input) in [
            (
                &["send", "--to", "zhangsan", "--file", "-"][..],
                &b"select 1;"[..],
            ),
            (
                &["send", "--to", "zhangsan", "--file", "-", "--name", "a"],
                b"",
            ),
            (&["send", "--to", "zhangsan", "--name", "a"], b"text"),
            (&["upload", "-"], b"select 1;"),
        ] {
            let ended = shell.pipe(line, input);
            assert_eq!(ended.code, 2, "{line:?}: {}", ended.err);
        }
        fs::write(
            shell.path().join("large.png"),
            [&png[..], &vec![0; 3 << 20]].concat(),
        )
        .unwrap();
        let large = shell.path().join("large.png");
        let ended = shell.run(&[
            "send",
            "--robot",
            "alerts",
            "--image",
            large.to_str().unwrap(),
        ]);
        assert_eq!(ended.code, 2, "{}", ended.err);
        for part in ["large.png", "3145", "2097152"] {
            assert!(ended.err.contains(part), "{part}: {}", ended.err);
        }
    });
}
