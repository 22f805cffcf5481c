//! Files: up, down, in pieces.

use serde_json::{Value, json};

use super::caller::{AMR, Caller, JPG, MP4, PNG, multipart, refused, several_parts};
use super::support::wire::Answer;

fn get(caller: &Caller, media_id: &str, range: Option<&str>) -> Answer {
    let mut request = caller.request("GET", "/cgi-bin/media/get", &[("media_id", media_id)]);
    if let Some(range) = range {
        request.headers.push(("Range".to_owned(), range.to_owned()));
    }
    caller.call(&request)
}

#[test]
fn a_file_comes_back_with_its_name() {
    let caller = Caller::new();
    let answer = caller.upload("file", "二〇二六年 报告.pdf", b"%PDF-1.7 ...");
    assert_eq!(answer["errcode"], 0);
    assert_eq!(answer["errmsg"], "");
    assert_eq!(answer["type"], "file");
    let at: i64 = answer["created_at"].as_str().unwrap().parse().unwrap();
    assert!((at - caller.sandbox.clock().now().as_secs()).abs() < 10);
    let got = get(&caller, answer["media_id"].as_str().unwrap(), None);
    assert_eq!(got.status, 200);
    assert_eq!(got.body, b"%PDF-1.7 ...");
    let name = got.header("content-disposition").unwrap();
    assert!(
        name.starts_with("attachment; filename=\"二〇二六年 报告.pdf\""),
        "{name}"
    );
    assert!(name.contains("filename*=UTF-8''%E4%BA%8C"), "{name}");
    for (kind, bytes, content_type) in [
        ("image", PNG, "image/png"),
        ("image", JPG, "image/jpeg"),
        ("voice", AMR, "audio/amr"),
        ("video", MP4, "video/mp4"),
        ("file", PNG, "image/png"),
    ] {
        let id = caller.media_id(kind, "a\\\"b.bin", bytes);
        let got = get(&caller, &id, None);
        assert_eq!(got.header("content-type"), Some(content_type));
        assert_eq!(got.header("accept-ranges"), Some("bytes"));
        assert_eq!(
            got.header("content-disposition"),
            Some("attachment; filename=\"a_b.bin\"")
        );
        assert_eq!(got.body, bytes);
    }
}

#[test]
fn the_documents_own_example_is_taken() {
    let caller = Caller::new();
    let request = caller.request("POST", "/cgi-bin/media/upload", &[("type", "file")]);
    let part = "name=\"media\";filename=\"wework.txt\"; filelength=6";
    let answer = caller.json(&multipart(request, part, b"mytext"));
    assert_eq!(answer["errcode"], 0, "{answer}");
}

#[test]
fn a_file_lives_three_days() {
    let caller = Caller::new();
    let id = caller.media_id("image", "a.png", PNG);
    caller.advance(3 * 24 * 3600 - 60);
    assert_eq!(get(&caller, &id, None).body, PNG);
    caller.advance(61);
    let gone: Value = serde_json::from_slice(&get(&caller, &id, None).body).unwrap();
    refused(&gone, 40007, "three days later");
    refused(
        &caller.get("/cgi-bin/media/get", &[("media_id", "no")]),
        40007,
        "unknown",
    );
    refused(&caller.get("/cgi-bin/media/get", &[]), 41006, "no id");
    let sent = caller.send(&json!({"msgtype": "image", "image": {"media_id": id}}));
    refused(&sent, 40007, "too old to send");
}

#[test]
fn pieces() {
    let caller = Caller::new();
    let id = caller.media_id("file", "digits", b"0123456789");
    for (range, status, body, content_range) in [
        ("bytes=0-3", 206, "0123", Some("bytes 0-3/10")),
        ("bytes=4-", 206, "456789", Some("bytes 4-9/10")),
        ("bytes=8-99", 206, "89", Some("bytes 8-9/10")),
        ("bytes=-3", 206, "789", Some("bytes 7-9/10")),
        ("bytes=-99", 206, "0123456789", Some("bytes 0-9/10")),
        ("bytes=9-9", 206, "9", Some("bytes 9-9/10")),
        ("bytes=10-", 416, "", Some("bytes */10")),
        ("bytes=99-100", 416, "", Some("bytes */10")),
        ("bytes=-0", 416, "", Some("bytes */10")),
        // What is not understood is not heeded.
        ("bytes=5-4", 200, "0123456789", None),
        ("bytes=0-1,3-4", 200, "0123456789", None),
        ("bytes=a-b", 200, "0123456789", None),
        ("bytes=0-99999999999999999999999", 200, "0123456789", None),
        (
            "bytes=0-18446744073709551615",
            206,
            "0123456789",
            Some("bytes 0-9/10"),
        ),
        ("lines=0-3", 200, "0123456789", None),
    ] {
        let got = get(&caller, &id, Some(range));
        assert_eq!((got.status, got.text()), (status, body), "{range}");
        assert_eq!(got.header("content-range"), content_range, "{range}");
    }
}

#[test]
fn files_have_limits() {
    let caller = Caller::new();
    let of = |start: &[u8], length: usize| {
        let mut bytes = start.to_vec();
        bytes.resize(length, b' ');
        bytes
    };
    let minute = of(
        &[b"#!AMR\n".as_slice(), &[0x3c; 32].repeat(61 * 50)].concat(),
        6 + 32 * 61 * 50,
    );
    for (kind, bytes, code) in [
        ("file", of(b"", 0), 44001),
        ("file", of(b"", 5), 40006),
        ("file", of(b"", 6), 0),
        ("file", of(b"", 20 * M), 0),
        ("file", of(b"", 20 * M + 1), 45001),
        ("image", of(PNG, 10 * M), 0),
        ("image", of(PNG, 10 * M + 1), 40009),
        ("image", of(b"GIF89a", 100), 40004),
        ("image", of(b"not a picture", 100), 40004),
        ("voice", of(AMR, 2 * M + 1), 45001),
        ("voice", of(b"ID3", 100), 301_017),
        ("voice", minute, 45007),
        ("video", of(MP4, 10 * M), 0),
        ("video", of(MP4, 10 * M + 1), 40011),
        ("video", of(b"RIFF....AVI ", 100), 40004),
        ("thumb", of(JPG, 100), 40005),
        ("", of(PNG, 100), 40005),
        ("picture", of(PNG, 100), 40005),
    ] {
        let answer = caller.upload(kind, "a", &bytes);
        assert_eq!(
            answer["errcode"],
            code,
            "{kind}, {} bytes: {answer}",
            bytes.len()
        );
    }
    let far = caller.upload("image", "a", &of(PNG, 40 * M));
    refused(&far, 40009, "an answer comes even to far too much");
}

#[test]
fn a_file_must_be_in_its_part() {
    let caller = Caller::new();
    let request = || caller.request("POST", "/cgi-bin/media/upload", &[("type", "file")]);
    for (disposition, code, words) in [
        ("name=\"media\"", 44001, "filename"),
        ("name=\"file\"", 44001, "media"),
        ("name=\"media\"; filename=\"\"", 44001, "filename"),
        // What reqwest and urllib3 write for a name that is not ASCII.
        (
            "name=\"media\"; filename*=utf-8''%E4%B8%AD.txt",
            44001,
            "filename*",
        ),
    ] {
        let answer = caller.json(&multipart(request(), disposition, b"some text"));
        refused(&answer, code, disposition);
        let said = caller.last_call()["words"]["en"].to_string();
        assert!(said.contains(words), "{said}");
    }
    let both = "name=\"media\"; filename=\"中.txt\"; filename*=utf-8''%E4%B8%AD.txt";
    assert_eq!(
        caller.json(&multipart(request(), both, b"some text"))["errcode"],
        0
    );
    refused(
        &caller.json(&request().with_body("just text")),
        41005,
        "no multipart",
    );
}

/// What the scripts send that are copied most: the file under another name, or none.
#[test]
fn a_file_may_be_in_another_part() {
    let caller = Caller::new();
    let upload = |parts: &[&str]| {
        let request = caller.request("POST", "/cgi-bin/media/upload", &[("type", "file")]);
        let parts: Vec<(&str, &[u8])> = (0..)
            .zip(parts)
            .map(|(at, part)| (*part, CONTENTS[at]))
            .collect();
        let answer = caller.json(&several_parts(request, &parts));
        assert_eq!(answer["errcode"], 0, "{answer}");
        let got = get(&caller, answer["media_id"].as_str().unwrap(), None);
        (
            got.text().to_owned(),
            caller.page()["calls"]
                .as_array()
                .unwrap()
                .iter()
                .rev()
                .find(|it| it["path"] == "/cgi-bin/media/upload")
                .unwrap()["words"]
                .is_object(),
        )
    };
    for (parts, content, remark) in [
        (&["name=\"file\"; filename=\"a.txt\""][..], 0, true),
        (&["name=\"a.txt\"; filename=\"a.txt\""], 0, true),
        (&["filename=\"a.txt\""], 0, true),
        (&["filename=\"a.txt\";filelength=6"], 0, true),
        (
            &["name=\"comment\"", "name=\"file\"; filename=\"a\""],
            1,
            true,
        ),
        // The right one counts, wherever it stands.
        (
            &[
                "name=\"other\"; filename=\"b\"",
                "name=\"media\"; filename=\"a\"",
            ],
            1,
            false,
        ),
        (
            &[
                "name=\"media\"; filename=\"a\"",
                "name=\"other\"; filename=\"b\"",
            ],
            0,
            false,
        ),
    ] {
        let expected = (
            str::from_utf8(CONTENTS[content]).unwrap().to_owned(),
            remark,
        );
        assert_eq!(upload(parts), expected, "{parts:?}");
    }
}

const CONTENTS: [&[u8]; 2] = [b"the first part", b"the second part"];

#[test]
fn a_picture_gets_an_address() {
    let caller = Caller::new();
    let upload = |part: &str, bytes: &[u8]| {
        let request = caller.request("POST", "/cgi-bin/media/uploadimg", &[]);
        caller.json(&multipart(request, part, bytes))
    };
    let answer = upload("name=\"fieldNameHere\"; filename=\"a.png\"", PNG);
    assert_eq!(answer["errcode"], 0);
    let url = answer["url"].as_str().unwrap();
    let path = url.strip_prefix(caller.sandbox.url()).unwrap();
    let got = caller.of_page(path);
    assert_eq!((got.status, got.body.as_slice()), (200, PNG));
    let part = "name=\"media\"; filename=\"a.png\"";
    refused(&upload(part, b"no picture"), 40004, "text");
    let mut large = PNG.to_vec();
    large.resize((2 << 20) + 1, 0);
    refused(&upload(part, &large), 40009, "2 MiB and more");
}

#[test]
fn a_huge_file_must_be_fetched_in_pieces() {
    let caller = Caller::new();
    let id = caller
        .sandbox
        .upload("file", "huge", vec![b'x'; (20 << 20) + 1])
        .0;
    let answer: Value = serde_json::from_slice(&get(&caller, &id, None).body).unwrap();
    refused(&answer, 830_002, "in one piece");
    assert_eq!(get(&caller, &id, Some("bytes=0-9")).body, b"xxxxxxxxxx");
}

const M: usize = 1 << 20;
