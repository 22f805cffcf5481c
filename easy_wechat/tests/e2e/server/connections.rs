//! Connections: kept, slow, and too many callbacks at once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

use crate::support::{Client, Platform, Server, demo, eventually, text};

#[test]
fn several_callbacks_come_over_one_connection() {
    let server = echo();
    let platform = Platform::wecom();
    let mut client = Client::connect(server.addr);
    for number in 0..5 {
        let content = format!("number {number}");
        let answer = client.send(&platform.post(&text("zhangsan", number, &content)));
        assert_eq!(platform.said(&answer), Some(content));
        assert_eq!(client.send(&platform.get("7")).text(), "7");
    }
}

#[test]
fn callbacks_that_are_sent_ahead_are_answered_in_order() {
    let server = echo();
    let platform = Platform::wecom();
    let contents: Vec<String> = (0..10).map(|number| format!("number {number}")).collect();
    let mut client = Client::connect(server.addr);
    let requests = contents.iter().zip(0..);
    let requests =
        requests.map(|(content, number)| platform.post(&text("zhangsan", number, content)));
    let bytes: Vec<u8> = requests.flat_map(|request| request.bytes()).collect();
    client.write(&bytes).expect("the server reads");
    for content in contents {
        let answer = client.read().expect("the server answers");
        assert_eq!(platform.said(&answer), Some(content));
    }
}

#[test]
fn a_callback_in_chunks_is_read() {
    let server = echo();
    let platform = Platform::wecom();
    let content = "长".repeat(600);
    let mut client = Client::connect(server.addr);
    let request = platform.post(&text("zhangsan", 1, &content));
    for half in request.chunked().chunks(1000) {
        client.write(half).expect("the server reads");
    }
    let answer = client.read().expect("the server answers");
    assert_eq!(platform.said(&answer), Some(content));
}

#[test]
fn a_slow_head_and_a_slow_body_are_cut_off() {
    let server = echo();
    let request = Platform::wecom().post(&text("zhangsan", 1, "hello"));
    let whole = request.bytes();
    let head = whole.len() - request.body.len();
    std::thread::scope(|scope| {
        for (what, quick, dripping) in [
            ("a head that never ends", 20, true),
            ("half a head", 20, false),
            ("a body that drips", head, true),
            ("a body that never comes", head, false),
        ] {
            let (whole, addr) = (&whole, server.addr);
            scope.spawn(move || {
                let mut client = Client::connect(addr);
                client.wait_at_most(Duration::from_millis(250));
                client.write(&whole[..quick]).expect("the server reads");
                let began = Instant::now();
                for byte in &whole[quick..] {
                    // The wait for an answer is what makes it slow.
                    match client.read() {
                        Ok(answer) => {
                            assert_eq!(answer.status, 408, "{what}");
                            break;
                        }
                        Err(error)
                            if matches!(
                                error.kind(),
                                std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
                            ) => {}
                        Err(_) => break,
                    }
                    assert!(
                        began.elapsed() < Duration::from_secs(8),
                        "{what}: it is still waited for"
                    );
                    if dripping && client.write(&[*byte]).is_err() {
                        break;
                    }
                }
                assert!(
                    began.elapsed() > Duration::from_secs(2),
                    "{what}: cut off too soon"
                );
            });
        }
        let platform = Platform::wecom();
        let answer = server.call(&platform.post(&text("zhangsan", 2, "in between")));
        assert_eq!(platform.said(&answer).as_deref(), Some("in between"));
    });
}

#[test]
fn one_callback_too_many_gets_503_until_another_is_done() {
    let gate = Arc::new(Semaphore::new(0));
    let inside = Arc::clone(&gate);
    let server = demo("max_in_flight = 2", "").register_callback("text", move |message| {
        let gate = Arc::clone(&inside);
        async move {
            gate.acquire().await?.forget();
            Ok(message)
        }
    });
    let server = Server::start(server.unwrap());
    let platform = Platform::wecom();
    let message = |number| text("zhangsan", number, &format!("number {number}"));
    let mut running: Vec<Client> = (0..2).map(|_| Client::connect(server.addr)).collect();
    for (client, number) in running.iter_mut().zip(0..) {
        client
            .write(&platform.post(&message(number)).bytes())
            .expect("the server reads");
    }
    // It is refused as soon as both run.
    let mut number = 100;
    let busy = eventually("503", || {
        number += 1;
        let mut client = Client::connect(server.addr);
        client.wait_at_most(Duration::from_millis(200));
        client
            .write(&platform.post(&message(2)).bytes())
            .expect("the server reads");
        client.read().ok().filter(|answer| answer.status == 503)
    });
    assert_eq!(busy.text(), "");
    // A re-send of what runs is not too many.
    let mut again = Client::connect(server.addr);
    again
        .write(&platform.post(&message(0)).bytes())
        .expect("the server reads");
    gate.add_permits(2);
    for (client, number) in running.iter_mut().chain([&mut again]).zip([0, 1, 0]) {
        let answer = client.read().expect("the server answers");
        assert_eq!(platform.said(&answer), Some(format!("number {number}")));
    }
    // The platform sends it again, and now there is room.
    gate.add_permits(1);
    let answer = server.call(&platform.post(&message(2)));
    assert_eq!(platform.said(&answer), Some("number 2".to_owned()));
}

fn echo() -> Server {
    let server = demo("", "").register_callback("text", async |message| message);
    Server::start(server.expect("text is a type"))
}
