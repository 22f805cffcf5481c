//! The verification of the callback address, and the query of what follows it.

use std::io::Write as _;
use std::net::Shutdown;
use std::time::{Duration, Instant};

use super::bad_app::{BadApp, Heard, Keys, ok, status};
use super::page;
use super::world::{builder, not_verified, run};
use easy_wechat::sandbox::{Sandbox, State};
use easy_wechat::{Mode, WeChatServer};
use serde_json::Value;

/// What an app answers to the verification, and a part of what is said of it.
type Echo = (&'static str, fn(&str, &Heard) -> Vec<u8>, &'static str);

const ECHOES: &[Echo] = &[
    ("quotes", |echo, _| ok(format!("\"{echo}\"")), "in quotes"),
    ("a BOM", |echo, _| ok(format!("\u{FEFF}{echo}")), "BOM"),
    ("a newline", |echo, _| ok(format!("{echo}\n")), "newline"),
    (
        "as it came",
        |_, heard| ok(decoded(heard.parameter("echostr").unwrap())),
        "decrypted first",
    ),
    ("empty", |_, _| ok(""), "the answer is empty"),
    (
        "JSON",
        |echo, _| ok(format!("{{\"echostr\":\"{echo}\"}}")),
        "the answer is JSON",
    ),
    ("HTML", |_, _| ok("<html>Welcome to nginx</html>"), "HTML"),
    (
        "more",
        |echo, _| ok(format!("echo {echo}")),
        "more in the answer",
    ),
    (
        "another",
        |_, _| ok("success"),
        "the answer is \"success\", not the echostr",
    ),
    ("GBK", |_, _| ok(b"\xc4\xe3".to_vec()), "not UTF-8"),
    ("201", |echo, _| status("201 Created", "", echo), "HTTP 201"),
    (
        "302",
        |_, _| status("302 Found", "Location: /login\r\n", ""),
        "a redirect to /login",
    ),
    (
        "403",
        |_, _| status("403 Forbidden", "", ""),
        "compare the token",
    ),
    ("404", |_, _| status("404 Not Found", "", ""), "/weixin"),
    (
        "405",
        |_, _| status("405 Not Allowed", "", ""),
        "GET for the verification",
    ),
    ("500", |_, _| status("500 Error", "", ""), "look at its log"),
    ("nothing", |_, _| Vec::new(), "closed the connection"),
    ("noise", |_, _| b"hello\r\n\r\n".to_vec(), "not HTTP"),
];

#[test]
fn the_verification_wants_the_text_and_nothing_else() {
    run(async {
        let sandbox = builder(None).start().await.unwrap();
        for (name, answer, expected) in ECHOES {
            let app = BadApp::silent(&sandbox, move |heard, _, stream| {
                let _ = stream.write_all(&answer(heard.plain.as_deref().unwrap(), heard));
            });
            let words = not_verified(&sandbox, &app.url()).await;
            assert!(words.contains(expected), "{name}: {words}");
        }
    });
}

#[test]
fn an_official_account_is_verified_with_the_echostr_as_it_came() {
    run(async {
        for mode in [Mode::Plain, Mode::Compatible, Mode::Safe] {
            let sandbox = builder(Some(mode)).start().await.unwrap();
            let app = BadApp::silent(&sandbox, |heard, _, stream| {
                let _ = stream.write_all(&ok(heard.parameter("echostr").unwrap()));
            });
            sandbox.connect(app.url()).await.unwrap();
            // A query and a fragment of the address's own.
            sandbox
                .connect(format!("{}?a=1&b=%2B#top", app.url()))
                .await
                .unwrap();
        }
    });
}

#[test]
fn the_verification_waits_one_second() {
    run(async {
        let sandbox = builder(None).start().await.unwrap();
        let app = BadApp::silent(&sandbox, |_, _, stream| {
            std::thread::sleep(Duration::from_secs(3));
            let _ = stream.shutdown(Shutdown::Both);
        });
        let began = Instant::now();
        let words = not_verified(&sandbox, &app.url()).await;
        assert!(
            words.contains("within 1000 ms: answer the GET at once"),
            "{words}"
        );
        assert!(
            began.elapsed() < Duration::from_millis(2800),
            "{:?}",
            began.elapsed()
        );
    });
}

#[test]
fn what_is_no_address_is_refused() {
    run(async {
        let sandbox = builder(None).start().await.unwrap();
        let member = sandbox.member("zhangsan");
        let error = member.says("hi").await.unwrap_err();
        assert!(
            error.to_string().contains("no callback address yet"),
            "{error}"
        );
        for url in [
            "",
            "127.0.0.1:6000",
            "ftp://127.0.0.1/",
            "http://",
            "/weixin",
            "http://x y/",
        ] {
            let error = sandbox.connect(url).await.unwrap_err();
            assert!(
                error.to_string().contains("is no address to call back"),
                "{url}: {error}"
            );
        }
    });
}

#[test]
fn the_query_is_encoded_as_the_platform_does() {
    run(async {
        let sandbox = builder(None).start().await.unwrap();
        let app = BadApp::start(&sandbox, |_, _, stream| drop(stream.write_all(&ok(""))));
        sandbox
            .connect(format!("{}?app=1", app.url()))
            .await
            .unwrap();
        // Some echostr has each of these; 20 of them have all.
        for _ in 0..20 {
            sandbox
                .connect(format!("{}?app=1", app.url()))
                .await
                .unwrap();
        }
        sandbox.member("zhangsan").says("hi").await.unwrap();
        let heard = app.all();
        let all: String = heard.iter().map(|heard| heard.query.as_str()).collect();
        for encoded in ["%2B", "%2F", "%3D"] {
            assert!(all.contains(encoded), "{encoded}: {all}");
        }
        assert!(!all.contains(['+', '/']), "{all}");
        let post = heard.last().unwrap();
        assert!(
            post.query.starts_with("app=1&msg_signature="),
            "{}",
            post.query
        );
        assert!(
            post.head.contains("content-type: text/xml"),
            "{}",
            post.head
        );
        assert!(
            post.head.contains("user-agent: Mozilla/4.0"),
            "{}",
            post.head
        );
        assert!(post.body.contains("<AgentID><![CDATA["), "{}", post.body);
        let keys = Keys::of(&sandbox);
        assert!(post.body.contains(&keys.receive_id));
    });
}

#[test]
fn the_light_follows_the_app() {
    run(async {
        let sandbox = builder(None).start().await.unwrap();
        let addr = {
            let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            free.local_addr().unwrap()
        };
        let start = async || {
            let config = sandbox.config("demo");
            let server = WeChatServer::from_config(&config, "demo").unwrap();
            let server = server.register_callback("text", |message| message).unwrap();
            server.start(&addr.to_string()).await.unwrap()
        };
        // The sandbox is started first, then the app, as it is told to.
        not_verified(&sandbox, &format!("http://{addr}/weixin")).await;
        assert_eq!(light(&sandbox).await["ok"], false);
        let server = start().await;
        let verified = until_light(&sandbox, true).await;
        assert_eq!(verified["by"], "verification");
        // The app ends: the next callback tells.
        server.stop().await;
        assert_eq!(light(&sandbox).await["ok"], true, "nobody has asked");
        let seen = sandbox.member("zhangsan").says("hi").await.unwrap();
        assert_eq!(seen.state, State::Failed);
        let away = until_light(&sandbox, false).await;
        assert_eq!(away["by"], "delivery");
        let words = away["words"]["en"].as_str().unwrap();
        assert!(words.contains("nothing listens"), "{words}");
        // And comes back.
        let server = start().await;
        until_light(&sandbox, true).await;
        server.stop().await;
        let state = page::get(&sandbox, "/sandbox/state").await;
        let exchanges = state["exchanges"].as_array().unwrap();
        let verifications = exchanges.iter().filter(|it| it["what"] == "verify");
        assert_eq!(
            verifications.count(),
            3,
            "a port that is closed is not asked"
        );
    });
}

async fn light(sandbox: &Sandbox) -> Value {
    let state = page::get(sandbox, "/sandbox/state").await;
    state["account"]["verified"].clone()
}

async fn until_light(sandbox: &Sandbox, ok: bool) -> Value {
    let began = Instant::now();
    loop {
        let light = light(sandbox).await;
        if light["ok"] == ok {
            return light;
        }
        assert!(began.elapsed() < Duration::from_secs(10), "never: {light}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8()
        .unwrap()
        .into_owned()
}
