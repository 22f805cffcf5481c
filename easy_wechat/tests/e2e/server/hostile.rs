//! Bodies that no platform sends.

use aes::cipher::block_padding::NoPadding;
use aes::cipher::{BlockModeEncrypt as _, KeyIvInit as _};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::support::{CORPID, Client, KEY, Platform, Request, Server, demo, text};

#[test]
fn a_hostile_document_gets_400_outside_and_inside_the_envelope() {
    let server = echo();
    let platform = Platform::wecom();
    let envelope = platform.post(&text("zhangsan", 1, "hello"));
    let good = str::from_utf8(&envelope.body).expect("XML").to_owned();
    for (what, document) in documents() {
        let outside = server.call(&envelope.clone().with_body(document.clone()));
        assert_eq!(
            (outside.status, outside.text()),
            (400, ""),
            "{what}, outside"
        );
        let inside = server.call(&platform.post_sealed(&seal(&document)));
        assert_eq!((inside.status, inside.text()), (400, ""), "{what}, inside");
    }
    let outside_only = [
        (
            "no Encrypt",
            "<xml><ToUserName>a</ToUserName></xml>".to_owned(),
        ),
        (
            "an empty Encrypt",
            "<xml><Encrypt></Encrypt></xml>".to_owned(),
        ),
        (
            "Encrypt elsewhere",
            good.replace("xml>", "a>")
                .replace("<a>", "<a><b>")
                .replace("</a>", "</b></a>"),
        ),
        (
            "an empty Encrypt beside the other",
            good.replace("</xml>", "<Encrypt></Encrypt></xml>"),
        ),
        (
            "two Encrypts",
            good.replace("</xml>", "<Encrypt>AAAA</Encrypt></xml>"),
        ),
    ];
    for (what, document) in outside_only {
        let answer = server.call(&envelope.clone().with_body(document));
        assert_eq!((answer.status, answer.text()), (400, ""), "{what}");
    }
    let answer = server.call(&platform.post(&text("zhangsan", 2, "still there")));
    assert_eq!(platform.said(&answer).as_deref(), Some("still there"));
}

#[test]
fn a_broken_character_is_delivered_with_the_rest_of_the_message() {
    let server = echo();
    let platform = Platform::wecom();
    let cases: [(&str, &[u8], &str); 9] = [
        ("half a character", b"<![CDATA[a\xe4\xbdb]]>", "a\u{FFFD}b"),
        (
            "half a character at the end",
            b"<![CDATA[a\xe4\xbd]]>",
            "a\u{FFFD}",
        ),
        ("half a character, bare", b"a\xf0\x9f\x98b", "a\u{FFFD}b"),
        ("no UTF-8", b"<![CDATA[a\xff\xfeb]]>", "a\u{FFFD}\u{FFFD}b"),
        ("a NUL", b"<![CDATA[a\0b]]>", "a\u{FFFD}b"),
        ("a written NUL", b"a&#0;b", "a\u{FFFD}b"),
        ("half a surrogate pair", b"a&#xD83D;b", "a\u{FFFD}b"),
        ("a stray &", b"a & b", "a & b"),
        ("an unknown entity", b"a&x;b", "a&x;b"),
    ];
    for (number, (what, content, expected)) in cases.into_iter().enumerate() {
        let xml = text("zhangsan", 900 + number as u64, "CONTENT");
        let (head, tail) = xml.split_once("<![CDATA[CONTENT]]>").expect("CDATA");
        let document = [head.as_bytes(), content, tail.as_bytes()].concat();
        let answer = server.call(&platform.post_sealed(&seal(&document)));
        assert_eq!(answer.status, 200, "{what}");
        assert_eq!(platform.said(&answer).as_deref(), Some(expected), "{what}");
        // The checks before the text stay: one wrong letter of the signature.
        let mut forged = platform.post_sealed(&seal(&document));
        for (name, value) in &mut forged.query {
            if name == "msg_signature" {
                *value = "0".repeat(40);
            }
        }
        assert_eq!(server.call(&forged).status, 400, "{what}, forged");
    }
}

#[test]
fn a_body_over_the_limit_gets_413_however_its_length_is_told() {
    let server = echo();
    let request = Platform::wecom()
        .post("<xml/>")
        .with_body(vec![b'a'; 10 << 20]);
    let announced = format!("{}Content-Length: {}\r\n\r\n", request.head(), 10 << 20);
    for (what, bytes) in [
        ("only announced", announced.into_bytes()),
        ("announced and sent", request.bytes()),
        ("in chunks", request.chunked()),
    ] {
        let mut client = Client::connect(server.addr);
        // The server need not read what it does not want.
        let _ = client.write(&bytes);
        let answer = client
            .read()
            .unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!((answer.status, answer.text()), (413, ""), "{what}");
    }
}

#[test]
fn a_body_of_just_the_limit_is_read() {
    let limit = 1 << 16;
    let server = demo("max_body = 64K", "").register_callback("text", async |message| message);
    let server = Server::start(server.expect("text is a type"));
    let platform = Platform::wecom();
    let request = platform.post(&text("zhangsan", 1, "hello"));
    let padded = |length: usize| {
        let mut body = request.body.clone();
        body.resize(length, b'\n');
        request.clone().with_body(body)
    };
    for (length, status) in [(limit, 200), (limit + 1, 413)] {
        let request = padded(length);
        assert_eq!(server.call(&request).status, status, "{length} bytes");
        let mut client = Client::connect(server.addr);
        let _ = client.write(&request.chunked());
        let answer = client.read().expect("the server answers");
        assert_eq!(answer.status, status, "{length} bytes in chunks");
    }
}

#[test]
fn what_is_no_http_harms_nobody() {
    let server = echo();
    let junk: [&[u8]; 5] = [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\0\0\0\0\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /weixin HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /weixin HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    ];
    for bytes in junk {
        let mut client = Client::connect(server.addr);
        let _ = client.write(bytes);
        if let Ok(answer) = client.read() {
            assert_eq!(answer.status, 400, "{bytes:?}");
        }
    }
    let get = server.call(&Request::new("GET", "/weixin"));
    assert_eq!(get.status, 400);
}

fn documents() -> Vec<(&'static str, Vec<u8>)> {
    let laugh = |level: u32| {
        let inner = format!("&lol{};", level - 1).repeat(10);
        format!("<!ENTITY lol{level} \"{inner}\">")
    };
    let laughs = (1..10).map(laugh).collect::<Vec<_>>().concat();
    let deep = |levels: usize| format!("{}{}", "<a>".repeat(levels), "</a>".repeat(levels));
    let text = |text: &str| text.as_bytes().to_vec();
    vec![
        (
            "a billion laughs",
            format!("<!DOCTYPE a [<!ENTITY lol0 \"lol\">{laughs}]><a>&lol9;</a>").into(),
        ),
        (
            "a foreign file",
            text("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>"),
        ),
        ("10,000 levels", deep(10_000).into()),
        ("10,000 levels, open", "<a>".repeat(10_000).into()),
        (
            "20,000 elements",
            format!("<xml>{}</xml>", "<a/>".repeat(20_000)).into(),
        ),
        ("nothing", Vec::new()),
        ("white space", text(" \r\n\t")),
        ("no root", text("hello")),
        ("a comment only", text("<!-- hello -->")),
        ("two roots", text("<xml></xml><xml></xml>")),
        ("text behind the root", text("<xml></xml>hello")),
        ("an open root", text("<xml><A>1</A>")),
        ("crossed elements", text("<xml><A><B></A></B></xml>")),
        ("half a tag", text("<xml><A")),
        ("an open CDATA", text("<xml><A><![CDATA[hello</A></xml>")),
        ("JSON", text("{\"tousername\":\"a\",\"encrypt\":\"AAAA\"}")),
    ]
}

/// Any bytes as they would stand in `Encrypt`; the crate itself seals only text.
fn seal(message: &[u8]) -> String {
    let key = BASE64_STANDARD
        .decode(format!("{}E=", &KEY[..42]))
        .expect("a key");
    let mut plain = [
        b"0123456789abcdef".as_slice(),
        &u32::try_from(message.len()).expect("short").to_be_bytes(),
        message,
        CORPID.as_bytes(),
    ]
    .concat();
    let pad = 32 - plain.len() % 32;
    plain.resize(plain.len() + pad, u8::try_from(pad).expect("at most 32"));
    let length = plain.len();
    cbc::Encryptor::<aes::Aes256>::new_from_slices(&key, &key[..16])
        .expect("32 and 16 bytes")
        .encrypt_padded::<NoPadding>(&mut plain, length)
        .expect("whole blocks");
    BASE64_STANDARD.encode(plain)
}

fn echo() -> Server {
    let server = demo("max_body = 1M", "").register_callback("text", async |message| message);
    Server::start(server.expect("text is a type"))
}
