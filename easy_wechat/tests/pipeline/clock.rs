//! The clock: shared by the platform and the server it may be anywhere; else callbacks are stale.

use std::time::Duration;

use easy_wechat::Timestamp;
use easy_wechat::sandbox::State;

use super::gate::Counter;
use super::support::{eventually, log_lines};
use super::world::{PLATFORMS, World, platform, run, server};

#[test]
fn a_clock_that_both_share_may_be_moved_anywhere() {
    run(async {
        for mode in PLATFORMS {
            let sandbox = platform(mode).start().await.unwrap();
            let server = server(&sandbox, ["", ""])
                .clock(sandbox.clock().clone())
                .register_callback("text", |message| message.created.to_string());
            let world = World::connect(sandbox, server.unwrap()).await;
            let member = world.member("zhangsan");
            let clock = world.sandbox.clock();
            let day = Duration::from_hours(24);
            let (past, future) = (1_000_000_000, 7_258_118_400);
            let moves: [&dyn Fn(); 4] = [
                &|| clock.advance(day),
                &|| clock.advance(365 * 10 * day),
                &|| clock.set(Timestamp::from_secs(past)),
                &|| clock.set(Timestamp::from_secs(future)),
            ];
            for (number, move_it) in moves.into_iter().enumerate() {
                move_it();
                let now = clock.now().as_secs();
                let what = format!("{mode:?}: move {number}, to {now}");
                let callback = world.callback();
                world
                    .sandbox
                    .connect(callback)
                    .await
                    .unwrap_or_else(|error| {
                        panic!("{what}: {error}");
                    });
                let seen = member.says("hello").await.unwrap();
                assert_eq!(seen.state, State::Replied, "{what}: {}", seen.words);
                let created: i64 = seen.text().unwrap().parse().unwrap();
                assert!((now..now + 10).contains(&created), "{what}: {created}");
                let at = seen.messages[0].at.as_secs();
                assert!((now..now + 10).contains(&at), "{what}: {at}");
            }
        }
    });
}

#[test]
fn a_clock_that_is_moved_in_the_sandbox_alone_makes_callbacks_stale() {
    run(async {
        for (number, mode) in (1..).zip(PLATFORMS) {
            let calls = Counter::default();
            let counter = calls.clone();
            let world = World::start(platform(mode), ["", ""], |server| {
                server.register_callback("text", move |message| {
                    counter.count();
                    message
                })
            })
            .await;
            let member = world.member("zhangsan");
            let clock = world.sandbox.clock();
            let minutes = |minutes: u64| clock.advance(Duration::from_mins(minutes));
            // By default 10 minutes are taken.
            minutes(9);
            let seen = member.says("hello").await.unwrap();
            assert_eq!(seen.text(), Some("hello"), "{mode:?}: {}", seen.words);
            minutes(2);
            let seen = member.says("hello").await.unwrap();
            let what = format!("{mode:?}: {}", seen.words);
            assert_eq!((seen.state, seen.attempts), (State::Failed, 4), "{what}");
            assert!(seen.words.en.contains("stale"), "{what}");
            assert_eq!(calls.get(), 1, "{what}");
            // The address can be saved all the same; the log says what will be.
            world.sandbox.connect(world.callback()).await.unwrap();
            eventually("the log says it once more", || {
                let lines = log_lines("callbacks will be refused");
                (lines.len() == number && lines[0].contains("timedatectl")).then_some(())
            });
            clock.set(easy_wechat::Clock::system().now());
            let seen = member.says("back").await.unwrap();
            assert_eq!(seen.text(), Some("back"), "{mode:?}: {}", seen.words);
        }
    });
}
