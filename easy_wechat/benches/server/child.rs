//! The servers under test, each in a process of its own.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use easy_wechat::query::Query;
use easy_wechat::{Clock, Config, Message, Reply, Seal, WXBizMsgCrypt, WeChatServer};

use crate::load::{CORPID, KEY, TOKEN};
use crate::measure;

/// A server in a process of its own, which ends with it.
pub(crate) struct Child {
    process: std::process::Child,
    pub(crate) pid: u32,
    pub(crate) addr: SocketAddr,
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
        let addr = line.trim().parse().expect("an address");
        Self {
            pid: process.id(),
            process,
            addr,
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
            // It takes the body, as any server must that wants to keep its connections.
            let server = HttpServer::new(|| {
                App::new().route(
                    "/weixin",
                    web::post().to(async |_body: web::Bytes| {
                        HttpResponse::Ok().body([b'x'; 600].as_slice())
                    }),
                )
            })
            .bind("127.0.0.1:0")
            .expect("a free port");
            println!("{}", server.addrs()[0]);
            server.run().await.expect("it runs");
            return;
        }
        if kind == "protocol" {
            let crypt = web::Data::new(WXBizMsgCrypt::new(TOKEN, KEY, CORPID).expect("good keys"));
            let server = HttpServer::new(move || {
                App::new()
                    .app_data(crypt.clone())
                    .route("/weixin", web::post().to(protocol_alone))
            })
            .bind("127.0.0.1:0")
            .expect("a free port");
            println!("{}", server.addrs()[0]);
            server.run().await.expect("it runs");
            return;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let text = format!(
            "[system]\nmax_callback_age = 0\nlog_path = {}\n\
             [demo]\ncorpid = {CORPID}\ntoken = {TOKEN}\nencoding_aes_key = {KEY}\n",
            folder.path().display()
        );
        let config = Config::parse(&text, [("", "")]).expect("a good configuration");
        let _log = easy_wechat::log::init(&config.system().expect("good").log, Clock::system())
            .expect("a log");
        let server = WeChatServer::from_config(&config, "demo").expect("good keys");
        let server = match kind {
            "async" => server.register_callback("text", async |message: Message| message),
            "sync" => server.register_callback("text", |message| message),
            "waiting" => server.register_callback("text", async |message: Message| {
                tokio::time::sleep(Duration::from_secs(2)).await;
                message
            }),
            other => panic!("no server {other}"),
        };
        let handle = server
            .expect("a known type")
            .start("127.0.0.1:0")
            .await
            .expect("a free port");
        println!("{}", handle.addr());
        handle.wait().await.expect("it runs");
    });
}

/// What any server must do for a callback: open, parse, serialize, seal. No log, no de-duplication, no deadline.
async fn protocol_alone(
    request: HttpRequest,
    body: web::Bytes,
    crypt: web::Data<WXBizMsgCrypt>,
) -> HttpResponse {
    let query = Query::parse(request.query_string()).expect("a query");
    let (signature, timestamp, nonce) = (query.msg_signature(), query.timestamp(), query.nonce());
    let body = str::from_utf8(&body).expect("UTF-8");
    let xml = crypt
        .decrypt_msg(
            body,
            signature.expect("signed"),
            timestamp.expect("signed"),
            nonce.expect("signed"),
        )
        .expect("it is ours");
    let message = Message::parse(xml).expect("a message");
    let (to, from) = (message.from.to_string(), message.to.clone());
    let reply = Reply::echo(message)
        .to_xml(&to, &from, 1_450_092_658)
        .expect("a text");
    let seal = Seal {
        timestamp: 1_450_092_658,
        nonce: "2095700682".to_owned(),
        random: [7; 16],
    };
    HttpResponse::Ok().body(crypt.encrypt_msg(&reply, &seal).expect("it can be sealed"))
}

/// Starts the echo app: how long until it takes a connection, and its memory in KiB a moment later.
pub(crate) fn start_echo(echo: &str) -> (Duration, u64) {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("config.ini");
    let text = format!(
        "[system]\nlog_path = {}\n[demo]\ncorpid = {CORPID}\ntoken = {TOKEN}\nencoding_aes_key = {KEY}\n",
        folder.path().display()
    );
    std::fs::write(&config, text).expect("a folder to write in");
    let free =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    let addr = free.expect("a free port");
    let began = Instant::now();
    let mut process = Command::new(echo)
        .arg("--config")
        .arg(config)
        .args(["--listen", &addr.to_string()])
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    while std::net::TcpStream::connect(addr).is_err() {
        std::thread::sleep(Duration::from_micros(200));
        assert!(
            began.elapsed() < Duration::from_secs(10),
            "the echo app does not listen"
        );
    }
    let start = began.elapsed();
    std::thread::sleep(Duration::from_millis(300));
    let idle = measure::memory(process.id(), "VmRSS");
    let _ = process.kill();
    let _ = process.wait();
    (start, idle)
}
