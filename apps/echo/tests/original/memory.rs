//! Memory does not grow with what a stranger sends.

use std::time::Duration;

use crate::child::Echo;
use crate::platform::{Official, Platform};
use crate::wire::Client;
use crate::{AT, TOKEN};

/// In plain mode whoever saw one signed query can send any body with it.
#[test]
fn hostile_deliveries_are_remembered_within_48_mib() {
    let echo = Echo::of(&format!(
        "[system]\nmax_body = 1M\nmax_callback_age = 0\nlog_stderr = false\n\
         [demo]\nkind = official_account\nmode = plain\nappid = wx1\ntoken = {TOKEN}\n"
    ));
    let account = Official(Platform::wecom());
    let long = "x".repeat(500_000);
    let mut client = Client::connect(echo.addr);
    client.wait_at_most(Duration::from_secs(20));
    let send = |client: &mut Client, number: u32| {
        let name = format!("{long}{number}");
        let head = format!(
            "<ToUserName>a</ToUserName><FromUserName>b</FromUserName><CreateTime>{AT}</CreateTime>"
        );
        let body = if number % 2 == 0 {
            format!("<xml>{head}<MsgType>event</MsgType><Event>{name}</Event></xml>")
        } else {
            format!("<xml>{head}<MsgType>{name}</MsgType></xml>")
        };
        assert_eq!(client.send(&account.post_plain(&body)).status, 200);
    };
    for number in 0..20 {
        send(&mut client, number);
    }
    let before = echo.memory();
    for number in 20..220 {
        send(&mut client, number);
    }
    let grown = echo.memory().saturating_sub(before);
    assert!(
        grown < 64 << 20,
        "300 deliveries of 500 KB each take {} KiB",
        grown >> 10
    );
}
