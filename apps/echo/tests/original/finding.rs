//! Where it finds its configuration.

use std::fs;

use crate::child::{CONFIG_TEST, Echo, folder, run};
use crate::recorded::text;
use crate::{CORPID, KEY, TOKEN};

#[test]
fn the_configuration_is_named_by_the_environment_or_lies_in_the_folder() {
    let named = Echo::with(&[("EASY_WECHAT_CONFIG", CONFIG_TEST)], &["--app", "test"]);
    assert_eq!(named.call(&text()).status, 200);
    let lies_there = Echo::of(
        &fs::read_to_string(CONFIG_TEST)
            .unwrap()
            .replace("[test]", "[demo]"),
    );
    assert_eq!(lies_there.call(&text()).status, 200);
    // An empty name is none, and what the command line says wins.
    let empty = [("EASY_WECHAT_CONFIG", "")];
    let empty = Echo::with(&empty, &["--config", CONFIG_TEST, "--app", "test"]);
    assert_eq!(empty.call(&text()).status, 200);
}

#[test]
fn the_environment_alone_is_enough() {
    let folder = folder();
    let key = folder.path().join("key");
    fs::write(&key, format!("{KEY}\n")).unwrap();
    let variables = [
        ("EASY_WECHAT_DEMO_CORPID", CORPID),
        ("EASY_WECHAT_DEMO_TOKEN", TOKEN),
        (
            "EASY_WECHAT_DEMO_ENCODING_AES_KEY_FILE",
            key.to_str().unwrap(),
        ),
        ("EASY_WECHAT_SYSTEM_MAX_CALLBACK_AGE", "0"),
        ("EASY_WECHAT_SYSTEM_ROUTE_NAME", "callback"),
    ];
    let echo = Echo::with(&variables, &[]);
    assert_eq!(echo.call(&text().to("/callback")).status, 200);
    let (code, _, said) = run(&folder, &[variables[0], variables[2]], &[]);
    assert_eq!(code, Some(2), "{said}");
    assert!(
        said.contains("the environment (EASY_WECHAT_DEMO_TOKEN): [demo] token is missing"),
        "{said}"
    );
}

#[test]
fn without_one_it_says_where_it_looked_and_what_to_do() {
    let folder = folder();
    // What is of [system], or empty, makes no app.
    for nothing in [
        [("EASY_WECHAT_SYSTEM_LISTEN", "127.0.0.1:1")],
        [("EASY_WECHAT_DEMO_TOKEN", "")],
    ] {
        let (code, _, said) = run(&folder, &nothing, &[]);
        assert_eq!(code, Some(2), "{said}");
        for part in [
            "no config.ini",
            "copy config.ini.example",
            "EASY_WECHAT_CONFIG",
        ] {
            assert!(said.contains(part), "{part:?} is not in: {said}");
        }
    }
    let (code, _, said) = run(&folder, &[("EASY_WECHAT_OTHER_TOKEN", TOKEN)], &[]);
    assert_eq!(code, Some(2), "{said}");
    assert!(
        said.contains("the environment") && said.contains("no section [demo]"),
        "{said}"
    );
    let (code, _, said) = run(&folder, &[("EASY_WECHAT_CONFIG", "elsewhere.ini")], &[]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("elsewhere.ini"), "{said}");
}
