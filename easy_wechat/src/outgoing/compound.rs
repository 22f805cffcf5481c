//! What has more than one field.

use crate::ids::{MediaId, UserId};
use crate::reply::Article;

/// Text of a message, with those whom it calls.
///
/// Longer than 2048 bytes it is split into several messages. It may hold links: `<a href="https://…">here</a>`.
///
/// ```
/// use easy_wechat::outgoing::{Outgoing, Text};
///
/// let what = Outgoing::from(Text::new("the build is red").mention("zhangsan"));
/// assert_eq!(what.content()["mentioned_list"][0], "zhangsan");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// The text; `\n` breaks the line.
    pub content: String,
    /// Members to call, `@all` for everyone in the group. Only group chats and robots look at it.
    pub mentioned_list: Vec<UserId>,
    /// The same by their mobile numbers. Only robots look at it.
    pub mentioned_mobile_list: Vec<String>,
}

impl Text {
    /// Text that calls nobody.
    pub fn new(content: impl Into<String>) -> Self {
        Self {
            content: content.into(),
            ..Self::default()
        }
    }

    /// Calls one more member.
    #[must_use]
    pub fn mention(mut self, user: impl Into<UserId>) -> Self {
        self.mentioned_list.push(user.into());
        self
    }
}

/// A film.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Video {
    /// The film.
    pub media_id: MediaId,
    /// The platform cuts it after 128 bytes; may be empty.
    pub title: String,
    /// The platform cuts it after 512 bytes; may be empty.
    pub description: String,
    /// The cover; Official Accounts only, may be empty.
    pub thumb_media_id: MediaId,
}

/// A card of text that leads somewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextCard {
    /// Needed; the platform cuts it after 128 bytes.
    pub title: String,
    /// Needed; the platform cuts it after 512 bytes. May hold `<br>` and `<div class="gray">` (`normal`, `highlight`).
    pub description: String,
    /// Where it leads, with its `https://`: needed, at most 2048 bytes.
    pub url: String,
    /// The button's text, 4 characters; `详情` when empty.
    pub btntxt: String,
}

/// An article of [`Outgoing::News`](super::Outgoing::News): title, picture, link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewsArticle {
    /// Needed; the platform cuts it after 128 bytes.
    pub title: String,
    /// The platform cuts it after 512 bytes; may be empty.
    pub description: String,
    /// Where it leads, at most 2048 bytes; needed where there is no `appid`.
    pub url: String,
    /// The cover, JPG or PNG: 1068×455 for the first, 150×150 for the others; may be empty. `picurl` on the wire.
    pub pic_url: String,
    /// A mini program to open in place of `url`; may be empty.
    pub appid: String,
    /// Its page; needed with `appid`.
    pub pagepath: String,
}

impl From<Article> for NewsArticle {
    fn from(article: Article) -> Self {
        Self {
            title: article.title,
            description: article.description,
            url: article.url,
            pic_url: article.pic_url,
            ..Self::default()
        }
    }
}

/// An article of [`Outgoing::MpNews`](super::Outgoing::MpNews): its text is kept by the platform.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MpArticle {
    /// Needed; the platform cuts it after 128 bytes.
    pub title: String,
    /// The cover: needed.
    pub thumb_media_id: MediaId,
    /// At most 64 bytes; may be empty.
    pub author: String,
    /// Where 阅读原文 leads; may be empty.
    pub content_source_url: String,
    /// The text in HTML, at most 666 KB: needed.
    pub content: String,
    /// The platform cuts it after 512 bytes; may be empty.
    pub digest: String,
}

/// A notice that opens a mini program; only an app that is bound to it may send one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MiniprogramNotice {
    /// The mini program: needed.
    pub appid: String,
    /// Its page; the start page when empty.
    pub page: String,
    /// Needed; 4 to 12 Chinese characters look good.
    pub title: String,
    /// The same; may be empty.
    pub description: String,
    /// Whether the first item is shown large; `false` by default.
    pub emphasis_first_item: bool,
    /// At most 10: a key of at most 10 characters, a value of at most 30.
    pub content_item: Vec<(String, String)>,
}

/// Music to play; Official Accounts only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Music {
    /// May be empty.
    pub title: String,
    /// May be empty.
    pub description: String,
    /// The address. `musicurl` on the wire.
    pub music_url: String,
    /// The address for Wi-Fi, in better quality. `hqmusicurl` on the wire.
    pub hq_music_url: String,
    /// The cover: needed.
    pub thumb_media_id: MediaId,
}

/// A question with answers to tap; Official Accounts only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MsgMenu {
    /// The question; may be empty.
    pub head_content: String,
    /// The answers as id and text: at least one.
    pub list: Vec<(String, String)>,
    /// What stands below; may be empty.
    pub tail_content: String,
}

/// A card that opens a mini program; Official Accounts only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MiniprogramPage {
    /// May be empty.
    pub title: String,
    /// The mini program, bound to the account: needed.
    pub appid: String,
    /// Its page: needed.
    pub pagepath: String,
    /// The cover: needed.
    pub thumb_media_id: MediaId,
}
