use percent_encoding::percent_decode_str;

use super::address;
use crate::secret::Secret;

/// A robot of a group chat, by what WeCom shows of it. `Debug` shows no secret.
///
/// ```
/// use easy_wechat::config::Robot;
///
/// let robot = Robot::parse("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx").unwrap();
/// assert_eq!(robot.base_url.as_deref(), Some("https://qyapi.weixin.qq.com"));
/// assert_eq!(robot.key, Robot::parse("693a91f6-7xxx").unwrap().key);
/// assert_eq!(Robot::parse("https://example.com/?key=693a91f6-7xxx"), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Robot {
    /// Where the API is that knows it; `None` when only the key was given.
    pub base_url: Option<String>,
    /// With what it is called. Who has it can speak in the group.
    pub key: Secret,
}

impl Robot {
    /// Reads a webhook's whole address, or only the key in it; `None` when it is neither.
    ///
    /// <https://developer.work.weixin.qq.com/document/path/99110>
    pub fn parse(webhook: &str) -> Option<Self> {
        let webhook = webhook.trim();
        let webhook = webhook.strip_prefix("key=").unwrap_or(webhook);
        if !webhook.contains(['/', '?']) {
            return is_key(webhook).then(|| Self {
                base_url: None,
                key: Secret::from(webhook),
            });
        }
        let (address, query) = webhook.split_once('?')?;
        let base_url = PATHS.iter().find_map(|path| address.strip_suffix(path))?;
        let with_scheme;
        let base_url = if base_url.contains("://") {
            base_url
        } else {
            with_scheme = format!("https://{base_url}");
            &with_scheme
        };
        let behind = address::behind_scheme(base_url, &["https", "http"])?;
        if !address::is_host_and_port(address::authority(behind))
            || behind.contains(['#', '@', ' '])
        {
            return None;
        }
        let query = query.split('#').next()?;
        let key = query.split('&').find_map(|it| it.strip_prefix("key="))?;
        let key = percent_decode_str(key).decode_utf8().ok()?;
        is_key(&key).then(|| Self {
            base_url: Some(base_url.to_owned()),
            key: Secret::from(&*key),
        })
    }
}

/// Letters, digits and hyphens today; what may come later is not cut off.
fn is_key(text: &str) -> bool {
    let is_good = |char: char| char.is_ascii_graphic() && !"/?&=#%\"'<>".contains(char);
    (1..=MAX_KEY).contains(&text.len()) && text.chars().all(is_good)
}

/// What is expected, for people.
pub(super) const EXPECTED: &str = "the address of a group robot, \
    https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…, as WeCom shows it at the robot, or only the key in it";

const PATHS: [&str; 2] = ["/cgi-bin/webhook/send", "/cgi-bin/webhook/upload_media"];
const MAX_KEY: usize = 200;
