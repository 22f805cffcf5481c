//! What a command says of a message that went out, and of one that did not.

use std::fs::OpenOptions;

use serde_json::{Value, json};

use super::command::{Ended, Shell};
use super::world::{SEND, World, run};

#[test]
fn what_the_platform_cuts_or_ignores_is_told() {
    run(async {
        let world = World::start().await;
        let webhook = world.sandbox.webhook_url();
        let shell = Shell::of(&world, &format!("[alerts]\nwebhook = {webhook}"));
        let long = "长".repeat(200);
        let news = json!({"msgtype": "news", "news": {"articles": [{"title": long, "url": "https://example.com"}]}}).to_string();
        let mentions = json!({"msgtype": "markdown", "markdown": {"content": "**down**", "mentioned_list": ["@all"]}}).to_string();
        let number =
            json!({"msgtype": "text", "text": {"content": "down", "mentioned_list": "@all"}})
                .to_string();
        let card = [
            "--to",
            "zhangsan",
            "--textcard",
            "--url",
            "https://example.com/a",
            "--title",
            "t",
        ];
        for (line, input, field, list) in [
            (&card[..], &*long, "description", "cuts"),
            (&["--to", "zhangsan", "--json", "-"], &news, "title", "cuts"),
            (
                &["--robot", "alerts", "--json", "-"],
                &news,
                "title",
                "cuts",
            ),
            (
                &["--robot", "alerts", "--json", "-"],
                &mentions,
                "markdown.mentioned_list",
                "ignored",
            ),
            (
                &["--to", "zhangsan", "--json", "-"],
                &mentions,
                "markdown.mentioned_list",
                "ignored",
            ),
            (
                &["--robot", "alerts", "--json", "-"],
                &number,
                "text.mentioned_list",
                "ignored",
            ),
        ] {
            let line = [&["send"], line].concat();
            let ended = shell.pipe(&line, input.as_bytes());
            assert_eq!(ended.code, 0, "{line:?}: {}", ended.err);
            assert_eq!(ended.err.lines().count(), 1, "{line:?}: {}", ended.err);
            assert!(ended.err.contains(field), "{line:?}: {}", ended.err);

            let ended = shell.pipe(&[&line[..], &["--quiet"]].concat(), input.as_bytes());
            assert_eq!((ended.code, &*ended.err), (0, ""), "{line:?} --quiet");

            let ended = shell.pipe(&[&line[..], &["--json-result"]].concat(), input.as_bytes());
            let told: Value = serde_json::from_str(&ended.out).unwrap();
            assert_eq!(told[list][0]["field"], field, "{line:?}: {told}");
        }
    });
}

/// A script that sees an error sends again.
#[test]
fn a_message_that_went_out_is_no_error_when_its_id_cannot_be_printed() {
    run(async {
        let world = World::start().await;
        let shell = Shell::of(&world, "");
        for json in [&[][..], &["--json-result"]] {
            let line = [&["send", "--to", "zhangsan"][..], json, &["x"]].concat();
            let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
            let ended = Ended::by(shell.command(&line).stdout(full));
            assert_eq!(ended.code, 0, "{}", ended.err);
            assert!(ended.err.contains("was sent"), "{}", ended.err);
        }
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let ended = Ended::by(
            shell
                .command(&["send", "--quiet", "--to", "zhangsan", "x"])
                .stdout(full),
        );
        assert_eq!((ended.code, &*ended.err), (0, ""));
        assert_eq!(world.calls(SEND).len(), 3);
    });
}

#[test]
fn advice_names_options_of_the_command() {
    run(async {
        let world = World::start().await;
        let shell = Shell::of(&world, "");
        let long = "**长**".repeat(600);
        for (line, input, says, not) in [
            (
                &["send", "--to", "zhangsan", "--markdown"][..],
                &*long,
                "--split",
                "split_markdown",
            ),
            (
                &["send", "--to", "zhangsan"],
                "",
                "standard input",
                "text.content",
            ),
            (
                &["send", "--to", "zhangsan"],
                "\n",
                "standard input",
                "text.content",
            ),
            (
                &["send", "--to", "zhangsan", "--json", "-"],
                "",
                "standard input",
                "EOF",
            ),
            (&["send", "--to", "张三", "x"], "", "--to", "touser"),
            (&["send", "x"], "", "easy-wechat send", "<COMMAND>"),
            (
                &[
                    "send",
                    "--to",
                    "zhangsan",
                    "--textcard",
                    "--title",
                    "",
                    "--url",
                    "https://example.com",
                    "x",
                ],
                "",
                "--title",
                "textcard.title",
            ),
        ] {
            let ended = shell.pipe(line, input.as_bytes());
            assert_eq!(ended.code, 2, "{line:?}: {}", ended.err);
            assert!(ended.err.contains(says), "{line:?}: {}", ended.err);
            assert!(!ended.err.contains(not), "{line:?}: {}", ended.err);
        }
        assert_eq!(world.calls(SEND).len(), 0);
    });
}

#[test]
fn line_ends_of_windows_and_control_characters_do_not_go_out() {
    run(async {
        let world = World::start().await;
        let shell = Shell::of(&world, "");
        let dirty = "disk\u{7} full\r\nhost\u{1b}[31m a\rb\u{85}c\r\n";
        let clean = "disk full\nhost[31m a\nb\nc";
        assert_eq!(
            shell
                .pipe(&["send", "--to", "zhangsan"], dirty.as_bytes())
                .code,
            0
        );
        assert_eq!(
            shell
                .pipe(
                    &["send", "--to", "zhangsan", "--markdown"],
                    dirty.as_bytes()
                )
                .code,
            0
        );
        let json = json!({"msgtype": "text", "text": {"content": dirty}}).to_string();
        assert_eq!(
            shell
                .pipe(
                    &["send", "--to", "zhangsan", "--json", "-"],
                    json.as_bytes()
                )
                .code,
            0
        );
        let texts = world.texts("zhangsan");
        assert_eq!(texts[..2], [clean, clean]);
        assert_eq!(texts[2], format!("{clean}\n"));
    });
}
