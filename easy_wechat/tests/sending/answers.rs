//! Answers that the platform would not give, and what becomes of the message.

use std::time::Duration;

use easy_wechat::client::{Call, ErrorKind};
use easy_wechat::{ClientError, Outgoing, SendOptions};
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::fake::Say;
use super::world::{GETTOKEN, SEND, Stage, run};

/// What answers the message, and what the error says. Each is sent once: it may have been delivered.
#[test]
fn an_answer_that_is_none_is_not_taken_for_success_and_nothing_is_sent_twice() {
    run(async {
        for (name, body, says) in [
            ("a portal", PORTAL, "a page in HTML"),
            ("an empty body", "", "an empty body"),
            ("blanks", "  \n", "an empty body"),
            (
                "truncated",
                r#"{"errcode":0,"errm"#,
                "breaks off after 18 bytes",
            ),
            ("an array", r#"[{"errcode":0}]"#, "no object"),
            ("a text", r#""ok""#, "no object"),
            ("null", "null", "no object"),
            (
                "a string",
                r#"{"errcode":"0","errmsg":"ok"}"#,
                "errcode is no number",
            ),
            (
                "a float",
                r#"{"errcode":0.5,"errmsg":"ok"}"#,
                "no whole number",
            ),
            (
                "null as code",
                r#"{"errcode":null}"#,
                "errcode is no number",
            ),
            ("no code", r#"{"msgid":"m"}"#, "without an errcode"),
            ("not JSON", "ok", "no JSON"),
            ("two objects", r#"{"errcode":0}{"errcode":0}"#, "no JSON"),
            ("a huge number", r#"{"errcode":1e400}"#, "no JSON"),
        ] {
            let (error, sends) = sent_to(move |_| Some(Say::Text(body.to_owned())), false).await;
            assert!(
                matches!(error, ClientError::MaybeDelivered { .. }),
                "{name}: {error:?}"
            );
            assert_eq!(error.kind(), ErrorKind::MaybeDelivered, "{name}");
            let line = error.to_string();
            assert!(
                line.starts_with("message/send: the answer is"),
                "{name}: {line}"
            );
            assert!(
                line.contains(says) && line.contains("not sent again"),
                "{name}: {line}"
            );
            assert_eq!(sends, 1, "{name}");
        }
    });
}

#[test]
fn an_http_error_in_the_platforms_place_is_told() {
    run(async {
        for (status, more, body, says) in [
            (
                502,
                "content-type: text/html\r\n",
                "<h1>502 Bad Gateway</h1>",
                "HTTP 502",
            ),
            (503, "", "", "HTTP 503"),
            (500, "", r#"{"error":"x"}"#, "HTTP 500"),
            (
                302,
                "location: https://portal.example/login?next=SECRET\r\n",
                "",
                "portal.example",
            ),
            (301, "location: /login\r\n", "", "redirect"),
        ] {
            let said = move |_| Some(Say::Status(status, more, body.to_owned()));
            let (error, sends) = sent_to(said, false).await;
            let line = error.to_string();
            assert!(
                matches!(error, ClientError::MaybeDelivered { .. }),
                "{status}: {line}"
            );
            assert!(
                line.contains(says) && !line.contains("SECRET"),
                "{status}: {line}"
            );
            assert_eq!(sends, 1, "{status}");
        }
        // The platform's own words count, whatever the gateway makes of them.
        let said = |_| {
            let body = json!({"errcode": 81013, "errmsg": "invalid"}).to_string();
            Some(Say::Status(500, "", body))
        };
        let (error, _) = sent_to(said, false).await;
        assert_eq!(error.errcode(), Some(81013));
    });
}

#[test]
fn with_the_duplicate_check_it_is_sent_again() {
    run(async {
        let cases: [fn() -> Say; 5] = [
            || Say::Text(PORTAL.to_owned()),
            || Say::HangUp,
            || Say::Status(502, "", "<h1>502</h1>".to_owned()),
            || Say::Text(r#"{"errcode":0,"er"#.to_owned()),
            || Say::Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{\"errco".to_vec()),
        ];
        let each = cases.map(|say| async move {
            let stage =
                Stage::start(move |heard, number| (heard.path == SEND && number < 3).then(say));
            let client = stage
                .builder("")
                .patience(Duration::from_secs(9))
                .build()
                .unwrap();
            let options = SendOptions::default().duplicate_check(Duration::from_mins(1));
            let sent = client
                .send_with("a", &Outgoing::text("x"), &options)
                .await
                .unwrap();
            assert_eq!(sent.msg_ids[0], "msg-3");
            let bodies: Vec<_> = stage.fake.of(SEND).into_iter().map(|it| it.body).collect();
            assert_eq!(bodies.len(), 3);
            assert!(
                bodies.iter().all(|body| *body == bodies[0]),
                "the platform compares them"
            );
        });
        join_all(each).await;
    });
}

#[test]
fn a_question_may_be_answered_without_a_code() {
    run(async {
        let stage = Stage::start(|heard, _| {
            (heard.path == "/cgi-bin/ask").then(|| Say::Json(json!({"answer": 42})))
        });
        let answer: Value = stage
            .client("")
            .call(Call::get("/cgi-bin/ask"))
            .await
            .unwrap();
        assert_eq!(answer["answer"], 42);
    });
}

#[test]
fn a_token_that_is_none_is_told_and_nothing_is_sent() {
    run(async {
        let cases = [
            (
                r#"{"errcode":0,"errmsg":"ok","expires_in":7200}"#,
                "without an access_token",
            ),
            (
                r#"{"errcode":0,"access_token":"","expires_in":7200}"#,
                "without an access_token",
            ),
            (
                r#"{"errcode":0,"access_token":12345678,"expires_in":7200}"#,
                "without an access_token",
            ),
            (
                r#"{"errcode":0,"access_token":null,"expires_in":7200}"#,
                "without an access_token",
            ),
            (
                r#"{"errcode":0,"access_token":"t"}"#,
                "without a number expires_in",
            ),
            (
                r#"{"errcode":0,"access_token":"t","expires_in":"7200"}"#,
                "without a number expires_in",
            ),
            (
                r#"{"errcode":0,"access_token":"t","expires_in":0}"#,
                "expires_in is no life",
            ),
            (
                r#"{"errcode":0,"access_token":"t","expires_in":-1}"#,
                "expires_in is no life",
            ),
            (
                r#"{"errcode":0,"access_token":"t","expires_in":1e18}"#,
                "expires_in is no life",
            ),
            (
                r#"{"errcode":0,"access_token":"t","expires_in":1000000000000000000}"#,
                "expires_in is no life",
            ),
            (
                r#"{"errcode":0,"access_token":"t","expires_in":7200.5}"#,
                "expires_in is no life",
            ),
            (PORTAL, "a page in HTML"),
            (r#"{"errcode":"#, "breaks off"),
            ("[]", "no object"),
        ];
        let each = cases.map(|(body, says)| async move {
            let stage = Stage::start(move |heard, _| {
                (heard.path == GETTOKEN).then(|| Say::Text(body.to_owned()))
            });
            let error = stage
                .leaks
                .error(stage.client("").send("a", &Outgoing::text("x")).await);
            assert!(
                matches!(error, ClientError::Unreachable { .. }),
                "{body}: {error:?}"
            );
            assert_eq!(error.kind(), ErrorKind::TryAgain, "{body}");
            let line = error.to_string();
            assert!(
                line.starts_with("gettoken: the answer is"),
                "{body}: {line}"
            );
            assert!(line.contains(says), "{body}: {line}");
            assert_eq!(stage.count(SEND), 0, "{body}");
            assert!(stage.count(GETTOKEN) <= 3, "{body}");
        });
        join_all(each).await;
    });
}

#[test]
fn what_the_platform_says_may_not_tell_our_secrets() {
    run(async {
        let stage = Stage::start(|heard, _| {
            // A gateway that repeats the address, decoded.
            let told: Vec<_> = heard
                .query
                .iter()
                .map(|(_, value)| value.as_str())
                .collect();
            let errmsg = format!("bad request: {} {}", heard.path, told.join(" "));
            Some(Say::Json(json!({"errcode": 40013, "errmsg": errmsg})))
        });
        let error = stage
            .leaks
            .error(stage.client("").send("a", &Outgoing::text("x")).await);
        assert!(error.to_string().contains("(corpsecret)"), "{error}");
        assert_eq!(error.errcode(), Some(40013));
    });
}

/// Sends once to who answers the message so.
async fn sent_to(
    said: impl Fn(usize) -> Option<Say> + Send + Sync + 'static,
    check: bool,
) -> (ClientError, usize) {
    let stage =
        Stage::start(move |heard, number| (heard.path == SEND).then(|| said(number)).flatten());
    let client = stage
        .builder("")
        .patience(Duration::from_secs(5))
        .build()
        .unwrap();
    let within = check.then_some(Duration::from_mins(1));
    let options = SendOptions::default().duplicate_check(within);
    let sent = client.send_with("a", &Outgoing::text("x"), &options).await;
    let error = stage.leaks.error(sent);
    (error, stage.count(SEND))
}

const PORTAL: &str = "<!DOCTYPE html><html><head><title>Login</title></head></html>";
