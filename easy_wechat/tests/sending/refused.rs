//! A secret that is refused: told as what it is, and not asked about again and again.

use std::time::Duration;

use easy_wechat::client::ErrorKind;
use easy_wechat::sandbox::{Fault, Injection};
use easy_wechat::{Config, Outgoing, WeChatClient};
use serde_json::json;

use super::fake::Say;
use super::world::{CORPID, GETTOKEN, SEND, Stage, World, run};

#[test]
fn a_wrong_secret_and_a_stale_token_are_two_errors() {
    run(async {
        let text = Outgoing::text("x");
        let at_gettoken = Stage::start(|heard, _| {
            let refused = json!({"errcode": 40001, "errmsg": "invalid credential"});
            (heard.path == GETTOKEN).then_some(Say::Json(refused))
        });
        let wrong = at_gettoken.client("").send("a", &text).await;
        let wrong = at_gettoken.leaks.error(wrong);
        assert_eq!(wrong.kind(), ErrorKind::FixAccount);
        assert!(
            wrong.to_string().contains("secret in config.ini"),
            "{wrong}"
        );
        assert_eq!(
            (at_gettoken.count(GETTOKEN), at_gettoken.count(SEND)),
            (1, 0)
        );

        let on_a_call = Stage::start(|heard, _| {
            let refused = json!({"errcode": 40001, "errmsg": "invalid credential"});
            (heard.path == SEND).then_some(Say::Json(refused))
        });
        let stale = on_a_call.client("").send("a", &text).await;
        let stale = on_a_call.leaks.error(stale);
        assert_eq!(stale.kind(), ErrorKind::TryAgain);
        assert!(stale.to_string().contains("token"), "{stale}");
        assert_ne!(wrong.to_string(), stale.to_string());
    });
}

#[test]
fn a_refusal_is_remembered_also_by_others_and_ever_longer() {
    run(async {
        let stage = Stage::start(|heard, _| {
            let refused = json!({"errcode": 40001, "errmsg": "invalid credential"});
            (heard.path == GETTOKEN).then_some(Say::Json(refused))
        });
        let text = Outgoing::text("x");
        // The second one stands for another process: only the store is shared.
        let clients = [stage.client(""), stage.client("")];
        for (later, asked) in [(0, 1), (5, 1), (6, 2), (15, 2), (6, 3), (35, 3), (6, 4)] {
            stage.clock.advance(Duration::from_secs(later));
            for client in &clients {
                let error = stage.leaks.error(client.send("a", &text).await);
                assert_eq!(
                    (error.errcode(), error.kind()),
                    (Some(40001), ErrorKind::FixAccount)
                );
            }
            assert_eq!(stage.count(GETTOKEN), asked, "after {later} s more");
        }
        let error = stage.leaks.error(clients[1].send("a", &text).await);
        let line = error.to_string();
        assert!(line.contains("refused 4 times in a row"), "{line}");
        assert!(line.contains("asked again in"), "{line}");
    });
}

#[test]
fn a_secret_that_was_corrected_goes_through_at_once() {
    run(async {
        let world = World::start().await;
        let good = world.sandbox.config("demo");
        let right = good.app("demo").unwrap().secret.unwrap();
        let ini = world.sandbox.ini();
        let bad = ini.replace(right.reveal(), "wrong-secret-of-a-test");
        world
            .leaks
            .hide("the wrong secret", "wrong-secret-of-a-test");
        let bad = Config::parse(&format!("[system]\nstate_path = memory\n{bad}"), [("", "")]);
        let wrong = WeChatClient::builder(&bad.unwrap(), "demo").unwrap();
        let wrong = wrong
            .store(world.store.clone())
            .clock(world.sandbox.clock().clone());
        let wrong = wrong.build().unwrap();
        let text = Outgoing::text("x");
        for _ in 0..3 {
            world.leaks.error(wrong.send("zhangsan", &text).await);
        }
        assert_eq!(world.calls(GETTOKEN).len(), 1);
        let _ = world.client().send("zhangsan", &text).await.unwrap();
        assert_eq!(world.calls(GETTOKEN).len(), 2);
        assert_eq!(world.texts("zhangsan"), ["x"]);
    });
}

#[test]
fn a_clock_that_jumps_back_does_not_lock_anybody_out() {
    run(async {
        let stage = Stage::start(|heard, number| {
            let refused = json!({"errcode": 40001, "errmsg": "invalid credential"});
            (heard.path == GETTOKEN && number == 1).then_some(Say::Json(refused))
        });
        let client = stage.client("");
        let text = Outgoing::text("x");
        stage.leaks.error(client.send("a", &text).await);
        stage
            .clock
            .set(easy_wechat::Timestamp::from_secs(1_600_000_000));
        let _ = client.send("a", &text).await.unwrap();
        assert_eq!(stage.count(GETTOKEN), 2);
        // A token of what is now the future is no better than any other: a call would say that it is stale.
        stage
            .clock
            .set(easy_wechat::Timestamp::from_secs(1_500_000_000));
        let _ = client.send("a", &text).await.unwrap();
        stage
            .clock
            .set(easy_wechat::Timestamp::from_secs(1_800_000_000));
        let _ = client.send("a", &text).await.unwrap();
        assert_eq!(stage.count(GETTOKEN), 3);
    });
}

#[test]
fn an_untrusted_address_is_named_wherever_it_is_refused() {
    run(async {
        for path in [GETTOKEN, SEND] {
            let world = World::start().await;
            let ip = "203.0.113.7".to_owned();
            let fault = Injection::new(Fault::UntrustedIp { ip }).path(path);
            world.sandbox.faults().inject(fault).unwrap();
            let client = world.client();
            let error = world
                .leaks
                .error(client.send("zhangsan", &Outgoing::text("x")).await);
            assert_eq!(error.kind(), ErrorKind::FixAccount);
            let line = error.to_string();
            assert!(line.contains("the address to add is 203.0.113.7"), "{line}");
            assert!(line.contains("企业可信IP"), "{line}");
            assert_eq!(world.calls(path).len(), 1, "to try again is of no use");
        }
    });
}

#[test]
fn a_process_that_died_while_it_fetched_holds_nobody_up_for_long() {
    run(async {
        let stage = Stage::start(|_, _| None);
        // What it has left behind: the right to fetch.
        let lease = format!("token/{}/{CORPID}/1000002/lease", stage.fake.addr);
        let until = stage.clock.now().plus(Duration::from_secs(20));
        assert!(
            stage
                .store
                .swap(&lease, None, Some("the dead one"), Some(until))
                .await
                .unwrap()
        );
        let client = stage.client("");
        let sends = tokio::spawn(async move { client.send("a", &Outgoing::text("x")).await });
        let early = tokio::time::timeout(Duration::from_millis(300), async {
            while stage.fake.heard().is_empty() {
                tokio::task::yield_now().await;
            }
        });
        assert!(
            early.await.is_err(),
            "the right was taken from one who may be alive"
        );
        stage.clock.advance(Duration::from_secs(21));
        let _ = sends.await.unwrap().unwrap();
        assert_eq!((stage.count(GETTOKEN), stage.count(SEND)), (1, 1));
        assert_eq!(
            stage.store.get(&lease).await.unwrap(),
            None,
            "it is given back"
        );
    });
}
