//! The whole app: camera, worker, callbacks and page.

use std::net::{Ipv4Addr, SocketAddr};

use easy_wechat::{BoxError, Clock, Config, WeChatClient};
use tokio::task::JoinHandle;
use tracing::{info, warn};

use crate::album::Album;
use crate::camera::{Camera, CameraSettings};
use crate::chat;
use crate::film::FilmSettings;
use crate::page::Page;
use crate::serve::{self, Serving};
use crate::settings::PageSettings;
use crate::work::Worker;

/// A monitor that runs.
#[derive(Debug)]
pub struct Monitor {
    camera: Camera,
    serving: Serving,
    worker: JoinHandle<()>,
    address: String,
}

/// What it is made of.
#[derive(Debug)]
pub struct Parts<'a> {
    /// Where the app's keys are.
    pub config: &'a Config,
    /// The section of the app.
    pub app: &'a str,
    /// Where callbacks and page are, like `0.0.0.0:6001`.
    pub listen: &'a str,
    /// The camera.
    pub camera: CameraSettings,
    /// The page.
    pub page: PageSettings,
    /// Who sends photos and films to the members.
    pub client: WeChatClient,
}

impl Monitor {
    /// Starts it on the current runtime.
    ///
    /// # Errors
    /// A configuration that is wrong, a port that is in use.
    pub fn start(parts: Parts<'_>) -> Result<Self, BoxError> {
        let listener = serve::bind(parts.listen)?;
        let addr = listener.local_addr()?;
        let address = parts.page.address.clone().unwrap_or_else(|| {
            if addr.port() == BLOCKED {
                warn!("browsers refuse port {BLOCKED}: set listen or address of [monkey_monitor]");
            }
            format!("http://{}/", reachable(addr))
        });
        let film = FilmSettings {
            ffmpeg: parts.camera.ffmpeg.clone(),
            ..FilmSettings::default()
        };
        let camera = Camera::new(parts.camera);
        let album = Album::default();
        let page = Page::new(camera.clone(), album.clone(), &parts.page);
        let (queue, worker) =
            Worker::new(camera.clone(), film, album, Clock::system(), parts.client);
        let callbacks =
            chat::server(parts.config, parts.app, queue, address.clone())?.configure()?;
        let serving = serve::start(listener, callbacks, page)?;
        info!(%addr, page = %address, app = parts.app, camera = %camera.settings().source, "listening");
        Ok(Self {
            camera,
            serving,
            worker: tokio::spawn(worker.run()),
            address,
        })
    }

    /// The address that it listens on.
    pub fn addr(&self) -> SocketAddr {
        self.serving.addr()
    }

    /// The page's address, as it is told in the chat.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The camera.
    pub fn camera(&self) -> &Camera {
        &self.camera
    }

    /// Stops it: what was asked for and is not done yet is dropped, and nothing of it is left on the disk.
    pub async fn stop(self) {
        self.camera.close();
        self.worker.abort();
        let _ = self.worker.await;
        self.serving.stop().await;
        self.camera.stopped().await;
        info!("stopped");
    }
}

/// An address to click on, for one that stands for all of this machine.
fn reachable(addr: SocketAddr) -> SocketAddr {
    if addr.ip().is_unspecified() {
        (Ipv4Addr::LOCALHOST, addr.port()).into()
    } else {
        addr
    }
}

/// The port of X11 and the default of `[system] listen`, which no browser opens.
const BLOCKED: u16 = 6000;
