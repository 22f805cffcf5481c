//! An Official Account that may not send by itself: the answer waits for the platform's next attempt.

use std::time::Duration;

use easy_wechat::{Config, Reply, WeChatServer};

use super::Gate;
use super::sink::{Kept, kept};
use crate::support::{Client, KEY, Official, Server, TOKEN, text, wait_for_line};

const APPID: &str = "wx1234567890abcdef";

#[test]
fn a_resend_brings_the_reply_that_the_first_could_not_wait_for() {
    let (gate, _finished) = Gate::closed();
    let (sink, late) = kept();
    let server = server("", &gate, sink);
    let account = Official::new(TOKEN, KEY, APPID);
    let message = text("o-user", 1, "slow");
    let mut first = send(&server, &account, &message);
    // Long past the deadline it still waits, until the platform hangs up.
    first.wait_at_most(Duration::from_millis(500));
    assert!(first.read().is_err(), "the first attempt is answered");
    drop(first);
    let mut second = send(&server, &account, &message);
    second.wait_at_most(Duration::from_millis(300));
    assert!(second.read().is_err(), "the second attempt is answered");
    gate.let_through(1);
    second.wait_at_most(Duration::from_secs(10));
    let answer = second.read().expect("the server answers");
    assert_eq!(account.0.said(&answer).as_deref(), Some("slow"));
    server.stop();
    late.is_all();
    assert_eq!(gate.calls(), 1);
}

#[test]
fn the_third_attempt_is_acknowledged_at_its_deadline() {
    let (gate, _finished) = Gate::closed();
    let (sink, late) = kept();
    let server = server("", &gate, sink);
    let account = Official::new(TOKEN, KEY, APPID);
    let message = text("o-user", 1, "too slow");
    let mut waiting = [
        send(&server, &account, &message),
        send(&server, &account, &message),
    ];
    gate.wait_for_calls(1);
    // Both must have been counted before the third comes.
    for client in &mut waiting {
        client.wait_at_most(Duration::from_millis(300));
        assert!(
            client.read().is_err(),
            "an attempt is answered that is not the last"
        );
    }
    for attempt in 3..=4 {
        let mut client = send(&server, &account, &message);
        client.wait_at_most(Duration::from_secs(4));
        let answer = client.read();
        let answer = answer.unwrap_or_else(|error| panic!("attempt {attempt}: {error}"));
        assert_eq!(account.0.said(&answer), None);
    }
    // The platform has given up: what still comes goes another way, if there is one.
    for client in &mut waiting {
        client.wait_at_most(Duration::from_secs(10));
        let answer = client.read().expect("all get the same");
        assert_eq!(account.0.said(&answer), None);
    }
    gate.let_through(1);
    assert_eq!(late.next().reply, Reply::text("too slow"));
    server.stop();
    late.is_all();
    assert_eq!(gate.calls(), 1);
}

#[test]
fn with_customer_service_the_first_attempt_is_acknowledged_at_its_deadline() {
    let (gate, _finished) = Gate::closed();
    let (sink, late) = kept();
    let server = server("customer_service = true", &gate, sink);
    let account = Official::new(TOKEN, KEY, APPID);
    let message = text("o-user", 1, "slow").replace("<AgentID>2</AgentID>", "");
    let answer = send(&server, &account, &message).read();
    assert_eq!(account.0.said(&answer.expect("at the deadline")), None);
    gate.let_through(1);
    let reply = late.next();
    assert_eq!((reply.to.as_str(), reply.agent), ("o-user", None));
    assert_eq!(reply.reply, Reply::text("slow"));
    server.stop();
    late.is_all();
}

#[test]
fn that_nobody_waited_for_the_answer_is_logged() {
    let (gate, finished) = Gate::closed();
    let server = server("", &gate, kept().0);
    let account = Official::new(TOKEN, KEY, APPID);
    let client = send(&server, &account, &text("o-hangs-up", 1, "slow"));
    gate.wait_for_calls(1);
    drop(client);
    gate.let_through(1);
    assert_eq!(finished.recv().as_deref(), Ok("slow"));
    wait_for_line(&["from=o-hangs-up", "callback", "key=msg:o-hangs-up:1"]);
}

fn send(server: &Server, account: &Official, message: &str) -> Client {
    let mut client = Client::connect(server.addr);
    let request = account.post_safe(message);
    client.write(&request.bytes()).expect("the server reads");
    client
}

fn server(settings: &str, gate: &Gate, sink: Kept) -> Server {
    let text = format!(
        "[system]\nworkers = 1\nmax_callback_age = 0\n[gongzhonghao]\nkind = official_account\nappid = {APPID}\n\
         token = {TOKEN}\nencoding_aes_key = {KEY}\nroute_name = weixin\nreply_within = 0.2\n{settings}"
    );
    let config = Config::parse(&text, [("", "")]).expect("good");
    let server = WeChatServer::from_config(&config, "gongzhonghao").expect("good");
    let gate = gate.clone();
    let server = server
        .late_replies(sink)
        .register_callback("text", move |message| gate.clone().answer(message));
    Server::start(server.unwrap())
}
