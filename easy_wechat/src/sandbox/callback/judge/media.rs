//! Replies with files and articles.

use serde_json::{Value, json};

use super::reply::{cut, message, missing, required};
use super::{Asked, Taken};
use crate::platform::AccountKind;
use crate::sandbox::Words;
use crate::xml::{Field, Fields};

/// `Image{MediaId}` or `Voice{MediaId}`.
pub(super) fn single(
    asked: &Asked<'_>,
    fields: &Fields,
    kind: &'static str,
    element: &str,
) -> Result<Taken, Words> {
    let path = format!("{element}/MediaId");
    if fields.get(&path).is_none() && fields.get("MediaId").is_some() {
        return Err(Words::new(
            format!("MediaId stands directly in the reply: it belongs into <{element}>"),
            format!("MediaId 直接写在了最外层: 应放在 <{element}> 里面"),
        ));
    }
    let media_id = file(asked, fields, &path, &[kind])?;
    Ok(message(kind, json!({"media_id": media_id}), None))
}

pub(super) fn video(asked: &Asked<'_>, fields: &Fields) -> Result<Taken, Words> {
    let media_id = file(asked, fields, "Video/MediaId", &["video"])?;
    let mut note = None;
    let (title, description) = titles(asked, &mut note, |name| {
        fields.get(&format!("Video/{name}"))
    });
    let content = json!({"media_id": media_id, "title": title, "description": description});
    Ok(message("video", content, note))
}

pub(super) fn music(asked: &Asked<'_>, fields: &Fields) -> Result<Taken, Words> {
    // SDKs in use leave it out, and the music arrives: required on the page only.
    let given = fields.get("Music/ThumbMediaId").unwrap_or_default();
    let (thumb, mut note) = if given.is_empty() {
        (given, Some(without_thumb()))
    } else {
        let thumb = file(asked, fields, "Music/ThumbMediaId", &["thumb", "image"])?;
        (thumb, None)
    };
    let text = |name: &str| fields.get(&format!("Music/{name}"));
    let (title, description) = titles(asked, &mut note, text);
    let content = json!({
        "title": title,
        "description": description,
        "musicurl": text("MusicUrl").unwrap_or_default(),
        "hqmusicurl": text("HQMusicUrl").unwrap_or_default(),
        "thumb_media_id": thumb,
    });
    Ok(message("music", content, note))
}

fn without_thumb() -> Words {
    Words::new(
        "the documentation requires ThumbMediaId; libraries leave it out, and the platform shows the music without a cover",
        "文档要求 ThumbMediaId; 一些库不写它, 平台会显示没有封面的音乐",
    )
}

pub(super) fn news(asked: &Asked<'_>, fields: &Fields) -> Result<Taken, Words> {
    let count = required(fields, "ArticleCount")?;
    let items: Vec<Field<'_>> = fields.all("Articles/item").collect();
    let found = items.len();
    if count.trim().parse() != Ok(found) {
        let count: String = count.chars().take(20).collect();
        return Err(Words::new(
            format!(
                "ArticleCount is {count:?}, and there are {found} <item> in <Articles>: they must agree"
            ),
            format!(
                "ArticleCount 是 {count:?}, 但 <Articles> 里有 {found} 个 <item>: 两者必须一致"
            ),
        ));
    }
    let platform = asked.app.kind.platform();
    let limit = match asked.occasion.event {
        Some(_) => platform.articles,
        None => platform.articles_to_message,
    };
    if found == 0 {
        return Err(Words::new(
            "news needs at least one article",
            "图文消息至少要有一篇文章",
        ));
    }
    let mut note = None;
    if found > limit {
        if asked.app.kind == AccountKind::WeCom {
            return Err(Words::new(
                format!("news of {found} articles: at most {limit} are taken"),
                format!("图文消息有 {found} 篇文章: 最多 {limit} 篇"),
            ));
        }
        note = Some(Words::new(
            format!("of {found} articles only {limit} can be shown here"),
            format!("有 {found} 篇文章, 这里只能显示 {limit} 篇"),
        ));
    }
    let mut articles: Vec<Value> = Vec::new();
    for (number, item) in (1..).zip(items).take(limit) {
        let text = |name: &str| item.get(name);
        if text("Title").is_none_or(str::is_empty) {
            return Err(missing(&format!("Title in article {number}")));
        }
        let (title, description) = titles(asked, &mut note, text);
        articles.push(json!({
            "title": title,
            "description": description,
            "url": text("Url").unwrap_or_default(),
            "picurl": text("PicUrl").unwrap_or_default(),
        }));
    }
    Ok(message("news", json!({"articles": articles}), note))
}

/// Title and description, cut to the platform's limits.
fn titles<'a>(
    asked: &Asked<'_>,
    note: &mut Option<Words>,
    text: impl Fn(&str) -> Option<&'a str>,
) -> (String, String) {
    let platform = asked.app.kind.platform();
    let mut part = |name, limit| cut(name, text(name).unwrap_or_default(), limit, note);
    let title = part("Title", platform.title_bytes);
    (title, part("Description", platform.description_bytes))
}

/// The id of a file that must be in the sandbox, and of one of `kinds`.
fn file<'a>(
    asked: &Asked<'_>,
    fields: &'a Fields,
    path: &str,
    kinds: &[&str],
) -> Result<&'a str, Words> {
    let media_id = required(fields, path)?;
    if media_id.is_empty() {
        return Err(missing(path));
    }
    let shown: String = media_id.chars().take(80).collect();
    let Some(kind) = (asked.media)(media_id) else {
        return Err(Words::new(
            format!(
                "there is no file {shown:?} ({path}): upload it with media/upload first; one is kept for 3 days"
            ),
            format!("没有 {shown:?} 这个素材 ({path}): 请先用 media/upload 上传; 素材只保存 3 天"),
        ));
    };
    if kinds.contains(&kind) {
        return Ok(media_id);
    }
    let wanted = kinds.first().copied().unwrap_or_default();
    Err(Words::new(
        format!(
            "the file {shown:?} is of type {kind}, and {path} wants {wanted}: upload it with type={wanted}"
        ),
        format!("素材 {shown:?} 的类型是 {kind}, 而 {path} 需要 {wanted}: 请用 type={wanted} 上传"),
    ))
}
