//! An async handler that waits for something slow, as a bot before a language model does: write `3` to wait 3 seconds,
//! and `8` to be answered late.
//!
//! What is ready within `reply_within` (4.5 s) is the reply. What is not is sent as a message of its own, with the
//! `secret` and `appid` of the section. Reads section `[demo]` of `config.ini`. Run it with
//! `cargo run -p easy_wechat --example async_handler`.
//!
//! Without an account: `easy-wechat sandbox -- cargo run -p easy_wechat --example async_handler`.

use std::process::ExitCode;
use std::time::Duration;

use easy_wechat::{BoxError, Message, WeChatServer};

/// The slow thing. It must wait with `.await`: to block here would keep other callbacks waiting.
async fn ask_the_model(message: Message) -> Result<String, BoxError> {
    // An error is logged, and the platform gets an empty answer.
    let seconds: u64 = message.text().unwrap_or_default().trim().parse()?;
    let wait = Duration::from_secs(seconds.min(60));
    tokio::time::sleep(wait).await;
    Ok(format!("想了 {} 秒。", wait.as_secs()))
}

fn main() -> ExitCode {
    easy_wechat::exit(run())
}

fn run() -> Result<(), BoxError> {
    WeChatServer::new("demo")?
        .register_callback("text", ask_the_model)?
        .run("0.0.0.0:6000")?;
    Ok(())
}
