use super::stray::{is_invisible, is_quote, stray};
use super::{Cause, Finding, Step};
use crate::crypt::EncodingAesKey;
use crate::platform::{AccountKind, Mode};
use crate::secret::Secret;

/// What an app's section says, right or not.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Keys {
    /// The section's name.
    pub name: String,
    /// `kind`.
    pub kind: AccountKind,
    /// `mode`; WeCom has none.
    pub mode: Mode,
    /// `token`, empty when missing.
    pub token: Secret,
    /// `encoding_aes_key`, empty when missing.
    pub encoding_aes_key: Secret,
    /// Whom a message may be for: `corpid` (an Official Account's `appid`) and `receive_ids`.
    pub receive_ids: Vec<String>,
}

impl Keys {
    /// Those of the section `name`, with nothing in it yet. The mode is safe.
    pub fn new(name: impl Into<String>, kind: AccountKind) -> Self {
        Self {
            name: name.into(),
            kind,
            mode: Mode::Safe,
            token: Secret::default(),
            encoding_aes_key: Secret::default(),
            receive_ids: Vec::new(),
        }
    }

    /// What can be said of them without a request.
    pub fn check(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        let [token, key] = [self.token.reveal(), self.encoding_aes_key.reveal()];
        if token.chars().count() == KEY_CHARACTERS
            && key.chars().count() < KEY_CHARACTERS
            && !key.is_empty()
        {
            found.push(Finding::wrong(
                Cause::Swapped,
                "token has 43 characters and encoding_aes_key has fewer: they seem to be exchanged",
                "write Token to token, and EncodingAESKey (43 characters) to encoding_aes_key",
            ));
            return found;
        }
        found.extend(self.check_token());
        found.extend(self.check_key());
        if self.needs_key() || !key.is_empty() {
            found.extend(self.check_receive_id());
        }
        if found.is_empty() {
            found.push(Finding::good(
                Step::Keys,
                "they have the shape that they must have",
            ));
        }
        found
    }

    pub(super) fn needs_key(&self) -> bool {
        self.kind == AccountKind::WeCom || self.mode != Mode::Plain
    }

    fn check_token(&self) -> Option<Finding> {
        let token = self.token.reveal();
        if token.is_empty() {
            return Some(Finding::wrong(
                Cause::TokenMissing,
                "there is no token",
                format!(
                    "copy Token from the console ({})",
                    self.kind.platform().console
                ),
            ));
        }
        if let Some(odd) = stranger(token, "") {
            let what = format!("token has {odd}; the console takes letters and digits only");
            let advice = "copy it once more, without what stands around it";
            let make = if cleaned(token).is_some() {
                Finding::wrong
            } else {
                Finding::odd
            };
            return Some(make(Cause::TokenShape, what, advice));
        }
        let length = token.len();
        (length > MAX_TOKEN).then(|| {
            Finding::odd(
                Cause::TokenShape,
                format!("token has {length} characters; the console takes at most {MAX_TOKEN}"),
                "see whether it is Token, and not the Secret or the EncodingAESKey",
            )
        })
    }

    fn check_key(&self) -> Option<Finding> {
        let key = self.encoding_aes_key.reveal();
        if key.is_empty() {
            return self.needs_key().then(|| {
                Finding::wrong(
                    Cause::KeyMissing,
                    "there is no encoding_aes_key",
                    format!(
                        "copy EncodingAESKey from the console ({})",
                        self.kind.platform().console
                    ),
                )
            });
        }
        if EncodingAesKey::parse(key).is_ok() {
            return stranger(key, "").map(|odd| {
                let what = format!(
                    "encoding_aes_key has {odd}; the console makes letters and digits only"
                );
                Finding::odd(Cause::KeyShape, what, "see whether it is EncodingAESKey")
            });
        }
        let length = key.chars().count();
        let wrong =
            |what: String, advice: &str| Some(Finding::wrong(Cause::KeyShape, what, advice));
        if length == KEY_CHARACTERS + 1 && key.ends_with('=') {
            return wrong(
                "encoding_aes_key ends in =".to_owned(),
                "leave the = out: the console shows 43 letters and digits",
            );
        }
        if let Some(odd) = stranger(key, "") {
            return wrong(
                format!("encoding_aes_key has {odd}; it is made of letters and digits only"),
                "copy it once more, without what stands around it",
            );
        }
        wrong(
            format!("encoding_aes_key has {length} characters, not {KEY_CHARACTERS}"),
            "copy the whole EncodingAESKey once more; the Secret is something else",
        )
    }

    fn check_receive_id(&self) -> Option<Finding> {
        let key = self.kind.platform().receive_id_key;
        let Some(own) = self.receive_ids.first() else {
            return Some(Finding::wrong(
                Cause::ReceiverMissing,
                format!("there is no {key}"),
                match self.kind {
                    AccountKind::WeCom => "copy 企业ID (我的企业 > 企业信息)",
                    AccountKind::OfficialAccount => "copy AppID (设置与开发 > 基本配置)",
                },
            ));
        };
        let odd = |what: &str, advice: &str| {
            let what = format!("{key} is {own:?}, {what}");
            Some(Finding::odd(Cause::ReceiverShape, what, advice))
        };
        if stranger(own, "_-").is_some() {
            return odd("which no id looks like", "copy it once more");
        }
        match self.kind {
            AccountKind::OfficialAccount if own.starts_with("gh_") => odd(
                "which is the original id (原始ID)",
                "write the AppID there: wx and 16 characters",
            ),
            AccountKind::OfficialAccount if own.starts_with("ww") => odd(
                "which looks like a corpid of WeCom",
                "set kind = wecom, or write the account's AppID there (wx…)",
            ),
            AccountKind::WeCom if own.bytes().all(|byte| byte.is_ascii_digit()) => odd(
                "which looks like the AgentId of an app",
                "write the 企业ID there (ww… or wx…), and the AgentId to appid",
            ),
            _ => None,
        }
    }
}

/// The text without what gets into it when it is copied; `None` when there is nothing of the kind in it.
pub(super) fn cleaned(text: &str) -> Option<Secret> {
    let clean: String = text.chars().filter_map(plain).collect();
    (clean != text && !clean.is_empty()).then(|| clean.into())
}

/// Describes the first character of `text` that is neither an ASCII letter or digit nor `allowed`.
fn stranger(text: &str, allowed: &str) -> Option<String> {
    stray(text, |char| {
        char.is_ascii_alphanumeric() || allowed.contains(char)
    })
}

fn plain(char: char) -> Option<char> {
    match char {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(char) - FULL_WIDTH),
        _ if char.is_whitespace() || is_invisible(char) || is_quote(char) || char == '=' => None,
        _ => Some(char),
    }
}

/// From an ASCII character to its full-width twin.
const FULL_WIDTH: u32 = 0xFEE0;

/// <https://developer.work.weixin.qq.com/document/path/90930>
const KEY_CHARACTERS: usize = 43;
const MAX_TOKEN: usize = 32;
