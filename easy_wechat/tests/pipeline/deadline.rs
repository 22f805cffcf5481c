//! A handler that is slower than the deadline: the callback is acknowledged in time, the reply goes another way.

use std::time::{Duration, Instant};

use easy_wechat::sandbox::{Fault, Incoming, Injection, State};
use easy_wechat::{Mode, Reply};
use futures_util::future::{join, join_all};

use super::gate::{Counter, Gate, kept};
use super::world::{World, numbered, platform, run};

#[test]
fn a_sync_and_an_async_handler_are_both_acknowledged_at_the_deadline() {
    run(async {
        let gate = Gate::closed();
        let (sink, mut late) = kept();
        let (first, second) = (gate.clone(), gate.clone());
        let world = World::start(platform(None), ["", "reply_within = 0.3"], |server| {
            server
                .late_replies(sink)
                .register_callback("text", move |message| first.clone().answer(message))?
                .register_callback("image", move |message| {
                    let gate = second.clone();
                    let image = message.media_id().cloned().ok_or("no picture")?;
                    tokio::runtime::Handle::current().block_on(gate.answer(message))?;
                    Ok(Reply::image(image))
                })
        })
        .await;
        let media = world.sandbox.upload("image", "a.png", *b"png");
        for (from, message) in [
            ("zhangsan", Incoming::text("asynchronous")),
            ("lisi", Incoming::image(&media)),
        ] {
            let began = Instant::now();
            let seen = world.member(from).sends(message).await.unwrap();
            let took = began.elapsed();
            let what = format!("{from}: {}", seen.words);
            assert_eq!(
                (seen.state, seen.attempts),
                (State::Acknowledged, 1),
                "{what}"
            );
            assert!(took >= Duration::from_millis(290), "{from}: {took:?}");
            assert!(took < Duration::from_secs(2), "{from}: {took:?}");
        }
        gate.let_through(2);
        let mut replies =
            [late.next().await, late.next().await].map(|late| (late.to.to_string(), late.reply));
        replies.sort_by(|(one, _), (other, _)| one.cmp(other));
        let expected = [
            ("lisi", Reply::image(media)),
            ("zhangsan", Reply::text("asynchronous")),
        ];
        assert_eq!(replies, expected.map(|(to, reply)| (to.to_owned(), reply)));
        world.stop().await;
        late.is_all();
        assert_eq!(gate.calls(), 2);
    });
}

#[test]
fn many_deliveries_of_a_slow_message_are_all_acknowledged_and_its_reply_sent_once() {
    run(async {
        let gate = Gate::closed();
        let (sink, mut late) = kept();
        let handler = gate.clone();
        let world = World::start(platform(None), ["", "reply_within = 0.3"], |server| {
            server
                .late_replies(sink)
                .register_callback("text", move |message| handler.clone().answer(message))
        })
        .await;
        let member = world.member("zhangsan");
        let send = async |fault: Option<Fault>| {
            if let Some(fault) = fault {
                let once = Injection::new(fault).times(1);
                world.sandbox.faults().inject(once).unwrap();
            }
            let seen = member
                .sends(numbered("zhangsan", 4_484_038, "slow"))
                .await
                .unwrap();
            assert_eq!(seen.state, State::Acknowledged, "{}", seen.words);
            assert!(seen.is_silent(), "{:?}", seen.messages);
        };
        join_all([None, None, Some(Fault::Twice), Some(Fault::Resent)].map(send)).await;
        gate.let_through(9);
        let reply = late.next().await;
        assert_eq!(reply.reply, Reply::text("slow"));
        assert_eq!(
            (reply.to.as_str(), reply.app.as_str()),
            ("zhangsan", "demo")
        );
        assert_eq!(reply.key.as_str(), "msg:zhangsan:4484038");
        assert_eq!(reply.agent.map(|agent| agent.0), Some(2));
        // Also one that comes when all is over gets the same.
        send(None).await;
        world.stop().await;
        late.is_all();
        assert_eq!(gate.calls(), 1);
    });
}

/// The real numbers: a handler of 7 s, the default deadline of 4.5 s, the platform's patience of 5 s.
#[test]
fn a_handler_of_seven_seconds_is_acknowledged_in_time_and_runs_once() {
    let slow = |calls: &Counter| {
        let calls = calls.clone();
        move |_| {
            calls.count();
            async {
                tokio::time::sleep(Duration::from_secs(7)).await;
                "at last"
            }
        }
    };
    let wecom = async {
        let (calls, (sink, mut late)) = (Counter::default(), kept());
        let world = World::start(platform(None), ["", ""], |server| {
            server
                .late_replies(sink)
                .register_callback("text", slow(&calls))
        })
        .await;
        let twice = Injection::new(Fault::Twice).times(1);
        world.sandbox.faults().inject(twice).unwrap();
        let send = async || {
            let hello = numbered("zhangsan", 1, "hello");
            let seen = world.member("zhangsan").sends(hello).await.unwrap();
            assert_eq!(seen.state, State::Acknowledged, "{}", seen.words);
            seen.attempts
        };
        let began = Instant::now();
        assert_eq!(send().await, 2);
        let acknowledged = began.elapsed().as_secs_f64();
        assert!((4.4..5.0).contains(&acknowledged), "{acknowledged} s");
        // One that comes behind the deadline waits no more, whether the reply is there or not.
        assert_eq!(send().await, 1);
        let again = began.elapsed().as_secs_f64() - acknowledged;
        assert!(again < 1.0, "{again} s");
        assert_eq!(late.next().await.reply, Reply::text("at last"));
        let ready = began.elapsed().as_secs_f64();
        assert!((6.9..8.0).contains(&ready), "{ready} s");
        assert_eq!(send().await, 1);
        world.stop().await;
        late.is_all();
        assert_eq!(calls.get(), 1);
    };
    // It may not send by itself: the first attempt is hung up on, and the second brings the reply.
    let official = async {
        let (calls, (sink, mut late)) = (Counter::default(), kept());
        let world = World::start(platform(Some(Mode::Safe)), ["", ""], |server| {
            server
                .late_replies(sink)
                .register_callback("text", slow(&calls))
        })
        .await;
        let began = Instant::now();
        let seen = world.member("o-user").says("hello").await.unwrap();
        let replied = began.elapsed().as_secs_f64();
        let what = format!("{}", seen.words);
        assert_eq!((seen.state, seen.attempts), (State::Replied, 2), "{what}");
        assert_eq!(seen.text(), Some("at last"), "{what}");
        assert!((6.9..8.0).contains(&replied), "{replied} s");
        world.stop().await;
        late.is_all();
        assert_eq!(calls.get(), 1);
    };
    run(join(wecom, official));
}
