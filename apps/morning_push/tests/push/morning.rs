//! The pushes as a service, by a clock that the test sets, against the sandbox.

use std::sync::Arc;
use std::time::Duration;

use easy_wechat::scheduler::{RunState, SchedulerHandle};
use easy_wechat::store::SqliteStore;
use easy_wechat::{Clock, Config, Sandbox, Timestamp};
use morning_push::push::Pushes;
use serde_json::json;
use tempfile::TempDir;

use crate::hot::WEB;
use crate::jobs;
use crate::page::Page;

struct World {
    sandbox: Sandbox,
    config: Config,
    clock: Clock,
    folder: TempDir,
}

impl World {
    async fn new() -> Self {
        let sandbox = Sandbox::start().await.unwrap();
        Self {
            config: sandbox
                .config_with("demo", "state_path = memory", "")
                .unwrap(),
            sandbox,
            clock: Clock::fake(SEVEN),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// The service as one process of several would run it, with the store on disk.
    async fn start(&self, sections: &str) -> SchedulerHandle {
        let store = SqliteStore::open(self.folder.path(), self.clock.clone());
        let pushes = Pushes::with(jobs(sections).unwrap(), Arc::new(store), self.clock.clone());
        let handle = pushes.service(&self.config).unwrap().start().unwrap();
        handle.settled().await;
        handle
    }

    fn minutes_past_seven(&self, minutes: u64) {
        self.clock
            .set(SEVEN.plus(Duration::from_secs(minutes * 60)));
    }

    fn texts(&self) -> Vec<String> {
        let inbox = self.sandbox.inbox("zhangsan");
        inbox
            .iter()
            .map(|it| it.text().unwrap().to_owned())
            .collect()
    }
}

#[tokio::test]
async fn at_07_30_the_greeting_arrives_once() {
    let world = World::new().await;
    let handles = [world.start("").await, world.start("").await];
    for minutes in [29, 30, 31, 45, 60] {
        world.minutes_past_seven(minutes);
        tokio::join!(handles[0].settled(), handles[1].settled());
        let expected = usize::from(minutes >= 30);
        assert_eq!(world.texts(), vec!["早安问候"; expected], "7:{minutes}");
    }
    let history = handles[0].history("morning").await.unwrap();
    assert_eq!((history.len(), history[0].state), (1, RunState::Done));
    assert!(history[0].said.starts_with("msgid "), "{}", history[0].said);
}

#[tokio::test]
async fn a_restart_at_07_31_sends_it_once() {
    let world = World::new().await;
    world.start("").await.stop().await;
    for minutes in [31, 32, 33] {
        world.minutes_past_seven(minutes);
        world.start("").await.stop().await;
    }
    assert_eq!(world.texts(), ["早安问候"]);
}

#[tokio::test]
async fn commands_and_the_hot_list_are_sent_and_failures_are_not() {
    let page = Page::start((200, WEB), (500, ""));
    let sections = format!(
        "[push:date]\nto = zhangsan\ntitle = 日报\ncommand = echo 一切正常\n\
         [push:silent]\nto = zhangsan\ncommand = true\n\
         [push:broken]\nto = zhangsan\ncommand = sh -c \"echo half; exit 3\"\n\
         [push:off]\nto = zhangsan\ntext = off\nenabled = no\n\
         [push:hot]\nto = lisi\ntitle = 知乎热榜\nzhihu_hot = 8\nzhihu_base_url = {}\n",
        page.url()
    );
    let world = World::new().await;
    let handle = world.start(&sections).await;
    world.minutes_past_seven(30);
    handle.settled().await;
    assert_eq!(world.texts(), ["日报\n\n一切正常"]);
    let hot = world.sandbox.inbox("lisi");
    assert_eq!((hot.len(), hot[0].msg_type.as_ref()), (1, "news"));
    let articles = hot[0].content["articles"].as_array().unwrap();
    assert_eq!(articles.len(), 2);
    assert_eq!(
        articles[0]["url"],
        json!("https://www.zhihu.com/question/302347850")
    );
    assert_eq!(
        articles[0]["title"],
        json!("知乎热榜 | 人人网被多牛传媒并购，对其后续发展有何影响？")
    );
    let broken = handle.history("broken").await.unwrap();
    assert_eq!(broken[0].state, RunState::Failed);
    assert!(
        broken[0].said.contains("exit status: 3"),
        "{}",
        broken[0].said
    );
    let silent = handle.history("silent").await.unwrap();
    assert!(
        silent[0].said.contains("nothing was sent"),
        "{}",
        silent[0].said
    );
    assert!(handle.history("off").await.is_err(), "it is not planned");
}

/// 2026-12-01 07:00 in Shanghai.
const SEVEN: Timestamp = Timestamp::from_secs(1_796_079_600);
