//! The platform's JSON answers: success is what a second reader takes for it, and no error tells the token.
//!
//! A line `HTTP 502` before the body is its status.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, LazyLock, Mutex};
use std::thread;

use easy_wechat::blocking::WeChatClient;
use easy_wechat::client::Call;
use easy_wechat::{Config, one_line};
use serde_json::{Value, json};

pub(crate) const DICTIONARY: &[&str] = &[
    "{", "}", "[", "]", "\"", ":", ",", "null", "0", "-1", "\"errcode\":", "\"errcode\":0", "\"errcode\":40014",
    "\"errcode\":45009", "\"errcode\":60020", "\"errcode\":1e5", "\"errcode\":\"0\"", "\"errmsg\":", "\"errmsg\":\"ok\"",
    "TOKENTOKENTOKEN", "SECRETSECRET", "access_token=TOKENTOKENTOKEN", "\\u0000", "\\ud800", "\\n", "\u{1b}[2J", "\u{202e}",
    "<html>", "\u{FEFF}", "HTTP 502\n", "HTTP 302\n", "HTTP 404\n", "99999999999999999999",
];

pub(crate) fn check(input: &[u8]) {
    let (status, body) = parts(input);
    *WORLD.answer.lock().unwrap() = (status, body.to_vec());
    let object = match serde_json::from_slice::<Value>(body) {
        Ok(Value::Object(object)) => Some(object),
        _ => None,
    };
    let code = object.as_ref().map(|object| object.get("errcode"));
    match WORLD.client.call::<Value>(Call::get("/cgi-bin/fuzz")) {
        Ok(value) => {
            assert_eq!(Some(value), object.clone().map(Value::Object));
            let ok = match code.expect("an object") {
                None => status == 200,
                Some(code) => code.as_i64() == Some(0),
            };
            assert!(ok, "HTTP {status} {code:?} is no success");
        }
        Err(error) => {
            if let Some(code) = error.errcode() {
                let said = object.as_ref().and_then(|object| object["errcode"].as_i64());
                assert_eq!(Some(code), said);
            }
            let said = format!("{} {error:?}", one_line(&error));
            assert!(!said.contains(TOKEN), "the token is shown: {said}");
            let line = one_line(&error);
            assert!(!line.contains(char::is_control), "{line:?}");
            assert!(said.len() < 6000, "{} bytes", said.len());
        }
    }
}

fn parts(input: &[u8]) -> (u16, &[u8]) {
    let status = input.strip_prefix(b"HTTP ").and_then(|rest| {
        let (digits, rest) = rest.split_at_checked(3)?;
        let status: u16 = str::from_utf8(digits).ok()?.parse().ok()?;
        let body = rest.strip_prefix(b"\n")?;
        // Those below, 204 and 304 have no body.
        (status >= 200 && ![204, 304].contains(&status)).then_some((status, body))
    });
    status.unwrap_or((200, input))
}

static WORLD: LazyLock<World> = LazyLock::new(World::new);

struct World {
    client: WeChatClient,
    answer: Arc<Mutex<(u16, Vec<u8>)>>,
}

impl World {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let addr = listener.local_addr().unwrap();
        let answer = Arc::<Mutex<(u16, Vec<u8>)>>::default();
        let same = Arc::clone(&answer);
        thread::spawn(move || {
            for connection in listener.incoming() {
                let answer = Arc::clone(&same);
                thread::spawn(move || serve(&connection.unwrap(), &answer));
            }
        });
        let ini = format!(
            "[system]\nstate_path = memory\napi_patience = 0\nproxy = off\n\
             [demo]\ncorpid = ww1\nappid = 1000002\nsecret = a-secret\napi_base_url = http://{addr}\n"
        );
        let config = Config::parse(&ini, [("", "")]).unwrap();
        let client = WeChatClient::from_config(&config, "demo").unwrap();
        Self { client, answer }
    }
}

/// Answers until the client hangs up.
fn serve(connection: &TcpStream, answer: &Mutex<(u16, Vec<u8>)>) -> Option<()> {
    let mut reader = BufReader::new(connection.try_clone().ok()?);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head).ok()? == 0 {
                return None;
            }
        }
        let lower = head.to_ascii_lowercase();
        let length = lower.split_once("content-length:");
        let length = length.and_then(|(_, rest)| rest.split("\r\n").next()?.trim().parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        reader.read_exact(&mut body).ok()?;
        let (status, body) = if head.contains("/gettoken") {
            let token = json!({"errcode": 0, "errmsg": "ok", "access_token": TOKEN, "expires_in": 7200});
            (200, token.to_string().into_bytes())
        } else {
            answer.lock().unwrap().clone()
        };
        let mut whole = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n\r\n", body.len()).into_bytes();
        whole.extend(body);
        { connection }.write_all(&whole).ok()?;
    }
}

const TOKEN: &str = "TOKENTOKENTOKEN";
