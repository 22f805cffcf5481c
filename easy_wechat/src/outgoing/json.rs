//! [`Outgoing`] to the platform's JSON and back.

use serde_json::{Map, Value, json};

use super::way::nearest_type;
use super::{
    MiniprogramNotice, MiniprogramPage, MpArticle, MsgMenu, Music, NewsArticle, Outgoing,
    OutgoingError, Picture, Text, TextCard, Video, way,
};
use crate::ids::{MediaId, UserId};
use crate::reply::TemplateCard;

impl Outgoing {
    /// Takes a message as the platform documents it: the name of its type and the object under that name.
    ///
    /// No field gets lost: content that says more than the type has a place for becomes [`Outgoing::Other`]. To send a
    /// type that is not known here, make an [`Outgoing::Other`] yourself.
    ///
    /// # Errors
    /// [`OutgoingError::NotAnObject`], [`OutgoingError::UnknownType`], and [`OutgoingError::Card`] for a template card
    /// whose `card_type` is none of the platform's.
    pub fn from_json(msg_type: &str, content: Value) -> Result<Self, OutgoingError> {
        let Value::Object(content) = content else {
            return Err(OutgoingError::not_an_object(msg_type, &content));
        };
        if msg_type == "template_card" {
            return Ok(Self::TemplateCard(TemplateCard::new(content.into())?));
        }
        if !way::all_types().contains(&msg_type) {
            return Err(OutgoingError::unknown_type(
                msg_type,
                nearest_type(msg_type),
                &way::all_types(),
            ));
        }
        let typed = read(msg_type, &content);
        Ok(typed
            .filter(|typed| typed.fields() == content)
            .unwrap_or_else(|| Self::Other {
                msg_type: msg_type.to_owned(),
                content,
            }))
    }

    /// The object under the type's name, with the platform's names. What is empty is left out.
    pub fn content(&self) -> Value {
        Value::Object(self.fields())
    }

    fn fields(&self) -> Map<String, Value> {
        match self {
            Self::Text(text) => object([
                ("content", json!(text.content)),
                ("mentioned_list", texts(&text.mentioned_list)),
                ("mentioned_mobile_list", texts(&text.mentioned_mobile_list)),
            ]),
            Self::Image(media_id)
            | Self::Voice(media_id)
            | Self::File(media_id)
            | Self::MpNewsMedia(media_id) => object([("media_id", json!(media_id.as_str()))]),
            Self::Picture(picture) => object([
                ("base64", json!(picture.base64)),
                ("md5", json!(picture.md5)),
            ]),
            Self::Video(video) => object([
                ("media_id", json!(video.media_id.as_str())),
                ("thumb_media_id", json!(video.thumb_media_id.as_str())),
                ("title", json!(video.title)),
                ("description", json!(video.description)),
            ]),
            Self::TextCard(card) => object([
                ("title", json!(card.title)),
                ("description", json!(card.description)),
                ("url", json!(card.url)),
                ("btntxt", json!(card.btntxt)),
            ]),
            Self::News(articles) => list("articles", articles, |article| {
                object([
                    ("title", json!(article.title)),
                    ("description", json!(article.description)),
                    ("url", json!(article.url)),
                    ("picurl", json!(article.pic_url)),
                    ("appid", json!(article.appid)),
                    ("pagepath", json!(article.pagepath)),
                ])
            }),
            Self::MpNews(articles) => list("articles", articles, |article| {
                object([
                    ("title", json!(article.title)),
                    ("thumb_media_id", json!(article.thumb_media_id.as_str())),
                    ("author", json!(article.author)),
                    ("content_source_url", json!(article.content_source_url)),
                    ("content", json!(article.content)),
                    ("digest", json!(article.digest)),
                ])
            }),
            Self::MpNewsArticle(article_id) => object([("article_id", json!(article_id))]),
            Self::Markdown(content) | Self::MarkdownV2(content) => {
                object([("content", json!(content))])
            }
            Self::MiniprogramNotice(notice) => object([
                ("appid", json!(notice.appid)),
                ("page", json!(notice.page)),
                ("title", json!(notice.title)),
                ("description", json!(notice.description)),
                ("emphasis_first_item", json!(notice.emphasis_first_item)),
                ("content_item", pairs("key", "value", &notice.content_item)),
            ]),
            Self::TemplateCard(card) => card.as_json().clone(),
            Self::Music(music) => object([
                ("title", json!(music.title)),
                ("description", json!(music.description)),
                ("musicurl", json!(music.music_url)),
                ("hqmusicurl", json!(music.hq_music_url)),
                ("thumb_media_id", json!(music.thumb_media_id.as_str())),
            ]),
            Self::MsgMenu(menu) => object([
                ("head_content", json!(menu.head_content)),
                ("list", pairs("id", "content", &menu.list)),
                ("tail_content", json!(menu.tail_content)),
            ]),
            Self::WxCard(card_id) => object([("card_id", json!(card_id))]),
            Self::MiniprogramPage(page) => object([
                ("title", json!(page.title)),
                ("appid", json!(page.appid)),
                ("pagepath", json!(page.pagepath)),
                ("thumb_media_id", json!(page.thumb_media_id.as_str())),
            ]),
            Self::Other { content, .. } => content.clone(),
        }
    }
}

/// What is no text where text should be counts as missing: whoever calls compares the result with what it was made of.
fn read(msg_type: &str, content: &Map<String, Value>) -> Option<Outgoing> {
    let text = |name: &str| text_of(content, name);
    let media = |name: &str| MediaId(text_of(content, name));
    Some(match msg_type {
        "text" => Outgoing::Text(Text {
            content: text("content"),
            mentioned_list: texts_of(content, "mentioned_list").map(UserId).collect(),
            mentioned_mobile_list: texts_of(content, "mentioned_mobile_list").collect(),
        }),
        "image" if content.contains_key("base64") => Outgoing::Picture(Picture {
            base64: text("base64"),
            md5: text("md5"),
        }),
        "image" => Outgoing::Image(media("media_id")),
        "voice" => Outgoing::Voice(media("media_id")),
        "video" => Outgoing::Video(Video {
            media_id: media("media_id"),
            title: text("title"),
            description: text("description"),
            thumb_media_id: media("thumb_media_id"),
        }),
        "file" => Outgoing::File(media("media_id")),
        "textcard" => Outgoing::TextCard(TextCard {
            title: text("title"),
            description: text("description"),
            url: text("url"),
            btntxt: text("btntxt"),
        }),
        "news" => Outgoing::News(items(content, "articles").map(news_article).collect()),
        "mpnews" if content.contains_key("media_id") => Outgoing::MpNewsMedia(media("media_id")),
        "mpnews" => Outgoing::MpNews(items(content, "articles").map(mp_article).collect()),
        "mpnewsarticle" => Outgoing::MpNewsArticle(text("article_id")),
        "markdown" => Outgoing::Markdown(text("content")),
        "markdown_v2" => Outgoing::MarkdownV2(text("content")),
        "miniprogram_notice" => Outgoing::MiniprogramNotice(MiniprogramNotice {
            appid: text("appid"),
            page: text("page"),
            title: text("title"),
            description: text("description"),
            emphasis_first_item: content.get("emphasis_first_item") == Some(&Value::Bool(true)),
            content_item: pairs_of(content, "content_item", "key", "value"),
        }),
        "music" => Outgoing::Music(Music {
            title: text("title"),
            description: text("description"),
            music_url: text("musicurl"),
            hq_music_url: text("hqmusicurl"),
            thumb_media_id: media("thumb_media_id"),
        }),
        "msgmenu" => Outgoing::MsgMenu(MsgMenu {
            head_content: text("head_content"),
            list: pairs_of(content, "list", "id", "content"),
            tail_content: text("tail_content"),
        }),
        "wxcard" => Outgoing::WxCard(text("card_id")),
        "miniprogrampage" => Outgoing::MiniprogramPage(MiniprogramPage {
            title: text("title"),
            appid: text("appid"),
            pagepath: text("pagepath"),
            thumb_media_id: media("thumb_media_id"),
        }),
        _ => return None,
    })
}

fn news_article(article: &Map<String, Value>) -> NewsArticle {
    NewsArticle {
        title: text_of(article, "title"),
        description: text_of(article, "description"),
        url: text_of(article, "url"),
        pic_url: text_of(article, "picurl"),
        appid: text_of(article, "appid"),
        pagepath: text_of(article, "pagepath"),
    }
}

fn mp_article(article: &Map<String, Value>) -> MpArticle {
    MpArticle {
        title: text_of(article, "title"),
        thumb_media_id: MediaId(text_of(article, "thumb_media_id")),
        author: text_of(article, "author"),
        content_source_url: text_of(article, "content_source_url"),
        content: text_of(article, "content"),
        digest: text_of(article, "digest"),
    }
}

/// An object without those fields that are empty, which the platform takes for missing.
fn object<const N: usize>(fields: [(&str, Value); N]) -> Map<String, Value> {
    let is_empty = |value: &Value| match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    };
    fields
        .into_iter()
        .filter(|(_, value)| !is_empty(value))
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn list<T>(name: &str, items: &[T], to_json: fn(&T) -> Map<String, Value>) -> Map<String, Value> {
    let items: Vec<Value> = items.iter().map(|item| to_json(item).into()).collect();
    object([(name, items.into())])
}

fn texts<T: AsRef<str>>(texts: &[T]) -> Value {
    texts.iter().map(AsRef::as_ref).collect()
}

fn pairs(first: &str, second: &str, pairs: &[(String, String)]) -> Value {
    let pair = |(one, two): &(String, String)| json!({ first: one, second: two });
    pairs.iter().map(pair).collect()
}

fn text_of(object: &Map<String, Value>, name: &str) -> String {
    let text = object.get(name).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

fn items<'a>(
    object: &'a Map<String, Value>,
    name: &str,
) -> impl Iterator<Item = &'a Map<String, Value>> {
    let items = object.get(name).and_then(Value::as_array);
    items.into_iter().flatten().filter_map(Value::as_object)
}

fn texts_of(object: &Map<String, Value>, name: &str) -> impl Iterator<Item = String> {
    let items = object.get(name).and_then(Value::as_array);
    let texts = items.into_iter().flatten().filter_map(Value::as_str);
    texts.map(str::to_owned)
}

fn pairs_of(
    object: &Map<String, Value>,
    name: &str,
    first: &str,
    second: &str,
) -> Vec<(String, String)> {
    items(object, name)
        .map(|item| (text_of(item, first), text_of(item, second)))
        .collect()
}
