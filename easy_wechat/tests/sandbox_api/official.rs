//! The API of an Official Account.

use easy_wechat::Mode;
use easy_wechat::sandbox::{Fault, Incoming, Sandbox};
use serde_json::{Value, json};

use super::caller::{AMR, Caller, JPG, MP4, PNG, multipart};
use super::support::wire::Request;

fn official() -> Caller {
    Caller::of(Sandbox::builder().official_account(Mode::Safe))
}

fn token_request(caller: &Caller) -> Request {
    let app = caller.app("demo");
    Request::new("GET", "/cgi-bin/token")
        .with("grant_type", "client_credential")
        .with("appid", &app.appid)
        .with("secret", app.secret.unwrap().reveal())
}

fn token(caller: &Caller) -> String {
    let answer = caller.json(&token_request(caller));
    assert_eq!(answer["expires_in"], 7200, "{answer}");
    assert_eq!(answer.get("errcode"), None);
    answer["access_token"].as_str().unwrap().to_owned()
}

fn stable(caller: &Caller, change: &Value) -> Value {
    let app = caller.app("demo");
    let mut body = json!({
        "grant_type": "client_credential", "appid": app.appid, "secret": app.secret.unwrap().reveal(),
    });
    for (name, value) in change.as_object().unwrap() {
        body[name] = value.clone();
    }
    caller.json(&Request::new("POST", "/cgi-bin/stable_token").with_body(body.to_string()))
}

fn refused(answer: &Value, code: i64, context: &str) {
    assert_eq!(answer["errcode"], code, "{context}: {answer}");
    let (_, rid) = answer["errmsg"]
        .as_str()
        .unwrap()
        .split_once(" rid: ")
        .unwrap();
    assert_eq!(rid.len(), 26, "{rid}");
}

#[test]
fn a_new_token_ends_the_one_before() {
    let caller = official();
    let call = |token: &str| {
        let request = Request::new("GET", "/cgi-bin/getcallbackip");
        caller.json(&request.with("access_token", token))
    };
    let first = token(&caller);
    assert_eq!(call(&first)["errcode"], 0);
    let second = token(&caller);
    assert_ne!(first, second);
    let answer = call(&first);
    refused(&answer, 40001, "the old one");
    let errmsg = answer["errmsg"].as_str().unwrap();
    assert!(errmsg.starts_with("invalid credential, access_token is invalid or not latest"));
    assert_eq!(call(&second)["errcode"], 0);
    caller.advance(7201);
    refused(&call(&second), 42001, "two hours later");

    let good = token_request(&caller);
    for (request, code) in [
        (good.clone().with("grant_type", "x"), 40002),
        (good.clone().without("grant_type"), 40002),
        (good.clone().without("appid"), 41002),
        (good.clone().without("secret"), 41004),
        (good.clone().with("appid", "wx0"), 40013),
        (good.clone().with("secret", "x"), 40125),
        (good.clone().by("PUT"), 43001),
        (good.clone().to("/cgi-bin/gettoken"), 40066),
    ] {
        refused(&caller.json(&request), code, &format!("{request:?}"));
    }
    let words = caller.last_call()["words"]["en"].to_string();
    assert!(words.contains("Official Account"), "{words}");
    let posted = good.by("POST");
    assert!(
        caller.json(&posted)["access_token"].is_string(),
        "as many programs do"
    );
}

#[test]
fn a_stable_token_stays_unless_forced() {
    let caller = official();
    let normal = token(&caller);
    let first = stable(&caller, &json!({}));
    assert_eq!(first.get("errcode"), None);
    assert_eq!(
        stable(&caller, &json!({}))["access_token"],
        first["access_token"]
    );
    assert_ne!(
        first["access_token"], normal,
        "the two kinds know nothing of each other"
    );
    let call = |token: &Value| {
        let request = Request::new("GET", "/cgi-bin/getcallbackip");
        caller.json(&request.with("access_token", token.as_str().unwrap()))["errcode"].clone()
    };
    assert_eq!(call(&json!(normal)), 0);

    // In the last five minutes there is a new one, and both are good.
    caller.advance(7200 - 299);
    let renewed = stable(&caller, &json!({}));
    assert_ne!(renewed["access_token"], first["access_token"]);
    assert_eq!(
        (call(&first["access_token"]), call(&renewed["access_token"])),
        (json!(0), json!(0))
    );

    let forced = stable(&caller, &json!({"force_refresh": true}));
    assert_eq!(call(&renewed["access_token"]), 40001);
    assert_eq!(call(&forced["access_token"]), 0);
    refused(
        &stable(&caller, &json!({"force_refresh": true})),
        45009,
        "at once again",
    );
    for _ in 1..20 {
        caller.advance(31);
        assert!(stable(&caller, &json!({"force_refresh": true}))["access_token"].is_string());
    }
    caller.advance(31);
    refused(
        &stable(&caller, &json!({"force_refresh": true})),
        45009,
        "the 21st of the day",
    );
    for (change, code) in [
        (json!({"grant_type": "x"}), 40002),
        (json!({"appid": ""}), 40013),
        (json!({"appid": null}), 41002),
        (json!({"secret": 5}), 41004),
        (json!({"secret": "x"}), 40125),
    ] {
        refused(&stable(&caller, &change), code, &change.to_string());
    }
}

fn send(caller: &Caller, token: &str, message: &Value) -> Value {
    let mut whole = json!({"touser": "zhangsan"});
    for (name, value) in message.as_object().unwrap() {
        whole[name] = value.clone();
    }
    let request = Request::new("POST", "/cgi-bin/message/custom/send").with("access_token", token);
    caller.json(&request.with_body(whole.to_string()))
}

fn text() -> Value {
    json!({"msgtype": "text", "text": {"content": "Hello World"}})
}

/// Has the follower do something; nobody need answer it.
fn does(caller: &Caller, what: Incoming) {
    let nobody = "http://127.0.0.1:1/";
    caller.runtime.block_on(async {
        // The address is kept although nobody is there.
        let _ = caller.sandbox.connect(nobody).await;
        let member = caller.sandbox.member("zhangsan");
        let _ = tokio::time::timeout(std::time::Duration::from_millis(1), member.sends(what)).await;
    });
}

#[test]
fn a_message_allows_five_within_two_days() {
    let caller = official();
    let token = token(&caller);
    refused(&send(&caller, &token, &text()), 45015, "who never wrote");
    does(&caller, Incoming::text("hi"));
    for _ in 0..5 {
        assert_eq!(
            send(&caller, &token, &text()),
            json!({"errcode": 0, "errmsg": "ok"})
        );
    }
    refused(&send(&caller, &token, &text()), 45047, "the sixth");
    let got = caller.texts("zhangsan");
    assert_eq!(got.iter().filter(|text| *text == "Hello World").count(), 5);
    does(&caller, Incoming::text("again"));
    assert_eq!(send(&caller, &token, &text())["errcode"], 0);
    caller.advance(48 * 3600 - 60);
    let token = self::token(&caller);
    assert_eq!(send(&caller, &token, &text())["errcode"], 0);
    caller.advance(61);
    refused(&send(&caller, &token, &text()), 45015, "two days later");
}

#[test]
fn a_click_allows_three_within_a_minute() {
    let caller = official();
    let token = token(&caller);
    for event in ["CLICK", "subscribe", "SCAN", "scancode_waitmsg"] {
        does(&caller, Incoming::event(event, [("EventKey", "k")]));
        for _ in 0..3 {
            assert_eq!(send(&caller, &token, &text())["errcode"], 0, "{event}");
        }
        refused(&send(&caller, &token, &text()), 45047, event);
        caller.advance(61);
        refused(&send(&caller, &token, &text()), 45015, event);
    }
    does(&caller, Incoming::event("VIEW", [("EventKey", "k")]));
    refused(
        &send(&caller, &token, &text()),
        45015,
        "a link opens nothing",
    );
    does(&caller, Incoming::text("hi"));
    does(&caller, Incoming::event("unsubscribe", [("EventKey", "")]));
    refused(&send(&caller, &token, &text()), 45015, "who has gone");
}

#[test]
fn types_of_custom_messages() {
    let caller = official();
    let token = token(&caller);
    let upload = |kind: &str, bytes: &[u8]| {
        let request = Request::new("POST", "/cgi-bin/media/upload")
            .with("access_token", &token)
            .with("type", kind);
        let answer = caller.json(&multipart(request, "name=\"media\"; filename=\"a\"", bytes));
        assert!(answer["created_at"].is_number(), "{answer}");
        assert_eq!(answer.get("errcode"), None);
        // The cover of a video has a name of its own, and no other.
        let (name, other) = match kind {
            "thumb" => ("thumb_media_id", "media_id"),
            _ => ("media_id", "thumb_media_id"),
        };
        assert_eq!(answer.get(other), None, "{kind}");
        answer[name].clone()
    };
    let (image, voice) = (upload("image", PNG), upload("voice", AMR));
    let (video, thumb) = (upload("video", MP4), upload("thumb", JPG));
    let get = |id: &Value| {
        let request = Request::new("GET", "/cgi-bin/media/get").with("access_token", &token);
        caller.call(&request.with("media_id", id.as_str().unwrap()))
    };
    assert_eq!(get(&image).body, PNG);
    let answer: Value = serde_json::from_slice(&get(&video).body).unwrap();
    let url = answer["video_url"].as_str().unwrap();
    let path = url.strip_prefix(caller.sandbox.url()).unwrap();
    assert_eq!(caller.of_page(path).body, MP4, "without a token");
    let article = json!({"title": "t", "description": "d", "url": "URL", "picurl": "P"});
    for (kind, content, code) in [
        ("image", json!({"media_id": image}), 0),
        ("voice", json!({"media_id": voice}), 0),
        (
            "video",
            json!({"media_id": video, "thumb_media_id": thumb, "title": "t"}),
            0,
        ),
        ("video", json!({"media_id": video}), 41006),
        (
            "music",
            json!({"musicurl": "u", "hqmusicurl": "u", "thumb_media_id": thumb}),
            0,
        ),
        ("music", json!({"thumb_media_id": thumb}), 41010),
        ("news", json!({"articles": [article]}), 0),
        ("news", json!({"articles": [article, article]}), 45008),
        ("mpnews", json!({"media_id": "PERMANENT"}), 0),
        ("mpnewsarticle", json!({"article_id": "A"}), 0),
        (
            "msgmenu",
            json!({"head_content": "h", "list": [{"id": "1", "content": "c"}]}),
            0,
        ),
        ("msgmenu", json!({"list": []}), 40035),
        ("wxcard", json!({"card_id": "c"}), 0),
        (
            "miniprogrampage",
            json!({"title": "t", "appid": "wx", "pagepath": "p", "thumb_media_id": image}),
            0,
        ),
        ("text", json!({"content": ""}), 44004),
        ("text", json!({"content": "x".repeat(2049)}), 45002),
        ("image", json!({"media_id": thumb}), 40007),
        ("textcard", json!({"title": "t"}), 40008),
    ] {
        does(&caller, Incoming::text("hi"));
        let answer = send(&caller, &token, &json!({"msgtype": kind, kind: content}));
        assert_eq!(answer["errcode"], code, "{kind} {content}: {answer}");
        if code == 0 {
            let inbox = caller.sandbox.inbox("zhangsan");
            assert_eq!(inbox.last().unwrap().msg_type, kind);
            assert_eq!(inbox.last().unwrap().content, content);
        }
    }
    let mut stranger = text();
    stranger["touser"] = json!("nobody");
    refused(&send(&caller, &token, &stranger), 40003, "no follower");
}

#[test]
fn menus_files_and_faults() {
    let caller = official();
    let token = token(&caller);
    let get = |path: &str| caller.json(&Request::new("GET", path).with("access_token", &token));
    let menu = json!({"button": [{"type": "click", "name": "歌曲", "key": "k"}]});
    let create = Request::new("POST", "/cgi-bin/menu/create")
        .with("access_token", &token)
        .with_body(menu.to_string());
    refused(&get("/cgi-bin/menu/get"), 46003, "none yet");
    assert_eq!(caller.json(&create)["errcode"], 0);
    assert_eq!(get("/cgi-bin/menu/get"), json!({"menu": menu}));
    assert_eq!(caller.page()["menu"], menu);
    assert_eq!(get("/cgi-bin/menu/delete")["errcode"], 0);

    let upload = |kind: &str, bytes: &[u8]| {
        let request = Request::new("POST", "/cgi-bin/media/upload")
            .with("access_token", &token)
            .with("type", kind);
        caller.json(&multipart(request, "name=\"media\"; filename=\"a\"", bytes))
    };
    let mut large = JPG.to_vec();
    large.resize((64 << 10) + 1, 0);
    refused(&upload("thumb", &large), 40009, "64 KB");
    refused(&upload("thumb", PNG), 40004, "a JPG");
    refused(&upload("file", b"a file"), 40005, "no such type here");
    let broken = Request::new("POST", "/cgi-bin/message/custom/send").with("access_token", &token);
    refused(&caller.json(&broken.with_body("{")), 47001, "no JSON");
    refused(&get("/cgi-bin/user/get"), 40066, "an address of WeCom");
    let ip = "203.0.113.7".to_owned();
    caller.strike(Fault::UntrustedIp { ip });
    refused(&get("/cgi-bin/getcallbackip"), 40164, "its own code");
}
