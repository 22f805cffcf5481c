//! Sections that no program reads.

use std::fmt::Write as _;

use easy_wechat::client::Webhook;
use easy_wechat::{Config, ConfigError, WeChatClient, WeChatServer};

use crate::{KEY, TOKEN, parse, says};

/// What every program does with the file before it serves, sends or prints.
fn read(more: &str) -> Result<(), ConfigError> {
    let config = parse(&format!("{}{more}", account()))?;
    config.app("demo").map(drop)
}

fn account() -> String {
    format!(
        "[demo]\ncorpid = ww1\nappid = 1\nsecret = s\ntoken = {TOKEN}\nencoding_aes_key = {KEY}\n\
         [alerts]\nwebhook = 693a91f6\n"
    )
}

#[test]
fn an_unread_section_is_an_error_that_names_the_nearest() {
    for (section, key, meant) in [
        ("Push:report", "text", "[push:report]"),
        ("PUSH:report", "text", "[push:report]"),
        ("push：report", "text", "[push:report]"),
        ("ｐｕｓｈ:report", "text", "[push:report]"),
        ("push∶早报", "text", "[push:早报]"),
        ("push report", "text", "[push:report]"),
        ("push_report", "text", "[push:report]"),
        ("push-report", "text", "[push:report]"),
        ("push.report", "text", "[push:report]"),
        ("push;report", "text", "[push:report]"),
        ("pushreport", "text", "[push:report]"),
        ("psuh:report", "text", "[push:report]"),
        ("pus:report", "text", "[push:report]"),
        ("puhs : report", "text", "[push:report]"),
        ("push :report", "text", "[push:report]"),
        ("push", "text", "[push:NAME]"),
        ("push:", "text", "[push:NAME]"),
        ("【push:report】", "text", "[push:report]"),
        ("推送:早报", "text", "[push:推送:早报]"),
        ("早报", "cron", "[push:早报]"),
        ("System", "listen", "[system]"),
        ("sytem", "listen", "[system]"),
        ("ｓｙｓｔｅｍ", "listen", "[system]"),
        ("系统", "listen", "[system]"),
        ("Camera", "source", "[camera]"),
        ("cammera", "source", "[camera]"),
        ("webcam", "source", "[camera]"),
        ("monkeymonitor", "password", "[monkey_monitor]"),
        ("Monkey-Monitor", "password", "[monkey_monitor]"),
        ("ticket watcher", "timeout", "[ticket_watcher]"),
        ("ticketwatcher", "timeout", "[ticket_watcher]"),
        ("ticket_watchers", "timeout", "[ticket_watcher]"),
    ] {
        let error = read(&format!("[{section}]\n{key} = 1\n")).expect_err(section);
        assert!(
            matches!(&error, ConfigError::UnreadSection { nearest: Some(near), .. } if format!("[{near}]") == meant),
            "{section}: {error}"
        );
        says(&error, &["config.ini", &format!("[{section}]"), meant]);
    }
    let error = read("[nginx]\nworker_processes = 4\n").unwrap_err();
    assert!(matches!(
        &error,
        ConfigError::UnreadSection { nearest: None, .. }
    ));
    says(&error, &["[nginx]", "other_sections = nginx"]);
}

#[test]
fn one_file_serves_many_programs() {
    for more in [
        "[system]\nlisten = 127.0.0.1:1\n",
        "[push:morning]\ntext = 1\n[push:早报]\ntext = 1\n[push:a:b]\ntext = 1\n",
        "[camera]\nsource = synthetic\n[monkey_monitor]\npassword = x\n[ticket_watcher]\ntimeout = 5\n",
        "[sales]\ncorpid = ww2\n",
        "[销售]\nsecret_file = /run/secrets/sales\n",
        "[gzh]\nkind = official_account\ntoken = t\n",
        "[cameras]\nappid = 7\n",
        "[robot]\nwebhook_file = /run/secrets/robot\n",
        "[untouched]\n",
        "[system]\nother_sections = weather， stock:*\n[weather]\ncity = 北京\n[stock:a]\nx = 1\n[stock:b]\nx = 1\n",
    ] {
        read(more).unwrap_or_else(|error| panic!("{more}: {error}"));
    }
    // What is in the environment alone makes a section an account, too.
    let variables = [("EASY_WECHAT_SALES_CORPID", "ww2")];
    let config = Config::parse(
        "[demo]\ntoken = t\n[sales]\nroute_name = sales\n",
        variables,
    );
    config.unwrap().app("demo").unwrap();
}

#[test]
fn a_section_that_the_program_itself_reads_is_no_mistake() {
    let text = format!("{}[weather]\ncity = 北京\n", account());
    let config = parse(&text).unwrap();
    assert!(config.app("demo").is_err());
    let weather = config.section("weather").unwrap();
    assert_eq!(weather.get("city").unwrap().as_deref(), Some("北京"));
    config.app("demo").unwrap();
    config.check_sections().unwrap();
}

#[test]
fn servers_clients_and_robots_refuse_it() {
    let text = format!("{}[Push:report]\ntext = figures\n", account());
    let config = parse(&text).unwrap();
    assert!(WeChatServer::from_config(&config, "demo").is_err());
    assert!(WeChatClient::from_config(&config, "demo").is_err());
    assert!(Webhook::from_config(&config, "alerts").is_err());
    assert!(config.check_sections().is_err());
}

#[test]
fn what_a_chinese_keyboard_types_is_an_error_with_its_line() {
    for (line, hint) in [
        ("【demo】", "[demo]"),
        ("【push：report】", "brackets"),
        ("［demo］", "brackets"),
        ("[demo】", "brackets"),
        ("；token = abc", "comment"),
        ("＃ token = abc", "comment"),
        ("//token = abc", "comment"),
        ("token＝abc", "full-width"),
        ("token ＝ abc", "full-width"),
        ("token：abc", "full-width"),
        ("api_base_url＝https://a.example", "full-width"),
        ("api_base_url：https://a.example", "full-width"),
        ("ｔoken = abc", "full-width"),
        ("tok\u{200B}en = abc", "invisible"),
        ("[de\u{200B}mo]", "invisible"),
        ("token = a\rb", "carriage return"),
        ("token = a\u{0}b", "control"),
        ("token = a\u{2028}b", "control"),
        ("token = a\u{b}b", "control"),
    ] {
        let error = parse(&format!("[demo]\ncorpid = ww1\n{line}\n")).expect_err(line);
        assert!(
            matches!(&error, ConfigError::Syntax { line: Some(3), .. }),
            "{line}: {error}"
        );
        says(&error, &[hint]);
    }
    // The line ends of old Macs are all of one kind.
    let config = parse("[demo]\rtoken = abc\r").unwrap();
    assert!(config.app("demo").unwrap().token.is_some());
}

/// Sections are looked through once, not once for each app.
#[test]
fn a_file_with_thousands_of_apps_is_read_in_no_time() {
    let mut text = String::new();
    for number in 0..6000 {
        let _ = write!(text, "[app{number}]\ncorpid = ww1\nappid = {number}\n");
    }
    let config = parse(&text).unwrap();
    let began = std::time::Instant::now();
    for number in 0..6000 {
        config.app(&format!("app{number}")).unwrap();
    }
    let took = began.elapsed();
    assert!(took < std::time::Duration::from_secs(6), "{took:?}");
}
