//! The queue of what was asked for in the chat, and the one worker that does it.

use std::time::Duration;

use easy_wechat::client::{ErrorKind, Upload};
use easy_wechat::outgoing::MediaType;
use easy_wechat::{BoxError, ClientError, Clock, Outgoing, UserId, WeChatClient};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};
use tracing::{info, warn};

use crate::album::Album;
use crate::camera::Camera;
use crate::film::{FilmSettings, encode, record};
use crate::time::ctime;

/// What somebody asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wish {
    /// A photo of this moment.
    Photo,
    /// A film of ten seconds.
    Film,
}

/// The queue, where wishes wait. Clones are the same one.
#[derive(Clone, Debug)]
pub struct Queue {
    orders: mpsc::Sender<Order>,
}

/// A wish that waits for its turn.
#[derive(Debug)]
struct Order {
    who: UserId,
    wish: Wish,
    asked: Instant,
}

/// The queue has no place left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{QUEUE} wishes wait already")]
pub struct QueueFull;

impl Queue {
    /// Puts a wish at its end.
    ///
    /// # Errors
    /// [`QueueFull`] when a hundred wait already, or the worker has ended.
    pub fn add(&self, who: UserId, wish: Wish) -> Result<(), QueueFull> {
        let asked = Instant::now();
        let order = Order { who, wish, asked };
        self.orders.try_send(order).map_err(|_| QueueFull)
    }
}

/// The one who does what is in the queue, one after the other.
#[derive(Debug)]
pub struct Worker {
    orders: mpsc::Receiver<Order>,
    camera: Camera,
    film: FilmSettings,
    album: Album,
    clock: Clock,
    client: WeChatClient,
}

impl Worker {
    /// A worker and its queue.
    pub fn new(
        camera: Camera,
        film: FilmSettings,
        album: Album,
        clock: Clock,
        client: WeChatClient,
    ) -> (Queue, Self) {
        let (sender, orders) = mpsc::channel(QUEUE);
        let worker = Self {
            orders,
            camera,
            film,
            album,
            clock,
            client,
        };
        (Queue { orders: sender }, worker)
    }

    /// Works until the queue is gone.
    pub async fn run(mut self) {
        while let Some(order) = self.orders.recv().await {
            let Order { who, wish, .. } = &order;
            let done = match wish {
                Wish::Photo => self.photo(&order).await,
                Wish::Film => self.film(&order).await,
            };
            match done {
                Ok(()) => info!(%who, ?wish, "sent"),
                Err(error) => warn!(%who, ?wish, %error, "not sent"),
            }
        }
    }

    async fn photo(&self, order: &Order) -> Result<(), BoxError> {
        let frame = match self.camera.still().await {
            Ok(frame) => frame,
            Err(trouble) => {
                warn!(who = %order.who, %trouble, "no photo");
                return self.say(order, trouble.in_chinese()).await;
            }
        };
        self.album.add(self.clock.now(), frame.jpeg.clone());
        self.deliver(order, async {
            let file = Upload::bytes("photo.jpg", frame.jpeg);
            let photo = self.client.upload_media(MediaType::Image, file).await?;
            Ok(Outgoing::image(photo.media_id))
        })
        .await
    }

    async fn film(&self, order: &Order) -> Result<(), BoxError> {
        let made = async {
            let recording = record(&self.camera, FILM_LENGTH).await?;
            encode(&recording, &self.film).await
        };
        let film = match made.await {
            Ok(film) => film,
            Err(error) => {
                warn!(who = %order.who, error = &error as &(dyn std::error::Error + 'static), "cannot record a video");
                return self.say(order, error.in_chinese()).await;
            }
        };
        self.deliver(order, async {
            let upload = Upload::file(film.path());
            let uploaded = self.client.upload_media(MediaType::Video, upload).await?;
            let title = ctime(self.clock.now());
            Ok(Outgoing::video(uploaded.media_id, title, ABOUT_FILM))
        })
        .await
    }

    /// Uploads and sends. When that fails, the member is told, if they can be reached at all.
    async fn deliver(
        &self,
        order: &Order,
        upload: impl Future<Output = Result<Outgoing, ClientError>>,
    ) -> Result<(), BoxError> {
        let sent = timeout(DELIVER_WITHIN, async {
            let message = upload.await?;
            sleep_until(order.asked + HEAD_START).await;
            self.client.send(&order.who, &message).await
        })
        .await;
        let (words, error): (String, BoxError) = match sent {
            Ok(Ok(receipt)) if receipt.is_complete() => return Ok(()),
            Ok(Ok(_)) => {
                return Err("the member is not among those whom the app may write to".into());
            }
            Ok(Err(error)) => (not_sent(error.kind()), error.into()),
            // It was cut off wherever it was: perhaps after it had gone out.
            Err(late) => (not_sent(ErrorKind::MaybeDelivered), late.into()),
        };
        self.say(order, words).await?;
        Err(error)
    }

    async fn say(&self, order: &Order, words: String) -> Result<(), BoxError> {
        let words = Outgoing::text(words);
        sleep_until(order.asked + HEAD_START).await;
        let _ = timeout(DELIVER_WITHIN, self.client.send(&order.who, &words)).await??;
        Ok(())
    }
}

/// How many wishes may wait.
pub const QUEUE: usize = 100;

/// How long a film is.
pub const FILM_LENGTH: Duration = Duration::from_secs(10);

const ABOUT_FILM: &str = "视频时长 10 秒。刚收到时平台可能还在转码, 若无法播放, 请过一分钟再打开。";

/// What was answered at once shall come before what was asked for.
const HEAD_START: Duration = Duration::from_millis(200);

/// What a member is told whose photo or video did not go out, or perhaps did not.
fn not_sent(kind: ErrorKind) -> String {
    let what = match kind {
        ErrorKind::MaybeDelivered => "不确定是否已经送达: 如果没有收到, 请再发一次",
        ErrorKind::Wait | ErrorKind::TryAgain => "但发送失败了, 请稍后再试",
        _ => "但发送失败了, 等待没有用, 请管理员查看日志",
    };
    format!("已经拍好, {what}")
}

/// One who cannot be reached does not stop the others.
const DELIVER_WITHIN: Duration = Duration::from_mins(2);
