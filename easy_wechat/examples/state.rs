//! State in an `Arc`: counts what each member writes, and tells the count at a click on a menu button.
//!
//! Reads section `[demo]` of `config.ini`. Run it with `cargo run -p easy_wechat --example state`.
//!
//! Without an account: `easy-wechat sandbox -- cargo run -p easy_wechat --example state`.

use std::collections::HashMap;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use easy_wechat::{BoxError, Message, UserId, WeChatServer};

/// One entry a member: small in a corporation. Handlers run at the same time, hence the lock.
#[derive(Default)]
struct Counter(Mutex<HashMap<UserId, u64>>);

impl Counter {
    fn count(&self, message: &Message) -> String {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(message.from.clone()).or_default();
        *count += 1;
        format!("这是你的第 {count} 条消息。")
    }

    fn tell(&self, message: &Message) -> String {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.get(&message.from).copied().unwrap_or_default();
        format!("你一共发了 {count} 条消息。")
    }
}

fn main() -> ExitCode {
    easy_wechat::exit(run())
}

fn run() -> Result<(), BoxError> {
    let counter = Arc::new(Counter::default());
    // Each handler owns a clone of the `Arc`: a counter of its own for the pointer, the same counter behind it.
    let same = Arc::clone(&counter);
    WeChatServer::new("demo")?
        .register_callback("text", move |message| counter.count(&message))?
        .register_event("click", move |message| same.tell(&message))?
        .run("0.0.0.0:6000")?;
    Ok(())
}
