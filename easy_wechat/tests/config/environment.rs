//! The environment over the file, and values in files of their own.

use easy_wechat::Config;

use crate::{KEY, SECRET, TOKEN, parse, says};

#[test]
fn the_environment_wins_over_the_file() {
    let file = "[demo]\ntoken = of-the-file\n[my-app 2]\ntoken = of-the-file";
    for (section, variable, value, expected) in [
        (
            "demo",
            "EASY_WECHAT_DEMO_TOKEN",
            "of-the-environment",
            "of-the-environment",
        ),
        ("demo", "EASY_WECHAT_DEMO_TOKEN", "", "of-the-file"),
        ("demo", "EASY_WECHAT_DEMO_TOKEN", "; # = \"'", "; # = \"'"),
        ("demo", "EASY_WECHAT_DEMO_TOKEN_FILE", "", "of-the-file"),
        ("demo", "EASY_WECHAT_TOKEN", "other", "of-the-file"),
        ("demo", "EASY_WECHAT_demo_token", "other", "of-the-file"),
        (
            "my-app 2",
            "EASY_WECHAT_MY_APP_2_TOKEN",
            "of-the-environment",
            "of-the-environment",
        ),
    ] {
        let config = Config::parse(file, [(variable, value)]).unwrap();
        let section = config.section(section).unwrap();
        assert_eq!(
            section.get("token").unwrap().as_deref(),
            Some(expected),
            "{variable}={value}"
        );
    }
}

#[test]
fn the_environment_alone_is_a_configuration() {
    let variables = [
        ("EASY_WECHAT_SYSTEM_LISTEN", "127.0.0.1:7000"),
        ("EASY_WECHAT_SYSTEM_MAX_CALLBACK_AGE", "60"),
        ("EASY_WECHAT_DEMO_CORPID", "ww1"),
        ("EASY_WECHAT_DEMO_TOKEN", TOKEN),
        ("EASY_WECHAT_DEMO_ENCODING_AES_KEY", KEY),
    ];
    let config = Config::parse("", variables).unwrap();
    assert_eq!(config.system().unwrap().listen, "127.0.0.1:7000");
    let app = config.app("demo").unwrap();
    assert_eq!(
        (app.corpid.as_str(), app.max_callback_age.as_secs()),
        ("ww1", 60)
    );
    app.account().unwrap();
    says(&config.app("other").unwrap_err(), &["[other]"]);
}

#[test]
fn a_value_may_stand_in_a_file_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let write = |name: &str, bytes: &[u8]| std::fs::write(path(name), bytes).unwrap();
    write(
        "config.ini",
        b"[demo]\ntoken_file = token\nsecret_file = sub/../secret\n",
    );
    for (bytes, expected) in [
        (TOKEN.as_bytes(), Some(TOKEN)),
        (format!("{TOKEN}\n").as_bytes(), Some(TOKEN)),
        (format!("{TOKEN}\r\n\r\n").as_bytes(), Some(TOKEN)),
        (format!("\u{FEFF}{TOKEN} \n").as_bytes(), Some(TOKEN)),
        (b"  removed before", Some("removed before")),
        (b"'  kept in quotes ' \n", Some("  kept in quotes ")),
        (b"two\nlines\n", Some("two\nlines")),
        (b"", None),
        (b" \n", None),
    ] {
        write("token", bytes);
        let config = Config::load(path("config.ini")).unwrap();
        let token = config.section("demo").unwrap().get("token").unwrap();
        assert_eq!(token.as_deref(), expected, "{bytes:?}");
    }
    // The environment may name one too, and so wins over the file's key.
    write("token", b"of the environment\n");
    let config = Config::parse(
        "[demo]\ntoken = of the file",
        [("EASY_WECHAT_DEMO_TOKEN_FILE", path("token"))],
    );
    let token = config
        .unwrap()
        .section("demo")
        .unwrap()
        .get("token")
        .unwrap();
    assert_eq!(token.as_deref(), Some("of the environment"));
    let both = [
        ("EASY_WECHAT_DEMO_TOKEN_FILE", path("token")),
        ("EASY_WECHAT_DEMO_TOKEN", "itself".to_owned()),
    ];
    let token = Config::parse("", both)
        .unwrap()
        .section("demo")
        .unwrap()
        .get("token")
        .unwrap();
    assert_eq!(token.as_deref(), Some("itself"));
}

#[test]
fn a_value_file_that_cannot_be_read_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("latin"), b"\xff\xfe").unwrap();
    std::fs::write(path("long"), "a".repeat(100_000)).unwrap();
    for (name, why) in [
        ("missing", ""),
        ("latin", "UTF-8"),
        ("long", "65536 bytes"),
        ("", ""),
    ] {
        let text = format!("[demo]\ntoken_file = {}", path(name));
        let error = parse(&text).unwrap().app("demo").unwrap_err();
        says(
            &error,
            &[
                "config.ini: [demo] token_file",
                &path(name),
                "cannot be read",
                why,
            ],
        );
        let variable = "EASY_WECHAT_DEMO_TOKEN_FILE";
        let error = Config::parse("[demo]", [(variable, path(name))])
            .unwrap()
            .app("demo")
            .unwrap_err();
        says(&error, &[variable, &path(name), "cannot be read", why]);
    }
}

#[test]
fn a_key_and_its_file_twin_are_one_too_many() {
    let text =
        format!("[demo]\ntoken = {TOKEN}\ntoken_file = /run/secrets/token\nsecret = {SECRET}");
    let error = parse(&text).unwrap().app("demo").unwrap_err();
    says(
        &error,
        &["config.ini: [demo] token", "token_file", "remove one"],
    );
    // An empty one counts as none.
    for text in [
        "[demo]\ntoken = a\ntoken_file =",
        "[demo]\ntoken = a\ntoken_file = \"\"",
    ] {
        let token = parse(text)
            .unwrap()
            .section("demo")
            .unwrap()
            .get("token")
            .unwrap();
        assert_eq!(token.as_deref(), Some("a"));
    }
}

#[test]
fn a_broken_key_is_said_to_stand_where_it_stands() {
    let good = format!("[demo]\ncorpid = ww1\ntoken = {TOKEN}\n");
    let short = KEY.get(..42).unwrap();
    let key = |value: &str| format!("{good}encoding_aes_key = {value}");
    let config = parse(&key(short)).unwrap();
    let error = config.app("demo").unwrap().account().unwrap_err();
    says(
        &error,
        &[
            "config.ini: [demo] encoding_aes_key is malformed",
            "43",
            "42 characters",
        ],
    );
    assert!(!error.to_string().contains(short), "{error}");

    let variable = "EASY_WECHAT_DEMO_ENCODING_AES_KEY";
    let config = Config::parse(&key(KEY), [(variable, short)]).unwrap();
    let error = config.app("demo").unwrap().account().unwrap_err();
    says(&error, &[variable, "[demo] encoding_aes_key is malformed"]);
    assert!(!error.to_string().contains(short), "{error}");

    for (missing, text) in [
        (
            "token",
            format!("[demo]\ncorpid = ww1\nencoding_aes_key = {KEY}"),
        ),
        (
            "token",
            format!("[demo]\ncorpid = ww1\ntoken =\nencoding_aes_key = {KEY}"),
        ),
        (
            "token",
            format!("[demo]\ncorpid = ww1\ntoken_file = /dev/null\nencoding_aes_key = {KEY}"),
        ),
        ("encoding_aes_key", good.clone()),
        (
            "corpid",
            format!("[demo]\ntoken = {TOKEN}\nencoding_aes_key = {KEY}"),
        ),
        (
            "appid",
            format!("[demo]\nkind = official_account\ntoken = {TOKEN}\nencoding_aes_key = {KEY}"),
        ),
        (
            "token",
            "[demo]\nkind = official_account\nmode = plain\nappid = wx1".to_owned(),
        ),
        (
            "encoding_aes_key",
            format!("[demo]\nkind = official_account\nappid = wx1\ntoken = {TOKEN}"),
        ),
    ] {
        let error = parse(&text)
            .unwrap()
            .app("demo")
            .unwrap()
            .account()
            .unwrap_err();
        says(
            &error,
            &[&format!("config.ini: [demo] {missing} is missing or empty")],
        );
    }
    let plain = format!("[demo]\nkind = official_account\nmode = plain\ntoken = {TOKEN}");
    parse(&plain)
        .unwrap()
        .app("demo")
        .unwrap()
        .account()
        .expect("it needs no more");
}
