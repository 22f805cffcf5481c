//! The real numbers: a handler of 7 s, the default deadline of 4.5 s, the platform's attempts at 0, 1, 5 and 8 s.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use easy_wechat::Reply;

use super::sink::kept;
use crate::support::{Platform, Server, demo, text};

#[test]
fn a_handler_of_seven_seconds_is_acknowledged_in_time_and_its_reply_sent_once() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let (sink, late) = kept();
    let server = demo("", "")
        .late_replies(sink)
        .register_callback("text", move |_| {
            counted.fetch_add(1, Ordering::SeqCst);
            async {
                tokio::time::sleep(Duration::from_secs(7)).await;
                "at last"
            }
        });
    let server = Server::start(server.unwrap());
    let platform = Platform::wecom();
    let message = text("zhangsan", 1, "hello");
    let began = Instant::now();
    std::thread::scope(|scope| {
        // When each comes, and when it must be answered.
        for (comes, from, until) in [(0, 4.4, 4.95), (1, 4.4, 5.95), (5, 5.0, 5.5), (8, 8.0, 8.5)] {
            let (server, platform, message) = (&server, &platform, &message);
            scope.spawn(move || {
                std::thread::sleep(Duration::from_secs(comes).saturating_sub(began.elapsed()));
                let answer = server.call(&platform.post(message));
                let answered = began.elapsed().as_secs_f64();
                assert_eq!(platform.said(&answer), None, "the one at {comes} s");
                assert!(
                    (from..until).contains(&answered),
                    "the one at {comes} s: {answered} s"
                );
            });
        }
        let reply = late.next();
        assert!(
            began.elapsed().as_secs_f64() >= 6.9,
            "{:?}",
            began.elapsed()
        );
        assert_eq!(reply.reply, Reply::text("at last"));
    });
    server.stop();
    late.is_all();
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}
