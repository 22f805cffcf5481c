//! The keys that receiving, sending and robots need, and the errors when they are missing.

use super::app::{AppConfig, Credentials};
use super::error::{ConfigError, Missing, Place};
use super::robot::{self, Robot};
use crate::account::Account;
use crate::crypt::{CryptError, ReceiveIds, WXBizMsgCrypt};
use crate::diagnosis::{Keys, Verdict};
use crate::ids::AgentId;
use crate::platform::{AccountKind, Mode};

impl AppConfig {
    /// The keys to verify, open and answer callbacks with.
    ///
    /// # Errors
    /// [`ConfigError::Missing`] when `token`, `encoding_aes_key` or the receive id (`corpid`, an Official Account's
    /// `appid`) is missing, [`ConfigError::SeveralMissing`] for more than one of them; [`ConfigError::Malformed`] when the
    /// key is not 43 characters of base64. An Official Account in plain mode needs only the token.
    pub fn account(&self) -> Result<Account, ConfigError> {
        let console = self.kind.platform().console;
        let own = Some(self.own_id()).filter(|id| !id.is_empty());
        let is_plain = self.kind == AccountKind::OfficialAccount
            && self.mode == Mode::Plain
            && self.encoding_aes_key.is_none();
        let token = self.token.clone().unwrap_or_default();
        let key = self.encoding_aes_key.clone().unwrap_or_default();
        self.complete(&[
            (
                token.is_empty(),
                &self.places.token,
                &format!("the Token of the callback page ({console})"),
            ),
            (
                key.is_empty() && !is_plain,
                &self.places.encoding_aes_key,
                &format!("the 43 characters of EncodingAESKey on the callback page ({console})"),
            ),
            (
                own.is_none() && self.receive_ids.is_empty() && !is_plain,
                &self.places.receive_id,
                self.id_in_words(),
            ),
        ])?;
        if is_plain {
            return Account::plain_official_account(token).map_err(|error| self.illegal(&error));
        }
        let ids = ReceiveIds::any_of(own.into_iter().chain(&self.receive_ids));
        let crypt =
            WXBizMsgCrypt::new(token, key.reveal(), ids).map_err(|error| self.illegal(&error))?;
        Ok(match self.kind {
            AccountKind::WeCom => Account::wecom(crypt),
            AccountKind::OfficialAccount => Account::official_account(self.mode, crypt),
        })
    }

    /// The credentials for API calls.
    ///
    /// # Errors
    /// [`ConfigError::Missing`] when `secret` or the id (`corpid` and `appid`, an Official Account's `appid`) is missing,
    /// [`ConfigError::SeveralMissing`] for more than one of them.
    pub fn credentials(&self) -> Result<Credentials, ConfigError> {
        let is_wecom = self.kind == AccountKind::WeCom;
        let secret = self.secret.clone().unwrap_or_default();
        self.complete(&[
            (
                self.own_id().is_empty(),
                &self.places.receive_id,
                self.id_in_words(),
            ),
            (
                secret.is_empty(),
                &self.places.secret,
                if is_wecom {
                    "the app's Secret (应用管理 > 应用 > Secret)"
                } else {
                    "the account's AppSecret (设置与开发 > 基本配置)"
                },
            ),
            (
                is_wecom && self.agent().is_none(),
                &self.places.appid,
                "the app's AgentId, a number (应用管理 > 应用)",
            ),
        ])?;
        Ok(Credentials {
            kind: self.kind,
            id: self.own_id().clone(),
            agent: self.agent(),
            secret,
        })
    }

    /// The group robot of the section.
    ///
    /// # Errors
    /// [`ConfigError::Missing`] when `webhook` is missing; [`ConfigError::Malformed`] when it is neither the address of a robot
    /// nor a key.
    pub fn robot(&self) -> Result<Robot, ConfigError> {
        let place = &self.places.webhook;
        let webhook = self.webhook.clone().unwrap_or_default();
        self.complete(&[(webhook.is_empty(), place, robot::EXPECTED)])?;
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

    /// Warnings for a server that starts: keys of an unusual form, and a file that other users may read.
    #[cfg_attr(
        not(feature = "server"),
        expect(dead_code, reason = "only a server warns of them")
    )]
    pub(crate) fn oddities(&self) -> impl Iterator<Item = String> {
        let odd = Keys::from(self).check().into_iter();
        odd.filter(|finding| finding.verdict == Verdict::Odd)
            .map(|finding| format!("[{}] {}; {}", self.name, finding.what, finding.advice))
            .chain(self.exposed.clone())
    }

    /// The id of the account: the corpid, or the AppID of an Official Account.
    fn own_id(&self) -> &String {
        match self.kind {
            AccountKind::WeCom => &self.corpid,
            AccountKind::OfficialAccount => &self.appid,
        }
    }

    fn id_in_words(&self) -> &'static str {
        match self.kind {
            AccountKind::WeCom => "the 企业ID (我的企业 > 企业信息)",
            AccountKind::OfficialAccount => "the account's AppID, wx… (设置与开发 > 基本配置)",
        }
    }

    /// Reports all missing keys at once. Each entry: whether it is missing, its place, and what is expected.
    fn complete(&self, needed: &[(bool, &Place, &str)]) -> Result<(), ConfigError> {
        let missing = needed.iter().filter(|(is_missing, ..)| *is_missing);
        let mut missing: Vec<Missing> = missing
            .map(|(_, place, expected)| Missing {
                place: Place::clone(place),
                expected: self.or_misspelt(place, expected),
            })
            .collect();
        match (missing.pop(), missing.is_empty()) {
            (None, _) => Ok(()),
            (Some(Missing { place, expected }), true) => {
                Err(ConfigError::Missing { place, expected })
            }
            (Some(last), false) => {
                missing.push(last);
                Err(ConfigError::SeveralMissing { missing })
            }
        }
    }

    /// Adds the warning about an unknown key that was probably meant to be this one.
    fn or_misspelt(&self, place: &Place, expected: &str) -> String {
        let meant = format!("did you mean {}?", place.key);
        let mut warnings = self.warnings.iter();
        match warnings.find(|warning| warning.ends_with(&meant)) {
            Some(warning) => format!("{expected}; {warning}"),
            None => expected.to_owned(),
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
