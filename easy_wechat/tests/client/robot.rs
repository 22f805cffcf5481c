//! Robots of group chats.

use std::time::Duration;

use easy_wechat::client::{ClientError, ErrorKind, Upload, Webhook};
use easy_wechat::sandbox::{Fault, Injection};
use easy_wechat::{Config, MediaType, Outgoing, Sandbox, SendOptions};
use serde_json::json;

use crate::recorder::Recorder;

const KEY: &str = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa";

/// The conversation of the sandbox's group robot.
const GROUP: &str = "robot:alerts";

fn config(text: &str) -> Config {
    Config::parse(text, [("", "")]).unwrap()
}

#[tokio::test]
async fn a_robot_speaks_in_its_group() {
    let sandbox = Sandbox::start().await.unwrap();
    let robot = Webhook::new(sandbox.webhook_url()).unwrap();
    robot.send(&Outgoing::text("广州今日天气")).await.unwrap();
    robot
        .send_media("markdown_v2", json!({"content": "# t"}))
        .await
        .unwrap();
    let options = SendOptions::default().split_markdown(true);
    let long = format!("{}\n{}", "a".repeat(3000), "b".repeat(3000));
    robot
        .send_with(&Outgoing::markdown(long), &options)
        .await
        .unwrap();
    let inbox = sandbox.inbox(GROUP);
    let kinds: Vec<&str> = inbox.iter().map(|it| &*it.msg_type).collect();
    assert_eq!(kinds, ["text", "markdown_v2", "markdown", "markdown"]);
    assert_eq!(inbox[2].content["content"], "a".repeat(3000));
    assert_eq!(inbox[3].content["content"], "b".repeat(3000));
}

#[tokio::test]
async fn a_file_for_the_robot_is_uploaded_and_said() {
    let sandbox = Sandbox::start().await.unwrap();
    let robot = Webhook::new(sandbox.webhook_url()).unwrap();
    let file = robot
        .upload_media(MediaType::File, Upload::bytes("a.txt", "some text"))
        .await;
    let media_id = file.unwrap().media_id;
    robot.send(&Outgoing::file(media_id.clone())).await.unwrap();
    let inbox = sandbox.inbox(GROUP);
    assert_eq!(inbox[0].media_id(), Some(media_id));
    let calls = sandbox.calls().len();
    let error = robot
        .upload_media(MediaType::Image, Upload::bytes("a.png", "x"))
        .await
        .unwrap_err();
    let says = "a robot cannot send an uploaded image; it sends file, voice; a picture goes as Outgoing::Picture";
    assert_eq!(error.to_string(), says);
    assert_eq!(sandbox.calls().len(), calls);
}

#[tokio::test]
async fn a_section_of_the_configuration_is_a_robot() {
    let sandbox = Sandbox::start().await.unwrap();
    let url = sandbox.webhook_url();
    let (base, key) = url.split_once("/cgi-bin/webhook/send?key=").unwrap();
    for text in [
        format!("[alerts]\nwebhook = {url}"),
        format!("[alerts]\nwebhook = {key}\napi_base_url = {base}"),
        format!("[system]\napi_base_url = {base}\n[alerts]\nwebhook = {key}"),
        // A whole address says itself where it is.
        format!("[system]\napi_base_url = http://127.0.0.1:9\n[alerts]\nwebhook = {url}"),
    ] {
        let config = config(&text);
        assert_eq!(config.app("alerts").unwrap().warnings, [""; 0]);
        let robot = Webhook::from_config(&config, "alerts").unwrap();
        robot.send(&Outgoing::text("a")).await.unwrap();
    }
    assert_eq!(sandbox.inbox(GROUP).len(), 4);
}

#[tokio::test]
async fn markdown_becomes_text_where_all_read_in_the_plug_in() {
    let sandbox = Sandbox::start().await.unwrap();
    let url = sandbox.webhook_url();
    let config = config(&format!(
        "[alerts]\nwebhook = {url}\nmarkdown_as_text = all"
    ));
    let robot = Webhook::from_config(&config, "alerts").unwrap();
    robot.send(&Outgoing::markdown("**a**")).await.unwrap();
    assert_eq!(sandbox.inbox(GROUP)[0].text(), Some("a"));
}

/// From every door: kind and place, never the value.
#[test]
fn a_stray_character_in_a_webhook_is_named_with_its_place() {
    for (webhook, place) in [
        (format!("\u{200B}{KEY}"), "first"),
        (format!("\u{201C}{KEY}\u{201D}"), "first"),
        (format!("{KEY}\u{FF0C}"), "after its 36th"),
        (format!("{}\r{}", &KEY[..8], &KEY[8..]), "after its 8th"),
        (format!("{KEY} ; robot"), "after its 36th"),
        (
            format!("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=\u{FEFF}{KEY}"),
            "after its 53rd",
        ),
    ] {
        let error = Webhook::new(webhook.as_str()).unwrap_err();
        let ClientError::InvalidWebhook { what } = &error else {
            panic!("{webhook:?}: {error:?}");
        };
        assert!(what.contains(place), "{webhook:?}: {what}");
        assert!(!format!("{error} {error:?}").contains(&KEY[9..]), "{error}");
        assert_eq!(error.kind(), ErrorKind::FixAccount);
    }
}

#[test]
fn what_is_no_webhook_is_said_without_showing_it() {
    for webhook in [
        "",
        " ",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=",
        "https://qyapi.weixin.qq.com/cgi-bin/message/send?key=SECRET",
        "ftp://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=SECRET",
        "https:///cgi-bin/webhook/send?key=SECRET",
    ] {
        let error = Webhook::new(webhook).unwrap_err();
        assert!(
            matches!(error, ClientError::NoWebhook),
            "{webhook}: {error:?}"
        );
        let text = format!("[alerts]\nproxy = off\nwebhook = {webhook}");
        let error = Webhook::from_config(&config(&text), "alerts").unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(
            shown.contains("[alerts] webhook") && shown.contains("webhook/send?key=…"),
            "{shown}"
        );
        assert!(!shown.contains("SECRET"), "{shown}");
        assert_eq!(error.kind(), ErrorKind::FixAccount);
    }
    for webhook in [
        KEY.to_owned(),
        format!("key={KEY}"),
        format!("qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}"),
        format!(" https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}\n"),
        format!(
            "https://qyapi.weixin.qq.com/cgi-bin/webhook/upload_media?type=file&key={KEY}&debug=1"
        ),
    ] {
        let robot = Webhook::new(webhook).unwrap();
        assert!(!format!("{robot:?}").contains(KEY), "{robot:?}");
    }
}

#[tokio::test]
async fn no_error_shows_the_key() {
    let says = format!("invalid webhook url, key {KEY}");
    let recorder = Recorder::start(&[("webhook/send", json!({"errcode": 93000, "errmsg": says}))]);
    let url = format!("{}/cgi-bin/webhook/send?key={KEY}", recorder.url());
    let error = Webhook::new(url)
        .unwrap()
        .send(&Outgoing::text("a"))
        .await
        .unwrap_err();
    assert_eq!(error.errcode(), Some(93000));
    let target = recorder.asked().pop().unwrap().target;
    assert_eq!(target, format!("webhook/send?key={KEY}"));
    let nobody = format!("http://127.0.0.1:1/cgi-bin/webhook/send?key={KEY}");
    let robot = Webhook::new(nobody).unwrap().patience(Duration::ZERO);
    let unreachable = robot.send(&Outgoing::text("a")).await.unwrap_err();
    assert!(
        matches!(unreachable, ClientError::Unreachable { .. }),
        "{unreachable:?}"
    );
    for shown in [
        format!("{error} {error:?}"),
        format!("{unreachable} {unreachable:?}"),
    ] {
        assert!(!shown.contains(KEY), "{shown}");
    }
}

#[tokio::test]
async fn the_twenty_first_message_of_a_minute_waits() {
    let sandbox = Sandbox::start().await.unwrap();
    let clock = sandbox.clock().clone();
    let robot = Webhook::new(sandbox.webhook_url()).unwrap();
    let robot = robot.clock(clock.clone()).patience(Duration::ZERO);
    for number in 0..20 {
        robot
            .send(&Outgoing::text(number.to_string()))
            .await
            .unwrap();
    }
    let error = robot.clone().send(&Outgoing::text("20")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Wait);
    assert!(
        error
            .to_string()
            .contains("20 messages a minute of one robot"),
        "{error}"
    );
    assert_eq!(sandbox.inbox(GROUP).len(), 20);
    clock.advance(Duration::from_secs(61));
    robot.send(&Outgoing::text("20")).await.unwrap();
    assert_eq!(sandbox.inbox(GROUP).len(), 21);
}

#[tokio::test]
async fn a_busy_platform_is_asked_again_and_a_refusing_one_is_not() {
    let sandbox = Sandbox::start().await.unwrap();
    let robot = Webhook::new(sandbox.webhook_url()).unwrap();
    let busy = Injection::new(Fault::Errcode { errcode: -1 }).times(1);
    sandbox.faults().inject(busy).unwrap();
    robot.send(&Outgoing::text("a")).await.unwrap();
    assert_eq!(sandbox.calls().len(), 2);
    let error = robot.send(&Outgoing::text(" ")).await.unwrap_err();
    assert!(matches!(error, ClientError::Outgoing(_)), "{error:?}");
    let wrong = Webhook::new(sandbox.webhook_url() + "0").unwrap();
    let error = wrong.send(&Outgoing::text("a")).await.unwrap_err();
    assert_eq!(error.errcode(), Some(93000), "{error}");
    assert_eq!(sandbox.calls().len(), 3);
}

#[tokio::test]
async fn when_a_part_fails_the_rest_is_not_sent() {
    let recorder = Recorder::start(&[(
        "webhook/send",
        json!({"errcode": 93004, "errmsg": "stopped"}),
    )]);
    let url = format!("{}/cgi-bin/webhook/send?key={KEY}", recorder.url());
    let long = Outgoing::text("行\n".repeat(2000));
    let error = Webhook::new(url).unwrap().send(&long).await.unwrap_err();
    assert_eq!(error.errcode(), Some(93004));
    assert_eq!(recorder.asked().len(), 1);
}
