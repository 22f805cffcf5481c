//! Who may see the page.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use easy_wechat::Secret;
use monkey_monitor::camera::CameraSettings;

use crate::running::Running;
use crate::web::{ask, get};

#[tokio::test(flavor = "multi_thread")]
async fn without_the_password_there_is_nothing_to_see() {
    let running = Running::start(CameraSettings::default(), |page| {
        page.password = Some(Secret::from("香蕉:1".to_owned()));
    })
    .await;
    let addr = running.addr();
    let basic = |text: &str| format!("Basic {}", STANDARD.encode(text));
    let table = [
        (None, 401),
        (Some(basic("monkey:香蕉:1")), 200),
        (Some(basic(":香蕉:1").replace("Basic", "basic")), 200),
        (Some(basic("monkey:香蕉")), 401),
        (Some(basic("monkey:香蕉:12")), 401),
        (Some(basic("monkey:")), 401),
        (Some(basic("香蕉")), 401),
        (Some("Basic !!!".to_owned()), 401),
        (Some("Bearer x".to_owned()), 401),
        (Some("Basic".to_owned()), 401),
    ];
    for (authorization, expected) in table {
        let header = authorization
            .as_ref()
            .map_or(String::new(), |it| format!("Authorization: {it}\r\n"));
        for path in ["/", "/status", "/style.css", "/photo/1.jpg"] {
            let found = ask(addr, &format!("GET {path}"), &header, b"").await.status;
            let found = if found == 404 { 200 } else { found };
            assert_eq!(found, expected, "{path} with {authorization:?}");
        }
    }
    let refused = get(addr, "/video_feed").await;
    assert_eq!(refused.status, 401);
    assert!(
        refused
            .header("www-authenticate")
            .unwrap()
            .starts_with("Basic ")
    );
    assert_eq!(
        get(addr, "/nowhere").await.status,
        401,
        "not even what there is"
    );
    // The platform does not know it, and is let through all the same.
    assert_eq!(get(addr, "/weixin").await.status, 400);
}

/// A page whose password is `banana`.
async fn guarded() -> Running {
    Running::start(CameraSettings::default(), |page| {
        page.password = Some(Secret::from("banana".to_owned()));
    })
    .await
}

fn header(password: &str) -> String {
    format!(
        "Authorization: Basic {}\r\n",
        STANDARD.encode(format!("monkey:{password}"))
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_are_slowed_and_a_browser_that_knew_the_password_is_not() {
    let running = guarded().await;
    let page = async |headers: String| ask(running.addr(), "GET /status", &headers, b"").await;
    let first = page(header("banana")).await;
    assert_eq!(first.status, 200);
    let cookie = first.header("set-cookie").unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"));
    let cookie = format!("Cookie: a=b; {}\r\n", cookie.split(';').next().unwrap());
    let mut refused = 0;
    for guess in 0..100 {
        let answer = page(header(&guess.to_string())).await;
        assert!([401, 429].contains(&answer.status), "{}", answer.status);
        if answer.status == 429 {
            refused += 1;
            let wait: u32 = answer.header("retry-after").unwrap().parse().unwrap();
            assert!((1..=10).contains(&wait), "{wait}");
        }
    }
    assert!(refused > 80, "{refused}");
    // Nothing is told about the right one, except to those who knew it before.
    assert_eq!(page(header("banana")).await.status, 429);
    assert_eq!(page(header("banana") + &cookie).await.status, 200);
    assert_eq!(page(cookie.clone()).await.status, 401, "it opens nothing");
    assert_eq!(page(cookie + &header("1")).await.status, 401);
    // No password is no guess.
    assert_eq!(page(String::new()).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_proxy_the_address_is_that_of_its_client() {
    let running = guarded().await;
    let from = async |address: &str, password: &str| {
        let headers = format!("X-Forwarded-For: {address}\r\n{}", header(password));
        ask(running.addr(), "GET /status", &headers, b"")
            .await
            .status
    };
    for guess in 0..50 {
        // What the client itself wrote stands before.
        let claimed = format!("10.0.0.{guess}, 203.0.113.7");
        from(&claimed, &guess.to_string()).await;
    }
    assert_eq!(from("203.0.113.7", "banana").await, 429);
    assert_eq!(from("203.0.113.8", "banana").await, 200);
    assert_eq!(from("203.0.113.7:4711", "banana").await, 429);
}
