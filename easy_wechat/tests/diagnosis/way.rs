//! What the way did to a request.

use easy_wechat::Mode;
use easy_wechat::diagnosis::Cause;

use super::calls::{
    CORPID, Call, KEY, MESSAGE, between, cut, encode, get, keys, official, official_post, post,
    sealed, shout, signed_text as signed, with_key,
};
use super::{Row, agrees, causes_are, check, look, said};

#[test]
fn what_the_way_did_to_the_query_is_told() {
    let get = get();
    let with = |query: String| Call {
        query,
        ..get.clone()
    };
    let twice = get.query.replace('%', "%25");
    let rows: Vec<Row> = vec![
        ("encoded twice", with(twice), keys(), &[Cause::EncodedTwice]),
        (
            "as a whole",
            with(encode(&get.query)),
            keys(),
            &[Cause::EncodedTwice],
        ),
        (
            "another name",
            with(get.query.replace("msg_signature", "msgSignature")),
            keys(),
            &[Cause::ParameterRenamed],
        ),
        (
            "as HTML",
            with(get.query.replace('&', "&amp;")),
            keys(),
            &[Cause::ParameterRenamed],
        ),
        (
            "cut by a shell",
            with(get.query.split('&').next().unwrap().into()),
            keys(),
            &[Cause::ParameterMissing],
        ),
        (
            "dropped",
            with(String::new()),
            keys(),
            &[Cause::NotThePlatform],
        ),
        (
            "its own",
            with("from=singlemessage".into()),
            keys(),
            &[Cause::NotThePlatform],
        ),
        (
            "appended twice",
            with(format!("{0}&{0}", get.query)),
            keys(),
            &[Cause::ParameterRepeated],
        ),
        (
            "noise",
            with(format!("{}&signature=%FF", get.query)),
            keys(),
            &[Cause::QueryBroken],
        ),
        (
            "endless",
            with("a".repeat(9000)),
            keys(),
            &[Cause::QueryBroken],
        ),
        (
            "cut by a log",
            with(cut(&get.query, 9)),
            keys(),
            &[Cause::Changed],
        ),
        (
            "in capitals",
            with(shout(&get.query)),
            keys(),
            &[Cause::SignatureShape],
        ),
        (
            "another verb",
            Call {
                method: "HEAD",
                ..get.clone()
            },
            keys(),
            &[Cause::Method],
        ),
    ];
    check(rows);
}

#[test]
fn what_the_server_mends_is_told_all_the_same() {
    let get = get();
    let with = |query: String| Call {
        query,
        ..get.clone()
    };
    let plus = get.query.replace("%2B", "+");
    assert_ne!(plus, get.query, "the sample has no plus");
    let harmless: Vec<Row> = vec![
        (
            "a space for the plus",
            with(get.query.replace("%2B", "%20")),
            keys(),
            &[Cause::PlusBecameSpace],
        ),
        ("decoded early", with(plus), keys(), &[Cause::DecodedEarly]),
    ];
    for (name, call, keys, causes) in harmless {
        let diagnosis = look(&call, &keys, &[]);
        assert!(diagnosis.is_good(), "{name}: {:#?}", diagnosis.findings);
        causes_are(name, &diagnosis, causes);
        agrees(name, &call, &keys, &diagnosis);
    }
}

#[test]
fn what_the_way_did_to_the_body_is_told() {
    let post = post();
    let with = |body: &[u8]| Call {
        body: body.to_vec(),
        ..post.clone()
    };
    let encrypt = between(&post.body, "<Encrypt>", "</Encrypt>");
    let half = &post.body[..post.body.len() / 2];
    let spaced = post.clone().body(|body| body.replace('+', " "));
    assert_ne!(spaced.body, post.body);
    let rows: Vec<Row> = vec![
        (
            "JSON",
            with(format!("{{\"encrypt\":\"{encrypt}\"}}").as_bytes()),
            keys(),
            &[Cause::Json],
        ),
        (
            "a page",
            with(b"<!DOCTYPE html><html>"),
            keys(),
            &[Cause::Html],
        ),
        ("nothing", with(b"\n"), keys(), &[Cause::BodyEmpty]),
        (
            "gzip",
            with(b"\x1f\x8b\x08whatever"),
            keys(),
            &[Cause::BodyCompressed],
        ),
        ("cut", with(half), keys(), &[Cause::BodyCut]),
        (
            "GBK",
            with(b"<xml>\xc4\xe3</xml>"),
            keys(),
            &[Cause::BodyBroken],
        ),
        (
            "a form",
            with(encode(&String::from_utf8_lossy(&post.body)).as_bytes()),
            keys(),
            &[Cause::BodyBroken],
        ),
        (
            "opened on the way",
            with(MESSAGE.as_bytes()),
            keys(),
            &[Cause::Mode],
        ),
        ("as a form", spaced, keys(), &[Cause::PlusBecameSpace]),
        (
            "wrapped",
            post.clone()
                .body(|body| body.replace(&encrypt[40..], &format!("\n{}", &encrypt[40..]))),
            keys(),
            &[Cause::Changed],
        ),
        (
            "another's body",
            Call {
                body: sealed(KEY, "<xml><MsgType>text</MsgType></xml>", CORPID).body,
                ..official_post(true)
            },
            official(Mode::Safe),
            &[Cause::Changed],
        ),
    ];
    check(rows);
}

#[test]
fn the_sentences_name_what_happened() {
    let post = post();
    let with = |body: String| Call {
        body: body.into_bytes(),
        ..post.clone()
    };
    let body = String::from_utf8(post.body.clone()).unwrap();
    let (head, _) = body.split_once("<Encrypt>").unwrap();
    let encrypt = between(&post.body, "<Encrypt>", "</Encrypt>");
    let wrapped = format!("{}\n{}", &encrypt[..40], &encrypt[40..]);
    let junk = signed("no ciphertext");
    for (name, call, keys, says) in [
        (
            "wrapped",
            with(body.replace(&encrypt, &wrapped)),
            keys(),
            "something on the way wraps it",
        ),
        ("a form", with(encode(&body)), keys(), "came as a form"),
        (
            "cut behind a tag",
            with(head.to_owned()),
            keys(),
            "ends before its </xml>",
        ),
        (
            "junk, signed",
            junk,
            keys(),
            "decryption: what was signed is no base64",
        ),
        (
            "= of base64",
            post.clone(),
            with_key(&format!("{KEY}=")),
            "leave the = out",
        ),
    ] {
        let said = said(&look(&call, &keys, &[]));
        assert!(said.contains(says), "{name}: {said}");
    }
}
