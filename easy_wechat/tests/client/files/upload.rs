//! Uploads, byte for byte, and files that change under way.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use easy_wechat::client::Upload;
use easy_wechat::outgoing::MediaType;
use easy_wechat::{ClientError, Timestamp};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::rude::{answer_json, answer_token, client_at, head, header};
use super::{JPG, Told};

const TAKEN: &str =
    r#"{"errcode":0,"errmsg":"","type":"file","media_id":"MEDIA","created_at":"1380000000"}"#;

/// The head and the body of the one upload that comes, which is answered with success.
async fn receive(listener: TcpListener) -> (String, Vec<u8>) {
    loop {
        let (mut stream, _) = listener.accept().await.unwrap();
        let head = head(&mut stream).await;
        if head.contains("/gettoken") {
            answer_token(&mut stream).await;
            continue;
        }
        let length: usize = header(&head, "content-length").unwrap().parse().unwrap();
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await.unwrap();
        answer_json(&mut stream, TAKEN).await;
        return (head, body);
    }
}

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

#[tokio::test]
async fn the_form_is_the_documented_one() {
    for (name, written) in [
        ("报告 二.txt", "报告 二.txt"),
        ("a\"b\r\nc.txt", "a%22b%0D%0Ac.txt"),
        ("../etc/x.txt", "x.txt"),
        ("bell\u{7}.txt", "bell_.txt"),
        ("folder/", "file"),
    ] {
        let (listener, url) = listen().await;
        let received = tokio::spawn(receive(listener));
        let file = Upload::bytes(name, "mytext");
        let up = client_at(&url)
            .upload_media(MediaType::File, file)
            .await
            .unwrap();
        assert_eq!(up.media_id.as_str(), "MEDIA");
        assert_eq!(up.created_at, Timestamp::from_secs(1_380_000_000));
        let (head, body) = received.await.unwrap();
        assert!(
            head.starts_with("POST /cgi-bin/media/upload?type=file&access_token="),
            "{head}"
        );
        assert_eq!(header(&head, "transfer-encoding"), None);
        let content_type = header(&head, "content-type").unwrap();
        let boundary = content_type
            .strip_prefix("multipart/form-data; boundary=")
            .unwrap();
        let expected = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"media\"; filename=\"{written}\"; filelength=6\r\n\
             Content-Type: application/octet-stream\r\n\r\nmytext\r\n--{boundary}--\r\n"
        );
        assert_eq!(String::from_utf8(body).unwrap(), expected, "{name}");
    }
}

#[tokio::test]
async fn a_file_from_disk_goes_under_its_own_name_or_another() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("扫描 0007.jpg");
    let bytes = [JPG, &vec![7; 200_000]].concat();
    fs::write(&path, &bytes).unwrap();
    for (file, name) in [
        (Upload::file(&path), "扫描 0007.jpg"),
        (Upload::file(&path).named("照片.jpg"), "照片.jpg"),
    ] {
        let (listener, url) = listen().await;
        let received = tokio::spawn(receive(listener));
        let told = Told::default();
        assert_eq!(file.file_name(), name);
        let file = file.on_progress(told.teller());
        client_at(&url)
            .upload_media(MediaType::Image, file)
            .await
            .unwrap();
        told.check(bytes.len() as u64);
        let (_, body) = received.await.unwrap();
        let name = format!("filename=\"{name}\"; filelength={}\r\n", bytes.len());
        assert!(body.windows(name.len()).any(|part| part == name.as_bytes()));
        assert!(body.windows(bytes.len()).any(|part| part == bytes));
    }
}

/// Uploads 10 MB to somebody who reads a little, changes the file, and reads on.
async fn change_under_way(path: &Path, change: impl FnOnce()) -> (ClientError, bool) {
    fs::write(path, vec![1; 10 << 20]).unwrap();
    let (listener, url) = listen().await;
    let client = client_at(&url);
    let upload = tokio::spawn({
        let file = Upload::file(path);
        async move { client.upload_media(MediaType::File, file).await }
    });
    let mut stream = loop {
        let (mut stream, _) = listener.accept().await.unwrap();
        let head = head(&mut stream).await;
        if !head.contains("/gettoken") {
            break stream;
        }
        answer_token(&mut stream).await;
    };
    stream.read_exact(&mut [0; 1000]).await.unwrap();
    change();
    let mut rest = Vec::new();
    // The connection ends, in one way or the other.
    let _ = stream.read_to_end(&mut rest).await;
    let was_ended = rest.ends_with(b"--\r\n");
    (upload.await.unwrap().unwrap_err(), was_ended)
}

#[tokio::test]
async fn a_file_that_changes_while_it_is_sent_is_not_taken() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.txt");
    let cut = || {
        OpenOptions::new()
            .write(true)
            .open(&path)
            .unwrap()
            .set_len(9 << 20)
            .unwrap();
    };
    let (shrunk, was_ended) = change_under_way(&path, cut).await;
    assert_eq!(
        shrunk.to_string(),
        format!("{}: cannot be read", path.display())
    );
    let ClientError::File { source, .. } = shrunk else {
        panic!("another error");
    };
    assert_eq!(
        source.to_string(),
        "it has shrunk to 9437184 of 10485760 bytes while it was sent"
    );
    assert!(!was_ended);
    let append = || {
        OpenOptions::new()
            .append(true)
            .open(&path)
            .unwrap()
            .write_all(b"more")
            .unwrap();
    };
    let (grown, was_ended) = change_under_way(&path, append).await;
    let ClientError::File { source, .. } = grown else {
        panic!("another error");
    };
    assert_eq!(
        source.to_string(),
        "it has grown beyond 10485760 bytes while it was sent"
    );
    assert!(!was_ended, "the platform would have taken half of it");
}

/// A gateway that refuses by the head answers and hangs up, while the file is still on its way.
#[tokio::test]
async fn an_answer_that_comes_early_counts() {
    for reads_on in [true, false] {
        let (listener, url) = listen().await;
        let served = tokio::spawn(async move {
            let mut uploads = 0;
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let head = head(&mut stream).await;
                if head.contains("/gettoken") {
                    answer_token(&mut stream).await;
                    continue;
                }
                uploads += 1;
                answer_json(
                    &mut stream,
                    r#"{"errcode":40004,"errmsg":"invalid media type"}"#,
                )
                .await;
                if reads_on {
                    let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
                } else {
                    let _ = stream.shutdown().await;
                }
                return uploads;
            }
        });
        let file = Upload::bytes("a.bin", vec![1; 20 << 20]);
        let error = client_at(&url)
            .upload_media(MediaType::File, file)
            .await
            .unwrap_err();
        assert_eq!(
            error.errcode(),
            Some(40004),
            "reads_on = {reads_on}: {error}"
        );
        assert_eq!(served.await.unwrap(), 1);
    }
}
