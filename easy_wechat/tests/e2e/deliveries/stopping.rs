//! `stop()`: what runs is waited for, but not for ever.

use std::net::TcpStream;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use easy_wechat::{Delivering, LateReply, LateReplySink};

use super::Gate;
use super::sink::kept;
use crate::support::{Client, Platform, Server, demo, eventually, text, wait_for_line};

#[test]
fn the_reply_of_a_running_handler_still_goes_out() {
    let (gate, _finished) = Gate::closed();
    let (first, second) = (gate.clone(), gate.clone());
    let server = demo("", "")
        .register_callback("text", move |message| first.clone().answer(message))
        .unwrap()
        .register_callback("image", move |message| {
            tokio::runtime::Handle::current().block_on(second.clone().answer(message))?;
            Ok("a picture")
        });
    let server = Server::start(server.unwrap());
    let (addr, platform) = (server.addr, Platform::wecom());
    let image = text("zhangsan", 2, "").replace("[text]", "[image]");
    let mut clients = [text("zhangsan", 1, "to the end"), image].map(|message| {
        let mut client = Client::connect(addr);
        let sent = client.write(&platform.post(&message).bytes());
        sent.expect("the server reads");
        client
    });
    gate.wait_for_calls(2);
    let stopped = stop(server);
    refuses(addr);
    assert!(stopped.try_recv().is_err(), "it did not wait");
    gate.let_through(2);
    for (client, said) in clients.iter_mut().zip(["to the end", "a picture"]) {
        let answer = client.read().expect("the server answers");
        assert_eq!(platform.said(&answer).as_deref(), Some(said));
    }
    drop(clients);
    let stopped = stopped.recv_timeout(Duration::from_secs(5));
    stopped.expect("it stops");
}

#[test]
fn a_late_reply_is_waited_for_with_its_sink() {
    let (gate, _finished) = Gate::closed();
    let (sending, sent) = Gate::closed();
    let (handler, sink) = (gate.clone(), sending.clone());
    let server = demo("", "reply_within = 0.1")
        .late_replies(SlowSink(sink))
        .register_callback("text", move |message| handler.clone().answer(message));
    let server = Server::start(server.unwrap());
    let (addr, platform) = (server.addr, Platform::wecom());
    // Acknowledged: only the handler itself is left.
    let answer = server.call(&platform.post(&text("zhangsan", 1, "late")));
    assert_eq!(platform.said(&answer), None);
    let stopped = stop(server);
    refuses(addr);
    gate.let_through(1);
    sending.wait_for_calls(1);
    assert!(stopped.try_recv().is_err(), "it did not wait for the sink");
    sending.let_through(1);
    stopped
        .recv_timeout(Duration::from_secs(5))
        .expect("it stops");
    assert_eq!(sent.try_recv().as_deref(), Ok("sent"));
}

#[test]
fn a_late_reply_that_is_left_behind_is_not_lost_without_a_word() {
    let (gate, _finished) = Gate::closed();
    let (sending, _sent) = Gate::closed();
    let (handler, sink) = (gate.clone(), sending.clone());
    let server = demo("shutdown_timeout = 1", "reply_within = 0.1")
        .late_replies(SlowSink(sink))
        .register_callback("text", move |message| handler.clone().answer(message));
    let server = Server::start(server.unwrap());
    let platform = Platform::wecom();
    server.call(&platform.post(&text("left-behind", 1, "late")));
    gate.let_through(1);
    sending.wait_for_calls(1);
    server.stop();
    wait_for_line(&[
        "ERROR",
        "late reply not delivered",
        "from=left-behind",
        "the server stopped before",
    ]);
}

#[test]
fn a_handler_that_never_ends_is_left_behind_after_shutdown_timeout() {
    let (gate, _finished) = Gate::closed();
    let handler = gate.clone();
    let (sink, late) = kept();
    let server = demo("shutdown_timeout = 1", "reply_within = 0.1")
        .late_replies(sink)
        .register_callback("text", move |message| handler.clone().answer(message));
    let server = Server::start(server.unwrap());
    let platform = Platform::wecom();
    server.call(&platform.post(&text("never-ends", 1, "hello")));
    let took = server.stop();
    assert!(took >= Duration::from_millis(900), "{took:?}");
    assert!(took < Duration::from_millis(2500), "{took:?}");
    wait_for_line(&[
        "WARN",
        "stopped before these handlers were done",
        "handlers=1",
    ]);
    late.is_all();
}

#[test]
fn a_connection_that_is_kept_open_does_not_hold_it_up() {
    let server = demo("", "").register_callback("text", async |message| message);
    let server = Server::start(server.unwrap());
    let platform = Platform::wecom();
    let mut kept = Client::connect(server.addr);
    kept.send(&platform.post(&text("zhangsan", 1, "hello")));
    let silent = Client::connect(server.addr);
    let took = server.stop();
    assert!(took < Duration::from_secs(2), "{took:?}");
    drop((kept, silent));
}

#[test]
fn an_idle_server_stops_at_once() {
    let took = Server::start(demo("", "")).stop();
    assert!(took < Duration::from_millis(500), "{took:?}");
}

/// Stops in the background; gives how long that took.
fn stop(server: Server) -> Receiver<Duration> {
    let (sender, stopped) = channel();
    std::thread::spawn(move || sender.send(server.stop()));
    stopped
}

/// Waits until there are no new connections.
fn refuses(addr: std::net::SocketAddr) {
    let began = Instant::now();
    eventually("connections are refused", || TcpStream::connect(addr).err());
    assert!(
        began.elapsed() < Duration::from_secs(2),
        "{:?}",
        began.elapsed()
    );
}

struct SlowSink(Gate);

impl LateReplySink for SlowSink {
    fn deliver(&self, _late: LateReply) -> Delivering {
        let gate = self.0.clone();
        gate.calls.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        Box::pin(async move {
            gate.open.acquire().await?.forget();
            Ok(gate.done.send("sent".to_owned())?)
        })
    }
}
