//! What was copied along with a credential.

use easy_wechat::{ClientError, Config, ConfigError, WeChatClient, WeChatServer};

use crate::{KEY, SECRET, TOKEN, parse, says};

fn credentials() -> [(&'static str, &'static str); 6] {
    [
        ("token", TOKEN),
        ("secret", SECRET),
        ("encoding_aes_key", KEY),
        ("corpid", "ww00field00corp001"),
        ("appid", "1000077"),
        ("webhook", "693a91f6-7xxx"),
    ]
}

/// Without the key that is looked at.
fn rest(key: &str) -> String {
    let others = credentials().into_iter().filter(|(name, _)| *name != key);
    let lines = others.map(|(name, value)| format!("{name} = {value}\n"));
    format!("[demo]\n{}", lines.collect::<String>())
}

/// By each of the doors: the file, the environment, a file that either names.
fn doors(key: &str, value: &str) -> Vec<(&'static str, Result<Config, ConfigError>)> {
    let rest = rest(key);
    let folder = tempfile::tempdir().unwrap().keep();
    let path = folder.join("value");
    std::fs::write(&path, value).unwrap();
    let path = path.to_str().unwrap();
    let variable = format!("EASY_WECHAT_DEMO_{}", key.to_uppercase());
    vec![
        ("file", parse(&format!("{rest}{key} = {value}\n"))),
        (
            "file of the file",
            parse(&format!("{rest}{key}_file = {path}\n")),
        ),
        (
            "environment",
            Config::parse(&rest, [(variable.clone(), value)]),
        ),
        (
            "file of the environment",
            Config::parse(&rest, [(format!("{variable}_FILE"), path)]),
        ),
    ]
}

#[test]
fn white_space_and_quotes_around_it_do_not_count_at_any_door() {
    for (key, value) in credentials() {
        for around in [
            format!("{value}\r"),
            format!("{value}\r\n"),
            format!("  {value} \t"),
            format!("\"{value}\""),
            format!(" '{value}' \r"),
        ] {
            for (door, config) in doors(key, &around) {
                let app = config.and_then(|config| config.app("demo"));
                let app = app.unwrap_or_else(|error| panic!("{door} {key} {around:?}: {error}"));
                app.account().unwrap();
                app.credentials().unwrap();
                app.robot().unwrap();
                let read = match key {
                    "token" => app.token.as_ref().unwrap().reveal(),
                    "secret" => app.secret.as_ref().unwrap().reveal(),
                    "encoding_aes_key" => app.encoding_aes_key.as_ref().unwrap().reveal(),
                    "corpid" => &app.corpid,
                    "appid" => &app.appid,
                    _ => app.webhook.as_ref().unwrap().reveal(),
                };
                assert_eq!(read, value, "{door} {key}");
            }
        }
    }
}

#[test]
fn what_cannot_belong_to_it_is_refused_with_kind_and_place_at_every_door() {
    for (key, value) in credentials() {
        let cut = |with: &str| {
            let (before, behind) = value.split_at(3);
            format!("{before}{with}{behind}")
        };
        for (value, kind, place) in [
            (cut("\r"), "carriage return", "3rd"),
            (cut("\n"), "line feed", "3rd"),
            (cut("\t"), "tab", "3rd"),
            (cut(" "), "a space", "3rd"),
            (cut("\u{0}"), "NUL", "3rd"),
            (cut("\u{200B}"), "zero-width", "3rd"),
            (cut("\u{A0}"), "no-break space", "3rd"),
            (cut("\u{3000}"), "full-width space", "3rd"),
            (cut("\u{202E}"), "direction", "3rd"),
            (cut("Ａ"), "full-width", "3rd"),
            (cut("\u{0410}"), "only looks like", "3rd"),
            (cut("密"), "Chinese", "3rd"),
            (cut(";"), "comment", "3rd"),
            (
                format!("\u{FEFF}\u{FEFF}{value}"),
                "byte order mark",
                "first",
            ),
            (format!("“{value}”"), "quotation mark", "first"),
            (format!("「{value}」"), "quotation mark", "first"),
            (format!("{value} ; mine"), "comment", "after"),
            (format!("{value}   # mine"), "comment", "after"),
            (format!("{value}\u{FFFD}"), "UTF-8", "after"),
        ] {
            for (door, config) in doors(key, &value) {
                let error = config.and_then(|config| config.app("demo").map(drop));
                let error = error.expect_err(&format!("{door} {key} {value:?}"));
                match &error {
                    ConfigError::InvalidCharacter { place: at, what } => {
                        assert_eq!(at.key, key);
                        // A file of its own may begin with one byte order mark.
                        let named = what.contains(kind) && what.contains(place);
                        assert!(named, "{door} {key} {value:?}: {what}");
                    }
                    // Inside the file these end the line.
                    ConfigError::Syntax { line: Some(_), .. } => assert_eq!(door, "file"),
                    error => panic!("{door} {key} {value:?}: {error}"),
                }
                says(&error, &[]);
            }
        }
        if key != "webhook" {
            for (door, config) in doors(key, &cut("%%")) {
                let error = config.unwrap().app("demo").expect_err(door);
                says(
                    &error,
                    &[
                        &format!("[demo] {key}"),
                        "percent sign after its 3rd character",
                    ],
                );
            }
        }
    }
}

#[test]
fn servers_and_clients_say_it_when_they_are_made() {
    for key in ["token", "secret", "corpid"] {
        let config = parse(&format!("{}{key} = “ww…”\n", rest(key))).unwrap();
        let error = WeChatServer::from_config(&config, "demo").unwrap_err();
        says(&error, &[key, "quotation mark"]);
        let error = WeChatClient::from_config(&config, "demo").unwrap_err();
        assert!(matches!(error, ClientError::Config(_)), "{error}");
    }
}

#[test]
fn a_password_may_hold_more_but_nothing_that_is_not_seen() {
    for (value, good) in [
        ("correct horse; battery # staple %", true),
        ("密码", true),
        ("“quoted” inside “twice” x", true),
        ("“hunter2”", false),
        ("hunter2\u{200B}", false),
        ("hun\u{A0}ter2", false),
        ("a\nb", false),
    ] {
        let config = Config::parse("", [("EASY_WECHAT_MONKEY_MONITOR_PASSWORD", value)]).unwrap();
        let section = config.section("monkey_monitor").unwrap();
        assert_eq!(section.secret("password").is_ok(), good, "{value:?}");
    }
}
