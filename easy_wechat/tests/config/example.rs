//! The configuration files that come with the project.

use std::collections::BTreeSet;

use easy_wechat::{AccountKind, Config, Mode};

use crate::{known_keys, parse};

const EXAMPLE: &str = include_str!("../../../config.ini.example");
const TEST: &str = include_str!("../../../config_test.ini");

#[test]
fn both_files_are_read_without_a_warning() {
    for (text, apps) in [
        (EXAMPLE, vec!["alerts", "demo", "gongzhonghao"]),
        (TEST, vec!["test"]),
    ] {
        let config = parse(text).unwrap();
        let sections = config.sections().filter(|name| !is_of_a_program(name));
        assert_eq!(sections.collect::<Vec<_>>(), apps);
        assert_eq!(warnings(&config, &apps), [""; 0]);
    }
    let test = parse(TEST).unwrap();
    test.app("test")
        .unwrap()
        .account()
        .expect("a complete account");
    let log = test.system().unwrap().log;
    assert_eq!((log.dir, log.name.as_str()), (None, "easy_wechat_test.log"));
}

#[test]
fn the_example_is_filled_in_by_the_user() {
    let config = parse(EXAMPLE).unwrap();
    let demo = config.app("demo").unwrap();
    assert_eq!((demo.kind, demo.corpid.as_str()), (AccountKind::WeCom, ""));
    let official = config.app("gongzhonghao").unwrap();
    assert_eq!(
        (official.kind, official.mode),
        (AccountKind::OfficialAccount, Mode::Safe)
    );
    assert_ne!(
        demo.route_name, official.route_name,
        "both may run in one process"
    );
    for app in [demo, official] {
        let error = app.account().unwrap_err().to_string();
        assert!(error.contains("token is missing or empty"), "{error}");
    }
}

/// `;key = value` is a key that is commented out, `; text` is a comment.
#[test]
fn what_is_commented_out_is_the_default() {
    let uncommented: Vec<&str> = EXAMPLE
        .lines()
        .map(|line| {
            line.strip_prefix(';')
                .filter(|rest| key(rest).is_some())
                .unwrap_or(line)
        })
        .collect();
    let (all, nothing) = (
        parse(&uncommented.join("\n")).unwrap(),
        parse(EXAMPLE).unwrap(),
    );
    assert_eq!(warnings(&all, &["demo", "gongzhonghao"]), [""; 0]);
    assert_eq!(
        format!("{:?}", all.system()),
        format!("{:?}", nothing.system())
    );
    let defaults = format!("{:?}", parse("").unwrap().system());
    assert_eq!(format!("{:?}", all.system()), defaults);
    for name in ["demo", "gongzhonghao"] {
        assert_eq!(
            format!("{:?}", all.app(name)),
            format!("{:?}", nothing.app(name))
        );
    }
}

#[test]
fn the_example_names_every_key_there_is_and_no_other() {
    let mut documented = [BTreeSet::new(), BTreeSet::new()];
    let (mut in_system, mut is_ours) = (true, true);
    for line in EXAMPLE.lines() {
        if let Some(name) = line.strip_prefix('[') {
            in_system = line == "[system]";
            is_ours = !is_of_a_program(name);
        } else if !is_ours {
            // The program's own tests look at it.
        } else if let Some(key) = key(line.strip_prefix(';').unwrap_or(line)) {
            documented[usize::from(!in_system)].insert(key.to_owned());
        }
    }
    let [system, apps] = documented;
    assert_eq!(system, known_keys("system"));
    assert_eq!(apps, known_keys("demo"));
    for part in [
        "EASY_WECHAT_<SECTION>_<KEY>",
        "EASY_WECHAT_DEMO_SECRET",
        "secret_file",
    ] {
        assert!(EXAMPLE.contains(part), "{part}");
    }
}

/// Each key is explained, in both languages.
#[test]
fn the_example_explains_each_key_in_chinese_and_english() {
    let mut comment = String::new();
    for line in EXAMPLE.lines() {
        if let Some(key) = key(line.strip_prefix(';').unwrap_or(line)) {
            assert!(
                comment
                    .chars()
                    .any(|char| ('\u{4E00}'..'\u{9FFF}').contains(&char)),
                "{key}: {comment}"
            );
            assert!(
                comment
                    .split(' ')
                    .filter(|word| word.is_ascii() && word.len() > 2)
                    .count()
                    > 2,
                "{key}: {comment}"
            );
            comment.clear();
        } else {
            comment.push_str(line);
        }
    }
}

/// Whether a section is of one of the programs under `apps/`, whose keys the crate does not know.
fn is_of_a_program(section: &str) -> bool {
    let name = section.trim_end_matches(']');
    name.starts_with("push:") || ["camera", "monkey_monitor", "ticket_watcher"].contains(&name)
}

/// The key of a line like `key = value`.
fn key(line: &str) -> Option<&str> {
    let (key, _) = line.split_once(" =")?;
    let is_key = !key.is_empty()
        && key
            .chars()
            .all(|char| char.is_ascii_lowercase() || char == '_');
    is_key.then_some(key)
}

fn warnings(config: &Config, apps: &[&str]) -> Vec<String> {
    let mut warnings = config.system().unwrap().warnings;
    for app in apps {
        warnings.extend(config.app(app).unwrap().warnings);
    }
    warnings
}
