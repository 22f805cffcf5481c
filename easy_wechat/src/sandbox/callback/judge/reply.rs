//! From the XML of a reply to what the member sees.

use serde_json::{Value, json};

use super::{Asked, Taken, media};
use crate::platform::AccountKind;
use crate::sandbox::Words;
use crate::sandbox::callback::{card_xml, cut as told_as_cut};
use crate::xml::{Field, Fields};

/// Reads a reply, with every check that does not depend on what was asked.
pub(super) fn read(asked: &Asked<'_>, fields: &Fields) -> Result<Taken, Words> {
    no_repeats(fields)?;
    check_names(asked, fields)?;
    if required(fields, "CreateTime")?
        .trim()
        .parse::<i64>()
        .is_err()
    {
        return Err(Words::new(
            "CreateTime is no integer: write the seconds since 1970",
            "CreateTime 不是整数: 请写 1970 年以来的秒数",
        ));
    }
    let kind = kind(asked, required(fields, "MsgType")?)?;
    match kind {
        "text" => text(asked, fields),
        "image" => media::single(asked, fields, "image", "Image"),
        "voice" => media::single(asked, fields, "voice", "Voice"),
        "video" => media::video(asked, fields),
        "music" => media::music(asked, fields),
        "news" => media::news(asked, fields),
        "transfer_customer_service" => {
            let content = json!({"kf_account": fields.get("TransInfo/KfAccount")});
            Ok(message(kind, content, None))
        }
        "update_button" => {
            answers(kind, "template_card_event", asked.occasion.is_card_event())?;
            can_be_greyed(&asked.occasion.card_type)?;
            button(fields, kind, "Button/ReplaceName")
        }
        "update_taskcard" => {
            answers(kind, "taskcard_click", asked.occasion.is_taskcard_event())?;
            button(fields, kind, "TaskCard/ReplaceName")
        }
        _ => {
            answers(kind, "template_card_event", asked.occasion.is_card_event())?;
            let mut cards = fields.all("TemplateCard");
            let card = cards.next().ok_or_else(|| missing("TemplateCard"))?;
            card_xml::to_json(card).map(Taken::Card)
        }
    }
}

pub(super) fn message(kind: &'static str, content: Value, note: Option<Words>) -> Taken {
    Taken::Message {
        kind,
        content,
        note,
    }
}

/// The text of an element that must be there; it may be empty.
pub(super) fn required<'a>(fields: &'a Fields, path: &str) -> Result<&'a str, Words> {
    fields.get(path).ok_or_else(|| missing(path))
}

pub(super) fn missing(path: &str) -> Words {
    Words::new(
        format!("the reply has no {path}, which this type needs"),
        format!("回复缺少 {path}, 这种类型必须有"),
    )
}

/// Cuts a text to `limit` bytes between two characters, and says so.
pub(super) fn cut(what: &str, text: &str, limit: usize, note: &mut Option<Words>) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    *note = Some(told_as_cut(what, text.len(), limit, ("bytes", "字节")));
    let mut text = text.to_owned();
    text.truncate(text.floor_char_boundary(limit));
    text
}

fn text(asked: &Asked<'_>, fields: &Fields) -> Result<Taken, Words> {
    let content = required(fields, "Content")?;
    if content.is_empty() {
        return Err(Words::new(
            "Content is empty, which is no reply: to say nothing, answer with an empty body in place of the XML",
            "Content 为空, 这不算回复: 不想回复时请返回空串, 而不是内容为空的 XML",
        ));
    }
    let mut note = None;
    let limit = asked.app.kind.platform().text_bytes;
    let content = cut("Content", content, limit, &mut note);
    Ok(message("text", json!({"content": content}), note))
}

fn button(fields: &Fields, kind: &'static str, path: &str) -> Result<Taken, Words> {
    let replace_name = required(fields, path)?;
    if replace_name.is_empty() {
        return Err(missing(path));
    }
    Ok(Taken::Button {
        kind,
        replace_name: replace_name.to_owned(),
    })
}

/// Refuses an update where there is nothing to be updated.
fn answers(kind: &str, event: &str, is: bool) -> Result<(), Words> {
    if is {
        return Ok(());
    }
    Err(Words::new(
        format!("{kind} answers the event {event} only: here nothing was clicked"),
        format!("{kind} 只能回复 {event} 事件: 这里没有点击卡片"),
    ))
}

/// <https://developer.work.weixin.qq.com/document/path/94945>
fn can_be_greyed(card_type: &str) -> Result<(), Words> {
    if matches!(card_type, "text_notice" | "news_notice") {
        return Err(Words::new(
            format!(
                "a card of type {card_type} has no button to grey: answer with update_template_card"
            ),
            format!("{card_type} 类型的卡片没有可置灰的按钮: 请用 update_template_card 回复"),
        ));
    }
    Ok(())
}

fn kind(asked: &Asked<'_>, found: &str) -> Result<&'static str, Words> {
    let platform = asked.app.kind.platform();
    if let Some(kind) = platform.reply_types.iter().find(|kind| **kind == found) {
        return Ok(kind);
    }
    let found: String = found.chars().take(40).collect();
    let known = platform.reply_types.join(", ");
    let name = platform.name;
    Err(Words::new(
        format!("{name} has no passive reply of MsgType {found:?}; it has {known}"),
        format!("{name} 没有 MsgType 为 {found:?} 的被动回复; 可用的有 {known}"),
    ))
}

/// A reply goes back to the one who wrote, from the one who was written to.
fn check_names(asked: &Asked<'_>, fields: &Fields) -> Result<(), Words> {
    let (to, from) = (
        required(fields, "ToUserName")?,
        required(fields, "FromUserName")?,
    );
    let (Some(member), Some(account)) = (&asked.occasion.from, &asked.occasion.to) else {
        return Ok(());
    };
    // Userids are the same in capital letters; openids are not.
    let same = match asked.app.kind {
        AccountKind::WeCom => to.eq_ignore_ascii_case(member),
        AccountKind::OfficialAccount => to == member,
    };
    if same && from == account {
        return Ok(());
    }
    if to == account && from == member {
        return Err(Words::new(
            "ToUserName and FromUserName are as in the message: swap them, the reply goes back to the sender",
            "ToUserName 和 FromUserName 与收到的消息一样: 回复时要对调",
        ));
    }
    let (name, found, expected) = if same {
        ("FromUserName", from, account)
    } else {
        ("ToUserName", to, member)
    };
    let found: String = found.chars().take(64).collect();
    Err(Words::new(
        format!(
            "{name} is {found:?} and must be {expected:?}: take it from the message that is answered"
        ),
        format!("{name} 是 {found:?}, 应为 {expected:?}: 请从收到的消息里取"),
    ))
}

/// Refuses what would be read differently by different readers.
fn no_repeats(fields: &Fields) -> Result<(), Words> {
    repeated(fields.iter())?;
    for field in fields
        .iter()
        .filter(|field| WITHOUT_LISTS.contains(&field.name()))
    {
        repeated(field.children())?;
    }
    Ok(())
}

fn repeated<'a>(children: impl Iterator<Item = Field<'a>>) -> Result<(), Words> {
    let mut names: Vec<&str> = children.map(Field::name).collect();
    names.sort_unstable();
    let twice = names.windows(2).find_map(|pair| match pair {
        [one, other] if one == other => Some(*one),
        _ => None,
    });
    match twice {
        None => Ok(()),
        Some(name) => {
            let name: String = name.chars().take(40).collect();
            Err(Words::new(
                format!("the reply has {name} more than once: write each element once"),
                format!("回复里有多个 {name}: 每个元素只能写一次"),
            ))
        }
    }
}

/// Elements of which each child stands once.
const WITHOUT_LISTS: [&str; 7] = [
    "Image",
    "Voice",
    "Video",
    "Music",
    "Button",
    "TaskCard",
    "TransInfo",
];
