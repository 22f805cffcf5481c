//! Answers that are none: each is judged by what to do.

use ticket_watcher::railway::Remedy;
use ticket_watcher::railway::verdict::{QueryPath, Verdict, judge};

use crate::rows::fixture;

#[track_caller]
fn check(status: u16, location: Option<&str>, body: &str, expected: &str) {
    let verdict = judge(status, location, body.as_bytes(), "https://kyfw.12306.cn");
    let said = match &verdict {
        Verdict::Trains(answer) => format!("{} trains", answer.trains.len()),
        Verdict::Moved(path) => format!("moved to {}", path.as_str()),
        Verdict::Renew(error) => format!("renew: {error}"),
        Verdict::Failed(error) => match error.remedy() {
            Remedy::Pause(pause) => format!("pause {} s: {error}", pause.as_secs()),
            Remedy::TryLater => format!("later: {error}"),
            Remedy::FixQuestion => format!("question: {error}"),
            other => format!("{other:?}"),
        },
        other => format!("{other:?}"),
    };
    assert!(
        said.starts_with(expected),
        "{status} {location:?} {body:?}\n  is  {said}\n  not {expected}"
    );
}

#[test]
fn recorded_answers_that_are_not_ok() {
    let lines = fixture("answers_not_ok.jsonl");
    let lines: Vec<&str> = lines.lines().collect();
    for status in [200, 302] {
        check(status, None, lines[0], "moved to leftTicket/queryX");
        check(status, None, lines[1], "moved to leftTicket/query");
        check(status, None, lines[2], "moved to leftTicket/queryG");
        check(
            status,
            None,
            lines[3],
            "question: 12306 says that the request is not legal: \"非法请求\"",
        );
    }
    let recorded = fixture("error_302_2018-05-18.http");
    let location = recorded
        .lines()
        .find_map(|line| line.strip_prefix("Location: "))
        .unwrap();
    check(302, Some(location), "", "renew: 12306 sent us away");
}

#[test]
fn redirects_stay_on_the_host() {
    for good in [
        "queryZ?leftTicketDTO.train_date=2026-11-27",
        "leftTicket/queryZ",
        "/otn/leftTicket/queryZ?x=y",
        "https://kyfw.12306.cn/otn/leftTicket/queryZ",
    ] {
        check(302, Some(good), "", "moved to leftTicket/queryZ");
    }
    for bad in [
        "https://evil.example/otn/leftTicket/queryZ",
        "//evil.example/leftTicket/queryZ",
        "https://kyfw.12306.cn.evil.example/otn/leftTicket/queryZ",
        "https://kyfw.12306.cn@evil.example/otn/leftTicket/queryZ",
        "/otn/leftTicket/../queryZ",
        "queryZZ",
        "queryz",
        "",
    ] {
        check(302, Some(bad), "", "renew: 12306 sent us away");
    }
    check(302, None, "", "renew: 12306 sent us away");
}

#[test]
fn a_moved_path_is_only_a_path_of_a_query() {
    for bad in [
        "http://evil.example/",
        "leftTicket/queryAB",
        "leftTicket/query/../x",
        "leftTicket/query?x",
        "query",
        "",
        "leftTicket/queryÄ",
    ] {
        assert_eq!(QueryPath::read(bad), None, "{bad}");
        let body = format!("{{\"status\":false,\"c_url\":\"{bad}\"}}");
        check(200, None, &body, "later: 12306 moved the query to");
    }
}

#[test]
fn the_rest_of_what_one_gets_from_it() {
    for status in [403, 412, 429] {
        check(status, None, "{}", "pause 600 s");
    }
    check(200, None, "", "pause 120 s: 12306 gave an empty answer");
    check(
        200,
        None,
        " \r\n",
        "pause 120 s: 12306 gave an empty answer",
    );
    check(
        200,
        None,
        "\n<!DOCTYPE html><title>铁路客户服务中心</title>",
        "pause 120 s: 12306 gave a page",
    );
    check(
        200,
        None,
        "-1",
        "later: 12306 gave an answer that is no JSON",
    );
    check(
        200,
        None,
        "{\"data\":",
        "later: 12306 gave an answer that is no JSON",
    );
    check(
        404,
        None,
        "not found",
        "renew: 12306 answered with status 404",
    );
    check(502, None, "<html>", "later: 12306 answered with status 502");
    check(
        200,
        None,
        "{\"status\":false,\"messages\":[\"系统繁忙\"]}",
        "later: 12306 refused to answer: \"系统繁忙\"",
    );
    check(
        200,
        None,
        "{\"status\":false,\"data\":\"no\",\"messages\":\"忙\"}",
        "later: 12306 refused to answer: \"忙\"",
    );
    check(
        200,
        None,
        "{\"status\":true,\"data\":{}}",
        "later: 12306 refused to answer",
    );
    check(
        200,
        None,
        "{\"status\":true,\"data\":{\"result\":[]}}",
        "0 trains",
    );
    let long = format!(
        "{{\"status\":false,\"messages\":\"{}\"}}",
        "忙\\u0000".repeat(5000)
    );
    check(200, None, &long, "later: 12306 refused to answer");
}
