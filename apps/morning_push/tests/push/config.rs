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
        "[other]\nappid = 7\n[push:tea]\ncron = 0 16 * * 1-5\ntime_zone = Europe/Berlin\napp = other\nto = zhangsan|lisi\n\
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

/// What is nearly `[push:NAME]` must not become a greeting to everybody.
#[test]
fn a_section_that_is_nearly_a_push_is_refused() {
    for section in [
        "Push:report",
        "PUSH:report",
        "push：report",
        "push report",
        "push.report",
        "push-report",
        "push_report",
        "pushreport",
        "psuh:report",
        "puhs:report",
        "push",
        "推送:report",
        "report",
    ] {
        for before in ["", "[demo]\nappid = 7\n", "[push:other]\ntext = x\n"] {
            let text = format!("{before}[{section}]\nto = li\ntext = figures of yesterday");
            let found = jobs(&text);
            let error = found.expect_err(section).to_string();
            assert!(
                error.contains("report") || error.contains(section),
                "{error}"
            );
        }
    }
    for section in ["push:report", "push: report", " push:report "] {
        let jobs = jobs(&format!("[{section}]\nto = li\ntext = x")).unwrap();
        assert_eq!((jobs.len(), jobs[0].name.as_str()), (1, "report"));
    }
}

/// The same at every door; on the command line it was so before.
#[test]
fn receivers_are_written_as_everywhere() {
    let two = Recipient::users(["li", "wang"]);
    for to in [
        "li|wang",
        "li,wang",
        "li, wang",
        "li wang",
        "li，wang",
        "li、wang",
        "li；wang,",
    ] {
        let jobs = jobs(&format!("[push:a]\ntext = x\nto = {to}")).unwrap();
        assert_eq!(jobs[0].to, two, "{to}");
    }
    for list in ["2|7", "2,7", "2 7", "2，7", "2、7"] {
        let jobs = jobs(&format!("[push:a]\ntext = x\nparty = {list}\ntag = {list}")).unwrap();
        assert_eq!(jobs[0].to, Recipient::parties([2, 7]).and_tags([2, 7]));
    }
}

/// What sending would refuse: at 7:30 it would be too late.
#[test]
fn what_cannot_be_sent_is_refused_when_it_is_read() {
    let many = (0..1001).map(|n| format!("u{n}")).collect::<Vec<_>>();
    let many = format!("to = {}\ntext = x", many.join("|"));
    for (lines, key) in [
        ("to = 张三\ntext = x", "[push:a] to "),
        ("to = ,\ntext = x", "[push:a] to "),
        (many.as_str(), "[push:a] to "),
        ("tto = li\ntext = x", "[push:a] to "),
        ("to = li\ntext = \\n", "[push:a] text "),
        ("to = li\napp = dmeo\ntext = x", "[push:a] app "),
        ("to = li\napp = public\ntext = x", "[push:a] to "),
        ("to = li\ncommand = no-such-program 1", "[push:a] command "),
        ("to = li\ncommand = /nowhere/program", "[push:a] command "),
        ("to = li\ncommand = /usr/bin/", "[push:a] command "),
        ("to = li\ncommand = /proc/version", "[push:a] command "),
    ] {
        let public = "[public]\nkind = official_account\nappid = wx0123456789abcdef\n";
        let text = format!("{public}[push:a]\n{lines}");
        let found = jobs(&text);
        if lines.contains("public") {
            // One openid is all that it takes.
            assert!(found.is_ok(), "{found:?}");
            let two = format!("{public}[push:a]\nto = a,b\napp = public\ntext = x");
            assert!(jobs(&two).unwrap_err().to_string().contains(key));
            continue;
        }
        let error = found.expect_err(lines).to_string();
        assert!(error.contains(key), "{lines:.40}: {error}");
    }
}

/// The job's own limit of an hour does not end a command that may take longer.
#[test]
fn a_timeout_above_an_hour_is_honoured() {
    for (timeout, limit) in [("60", "3600s"), ("3000", "3600s"), ("7200", "7800s")] {
        let text = format!("[push:a]\nto = li\ncommand = echo x\ntimeout = {timeout}");
        let schedule = format!("{:?}", jobs(&text).unwrap()[0].schedule);
        assert!(schedule.contains(&format!("limit: {limit}")), "{schedule}");
    }
}

#[test]
fn a_key_that_is_not_known_is_a_warning() {
    let jobs = jobs("[push:a]\nto = li\ntext = x\ncorn = 1").unwrap();
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
