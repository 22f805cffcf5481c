use std::time::Duration;

use super::Section;
use super::api::{self, ApiSettings};
use super::error::{ConfigError, Place};
use super::robot::{self, Robot};
use super::system::DEFAULT_ROUTE;
use super::value::{Deadline, Seconds};
use crate::account::Account;
use crate::crypt::{CryptError, ReceiveIds, WXBizMsgCrypt};
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
    places: Places,
}

/// Where the keys stand that [`AppConfig::account`], [`AppConfig::credentials`] and [`AppConfig::robot`] need.
#[derive(Clone, Debug)]
struct Places {
    token: Place,
    encoding_aes_key: Place,
    receive_id: Place,
    appid: Place,
    secret: Place,
    webhook: Place,
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

    /// The keys to verify, open and answer callbacks with.
    ///
    /// # Errors
    /// [`ConfigError::Missing`] when `token`, `encoding_aes_key` or the receive id (`corpid`, an Official Account's
    /// `appid`) is not there; [`ConfigError::Malformed`] when the key is not 43 characters of base64. An Official Account
    /// in plain mode needs only the token.
    pub fn account(&self) -> Result<Account, ConfigError> {
        let console = self.kind.platform().console;
        let token = self.need(
            self.token.as_ref(),
            &self.places.token,
            &format!("the Token of the callback page ({console})"),
        )?;
        if self.kind == AccountKind::WeCom {
            return Ok(Account::wecom(self.crypt(token)?));
        }
        if self.mode == Mode::Plain && self.encoding_aes_key.is_none() {
            return Account::plain_official_account(token.clone())
                .map_err(|error| self.illegal(&error));
        }
        Ok(Account::official_account(self.mode, self.crypt(token)?))
    }

    /// What the platform is called with.
    ///
    /// # Errors
    /// [`ConfigError::Missing`] when `secret` or the id (`corpid` and `appid`, an Official Account's `appid`) is not there.
    pub fn credentials(&self) -> Result<Credentials, ConfigError> {
        let (id, expected, secret) = match self.kind {
            AccountKind::WeCom => (
                &self.corpid,
                CORPID,
                "the app's Secret (应用管理 > 应用 > Secret)",
            ),
            AccountKind::OfficialAccount => (
                &self.appid,
                APPID,
                "the account's AppSecret (设置与开发 > 基本配置)",
            ),
        };
        if id.is_empty() {
            return Err(self.missing(&self.places.receive_id, expected));
        }
        let secret = self.need(self.secret.as_ref(), &self.places.secret, secret)?;
        if self.kind == AccountKind::WeCom && self.agent().is_none() {
            let expected = "the app's AgentId, a number (应用管理 > 应用)";
            return Err(self.missing(&self.places.appid, expected));
        }
        Ok(Credentials {
            kind: self.kind,
            id: id.clone(),
            agent: self.agent(),
            secret: secret.clone(),
        })
    }

    /// The group robot that the section is of.
    ///
    /// # Errors
    /// [`ConfigError::Missing`] when `webhook` is not there; [`ConfigError::Malformed`] when it is neither the address of
    /// a robot nor a key.
    pub fn robot(&self) -> Result<Robot, ConfigError> {
        let place = &self.places.webhook;
        let webhook = self.need(self.webhook.as_ref(), place, robot::EXPECTED)?;
        Robot::parse(webhook.reveal()).ok_or_else(|| ConfigError::Malformed {
            place: place.clone(),
            found: None,
            expected: robot::EXPECTED.to_owned(),
        })
    }

    /// The app's number within its corporation; `None` on an Official Account, or when it is missing.
    pub fn agent(&self) -> Option<AgentId> {
        match self.kind {
            AccountKind::WeCom => self.appid.parse().ok().map(AgentId),
            AccountKind::OfficialAccount => None,
        }
    }

    fn crypt(&self, token: &Secret) -> Result<WXBizMsgCrypt, ConfigError> {
        let console = self.kind.platform().console;
        let key = self.need(
            self.encoding_aes_key.as_ref(),
            &self.places.encoding_aes_key,
            &format!("the 43 characters of EncodingAESKey on the callback page ({console})"),
        )?;
        let (id, expected) = match self.kind {
            AccountKind::WeCom => (&self.corpid, CORPID),
            AccountKind::OfficialAccount => (&self.appid, APPID),
        };
        let own = Some(id).filter(|id| !id.is_empty());
        if own.is_none() && self.receive_ids.is_empty() {
            return Err(self.missing(&self.places.receive_id, expected));
        }
        let ids = ReceiveIds::any_of(own.into_iter().chain(&self.receive_ids));
        WXBizMsgCrypt::new(token.clone(), key.reveal(), ids).map_err(|error| self.illegal(&error))
    }

    fn need<'a>(
        &self,
        value: Option<&'a Secret>,
        place: &Place,
        expected: &str,
    ) -> Result<&'a Secret, ConfigError> {
        value.ok_or_else(|| self.missing(place, expected))
    }

    /// Something is not there. If something else is there that was probably meant to be it, that is said.
    fn missing(&self, place: &Place, expected: &str) -> ConfigError {
        let meant = format!("did you mean {}?", place.key);
        let mut expected = expected.to_owned();
        if let Some(warning) = self
            .warnings
            .iter()
            .find(|warning| warning.ends_with(&meant))
        {
            expected = format!("{expected}; {warning}");
        }
        ConfigError::Missing {
            place: place.clone(),
            expected,
        }
    }

    fn illegal(&self, error: &CryptError) -> ConfigError {
        ConfigError::Malformed {
            place: self.places.encoding_aes_key.clone(),
            found: None,
            expected: format!("the 43 letters and digits of EncodingAESKey: {error}"),
        }
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

/// Its address, as it was pasted, or its key.
fn webhook(section: &Section<'_>) -> Result<Option<Secret>, ConfigError> {
    section.made_of("webhook", "-_.~:/?&=%@+")
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

const CORPID: &str = "the 企业ID (我的企业 > 企业信息)";
const APPID: &str = "the account's AppID, wx… (设置与开发 > 基本配置)";

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
