//! Which method each path answers to.

use crate::running::Running;
use crate::web::ask;

#[tokio::test(flavor = "multi_thread")]
async fn head_is_answered_wherever_get_is_and_starts_no_picture() {
    let running = Running::synthetic().await;
    let addr = running.addr();
    for (path, status, allow) in [
        ("/", 200, "GET, HEAD, POST"),
        ("/video_feed", 200, "GET, HEAD"),
        ("/status", 200, "GET, HEAD"),
        ("/photo/1.jpg", 404, "GET, HEAD"),
        ("/style.css", 200, "GET, HEAD"),
        ("/page.js", 200, "GET, HEAD"),
        ("/icon.svg", 200, "GET, HEAD"),
        ("/weixin", 400, "GET, HEAD, POST"),
        ("/nowhere", 404, ""),
    ] {
        let answer = ask(addr, &format!("HEAD {path}"), "", b"").await;
        assert_eq!(
            (answer.status, answer.text.as_str()),
            (status, ""),
            "{path}"
        );
        if allow.is_empty() {
            continue;
        }
        for method in ["PUT", "DELETE", "OPTIONS"] {
            let answer = ask(addr, &format!("{method} {path}"), "", b"").await;
            assert_eq!(answer.status, 405, "{method} {path}");
            assert_eq!(answer.header("allow"), Some(allow), "{method} {path}");
        }
    }
    assert!(
        ask(addr, "GET /status", "", b"")
            .await
            .text
            .contains("\"viewers\":0")
    );
}
