//! What the page asks for, and what the app asks of the API: JSON over HTTP.

use easy_wechat::sandbox::Sandbox;
use serde_json::{Value, json};

use super::http::Client;

pub async fn get(sandbox: &Sandbox, path: &str) -> Value {
    ask(
        sandbox,
        format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", sandbox.addr()),
    )
    .await
}

pub async fn post(sandbox: &Sandbox, path: &str, body: &Value) -> Value {
    let body = body.to_string();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {}\r\nX-Sandbox: 1\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        sandbox.addr(),
        body.len()
    );
    ask(sandbox, request).await
}

/// Waits until an exchange has ended, and gives all of it.
pub async fn ended(sandbox: &Sandbox, exchange: &Value) -> Value {
    loop {
        let found = get(sandbox, &format!("/sandbox/exchanges/{exchange}")).await;
        if found["state"] != "running" {
            return found;
        }
    }
}

/// Sends a card to zhangsan as the app does.
pub async fn send_card(sandbox: &Sandbox, card: &Value) {
    let app = sandbox.config("demo").app("demo").unwrap();
    let secret = app.secret.as_ref().unwrap().reveal();
    let path = format!(
        "/cgi-bin/gettoken?corpid={}&corpsecret={secret}",
        app.corpid
    );
    let token = get(sandbox, &path).await;
    let path = format!(
        "/cgi-bin/message/send?access_token={}",
        token["access_token"].as_str().unwrap()
    );
    let agent: i64 = app.appid.parse().unwrap();
    let body = json!({"touser": "zhangsan", "agentid": agent, "msgtype": "template_card", "template_card": card});
    let answer = post(sandbox, &path, &body).await;
    assert_eq!(answer["errcode"], 0, "{answer}");
}

async fn ask(sandbox: &Sandbox, request: String) -> Value {
    let addr = sandbox.addr();
    let asked = tokio::task::spawn_blocking(move || {
        let mut client = Client::connect(addr);
        client.write(request.as_bytes()).unwrap();
        client.read().unwrap()
    });
    let answer = asked.await.unwrap();
    serde_json::from_slice(&answer.body).unwrap_or_else(|_| panic!("no JSON: {answer:?}"))
}
