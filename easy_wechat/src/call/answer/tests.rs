use super::Reading;
use crate::call::ClientError;
use crate::errcode::Asked;
use crate::platform::AccountKind;

fn read(says_errcode: bool, secret: &str, body: &str) -> Result<(), ClientError> {
    let reading = Reading {
        path: "/cgi-bin/message/send",
        kind: AccountKind::WeCom,
        asked: Asked::Call,
        secrets: &[("access_token", secret)],
        repeatable: false,
        says_errcode,
    };
    reading.read(200, None, body.as_bytes()).map(|_| ())
}

#[test]
fn a_message_is_not_taken_for_sent_by_the_json_of_a_gateway() {
    let gateway = r#"{"code":500,"msg":"upstream is down"}"#;
    let error = read(true, "", gateway).unwrap_err();
    assert!(
        matches!(error, ClientError::MaybeDelivered { .. }),
        "{error:?}"
    );
    assert!(error.to_string().contains("without an errcode"), "{error}");
    read(true, "", r#"{"errcode":0}"#).unwrap();
    read(false, "", gateway).unwrap();
}

#[test]
fn a_token_that_the_platform_repeats_is_not_shown_also_where_its_words_are_cut() {
    let token = "TOKEN".repeat(20);
    for before in [0, 420, 450, 499] {
        let errmsg = format!("{}{token} and more", "x".repeat(before));
        let body = format!(r#"{{"errcode":40014,"errmsg":"{errmsg}\u001b[2J\n"}}"#);
        let error = read(true, &token, &body).unwrap_err().to_string();
        assert!(!error.contains("TOKEN"), "{before}: {error}");
        assert!(!error.contains(char::is_control), "{before}: {error:?}");
    }
}
