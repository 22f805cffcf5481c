//! The video of an Official Account: the platform gives its address.

use std::fs;
use std::sync::{Arc, OnceLock};

use easy_wechat::client::{Download, ErrorKind};
use easy_wechat::{ClientError, MediaId};

use super::MP4;
use super::rude::{Reply, Rude, client_at};

fn address(address: &str) -> Reply {
    let json = format!("{{\"video_url\": \"{address}\"}}");
    Reply::new(
        "200 OK",
        "Content-Type: application/json\r\n",
        json.len(),
        json.as_bytes(),
    )
}

/// A platform that names `path` of its own, and what is there.
async fn platform(there: impl Fn(usize) -> Reply + Send + 'static) -> Rude {
    let url: Arc<OnceLock<String>> = Arc::default();
    let own = Arc::clone(&url);
    let rude = Rude::start(move |count, _| match count {
        0 => address(&format!("{}/video", own.get().unwrap())),
        count => there(count),
    })
    .await;
    url.set(rude.url.clone()).unwrap();
    rude
}

#[tokio::test]
async fn the_address_of_a_video_is_followed() {
    let rude =
        platform(|_| Reply::new("200 OK", "Content-Type: video/mp4\r\n", MP4.len(), MP4)).await;
    let folder = tempfile::tempdir().unwrap();
    let (client, id) = (rude.client(), MediaId::from("v"));
    let down = client.download_media(&id, Download::to(folder.path()));
    let down = down.await.unwrap();
    assert_eq!(fs::read(&down.path).unwrap(), MP4);
    assert!(
        down.path.extension().is_some_and(|it| it == "mp4"),
        "{}",
        down.path.display()
    );
    assert_eq!(
        rude.firsts().len(),
        2,
        "the platform once, the address once"
    );
}

#[tokio::test]
async fn a_proxy_with_a_private_name_is_used() {
    let proxy = Rude::start(|count, _| match count {
        0 => address("http://video.example/v"),
        _ => Reply::new("200 OK", "Content-Type: video/mp4\r\n", MP4.len(), MP4),
    })
    .await;
    let port = proxy.url.rsplit(':').next().unwrap();
    let client = client_at(&format!(
        "http://platform.example\nproxy = http://localhost:{port}"
    ));
    let folder = tempfile::tempdir().unwrap();
    let id = MediaId::from("v");
    let down = client.download_media(&id, Download::to(folder.path()));
    assert_eq!(fs::read(&down.await.unwrap().path).unwrap(), MP4);
}

#[tokio::test]
async fn an_address_that_is_not_one_to_follow_is_asked_for_once() {
    for bad in [
        "",
        "video",
        "ftp://example.com/v.mp4",
        "file:///etc/passwd",
        "http://127.0.0.1:1/v.mp4",
        "http://localhost/v.mp4",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/v.mp4",
        "http://li:secret@example.com/v.mp4",
    ] {
        let rude = Rude::start(move |_, _| address(bad)).await;
        refused(&rude, 1, bad).await;
    }
    let page = b"<html>";
    for (what, reply) in [
        (
            "a redirect into the net",
            Reply::new("302 Found", "Location: http://169.254.169.254/\r\n", 0, b""),
        ),
        (
            "gone",
            Reply::new("404 Not Found", "Content-Type: video/mp4\r\n", 0, b""),
        ),
        (
            "a page",
            Reply::new("200 OK", "Content-Type: text/html\r\n", page.len(), page),
        ),
    ] {
        let (head, body) = (reply.head, reply.body);
        let rude = platform(move |_| Reply {
            head: head.clone(),
            body: body.clone(),
        })
        .await;
        refused(&rude, 2, what).await;
    }
}

async fn refused(rude: &Rude, requests: usize, what: &str) {
    let folder = tempfile::tempdir().unwrap();
    let (client, id) = (rude.client(), MediaId::from("v"));
    let down = client.download_media(&id, Download::to(folder.path()));
    let error = down.await.unwrap_err();
    assert!(
        matches!(error, ClientError::BadVideo { .. }),
        "{what}: {error:?}"
    );
    assert_eq!(error.kind(), ErrorKind::FixTarget);
    assert!(!error.to_string().contains("secret"), "{what}: {error}");
    assert_eq!(rude.firsts().len(), requests, "{what}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "{what}");
}
