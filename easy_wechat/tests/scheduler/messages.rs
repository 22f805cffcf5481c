//! The morning push against the sandbox.

use easy_wechat::scheduler::{RunState, Scheduler};
use easy_wechat::{Outgoing, Sandbox, WeChatClient};

use crate::world::{World, daily};

#[tokio::test]
async fn at_07_30_the_greeting_arrives_once() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = WeChatClient::from_config(&sandbox.config("demo"), "demo").unwrap();
    let world = World::new();
    let scheduler: Scheduler = world
        .scheduler()
        .job(daily(), move |_| {
            let client = client.clone();
            async move { Ok(client.send("zhangsan", &Outgoing::text("早安问候")).await?) }
        })
        .unwrap();
    let handle = scheduler.start().unwrap();
    handle.settled().await;
    for time in ["12-01 07:29", "12-01 07:30", "12-01 07:31", "12-01 07:45"] {
        world.at(time, &handle).await;
    }
    let inbox = sandbox.inbox("zhangsan");
    let texts: Vec<_> = inbox.iter().map(|it| it.text()).collect();
    assert_eq!(texts, [Some("早安问候")]);
    let history = handle.history("daily").await.unwrap();
    assert_eq!(history[0].state, RunState::Done);
    let msgid = inbox[0].msgid.as_ref().unwrap();
    assert_eq!(history[0].said, format!("msgid {msgid}"));
}
