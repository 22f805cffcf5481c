//! What a network does: nothing there, nothing said, hung up, far too much.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use easy_wechat::client::ErrorKind;
use easy_wechat::sandbox::{Fault, HangUp, Injection};
use easy_wechat::{ClientError, Config, ConfigError, Outgoing, SendOptions, WeChatClient};

use futures_util::future::join_all;

use super::fake::{Fake, Say};
use super::leaks::Leaks;
use super::world::{GETTOKEN, SEND, Stage, World, run};

#[test]
fn an_address_without_a_scheme_is_told_before_anything_is_called() {
    for base in [
        "qyapi.weixin.qq.com",
        "ftp://a",
        "http://",
        "https:///x",
        "http://a b",
    ] {
        let ini =
            format!("[demo]\ncorpid = ww1\nappid = 1\nsecret = 12345678\napi_base_url = {base}\n");
        let config = Config::parse(&ini, [("", "")]).unwrap();
        let error = WeChatClient::from_config(&config, "demo").unwrap_err();
        assert!(
            matches!(error, ClientError::Config(ConfigError::Malformed { .. })),
            "{base}: {error:?}"
        );
        let line = error.to_string();
        assert!(
            line.contains("api_base_url") && line.contains("http:// or https://"),
            "{line}"
        );
    }
}

#[test]
fn nothing_there_is_unreachable_and_says_what_to_look_at() {
    run(async {
        let closed = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        let cases = [
            (
                format!("api_base_url = http://{closed}"),
                "nothing listens there",
            ),
            (
                "api_base_url = http://no-such-name.invalid".to_owned(),
                "the name is not found",
            ),
            (format!("proxy = http://{closed}"), "proxy"),
            (format!("proxy = socks5://{closed}"), "proxy"),
            (
                format!("api_base_url = https://qyapi.invalid\nproxy = http://{closed}"),
                "proxy",
            ),
        ];
        let each = cases.map(|(lines, says)| async move {
            let stage = Stage::start(|_, _| None);
            let error = stage
                .leaks
                .error(stage.client(&lines).send("a", &Outgoing::text("x")).await);
            assert!(
                matches!(error, ClientError::Unreachable { .. }),
                "{lines}: {error:?}"
            );
            assert_eq!(error.kind(), ErrorKind::TryAgain);
            let line = error.to_string();
            assert!(
                line.contains("gettoken: no connection to"),
                "{lines}: {line}"
            );
            assert!(line.contains(says), "{lines}: {line}");
            assert!(stage.fake.heard().is_empty());
        });
        join_all(each).await;
    });
}

#[test]
fn a_proxy_that_refuses_is_named() {
    run(async {
        let leaks = Leaks::watch();
        leaks.hide("the proxy's password", "pass-of-the-proxy");
        let header = BASE64_STANDARD.encode("me:pass-of-the-proxy");
        leaks.hide("the proxy's header", header);
        let proxy = Fake::start(&leaks, |_, _| {
            let body = "<html>Proxy Authentication Required</html>".to_owned();
            Some(Say::Status(
                407,
                "proxy-authenticate: Basic realm=\"x\"\r\n",
                body,
            ))
        });
        let by = format!("proxy = http://me:pass-of-the-proxy@{}", proxy.addr);
        for base in ["https://qyapi.invalid", "http://qyapi.invalid"] {
            let stage = Stage::start(|_, _| None);
            let client = stage.client(&format!("api_base_url = {base}\n{by}"));
            let error = stage
                .leaks
                .error(client.send("a", &Outgoing::text("x")).await);
            assert!(
                matches!(error, ClientError::Unreachable { .. }),
                "{base}: {error:?}"
            );
            let line = error.to_string();
            assert!(line.contains("proxy"), "{base}: {line}");
            leaks.check();
            assert!(
                line.contains("proxy authorization required")
                    || line.contains("a name and a password"),
                "{base}: {line}"
            );
        }
    });
}

#[test]
fn who_never_answers_is_not_waited_for_longer_than_it_is_said() {
    run(async {
        for (name, said, says) in [
            ("silent", (|| Say::Nothing) as fn() -> Say, "no answer from"),
            ("drips", || Say::Drip, "no answer from"),
        ] {
            let stage = Stage::start(move |heard, _| (heard.path == SEND).then(said));
            let client = stage.client("api_timeout = 0.3");
            let began = Instant::now();
            let error = stage
                .leaks
                .error(client.send("a", &Outgoing::text("x")).await);
            assert!(began.elapsed() < Duration::from_secs(5), "{name}");
            assert!(
                matches!(error, ClientError::MaybeDelivered { .. }),
                "{name}: {error:?}"
            );
            let line = error.to_string();
            assert!(
                line.contains(says) && line.contains("api_timeout"),
                "{name}: {line}"
            );
            assert_eq!(stage.count(SEND), 1, "{name}");
        }
        let stage = Stage::start(|heard, _| (heard.path == GETTOKEN).then_some(Say::Nothing));
        let client = stage.client("api_timeout = 0.2");
        let error = stage
            .leaks
            .error(client.send("a", &Outgoing::text("x")).await);
        assert!(
            matches!(error, ClientError::Unreachable { .. }),
            "{error:?}"
        );
        assert!(stage.count(GETTOKEN) <= 3);
    });
}

#[test]
fn an_answer_without_end_is_not_taken_into_memory() {
    run(async {
        let stage = Stage::start(|heard, _| (heard.path == SEND).then_some(Say::Flood(100 << 20)));
        let error = stage
            .leaks
            .error(stage.client("").send("a", &Outgoing::text("x")).await);
        assert!(
            matches!(error, ClientError::MaybeDelivered { .. }),
            "{error:?}"
        );
        assert!(
            error.to_string().contains("longer than 33554432 bytes"),
            "{error}"
        );
        assert_eq!(stage.count(SEND), 1);
    });
}

#[test]
fn a_connection_that_ends_is_told_and_the_message_is_not_repeated() {
    run(async {
        for (when, arrived) in [(HangUp::Before, 0), (HangUp::Middle, 1)] {
            let world = World::start().await;
            let fault = Injection::new(Fault::HangUp { when }).path(SEND).times(1);
            world.sandbox.faults().inject(fault).unwrap();
            let client = world.client();
            let error = world
                .leaks
                .error(client.send("zhangsan", &Outgoing::text("x")).await);
            assert!(
                matches!(error, ClientError::MaybeDelivered { .. }),
                "{when:?}: {error:?}"
            );
            assert!(error.to_string().contains("broke off"), "{when:?}: {error}");
            assert_eq!(world.texts("zhangsan").len(), arrived, "{when:?}");
            assert_eq!(world.calls(SEND).len(), 1, "{when:?}");
            assert!(
                client
                    .send("lisi", &Outgoing::text("y"))
                    .await
                    .unwrap()
                    .is_complete()
            );
        }
    });
}

#[test]
fn with_the_duplicate_check_what_was_lost_arrives_once() {
    run(async {
        let faults = [
            Fault::HangUp {
                when: HangUp::Before,
            },
            Fault::HangUp {
                when: HangUp::Middle,
            },
            Fault::BadGateway,
        ];
        let each = faults.map(|fault| async move {
            let world = World::start().await;
            let name = fault.name();
            world
                .sandbox
                .faults()
                .inject(Injection::new(fault).path(SEND).times(2))
                .unwrap();
            let options = SendOptions::default().duplicate_check(Duration::from_mins(30));
            let client = world.client();
            let sent = client
                .send_with("zhangsan", &Outgoing::text("x"), &options)
                .await
                .unwrap();
            assert!(sent.is_complete());
            assert_eq!(world.texts("zhangsan"), ["x"], "{name}");
            assert_eq!(world.calls(SEND).len(), 3, "{name}");
        });
        join_all(each).await;
    });
}
