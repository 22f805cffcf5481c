//! The client learns only that it is refused; the log says which step failed and what usually causes it.

use easy_wechat::{Clock, Config, Timestamp, WeChatServer};

use crate::support::{
    AT, CORPID, KEY, Official, Platform, Request, Server, TOKEN, eventually, log_lines, text,
    wait_for_line,
};

#[test]
fn a_refusal_is_logged_with_the_failing_step_and_its_usual_cause() {
    let settings = format!("corpid = {CORPID}\nencoding_aes_key = {KEY}");
    let server = app("refusals", &settings);
    let platform = Platform::wecom();
    let hello = || platform.post(&text("zhangsan", 1, "between us"));
    let other = |token: &str, key: &str, id: &str| Platform::new(token, key, id).post("<xml/>");
    let other_key = KEY.replace('M', "N");
    let body = |body: &str| hello().with_body(body);
    for (request, step, parts) in [
        (
            hello().without("nonce"),
            "query",
            ["no nonce", "not the platform calling"],
        ),
        (
            hello().twice("nonce"),
            "query",
            ["nonce more than once", "rewrites the query"],
        ),
        (
            other("another", KEY, CORPID),
            "signature",
            ["-40001", "compare token in config.ini"],
        ),
        (
            other(TOKEN, &other_key, CORPID),
            "decryption",
            ["-400", "compare encoding_aes_key"],
        ),
        (
            other(TOKEN, KEY, "ww-other"),
            "\"receive id\"",
            ["-40005", "compare corpid"],
        ),
        (
            platform.post_sealed("!!!!"),
            "decryption",
            ["-40010", "base64"],
        ),
        (
            Platform::wecom().at(AT - 601).post("<xml/>"),
            "clock",
            ["601 s ago", "timedatectl"],
        ),
        (
            Platform::wecom().at(AT + 999).post("<xml/>"),
            "clock",
            ["999 s from now", "clock"],
        ),
        (
            body("{\"encrypt\":\"AAAA\"}"),
            "envelope",
            ["looks like JSON", "data format"],
        ),
        (
            body("<xml><Content>1</Content></xml>"),
            "envelope",
            ["no Encrypt", "mode = plain"],
        ),
        (body("<xml>"), "envelope", ["-40002", "proxy"]),
        (
            platform.post("{\"msgtype\":\"text\"}"),
            "message",
            ["no message", "choose XML"],
        ),
        (platform.post("<!DOCTYPE a><a/>"), "message", ["DTD", ""]),
        (
            platform.get("1").with("nonce", "1"),
            "signature",
            ["a verification", "compare token"],
        ),
        (
            platform.get("1").without("echostr"),
            "query",
            ["a verification", "no echostr"],
        ),
    ] {
        is_logged(&server, "refusals", &request, step, &parts);
    }
}

#[test]
fn a_refusal_of_an_official_account_is_logged_too() {
    let account = Official::new(TOKEN, KEY, "wx1");
    let hello = text("o-user", 1, "between us");
    let head = "kind = official_account\nappid = wx1\n";
    let safe = app("refusals-safe", &format!("{head}encoding_aes_key = {KEY}"));
    let plain = app("refusals-plain", &format!("{head}mode = plain"));
    for (server, name, request, step, parts) in [
        (
            &safe,
            "refusals-safe",
            account.post_plain(&hello),
            "mode",
            ["mode is safe", "消息加解密方式"],
        ),
        (
            &plain,
            "refusals-plain",
            account.post_safe(&hello),
            "mode",
            ["no encoding_aes_key", "EncodingAESKey"],
        ),
        (
            &plain,
            "refusals-plain",
            Platform::wecom().post(&hello),
            "query",
            ["no signature", "kind = wecom"],
        ),
        (
            &plain,
            "refusals-plain",
            account.post_plain(&hello).with("nonce", "1"),
            "signature",
            ["-40001", "token"],
        ),
    ] {
        is_logged(server, name, &request, step, &parts);
    }
}

#[test]
fn a_callback_that_went_astray_is_told_where_it_should_go() {
    let server = app(
        "astray",
        &format!("corpid = {CORPID}\nencoding_aes_key = {KEY}\nroute_name = here"),
    );
    let request = Platform::wecom().get("1").to("/astray/there");
    assert_eq!(server.call(&request).status, 404);
    wait_for_line(&["WARN", "path=/astray/there", "the routes are /here"]);
}

/// Sends it, and looks at the one line that comes of it.
#[track_caller]
fn is_logged(server: &Server, app: &str, request: &Request, step: &str, parts: &[&str]) {
    let app = format!("app={app} ");
    let before = log_lines(&app).len();
    let status = server.call(request).status;
    assert!([400, 403].contains(&status), "{status}");
    let lines = eventually("a line", || {
        Some(log_lines(&app)).filter(|it| it.len() > before)
    });
    assert_eq!(lines.len(), before + 1, "{lines:#?}");
    let line = &lines[before];
    for part in ["WARN", "refused", &format!("step={step}"), "hint="]
        .iter()
        .chain(parts)
    {
        assert!(line.contains(part), "{part:?} is not in: {line}");
    }
    for secret in [TOKEN, KEY, "between us"] {
        assert!(!line.contains(secret), "{line}");
    }
}

/// A server that is told apart in the log.
fn app(name: &str, settings: &str) -> Server {
    let text = format!("[system]\nworkers = 1\n[{name}]\ntoken = {TOKEN}\n{settings}\n");
    let config = Config::parse(&text, [("", "")]).expect("good");
    let server = WeChatServer::from_config(&config, name).expect("good");
    let clock = Clock::fake(Timestamp::from_secs(AT));
    let server = server
        .clock(clock)
        .register_callback("text", async |message| message);
    Server::start(server.unwrap())
}
