//! The servers under test, each in a process of its own.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Command, Stdio};

use actix_web::{App, HttpResponse, HttpServer, web};
use easy_wechat::sandbox::Sandbox;
use serde_json::Value;

use crate::send;

/// Members enough that none of them gets more than 30 messages a minute.
pub(crate) const MEMBERS: usize = 5_000;

/// A server in a process of its own, which ends with it.
pub(crate) struct Child {
    process: std::process::Child,
    pub(crate) pid: u32,
    pub(crate) target: Target,
}

/// What a call needs.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) addr: SocketAddr,
    pub(crate) corpid: String,
    pub(crate) secret: String,
    pub(crate) agentid: String,
    pub(crate) token: String,
}

impl Child {
    pub(crate) fn start(kind: &str) -> Self {
        let mut process = Command::new(std::env::current_exe().expect("this program"))
            .args(["--serve", kind])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let mut line = String::new();
        BufReader::new(process.stdout.as_mut().expect("a pipe"))
            .read_line(&mut line)
            .expect("it speaks");
        let mut words = line.split_whitespace().map(str::to_owned);
        let mut word = || words.next().unwrap_or_else(|| "1".to_owned());
        let mut target = Target {
            addr: word().parse().expect("an address"),
            corpid: word(),
            secret: word(),
            agentid: word(),
            token: String::new(),
        };
        target.token = send::token(&target);
        Self {
            pid: process.id(),
            process,
            target,
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The life of a child: says where it listens, and serves until it is killed.
pub(crate) fn serve(kind: &str) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        if kind == "bare" {
            bare().await;
        } else {
            let sandbox = Sandbox::start().await.expect("a free port");
            for member in 0..MEMBERS {
                sandbox.member(format!("m{member}"));
            }
            let config = sandbox.config("bench").app("bench").expect("its own");
            let secret = config.secret.expect("it is made up");
            println!(
                "{} {} {} {}",
                sandbox.addr(),
                config.corpid,
                secret.reveal(),
                config.appid
            );
            std::future::pending::<()>().await;
        }
    });
}

/// Two handlers that do what any must: read the query, parse the JSON, answer JSON.
async fn bare() {
    let server = HttpServer::new(|| {
        App::new()
            .route("/cgi-bin/gettoken", web::get().to(gettoken))
            .route("/cgi-bin/message/send", web::post().to(message_send))
    })
    .workers(2)
    .bind("127.0.0.1:0")
    .expect("a free port");
    println!("{}", server.addrs()[0]);
    server.run().await.expect("it serves");
}

async fn gettoken(query: web::Query<std::collections::HashMap<String, String>>) -> HttpResponse {
    let known = query.contains_key("corpid") && query.contains_key("corpsecret");
    HttpResponse::Ok().json(serde_json::json!({
        "errcode": if known { 0 } else { 41002 }, "errmsg": "ok", "access_token": "token", "expires_in": 7200,
    }))
}

async fn message_send(body: web::Bytes) -> HttpResponse {
    let message: Value = serde_json::from_slice(&body).unwrap_or_default();
    let errcode = if message["touser"].is_string() {
        0
    } else {
        82001
    };
    HttpResponse::Ok().json(serde_json::json!({"errcode": errcode, "errmsg": "ok", "msgid": "1"}))
}
