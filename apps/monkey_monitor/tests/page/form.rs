//! Say Hello To Me, with whatever somebody writes.

use crate::running::Running;
use crate::web::{Answer, ask, get};

async fn greet(running: &Running, body: &[u8]) -> Answer {
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    ask(running.addr(), "POST /", form, body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_greeted_and_goes_to_the_file() {
    let running = Running::synthetic().await;
    let long = "x".repeat(10_000);
    let table = [
        ("name=monkey", "Nice to meet you, monkey~", "Hi,I'm monkey"),
        (
            "name=%E5%AD%99%E6%82%9F%E7%A9%BA",
            "Nice to meet you, 孙悟空~",
            "Hi,I'm 孙悟空",
        ),
        (
            "name=thirteen.char",
            "Nice to meet you, thirteen.char~",
            "Hi,I'm thirteen.char",
        ),
        (
            "name=fourteen.chars",
            "Nice to meet you, fourteen.chars~",
            "Hi,I'm fourteen.cha~",
        ),
        ("name=", "Nice to meet you, null~", "Hi,I'm null"),
        ("", "Nice to meet you, null~", "Hi,I'm null"),
        (
            "name=a%0D%0Ab%00%E2%80%AEc",
            "Nice to meet you, a bc~",
            "Hi,I'm a bc",
        ),
        (
            "name=%3Cscript%3Ealert(1)%3C%2Fscript%3E",
            "Nice to meet you, &lt;script&gt;alert(1)&lt;/script&gt;~",
            "Hi,I'm <script>aler~",
        ),
        (
            "name=%22%27%26amp%3B",
            "Nice to meet you, &quot;&#39;&amp;amp;~",
            "Hi,I'm \"'&amp;",
        ),
        (
            "name=%7Bphotos%7D%7Bgreeting%7D",
            "Nice to meet you, {photos}{greeting}~",
            "Hi,I'm {photos}{gre~",
        ),
        (
            &format!("name={long}"),
            &format!("Nice to meet you, {}…~", &long[..63]),
            "Hi,I'm xxxxxxxxxxxx~",
        ),
    ];
    for (body, greeting, file) in table {
        let answer = greet(&running, body.as_bytes()).await;
        let shown = &body[..body.len().min(50)];
        assert_eq!(answer.status, 200, "{shown}");
        assert!(
            answer.text.contains(&format!("<bdi>{greeting}</bdi>")),
            "{shown}: {}",
            answer.text
        );
        assert!(!answer.text.contains("<script>"), "{shown}");
        assert_eq!(running.name(), file, "{shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_form_is_refused_with_a_sentence() {
    let running = Running::synthetic().await;
    let much = format!("name={}", "x".repeat(1024 * 1024));
    for (what, body, status, words) in [
        ("a megabyte", much.as_bytes(), 413, "太长"),
        (
            "no UTF-8",
            b"name=%FF%FE".as_slice(),
            200,
            "Nice to meet you",
        ),
        ("twice", b"name=a&name=b", 400, "看不懂"),
    ] {
        let answer = greet(&running, body).await;
        assert_eq!(answer.status, status, "{what}: {}", answer.text);
        assert!(answer.text.contains(words), "{what}: {}", answer.text);
    }
    let addr = running.addr();
    let xml = ask(addr, "POST /", "Content-Type: text/xml\r\n", b"<xml/>").await;
    assert_eq!(xml.status, 400);
    let foreign =
        "Content-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: cross-site\r\n";
    assert_eq!(ask(addr, "POST /", foreign, b"name=evil").await.status, 403);
    assert!(!running.name().contains("evil"));
    for (line, status) in [
        ("GET /etc/passwd", 404),
        ("GET /../../etc/passwd", 404),
        ("PUT /", 405),
        ("GET /photo/1.jpg", 404),
        ("GET /photo/x.jpg", 404),
        ("HEAD /", 200),
    ] {
        assert_eq!(ask(addr, line, "", b"").await.status, status, "{line}");
    }
    assert_eq!(get(addr, "/").await.status, 200, "it goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_lets_anything_foreign_run() {
    let running = Running::synthetic().await;
    for path in [
        "/",
        "/style.css",
        "/page.js",
        "/icon.svg",
        "/status",
        "/nowhere",
    ] {
        let answer = get(running.addr(), path).await;
        let policy = answer.header("content-security-policy").unwrap_or_default();
        assert!(
            policy.contains("default-src 'none'") && !policy.contains("unsafe"),
            "{path}: {policy}"
        );
        assert_eq!(
            answer.header("x-content-type-options"),
            Some("nosniff"),
            "{path}"
        );
        for bad in [
            "<script>",
            "onerror=",
            "onclick=",
            "style=\"",
            "javascript:",
            "src=\"/",
            "href=\"/",
            "action=\"/",
        ] {
            assert!(!answer.text.contains(bad), "{path} has {bad}");
        }
    }
}
