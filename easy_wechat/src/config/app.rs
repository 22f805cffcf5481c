use std::time::Duration;

use super::Section;
use super::error::{ConfigError, Place};
use super::system::DEFAULT_ROUTE;
use super::value::{Deadline, Seconds};
use crate::account::Account;
use crate::crypt::{CryptError, ReceiveIds, WXBizMsgCrypt};
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
    /// `api_base_url`: where the platform's API is, without a slash at the end. Default: the platform's own address. The
    /// sandbox's is its page's.
    pub api_base_url: String,
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
    /// What in the section is probably a mistake.
    pub warnings: Vec<String>,
    places: Places,
}

/// Where the keys stand that [`AppConfig::account`] needs.
#[derive(Clone, Debug)]
struct Places {
    token: Place,
    encoding_aes_key: Place,
    receive_id: Place,
}

impl AppConfig {
    pub(super) fn read(section: &Section<'_>, system: &Section<'_>) -> Result<Self, ConfigError> {
        let kind = section
            .parse("kind", "wecom or official_account")?
            .unwrap_or_default();
        let appid = section.get("appid")?.unwrap_or_default();
        if kind == AccountKind::WeCom && !appid.is_empty() && appid.parse::<i64>().is_err() {
            return Err(section.malformed(
                "appid",
                &appid,
                "the app's AgentId, a number (an Official Account's wx… needs kind = official_account)",
            ));
        }
        Ok(Self {
            name: section.name().to_owned(),
            kind,
            mode: section
                .parse("mode", "plain, compatible or safe")?
                .unwrap_or_default(),
            corpid: section.get("corpid")?.unwrap_or_default(),
            appid,
            secret: section.secret("secret")?,
            api_base_url: own_or_shared(section, system, base_url)?
                .unwrap_or_else(|| kind.platform().api_base_url.to_owned()),
            token: section.secret("token")?,
            encoding_aes_key: section.secret("encoding_aes_key")?,
            receive_ids: section
                .get("receive_ids")?
                .unwrap_or_default()
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
            warnings: section.unknown_keys(KEYS),
            places: Places {
                token: section.place("token"),
                encoding_aes_key: section.place("encoding_aes_key"),
                receive_id: section.place(kind.platform().receive_id_key),
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
            AccountKind::WeCom => (&self.corpid, "the 企业ID (我的企业 > 企业信息)"),
            AccountKind::OfficialAccount => (
                &self.appid,
                "the account's AppID, wx… (设置与开发 > 基本配置)",
            ),
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

fn base_url(section: &Section<'_>) -> Result<Option<String>, ConfigError> {
    let Some(url) = section.get("api_base_url")? else {
        return Ok(None);
    };
    let host = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    if host.is_none_or(|host| host.is_empty() || host.starts_with('/')) {
        let expected =
            "an address with http:// or https:// before it, like https://qyapi.weixin.qq.com";
        return Err(section.malformed("api_base_url", &url, expected));
    }
    Ok(Some(url.trim_end_matches('/').to_owned()))
}

/// What the app's own section says, else what `[system]` says.
fn own_or_shared<T>(
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
    "api_base_url",
    "appid",
    "token",
    "encoding_aes_key",
    "receive_ids",
    "route_name",
    "reply_within",
    "max_callback_age",
    "deduplicate",
    "customer_service",
];
