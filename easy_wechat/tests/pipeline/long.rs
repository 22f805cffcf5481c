//! Replies that are ready in time and too long for a passive reply: nothing of them is lost without a word.

use std::time::{Duration, Instant};

use easy_wechat::sandbox::{Delivered, Fault, Incoming, Injection, Sandbox, State, Via};
use easy_wechat::{Article, CallbackOutcome, Message, Mode, Reply, WeChatServer};

use super::outcomes::watched;
use super::replies::queue;
use super::support::wait_for_line;
use super::world::{PLATFORMS, World, numbered, platform, run, server, server_without_secret};

const SEND: &str = "/cgi-bin/message/send";
const CUSTOM_SEND: &str = "/cgi-bin/message/custom/send";

/// What lets each platform send: an Official Account needs customer service.
fn may_send(mode: Option<Mode>) -> &'static str {
    match mode {
        None => "",
        Some(_) => "customer_service = true",
    }
}

#[test]
fn a_long_reply_that_is_ready_at_once_arrives_whole_and_in_order() {
    run(async {
        for mode in PLATFORMS {
            for text in [
                "长".repeat(683),
                "长".repeat(1500),
                "😀".repeat(513),
                "第一行，很长的一行。\n".repeat(250),
                "x".repeat(2049),
                "a".to_owned() + &"é".repeat(1024),
            ] {
                let sandbox = platform(mode).start().await.unwrap();
                let said = text.clone();
                let server = server(&sandbox, ["", may_send(mode)])
                    .register_callback("text", move |_| said.clone())
                    .unwrap();
                let (server, mut reports) = watched(server);
                let world = World::connect(sandbox, server).await;
                let member = world.member("zhangsan");
                let seen = member.says("写一篇长文").await.unwrap();
                let what = format!("{mode:?}, {} bytes: {}", text.len(), seen.words);
                assert_eq!(
                    (seen.state, seen.attempts),
                    (State::Acknowledged, 1),
                    "{what}"
                );
                let last = reports.last().await;
                let is_sent = matches!(
                    last.outcome,
                    CallbackOutcome::Sent {
                        msg_type: "text",
                        ..
                    }
                );
                assert!(is_sent, "{what}: {last:?}");
                let inbox = member.inbox();
                assert!(inbox.len() > 1, "{what}");
                for part in &inbox {
                    assert_eq!(part.via, Some(Via::Proactive), "{what}");
                    assert!(part.text().unwrap().len() <= 2048, "{what}");
                }
                let whole = |text: &str| text.replace('\n', "");
                assert_eq!(whole(&joined(&inbox)), whole(&text), "{what}");
                world.stop().await;
            }
        }
    });
}

#[test]
fn a_reply_of_exactly_the_limit_is_passive() {
    run(async {
        for mode in PLATFORMS {
            let (replies, next) = queue();
            let world = World::start(platform(mode), ["", may_send(mode)], |server| {
                server.register_callback("text", move |_| next.lock().unwrap().pop_front())
            })
            .await;
            for text in [
                "x".repeat(2048),
                "长".repeat(682) + "ab",
                "😀".repeat(512),
                // What XML does not allow is not written, and does not count.
                "\u{1}".repeat(50) + &"x".repeat(2048),
            ] {
                replies.lock().unwrap().push_back(Reply::text(&text));
                let seen = world.member("zhangsan").says("?").await.unwrap();
                assert_eq!(seen.state, State::Replied, "{mode:?}: {}", seen.words);
                let written = text.replace('\u{1}', "");
                assert_eq!(seen.text(), Some(written.as_str()), "{mode:?}");
                assert_eq!(seen.messages[0].via, Some(Via::Passive), "{mode:?}");
            }
        }
    });
}

#[test]
fn where_nothing_can_be_sent_the_reply_ends_in_a_mark() {
    run(async {
        for mode in PLATFORMS {
            let sandbox = platform(mode).start().await.unwrap();
            let (replies, next) = queue();
            let server = if mode.is_none() {
                server_without_secret(&sandbox, "")
            } else {
                server(&sandbox, ["", ""])
            };
            let server = server
                .register_callback("text", move |_| next.lock().unwrap().pop_front())
                .unwrap();
            let (server, mut reports) = watched(server);
            let world = World::connect(sandbox, server).await;
            for (text, kept) in [
                ("长".repeat(1500), "长".repeat(677)),
                ("x".repeat(2049), "x".repeat(2033)),
                (
                    "x".to_owned() + &"😀".repeat(600),
                    "x".to_owned() + &"😀".repeat(508),
                ),
            ] {
                replies.lock().unwrap().push_back(Reply::text(&text));
                let from = format!("cut-{mode:?}");
                let seen = world.member(&from).says("?").await.unwrap();
                assert_eq!(seen.state, State::Replied, "{mode:?}: {}", seen.words);
                let expected = kept + Reply::UNFINISHED;
                assert_eq!(seen.text(), Some(expected.as_str()), "{mode:?}");
                let report = reports.last().await;
                let CallbackOutcome::Truncated { cuts, .. } = report.outcome else {
                    panic!("{mode:?}: {:?}", report.outcome);
                };
                assert_eq!((cuts[0].length, cuts[0].kept), (text.len(), expected.len()));
                wait_for_line(&["WARN", "reply truncated", report.key.as_str()]);
            }
            let articles = (0..9).map(|number| article(&number.to_string()));
            replies.lock().unwrap().push_back(Reply::news(articles));
            let seen = world.member("zhangsan").says("?").await.unwrap();
            let titles = titles(&seen.messages);
            assert_eq!(titles.len(), if mode.is_none() { 8 } else { 1 }, "{mode:?}");
            assert!(titles.last().unwrap().ends_with(Reply::UNFINISHED));
        }
    });
}

#[test]
fn titles_and_descriptions_are_cut_in_both_ways_and_end_in_a_mark() {
    run(async {
        for mode in PLATFORMS {
            let sandbox = platform(mode).start().await.unwrap();
            let (replies, next) = queue();
            let server = server(&sandbox, ["", may_send(mode)])
                .register_callback("text", move |_| next.lock().unwrap().pop_front())
                .unwrap();
            let (server, mut reports) = watched(server);
            let world = World::connect(sandbox, server).await;
            let member = world.member("zhangsan");
            let long = Article {
                description: "述".repeat(200),
                ..article(&"题".repeat(50))
            };
            let title = "题".repeat(41) + "…";
            let description = "述".repeat(169) + "…";
            // One goes as a passive reply, of nine each or all go as messages.
            for (count, is_passive) in [(1, true), (if mode.is_none() { 9 } else { 4 }, false)] {
                let reply = Reply::news(vec![long.clone(); count]);
                replies.lock().unwrap().push_back(reply);
                let before = member.inbox().len();
                member.says("?").await.unwrap();
                let report = reports.last().await;
                let truncated = matches!(report.outcome, CallbackOutcome::Truncated { .. });
                assert_eq!(truncated, is_passive, "{mode:?}: {report:?}");
                let inbox = member.inbox();
                let new = &inbox[before..];
                assert_eq!(titles(new), vec![title.clone(); count], "{mode:?}");
                for message in new {
                    let found = message.content.pointer("/articles/0/description").unwrap();
                    assert_eq!(found, description.as_str(), "{mode:?}");
                }
                wait_for_line(&["WARN", "reply truncated", "Description"]);
            }
            world.stop().await;
        }
    });
}

#[test]
fn news_of_too_many_articles_become_several_messages() {
    run(async {
        for (mode, messages, count) in [(None, 2, 12), (Some(Mode::Safe), 5, 5)] {
            let sandbox = platform(mode).start().await.unwrap();
            let server = server(&sandbox, ["", may_send(mode)])
                .register_callback("text", move |_| {
                    Reply::news((0..count).map(|number: i32| article(&number.to_string())))
                })
                .unwrap();
            let (server, mut reports) = watched(server);
            let world = World::connect(sandbox, server).await;
            let member = world.member("zhangsan");
            member.says("?").await.unwrap();
            let last = reports.last().await;
            assert!(
                matches!(last.outcome, CallbackOutcome::Sent { .. }),
                "{last:?}"
            );
            let inbox = member.inbox();
            assert_eq!(inbox.len(), messages, "{mode:?}");
            let expected: Vec<String> = (0..count).map(|number| number.to_string()).collect();
            assert_eq!(titles(&inbox), expected, "{mode:?}");
        }
    });
}

#[test]
fn two_long_replies_to_one_member_stay_in_order() {
    run(async {
        let sandbox = platform(None).start().await.unwrap();
        let server = server(&sandbox, ["", ""])
            .register_callback("text", async |message: Message| {
                message.text().unwrap_or_default().repeat(3000)
            })
            .unwrap();
        let (server, mut reports) = watched(server);
        let world = World::connect(sandbox, server).await;
        // The first part of the first one is slow.
        let delay = Injection::new(Fault::Delay { millis: 300 });
        let delay = delay.path(SEND).times(1);
        world.sandbox.faults().inject(delay).unwrap();
        let member = world.member("zhangsan");
        for letter in ["a", "b"] {
            let seen = member.says(letter).await.unwrap();
            assert_eq!(seen.state, State::Acknowledged, "{}", seen.words);
        }
        for _ in 0..2 {
            reports.last().await;
        }
        assert_eq!(
            joined(&member.inbox()),
            "a".repeat(3000) + &"b".repeat(3000)
        );
        world.stop().await;
    });
}

#[test]
fn a_resend_of_a_long_reply_is_acknowledged_and_sends_nothing_twice() {
    run(async {
        for mode in PLATFORMS {
            for fault in [Fault::Resent, Fault::Twice] {
                let sandbox = platform(mode).start().await.unwrap();
                let server = server(&sandbox, ["", may_send(mode)])
                    .register_callback("text", |_| "长".repeat(1000))
                    .unwrap();
                let (server, mut reports) = watched(server);
                let world = World::connect(sandbox, server).await;
                let again = Injection::new(fault).times(1);
                world.sandbox.faults().inject(again).unwrap();
                let member = world.member("zhangsan");
                let seen = member.sends(numbered("zhangsan", 7, "?")).await.unwrap();
                let what = format!("{mode:?}: {}", seen.words);
                assert_eq!(
                    (seen.state, seen.attempts),
                    (State::Acknowledged, 2),
                    "{what}"
                );
                reports.last().await;
                world.sandbox.member("lisi").says("?").await.unwrap();
                reports.last().await;
                assert_eq!(joined(&member.inbox()), "长".repeat(1000), "{what}");
                world.stop().await;
            }
        }
    });
}

#[test]
fn a_stopping_server_sends_the_parts_first() {
    run(async {
        let world = World::start(platform(None), ["", ""], |server| {
            server.register_callback("text", |_| "长".repeat(1500))
        })
        .await;
        let delay = Injection::new(Fault::Delay { millis: 100 })
            .path(SEND)
            .times(3);
        world.sandbox.faults().inject(delay).unwrap();
        let member = world.member("zhangsan");
        member.says("?").await.unwrap();
        world.stop().await;
        assert_eq!(joined(&member.inbox()), "长".repeat(1500));
    });
}

#[test]
fn a_shutdown_timeout_ends_the_parts_and_says_so() {
    run(async {
        let system = "shutdown_timeout = 0.2";
        let world = World::start(platform(None), [system, ""], |server| {
            server.register_callback("text", |_| "长".repeat(1500))
        })
        .await;
        let delay = Injection::new(Fault::Delay { millis: 20_000 })
            .path(SEND)
            .times(9);
        world.sandbox.faults().inject(delay).unwrap();
        world.member("zhangsan").says("?").await.unwrap();
        let began = Instant::now();
        world.stop().await;
        assert!(began.elapsed() < Duration::from_secs(5));
    });
}

#[test]
fn parts_count_for_max_in_flight() {
    run(async {
        let sandbox = platform(None).start().await.unwrap();
        let server = server(&sandbox, ["max_in_flight = 1", ""])
            .register_callback("text", |_| "长".repeat(1000))
            .unwrap();
        let (server, mut reports) = watched(server);
        let world = World::connect(sandbox, server).await;
        let delay = Injection::new(Fault::Delay { millis: 400 })
            .path(SEND)
            .times(1);
        world.sandbox.faults().inject(delay).unwrap();
        world.member("first").says("?").await.unwrap();
        let second = world.member("second").says("?").await.unwrap();
        assert!(
            second.words.en.contains("503") || second.attempts > 1,
            "{}",
            second.words
        );
        reports.last().await;
    });
}

#[test]
fn parts_that_cannot_be_sent_are_logged_and_reported() {
    run(async {
        for (number, mode, path) in [(0, None, SEND), (1, Some(Mode::Safe), CUSTOM_SEND)] {
            let sandbox = platform(mode).start().await.unwrap();
            let server = server(&sandbox, ["", may_send(mode)])
                .register_callback("text", |_| "长".repeat(1000))
                .unwrap();
            let (server, mut reports) = watched(server);
            let world = World::connect(sandbox, server).await;
            let fault = Injection::new(Fault::Errcode { errcode: 81013 });
            let fault = fault.path(path).times(1);
            world.sandbox.faults().inject(fault).unwrap();
            let from = format!("long-refused-{number}");
            let seen = world.member(&from).says("?").await.unwrap();
            assert_eq!(seen.state, State::Acknowledged, "{}", seen.words);
            let report = reports.last().await;
            let CallbackOutcome::NotSent { error, .. } = report.outcome else {
                panic!("{mode:?}: {:?}", report.outcome);
            };
            assert!(error.contains("81013"), "{error}");
            wait_for_line(&["ERROR", "long reply not delivered", &from]);
            assert!(world.member(&from).inbox().is_empty(), "{mode:?}");
        }
    });
}

#[test]
fn what_no_number_of_messages_takes_ends_in_a_mark() {
    run(async {
        for (mode, most, text) in [
            (None, 20, "长".repeat(20_000)),
            (None, 20, "短的一行\n".repeat(8000)),
            (None, 20, "x".repeat(50 << 20)),
            (Some(Mode::Safe), 5, "长".repeat(4000)),
        ] {
            let sandbox = platform(mode).start().await.unwrap();
            let said = text.clone();
            let server = server(&sandbox, ["", may_send(mode)])
                .register_callback("text", move |_| said.clone())
                .unwrap();
            let (server, mut reports) = watched(server);
            let world = World::connect(sandbox, server).await;
            let began = Instant::now();
            world.member("zhangsan").says("?").await.unwrap();
            let last = reports.last().await;
            assert!(
                began.elapsed() < Duration::from_secs(5),
                "{} bytes hold up the callback",
                text.len()
            );
            let CallbackOutcome::Sent { cuts, .. } = &last.outcome else {
                panic!("{mode:?}: {last:?}");
            };
            assert_eq!((cuts.len(), cuts[0].length), (1, text.len()), "{mode:?}");
            wait_for_line(&["WARN", "reply truncated", last.key.as_str()]);
            let inbox = world.member("zhangsan").inbox();
            let all = joined(&inbox);
            let head = all.strip_suffix(Reply::UNFINISHED).expect("a mark");
            assert!(inbox.len() <= most, "{}", inbox.len());
            assert!(head.len() > most * 1000, "{}", head.len());
            let whole = |text: &str| text.replace('\n', "");
            assert!(whole(&text).starts_with(&whole(head)), "{mode:?}");
        }
    });
}

#[test]
fn a_blank_reply_that_no_message_may_have_is_cut() {
    run(async {
        let world = World::start(platform(None), ["", ""], |server| {
            server.register_callback("text", |_| " ".repeat(3000))
        })
        .await;
        let seen = world.member("zhangsan").says("?").await.unwrap();
        assert_eq!(seen.state, State::Replied, "{}", seen.words);
        assert!(seen.text().unwrap().ends_with(Reply::UNFINISHED));
    });
}

#[test]
fn an_event_is_answered_at_length_as_well() {
    run(async {
        let sandbox = Sandbox::builder().start().await.unwrap();
        let server: WeChatServer = server(&sandbox, ["", ""])
            .register_event("click", |_| "长".repeat(1000))
            .unwrap();
        let (server, mut reports) = watched(server);
        let world = World::connect(sandbox, server).await;
        let member = world.member("zhangsan");
        let click = Incoming::event("click", [("EventKey", "news")]);
        let seen = member.sends(click).await.unwrap();
        assert_eq!(seen.state, State::Acknowledged, "{}", seen.words);
        reports.last().await;
        assert_eq!(joined(&member.inbox()), "长".repeat(1000));
    });
}

fn joined(messages: &[Delivered]) -> String {
    messages.iter().filter_map(Delivered::text).collect()
}

fn titles(messages: &[Delivered]) -> Vec<String> {
    let articles = |message: &Delivered| message.content["articles"].as_array().unwrap().clone();
    let articles = messages.iter().flat_map(articles);
    articles
        .map(|article| article["title"].as_str().unwrap().to_owned())
        .collect()
}

fn article(title: &str) -> Article {
    Article {
        title: title.to_owned(),
        url: "http://a.test/".to_owned(),
        ..Article::default()
    }
}
