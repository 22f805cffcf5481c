//! Sending unasked: a text, markdown, a file; who did not get it, and what an error asks for.
//!
//! Reads section `[demo]` of `config.ini`. Run it with `cargo run -p easy_wechat --example send -- zhangsan`, or with
//! several members as `'zhangsan|lisi'`.

use std::process::ExitCode;
use std::time::Duration;

use easy_wechat::client::{ClientError, ErrorKind, Upload};
use easy_wechat::outgoing::Safe;
use easy_wechat::{
    BoxError, Clock, Config, MediaType, Outgoing, Recipient, SendOptions, WeChatClient,
};
use serde_json::json;

#[tokio::main]
async fn main() -> ExitCode {
    easy_wechat::exit(run().await)
}

async fn run() -> Result<(), BoxError> {
    let config = Config::find()?;
    // Each send is a line of it. Kept until the end.
    let _log = easy_wechat::log::init(&config.system()?.log, Clock::system())?;
    let to = std::env::args().nth(1);
    let to = Recipient::from(to.as_deref().unwrap_or("zhangsan"));

    // One client for the whole program: it holds the connections and the access token.
    let client = WeChatClient::from_config(&config, "demo")?;
    match send_all(&client, &to).await {
        Ok(()) => Ok(()),
        Err(error) => {
            tell(&error);
            Err(error.into())
        }
    }
}

async fn send_all(client: &WeChatClient, to: &Recipient) -> Result<(), ClientError> {
    // Any type, with its content as the platform documents it.
    let content = json!({"content": "备份完成。"});
    let receipt = client.send_media("text", content, to).await?;
    if !receipt.is_complete() {
        // The platform took it because one receiver is good.
        eprintln!("these did not get it: {}", receipt.missed);
    }

    // The same with types.
    let news = Outgoing::markdown("**备份**: <font color=\"info\">完成</font>");
    let receipt = client.send(to, &news).await?;

    // It can be taken back within 24 hours.
    for msgid in &receipt.msg_ids {
        client.recall(msgid).await?;
    }

    // A file is uploaded, and then named by its media id, for 3 days.
    let table = Upload::bytes("用量.csv", "盘,用量\n/,42%\n");
    let table = client.upload_media(MediaType::File, table).await?;
    let options = SendOptions::default()
        .safe(Safe::Confidential)
        // Now it may be sent again when the answer is lost: the platform drops the second one.
        .duplicate_check(Duration::from_mins(10));
    let file = Outgoing::file(table.media_id);
    let _ = client.send_with(to, &file, &options).await?;
    Ok(())
}

/// What a program can do about an error. Its text already says what a person can do.
fn tell(error: &ClientError) {
    let what = match error.kind() {
        ErrorKind::FixCall => "the program is wrong: trying again does not help",
        ErrorKind::FixAccount => "the console or config.ini is wrong: somebody has to mend it",
        ErrorKind::FixTarget => "leave this receiver or file out",
        ErrorKind::Wait => "put it aside for a minute",
        ErrorKind::TryAgain => "put it aside, and try again",
        ErrorKind::MaybeDelivered => "it may have arrived: look before it is sent again",
        _ => "see the error",
    };
    eprintln!("{what} (errcode {:?})", error.errcode());
}
