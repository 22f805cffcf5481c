//! What is missing, and who says so.

use easy_wechat::ConfigError;

use crate::parse;

#[test]
fn all_that_is_missing_is_named_at_once() {
    for (text, callbacks, calls) in [
        ("", 3, 3),
        ("corpid = ww1", 2, 2),
        ("token = t", 2, 3),
        ("token = t\nencoding_aes_key = k", 1, 3),
        ("kind = official_account", 3, 2),
        ("kind = official_account\nmode = plain", 1, 2),
        ("appid = 1\nsecret = s", 3, 1),
    ] {
        let app = parse(&format!("[demo]\n{text}\n"))
            .unwrap()
            .app("demo")
            .unwrap();
        let missing = |error| match error {
            ConfigError::Missing { .. } => 1,
            ConfigError::SeveralMissing { missing } => missing.len(),
            error => panic!("{text}: {error}"),
        };
        assert_eq!(missing(app.account().unwrap_err()), callbacks, "{text}");
        assert_eq!(missing(app.credentials().unwrap_err()), calls, "{text}");
    }
}

#[test]
fn a_section_that_is_not_there_names_the_accounts_and_the_option() {
    let text = "[sales]\ncorpid = ww1\n[robot]\nwebhook = k\n[camera]\nsource = synthetic\n";
    let error = parse(text).unwrap().app("demo").unwrap_err();
    assert!(
        matches!(&error, ConfigError::NoSection { found, .. } if found == &["robot", "sales"]),
        "{error}"
    );
    assert!(error.to_string().contains("--app"), "{error}");
}
