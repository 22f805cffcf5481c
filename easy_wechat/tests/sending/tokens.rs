//! The access token: fetched once for all, renewed once, kept where it belongs.

use std::sync::Arc;
use std::time::Duration;

use easy_wechat::client::{Call, ErrorKind};
use easy_wechat::sandbox::{Fault, Injection, Sandbox};
use easy_wechat::store::{SqliteStore, Store as _};
use easy_wechat::{ClientError, Mode, Outgoing, Receipt, WeChatClient};
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::fake::{Say, token};
use super::world::{GETTOKEN, SEND, Stage, World, run};

#[test]
fn many_tasks_and_clients_share_one_fetch() {
    run(async {
        let world = World::start().await;
        let clients = [world.client(), world.client(), world.client()];
        let sends = (0..60).map(|number| {
            send(
                &clients[number % 3],
                ["zhangsan", "lisi"][number / 30],
                number,
            )
        });
        for sent in join_all(sends).await {
            assert!(sent.unwrap().is_complete());
        }
        assert_eq!(world.calls(GETTOKEN).len(), 1);
    });
}

#[test]
fn a_token_that_ends_before_its_time_is_renewed_once() {
    run(async {
        for how in ["expired", "revoked"] {
            let world = World::start().await;
            let clients = [world.client(), world.client()];
            for client in &clients {
                let _ = client
                    .send("zhangsan", &Outgoing::text("before"))
                    .await
                    .unwrap();
            }
            match how {
                "expired" => world.sandbox.faults().expire_tokens(),
                _ => world.sandbox.faults().revoke_tokens(),
            }
            let sends = (0..20).map(|number| send(&clients[number % 2], "lisi", number));
            for sent in join_all(sends).await {
                assert!(sent.unwrap().is_complete(), "{how}");
            }
            assert_eq!(world.calls(GETTOKEN).len(), 2, "{how}");
            let mut texts = world.texts("lisi");
            texts.sort();
            texts.dedup();
            assert_eq!(texts.len(), 20, "{how}");
            assert_eq!(world.texts("lisi").len(), 20, "{how}: each once");
        }
    });
}

#[test]
fn a_new_token_that_is_refused_as_well_ends_it() {
    run(async {
        for code in [40014, 42001, 40001] {
            let stage = Stage::start(move |heard, _| {
                let refused = json!({"errcode": code, "errmsg": "hint: [1]"});
                (heard.path == SEND).then_some(Say::Json(refused))
            });
            let client = stage
                .builder("")
                .patience(Duration::from_secs(30))
                .build()
                .unwrap();
            let error = stage
                .leaks
                .error(client.send("a", &Outgoing::text("x")).await);
            assert_eq!(
                (error.errcode(), error.kind()),
                (Some(code), ErrorKind::TryAgain)
            );
            assert!(error.to_string().contains("message/send"), "{error}");
            assert_eq!((stage.count(GETTOKEN), stage.count(SEND)), (2, 2), "{code}");
            let used: Vec<_> = stage
                .fake
                .of(SEND)
                .iter()
                .map(|it| it.query[0].1.clone())
                .collect();
            assert_eq!(used, [token(1), token(2)], "{code}");
        }
    });
}

#[test]
fn who_fails_late_does_not_discard_the_new_token() {
    run(async {
        // Only the first token is stale, whoever comes with it and whenever.
        let stage = Stage::start(|heard, _| {
            let stale = heard.path == SEND && heard.query[0].1 == token(1);
            stale.then(|| Say::Json(json!({"errcode": 42001, "errmsg": "access_token expired"})))
        });
        let clients = [
            stage.client("rate_limits = off"),
            stage.client("rate_limits = off"),
        ];
        let sends = (0..40).map(|number| send(&clients[number % 2], "a", number));
        for sent in join_all(sends).await {
            let _ = sent.unwrap();
        }
        assert_eq!(stage.count(GETTOKEN), 2);
    });
}

#[test]
fn an_early_refresh_that_fails_leaves_the_good_token() {
    run(async {
        let stage = Stage::start(|heard, number| {
            let fails = heard.path == GETTOKEN && number > 1;
            fails.then(|| Say::Json(json!({"errcode": -1, "errmsg": "system error"})))
        });
        let client = stage.client("");
        let text = Outgoing::text("x");
        let _ = client.send("a", &text).await.unwrap();
        stage.clock.advance(Duration::from_secs(7200 - 200));
        let _ = client.send("a", &text).await.unwrap();
        let tried = stage.count(GETTOKEN);
        assert!(tried > 1, "it was not refreshed early");
        let _ = client.send("a", &text).await.unwrap();
        assert_eq!(stage.count(GETTOKEN), tried, "not with each call");
        // Another process, which has not seen the token yet.
        let _ = stage.client("").send("a", &text).await.unwrap();
        stage.clock.advance(Duration::from_secs(201));
        let error = stage.leaks.error(client.send("a", &text).await);
        assert_eq!(error.errcode(), Some(-1), "{error}");
    });
}

#[test]
fn a_token_lives_as_long_as_the_platform_says() {
    run(async {
        let world = World::start().await;
        world
            .sandbox
            .faults()
            .token_lifetime(Duration::from_mins(10));
        let client = world.client();
        let text = Outgoing::text("x");
        for (later, fetched) in [(0, 1), (530, 1), (15, 2), (50, 2), (5, 2), (500, 3)] {
            world.sandbox.clock().advance(Duration::from_secs(later));
            let _ = client.send("zhangsan", &text).await.unwrap();
            assert!(world.calls(GETTOKEN).len() <= fetched + 1, "{later}");
        }
        assert!(
            world.calls(SEND).iter().all(|call| call.errcode == 0),
            "none found it expired"
        );
    });
}

#[test]
fn an_official_account_uses_the_stable_token() {
    run(async {
        let world = World::of(Sandbox::builder().official_account(Mode::Safe)).await;
        let client = world.client_with("customer_service = true");
        let _ = world.sandbox.member("openid-1");
        let ip: Value = client
            .call(Call::get("/cgi-bin/getcallbackip"))
            .await
            .unwrap();
        assert!(ip["ip_list"].is_array(), "{ip}");
        world.sandbox.faults().expire_tokens();
        let _: Value = client
            .call(Call::get("/cgi-bin/getcallbackip"))
            .await
            .unwrap();
        assert_eq!(world.calls("/cgi-bin/stable_token").len(), 2);
        assert!(world.calls("/cgi-bin/token").is_empty());
    });
}

#[test]
fn two_apps_of_a_corporation_have_tokens_of_their_own() {
    run(async {
        let world = World::start().await;
        for app in ["demo", "other"] {
            let client = world.builder_of(app, "").build().unwrap();
            let _ = client.send("zhangsan", &Outgoing::text(app)).await.unwrap();
        }
        assert_eq!(world.calls(GETTOKEN).len(), 2);
        let kept = world.store.list("token/", 10).await.unwrap();
        assert_eq!(
            kept.len(),
            2,
            "{:?}",
            kept.iter().map(|(key, _)| key).collect::<Vec<_>>()
        );
        assert_eq!(world.texts("zhangsan"), ["demo", "other"]);
    });
}

#[test]
fn the_secret_is_in_no_file() {
    run(async {
        let stage = Stage::start(|heard, number| {
            // One refusal is kept as well.
            let refused = heard.path == GETTOKEN && number == 1;
            refused.then(|| Say::Json(json!({"errcode": 40001, "errmsg": "invalid credential"})))
        });
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(SqliteStore::open(folder.path(), stage.clock.clone()));
        let client = stage.builder("").store(store.clone()).build().unwrap();
        stage
            .leaks
            .error(client.send("a", &Outgoing::text("x")).await);
        let secret = stage.secret().to_owned();
        let look = || {
            let mut files = 0;
            for file in std::fs::read_dir(folder.path()).unwrap() {
                let bytes = std::fs::read(file.unwrap().path()).unwrap();
                assert_eq!(memchr::memmem::find(&bytes, secret.as_bytes()), None);
                files += 1;
            }
            assert!(files > 0);
        };
        look();
        stage.clock.advance(Duration::from_hours(1));
        let _ = client.send("a", &Outgoing::text("x")).await.unwrap();
        assert_eq!(store.list("token/", 10).await.unwrap().len(), 1);
        look();
    });
}

#[test]
fn who_waits_for_a_fetch_that_fails_does_not_fetch_again() {
    run(async {
        let stage = Stage::start(|heard, _| (heard.path == GETTOKEN).then_some(Say::HangUp));
        let client = stage.client("rate_limits = off");
        let sends = (0..50).map(|number| send(&client, "a", number));
        for sent in join_all(sends).await {
            let error = stage.leaks.error(sent);
            assert!(matches!(error, ClientError::Unreachable { .. }), "{error}");
            assert!(error.to_string().contains("gettoken"), "{error}");
        }
        let fetched = stage.count(GETTOKEN);
        assert!(
            fetched <= 9,
            "{fetched} fetches for tasks that came at once"
        );
    });
}

#[test]
fn a_storm_at_gettoken_is_sat_out_or_told() {
    run(async {
        let cases = [
            (-1, 2, true),
            (45033, 2, true),
            (-1, 9, false),
            (45009, 1, false),
        ];
        let each = cases.map(|(code, times, goes)| async move {
            let world = World::start().await;
            let storm = Injection::new(Fault::Errcode { errcode: code });
            world
                .sandbox
                .faults()
                .inject(storm.path(GETTOKEN).times(times))
                .unwrap();
            let client = world.builder("").patience(Duration::ZERO).build().unwrap();
            let sent = client.send("zhangsan", &Outgoing::text("x")).await;
            if goes {
                assert!(sent.unwrap().is_complete());
                assert_eq!(world.texts("zhangsan"), ["x"], "{code}");
                return;
            }
            let error = world.leaks.error(sent);
            assert_eq!(error.errcode(), Some(code), "{error}");
            assert!(world.calls(SEND).is_empty());
            let asked = world.calls(GETTOKEN).len();
            assert_eq!(asked, if code == -1 { 3 } else { 1 }, "{code}");
            if code == 45009 {
                assert_eq!(error.kind(), ErrorKind::Wait);
                // Nobody makes it worse by asking at once again.
                world
                    .leaks
                    .error(client.send("zhangsan", &Outgoing::text("x")).await);
                assert_eq!(world.calls(GETTOKEN).len(), asked);
            }
        });
        join_all(each).await;
    });
}

async fn send(client: &WeChatClient, to: &str, number: usize) -> Result<Receipt, ClientError> {
    client.send(to, &Outgoing::text(number.to_string())).await
}
