//! Which sections of the file are read by somebody.

use super::Config;
use super::error::ConfigError;
use super::section::variable;
use super::system::other_sections;
use super::value::{folded, nearest};
use crate::diagnosis::is_invisible;

impl Config {
    /// Checks that every section of the file is read by somebody, so that a misspelt one is not passed over in silence.
    ///
    /// A section is read when it is one of these:
    ///
    /// - `[system]`;
    /// - an account or a robot: it has one of the keys that only these have (`corpid`, `appid`, `secret`, `token`,
    ///   `encoding_aes_key`, `webhook`, …), in the file or in the environment;
    /// - of a program that comes with this crate: `[camera]`, `[monkey_monitor]`, `[ticket_watcher]`, `[push:NAME]`;
    /// - read by this program: [`Config::section`] or [`Config::app`] was asked for it before;
    /// - listed in `other_sections` of `[system]`, for programs that are not of this crate: `weather, stock:*`;
    /// - empty.
    ///
    /// [`Config::app`] checks it, so that every server, client and robot does. A program that reads only sections of its
    /// own calls it after it has read them.
    ///
    /// # Errors
    /// [`ConfigError::UnreadSection`] with the name that was probably meant.
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

    /// Whether the section is an account's or a robot's: it has a key that nothing else has.
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

    /// Whether the section is a robot's and nothing else: `webhook` is the only key of an account that it has.
    pub(crate) fn is_robot(&self, name: &str) -> bool {
        let has = |key: &str| {
            let section = self.view(name);
            section.is_set(key) || section.is_set(&format!("{key}_file"))
        };
        has(WEBHOOK) && !OF_AN_ACCOUNT.iter().any(|key| *key != WEBHOOK && has(key))
    }

    /// The names of the sections that are of an account or a robot; those of programs are left out.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = &str> {
        self.sections().filter(|name| self.is_account(name))
    }
}

/// The section that was probably meant by `name`, by the name and else by the keys in it.
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
    // Without a sign between the two: [pushreport].
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

/// The sections of the programs that come with the crate. One config.ini serves them all, so each leaves those of the
/// others alone.
const OF_PROGRAMS: [&str; 3] = ["camera", "monkey_monitor", "ticket_watcher"];

/// What the names of the pushes begin with.
const PUSH: &str = "push:";

const WEBHOOK: &str = "webhook";

/// The keys that only the section of an account or of a robot has.
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
