//! What strangers wrote gives a terminal no orders.

use serde_json::Value;

use super::calls::{CORPID, Call, KEY, sealed};
use super::decrypt::{Folder, texts};
use super::run;

/// Clears the screen, sets the title, is a CSI in one character, turns the direction around, has no width.
const HOSTILE: [char; 5] = ['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}', '\u{200b}'];

#[test]
fn a_member_who_writes_escape_sequences_does_not_reach_the_terminal_of_decrypt() {
    let content: String = HOSTILE.iter().flat_map(|it| [*it, '[', '2', 'J']).collect();
    let message = format!(
        "<xml><FromUserName>li</FromUserName><MsgType>text</MsgType><Content><![CDATA[{content}]]></Content></xml>"
    );
    let call: Call = sealed(KEY, &message, CORPID);
    let folder = Folder::new(&call);
    for more in [&[][..], &["--pretty"], &["--json"]] {
        let body = folder.body();
        let arguments = ["--query", &call.query, "--body", &body, "--app", "demo"];
        let output = folder.run(&[&arguments, more].concat(), true, "");
        let (out, err) = texts(&output);
        assert_eq!(output.status.code(), Some(0), "{more:?}: {err}");
        assert_harmless(&out);
        assert_harmless(&err);
        if more == ["--json"] {
            let message: Value = serde_json::from_str(&out).unwrap();
            assert_eq!(message["Content"], content, "JSON keeps the text");
        }
    }
}

#[test]
fn an_argument_that_is_repeated_in_an_error_does_not_either() {
    for hostile in HOSTILE {
        for line in [
            &["send", "--to", "li", &format!("--{hostile}[2J")][..],
            &["sandbox", "--listen", &format!("x{hostile}")],
            &["check", "--config", &format!("/no/{hostile}.ini")],
            &[
                "decrypt",
                "--query",
                &format!("a={hostile}"),
                "--body",
                &format!("/no/{hostile}"),
            ],
            &[&format!("x{hostile}")],
        ] {
            let output = run(line);
            let (out, err) = texts(&output);
            assert_ne!(output.status.code(), Some(0), "{line:?}: {out}");
            assert!(!err.is_empty(), "{line:?}");
            assert_harmless(&out);
            assert_harmless(&err);
        }
    }
}

#[track_caller]
fn assert_harmless(text: &str) {
    let found: Vec<char> = text.chars().filter(|it| HOSTILE.contains(it)).collect();
    assert!(found.is_empty(), "{found:?} in {text:?}");
}
