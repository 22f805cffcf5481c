//! A bot, and its test: the sandbox plays the platform, members say something, and the test reads what they see.
//!
//! ```sh
//! cargo run -p easy_wechat --example bot_test --features sandbox
//! ```

use std::time::Duration;

use easy_wechat::sandbox::{Incoming, Sandbox, Via};
use easy_wechat::{BoxError, Config, WeChatServer};

/// The bot: a canteen that knows today's dish, and welcomes who is new.
fn canteen(config: &Config) -> Result<WeChatServer, BoxError> {
    Ok(WeChatServer::from_config(config, "canteen")?
        .register_event("subscribe", |_| "欢迎! 问我今天吃什么。")?
        .register_callback("text", |message| {
            let question = message.text()?;
            question.contains("吃什么").then_some("今天是红烧肉。")
        })?)
}

/// Its test. In your own crate this is a `#[tokio::test(flavor = "multi_thread")]`.
async fn the_canteen_answers() -> Result<(), BoxError> {
    let sandbox = Sandbox::builder()
        // Nobody needs to wait long for what does not come.
        .late_within(Duration::from_millis(50))
        .start()
        .await?;
    let bot = canteen(&sandbox.config("canteen"))?
        .start("127.0.0.1:0")
        .await?;
    sandbox
        .connect(format!("http://{}/weixin", bot.addr()))
        .await?;

    let zhangsan = sandbox.member("zhangsan");
    let seen = zhangsan.says("今天吃什么?").await?;
    assert_eq!(seen.text(), Some("今天是红烧肉。"));
    assert!(
        seen.messages
            .iter()
            .all(|message| message.via == Some(Via::Passive))
    );

    let seen = zhangsan.says("你是谁?").await?;
    assert!(seen.is_silent(), "it knows nothing but food: {seen:?}");

    let welcome = Incoming::event("subscribe", [("EventKey", "")]);
    let seen = sandbox.member("wangwu").sends(welcome).await?;
    assert_eq!(seen.text(), Some("欢迎! 问我今天吃什么。"));

    assert_eq!(sandbox.inbox("zhangsan").len(), 1);
    bot.stop().await;
    sandbox.stop().await;
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    the_canteen_answers().await
}
