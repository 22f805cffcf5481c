//! `easy-wechat download`: what the sender chose never replaces a file.

use std::collections::HashSet;
use std::fs;
use std::process::Stdio;

use super::command::{Ended, Shell};
use super::world::{World, run};

#[test]
fn the_name_that_is_printed_is_the_one_that_was_written() {
    run(async {
        let world = World::start().await;
        let shell = Shell::of(&world, "");
        let folder = shell.path().join("in");
        fs::create_dir(&folder).unwrap();
        let to = folder.display().to_string();
        for (content, printed) in [("one", "voice"), ("two", "voice-2")] {
            let id = world.sandbox.upload("file", "voice", content);
            let ended = shell.run(&["download", id.as_str(), &to]);
            let path = format!("{to}/{printed}");
            assert_eq!(
                (ended.code, ended.out),
                (0, format!("{path}\n")),
                "{}",
                ended.err
            );
            assert_eq!(fs::read_to_string(path).unwrap(), content);
        }
        let id = world.sandbox.upload("file", "voice", "three");
        let ended = shell.run(&["download", id.as_str(), &to, "--json"]);
        let told: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
        assert_eq!(told["path"], format!("{to}/voice-3"));
        assert_eq!(told["file_name"], "voice");
        let exact = format!("{to}/voice-3");
        let id = world.sandbox.upload("file", "voice", "four");
        let ended = shell.run(&["download", id.as_str(), &exact]);
        assert_eq!(
            (ended.code, fs::read_to_string(exact).unwrap()),
            (0, "four".to_owned())
        );
    });
}

#[test]
fn processes_at_the_same_moment_get_a_file_each() {
    run(async {
        let world = World::start().await;
        let shell = Shell::of(&world, "");
        let to = shell.path().join("in");
        fs::create_dir(&to).unwrap();
        let to = to.display().to_string();
        let same = world.sandbox.upload("file", "voice", "same");
        let children: Vec<_> = (0..6)
            .map(|number| {
                let id = if number % 2 == 0 {
                    same.clone()
                } else {
                    world.sandbox.upload("file", "voice", format!("{number}"))
                };
                let mut command = shell.command(&["download", id.as_str(), &to]);
                command
                    .stdout(Stdio::piped())
                    .stderr(Stdio::piped())
                    .spawn()
                    .unwrap()
            })
            .collect();
        let ended = children
            .into_iter()
            .map(|child| Ended::of(&child.wait_with_output().unwrap()));
        let mut contents = Vec::new();
        let mut names = HashSet::new();
        for ended in ended {
            assert_eq!(ended.code, 0, "{}", ended.err);
            contents.push(fs::read_to_string(ended.out.trim_end()).unwrap());
            names.insert(ended.out);
        }
        contents.sort();
        assert_eq!(contents, ["1", "3", "5", "same", "same", "same"]);
        assert_eq!(names.len(), 6, "{names:?}");
        assert_eq!(fs::read_dir(&to).unwrap().count(), 6);
    });
}
