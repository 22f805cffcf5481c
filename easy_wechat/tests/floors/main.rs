//! The house guards itself: who may import whom, and who may touch the world outside.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "in a test a panic is a failure"
)]

mod imports;

use std::fs;
use std::path::{Path, PathBuf};

use imports::{names, without_comments, wrong_imports};

/// A module imports from lower floors, and from those that stand before it on its own.
const FLOORS: [&[&str]; 6] = [
    &[
        "ids",
        "secret",
        "clock",
        "error_line",
        "printable",
        "fallible",
        "panics",
        "clean",
    ],
    &[
        "xml",
        "crypt",
        "platform",
        "query",
        "event",
        "message",
        "delivery_key",
        "reply",
        "outcome",
        "account",
        "diagnosis",
        "errcode",
        "recipient",
        "outgoing",
    ],
    &["config", "listener", "log", "signals", "store", "wire"],
    &[
        "handler",
        "routes",
        "late",
        "blocking_pool",
        "deliveries",
        "callback",
        "pace",
        "call",
        "token",
        "client",
        "blocking",
        "scheduler",
    ],
    &["sandbox", "server"],
    &["exit", "try_out", "cli"],
];

/// The only name of the crate's root that modules may use; the others they take from where they are made.
const OF_THE_ROOT: &str = "BoxError";

/// What only these modules may name; a `*` at the end stands for whatever follows.
const RESERVED: [(&str, &[&str]); 12] = [
    ("SystemTime", &["clock"]),
    ("env::var*", &["config"]),
    ("actix*", &["listener", "sandbox", "server"]),
    ("clap*", &["cli"]),
    ("reqwest", &["sandbox", "wire"]),
    ("tokio", ABOVE_THE_PROTOCOL),
    ("tracing", ABOVE_THE_PROTOCOL),
    ("tracing_*", &["log"]),
    (
        "rand",
        &["callback", "cli", "client", "sandbox", "scheduler", "token"],
    ),
    ("croner", &["scheduler"]),
    ("sd_notify", &["signals"]),
    ("super::super", &[]),
];

const ABOVE_THE_PROTOCOL: &[&str] = &[
    "listener",
    "log",
    "handler",
    "routes",
    "late",
    "deliveries",
    "callback",
    "store",
    "wire",
    "pace",
    "token",
    "client",
    "blocking",
    "scheduler",
    "sandbox",
    "server",
    "exit",
    "signals",
    "try_out",
    "cli",
];

/// The sandbox plays the platform, so that it may know what the platform knows, and the configuration that it hands out.
/// It must not behave like our server or client: it imports nothing of them. How a listener times its connections is no
/// behaviour of either side.
const OF_THE_SANDBOX: [usize; 2] = [0, 1];

const MAX_LINES: usize = 400;

#[test]
fn modules_import_only_from_below() {
    assert!(sources().len() > 30, "only {} files", sources().len());
    let wrong: Vec<String> = sources()
        .iter()
        .flat_map(|(owner, _, source)| wrong_imports(owner, source))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_two_sides_of_the_wire_do_not_know_each_other() {
    let upper: Vec<&str> = FLOORS
        .iter()
        .enumerate()
        .filter(|(floor, _)| !OF_THE_SANDBOX.contains(floor))
        .flat_map(|(_, modules)| modules.iter().copied())
        .filter(|module| !["sandbox", "config", "listener"].contains(module))
        .collect();
    for (owner, path, source) in sources() {
        let strangers: &[&str] = match owner.as_str() {
            "sandbox" => &upper,
            "server" => &["sandbox"],
            _ => continue,
        };
        let code = without_comments(&source);
        for stranger in strangers {
            let imports = code.contains(&format!("crate::{stranger}"));
            assert!(!imports, "{} imports `{stranger}`", path.display());
        }
    }
}

#[test]
fn each_part_of_the_world_outside_has_its_doors() {
    for (owner, path, source) in sources() {
        let code = without_comments(&source);
        for (name, doors) in RESERVED {
            let may = doors.contains(&owner.as_str()) || !names(&code, name);
            assert!(may, "`{owner}` may not name `{name}`: {}", path.display());
        }
    }
}

#[test]
fn every_module_has_its_floor_and_no_floor_has_more() {
    let lib = fs::read_to_string(src().join("lib.rs")).unwrap();
    let mut declared: Vec<String> = lib
        .lines()
        .filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod "))
        .map(|name| name.trim_end_matches(';').to_owned())
        .collect();
    let mut floors = FLOORS.concat();
    declared.sort_unstable();
    floors.sort_unstable();
    assert_eq!(declared, floors, "the modules of lib.rs and FLOORS differ");
}

#[test]
fn no_file_is_too_long_to_read() {
    for (_, path, source) in sources() {
        let lines = source.lines().count();
        let path = path.display();
        assert!(
            lines <= MAX_LINES,
            "{path} has {lines} lines, more than {MAX_LINES}"
        );
    }
}

/// A part of a module may go without.
#[test]
fn every_module_begins_with_what_it_is_for() {
    for (owner, path, source) in sources() {
        if path.parent() == Some(src().as_path()) {
            assert!(
                source.starts_with("//! "),
                "`{owner}` does not say what it is for"
            );
        }
    }
}

/// Each file with its module and its text; tests, the front door and the main programs are left out.
fn sources() -> Vec<(String, PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![src()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let stem = path.file_stem().unwrap().to_str().unwrap();
            if ["tests", "lib", "bin"].contains(&stem) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            // Pictures and videos are not source.
            if path
                .extension()
                .is_some_and(|it| it == "jpg" || it == "mp4")
            {
                continue;
            }
            let inside = path.strip_prefix(src()).unwrap();
            let owner = inside.iter().next().unwrap().to_str().unwrap();
            let owner = owner.trim_end_matches(".rs").to_owned();
            found.push((owner, path.clone(), fs::read_to_string(&path).unwrap()));
        }
    }
    found
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}
