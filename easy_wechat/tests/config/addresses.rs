//! Addresses as people paste them.

use easy_wechat::config::Robot;
use easy_wechat::{Config, ConfigError};

use crate::{SECRET, parse, says, tells_no_secret};

#[test]
fn a_proxy_whose_password_can_be_read_in_two_ways_is_refused() {
    for address in [
        format!("http://li:{SECRET}@ss#1@127.0.0.1:3128"),
        format!("http://li:{SECRET}#1@127.0.0.1:3128"),
        format!("http://li:{SECRET}/1@127.0.0.1:3128"),
        format!("socks5://li:{SECRET}?@127.0.0.1:3128"),
        format!("socks5://li:{SECRET}[@127.0.0.1:3128"),
        format!("http://li:{SECRET} 1@127.0.0.1:3128"),
        format!("http://li:{SECRET}%@127.0.0.1:3128"),
        format!("http://李:{SECRET}@127.0.0.1:3128"),
    ] {
        let said = |config: Config| {
            let error = config.app("demo").expect_err(&address);
            assert!(matches!(&error, ConfigError::Address { .. }), "{error}");
            says(&error, &["# as %23", "@ as %40"]);
            tells_no_secret(&format!("{error:?}"));
            error.to_string()
        };
        said(parse(&format!("[demo]\nproxy = {address}\n")).unwrap());
        said(parse(&format!("[demo]\n[system]\nproxy = {address}\n")).unwrap());
        said(Config::parse("[demo]", [("EASY_WECHAT_DEMO_PROXY", &address)]).unwrap());
        for name in ["HTTPS_PROXY", "all_proxy", "http_proxy"] {
            let error = said(Config::parse("[demo]", [(name, &address)]).unwrap());
            assert!(error.contains(name), "{error}");
            // Where the environment is not asked, it does not matter.
            let off = Config::parse("[demo]\nproxy = off", [(name, &address)]).unwrap();
            off.app("demo").unwrap();
        }
    }
    let good = "http://li:p%40ss%231@127.0.0.1:3128";
    parse(&format!("[demo]\nproxy = {good}\n"))
        .unwrap()
        .app("demo")
        .unwrap();
    for plain in ["127.0.0.1:3128", "http://127.0.0.1:3128/", good] {
        let config = Config::parse("[demo]", [("HTTPS_PROXY", plain)]).unwrap();
        config.app("demo").unwrap();
    }
}

#[test]
fn the_address_of_the_api_may_be_pasted_whole() {
    for (pasted, read) in [
        ("https://relay.example", "https://relay.example"),
        ("https://relay.example/", "https://relay.example"),
        ("https://relay.example/cgi-bin", "https://relay.example"),
        ("https://relay.example/cgi-bin/", "https://relay.example"),
        (
            "https://relay.example/cgi-bin/gettoken",
            "https://relay.example",
        ),
        (
            "https://relay.example/wx/cgi-bin/message/send",
            "https://relay.example/wx",
        ),
        (
            "https://relay.example/cgi-bins",
            "https://relay.example/cgi-bins",
        ),
    ] {
        let config = parse(&format!("[demo]\napi_base_url = {pasted}\n")).unwrap();
        assert_eq!(config.app("demo").unwrap().api.base_url, read, "{pasted}");
    }
    for pasted in [
        format!("https://relay.example/cgi-bin/gettoken?corpid=1&corpsecret={SECRET}"),
        format!("https://relay.example/#{SECRET}"),
        format!("https://relay.example/cgi-bin@{SECRET}"),
        "https://relay.example/ cgi-bin".to_owned(),
        "relay.example".to_owned(),
    ] {
        let config = parse(&format!("[demo]\napi_base_url = {pasted}\n")).unwrap();
        says(
            &config.app("demo").expect_err(&pasted),
            &["api_base_url", "https://"],
        );
    }
}

#[test]
fn a_robot_may_be_pasted_whole_or_in_part() {
    let key = "693a91f6-7xxx";
    for pasted in [
        format!("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={key}"),
        format!("qyapi.weixin.qq.com/cgi-bin/webhook/send?key={key}"),
        format!("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?debug=1&key={key}"),
        format!("key={key}"),
        key.to_owned(),
    ] {
        let robot = Robot::parse(&pasted).expect(&pasted);
        assert_eq!(robot.key.reveal(), key);
        assert!(
            robot
                .base_url
                .is_none_or(|url| url == "https://qyapi.weixin.qq.com")
        );
        let config = parse(&format!("[alerts]\nwebhook = {pasted}\n")).unwrap();
        config.app("alerts").unwrap().robot().expect(&pasted);
    }
}
