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
