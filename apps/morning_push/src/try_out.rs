//! The pushes beside a sandbox: the chat page shows them, and one can ask for them there.

use std::fmt::Write as _;
use std::sync::Arc;

use easy_wechat::scheduler::{RunState, SchedulerHandle};
use easy_wechat::store::MemoryStore;
use easy_wechat::{BoxError, Clock, Config, Message, MessageKind, Recipient, WeChatServer};

use crate::job::{self, PushJob};
use crate::push::Pushes;

/// Runs until Ctrl-C, SIGTERM or SIGHUP. All pushes go to everybody of the sandbox; where there is none, the greeting and one
/// every minute.
///
/// # Errors
/// As for [`easy_wechat::run_in_sandbox`].
pub fn run(addr: &str, app: &str, jobs: Vec<PushJob>) -> Result<(), BoxError> {
    easy_wechat::run_in_sandbox(addr, app, |config| server(config, app, jobs))
}

fn server(config: &Config, app: &str, jobs: Vec<PushJob>) -> Result<WeChatServer, BoxError> {
    let jobs = if jobs.is_empty() { demo(app)? } else { jobs };
    let here = jobs.into_iter().map(|job| PushJob {
        app: app.to_owned(),
        to: Recipient::Everyone,
        ..job
    });
    let clock = Clock::system();
    // What was sent here counts nowhere else.
    let store = Arc::new(MemoryStore::new(clock.clone()));
    let pushes = Pushes::with(here.collect(), store, clock);
    let names = || pushes.jobs().iter().map(|job| job.name.clone());
    let first = names().find(|name| name == "morning").or(names().next());
    let handle = Arc::new(pushes.service(config)?.start()?);
    if let Some(first) = first {
        // So that there is something to see at once. What fails is in the log.
        let handle = Arc::clone(&handle);
        tokio::spawn(async move { handle.run_now(&first).await.map(drop) });
    }
    Ok(WeChatServer::from_config(config, app)?
        .register_callback("text", move |message: Message| {
            let handle = Arc::clone(&handle);
            async move { answer(&handle, &message).await }
        })?
        .register_fallback(async |_| HINT)?)
}

/// 早安问候 at 7:30, and a push every minute for those who do not want to wait.
fn demo(app: &str) -> Result<Vec<PushJob>, BoxError> {
    let text = format!(
        "[push:morning]\ntext = {}\n[push:minute]\ncron = * * * * *\ntext = 每分钟一次的演示推送。{HINT}",
        job::GREETING
    );
    Ok(job::all(&Config::parse(&text, [("", "")])?, app)?)
}

async fn answer(handle: &SchedulerHandle, message: &Message) -> Result<String, BoxError> {
    let MessageKind::Text { content, .. } = &message.kind else {
        return Ok(HINT.to_owned());
    };
    let words: Vec<&str> = content.split_whitespace().collect();
    match *words {
        ["列表"] => list(handle).await,
        ["运行", name] => run_one(handle, name).await,
        _ => Ok(HINT.to_owned()),
    }
}

async fn list(handle: &SchedulerHandle) -> Result<String, BoxError> {
    let mut text = "下次推送:".to_owned();
    for next in handle.next_runs().await? {
        write!(text, "\n{}: {}", next.job, next.local)?;
    }
    Ok(text)
}

async fn run_one(handle: &SchedulerHandle, name: &str) -> Result<String, BoxError> {
    let known: Vec<String> = handle
        .next_runs()
        .await?
        .into_iter()
        .map(|next| next.job)
        .collect();
    if !known.iter().any(|job| job == name) {
        return Ok(format!(
            "没有名为“{name}”的推送, 现有: {}",
            known.join(", ")
        ));
    }
    let record = handle.run_now(name).await?;
    Ok(match record.state {
        RunState::Done => format!("{name} 已发送 ({})", record.said),
        _ => format!("{name} 失败: {}", record.said),
    })
}

const HINT: &str = "发“列表”查看下次推送时间, 发“运行 morning”立即推送一次。";
