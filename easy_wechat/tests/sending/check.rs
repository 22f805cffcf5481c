//! `easy-wechat check`: the doctor, against accounts that are well and accounts that are not.

use std::time::{Duration, Instant};

use easy_wechat::sandbox::{Fault, Injection};
use serde_json::{Value, json};

use super::command::{Ended, Shell};
use super::fake::{Heard, Say};
use super::world::{GETTOKEN, SEND, Stage, World, run};

#[test]
fn a_good_account_is_well_and_nobody_is_written_to() {
    run(async {
        let world = World::start().await;
        let shell = Shell::of(&world, "");
        let ended = shell.run(&["check", "--app", "demo"]);
        assert_eq!(ended.code, 0, "{ended:?}");
        for part in [
            "net",
            "answers",
            "clock",
            "agrees",
            "trusts this machine",
            "agent",
            "is kept in",
        ] {
            assert!(ended.out.contains(part), "no {part:?} in {}", ended.out);
        }
        assert!(!ended.out.contains('✗'), "{}", ended.out);
        assert!(world.calls(SEND).is_empty());
        assert_eq!(world.calls(GETTOKEN).len(), 1);
        // What it has fetched is of use to who comes next.
        assert_eq!(shell.run(&["send", "--to", "zhangsan", "x"]).code, 0);
        assert_eq!(world.calls(GETTOKEN).len(), 1);
    });
}

#[test]
fn machines_get_json() {
    run(async {
        let world = World::start().await;
        let shell = Shell::of(&world, "");
        let ended = shell.run(&["check", "--app", "demo", "--json"]);
        let lines: Value = serde_json::from_str(&ended.out).expect(&ended.out);
        let steps: Vec<_> = lines
            .as_array()
            .unwrap()
            .iter()
            .map(|it| &it["step"])
            .collect();
        for step in ["net", "clock", "token", "agent", "store"] {
            assert!(steps.contains(&&json!(step)), "{steps:?}");
        }
        assert!(
            lines
                .as_array()
                .unwrap()
                .iter()
                .all(|it| it["verdict"].is_string())
        );
    });
}

#[test]
fn what_is_wrong_with_the_account_is_said_with_what_mends_it() {
    run(async {
        let world = World::start().await;
        let _ = world.sandbox.config("demo");
        let _ = world.sandbox.config("other");
        let ini = world.sandbox.ini();
        let app = world.sandbox.config("demo").app("demo").unwrap();
        let other = world.sandbox.config("other").app("other").unwrap();
        let secret = app.secret.unwrap();
        world
            .leaks
            .hide("the other secret", other.secret.unwrap().reveal());
        world
            .leaks
            .hide("the wrong secret", "a-wrong-secret-for-the-doctor");
        for (name, ini, says) in [
            (
                "wrong secret",
                ini.replace(secret.reveal(), "a-wrong-secret-for-the-doctor"),
                &["40001", "secret in config.ini"][..],
            ),
            (
                "another app's number",
                ini.replace(&app.appid, &other.appid),
                &["301002", "appid"],
            ),
            (
                "wrong corpid",
                ini.replace(&app.corpid, "ww0000000000000000"),
                &["40013", "corpid"],
            ),
        ] {
            let ended = Shell::new(&world.leaks, &ini).run(&["check", "--app", "demo"]);
            assert_eq!(ended.code, 1, "{name}: {ended:?}");
            for part in says {
                assert!(
                    ended.out.contains(part),
                    "{name}: no {part:?} in {}",
                    ended.out
                );
            }
            assert!(ended.out.contains('✗'), "{name}");
        }
    });
}

#[test]
fn an_address_that_is_not_trusted_is_printed() {
    run(async {
        for path in [GETTOKEN, "/cgi-bin/agent/get"] {
            let world = World::start().await;
            let ip = "203.0.113.77".to_owned();
            let fault = Injection::new(Fault::UntrustedIp { ip }).path(path);
            world.sandbox.faults().inject(fault).unwrap();
            let ended = Shell::of(&world, "").run(&["check", "--app", "demo"]);
            assert_eq!(ended.code, 1, "{path}: {ended:?}");
            assert!(
                ended.out.contains("the address to add is 203.0.113.77"),
                "{}",
                ended.out
            );
            assert!(ended.out.contains("企业可信IP"), "{}", ended.out);
        }
    });
}

#[test]
fn an_app_that_is_disabled_or_seen_by_nobody_is_found() {
    let seen = json!({"user": [{"userid": "a"}]});
    for (agent, code, says) in [
        (
            json!({"name": "晨报", "close": 0, "allow_userinfos": seen}),
            0,
            "晨报",
        ),
        (
            json!({"name": "晨报", "close": 1, "allow_userinfos": seen}),
            1,
            "the app is disabled",
        ),
        (
            json!({"name": "晨报", "close": 0}),
            0,
            "visible range is empty",
        ),
        (
            json!({"errcode": 50003, "errmsg": "app is disabled"}),
            1,
            "enable it under",
        ),
    ] {
        let ended = doctor(move |heard, _| {
            let answer = json!({"errcode": 0, "errmsg": "ok"});
            let mut answer = answer.as_object().unwrap().clone();
            answer.extend(agent.as_object().unwrap().clone());
            (heard.path == "/cgi-bin/agent/get").then(|| Say::Json(answer.into()))
        });
        assert_eq!(ended.code, code, "{says}: {ended:?}");
        assert!(ended.out.contains(says), "no {says:?} in {}", ended.out);
    }
}

#[test]
fn a_clock_that_is_wrong_is_told() {
    for (date, code, says) in [
        (
            "Thu, 01 Jan 2015 00:00:00 GMT",
            1,
            "ahead of the platform's, so that callbacks are refused",
        ),
        (
            "Fri, 01 Jan 2100 00:00:00 GMT",
            1,
            "behind the platform's, so that callbacks are refused",
        ),
        ("yesterday", 0, "bears no time"),
    ] {
        let ended = doctor(move |heard, _| {
            let body = r#"{"errcode":41001,"errmsg":"access_token missing"}"#.to_owned();
            let head = Box::leak(format!("date: {date}\r\n").into_boxed_str());
            (heard.path == "/cgi-bin/getcallbackip").then_some(Say::Status(200, head, body))
        });
        assert_eq!(ended.code, code, "{date}: {ended:?}");
        assert!(ended.out.contains(says), "no {says:?} in {}", ended.out);
        assert_eq!(ended.out.contains("timedatectl"), code == 1);
    }
}

#[test]
fn without_a_net_it_says_so_and_does_not_hang() {
    let time_outs = "api_timeout = 0.5\napi_connect_timeout = 0.5";
    for (name, lines, says) in [
        (
            "refused",
            "api_base_url = http://127.0.0.1:1",
            "nothing listens there",
        ),
        (
            "no name",
            "api_base_url = https://no-such-name.invalid",
            "the name is not found",
        ),
        ("no answer", "", "api_timeout"),
        (
            "no route",
            "api_base_url = http://192.0.2.1",
            "no connection to 192.0.2.1",
        ),
    ] {
        let stage = Stage::start(|_, _| Some(Say::Nothing));
        let shell = Shell::new(&stage.leaks, &stage.ini(&format!("{time_outs}\n{lines}")));
        let began = Instant::now();
        let ended = shell.run(&["check", "--app", "demo"]);
        assert!(
            began.elapsed() < Duration::from_secs(8),
            "{name}: {:?}",
            began.elapsed()
        );
        assert_eq!(ended.code, 1, "{name}: {ended:?}");
        assert!(
            ended.out.contains(says),
            "{name}: no {says:?} in {}",
            ended.out
        );
        assert!(
            ended.out.contains("is kept in"),
            "the rest is looked at: {}",
            ended.out
        );
    }
}

#[test]
fn a_portal_in_the_way_is_not_taken_for_the_platform() {
    let ended = doctor(|_, _| {
        Some(Say::Text(
            "<html>Log in to the hotel's net</html>".to_owned(),
        ))
    });
    assert!(ended.out.contains("a page in HTML"), "{}", ended.out);
    assert!(!ended.out.contains("✓ token"), "{}", ended.out);
    assert_eq!(ended.code, 1, "{ended:?}");
}

fn doctor(answers: impl Fn(&Heard, usize) -> Option<Say> + Send + Sync + 'static) -> Ended {
    let stage = Stage::start(answers);
    Shell::new(&stage.leaks, &stage.ini("")).run(&["check", "--app", "demo"])
}
