use std::time::Duration;

use super::Section;
use super::api::{self, ApiSettings};
use super::credential::OF_A_WEBHOOK;
use super::error::{ConfigError, Place};
use super::system::DEFAULT_ROUTE;
use super::value::{Deadline, Seconds};
use crate::diagnosis::Keys;
use crate::ids::AgentId;
use crate::platform::{AccountKind, Mode};
use crate::secret::Secret;

/// The section of one app. `Debug` shows no secret.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AppConfig {
    /// The section's name.
    pub name: String,
    /// `kind`: the platform. Default: WeCom.
    pub kind: AccountKind,
    /// `mode`: how an Official Account's callbacks are protected. Default: safe. WeCom always encrypts.
    pub mode: Mode,
    /// `corpid`: the corporation (我的企业 > 企业信息 > 企业ID). Not used on an Official Account. Empty when missing.
    pub corpid: String,
    /// `appid`: on WeCom the app's agent id, a number; on an Official Account its AppID (`wx…`). Empty when missing.
    pub appid: String,
    /// `secret`: for calling the platform.
    pub secret: Option<Secret>,
    /// How the platform is called.
    pub api: ApiSettings,
    /// `token` of the callback page.
    pub token: Option<Secret>,
    /// `encoding_aes_key` of the callback page: 43 characters.
    pub encoding_aes_key: Option<Secret>,
    /// `receive_ids`: further ids that callbacks may be for, a list with commas; for third-party suites.
    pub receive_ids: Vec<String>,
    /// `route_name`: the path of its callbacks, with or without slashes. Default: that of `[system]`, else `weixin`.
    pub route_name: String,
    /// `reply_within`: how long a callback may wait for its handler; below 5 s, at which the platform hangs up. Default:
    /// 4.5 s.
    pub reply_within: Duration,
    /// `max_callback_age`: how far a callback's time may be from the clock; 0 takes any. Default: 600 s.
    pub max_callback_age: Duration,
    /// `deduplicate`: whether a re-sent callback is recognised. Default: yes.
    pub deduplicate: bool,
    /// `customer_service`: whether an Official Account may send messages of customer service, so that a late reply can
    /// go out. Default: no. WeCom apps always may.
    pub customer_service: bool,
    /// `webhook`: the address of a group robot (群机器人) as WeCom shows it, or only its key. A section of a robot needs
    /// nothing else.
    pub webhook: Option<Secret>,
    /// What in the section is probably a mistake.
    pub warnings: Vec<String>,
    /// A warning when other users may read the secrets in the file.
    pub(crate) exposed: Option<String>,
    pub(super) places: Places,
}

/// Where the keys stand that [`AppConfig::account`], [`AppConfig::credentials`] and [`AppConfig::robot`] need.
#[derive(Clone, Debug)]
pub(super) struct Places {
    pub(super) token: Place,
    pub(super) encoding_aes_key: Place,
    pub(super) receive_id: Place,
    pub(super) appid: Place,
    pub(super) secret: Place,
    pub(super) webhook: Place,
}

/// What the platform is called with: see [`AppConfig::credentials`]. `Debug` shows no secret.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Credentials {
    /// The platform.
    pub kind: AccountKind,
    /// The corporation's id; the AppID of an Official Account.
    pub id: String,
    /// The app's number, on WeCom.
    pub agent: Option<AgentId>,
    /// The app's secret.
    pub secret: Secret,
}

impl AppConfig {
    pub(super) fn read(section: &Section<'_>, system: &Section<'_>) -> Result<Self, ConfigError> {
        let kind = section
            .parse("kind", "wecom or official_account")?
            .unwrap_or_default();
        let appid = section.id("appid")?;
        if kind == AccountKind::WeCom && !appid.is_empty() && appid.parse::<i64>().is_err() {
            return Err(section.malformed(
                "appid",
                appid.as_str(),
                "the app's AgentId, a number (an Official Account's wx… needs kind = official_account)",
            ));
        }
        Ok(Self {
            name: section.name().to_owned(),
            kind,
            mode: section
                .parse("mode", "plain, compatible or safe")?
                .unwrap_or_default(),
            corpid: section.id("corpid")?,
            appid,
            secret: section.app_secret()?,
            api: ApiSettings::read(section, system, kind)?,
            token: section.credential("token")?,
            encoding_aes_key: section.credential("encoding_aes_key")?,
            receive_ids: section
                .made_of("receive_ids", "-_., ")?
                .unwrap_or_default()
                .reveal()
                .split(',')
                .map(|id| id.trim().to_owned())
                .filter(|id| !id.is_empty())
                .collect(),
            route_name: own_or_shared(section, system, |section| section.get("route_name"))?
                .unwrap_or_else(|| DEFAULT_ROUTE.to_owned()),
            reply_within: own_or_shared(section, system, |section| section.value("reply_within"))?
                .map_or(DEFAULT_REPLY_WITHIN, |Deadline(duration)| duration),
            max_callback_age: own_or_shared(section, system, |section| {
                section.value("max_callback_age")
            })?
            .map_or(DEFAULT_MAX_CALLBACK_AGE, |Seconds(duration)| duration),
            deduplicate: own_or_shared(section, system, |section| section.value("deduplicate"))?
                .unwrap_or(true),
            customer_service: section.value("customer_service")?.unwrap_or(false),
            webhook: webhook(section)?,
            warnings: section.unknown_keys(&[KEYS, &api::KEYS].concat()),
            exposed: None,
            places: Places {
                token: section.place("token"),
                encoding_aes_key: section.place("encoding_aes_key"),
                receive_id: section.place(kind.platform().receive_id_key),
                appid: section.place("appid"),
                secret: section.place("secret"),
                webhook: section.place("webhook"),
            },
        })
    }
}

/// The keys as they stand there, right or not.
impl From<&AppConfig> for Keys {
    fn from(app: &AppConfig) -> Self {
        let own = match app.kind {
            AccountKind::WeCom => &app.corpid,
            AccountKind::OfficialAccount => &app.appid,
        };
        let mut keys = Self::new(&app.name, app.kind);
        keys.mode = app.mode;
        keys.token = app.token.clone().unwrap_or_default();
        keys.encoding_aes_key = app.encoding_aes_key.clone().unwrap_or_default();
        keys.receive_ids = Some(own)
            .filter(|id| !id.is_empty())
            .into_iter()
            .chain(&app.receive_ids)
            .cloned()
            .collect();
        keys
    }
}

/// The address of a robot, or its key.
fn webhook(section: &Section<'_>) -> Result<Option<Secret>, ConfigError> {
    section.made_of("webhook", OF_A_WEBHOOK)
}

/// What the app's own section says, else what `[system]` says.
pub(super) fn own_or_shared<T>(
    own: &Section<'_>,
    shared: &Section<'_>,
    read: impl Fn(&Section<'_>) -> Result<Option<T>, ConfigError>,
) -> Result<Option<T>, ConfigError> {
    match read(own)? {
        Some(value) => Ok(Some(value)),
        None => read(shared),
    }
}

const DEFAULT_REPLY_WITHIN: Duration = Duration::from_millis(4500);
const DEFAULT_MAX_CALLBACK_AGE: Duration = Duration::from_mins(10);

/// The keys of an app, in the order of `config.ini.example`.
const KEYS: &[&str] = &[
    "kind",
    "mode",
    "corpid",
    "secret",
    "appid",
    "token",
    "encoding_aes_key",
    "receive_ids",
    "route_name",
    "reply_within",
    "max_callback_age",
    "deduplicate",
    "customer_service",
    "webhook",
];
