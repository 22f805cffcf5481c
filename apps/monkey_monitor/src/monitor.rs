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
        let told = match &parts.page.address {
            Some(address) => Some(address.clone()),
            None => address_of(addr, parts.page.chat_is_here),
        };
        let address = told.clone().or_else(|| address_of(addr, true));
        let address = address.unwrap_or_default();
        warn_of_the_page(addr, &parts);
        let film = FilmSettings {
            ffmpeg: parts.camera.ffmpeg.clone(),
            ..FilmSettings::default()
        };
        let camera = Camera::new(parts.camera);
        let album = Album::default();
        let page = Page::new(camera.clone(), album.clone(), &parts.page);
        let (queue, worker) =
            Worker::new(camera.clone(), film, album, Clock::system(), parts.client);
        let callbacks = chat::server(parts.config, parts.app, queue, told)?.configure()?;
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

    /// The page's address: the one that is told in the chat, or where nothing is told, one of this machine.
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

/// The page's address for those who chat, as far as it can be known: not where all addresses of this machine are listened
/// on, or only its own.
fn address_of(addr: SocketAddr, chat_is_here: bool) -> Option<String> {
    let ip = addr.ip().to_canonical();
    if chat_is_here && ip.is_unspecified() {
        let here = SocketAddr::from((Ipv4Addr::LOCALHOST, addr.port()));
        Some(format!("http://{here}/"))
    } else if chat_is_here || !(ip.is_unspecified() || ip.is_loopback()) {
        Some(format!("http://{addr}/"))
    } else {
        None
    }
}

/// What is probably not meant.
fn warn_of_the_page(addr: SocketAddr, parts: &Parts<'_>) {
    let page = &parts.page;
    let is_here = addr.ip().to_canonical().is_loopback();
    if page.address.is_none() {
        if addr.port() == BLOCKED {
            warn!("browsers refuse port {BLOCKED}; set listen or address of [monkey_monitor]");
        }
        if address_of(addr, parts.page.chat_is_here).is_none() {
            warn!(
                %addr,
                "the chat tells no link to the live page: its address is unknown; set address of [monkey_monitor]"
            );
        }
    }
    if page.password.is_none() && (!is_here || page.address.is_some()) {
        let reached_at = page.address.clone().unwrap_or_else(|| addr.to_string());
        warn!(
            page = reached_at,
            "the live picture is open to everybody who reaches the page; set password of [monkey_monitor]"
        );
    }
}

/// The port of X11 and the default of `[system] listen`, which no browser opens.
const BLOCKED: u16 = 6000;

#[cfg(test)]
mod tests {
    use super::address_of;

    #[test]
    fn the_chat_tells_only_addresses_that_can_be_opened() {
        for (addr, elsewhere, here) in [
            ("0.0.0.0:7161", None, "http://127.0.0.1:7161/"),
            ("[::]:7161", None, "http://127.0.0.1:7161/"),
            ("127.0.0.1:7161", None, "http://127.0.0.1:7161/"),
            ("[::1]:7161", None, "http://[::1]:7161/"),
            (
                "192.0.2.7:80",
                Some("http://192.0.2.7:80/"),
                "http://192.0.2.7:80/",
            ),
        ] {
            let addr = addr.parse().unwrap_or_else(|_| unreachable!("{addr}"));
            assert_eq!(address_of(addr, false).as_deref(), elsewhere, "{addr}");
            assert_eq!(address_of(addr, true).as_deref(), Some(here), "{addr}");
        }
    }
}
