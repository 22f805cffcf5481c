//! Files that are ambiguous or broken, and what is never shown of any.

use crate::{KEY, SECRET, TOKEN, parse, says, tells_no_secret};

#[test]
fn what_is_ambiguous_or_broken_is_an_error_that_says_where() {
    let token = &format!("token = {TOKEN}");
    let quoted_twice = format!("[demo]\ntoken = \"{TOKEN}\nencoding_aes_key = \"{KEY}\"\n");
    let unclosed = format!("[demo]\n{token}\nsecret = \"{SECRET}\n");
    let unclosed_at_the_end = format!("[demo]\n{token}\nsecret = '{SECRET}");
    let behind_quotes = format!("[demo]\nsecret = \"{SECRET}\" ; from the console\n");
    let half_quoted = format!("[demo]\nsecret = \"{SECRET}'\n");
    for (what, text, parts) in [
        (
            "a section twice",
            format!("[demo]\n{token}\n[system]\n[demo]\nsecret = {SECRET}"),
            vec!["[demo]", "twice"],
        ),
        (
            "a section twice, with spaces",
            format!("[demo]\n{token}\n[ demo ]\n"),
            vec!["[demo]", "twice"],
        ),
        (
            "[system] twice",
            "[system]\n[demo]\n[system]\n".to_owned(),
            vec!["[system]", "twice"],
        ),
        (
            "a key twice",
            format!("[demo]\n{token}\n{token}x"),
            vec!["[demo] token", "twice"],
        ),
        (
            "a key twice, once empty",
            format!("[demo]\ntoken =\n{token}"),
            vec!["[demo] token", "twice"],
        ),
        (
            "a key before the first section",
            format!("{token}\n[demo]"),
            vec!["\"token\"", "before the first [section]"],
        ),
        (
            "no section at all",
            token.clone(),
            vec!["\"token\"", "before the first [section]"],
        ),
        (
            "no =",
            format!("[demo]\n\ntoken {TOKEN}\n"),
            vec!["line 3", "key = value"],
        ),
        (
            "no =, behind a secret that ends in one",
            format!("[demo]\nencoding_aes_key {KEY}=\n"),
            vec!["line 2", "one word"],
        ),
        (
            "no = in an indented line",
            format!("[demo]\n  {TOKEN}\n"),
            vec!["line 2", "key = value"],
        ),
        (
            "no key",
            format!("[demo]\n= {TOKEN}\n"),
            vec!["line 2", "no key"],
        ),
        (
            "a bracket that is not closed",
            "[system]\n[demo\ntoken = 1".to_owned(),
            vec!["line 2", "[demo]"],
        ),
        (
            "something behind the brackets",
            "[demo] ; my app\n".to_owned(),
            vec!["line 1", "nothing behind"],
        ),
        (
            "brackets behind the brackets",
            "[demo] ; [my app]\ntoken = 1\n".to_owned(),
            vec!["line 1", "nothing behind"],
        ),
        (
            "a line that ends in a backslash",
            format!("[demo]\nlog_path = C:\\logs\\\n{token}"),
            vec!["line 2", "backslash", "quotes"],
        ),
        (
            "the same with CRLF",
            "[demo]\r\nlog_path = C:\\logs\\\r\n".to_owned(),
            vec!["line 2", "backslash"],
        ),
        (
            "a quote that is not closed",
            unclosed,
            vec!["line 3", "[demo] secret", "quote"],
        ),
        (
            "the same in the last line",
            unclosed_at_the_end,
            vec!["line 3", "[demo] secret", "quote"],
        ),
        (
            "one that a later line would close",
            quoted_twice,
            vec!["line 2", "[demo] token", "quote"],
        ),
        (
            "one that another kind would close",
            half_quoted,
            vec!["line 2", "[demo] secret", "quote"],
        ),
        (
            "something behind the quotes",
            behind_quotes,
            vec!["line 2", "[demo] secret", "quote"],
        ),
        (
            "a quote alone",
            "[demo]\nsecret = \"\n".to_owned(),
            vec!["line 2", "[demo] secret", "quote"],
        ),
    ] {
        let error = parse(&text)
            .err()
            .unwrap_or_else(|| panic!("{what}: it is read"));
        says(&error, &["config.ini"]);
        says(&error, &parts);
    }
}

#[test]
fn nothing_that_is_shown_tells_a_secret() {
    let text = format!(
        "[system]\nlisten = 127.0.0.1:1\n[demo]\ncorpid = ww1\ntoken = {TOKEN}\nencoding_aes_key = {KEY}\nsecret = {SECRET}\n"
    );
    let environment = [
        ("EASY_WECHAT_OTHER_TOKEN", TOKEN),
        ("EASY_WECHAT_OTHER_ENCODING_AES_KEY", KEY),
        ("EASY_WECHAT_OTHER_SECRET", SECRET),
        ("EASY_WECHAT_OTHER_CORPID", "ww1"),
    ];
    let config = easy_wechat::Config::parse(&text, environment).unwrap();
    tells_no_secret(&format!("{config:?}"));
    for name in ["demo", "other"] {
        let app = config.app(name).unwrap();
        assert_eq!(app.token.as_ref().unwrap().reveal(), TOKEN);
        tells_no_secret(&format!(
            "{app:?} {:?} {:?}",
            app.account().unwrap(),
            config.section(name).unwrap()
        ));
        tells_no_secret(&format!(
            "{:?} {:?}",
            config.system().unwrap(),
            config.section(name).unwrap().secret("token")
        ));
        let place = config.section(name).unwrap().place("token");
        tells_no_secret(&format!("{place} {place:?}"));
    }
}

#[test]
fn of_an_address_that_may_hold_a_password_nothing_is_shown() {
    for (key, value) in [
        ("api_base_url", format!("https://a:{SECRET}@b")),
        (
            "api_base_url",
            format!("https://a/cgi-bin?access_token={SECRET}"),
        ),
        ("proxy", format!("{SECRET}:3128")),
        ("proxy", format!("http://u:{SECRET}@")),
        ("proxy", format!("http://u:{SECRET}@a:99999")),
        ("proxy", format!("http://u:{SECRET}/@a:1")),
        ("proxy", format!("ftp://u:{SECRET}@a:1")),
    ] {
        let config = parse(&format!("[demo]\n{key} = {value}\n")).unwrap();
        let error = config.app("demo").expect_err(&value);
        says(&error, &[&format!("[demo] {key}")]);
        tells_no_secret(&error.to_string());
    }
}
