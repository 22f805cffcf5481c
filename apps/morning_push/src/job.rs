//! The sections `[push:NAME]`.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::time::Duration;

use easy_wechat::config::Section;
use easy_wechat::outgoing::{OutgoingError, Way, check_recipient, prepare};
use easy_wechat::{
    Config, ConfigError, Job, Outgoing, PartyId, Recipient, SchedulerError, SendOptions, TagId,
};

use crate::command::Command;
use crate::content::Content;
use crate::zhihu::Zhihu;

/// One push: when, from whom, to whom, what.
#[derive(Clone, Debug)]
pub struct PushJob {
    /// NAME of `[push:NAME]`.
    pub name: String,
    /// `enabled`: whether it goes out by itself; `--run` sends it all the same. Default: yes.
    pub enabled: bool,
    /// `app`: the section of the account that sends.
    pub app: String,
    /// `to`, `party`, `tag`; everybody who sees the app where none of them stands there.
    pub to: Recipient,
    /// What it says.
    pub content: Content,
    /// When: `cron`, `time_zone`, `grace`.
    pub schedule: Job,
    /// `time_zone`.
    pub time_zone: String,
    /// What in the section is probably a mistake.
    pub warnings: Vec<String>,
}

/// All pushes of a configuration; the greeting in the morning where there is none. `app` is the account of those that do
/// not say their own.
///
/// # Errors
/// What is wrong, with file, section and key.
pub fn all(config: &Config, app: &str) -> Result<Vec<PushJob>, ConfigError> {
    let mut jobs = Vec::new();
    let mut ways = HashMap::new();
    for section in config.sections() {
        if let Some(name) = section.strip_prefix(PREFIX) {
            let job = PushJob::read(&config.section(section)?, name.trim(), app)?;
            let way = match ways.entry(job.app.clone()) {
                Entry::Occupied(known) => *known.get(),
                Entry::Vacant(new) => *new.insert(way(config, &job.app)?),
            };
            job.check(&config.section(section)?, way)?;
            jobs.push(job);
        }
    }
    // A misspelt [push:NAME] must not become a greeting to everybody.
    config.check_sections()?;
    if jobs.is_empty() {
        // These cannot be wrong, but for the types to say so.
        let text = format!("[{PREFIX}morning]\ntext = {GREETING}");
        let default = Config::parse(&text, [("", "")])?;
        jobs.push(PushJob::read(
            &default.section("push:morning")?,
            "morning",
            app,
        )?);
    }
    Ok(jobs)
}

impl PushJob {
    fn read(section: &Section<'_>, name: &str, app: &str) -> Result<Self, ConfigError> {
        let time_zone = section.get("time_zone")?;
        let time_zone = time_zone.unwrap_or_else(|| DEFAULT_ZONE.to_owned());
        let warnings = section.unknown_keys(KEYS);
        Ok(Self {
            name: name.to_owned(),
            enabled: section.switch("enabled")?.unwrap_or(true),
            app: section.get("app")?.unwrap_or_else(|| app.to_owned()),
            to: recipient(section, &warnings)?,
            content: content(section)?,
            schedule: schedule(section, name, &time_zone)?,
            time_zone,
            warnings,
        })
    }

    /// What sending would refuse is refused when the configuration is read.
    fn check(&self, section: &Section<'_>, way: Option<Way>) -> Result<(), ConfigError> {
        if let (None, Some(app)) = (way, section.get("app")?) {
            // Of its own; the account of all is missed when it is needed.
            let expected = "the section of an account in this file; there is none of that name";
            return Err(section.malformed("app", app.as_str(), expected));
        }
        let way = way.unwrap_or(Way::App);
        check_recipient(&self.to, way).map_err(|error| {
            let key = match &error {
                OutgoingError::Wrong { field, .. } if field.contains("party") => "party",
                OutgoingError::Wrong { field, .. } if field.contains("tag") => "tag",
                OutgoingError::TooManyRecipients { field, .. } if field.contains("party") => {
                    "party"
                }
                OutgoingError::TooManyRecipients { field, .. } if field.contains("tag") => "tag",
                _ => "to",
            };
            refused(section, key, &error)
        })?;
        let check = |key: &str, message: &Outgoing| {
            prepare(message, &self.to, &SendOptions::default(), way)
                .map(drop)
                .map_err(|error| refused(section, key, &error))
        };
        match &self.content {
            Content::Text { .. } => match self.content.fixed() {
                Some(message) => check("text", &message),
                None => Ok(()),
            },
            // Its output may be anything; that it can be started is known.
            Content::Command { command, .. } => {
                if let Some(why) = command.missing() {
                    return Err(section.malformed(
                        "command",
                        command.to_string().as_str(),
                        &format!("a program that can be started; {why}"),
                    ));
                }
                Ok(())
            }
            Content::ZhihuHot { .. } => Ok(()),
        }
    }
}

/// How the messages of an account go; `None` where there is no such section.
fn way(config: &Config, app: &str) -> Result<Option<Way>, ConfigError> {
    match config.section(app) {
        Ok(_) => Ok(Some(Way::of(config.app(app)?.kind))),
        Err(ConfigError::NoSection { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn refused(section: &Section<'_>, key: &str, error: &OutgoingError) -> ConfigError {
    let found = section.get(key).ok().flatten();
    let found: Option<String> = found.map(|text| text.chars().take(MOST_SHOWN).collect());
    let expected = format!("something that can be sent ({error})");
    section.malformed(key, found.as_deref(), &expected)
}

fn schedule(section: &Section<'_>, name: &str, zone: &str) -> Result<Job, ConfigError> {
    let cron = section.get("cron")?;
    let cron = cron.as_deref().unwrap_or(DEFAULT_CRON);
    let wrong = |error: SchedulerError| match error {
        SchedulerError::BadName { .. } => {
            let expected = "of 1 to 100 bytes, without a slash, behind [push:";
            section.malformed("name", name, expected)
        }
        SchedulerError::TimeZone { .. } => section.malformed(
            "time_zone",
            zone,
            "an IANA name such as Asia/Shanghai or UTC",
        ),
        error => {
            let what = "minute hour day month day-of-week, like 30 7 * * *";
            section.malformed("cron", cron, &format!("{what}; {error}"))
        }
    };
    let mut job = Job::new(name, cron)
        .and_then(|job| job.time_zone(zone))
        .map_err(wrong)?;
    if let Some(limit) = section.seconds("timeout")? {
        // The job's own limit does not cut off a command that may take longer.
        job = job.time_limit(Duration::from_hours(1).max(limit.saturating_add(TO_SEND)));
    }
    if let Some(grace) = section.seconds("grace")? {
        job = job.grace(grace);
    }
    Ok(job)
}

/// `warnings` are the unknown keys: a misspelt `to` must not send to everybody.
fn recipient(section: &Section<'_>, warnings: &[String]) -> Result<Recipient, ConfigError> {
    let numbers = |key: &str| -> Result<Vec<i64>, ConfigError> {
        let text = section.get(key)?.unwrap_or_default();
        Recipient::names(&text)
            .map(|part| {
                let expected = "numbers separated by | or commas, like 2|7";
                part.parse()
                    .map_err(|_| section.malformed(key, text.as_str(), expected))
            })
            .collect()
    };
    let to = section.get("to")?;
    let (parties, tags) = (numbers("party")?, numbers("tag")?);
    if parties.is_empty() && tags.is_empty() {
        if let (None, Some(unknown)) = (&to, warnings.first()) {
            let expected = format!("write to = @all to send to everybody; unknown key: {unknown}");
            return Err(section.missing("to", &expected));
        }
        return Ok(Recipient::from(to.as_deref().unwrap_or("@all")));
    }
    let users = to.map_or(Recipient::users([""; 0]), Recipient::from);
    Ok(users
        .and_parties(parties.into_iter().map(PartyId::from))
        .and_tags(tags.into_iter().map(TagId::from)))
}

fn content(section: &Section<'_>) -> Result<Content, ConfigError> {
    let title = section.get("title")?;
    let (text, command) = (section.get("text")?, section.get("command")?);
    let hot = section.get("zhihu_hot")?;
    let others = [("command", &command), ("zhihu_hot", &hot)];
    if text.is_none() && command.is_none() && hot.is_none() {
        return Err(section.missing("text", "what to send: one of text, command, zhihu_hot"));
    }
    let given = [("text", &text)].into_iter().chain(others);
    let given: Vec<&str> = given
        .filter(|(_, value)| value.is_some())
        .map(|(key, _)| key)
        .collect();
    if let [first, second, ..] = *given {
        let expected = format!("alone: {first} stands there as well, and a push sends one thing");
        return Err(section.malformed(second, section.get(second)?.as_deref(), &expected));
    }
    if let Some(text) = text {
        let text = text.replace("\\n", "\n");
        return Ok(Content::Text { title, text });
    }
    if let Some(line) = command {
        let limit = section.seconds("timeout")?.unwrap_or(DEFAULT_TIMEOUT);
        let Some(command) = Command::parse(&line, limit) else {
            let expected = "a program and its arguments; a quote is not closed";
            return Err(section.malformed("command", line.as_str(), expected));
        };
        return Ok(Content::Command { title, command });
    }
    let expected = "how many articles, 1 to 8";
    let count = section.parse::<usize>("zhihu_hot", expected)?.unwrap_or(0);
    if !(1..=8).contains(&count) {
        return Err(section.malformed("zhihu_hot", hot.as_deref(), expected));
    }
    let zhihu = Zhihu::new(base_url(section)?, section.secret("zhihu_cookie")?);
    Ok(Content::ZhihuHot {
        title,
        count,
        zhihu,
    })
}

fn base_url(section: &Section<'_>) -> Result<Option<String>, ConfigError> {
    let Some(url) = section.get("zhihu_base_url")? else {
        return Ok(None);
    };
    let is_address = ["http://", "https://"]
        .iter()
        .filter_map(|scheme| url.strip_prefix(scheme))
        .any(|host| !host.is_empty() && !host.contains(['?', '#', '@', ' ']));
    if !is_address {
        let expected = "an address like https://www.zhihu.com";
        return Err(section.malformed("zhihu_base_url", url.as_str(), expected));
    }
    Ok(Some(url.trim_end_matches('/').to_owned()))
}

/// What everybody gets where nothing is configured.
pub const GREETING: &str = "早安问候";

/// What the names of the sections begin with.
pub const PREFIX: &str = "push:";

/// The keys of a push, in the order of config.ini.example.
pub const KEYS: &[&str] = &[
    "cron",
    "time_zone",
    "grace",
    "enabled",
    "app",
    "to",
    "party",
    "tag",
    "title",
    "text",
    "command",
    "timeout",
    "zhihu_hot",
    "zhihu_base_url",
    "zhihu_cookie",
];

/// What a run may take beside its command.
const TO_SEND: Duration = Duration::from_mins(10);
/// Of a value in an error, in characters.
const MOST_SHOWN: usize = 60;
const DEFAULT_ZONE: &str = "Asia/Shanghai";
const DEFAULT_CRON: &str = "30 7 * * *";
const DEFAULT_TIMEOUT: Duration = Duration::from_mins(1);
