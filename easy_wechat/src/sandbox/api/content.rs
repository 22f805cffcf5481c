//! What messages may contain: required fields, limits, files; what is too long and only cut.
//!
//! Sources: <https://developer.work.weixin.qq.com/document/path/90236> (apps),
//! <https://developer.work.weixin.qq.com/document/path/90248> (group chats),
//! <https://developer.work.weixin.qq.com/document/path/99110> (robots) and
//! <https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Service_Center_messages.html> (Official Accounts).
//! That a text, and an Official Account's, is cut between characters is an assumption, as are the codes of a robot, which
//! were seen: 40058 where an app gets 45002.

use serde_json::Value;

use super::card;
use super::cuts::Cuts;
use super::error::ApiError;
use crate::sandbox::Words;

/// Who sends where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scene {
    App,
    Chat,
    Robot,
    /// An Official Account.
    Custom,
}

/// Says whether there is a file with this id of this kind.
pub(crate) type HasFile<'a> = &'a dyn Fn(&str, &str) -> bool;

impl Scene {
    /// The platform's spelling of a `msgtype` that may be sent here.
    pub(crate) fn msg_type(self, name: &str) -> Result<&'static str, ApiError> {
        let known = self.msg_types().iter().find(|known| **known == name);
        known.copied().ok_or_else(|| {
            let name: String = name.chars().take(64).collect();
            let known = self.msg_types().join(" ");
            ApiError::because(
                40008,
                format!("msgtype {name:?} cannot be sent here; what can: {known}"),
                format!("此接口不支持 msgtype {name:?}; 支持的有: {known}"),
            )
        })
    }

    const fn msg_types(self) -> &'static [&'static str] {
        match self {
            Self::App => &[
                "text",
                "image",
                "voice",
                "video",
                "file",
                "textcard",
                "news",
                "mpnews",
                "markdown",
                "miniprogram_notice",
                "template_card",
                "interactive_taskcard",
            ],
            Self::Chat => &[
                "text", "image", "voice", "video", "file", "textcard", "news", "mpnews", "markdown",
            ],
            Self::Robot => &[
                "text",
                "markdown",
                "markdown_v2",
                "image",
                "news",
                "file",
                "voice",
                "template_card",
            ],
            Self::Custom => &[
                "text",
                "image",
                "voice",
                "video",
                "music",
                "news",
                "mpnews",
                "mpnewsarticle",
                "msgmenu",
                "wxcard",
                "miniprogrampage",
            ],
        }
    }
}

/// Checks the object of a message, and cuts in it what the platform cuts; gives the words about that.
pub(crate) fn check(
    scene: Scene,
    kind: &'static str,
    content: &mut Value,
    has_file: HasFile<'_>,
) -> Result<Option<Words>, ApiError> {
    let mut cuts = Cuts::default();
    let too_long = if scene == Scene::Robot { 40058 } else { 45002 };
    match kind {
        "text" => {
            required(content, "content", 44004)?;
            if matches!(scene, Scene::App | Scene::Chat) {
                cuts.bytes(content, "content", 2048);
            } else {
                at_most(content, "content", 2048, too_long)?;
            }
        }
        "markdown" | "markdown_v2" => {
            required(content, "content", 44004)?;
            let most = if scene == Scene::Robot { 4096 } else { 2048 };
            at_most(content, "content", most, too_long)?;
        }
        "image" | "voice" | "file" => file(content, "media_id", kind, has_file)?,
        "video" => {
            file(content, "media_id", kind, has_file)?;
            if scene == Scene::Custom {
                file(content, "thumb_media_id", "thumb", has_file)?;
            }
            cuts.bytes(content, "title", 128);
            cuts.bytes(content, "description", 512);
        }
        "music" => {
            required(content, "musicurl", 41010)?;
            file(content, "thumb_media_id", "thumb", has_file)?;
        }
        "textcard" => {
            required(content, "title", 41016)?;
            required(content, "description", 41033)?;
            link(content, scene)?;
            cuts.bytes(content, "title", 128);
            cuts.bytes(content, "description", 512);
            cuts.characters(content, "btntxt", 4);
        }
        "news" | "mpnews" if scene != Scene::Custom || kind == "news" => {
            let most = if scene == Scene::Custom { 1 } else { 8 };
            for article in articles(content, most)? {
                required(article, "title", 41016)?;
                cuts.bytes(article, "title", 128);
                if kind == "news" {
                    if text(article, "appid").is_none() || text(article, "pagepath").is_none() {
                        link(article, scene)?;
                    }
                    cuts.bytes(article, "description", 512);
                } else {
                    file(article, "thumb_media_id", "image", has_file)?;
                    required(article, "content", 44004)?;
                    at_most(article, "content", 666 * 1024, 45002)?;
                    at_most(article, "author", 64, 45032)?;
                    cuts.bytes(article, "digest", 512);
                }
            }
        }
        // What is made on an Official Account's own pages is not known here.
        "mpnews" => required(content, "media_id", 41006).map(drop)?,
        "mpnewsarticle" => required(content, "article_id", 40035).map(drop)?,
        "wxcard" => required(content, "card_id", 40035).map(drop)?,
        "msgmenu" => {
            let list = content.get("list").and_then(Value::as_array);
            if list.is_none_or(Vec::is_empty) {
                return Err(ApiError::at(40035, "list"));
            }
        }
        "miniprogrampage" => {
            required(content, "title", 41016)?;
            required(content, "appid", 90200)?;
            required(content, "pagepath", 40035)?;
            file(content, "thumb_media_id", "image", has_file)?;
        }
        "miniprogram_notice" => miniprogram_notice(content)?,
        "interactive_taskcard" => {
            required(content, "title", 41016)?;
            required(content, "description", 41033)?;
            card::task_id(content)?;
            let buttons = content.get("btn").and_then(Value::as_array);
            if !buttons.is_some_and(|it| (1..=2).contains(&it.len())) {
                return Err(ApiError::at(42018, "btn"));
            }
        }
        "template_card" => card::check(content, scene, has_file)?,
        _ => {}
    }
    Ok(cuts.words())
}

/// A text that is there and not empty.
pub(crate) fn required<'a>(
    object: &'a Value,
    name: &'static str,
    code: i64,
) -> Result<&'a str, ApiError> {
    text(object, name).ok_or_else(|| ApiError::at(code, name))
}

/// A text that is not empty, if there is one.
pub(crate) fn text<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    let text = object.get(name)?.as_str()?;
    (!text.is_empty()).then_some(text)
}

pub(crate) fn at_most(
    object: &Value,
    name: &'static str,
    most: usize,
    code: i64,
) -> Result<(), ApiError> {
    match text(object, name) {
        Some(text) if text.len() > most => Err(ApiError::over(code, name, text.len(), most)),
        _ => Ok(()),
    }
}

pub(crate) fn file(
    object: &Value,
    name: &'static str,
    kind: &str,
    has_file: HasFile<'_>,
) -> Result<(), ApiError> {
    let media_id = required(object, name, 41006)?;
    if has_file(media_id, kind) {
        return Ok(());
    }
    Err(ApiError::because(
        40007,
        format!("{name}: there is no such file of type {kind}, or it is older than three days"),
        format!("{name}: 没有这个 {kind} 类型的文件, 或已超过三天"),
    ))
}

/// The page's own example of a robot has no scheme.
fn link(object: &Value, scene: Scene) -> Result<(), ApiError> {
    let url = required(object, "url", 41010)?;
    at_most(object, "url", 2048, 40039)?;
    let schemed = url.starts_with("http://") || url.starts_with("https://");
    if !schemed && matches!(scene, Scene::App | Scene::Chat) {
        return Err(ApiError::at(40094, "url"));
    }
    Ok(())
}

fn articles(content: &mut Value, most: usize) -> Result<&mut Vec<Value>, ApiError> {
    let articles = content.get_mut("articles").and_then(Value::as_array_mut);
    let articles = articles.filter(|it| !it.is_empty());
    let articles = articles.ok_or_else(|| ApiError::at(40063, "articles"))?;
    if articles.len() > most {
        return Err(ApiError::over(45008, "articles", articles.len(), most));
    }
    Ok(articles)
}

fn miniprogram_notice(content: &Value) -> Result<(), ApiError> {
    required(content, "appid", 90200)?;
    required(content, "title", 41016)?;
    let items = content.get("content_item").and_then(Value::as_array);
    let items = items.map_or(&[][..], |items| items);
    if items.len() > 10 {
        return Err(ApiError::over(90201, "content_item", items.len(), 10));
    }
    for item in items {
        for (name, most, code) in [("key", 10, 90202), ("value", 30, 90203)] {
            let length = required(item, name, code)?.chars().count();
            if length > most {
                return Err(ApiError::over(code, name, length, most));
            }
        }
    }
    Ok(())
}
