//! What the chat understands.

use easy_wechat::{BoxError, Config, Message, WeChatServer};

use crate::work::{Queue, Wish};

/// The server of section `[app]`, whose wishes go to `queue`. `address` is that of the live page, as it is told; `None` when
/// no address is known that members can open.
///
/// # Errors
/// When the section is missing or malformed.
pub fn server(
    config: &Config,
    app: &str,
    queue: Queue,
    address: Option<String>,
) -> Result<WeChatServer, BoxError> {
    Ok(WeChatServer::from_config(config, app)?
        .register_callback("event", async |_| ())?
        .register_event("subscribe", async |_| format!("你好! {HOW_TO}"))?
        .register_fallback(move |message: Message| {
            let answer = answer(&message, &queue, address.as_deref());
            async move { answer }
        })?)
}

/// What is answered at once; what was asked for comes later, through the queue.
pub fn answer(message: &Message, queue: &Queue, address: Option<&str>) -> String {
    let Some(wish) = message.text().and_then(wish) else {
        return format!("{NOT_UNDERSTOOD}。{HOW_TO}");
    };
    if queue.add(message.from.clone(), wish).is_err() {
        return QUEUE_IS_FULL.to_owned();
    }
    match wish {
        Wish::Photo => "请耐心等待拍照".to_owned(),
        Wish::Film => match address {
            Some(address) => {
                format!("请耐心等待视频录制, 若想查看实时视频流(可能较卡), 请访问: {address}")
            }
            None => "请耐心等待视频录制".to_owned(),
        },
    }
}

/// What a text asks for; the photo when it has both words.
fn wish(text: &str) -> Option<Wish> {
    if text.contains("拍照") {
        Some(Wish::Photo)
    } else if text.contains("视频") {
        Some(Wish::Film)
    } else {
        None
    }
}

const HOW_TO: &str = "发送 \"拍照\" 得到一张照片, 发送 \"视频\" 得到十秒的视频。";
const NOT_UNDERSTOOD: &str = "无法理解您的要求";
const QUEUE_IS_FULL: &str = "排队的人太多了, 请过几分钟再试";
