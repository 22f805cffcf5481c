//! An app as its platform knows it: ids, keys, and its section of `config.ini`.

use std::fmt::Write as _;

use rand::RngExt as _;
use rand::distr::Alphanumeric;

use super::SandboxError;
use crate::config::AppConfig;
use crate::crypt::WXBizMsgCrypt;
use crate::platform::{AccountKind, Mode};
use crate::secret::Secret;

/// One app of the sandbox.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) kind: AccountKind,
    pub(crate) mode: Mode,
    /// The corpid; an Official Account's AppID.
    pub(crate) receive_id: String,
    /// What stands in `ToUserName`: the corpid; an Official Account's `gh_…`.
    pub(crate) user_name: String,
    /// WeCom only; 0 on an Official Account.
    pub(crate) agent_id: i64,
    pub(crate) secret: Secret,
    pub(crate) token: Secret,
    pub(crate) encoding_aes_key: Secret,
    pub(crate) crypt: WXBizMsgCrypt,
    /// Its keys are somebody's own, and nobody needs to be told them.
    own_keys: bool,
}

impl App {
    /// An app with keys drawn at random; `number` counts the apps of the corporation.
    pub(crate) fn made_up(
        kind: AccountKind,
        mode: Mode,
        receive_id: &str,
        number: i64,
    ) -> Result<Self, SandboxError> {
        let (token, encoding_aes_key) = (letters(32), letters(43));
        let crypt = WXBizMsgCrypt::new(token.as_str(), &encoding_aes_key, receive_id)?;
        let wecom = kind == AccountKind::WeCom;
        Ok(Self {
            kind,
            mode,
            receive_id: receive_id.to_owned(),
            user_name: if wecom {
                receive_id.to_owned()
            } else {
                format!("gh_{}", letters(12).to_lowercase())
            },
            agent_id: if wecom { FIRST_AGENT_ID + number } else { 0 },
            secret: letters(if wecom { 43 } else { 32 }).into(),
            token: token.into(),
            encoding_aes_key: encoding_aes_key.into(),
            crypt,
            own_keys: false,
        })
    }

    /// The app of a section of `config.ini`; what the section leaves out is made up.
    pub(crate) fn from_config(config: &AppConfig) -> Result<Self, SandboxError> {
        let wecom = config.kind == AccountKind::WeCom;
        let receive_id = if wecom { &config.corpid } else { &config.appid };
        let receive_id = if receive_id.is_empty() {
            made_up_id(config.kind)
        } else {
            receive_id.clone()
        };
        let mut app = Self::made_up(config.kind, config.mode, &receive_id, 0)?;
        if let Some(secret) = &config.secret {
            app.secret = secret.clone();
        }
        if let Some(token) = &config.token {
            app.token = token.clone();
        }
        if let Some(key) = &config.encoding_aes_key {
            app.encoding_aes_key = key.clone();
        }
        if let Ok(agent_id) = config.appid.parse() {
            app.agent_id = agent_id;
        }
        app.own_keys = true;
        app.crypt = WXBizMsgCrypt::new(
            app.token.clone(),
            app.encoding_aes_key.reveal(),
            receive_id.as_str(),
        )?;
        Ok(app)
    }

    /// Its section of `config.ini`, ready to paste; without the keys when they came from there.
    pub(crate) fn ini(&self, name: &str, api_base_url: &str) -> String {
        let mut ini = format!("[{name}]\n");
        let mut line = |key: &str, value: &str| {
            // Writing to a String cannot fail.
            let _ = writeln!(ini, "{key} = {value}");
        };
        match self.kind {
            AccountKind::WeCom => {
                line("corpid", &self.receive_id);
                line("appid", &self.agent_id.to_string());
            }
            AccountKind::OfficialAccount => {
                line("kind", "official_account");
                line("mode", mode_name(self.mode));
                line("appid", &self.receive_id);
            }
        }
        if !self.own_keys {
            line("secret", self.secret.reveal());
            line("token", self.token.reveal());
            line("encoding_aes_key", self.encoding_aes_key.reveal());
        }
        line("api_base_url", api_base_url);
        ini
    }
}

/// A corpid or AppID of the form that the platform gives.
pub(crate) fn made_up_id(kind: AccountKind) -> String {
    let digits: String = (0..16)
        .filter_map(|_| char::from_digit(rand::rng().random_range(0..16), 16))
        .collect();
    match kind {
        AccountKind::WeCom => format!("ww{digits}"),
        AccountKind::OfficialAccount => format!("wx{digits}"),
    }
}

pub(crate) fn mode_name(mode: Mode) -> &'static str {
    match mode {
        Mode::Plain => "plain",
        Mode::Compatible => "compatible",
        Mode::Safe => "safe",
    }
}

/// Letters and digits, drawn at random.
pub(crate) fn letters(count: usize) -> String {
    rand::rng()
        .sample_iter(Alphanumeric)
        .take(count)
        .map(char::from)
        .collect()
}

/// What the platform gives to the first app of a corporation, as seen.
const FIRST_AGENT_ID: i64 = 1_000_002;
