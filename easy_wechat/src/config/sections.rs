//! The sections of the file that programs read.

use super::Config;
use super::error::ConfigError;
use super::section::variable;
use super::system::other_sections;
use super::value::{folded, nearest};
use crate::diagnosis::is_invisible;

impl Config {
    /// Checks that some program reads every section of the file, so that a misspelt section is not ignored silently.
    ///
    /// These sections are accepted:
    ///
    /// - `[system]`;
    /// - those of accounts and robots, which have one of their keys (`corpid`, `appid`, `secret`, `token`,
    ///   `encoding_aes_key`, `webhook`, …) in the file or the environment;
    /// - those of the bundled programs: `[camera]`, `[monkey_monitor]`, `[ticket_watcher]`, `[push:NAME]`;
    /// - those that this program has read with [`Config::section`] or [`Config::app`];
    /// - those listed in `other_sections` of `[system]`, such as `weather, stock:*`, for other programs;
    /// - empty ones.
    ///
    /// [`Config::app`] includes this check, so servers, clients and robots need not call it. A program that reads only
    /// sections of its own should call it after it has read them.
    ///
    /// # Errors
    /// [`ConfigError::UnreadSection`] with the section that was probably meant.
    pub fn check_sections(&self) -> Result<(), ConfigError> {
        if self.all_read.get().is_some() {
            return Ok(());
        }
        let others = other_sections(&self.view(super::SYSTEM))?;
        let is_listed = |name: &str| {
            others.iter().any(|other| {
                let prefix = other.strip_suffix('*').filter(|prefix| !prefix.is_empty());
                prefix.map_or(name == other, |prefix| name.starts_with(prefix))
            })
        };
        let asked = self.asked();
        for (name, keys) in &self.file.sections {
            let is_read = name == super::SYSTEM
                || keys.is_empty()
                || OF_PROGRAMS.contains(&name.as_str())
                || name
                    .strip_prefix(PUSH)
                    .is_some_and(|push| !push.trim().is_empty())
                || asked.contains(name)
                || is_listed(name)
                || self.is_account(name);
            if !is_read {
                return Err(ConfigError::UnreadSection {
                    path: self.file.path.clone(),
                    section: name.clone(),
                    nearest: meant(name, keys.keys().map(String::as_str)),
                });
            }
        }
        // Another thread may have found the same.
        let _ = self.all_read.set(());
        Ok(())
    }

    /// Whether the section has a key that only accounts and robots have.
    fn is_account(&self, name: &str) -> bool {
        let own = |key: &str| {
            key.strip_suffix("_file")
                .unwrap_or(key)
                .replace(['_', '-'], "")
        };
        let of_an_account = |key: &str| {
            OF_AN_ACCOUNT
                .iter()
                .any(|known| own(known).eq_ignore_ascii_case(&own(key)))
        };
        let in_file = self.file.sections.get(name);
        in_file.is_some_and(|keys| keys.keys().any(|key| of_an_account(key)))
            || OF_AN_ACCOUNT.iter().any(|key| {
                [variable(name, key), variable(name, &format!("{key}_file"))]
                    .iter()
                    .any(|variable| {
                        self.environment
                            .get(variable)
                            .is_some_and(|it| !it.trim().is_empty())
                    })
            })
    }

    /// Whether the section is a robot's only: of the keys of accounts it has just `webhook`.
    #[cfg_attr(
        not(feature = "cli"),
        expect(dead_code, reason = "only the command has to choose an app")
    )]
    pub(crate) fn is_robot(&self, name: &str) -> bool {
        let has = |key: &str| {
            let section = self.view(name);
            section.is_set(key) || section.is_set(&format!("{key}_file"))
        };
        has(WEBHOOK) && !OF_AN_ACCOUNT.iter().any(|key| *key != WEBHOOK && has(key))
    }

    /// The names of the sections of accounts and robots.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = &str> {
        self.sections().filter(|name| self.is_account(name))
    }
}

/// The section that was probably meant by `name`, judging by the name, or else by the keys in it.
fn meant<'a>(name: &str, keys: impl Iterator<Item = &'a str>) -> Option<String> {
    let plain: String = folded(name)
        .chars()
        .filter(|&char| !is_invisible(char))
        .collect();
    let plain =
        plain.trim_matches(|char: char| char.is_whitespace() || "【】〔〕「」".contains(char));
    let bare = |name: &str| name.to_lowercase().replace(['_', '-', ' ', '.'], "");
    let fixed = [super::SYSTEM].into_iter().chain(OF_PROGRAMS);
    if let Some(known) = fixed.clone().find(|known| bare(known) == bare(plain)) {
        return Some(known.to_owned());
    }
    let (head, tail) = plain
        .split_once([
            ':', ';', '/', '|', '=', '.', ' ', '_', '-', ',', '、', '。', '·',
        ])
        .unwrap_or((plain, ""));
    let family = PUSH.trim_end_matches(':');
    if nearest(head.trim(), [family].into_iter()).is_some() {
        let tail = tail.trim_start_matches([':', ' ']).trim();
        return Some(push(tail));
    }
    // Without a separator: [pushreport].
    if let Some(tail) = plain.to_lowercase().strip_prefix(family) {
        return Some(push(tail));
    }
    if let Some(known) = nearest(plain, fixed) {
        return Some(known.to_owned());
    }
    let mut by_keys = [
        (0, super::SYSTEM.to_owned(), super::system::KEYS),
        (0, push(plain), KEYS_OF_A_PUSH),
        (0, "camera".to_owned(), KEYS_OF_A_CAMERA),
    ];
    for key in keys {
        let key = key.strip_suffix("_file").unwrap_or(key);
        for (count, _, known) in &mut by_keys {
            *count += usize::from(known.contains(&key));
        }
    }
    let (count, name, _) = by_keys.into_iter().max_by_key(|(count, ..)| *count)?;
    (count > 0).then_some(name)
}

fn push(name: &str) -> String {
    let name = if name.is_empty() { "NAME" } else { name };
    format!("{PUSH}{name}")
}

/// The sections of the bundled programs, which may share one config.ini, so each accepts those of the others.
const OF_PROGRAMS: [&str; 3] = ["camera", "monkey_monitor", "ticket_watcher"];

/// The prefix of the sections of `morning_push`.
const PUSH: &str = "push:";

const WEBHOOK: &str = "webhook";

/// The keys that only sections of accounts and robots have.
const OF_AN_ACCOUNT: &[&str] = &[
    "corpid",
    "secret",
    "appid",
    "token",
    "encoding_aes_key",
    "receive_ids",
    WEBHOOK,
];

const KEYS_OF_A_PUSH: &[&str] = &["cron", "text", "command", "zhihu_hot", "to", "party", "tag"];
const KEYS_OF_A_CAMERA: &[&str] = &["source", "width", "height", "rate", "ffmpeg", "rpicam"];
