//! Whether the platform takes an answer, and what it makes of it: bytes in, verdict out.
//!
//! It is strict: what the platform is known to drop is dropped, and the words say why and what to do. Where the platform
//! is known to be lenient, so is this, with a remark.
//!
//! <https://developer.work.weixin.qq.com/document/path/90241>,
//! <https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Passive_user_reply_message.html>

mod look;
mod media;
mod open;
mod reply;
mod status;

pub(super) use look::look;
pub(super) use status::refused as status_words;

use serde_json::{Map, Value};

use super::occasion::Occasion;
use crate::sandbox::app::App;
use crate::sandbox::{State, Words};
use open::Opened;

/// What an answer is judged by.
pub(super) struct Asked<'a> {
    pub(super) app: &'a App,
    pub(super) occasion: &'a Occasion,
    /// The kind of a file that is in the sandbox.
    pub(super) media: &'a dyn Fn(&str) -> Option<&'static str>,
}

/// What became of one attempt.
#[derive(Debug)]
pub(super) struct Verdict {
    pub(super) state: State,
    pub(super) words: Words,
    /// The reply, decrypted.
    pub(super) reply: Option<String>,
    /// What the member sees of it.
    pub(super) taken: Option<Taken>,
}

/// What the platform makes of a reply.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Taken {
    /// A message, in the JSON of message/send.
    Message {
        kind: &'static str,
        content: Value,
        note: Option<Words>,
    },
    /// The clicked button is greyed.
    Button {
        kind: &'static str,
        replace_name: String,
    },
    /// The clicked card is replaced, by one in the JSON of message/send.
    Card(Map<String, Value>),
}

/// Judges a whole answer.
pub(super) fn judge(
    asked: &Asked<'_>,
    status: u16,
    location: Option<&str>,
    body: &[u8],
) -> Verdict {
    if status != 200 {
        return Verdict::failed(status_words(status, location));
    }
    let (fields, xml, remark) = match open::open(asked.app, body) {
        Ok(Opened::Acknowledged(remark)) => return Verdict::acknowledged(remark),
        Ok(Opened::Reply {
            fields,
            xml,
            remark,
        }) => (fields, xml, remark),
        Err(refused) => return Verdict::dropped(refused.words, refused.reply),
    };
    let taken = match reply::read(asked, &fields) {
        Ok(taken) => taken,
        Err(words) => return Verdict::dropped(words, Some(xml)),
    };
    if !asked.occasion.takes_reply {
        let event = asked.occasion.event.as_deref().unwrap_or_default();
        let words = Words::new(
            format!(
                "the reply is good, but the platform shows no reply to the event {event}, as far as is known; answer with an empty body, and send messages with message/send"
            ),
            format!(
                "回复本身没有问题, 但据了解平台不会展示对 {event} 事件的被动回复; 请返回空串, 需要时用 message/send 主动发送"
            ),
        );
        return Verdict::dropped(words, Some(xml));
    }
    let words = match &taken {
        Taken::Message { kind, .. } => Words::new(
            format!("the member sees the reply ({kind})"),
            format!("成员看到了回复 ({kind})"),
        ),
        Taken::Button { .. } => Words::new("the clicked button is greyed", "被点击的按钮已变灰"),
        Taken::Card(_) => Words::new("the clicked card is replaced", "被点击的卡片已替换"),
    };
    Verdict {
        state: State::Replied,
        words: with_remark(words, remark),
        reply: Some(xml),
        taken: Some(taken),
    }
}

impl Verdict {
    /// No answer that counts.
    pub(super) fn failed(words: Words) -> Self {
        Self::nothing(State::Failed, words, None)
    }

    fn acknowledged(remark: Option<Words>) -> Self {
        let words = Words::new(
            "acknowledged: the app has it, and says nothing now",
            "已确认: 应用已收到, 暂不回复",
        );
        Self::nothing(State::Acknowledged, with_remark(words, remark), None)
    }

    fn dropped(words: Words, reply: Option<String>) -> Self {
        Self::nothing(State::Dropped, words, reply)
    }

    fn nothing(state: State, words: Words, reply: Option<String>) -> Self {
        Self {
            state,
            words,
            reply,
            taken: None,
        }
    }
}

/// Both one behind the other.
pub(super) fn with_remark(words: Words, remark: Option<Words>) -> Words {
    match remark {
        None => words,
        Some(remark) => Words::new(
            format!("{}; {}", words.en, remark.en),
            format!("{}; {}", words.zh, remark.zh),
        ),
    }
}
