//! Memory does not grow with what a stranger sends.

use std::time::Duration;

use crate::child::Echo;
use crate::platform::{Official, Platform, text};
use crate::wire::Client;
use crate::{AT, CORPID, KEY, TOKEN};

/// In plain mode, a client that has seen one signed query can send any body with it.
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
        let body = if number.is_multiple_of(2) {
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

/// Their bodies are read before their signatures can be checked.
#[test]
fn a_thousand_strangers_with_long_bodies_take_little_and_lock_nobody_out() {
    let echo = Echo::of(&format!(
        "[system]\nmax_callback_age = 0\nlog_stderr = false\n\
         [demo]\ncorpid = {CORPID}\ntoken = {TOKEN}\nencoding_aes_key = {KEY}\n"
    ));
    let platform = Platform::wecom();
    let query =
        "msg_signature=0123456789012345678901234567890123456789&timestamp=1450092658&nonce=1";
    let head =
        format!("POST /weixin?{query} HTTP/1.1\r\nHost: a.test\r\nContent-Length: 65536\r\n\r\n");
    let mut bytes = head.into_bytes();
    bytes.resize(bytes.len() + 65_535, b'a');
    let before = echo.memory();
    let mut strangers: Vec<Client> = (0..1000).map(|_| Client::connect(echo.addr)).collect();
    for stranger in &mut strangers {
        let _ = stranger.write(&bytes);
    }
    let request = platform.post(&text("zhangsan", 1, "hello"));
    assert_eq!(echo.call(&request).status, 200);
    let grown = echo.memory().saturating_sub(before);
    assert!(
        grown < 100 << 20,
        "1,000 strangers take {} KiB",
        grown >> 10
    );
    let mut refused = 0;
    for stranger in &mut strangers {
        refused += usize::from(stranger.read().is_ok_and(|answer| answer.status == 503));
    }
    assert!(refused > 0, "none was put off");
}
