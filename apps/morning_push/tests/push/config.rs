//! The sections of config.ini.

use easy_wechat::{Config, Recipient};
use morning_push::content::Content;
use morning_push::job::{self, GREETING, KEYS};

use crate::jobs;

#[test]
fn without_a_section_it_is_the_greeting_at_half_past_seven() {
    let jobs = jobs("[demo]\nappid = 7").unwrap();
    assert_eq!(jobs.len(), 1);
    let morning = &jobs[0];
    assert_eq!(
        (morning.name.as_str(), morning.app.as_str()),
        ("morning", "demo")
    );
    assert_eq!(morning.to, Recipient::Everyone);
    let schedule = format!("{:?}", morning.schedule);
    assert!(
        schedule.contains("30 7 * * * (Asia/Shanghai)"),
        "{schedule}"
    );
    assert!(matches!(&morning.content, Content::Text { text, title: None } if text == GREETING));
}

#[test]
fn a_section_says_when_to_whom_and_what() {
    let jobs = jobs(
        "[push:tea]\ncron = 0 16 * * 1-5\ntime_zone = Europe/Berlin\napp = other\nto = zhangsan|lisi\n\
         party = 2|3\ntag = 7\ntitle = 下午茶\ntext = 休息\\n一下\ngrace = 60\nenabled = off\n",
    )
    .unwrap();
    let tea = &jobs[0];
    let to = Recipient::users(["zhangsan", "lisi"])
        .and_parties([2, 3])
        .and_tags([7]);
    assert_eq!(
        (&tea.to, tea.app.as_str(), tea.enabled),
        (&to, "other", false)
    );
    let schedule = format!("{:?}", tea.schedule);
    for part in ["0 16 * * 1-5 (Europe/Berlin)", "grace: 60s"] {
        assert!(schedule.contains(part), "{schedule}");
    }
    assert!(matches!(&tea.content, Content::Text { text, .. } if text == "休息\n一下"));
    assert_eq!(tea.warnings, [""; 0]);
}

#[test]
fn only_departments_or_tags_means_no_members() {
    let jobs = jobs("[push:a]\ntext = x\nparty = 2").unwrap();
    assert_eq!(jobs[0].to, Recipient::parties([2]));
}

#[test]
fn the_environment_wins() {
    let variables = [("EASY_WECHAT_PUSH_TEA_TEXT", "变了")];
    let config = Config::parse("[push:tea]\ntext = x", variables).unwrap();
    let jobs = job::all(&config, "demo").unwrap();
    assert!(matches!(&jobs[0].content, Content::Text { text, .. } if text == "变了"));
}

#[test]
fn mistakes_are_told_with_section_and_key() {
    for (lines, parts) in [
        ("cron = 30 7 * *\ntext = x", ["[push:a] cron", "30 7 * *"]),
        (
            "cron = 0 0 31 2 *\ntext = x",
            ["[push:a] cron", "no day is such a day"],
        ),
        (
            "time_zone = Shanghai\ntext = x",
            ["[push:a] time_zone", "Asia/Shanghai"],
        ),
        ("grace = soon\ntext = x", ["[push:a] grace", "seconds"]),
        (
            "enabled = perhaps\ntext = x",
            ["[push:a] enabled", "true or false"],
        ),
        ("party = sales\ntext = x", ["[push:a] party", "like 2|7"]),
        (
            "cron = @daily",
            ["[push:a] text", "one of text, command, zhihu_hot"],
        ),
        (
            "text = x\nzhihu_hot = 8",
            ["[push:a] zhihu_hot", "text stands there as well"],
        ),
        ("zhihu_hot = 9", ["[push:a] zhihu_hot", "1 to 8"]),
        ("zhihu_hot = 0", ["[push:a] zhihu_hot", "1 to 8"]),
        ("zhihu_hot = all", ["[push:a] zhihu_hot", "1 to 8"]),
        (
            "zhihu_hot = 8\nzhihu_base_url = zhihu.com",
            ["[push:a] zhihu_base_url", "https://"],
        ),
        ("command = echo 'open", ["[push:a] command", "quote"]),
    ] {
        let error = jobs(&format!("[push:a]\n{lines}")).unwrap_err().to_string();
        for part in parts.into_iter().chain(["config.ini"]) {
            assert!(
                error.contains(part),
                "{lines:?}: {part:?} is not in: {error}"
            );
        }
    }
    let error = jobs("[push:]\ntext = x").unwrap_err().to_string();
    assert!(error.contains("[push:] name"), "{error}");
}

#[test]
fn a_key_that_is_not_known_is_a_warning() {
    let jobs = jobs("[push:a]\ntext = x\ncorn = 1").unwrap();
    assert!(
        jobs[0].warnings[0].contains("did you mean cron?"),
        "{:?}",
        jobs[0].warnings
    );
}

/// config.ini.example has a push, and every key that there is.
#[test]
fn the_example_is_right_and_complete() {
    let text = include_str!("../../../../config.ini.example");
    let jobs = jobs(text).unwrap();
    let names: Vec<&str> = jobs.iter().map(|job| job.name.as_str()).collect();
    assert_eq!(names, ["morning"]);
    assert_eq!(jobs[0].warnings, [""; 0]);
    let (_, section) = text.split_once("\n[push:morning]\n").unwrap();
    let section = section.split("\n[").next().unwrap();
    let keys: Vec<&str> = section
        .lines()
        .filter_map(|line| Some(line.trim_start_matches(';').split_once(" =")?.0))
        .filter(|key| !key.contains(' '))
        .collect();
    assert_eq!(keys, KEYS);
}
