//! What we send: its JSON, checked against the platform's limits before it leaves.

mod amr;
mod cards;
mod compound;
mod error;
mod ignored;
mod json;
mod links;
mod markdown;
mod media;
mod mp3;
mod options;
mod picture;
mod prepare;
mod recipients;
mod rules;
mod split;
mod tables;
mod way;

pub use compound::{
    MiniprogramNotice, MiniprogramPage, MpArticle, MsgMenu, Music, NewsArticle, Text, TextCard,
    Video,
};
pub use error::OutgoingError;
pub use ignored::Ignored;
pub use markdown::markdown_to_text;
pub use media::MediaType;
pub use options::{MarkdownFallback, Safe, SendOptions};
pub use picture::Picture;
pub use prepare::{Part, Prepared, prepare};
#[cfg(feature = "client")]
pub(crate) use prepare::{check_card, cleaned_json};
pub use recipients::check_recipient;
#[cfg(feature = "client")]
pub(crate) use recipients::check_userid;
pub use way::Way;

use serde_json::{Map, Value};

use crate::ids::MediaId;
use crate::reply::{Reply, TemplateCard};

/// A message that we send of our own accord.
///
/// Text becomes one by `From`; the other types have a constructor or a struct of their own. Whatever the platform
/// documents can be given as JSON too:
///
/// ```
/// use easy_wechat::Outgoing;
/// use serde_json::json;
///
/// let text = Outgoing::from("你的快递已到");
/// assert_eq!(text, Outgoing::from_json("text", json!({ "content": "你的快递已到" }))?);
/// assert_eq!((text.msg_type(), text.content()), ("text", json!({ "content": "你的快递已到" })));
/// # Ok::<_, easy_wechat::OutgoingError>(())
/// ```
///
/// Not every way takes every type: see [`Way`]. Limits are looked at by [`prepare`], not here.
///
/// Apps and group chats: <https://developer.work.weixin.qq.com/document/path/90236>;
/// robots: <https://developer.work.weixin.qq.com/document/path/99110>;
/// Official Accounts:
/// <https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Service_Center_messages.html>
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Outgoing {
    /// `text`.
    Text(Text),
    /// `image`: a picture that was uploaded.
    Image(MediaId),
    /// `image` for robots: a picture with its bytes.
    Picture(Picture),
    /// `voice`: a recording that was uploaded.
    Voice(MediaId),
    /// `video`: a film that was uploaded.
    Video(Video),
    /// `file`: a file that was uploaded.
    File(MediaId),
    /// `textcard`.
    TextCard(TextCard),
    /// `news`: 1 to 8 articles that lead elsewhere; a single one on an Official Account.
    News(Vec<NewsArticle>),
    /// `mpnews`: 1 to 8 articles whose text the platform keeps.
    MpNews(Vec<MpArticle>),
    /// `mpnews` of an Official Account: articles that were uploaded.
    MpNewsMedia(MediaId),
    /// `mpnewsarticle`: an article that an Official Account has published, by its `article_id`.
    MpNewsArticle(String),
    /// `markdown`: shown in WeCom, not in the WeChat plug-in; see [`MarkdownFallback`].
    Markdown(String),
    /// `markdown_v2`, with lists, tables and pictures; robots only.
    MarkdownV2(String),
    /// `miniprogram_notice`.
    MiniprogramNotice(MiniprogramNotice),
    /// `template_card`.
    TemplateCard(TemplateCard),
    /// `music`; Official Accounts only.
    Music(Music),
    /// `msgmenu`; Official Accounts only.
    MsgMenu(MsgMenu),
    /// `wxcard`: a coupon by its `card_id`; Official Accounts only.
    WxCard(String),
    /// `miniprogrampage`; Official Accounts only.
    MiniprogramPage(MiniprogramPage),
    /// Any other type, and content with fields that the types above have no place for. A type that is not known is
    /// sent as it is.
    Other {
        /// `msgtype`.
        msg_type: String,
        /// The object under the type's name.
        content: Map<String, Value>,
    },
}

impl Outgoing {
    /// A text.
    pub fn text(content: impl Into<String>) -> Self {
        Self::Text(Text::new(content))
    }

    /// A picture that was uploaded.
    pub fn image(media_id: impl Into<MediaId>) -> Self {
        Self::Image(media_id.into())
    }

    /// A recording that was uploaded.
    pub fn voice(media_id: impl Into<MediaId>) -> Self {
        Self::Voice(media_id.into())
    }

    /// A film that was uploaded, with a title and a description that may be empty.
    pub fn video(
        media_id: impl Into<MediaId>,
        title: impl Into<String>,
        description: impl Into<String>,
    ) -> Self {
        Self::Video(Video {
            media_id: media_id.into(),
            title: title.into(),
            description: description.into(),
            ..Video::default()
        })
    }

    /// A file that was uploaded.
    pub fn file(media_id: impl Into<MediaId>) -> Self {
        Self::File(media_id.into())
    }

    /// A card of text that leads to `url`.
    pub fn text_card(
        title: impl Into<String>,
        description: impl Into<String>,
        url: impl Into<String>,
    ) -> Self {
        Self::TextCard(TextCard {
            title: title.into(),
            description: description.into(),
            url: url.into(),
            ..TextCard::default()
        })
    }

    /// Articles.
    pub fn news(articles: impl IntoIterator<Item = impl Into<NewsArticle>>) -> Self {
        Self::News(articles.into_iter().map(Into::into).collect())
    }

    /// Text in the platform's markdown.
    pub fn markdown(content: impl Into<String>) -> Self {
        Self::Markdown(content.into())
    }

    /// What a handler returned, to be sent of our own accord.
    ///
    /// `None` for nothing and for what can only answer a callback: changes of cards, and a transfer.
    pub fn from_reply(reply: Reply) -> Option<Self> {
        Some(match reply {
            Reply::Text(text) if !text.is_empty() => Self::text(text),
            Reply::Image(media_id) => Self::Image(media_id),
            Reply::Voice(media_id) => Self::Voice(media_id),
            Reply::Video {
                media_id,
                title,
                description,
            } => Self::video(media_id, title, description),
            Reply::News(articles) => Self::news(articles),
            Reply::Music {
                title,
                description,
                music_url,
                hq_music_url,
                thumb_media_id,
            } => Self::Music(Music {
                title,
                description,
                music_url,
                hq_music_url,
                thumb_media_id,
            }),
            _ => return None,
        })
    }

    /// The platform's name of its type.
    pub fn msg_type(&self) -> &str {
        match self {
            Self::Text(_) => "text",
            Self::Image(_) | Self::Picture(_) => "image",
            Self::Voice(_) => "voice",
            Self::Video(_) => "video",
            Self::File(_) => "file",
            Self::TextCard(_) => "textcard",
            Self::News(_) => "news",
            Self::MpNews(_) | Self::MpNewsMedia(_) => "mpnews",
            Self::MpNewsArticle(_) => "mpnewsarticle",
            Self::Markdown(_) => "markdown",
            Self::MarkdownV2(_) => "markdown_v2",
            Self::MiniprogramNotice(_) => "miniprogram_notice",
            Self::TemplateCard(_) => "template_card",
            Self::Music(_) => "music",
            Self::MsgMenu(_) => "msgmenu",
            Self::WxCard(_) => "wxcard",
            Self::MiniprogramPage(_) => "miniprogrampage",
            Self::Other { msg_type, .. } => msg_type,
        }
    }
}

impl From<&str> for Outgoing {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Outgoing {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl From<Vec<NewsArticle>> for Outgoing {
    fn from(articles: Vec<NewsArticle>) -> Self {
        Self::News(articles)
    }
}

impl From<&Self> for Outgoing {
    fn from(what: &Self) -> Self {
        what.clone()
    }
}

/// What is a type of its own becomes the variant of the same name.
macro_rules! from_struct {
    ($($name:ident)*) => {$(
        impl From<$name> for Outgoing {
            fn from(it: $name) -> Self {
                Self::$name(it)
            }
        }
    )*};
}

from_struct! {
    Text Picture Video TextCard MiniprogramNotice TemplateCard Music MsgMenu MiniprogramPage
}
