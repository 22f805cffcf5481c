//! Events: a greeting for who subscribes, a menu, and one `match` for all the rest.
//!
//! Reads section `[demo]` of `config.ini`. Run it with `cargo run -p easy_wechat --example events`.
//!
//! Without an account: `easy-wechat sandbox -- cargo run -p easy_wechat --example events`.

use std::process::ExitCode;

use easy_wechat::{BoxError, Event, Message, MessageKind, WeChatServer};

fn main() -> ExitCode {
    easy_wechat::exit(run())
}

fn run() -> Result<(), BoxError> {
    WeChatServer::new("demo")?
        .register_event("subscribe", |_| "你好! 试试下面的菜单。")?
        .register_event("click", |message| menu(&message))?
        .register_fallback(|message| rest(&message))?
        .run("0.0.0.0:6000")?;
    Ok(())
}

/// The key is the one that the menu's button was given in the console.
fn menu(message: &Message) -> Option<String> {
    match message.event()? {
        Event::Click { key } if key == "help" => Some("发文字, 图片或位置给我。".to_owned()),
        Event::Click { key } => Some(format!("按钮 {key} 还没有功能。")),
        _ => None,
    }
}

/// What no other handler takes: all messages, and all other events. `None` is no reply.
fn rest(message: &Message) -> Option<String> {
    match &message.kind {
        MessageKind::Text { content } => Some(format!("你说: {content}")),
        MessageKind::Image { pic_url, .. } => Some(format!("图片在 {pic_url}")),
        MessageKind::Location { label, .. } => Some(format!("你在 {label}")),
        MessageKind::Event(Event::Scan { scene, .. }) => Some(format!("你扫了 {scene}")),
        // What is new to this version still has all its elements, by the platform's own names.
        MessageKind::Event(Event::Unknown { name }) if name == "brand_new" => {
            message.get("SomeElement").map(str::to_owned)
        }
        _ => None,
    }
}
