//! Who sends, each in a process of its own, so that its CPU time and memory are all that is counted.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use easy_wechat::client::{Call, Upload};
use easy_wechat::{Config, MediaType, Outgoing, WeChatClient};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::child::{MEMBERS, Platform};
use crate::{IN_FLIGHT, SENDS, measure};

/// Runs a sender; its CPU time in seconds.
pub(crate) fn child(platform: &Platform, kind: &str, round: usize) -> f64 {
    let config = platform.config();
    let said = run_child(&[
        "--send",
        config.to_str().expect("UTF-8"),
        kind,
        &round.to_string(),
    ]);
    said.trim().parse().expect("a number")
}

/// Uploads 20 MB in a child; its memory in KiB before, and at most.
pub(crate) fn upload_child(platform: &Platform) -> (u64, u64) {
    let file = platform.folder().join("large.bin");
    std::fs::write(&file, vec![7; 20 * 1024 * 1024]).expect("space");
    let said = run_child(&["--upload", platform.folder().to_str().expect("UTF-8")]);
    let (idle, peak) = said.trim().split_once(' ').expect("two numbers");
    (
        idle.parse().expect("a number"),
        peak.parse().expect("a number"),
    )
}

fn run_child(args: &[&str]) -> String {
    let program = std::env::current_exe().expect("this program");
    let output = Command::new(program).args(args).output().expect("it runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The life of a sender: many messages, no two alike, each to another member.
pub(crate) fn run(args: &[String]) {
    let config = Config::load(&args[0]).expect("the child's");
    let round: usize = args[2].parse().expect("a number");
    let spent = runtime().block_on(async {
        let client = WeChatClient::from_config(&config, "demo").expect("a whole account");
        // So that the token is not counted, for it is fetched once.
        let _: Value = client
            .call(Call::get("/cgi-bin/agent/list"))
            .await
            .expect("a token");
        let began = measure::cpu_time(std::process::id());
        if args[1] == "ours" {
            ours(client, round).await;
        } else {
            bare(&config, round).await;
        }
        measure::cpu_time(std::process::id()).saturating_sub(began)
    });
    println!("{}", spent.as_secs_f64());
}

pub(crate) fn upload(folder: &str) {
    let config = Config::load(format!("{folder}/config.ini")).expect("the child's");
    let file = format!("{folder}/large.bin");
    let (idle, peak) = runtime().block_on(async {
        let client = WeChatClient::from_config(&config, "demo").expect("a whole account");
        let _: Value = client
            .call(Call::get("/cgi-bin/agent/list"))
            .await
            .expect("a token");
        let idle = measure::memory(std::process::id(), "VmHWM");
        let uploaded = client
            .upload_media(MediaType::File, Upload::file(file))
            .await;
        uploaded.expect("it takes 20 MB");
        (idle, measure::memory(std::process::id(), "VmHWM"))
    });
    println!("{idle} {peak}");
}

async fn ours(client: WeChatClient, round: usize) {
    in_flight(move |number| {
        let client = client.clone();
        async move {
            let what = Outgoing::text(text(round, number));
            let receipt = client.send(member(number).as_str(), &what).await;
            assert!(receipt.expect("it is taken").is_complete());
        }
    })
    .await;
}

async fn bare(config: &Config, round: usize) {
    let app = config.app("demo").expect("the child's");
    let secret = app.secret.as_ref().expect("it is made up").reveal();
    let http = reqwest::Client::builder()
        .no_proxy()
        .http1_only()
        .tls_certs_only([])
        .build()
        .expect("a client");
    let base = app.api.base_url.clone();
    let url = format!(
        "{base}/cgi-bin/gettoken?corpid={}&corpsecret={secret}",
        app.corpid
    );
    let answer = http
        .get(url)
        .send()
        .await
        .expect("it answers")
        .bytes()
        .await;
    let answer: Value = serde_json::from_slice(&answer.expect("a body")).expect("JSON");
    let token = answer["access_token"].as_str().expect("a token");
    let url = format!("{base}/cgi-bin/message/send?access_token={token}");
    let agent = app.agent().expect("a number").0;
    in_flight(move |number| {
        let (http, url) = (http.clone(), url.clone());
        async move {
            let body = json!({
                "touser": member(number), "msgtype": "text", "agentid": agent,
                "text": {"content": text(round, number)},
            });
            let request = http.post(url).header("content-type", "application/json");
            let answer = request
                .body(body.to_string())
                .send()
                .await
                .expect("it answers");
            let answer: Value =
                serde_json::from_slice(&answer.bytes().await.expect("a body")).expect("JSON");
            assert_eq!(answer["errcode"], 0, "{answer}");
        }
    })
    .await;
}

async fn in_flight<F, A>(send: F)
where
    F: Fn(usize) -> A + Clone + Send + 'static,
    A: Future<Output = ()> + Send,
{
    let next = Arc::new(AtomicUsize::new(0));
    let mut tasks = JoinSet::new();
    for _ in 0..IN_FLIGHT {
        let (next, send) = (Arc::clone(&next), send.clone());
        tasks.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= SENDS {
                    return;
                }
                send(number).await;
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.expect("no task panics");
    }
}

fn member(number: usize) -> String {
    format!("m{}", number % MEMBERS)
}

fn text(round: usize, number: usize) -> String {
    format!("你的快递已到, 请携带工卡前往邮件中心领取 {round} {number}")
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
}
