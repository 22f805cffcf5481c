//! Sending without async: runs a command, and tells somebody when it fails. For crontab, say.
//!
//! Reads section `[demo]` of `config.ini`. With `webhook` in it a group's robot tells it to the group; else the app tells
//! it to `zhangsan`. Run it with `cargo run -p easy_wechat --example alert -- ls /nowhere`.

use std::process::{Command, ExitCode};
use std::time::Duration;

use easy_wechat::blocking::{WeChatClient, Webhook};
use easy_wechat::{BoxError, Config, Outgoing, SendOptions};

fn main() -> ExitCode {
    easy_wechat::exit(run())
}

fn run() -> Result<(), BoxError> {
    let mut words = std::env::args().skip(1);
    let program = words.next().ok_or("which command shall be run?")?;
    let output = Command::new(&program).args(words).output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    // The end is where the reason stands; beyond 2048 bytes it goes out in parts.
    let end: Vec<&str> = said.lines().rev().take(20).collect();
    let end: Vec<&str> = end.into_iter().rev().collect();
    let what = format!("{program} 失败 ({}):\n{}", output.status, end.join("\n"));
    tell(&Outgoing::text(what))
}

fn tell(what: &Outgoing) -> Result<(), BoxError> {
    let config = Config::find()?;
    if config.app("demo")?.webhook.is_some() {
        Webhook::from_config(&config, "demo")?.send(what)?;
        return Ok(());
    }
    let client = WeChatClient::from_config(&config, "demo")?;
    // Whoever fails every minute is heard once an hour.
    let hourly = SendOptions::default().duplicate_check(Duration::from_hours(1));
    let receipt = client.send_with("zhangsan", what, &hourly)?;
    if receipt.is_complete() {
        Ok(())
    } else {
        Err(format!("it did not reach {}", receipt.missed).into())
    }
}
