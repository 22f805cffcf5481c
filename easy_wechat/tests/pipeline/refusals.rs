//! What the server refuses, as the platform sees it.

use easy_wechat::sandbox::{Fault, Injection, Sandbox, SandboxError, State};
use easy_wechat::{Config, Mode, WeChatServer};

use super::gate::Counter;
use super::support::wait_for_line;
use super::world::{PLATFORMS, World, callback, platform, run, serve, server};

#[test]
fn a_wrong_signature_and_a_stale_callback_are_refused_and_run_nothing() {
    run(async {
        for mode in PLATFORMS {
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
            for (fault, said) in [
                (Fault::WrongSignature, "the signature was wrong on purpose"),
                (Fault::Stale, "it was signed an hour ago"),
            ] {
                let what = format!("{mode:?}: {fault:?}");
                let once = Injection::new(fault).times(1);
                world.sandbox.faults().inject(once).unwrap();
                let seen = member.says("hello").await.unwrap();
                assert_eq!((seen.state, seen.attempts), (State::Failed, 1), "{what}");
                let words = &seen.words.en;
                assert!(
                    words.contains("HTTP 400: refused, as it should be"),
                    "{what}: {words}"
                );
                assert!(words.contains(said), "{what}: {words}");
                assert!(seen.is_silent(), "{what}");
            }
            assert_eq!(calls.get(), 0, "{mode:?}");
            assert_eq!(
                member.says("hello").await.unwrap().text(),
                Some("hello"),
                "{mode:?}"
            );
        }
    });
}

#[test]
fn any_age_is_taken_where_that_is_wanted() {
    run(async {
        for mode in PLATFORMS {
            let world = World::start(platform(mode), ["", "max_callback_age = 0"], |server| {
                server.register_callback("text", |message| message)
            })
            .await;
            world.sandbox.faults().inject(Fault::Stale).unwrap();
            let seen = world.member("zhangsan").says("hello").await.unwrap();
            assert_eq!(seen.state, State::Replied, "{mode:?}: {}", seen.words);
            // The platform's side sees that this app has no such check.
            assert!(
                seen.words.en.contains("max_callback_age"),
                "{mode:?}: {}",
                seen.words
            );
        }
    });
}

#[test]
fn the_verification_says_which_key_is_wrong() {
    run(async {
        let token = "HTTP 403: the app or something before it refuses access";
        let others = "HTTP 400: the app refused it";
        for (mode, key, said) in [
            (None, "token", token),
            (None, "encoding_aes_key", others),
            (None, "corpid", others),
            (Some(Mode::Plain), "token", token),
            (Some(Mode::Compatible), "token", token),
            (Some(Mode::Safe), "token", token),
        ] {
            let sandbox = platform(mode).start().await.unwrap();
            let server = serve(with_the_key_of_another(&sandbox, mode, key).await).await;
            let refused = sandbox.connect(callback(&server)).await;
            let Err(SandboxError::NotVerified { url, words }) = refused else {
                panic!("{mode:?}, {key}: {refused:?}");
            };
            assert_eq!(url, callback(&server), "{mode:?}, {key}");
            assert!(words.en.starts_with(said), "{mode:?}, {key}: {words}");
            assert!(words.en.contains(key), "{mode:?}, {key}: {words}");
            assert!(words.zh.contains(key), "{mode:?}, {key}: {}", words.zh);
        }
    });
}

/// An Official Account's verification is not encrypted: a wrong key shows with the first message.
#[test]
fn the_first_message_says_what_the_verification_could_not() {
    run(async {
        for (mode, key) in [
            (Mode::Compatible, "encoding_aes_key"),
            (Mode::Compatible, "appid"),
            (Mode::Safe, "encoding_aes_key"),
            (Mode::Safe, "appid"),
        ] {
            let sandbox = platform(Some(mode)).start().await.unwrap();
            let server = with_the_key_of_another(&sandbox, Some(mode), key).await;
            let server = server.register_callback("text", |message| message).unwrap();
            let world = World::connect(sandbox, server).await;
            let seen = world.member("o-user").says("hello").await.unwrap();
            let what = format!("{mode:?}, {key}: {}", seen.words);
            // It is refused each time, and then the follower is told.
            assert_eq!((seen.state, seen.attempts), (State::Failed, 4), "{what}");
            assert!(seen.words.en.contains("encoding_aes_key"), "{what}");
            assert_eq!(seen.messages.len(), 1, "{what}");
            assert_eq!(seen.messages[0].msg_type, "notice", "{what}");
        }
    });
}

#[test]
fn the_log_names_the_key_that_is_wrong() {
    run(async {
        for (key, hint) in [
            ("token", "compare token in config.ini"),
            ("encoding_aes_key", "compare encoding_aes_key in config.ini"),
            ("corpid", "compare corpid"),
        ] {
            let sandbox = platform(None).start().await.unwrap();
            let config = ini_with_the_key_of_another(&sandbox, None, key).await;
            let name = format!("wrong-{key}");
            let config = config.replace("[demo]", &format!("[{name}]"));
            let config = Config::parse(&config, [("", "")]).unwrap();
            let server = serve(WeChatServer::from_config(&config, &name).unwrap()).await;
            assert!(sandbox.connect(callback(&server)).await.is_err(), "{key}");
            wait_for_line(&["WARN", &format!("app={name} "), hint]);
        }
    });
}

#[test]
fn an_address_that_is_not_the_apps_is_told_apart() {
    run(async {
        for mode in PLATFORMS {
            let sandbox = platform(mode).start().await.unwrap();
            let server = serve(server(&sandbox, ["", ""])).await;
            sandbox.connect(callback(&server)).await.unwrap();
            // With a query of one's own, and again.
            sandbox
                .connect(format!("{}?via=nginx", callback(&server)))
                .await
                .unwrap();
            let addr = server.addr();
            let elsewhere = sandbox.connect(format!("http://{addr}/elsewhere")).await;
            let said = format!("{}", elsewhere.expect_err("there is nothing"));
            assert!(
                said.contains("HTTP 404") && said.contains("route_name"),
                "{said}"
            );
            server.stop().await;
            let gone = sandbox.connect(format!("http://{addr}/weixin")).await;
            let said = format!("{}", gone.expect_err("it has stopped"));
            assert!(
                said.contains(&format!("nothing listens at {addr}")),
                "{said}"
            );
            // The address is kept, and messages go to it in vain.
            let seen = sandbox.member("zhangsan").says("hello").await.unwrap();
            assert_eq!((seen.state, seen.attempts), (State::Failed, 4), "{mode:?}");
        }
    });
}

/// A server with this sandbox's keys, but for one, which is that of another sandbox of the same platform.
async fn with_the_key_of_another(sandbox: &Sandbox, mode: Option<Mode>, key: &str) -> WeChatServer {
    let ini = ini_with_the_key_of_another(sandbox, mode, key).await;
    let config = Config::parse(&ini, [("", "")]).unwrap();
    WeChatServer::from_config(&config, "demo").unwrap()
}

async fn ini_with_the_key_of_another(sandbox: &Sandbox, mode: Option<Mode>, key: &str) -> String {
    let own = sandbox.ini();
    let other = platform(mode).start().await.unwrap().ini();
    let line = |ini: &str| {
        let begins = format!("{key} = ");
        ini.lines()
            .find(|line| line.starts_with(&begins))
            .unwrap()
            .to_owned()
    };
    let wrong = own.replace(&line(&own), &line(&other));
    assert_ne!(wrong, own);
    format!("[system]\nworkers = 1\n{wrong}")
}
