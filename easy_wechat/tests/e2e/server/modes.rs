//! Official Accounts, in their three modes, and third-party suites.

use easy_wechat::{Config, WeChatServer};

use crate::support::platform::element;
use crate::support::{
    AT, Answer, CORPID, KEY, Official, Platform, Request, Server, TOKEN, demo, text,
};

const APPID: &str = "wx1234567890abcdef";

#[test]
fn an_official_account_is_answered_in_the_channel_in_which_it_wrote() {
    let account = Official::new(TOKEN, KEY, APPID);
    let message = |number| text("o-user", number, "你好");
    let stranger = Official::new("another", KEY, APPID);
    let elsewhere = Official::new(TOKEN, KEY, "wx0000000000000000");
    let plain = || account.post_plain(&message(1));
    let safe = || account.post_safe(&message(2));
    let compatible = || account.post_compatible(&message(3));
    let unmarked = compatible().without("encrypt_type");
    let raw = || plain().with("encrypt_type", "raw");
    let key = &format!("encoding_aes_key = {KEY}");
    let keyed_plain = &format!("mode = plain\n{key}");
    let keyed_compatible = &format!("mode = compatible\n{key}");
    let cases: [Case<'_>; 5] = [
        (
            "plain",
            "mode = plain",
            vec![
                (plain(), Plain),
                (raw(), Plain),
                (safe(), Refused),
                (compatible(), Refused),
                (unmarked.clone(), Plain),
            ],
        ),
        (
            "plain, with a key",
            keyed_plain,
            vec![
                (plain(), Plain),
                (safe(), Encrypted),
                (elsewhere.post_safe(&message(4)), Refused),
            ],
        ),
        (
            "compatible",
            keyed_compatible,
            vec![
                (plain(), Plain),
                (raw(), Plain),
                (compatible(), Encrypted),
                (unmarked.clone(), Plain),
                (safe(), Encrypted),
                (compatible().with("msg_signature", &"a".repeat(40)), Refused),
                (compatible().without("msg_signature"), Refused),
            ],
        ),
        (
            "safe",
            key,
            vec![
                (plain(), Refused),
                (raw(), Refused),
                (unmarked, Refused),
                (compatible(), Encrypted),
                (safe(), Encrypted),
                (safe().without("signature"), Encrypted),
                (safe().with("msg_signature", &"a".repeat(40)), Refused),
            ],
        ),
        (
            "any mode",
            keyed_compatible,
            vec![
                (plain().without("signature"), Refused),
                (plain().with("signature", &"a".repeat(40)), Refused),
                (plain().with("nonce", "1"), Refused),
                (plain().twice("signature"), Refused),
                (stranger.post_plain(&message(5)), Refused),
                (stranger.post_safe(&message(6)), Refused),
            ],
        ),
    ];
    for (mode, settings, requests) in cases {
        let server = official_account(settings);
        for (number, (request, expected)) in requests.iter().enumerate() {
            let answer = server.call(request);
            expected.check(&answer, &account, &format!("mode {mode}, request {number}"));
        }
        let echo = server.call(&account.get("<an echo>"));
        assert_eq!((echo.status, echo.text()), (200, "<an echo>"), "{mode}");
        assert!(
            echo.header("content-type")
                .is_some_and(|kind| kind.starts_with("text/plain"))
        );
        for (status, request) in [
            (403, account.get("1").with("signature", &"a".repeat(40))),
            (403, stranger.get("1")),
            (400, account.get("1").without("signature")),
            (400, account.get("1").without("echostr")),
            (400, account.get("1").twice("echostr")),
        ] {
            let answer = server.call(&request);
            assert_eq!((answer.status, answer.text()), (status, ""), "{mode}");
        }
    }
}

#[test]
fn a_suite_is_answered_with_the_word_that_it_wants() {
    let server = demo("", "receive_ids = ww-suite, ww-customer")
        .register_event("suite_ticket", async |message| {
            assert_eq!(message.get("SuiteTicket"), Some("t"));
        })
        .and_then(|server| {
            server.register_event("create_auth", |_| Err::<(), _>("it fails".into()))
        });
    let server = Server::start(server.unwrap());
    let suite = Platform::new(TOKEN, KEY, "ww-suite");
    for info_type in ["suite_ticket", "create_auth", "nobody_takes_it"] {
        let instruction = format!(
            "<xml><SuiteId>ww-suite</SuiteId><InfoType>{info_type}</InfoType><TimeStamp>{AT}</TimeStamp>\
             <SuiteTicket>t</SuiteTicket></xml>"
        );
        let answer = server.call(&suite.post(&instruction));
        assert_eq!(
            (answer.status, answer.text()),
            (200, "success"),
            "{info_type}"
        );
    }
}

#[test]
fn a_reply_is_sealed_for_the_receiver_that_was_called() {
    let server = demo("", "receive_ids = ww-suite, ww-customer");
    let server = server.register_callback("text", async |message| message);
    let server = Server::start(server.unwrap());
    for (number, id) in [CORPID, "ww-suite", "ww-customer"].into_iter().enumerate() {
        // Opening checks the receiver.
        let platform = Platform::new(TOKEN, KEY, id);
        let answer = server.call(&platform.post(&text("zhangsan", number as u64, id)));
        assert_eq!(platform.said(&answer).as_deref(), Some(id));
    }
    let answer = server.call(&Platform::new(TOKEN, KEY, "ww-other").post("<xml/>"));
    assert_eq!(answer.status, 400);
}

/// What the mode is called, its settings, and what requests get.
type Case<'a> = (&'a str, &'a str, Vec<(Request, Expected)>);

use Expected::{Encrypted, Plain, Refused};

#[derive(Clone, Copy)]
enum Expected {
    Plain,
    Encrypted,
    Refused,
}

impl Expected {
    fn check(self, answer: &Answer, account: &Official, what: &str) {
        let xml = match self {
            Refused => return assert_eq!((answer.status, answer.text()), (400, ""), "{what}"),
            Plain => answer.text().to_owned(),
            Encrypted => account.0.open(answer),
        };
        assert_eq!(answer.status, 200, "{what}");
        assert_eq!(element(&xml, "Content"), Some("你好"), "{what}: {xml}");
        assert_eq!(element(&xml, "ToUserName"), Some("o-user"), "{what}: {xml}");
    }
}

fn official_account(settings: &str) -> Server {
    let text = format!(
        "[system]\nworkers = 1\nmax_callback_age = 0\ndeduplicate = false\n\
         [demo]\nkind = official_account\nappid = {APPID}\ntoken = {TOKEN}\n{settings}"
    );
    let config = Config::parse(&text, [("", "")]).expect("good");
    let server = WeChatServer::from_config(&config, "demo").expect("good");
    Server::start(
        server
            .register_callback("text", async |message| message)
            .unwrap(),
    )
}
