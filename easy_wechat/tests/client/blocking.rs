//! The client for programs without async, wherever it is used.

use std::thread;
use std::time::Duration;

use easy_wechat::blocking::{WeChatClient, Webhook};
use easy_wechat::client::{Call, Download, NewChat, StatisticsDay, Upload};
use easy_wechat::{
    MediaType, Outgoing, PartyId, Sandbox, SendOptions, TagId, UserId, WeChatServer,
};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use crate::recorder::Recorder;

/// A sandbox with a runtime of its own, and a client of it.
fn world() -> (Runtime, Sandbox, WeChatClient) {
    let runtime = Runtime::new().unwrap();
    let sandbox = runtime.block_on(Sandbox::start()).unwrap();
    let client = client(&sandbox);
    (runtime, sandbox, client)
}

fn client(sandbox: &Sandbox) -> WeChatClient {
    let config = sandbox.config_with("demo", "state_path = memory", "");
    WeChatClient::from_config(&config.unwrap(), "demo").unwrap()
}

fn texts(sandbox: &Sandbox, member: &str) -> Vec<String> {
    let inbox = sandbox.inbox(member);
    inbox
        .iter()
        .map(|it| it.text().unwrap().to_owned())
        .collect()
}

#[test]
fn every_call_works_without_a_runtime() {
    let (_runtime, sandbox, client) = world();
    let receipt = client.send("zhangsan", &Outgoing::text("a")).unwrap();
    let _ = client
        .send_media("text", json!({"content": "b"}), "zhangsan|lisi")
        .unwrap();
    let options = SendOptions::default();
    let _ = client
        .send_with("zhangsan", &Outgoing::text("c"), &options)
        .unwrap();
    client.recall(&receipt.msg_ids[0]).unwrap();
    assert_eq!(texts(&sandbox, "zhangsan"), ["b", "c"]);

    let call = Call::get("/cgi-bin/user/get").query("userid", "lisi");
    assert_eq!(client.call::<Value>(call).unwrap()["name"], "李四");
    assert_eq!(client.user(&UserId::from("lisi")).unwrap().name, "李四");
    assert!(!client.users_of(&PartyId::from(1), true).unwrap().is_empty());
    assert!(!client.user_ids(None).unwrap().dept_user.is_empty());
    assert_eq!(
        client.departments().unwrap().len(),
        client.department_ids().unwrap().len()
    );
    assert!(!client.departments_of(&PartyId::from(2)).unwrap().is_empty());
    let tag = client.tags().unwrap().remove(0).tagid;
    assert!(!client.tag(&tag).unwrap().tagname.is_empty());
    assert_eq!(
        client.agent().unwrap().agentid,
        client.agents().unwrap()[0].agentid
    );
    assert_eq!(
        client.callback_ips().unwrap(),
        client.api_domain_ips().unwrap()
    );
    assert!(!client.statistics(StatisticsDay::Today).unwrap().is_empty());
    assert_eq!(client.menu().unwrap(), None);
    client.delete_menu().unwrap();
    let chat = client
        .create_chat(&NewChat::of(["zhangsan", "lisi"]))
        .unwrap();
    client.send_to_chat(&chat, &Outgoing::text("d")).unwrap();
    assert_eq!(texts(&sandbox, &format!("chat:{chat}")), ["d"]);
    assert_eq!(client.chat(&chat).unwrap().userlist.len(), 2);

    let upload = || Upload::bytes("a.txt", "some text");
    let file = client.upload_media(MediaType::File, upload()).unwrap();
    assert_eq!(client.media(&file.media_id).unwrap().bytes, "some text");
    let folder = tempfile::tempdir().unwrap();
    let to = Download::to(folder.path().join("b.txt"));
    assert_eq!(client.download_media(&file.media_id, to).unwrap().size, 9);

    let robot = Webhook::new(sandbox.webhook_url()).unwrap();
    let file = robot.upload_media(MediaType::File, upload()).unwrap();
    robot.send(&Outgoing::file(file.media_id)).unwrap();
    robot.send(&Outgoing::text("e")).unwrap();
    robot.send_media("text", json!({"content": "f"})).unwrap();
    assert_eq!(
        sandbox.calls().last().unwrap().request["text"]["content"],
        "f"
    );
}

#[test]
fn lists_of_arguments_arrive() {
    let recorder = Recorder::start(&[]);
    let client = WeChatClient::from(recorder.client("wecom"));
    let missed = client.add_tag_users(&TagId::from(1), &[UserId::from("a")], &[PartyId::from(2)]);
    assert!(missed.unwrap().is_nobody());
    let body = json!({"tagid": 1, "userlist": ["a"], "partylist": [2]});
    assert_eq!(recorder.last(), ("tag/addtagusers".to_owned(), body));
}

#[test]
fn it_works_on_the_threads_of_any_runtime_and_may_be_dropped_there() {
    let (runtime, sandbox, outside) = world();
    let one_thread = Builder::new_current_thread().enable_all().build().unwrap();
    for other in [&one_thread, &runtime] {
        let inside = client(&sandbox);
        other.block_on(async move {
            let _ = inside.send("lisi", &Outgoing::text("in place")).unwrap();
            let clone = inside.clone();
            let task = tokio::spawn(async move {
                let _ = clone.send("lisi", &Outgoing::text("in a task")).unwrap();
            });
            task.await.unwrap();
            let clone = inside.clone();
            let job = tokio::task::spawn_blocking(move || {
                clone.send("lisi", &Outgoing::text("in a job")).unwrap()
            });
            let _ = job.await.unwrap();
            drop(inside);
        });
    }
    drop(one_thread);
    let _ = outside.send("lisi", &Outgoing::text("outside")).unwrap();
    let expected = [
        "in place",
        "in a task",
        "in a job",
        "in place",
        "in a task",
        "in a job",
        "outside",
    ];
    assert_eq!(texts(&sandbox, "lisi"), expected);
}

#[test]
fn many_threads_share_one_client() {
    let (_runtime, sandbox, client) = world();
    thread::scope(|scope| {
        for number in 0..8 {
            let client = &client;
            scope.spawn(move || {
                client
                    .send("lisi", &Outgoing::text(number.to_string()))
                    .unwrap()
            });
        }
    });
    let mut texts = texts(&sandbox, "lisi");
    texts.sort_unstable();
    assert_eq!(texts, ["0", "1", "2", "3", "4", "5", "6", "7"]);
    let tokens = sandbox
        .calls()
        .into_iter()
        .filter(|it| it.path.ends_with("gettoken"));
    assert_eq!(tokens.count(), 1);
}

#[test]
fn a_handler_that_may_block_sends_with_it() {
    let (runtime, sandbox, client) = world();
    let config = sandbox
        .config_with("demo", "state_path = memory", "")
        .unwrap();
    runtime.block_on(async {
        let bot = WeChatServer::from_config(&config, "demo")
            .unwrap()
            .register_callback("text", move |message| {
                let _ = client.send("lisi", &Outgoing::text(format!("{} writes", message.from)))?;
                Ok::<_, easy_wechat::BoxError>("told")
            })
            .unwrap()
            .start("127.0.0.1:0")
            .await
            .unwrap();
        sandbox
            .connect(format!("http://{}/weixin", bot.addr()))
            .await
            .unwrap();
        let seen = sandbox.member("zhangsan").says("hello").await.unwrap();
        assert_eq!(seen.text(), Some("told"));
        bot.stop().await;
    });
    assert_eq!(texts(&sandbox, "lisi"), ["zhangsan writes"]);
}

#[test]
fn a_platform_that_is_not_there_is_an_error() {
    let robot = Webhook::new("http://127.0.0.1:1/cgi-bin/webhook/send?key=k").unwrap();
    let error = robot
        .patience(Duration::ZERO)
        .send(&Outgoing::text("a"))
        .unwrap_err();
    assert!(
        error.to_string().contains("no connection to 127.0.0.1:1"),
        "{error}"
    );
}
