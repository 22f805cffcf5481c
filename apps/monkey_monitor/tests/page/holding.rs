//! Clients that hold a connection without using it.

use easy_wechat::Secret;
use monkey_monitor::camera::CameraSettings;

use crate::holders::held;
use crate::running::Running;

#[tokio::test(flavor = "multi_thread")]
async fn nobody_holds_a_connection_of_the_page_with_or_without_a_password() {
    for password in [None, Some("a long password")] {
        let running = Running::start(CameraSettings::default(), |page| {
            page.password = password.map(Secret::from);
        })
        .await;
        let addr = running.addr();
        let paths = ["/", "/status", "/photo/1.jpg", "/weixin", "/nowhere"];
        let held = tokio::task::spawn_blocking(move || held(addr, &paths)).await;
        let held = held.unwrap();
        assert!(held.is_empty(), "{password:?}: {held:#?}");
    }
}
