//! No answer whatever brings the sandbox down, or keeps it waiting.

use std::io::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::bad_app::{BadApp, ok};
use super::world::{builder, run};
use easy_wechat::sandbox::State;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestRunner};

/// An answer to be written, and how: as it is, as a body, as a reply in an envelope.
#[derive(Clone, Debug)]
enum Noise {
    Wire(Vec<u8>),
    Body(Vec<u8>),
    Sealed(String),
}

#[test]
fn any_answer_ends_the_callback() {
    let mut runner = TestRunner::new(Config::default());
    let cases: Vec<Noise> = (0..CASES)
        .map(|_| noise().new_tree(&mut runner).unwrap().current())
        .collect();
    run(async move {
        let sandbox = builder(None)
            .answer_within(Duration::from_secs(2))
            .start()
            .await
            .unwrap();
        let next = Arc::new(Mutex::new(Noise::Wire(Vec::new())));
        let current = Arc::clone(&next);
        let app = BadApp::start(&sandbox, move |_, keys, stream| {
            let noise = current.lock().unwrap().clone();
            let bytes = match noise {
                Noise::Wire(bytes) => bytes,
                Noise::Body(body) => ok(body),
                Noise::Sealed(reply) => ok(keys.seal(&reply)),
            };
            let _ = stream.write_all(&bytes);
        });
        sandbox.connect(app.url()).await.unwrap();
        for case in cases {
            *next.lock().unwrap() = case.clone();
            let seen = sandbox.member("zhangsan").says("hi").await.unwrap();
            assert_ne!(seen.state, State::Running, "{case:?}");
            // What a panic would leave behind.
            assert!(
                !seen.words.en.contains("the sandbox stopped"),
                "{case:?}: {}",
                seen.words
            );
        }
    });
}

fn noise() -> impl Strategy<Value = Noise> {
    let pieces = prop::sample::select(PIECES.to_vec());
    let text = prop::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat());
    let head = prop::collection::vec(prop::sample::select(HEADS.to_vec()), 0..6)
        .prop_map(|lines| lines.concat().into_bytes());
    let bytes = prop::collection::vec(any::<u8>(), 0..200);
    prop_oneof![
        bytes.clone().prop_map(Noise::Wire),
        (head, bytes.clone()).prop_map(|(head, body)| Noise::Wire([head, body].concat())),
        bytes.prop_map(Noise::Body),
        text.clone().prop_map(|text| Noise::Body(text.into_bytes())),
        text.clone().prop_map(Noise::Sealed),
        text.prop_map(|text| Noise::Sealed(format!("{HEADER}{text}</xml>"))),
    ]
}

const CASES: usize = 300;

const HEADER: &str = "<xml><ToUserName>zhangsan</ToUserName><CreateTime>1</CreateTime>";

const PIECES: &[&str] = &[
    "<xml>",
    "</xml>",
    "<Encrypt>",
    "</Encrypt>",
    "<Encrypt>YWJj</Encrypt>",
    "<MsgSignature>a</MsgSignature>",
    "<TimeStamp>99999999999999999999</TimeStamp>",
    "<TimeStamp>1</TimeStamp>",
    "<Nonce>1</Nonce>",
    "<MsgType>text</MsgType>",
    "<MsgType>news</MsgType>",
    "<MsgType>image</MsgType>",
    "<ArticleCount>18446744073709551616</ArticleCount>",
    "<ArticleCount>1</ArticleCount>",
    "<Articles><item>",
    "<Title>",
    "</Title>",
    "</item></Articles>",
    "<Content>",
    "</Content>",
    "<Image><MediaId/></Image>",
    "<FromUserName/>",
    "<![CDATA[",
    "]]>",
    "你好",
    "&amp;",
    "&",
    "\u{FEFF}",
    "\0",
    "success",
    "{",
    "\"",
    " ",
];

const HEADS: &[&str] = &[
    "HTTP/1.1 200 OK\r\n",
    "HTTP/1.1 999 \r\n",
    "HTTP/1.0 200\r\n",
    "HTTP/2 200\r\n",
    "HTTP/1.1 100 Continue\r\n\r\n",
    "HTTP/1.1 101 Switching\r\nUpgrade: a\r\n\r\n",
    "Content-Length: 5\r\n",
    "Content-Length: -1\r\n",
    "Content-Length: 99999999999999999999\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Location: \u{1}\r\n",
    ": \r\n",
    "\r\n",
    "ffffffffffffffff\r\n",
    "0\r\n\r\n",
];
