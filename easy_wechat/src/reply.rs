//! What goes back in answer to a callback.

mod card;
mod fit;
mod into_reply;
mod write;

pub use card::{CardError, TemplateCard};
#[cfg(all(feature = "client", feature = "server"))]
pub(crate) use fit::cut_articles;
pub use fit::{Cut, ReplyError};
pub use into_reply::IntoReply;

use crate::ids::MediaId;
use crate::message::{Message, MessageKind};

/// A passive reply: what a handler's value becomes.
///
/// `()`, `None` and an empty text are [`Reply::None`]; text is [`Reply::Text`].
///
/// Passive replies have limits. With a `secret` in the app's section, a text or news above them is sent whole, as proactive
/// messages in order, and the callback is answered with an empty body. If the app cannot send, the reply is cut between two
/// characters and ends in [`Reply::UNFINISHED`], and the cut is logged. Titles and descriptions have the same limits in both
/// cases: they are cut and end in `…`.
///
/// | | WeCom | Official Account |
/// |---|---|---|
/// | `text`, `image`, `voice`, `video`, `news` | yes | yes |
/// | `update_button`, `update_template_card`, `update_taskcard` | yes | no |
/// | `music`, `transfer_customer_service` | no | yes |
///
/// Which events may be answered is the platform's choice; what it does not take it ignores.
///
/// <https://developer.work.weixin.qq.com/document/path/90241>,
/// <https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Passive_user_reply_message.html>
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Reply {
    /// Nothing: the callback is acknowledged with an empty body.
    #[default]
    None,
    /// Text; `\n` breaks the line. More than 2048 bytes are sent in several messages.
    Text(String),
    /// A picture that was uploaded or received before.
    Image(MediaId),
    /// A recording that was uploaded or received before.
    Voice(MediaId),
    /// A film that was uploaded or received before.
    Video {
        /// The film.
        media_id: MediaId,
        /// At most 128 bytes; may be empty.
        title: String,
        /// At most 512 bytes; may be empty.
        description: String,
    },
    /// Music to play; Official Accounts only.
    Music {
        /// At most 128 bytes; may be empty.
        title: String,
        /// At most 512 bytes; may be empty.
        description: String,
        /// The address; may be empty.
        music_url: String,
        /// The address for Wi-Fi, in better quality; may be empty.
        hq_music_url: String,
        /// The cover.
        thumb_media_id: MediaId,
    },
    /// 1 to 8 articles; a single one where an Official Account answers a message. More are sent in several messages.
    News(Vec<Article>),
    /// Answers `template_card_event`: the button is greyed, with this text. WeCom only.
    UpdateButton {
        /// The button's new text.
        replace_name: String,
    },
    /// Answers `template_card_event`: the card of the one who clicked is replaced. WeCom only.
    UpdateTemplateCard(TemplateCard),
    /// Answers `taskcard_click`: the button is greyed, with this text. WeCom only.
    UpdateTaskcard {
        /// The button's new text.
        replace_name: String,
    },
    /// Hands the conversation to customer service; Official Accounts only.
    TransferCustomerService {
        /// The agent's account, like `test1@test`; `None` for any.
        kf_account: Option<String>,
    },
}

/// One article of [`Reply::News`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Article {
    /// At most 128 bytes.
    pub title: String,
    /// At most 512 bytes; may be empty.
    pub description: String,
    /// The cover picture; may be empty.
    pub pic_url: String,
    /// Where it leads.
    pub url: String,
}

impl Reply {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A picture.
    pub fn image(media_id: impl Into<MediaId>) -> Self {
        Self::Image(media_id.into())
    }

    /// A recording.
    pub fn voice(media_id: impl Into<MediaId>) -> Self {
        Self::Voice(media_id.into())
    }

    /// A film, with a title and a description that may be empty.
    pub fn video(
        media_id: impl Into<MediaId>,
        title: impl Into<String>,
        description: impl Into<String>,
    ) -> Self {
        Self::Video {
            media_id: media_id.into(),
            title: title.into(),
            description: description.into(),
        }
    }

    /// Articles.
    pub fn news(articles: impl IntoIterator<Item = Article>) -> Self {
        Self::News(articles.into_iter().collect())
    }

    /// The same back: a text, picture, recording or film. Nothing for what cannot be sent back.
    pub fn echo(message: Message) -> Self {
        match message.kind {
            MessageKind::Text { content } => Self::Text(content),
            MessageKind::Image { media_id, .. } => Self::Image(media_id),
            MessageKind::Voice { media_id, .. } => Self::Voice(media_id),
            MessageKind::Video { media_id, .. } | MessageKind::ShortVideo { media_id, .. } => {
                Self::Video {
                    media_id,
                    title: String::new(),
                    description: String::new(),
                }
            }
            _ => Self::None,
        }
    }

    /// The platform's name of its type; `None` when there is nothing to send.
    pub fn msg_type(&self) -> Option<&'static str> {
        Some(match self {
            Self::None => return None,
            Self::Text(text) if text.is_empty() => return None,
            Self::Text(_) => "text",
            Self::Image(_) => "image",
            Self::Voice(_) => "voice",
            Self::Video { .. } => "video",
            Self::Music { .. } => "music",
            Self::News(_) => "news",
            Self::UpdateButton { .. } => "update_button",
            Self::UpdateTemplateCard(_) => "update_template_card",
            Self::UpdateTaskcard { .. } => "update_taskcard",
            Self::TransferCustomerService { .. } => "transfer_customer_service",
        })
    }
}
