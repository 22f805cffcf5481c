//! The two platforms, and how they differ: a table.

use std::fmt;
use std::str::FromStr;

/// Which platform an app lives on: `kind` in `config.ini`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AccountKind {
    /// WeCom (企业微信): `kind = wecom`, the default.
    #[default]
    WeCom,
    /// A WeChat Official Account (公众号): `kind = official_account`.
    OfficialAccount,
}

/// How an Official Account's callbacks are protected: `mode` in `config.ini`, 消息加解密方式 in the console.
///
/// WeCom has no modes: it always encrypts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mode {
    /// 明文模式: nothing is encrypted, and the signature does not cover the body.
    Plain,
    /// 兼容模式: both forms come; the encrypted one is read. A plain message is taken too, as long as it is signed.
    Compatible,
    /// 安全模式: only encrypted messages are taken. The default.
    #[default]
    Safe,
}

/// What is different from one platform to the other.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Platform {
    /// Its name in messages.
    pub name: &'static str,
    /// Whether the `echostr` of the verification GET is encrypted.
    pub echo_encrypted: bool,
    /// The key of `config.ini` that holds the receive id.
    pub receive_id_key: &'static str,
    /// The `MsgType`s of passive replies.
    pub reply_types: &'static [&'static str],
    /// How long a text reply may be, in bytes; longer ones are cut.
    pub text_bytes: usize,
    /// How long a title may be, in bytes.
    pub title_bytes: usize,
    /// How long a description may be, in bytes.
    pub description_bytes: usize,
    /// How many articles a reply to an event may have.
    pub articles: usize,
    /// How many articles a reply to a message may have.
    pub articles_to_message: usize,
    /// Where its API is.
    pub api_base_url: &'static str,
    /// Where the callback settings stand in the console.
    pub console: &'static str,
}

impl AccountKind {
    /// The platform's row of the table.
    pub const fn platform(self) -> &'static Platform {
        match self {
            Self::WeCom => &WECOM,
            Self::OfficialAccount => &OFFICIAL_ACCOUNT,
        }
    }
}

impl fmt::Display for AccountKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.platform().name)
    }
}

/// The name that was read is none of the known ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected one of: {expected}")]
pub struct UnknownName {
    /// The known names.
    pub expected: &'static str,
}

impl FromStr for AccountKind {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        match text.to_ascii_lowercase().as_str() {
            "wecom" => Ok(Self::WeCom),
            "official_account" => Ok(Self::OfficialAccount),
            _ => Err(UnknownName {
                expected: "wecom, official_account",
            }),
        }
    }
}

impl FromStr for Mode {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        match text.to_ascii_lowercase().as_str() {
            "plain" => Ok(Self::Plain),
            "compatible" => Ok(Self::Compatible),
            "safe" => Ok(Self::Safe),
            _ => Err(UnknownName {
                expected: "plain, compatible, safe",
            }),
        }
    }
}

/// <https://developer.work.weixin.qq.com/document/path/90241>
static WECOM: Platform = Platform {
    name: "WeCom",
    echo_encrypted: true,
    receive_id_key: "corpid",
    reply_types: &[
        "text",
        "image",
        "voice",
        "video",
        "news",
        "update_button",
        "update_template_card",
        "update_taskcard",
    ],
    text_bytes: 2048,
    title_bytes: 128,
    description_bytes: 512,
    articles: 8,
    articles_to_message: 8,
    api_base_url: "https://qyapi.weixin.qq.com",
    console: "应用管理 > 应用 > 接收消息 > 设置API接收",
};

/// <https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Passive_user_reply_message.html>
///
/// That only one article may answer a message, and the limits of titles, are not on the page; they are what is seen.
static OFFICIAL_ACCOUNT: Platform = Platform {
    name: "Official Account",
    echo_encrypted: false,
    receive_id_key: "appid",
    reply_types: &[
        "text",
        "image",
        "voice",
        "video",
        "music",
        "news",
        "transfer_customer_service",
    ],
    text_bytes: 2048,
    title_bytes: 128,
    description_bytes: 512,
    articles: 8,
    articles_to_message: 1,
    api_base_url: "https://api.weixin.qq.com",
    console: "设置与开发 > 基本配置 > 服务器配置",
};
