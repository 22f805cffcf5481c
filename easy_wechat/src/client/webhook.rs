use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};
use tokio::time::{Instant, sleep};
use tracing::{debug, info, warn};

use super::files::{self, Uploaded};
use super::multipart::{self, Rule};
use super::upload::Upload;
use super::{parts, persist};
use crate::call::{Api, Call, ClientError, Receipt};
use crate::clock::Clock;
use crate::config::{ApiSettings, Config, PlugInReaders, Robot, check_proxies, credential_fault};
use crate::errcode::Asked;
use crate::outgoing::{
    self, MarkdownFallback, MediaType, Outgoing, OutgoingError, Part, Prepared, SendOptions, Way,
};
use crate::pace::{Limits, Pace};
use crate::platform::AccountKind;
use crate::recipient::Recipient;
use crate::secret::Secret;

/// A robot of a group chat (群机器人, 消息推送): whoever has its webhook can speak in the group. It needs no app.
///
/// Clones are the same robot, and cheap.
///
/// ```no_run
/// # async fn example() -> Result<(), easy_wechat::BoxError> {
/// use easy_wechat::client::Webhook;
/// use easy_wechat::{Config, Outgoing};
///
/// let robot = Webhook::from_config(&Config::find()?, "alerts")?; // webhook = https://…?key=… in section [alerts]
/// robot.send(&Outgoing::markdown("**disk full** on <font color=\"warning\">db1</font>")).await?;
/// # Ok(()) }
/// ```
///
/// What it does by itself: a text of more than 2048 bytes goes out in parts, in order; markdown has 4096. Beyond 20
/// messages a minute they wait for their turn, `api_patience` at most; while the platform is busy they are tried again.
/// A message whose answer was lost is not sent again: [`ClientError::MaybeDelivered`].
///
/// The key in the address is a secret: no error, no log and no `Debug` shows it.
///
/// <https://developer.work.weixin.qq.com/document/path/99110>
#[derive(Clone, Debug)]
pub struct Webhook(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// The section's name, for the log.
    name: String,
    key: Secret,
    settings: ApiSettings,
    api: Api,
    pace: Pace,
    clock: Clock,
}

impl Webhook {
    /// A robot by its webhook's whole address, as WeCom shows it, or by the key in it.
    ///
    /// Nothing is sent yet.
    ///
    /// # Errors
    /// [`ClientError::InvalidWebhook`] with the kind and the place of a character that cannot belong to it, never with the
    /// value; [`ClientError::NoWebhook`] when it is neither an address nor a key; [`ClientError::Config`] when the
    /// environment names a proxy whose address can be read in two ways.
    pub fn new(webhook: impl Into<Secret>) -> Result<Self, ClientError> {
        let webhook = webhook.into();
        let text = webhook.reveal().trim();
        if let Some(what) = credential_fault("webhook", text) {
            return Err(ClientError::InvalidWebhook { what });
        }
        check_proxies()?;
        let robot = Robot::parse(text).ok_or(ClientError::NoWebhook)?;
        let settings = ApiSettings::new(AccountKind::WeCom);
        Ok(Self::build(
            "robot".to_owned(),
            robot,
            settings,
            Clock::system(),
        ))
    }

    /// The robot of a section of the configuration: its key `webhook`, and how the platform is called (`proxy`,
    /// `api_timeout`, …). The section needs nothing else.
    ///
    /// When `webhook` is a whole address, that is where the robot is; when it is only the key, `api_base_url` says it.
    ///
    /// # Errors
    /// [`ClientError::Config`]: no such section, `webhook` is missing or none.
    pub fn from_config(config: &Config, section: &str) -> Result<Self, ClientError> {
        let app = config.app(section)?;
        let robot = app.robot()?;
        Ok(Self::build(app.name, robot, app.api, Clock::system()))
    }

    /// The same robot with time from `clock`; for tests. What it has sent before is forgotten.
    #[must_use]
    pub fn clock(self, clock: Clock) -> Self {
        let settings = self.0.settings.clone();
        self.rebuilt(settings, clock)
    }

    /// The same robot with this patience in place of `api_patience`: how long a message may wait for its turn, and for
    /// a platform that is busy. What it has sent before is forgotten.
    #[must_use]
    pub fn patience(self, patience: Duration) -> Self {
        let mut settings = self.0.settings.clone();
        settings.patience = patience;
        let clock = self.0.clock.clone();
        self.rebuilt(settings, clock)
    }

    /// Says something in the group, with the usual [`SendOptions`]. Which types it takes: [`Way::Robot`].
    ///
    /// # Errors
    /// - [`ClientError::Outgoing`] before anything is sent, when the platform would not take it.
    /// - [`ClientError::Paced`] when there were 20 within a minute, and the wait is longer than `api_patience`.
    /// - [`ClientError::Api`] when the platform refuses: 93000 when the key is wrong or the robot is gone, ….
    /// - [`ClientError::Unreachable`] when it never left.
    /// - [`ClientError::MaybeDelivered`] when the answer was lost: look before you send it again.
    /// - [`ClientError::Interrupted`] when some parts of it were sent.
    pub async fn send(&self, what: &Outgoing) -> Result<(), ClientError> {
        self.send_with(what, &SendOptions::default()).await
    }

    /// Says something of any type, with its content as the platform documents it.
    ///
    /// # Errors
    /// As for [`Webhook::send`]; [`ClientError::Outgoing`] also when `media_type` is unknown or `content` is no JSON
    /// object.
    pub async fn send_media(&self, media_type: &str, content: Value) -> Result<(), ClientError> {
        self.send(&Outgoing::from_json(media_type, content)?).await
    }

    /// Says something in the group.
    ///
    /// # Errors
    /// As for [`Webhook::send`].
    pub async fn send_with(
        &self,
        what: &Outgoing,
        options: &SendOptions,
    ) -> Result<(), ClientError> {
        self.send_and_tell(what, options).await.map(|_| ())
    }

    /// The same, and what of it will not be seen.
    pub(crate) async fn send_and_tell(
        &self,
        what: &Outgoing,
        options: &SendOptions,
    ) -> Result<Receipt, ClientError> {
        let mut options = options.clone();
        let all_as_text = self.0.settings.markdown_as_text == PlugInReaders::Everybody;
        if all_as_text && options.markdown_fallback == MarkdownFallback::Never {
            options.markdown_fallback = MarkdownFallback::Always;
        }
        let way = Way::Robot;
        let Prepared {
            parts,
            cuts,
            ignored,
        } = outgoing::prepare(what, &Recipient::Everyone, &options, way)?;
        for cut in &cuts {
            warn!(robot = %self.0.name, kind = what.msg_type(), "{cut}");
        }
        for ignored in &ignored {
            warn!(robot = %self.0.name, kind = what.msg_type(), "{ignored}");
        }
        let beside = options.fields(way);
        let sent = parts::in_order(parts, |part| self.say(part, beside.clone())).await?;
        Ok(Receipt {
            cuts,
            ignored,
            ..sent
        })
    }

    /// Uploads a file or a recording for a message of this robot; nobody else can use its id. The platform keeps it for
    /// 3 days.
    ///
    /// It is checked and sent as by [`WeChatClient::upload_media`](super::WeChatClient::upload_media).
    ///
    /// # Errors
    /// As there; [`ClientError::Outgoing`] also for another type than `file` and `voice`.
    pub async fn upload_media(
        &self,
        media_type: MediaType,
        file: Upload,
    ) -> Result<Uploaded, ClientError> {
        if !matches!(media_type, MediaType::File | MediaType::Voice) {
            return Err(ClientError::Outgoing(OutgoingError::NotThisWay {
                what: format!("an uploaded {media_type}"),
                way: Way::Robot,
                taken: "file, voice; a picture goes as Outgoing::Picture".to_owned(),
            }));
        }
        let Inner { api, key, .. } = &*self.0;
        let (file, rule) = (&file.afresh(), Rule::Media(media_type));
        rule.check(api.kind, file).await?;
        let query = [("type", media_type.as_str())];
        let secrets = [("key", key.reveal())];
        let send = || multipart::send(api, UPLOAD, &query, &secrets, file, rule);
        let answer = self.patiently(send).await?;
        files::read(&answer, self.0.clock.now())
            .ok_or_else(|| ClientError::garbled(UPLOAD, "JSON without a media_id", true))
    }

    async fn say(&self, part: Part, beside: Map<String, Value>) -> Result<Receipt, ClientError> {
        let inner = &self.0;
        if inner.settings.rate_limits {
            let (clock, patience) = (&inner.clock, inner.settings.patience);
            parts::enter(&inner.pace, [IT], clock, patience, LIMIT).await?;
        }
        let (robot, kind) = (&inner.name, part.msg_type.clone());
        debug!(%robot, %kind, content = %part.content, "sending");
        let call = Call::post("/cgi-bin/webhook/send", &parts::body(part, beside)).says_errcode();
        let secrets = [("key", inner.key.reveal())];
        let sent = self.patiently(|| inner.api.json(&call, &secrets, Asked::Call));
        match sent.await {
            Ok(_) => {
                info!(%robot, %kind, "send message successful to the robot's group");
                Ok(Receipt::default())
            }
            Err(error) => {
                warn!(%robot, %kind, %error, "send message failed");
                Err(error)
            }
        }
    }

    /// Makes an attempt, and again while the platform is busy or cannot be reached, within the patience.
    async fn patiently<T, F, A>(&self, attempt: F) -> Result<T, ClientError>
    where
        F: Fn() -> A,
        A: Future<Output = Result<T, ClientError>>,
    {
        let began = Instant::now();
        let mut tries = 0;
        loop {
            let error = match attempt().await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            match persist::pause_before(tries, &error) {
                Some(pause) if began.elapsed() + pause <= self.0.settings.patience => {
                    debug!(robot = %self.0.name, %error, "once more in {} ms", pause.as_millis());
                    sleep(pause).await;
                }
                _ => return Err(error),
            }
            tries += 1;
        }
    }

    fn rebuilt(self, settings: ApiSettings, clock: Clock) -> Self {
        let key = self.0.key.clone();
        Self::made(self.0.name.clone(), key, settings, clock)
    }

    fn build(name: String, robot: Robot, mut settings: ApiSettings, clock: Clock) -> Self {
        if let Some(base_url) = robot.base_url {
            settings.base_url = base_url;
        }
        Self::made(name, robot.key, settings, clock)
    }

    fn made(name: String, key: Secret, settings: ApiSettings, clock: Clock) -> Self {
        Self(Arc::new(Inner {
            name,
            key,
            api: Api::new(AccountKind::WeCom, &settings),
            settings,
            pace: Pace::new(Limits::ROBOT),
            clock,
        }))
    }
}

const UPLOAD: &str = "/cgi-bin/webhook/upload_media";

/// The one receiver that a robot has.
const IT: &str = "the group";

/// <https://developer.work.weixin.qq.com/document/path/99110>
const LIMIT: &str = "20 messages a minute of one robot";
