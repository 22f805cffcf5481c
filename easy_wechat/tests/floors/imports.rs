//! What a source imports and names, and which of it is not allowed.

use std::collections::BTreeMap;

use super::{FLOORS, OF_THE_ROOT};

/// A sentence for each import that is not allowed.
pub(super) fn wrong_imports(owner: &str, source: &str) -> Vec<String> {
    let mut places = BTreeMap::new();
    for (floor, modules) in FLOORS.iter().enumerate() {
        places.extend(
            modules
                .iter()
                .zip(0..)
                .map(|(name, at)| (*name, (floor, at))),
        );
    }
    let Some(own) = places.get(owner) else {
        return vec![format!("`{owner}` is on no floor")];
    };
    imports(&without_comments(source))
        .into_iter()
        .filter(|target| target != OF_THE_ROOT)
        .filter(|target| places.get(target.as_str()).is_none_or(|place| place > own))
        .map(|target| format!("`{owner}` may not import `crate::{target}`"))
        .collect()
}

/// Whether `source` names it: as a word of the code, not as a text in quotes. A `*` at the end stands for whatever follows.
pub(super) fn names(source: &str, name: &str) -> bool {
    let begin = name.trim_end_matches('*');
    source.match_indices(begin).any(|(at, _)| {
        let before = &source[..at];
        let behind = &source[at + begin.len()..];
        let begins = !before.ends_with(|char| is_of_name(char) || char == '"');
        begins && (begin != name || !behind.starts_with(is_of_name))
    })
}

pub(super) fn without_comments(source: &str) -> String {
    let code = source
        .lines()
        .map(|line| line.split_once("//").map_or(line, |(code, _)| code));
    code.collect::<Vec<_>>().join("\n")
}

/// The first names behind each `crate::`, also within braces.
fn imports(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    for behind in source.split("crate::").skip(1) {
        let Some(group) = behind.strip_prefix('{') else {
            found.extend(first_name(behind));
            continue;
        };
        let (mut depth, mut start) = (1, 0);
        for (at, char) in group.char_indices() {
            depth += match char {
                '{' => 1,
                '}' => -1,
                _ => 0,
            };
            if depth == 0 || (depth == 1 && char == ',') {
                found.extend(first_name(&group[start..at]));
                start = at + 1;
            }
            if depth == 0 {
                break;
            }
        }
    }
    found
}

fn first_name(path: &str) -> Option<String> {
    let name = path
        .trim_start()
        .chars()
        .take_while(|char| is_of_name(*char));
    Some(name.collect()).filter(|name: &String| !name.is_empty())
}

fn is_of_name(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

/// Else the guard would be content for having found nothing.
#[test]
fn the_guard_sees_what_it_should_see() {
    let wrong = |owner: &str, target: &str| format!("`{owner}` may not import `crate::{target}`");
    for (owner, source, expected) in [
        (
            "crypt",
            "use crate::server::WeChatServer;",
            wrong("crypt", "server"),
        ),
        (
            "crypt",
            "fn f() { crate::log::init() }",
            wrong("crypt", "log"),
        ),
        (
            "crypt",
            "use crate::{ids::A, reply::{B, C}};",
            wrong("crypt", "reply"),
        ),
        (
            "crypt",
            "use crate::{\n    ids,\n    config,\n};",
            wrong("crypt", "config"),
        ),
        ("crypt", "use crate::Message;", wrong("crypt", "Message")),
        (
            "event",
            "use crate::message::Message;",
            wrong("event", "message"),
        ),
        ("server", "use crate::exit;", wrong("server", "exit")),
        ("attic", "", "`attic` is on no floor".to_owned()),
        ("message", "use crate::event::Event;", String::new()),
        (
            "message",
            "use crate::BoxError;\nuse crate::{ids::A, xml};",
            String::new(),
        ),
        ("message", "use crate::message::read;", String::new()),
        (
            "message",
            "/// See [it](crate::server).\n// crate::server\n",
            String::new(),
        ),
    ] {
        assert_eq!(wrong_imports(owner, source).concat(), expected, "{source}");
    }
    for (source, name, expected) in [
        ("std::time::SystemTime::now()", "SystemTime", true),
        ("use tokio::time;", "tokio", true),
        ("std::env::var_os(\"HOME\")", "env::var*", true),
        ("use actix_web::web;", "actix*", true),
        ("use tracing::info;", "tracing_*", false),
        ("let random = 1; operand;", "rand", false),
        ("[\"tokio\", \"tokio_util\"]", "tokio", false),
    ] {
        assert_eq!(names(source, name), expected, "{name} in {source}");
    }
}
