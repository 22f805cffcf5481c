//! The shapes that handlers have. That this compiles, with no type written that is not written here, is most of the test.

#![allow(
    clippy::unnecessary_wraps,
    clippy::needless_pass_by_value,
    reason = "the shapes are what is tested"
)]

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context as _;
use easy_wechat::sandbox::{Incoming, State};
use easy_wechat::{BoxError, Message, RegisterError, Reply, WeChatServer, fallible};

use super::outcomes::watched;
use super::support::wait_for_line;
use super::world::{World, platform, run, server};

/// A bot with state, whose methods are handlers.
#[derive(Default)]
struct Bot {
    count: AtomicUsize,
}

impl Bot {
    fn on_text(&self, message: &Message) -> String {
        let count = self.count.fetch_add(1, Ordering::SeqCst);
        format!("{count}: {}", message.text().unwrap_or_default())
    }

    async fn on_image(self: Arc<Self>, message: Message) -> anyhow::Result<Reply> {
        tokio::task::yield_now().await;
        self.count.fetch_add(1, Ordering::SeqCst);
        Ok(Reply::echo(message))
    }
}

fn plain(message: Message) -> Message {
    message
}

fn boxed(_message: Message) -> Result<String, BoxError> {
    Ok("boxed".to_owned())
}

fn of_anyhow(message: Message) -> anyhow::Result<String> {
    let number: i32 = message
        .text()
        .unwrap_or_default()
        .parse()
        .context("no number")?;
    Ok(format!("{number}"))
}

async fn of_anyhow_later(message: Message) -> anyhow::Result<Option<Reply>> {
    tokio::task::yield_now().await;
    of_anyhow(message).map(|text| Some(Reply::text(text)))
}

fn of_io(_message: Message) -> io::Result<()> {
    Err(io::Error::other("no disk"))
}

async fn of_io_later(message: Message) -> io::Result<&'static str> {
    of_io(message).map(|()| "never")
}

fn of_text(_message: Message) -> Result<Reply, String> {
    Err("words alone".to_owned())
}

/// `?` in a closure needs no type, whatever the error.
fn closures(server: WeChatServer) -> Result<WeChatServer, RegisterError> {
    server
        .register_callback("text", |message| {
            let number: i32 = message.text().unwrap_or_default().parse()?;
            let _ = String::from_utf8(vec![b'a'])?;
            Ok(number.to_string())
        })?
        .register_callback("image", async |message: Message| {
            let id = message.media_id().ok_or("no picture")?;
            let _: i32 = id.as_str().len().try_into()?;
            Ok(Some("picture"))
        })?
        .register_event("click", |message| async move {
            let key = message.get("EventKey").ok_or("no key")?;
            let number: i32 = key.parse()?;
            Ok(Reply::text(number.to_string()))
        })?
        .register_event("view", |message| Ok(of_anyhow(message)?))?
        .register_event("scan", |message| async {
            Ok(of_anyhow_later(message).await?)
        })?
        .register_fallback(|message| match message.msg_type() {
            "voice" => Err("no ears".into()),
            _ => Ok(()),
        })
}

/// Functions with error types of their own.
fn functions(server: WeChatServer) -> Result<WeChatServer, RegisterError> {
    let bot = Arc::new(Bot::default());
    let other = Arc::clone(&bot);
    server
        .register_callback("text", fallible(of_anyhow))?
        .register_callback(
            "image",
            fallible(move |message| Arc::clone(&bot).on_image(message)),
        )?
        .register_callback("voice", move |message| other.on_text(&message))?
        .register_callback("video", plain)?
        .register_callback("location", boxed)?
        .register_event("click", fallible(of_anyhow_later))?
        .register_event("view", fallible(of_io))?
        .register_event("scan", fallible(of_text))?
        .register_event(
            "enter_agent",
            fallible(|message: Message| message.text().map(str::to_owned).context("no text")),
        )?
        .register_fallback(fallible(of_io_later))
}

#[test]
fn a_question_mark_needs_no_type_and_its_error_is_logged() {
    run(async {
        let world = World::start(platform(None), ["", ""], closures).await;
        let member = world.member("question-mark");
        let seen = member.says("7").await.unwrap();
        assert_eq!(seen.text(), Some("7"), "{}", seen.words);
        let seen = member.says("seven").await.unwrap();
        assert_eq!(seen.state, State::Acknowledged, "{}", seen.words);
        wait_for_line(&["ERROR", "handler failed", "question-mark", "invalid digit"]);
    });
}

#[test]
fn functions_with_an_error_of_their_own_are_registered_through_one_adapter() {
    run(async {
        let sandbox = platform(None).start().await.unwrap();
        let server = functions(server(&sandbox, ["", ""])).unwrap();
        let (server, mut reports) = watched(server);
        let world = World::connect(sandbox, server).await;
        let member = world.member("fallible");
        let seen = member.says("7").await.unwrap();
        assert_eq!(seen.text(), Some("7"), "{}", seen.words);
        assert!(reports.last().await.done);
        member.says("seven").await.unwrap();
        let line = wait_for_line(&["ERROR", "handler failed", "no number"]);
        assert!(line.contains("invalid digit"), "the cause as well: {line}");
        reports.last().await;
        for (event, says) in [
            ("view", "no disk"),
            ("scan", "words alone"),
            ("unheard_of", "no disk"),
        ] {
            member
                .sends(Incoming::event(event, [("EventKey", "k")]))
                .await
                .unwrap();
            let report = format!("{:?}", reports.last().await.outcome);
            assert!(report.contains(says), "{event}: {report}");
        }
    });
}

#[test]
fn a_test_of_a_slow_bot_sees_its_reply_where_the_server_reports() {
    run(async {
        let sandbox = easy_wechat::Sandbox::builder().start().await.unwrap();
        let server = server(&sandbox, ["", "reply_within = 0.2"])
            .on_outcome(sandbox.observer())
            .register_callback("text", async |message: Message| {
                // Longer than the sandbox waits for a message by itself.
                tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
                match message.text() {
                    Some("nothing") => String::new(),
                    Some("long") => "长".repeat(1500),
                    _ => "slow".to_owned(),
                }
            })
            .unwrap();
        let world = World::connect(sandbox, server).await;
        let member = world.member("zhangsan");
        for (said, messages) in [("hello", 1), ("nothing", 0), ("long", 3)] {
            let seen = member.says(said).await.unwrap();
            assert_eq!(seen.state, State::Acknowledged, "{}", seen.words);
            assert_eq!(seen.messages.len(), messages, "{said}");
        }
    });
}
