//! A platform that is busy, and clocks that jump.

use std::time::Duration;

use easy_wechat::Outgoing;
use easy_wechat::client::ErrorKind;
use easy_wechat::sandbox::{Fault, Injection};
use futures_util::future::join_all;

use super::world::{SEND, World, run};

#[test]
fn a_busy_platform_is_asked_again_within_the_patience() {
    run(async {
        let cases = [
            (-1, 2, None, 3),
            (-1, 9, Some(ErrorKind::TryAgain), 4),
            (45009, 2, None, 3),
            (45033, 2, None, 3),
            (6000, 1, None, 2),
        ];
        let each = cases.map(|(code, times, kind, most)| async move {
            let world = World::start().await;
            let fault = Injection::new(Fault::Errcode { errcode: code })
                .path(SEND)
                .times(times);
            world.sandbox.faults().inject(fault).unwrap();
            let client = world
                .builder("")
                .patience(Duration::from_secs(6))
                .build()
                .unwrap();
            let sent = client.send("zhangsan", &Outgoing::text("x")).await;
            match kind {
                None => assert!(sent.unwrap().is_complete(), "{code}"),
                Some(kind) => assert_eq!(world.leaks.error(sent).kind(), kind, "{code}"),
            }
            let arrived = usize::from(kind.is_none());
            assert_eq!(world.texts("zhangsan").len(), arrived, "{code}");
            assert_eq!(world.calls(SEND).len(), most, "{code}");
        });
        join_all(each).await;
        // Without patience nobody waits.
        let world = World::start().await;
        let fault = Injection::new(Fault::Errcode { errcode: 45009 }).path(SEND);
        world.sandbox.faults().inject(fault).unwrap();
        let client = world.builder("").patience(Duration::ZERO).build().unwrap();
        let error = world
            .leaks
            .error(client.send("zhangsan", &Outgoing::text("x")).await);
        assert_eq!(
            (error.errcode(), error.kind()),
            (Some(45009), ErrorKind::Wait)
        );
        assert_eq!(world.calls(SEND).len(), 1);
    });
}

#[test]
fn a_clock_that_jumps_costs_no_message() {
    run(async {
        let world = World::start().await;
        let client = world
            .builder("")
            .patience(Duration::from_secs(1))
            .build()
            .unwrap();
        let clock = world.sandbox.clock();
        let hour = Duration::from_hours(1);
        let now = clock.now().as_secs();
        let moves: [&dyn Fn(); 5] = [
            &|| {},
            &|| clock.advance(24 * hour),
            &|| clock.set(easy_wechat::Timestamp::from_secs(now - 86_400 * 400)),
            &|| clock.advance(3 * hour),
            &|| clock.set(easy_wechat::Timestamp::from_secs(now + 86_400 * 400)),
        ];
        for (number, jump) in moves.iter().enumerate() {
            jump();
            let text = Outgoing::text(number.to_string());
            let sent = client.send("zhangsan", &text).await;
            assert!(sent.is_ok_and(|sent| sent.is_complete()), "{number}");
        }
        assert_eq!(world.texts("zhangsan").len(), moves.len());
    });
}
