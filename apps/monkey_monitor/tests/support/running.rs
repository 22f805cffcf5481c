//! A monitor that runs, beside a sandbox.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use easy_wechat::sandbox::Delivered;
use easy_wechat::store::MemoryStore;
use easy_wechat::{Clock, Sandbox, WeChatClient};
use monkey_monitor::camera::CameraSettings;
use monkey_monitor::monitor::{Monitor, Parts};
use monkey_monitor::settings::PageSettings;
use tempfile::TempDir;
use tokio::time::timeout;

pub struct Running {
    pub sandbox: Sandbox,
    pub monitor: Monitor,
    client: WeChatClient,
    folder: TempDir,
}

impl Running {
    pub async fn start(camera: CameraSettings, page: impl FnOnce(&mut PageSettings)) -> Self {
        Self::listening("127.0.0.1:0", camera, page).await
    }

    pub async fn listening(
        listen: &str,
        camera: CameraSettings,
        page: impl FnOnce(&mut PageSettings),
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let sandbox = Sandbox::start().await.unwrap();
        let mut settings = PageSettings::default();
        settings.name_file = folder.path().join("name.txt");
        page(&mut settings);
        let config = sandbox.config("demo");
        let store = Arc::new(MemoryStore::new(Clock::system()));
        let client = WeChatClient::builder(&config, "demo").unwrap();
        let client = client.store(store).build().unwrap();
        let monitor = Monitor::start(Parts {
            config: &config,
            app: "demo",
            listen,
            camera,
            page: settings,
            client: client.clone(),
        })
        .unwrap();
        sandbox
            .connect(format!("http://127.0.0.1:{}/weixin", monitor.addr().port()))
            .await
            .unwrap();
        Self {
            sandbox,
            monitor,
            client,
            folder,
        }
    }

    pub async fn synthetic() -> Self {
        Self::start(CameraSettings::default(), |_| {}).await
    }

    pub fn addr(&self) -> SocketAddr {
        self.monitor.addr()
    }

    /// Writes to the app: what is answered at once.
    pub async fn answer(&self, member: &str, text: &str) -> String {
        let seen = self.sandbox.member(member).says(text).await.unwrap();
        let content = &seen.messages[0].content["content"];
        content.as_str().unwrap_or_default().to_owned()
    }

    /// The message that comes to a member as the one of this number.
    pub async fn message(&self, member: &str, number: usize) -> Delivered {
        let member = self.sandbox.member(member);
        let inbox = timeout(Duration::from_mins(1), member.inbox_of(number));
        inbox.await.expect("something comes")[number - 1].clone()
    }

    /// What was uploaded for a message.
    pub async fn media(&self, message: &Delivered) -> Bytes {
        let id = message.content["media_id"].as_str().expect("a media id");
        self.client.media(&id.into()).await.unwrap().bytes
    }

    pub fn name(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("name.txt")).unwrap_or_default()
    }
}
