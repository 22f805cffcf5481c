use std::path::PathBuf;
use std::time::Duration;

use super::address::{self, check_userinfo};
use super::app::own_or_shared;
use super::error::{ConfigError, Place};
use super::state::default_state_path;
use super::value::{Seconds, SomeSeconds};
use super::{Environment, Section};
use crate::diagnosis::is_invisible;
use crate::ids::UserId;
use crate::platform::AccountKind;
use crate::recipient::Recipient;
use crate::secret::Secret;

/// How the platform's API is called: keys of `[system]`, or of the app's own section, which wins. `Debug` shows no secret.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ApiSettings {
    /// `api_base_url`: where the API is, without a slash at the end. Default: the platform's own address. The sandbox's is
    /// its page's.
    pub base_url: String,
    /// `proxy`: the way to it. Default: what the environment says.
    pub proxy: Proxy,
    /// `api_connect_timeout`: how long a connection may take, name look-up and TLS included. Default: 5 s.
    pub connect_timeout: Duration,
    /// `api_timeout`: how long a call may take in all. A file may take a second longer for each 32 KiB. Default: 10 s.
    pub timeout: Duration,
    /// `api_patience`: how long a call may wait besides, for its turn under [`ApiSettings::rate_limits`] and before it is
    /// tried again when the platform is busy. Default: 15 s.
    pub patience: Duration,
    /// `rate_limits`: whether messages are held back that the platform would drop silently, 30 a minute and 1,000 an hour
    /// to one member. Default: yes.
    pub rate_limits: bool,
    /// `markdown_as_text`: who reads in the WeChat plug-in (微信插件), where markdown is not shown, and gets text. Default:
    /// nobody.
    pub markdown_as_text: PlugInReaders,
    /// `state_path`: the folder of what outlives the process, such as the access token; a relative one is beside the
    /// configuration file. `None` keeps it in memory.
    ///
    /// Default: `$STATE_DIRECTORY` of systemd, else `easy_wechat` in `$XDG_STATE_HOME` or `~/.local/state`
    /// (`%LOCALAPPDATA%` on Windows); memory where there is none of them.
    pub state_path: Option<PathBuf>,
}

/// The way to the API: `proxy`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Proxy {
    /// As `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` say, and the settings of the system. This machine itself
    /// is never reached through a proxy.
    #[default]
    Environment,
    /// Straight: `proxy = off`.
    Off,
    /// By this address: `http://`, `https://` or `socks5://`, with a name and a password where needed.
    Address(Secret),
}

/// Who gets text in place of markdown: `markdown_as_text`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlugInReaders {
    /// Nobody, the default.
    #[default]
    Nobody,
    /// Everybody: `markdown_as_text = all`.
    Everybody,
    /// These members: `markdown_as_text = zhangsan, lisi`.
    Members(Vec<UserId>),
}

impl ApiSettings {
    /// The defaults, with nothing kept on disk.
    pub fn new(kind: AccountKind) -> Self {
        Self {
            base_url: kind.platform().api_base_url.to_owned(),
            proxy: Proxy::default(),
            connect_timeout: DEFAULT_CONNECT_TIMEOUT,
            timeout: DEFAULT_TIMEOUT,
            patience: DEFAULT_PATIENCE,
            rate_limits: true,
            markdown_as_text: PlugInReaders::default(),
            state_path: None,
        }
    }

    pub(super) fn read(
        own: &Section<'_>,
        shared: &Section<'_>,
        kind: AccountKind,
    ) -> Result<Self, ConfigError> {
        let time_out = |key, default| {
            own_or_shared(own, shared, |section| section.value(key))
                .map(|found| found.map_or(default, |SomeSeconds(duration)| duration))
        };
        let patience = own_or_shared(own, shared, |section| section.value("api_patience"))?;
        let proxy = own_or_shared(own, shared, proxy)?.unwrap_or_default();
        if proxy == Proxy::Environment {
            check_environment(shared.environment())?;
        }
        Ok(Self {
            base_url: own_or_shared(own, shared, base_url)?
                .unwrap_or_else(|| kind.platform().api_base_url.to_owned()),
            proxy,
            connect_timeout: time_out("api_connect_timeout", DEFAULT_CONNECT_TIMEOUT)?,
            timeout: time_out("api_timeout", DEFAULT_TIMEOUT)?,
            patience: patience.map_or(DEFAULT_PATIENCE, |Seconds(duration)| duration),
            rate_limits: own_or_shared(own, shared, |section| section.value("rate_limits"))?
                .unwrap_or(true),
            markdown_as_text: own_or_shared(own, shared, |section| {
                section.get("markdown_as_text")
            })?
            .map_or(PlugInReaders::Nobody, |text| readers(&text)),
            state_path: match own_or_shared(own, shared, |section| section.get("state_path"))? {
                Some(path) if path == IN_MEMORY => None,
                Some(_) => own_or_shared(own, shared, |section| section.path("state_path"))?,
                None => default_state_path(shared.environment()),
            },
        })
    }
}

/// The base address. A pasted path from `/cgi-bin` on is removed.
fn base_url(section: &Section<'_>) -> Result<Option<String>, ConfigError> {
    let Some(url) = section.get("api_base_url")? else {
        return Ok(None);
    };
    let is_address = address::behind_scheme(&url, &["https", "http"]).is_some_and(|behind| {
        address::is_host_and_port(address::authority(behind))
            && !behind.contains(|char: char| {
                "?#@".contains(char) || char.is_whitespace() || is_invisible(char)
            })
    });
    if !is_address {
        // The part before an @ or after a ? may be a secret.
        let found = Some(url.as_str()).filter(|url| !url.contains(['@', '?', '#']));
        let expected = "an address with http:// or https:// before it, without name, password and ?, like \
                        https://qyapi.weixin.qq.com";
        return Err(section.malformed("api_base_url", found, expected));
    }
    let end = url
        .match_indices(API)
        .find(|(at, _)| {
            let behind = url.get(at + API.len()..).unwrap_or_default();
            behind.is_empty() || behind.starts_with('/')
        })
        .map_or(url.len(), |(at, _)| at);
    let base = url.get(..end).unwrap_or(&url);
    Ok(Some(base.trim_end_matches('/').to_owned()))
}

/// The address may hold a password, so that an error does not show it.
fn proxy(section: &Section<'_>) -> Result<Option<Proxy>, ConfigError> {
    let Some(proxy) = section.secret("proxy")? else {
        return Ok(None);
    };
    let text = proxy.reveal();
    match text.to_ascii_lowercase().as_str() {
        "off" | "none" | "no" => return Ok(Some(Proxy::Off)),
        "environment" => return Ok(Some(Proxy::Environment)),
        _ => {}
    }
    check_userinfo(text).map_err(|source| ConfigError::Address {
        place: section.place("proxy"),
        source,
    })?;
    let is_address = address::behind_scheme(text, &PROXY_SCHEMES).is_some_and(|behind| {
        let host = address::authority(behind);
        let host = host.rsplit('@').next().unwrap_or_default();
        address::is_host_and_port(host)
    });
    if !is_address {
        let expected = "off, or an address like http://127.0.0.1:3128 or socks5://127.0.0.1:1080";
        return Err(section.malformed("proxy", None, expected));
    }
    Ok(Some(Proxy::Address(proxy)))
}

/// Checks the proxies of the environment, one of which the transport uses.
fn check_environment(environment: &Environment) -> Result<(), ConfigError> {
    for name in PROXY_VARIABLES {
        let address = environment.get(name).map_or("", String::as_str);
        check_userinfo(address.trim()).map_err(|source| ConfigError::Address {
            place: Place {
                origin: "the environment".to_owned(),
                section: "system".to_owned(),
                key: name.to_owned(),
            },
            source,
        })?;
    }
    Ok(())
}

/// The same for what is called without a configuration.
#[cfg(feature = "client")]
pub(crate) fn check_proxies() -> Result<(), ConfigError> {
    check_environment(&super::environment())
}

fn readers(text: &str) -> PlugInReaders {
    if text.eq_ignore_ascii_case("all") || text == "@all" {
        return PlugInReaders::Everybody;
    }
    let members: Vec<UserId> = Recipient::names(text).map(UserId::from).collect();
    if members.is_empty() {
        PlugInReaders::Nobody
    } else {
        PlugInReaders::Members(members)
    }
}

/// The prefix of the platform's API paths.
const API: &str = "/cgi-bin";

/// The variables that name a proxy; [`Environment`] includes them.
pub(super) const PROXY_VARIABLES: [&str; 6] = [
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
];

const PROXY_SCHEMES: [&str; 4] = ["http", "https", "socks5", "socks5h"];

/// The value of `state_path` that keeps everything in memory.
const IN_MEMORY: &str = "memory";

const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);
const DEFAULT_PATIENCE: Duration = Duration::from_secs(15);

/// The keys of it, in the order of `config.ini.example`; those of both `[system]` and the apps.
pub(super) const KEYS: [&str; 8] = [
    "api_base_url",
    "proxy",
    "api_connect_timeout",
    "api_timeout",
    "api_patience",
    "rate_limits",
    "markdown_as_text",
    "state_path",
];
