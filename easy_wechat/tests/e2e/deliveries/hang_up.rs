//! The platform hangs up before there is an answer.

use std::time::Duration;

use easy_wechat::Reply;

use super::Gate;
use super::sink::kept;
use crate::support::{Client, Platform, Server, demo, eventually, log_lines, text, wait_for_line};

#[test]
fn a_handler_goes_on_when_the_platform_hangs_up() {
    let (gate, finished) = Gate::closed();
    let handler = gate.clone();
    let server =
        demo("", "").register_callback("text", move |message| handler.clone().answer(message));
    let server = Server::start(server.unwrap());
    let platform = Platform::wecom();
    let message = text("hangs-up", 1, "goes on");
    let mut client = Client::connect(server.addr);
    client
        .write(&platform.post(&message).bytes())
        .expect("the server reads");
    gate.wait_for_calls(1);
    drop(client);
    gate.let_through(1);
    assert_eq!(finished.recv().as_deref(), Ok("goes on"));
    // And the re-send finds its reply.
    let answer = server.call(&platform.post(&message));
    assert_eq!(platform.said(&answer).as_deref(), Some("goes on"));
    wait_for_line(&["from=hangs-up", "outcome=text", "attempt=2"]);
    // Nobody waited for the first answer, so its line comes when that is noticed.
    eventually("two lines", || {
        (log_lines("from=hangs-up").len() == 2).then_some(())
    });
}

#[test]
fn what_the_platform_hung_up_on_and_never_sent_again_goes_to_the_sink() {
    let (sink, late) = kept();
    let server = demo("", "reply_within = 0.3")
        .late_replies(sink)
        .register_callback("text", async |message| {
            // Beyond the deadline, and beyond the time in which a re-send may come.
            tokio::time::sleep(Duration::from_millis(6500)).await;
            message
        });
    let server = Server::start(server.unwrap());
    let mut client = Client::connect(server.addr);
    let request = Platform::wecom().post(&text("zhangsan", 1, "forgotten"));
    client.write(&request.bytes()).unwrap();
    client.wait_at_most(Duration::from_millis(100));
    assert!(client.read().is_err());
    drop(client);
    assert_eq!(late.next().reply, Reply::text("forgotten"));
    server.stop();
    late.is_all();
}
