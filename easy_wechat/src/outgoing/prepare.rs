//! From what is to be sent to the calls that send it.

use serde_json::{Map, Value};

use super::rules::{self, Object};
use super::split::{Splitting, split};
use super::way::all_types;
use super::{
    Ignored, MarkdownFallback, Outgoing, OutgoingError, SendOptions, Way, check_recipient, ignored,
    links, markdown_to_text, tables,
};
use crate::clean::clean;
use crate::recipient::Recipient;
use crate::reply::Cut;

/// One call: a message that is within the platform's limits.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Part {
    /// Whom it is for. Group chats and robots have no use for it.
    pub to: Recipient,
    /// `msgtype`.
    pub msg_type: String,
    /// The object under the type's name.
    pub content: Value,
}

/// What [`prepare`] makes.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Prepared {
    /// The calls, in order. There is at least one.
    pub parts: Vec<Part>,
    /// What the platform is going to cut silently. The parts still contain all of it.
    pub cuts: Vec<Cut>,
    /// Fields that the platform is going to ignore. The parts still contain them.
    pub ignored: Vec<Ignored>,
}

/// Checks `what` against the limits of `way`, and splits it where one message does not take all of it.
///
/// Text over 2048 bytes becomes up to 20 messages. They break at line ends, or else at spaces and Chinese punctuation,
/// not inside of what is read as one character, nor inside of a link that fits into a message. White space at a break
/// goes away, but for the indentation of the next line; nothing else does, and nothing is added. Those who are
/// mentioned are called by the first message.
///
/// In every text, line ends are replaced by `\n` (`\r\n` would show as two line ends), and other control characters except
/// tabs are removed.
///
/// `to` is looked at where the call names whom it is for: [`Way::App`] and [`Way::CustomerService`].
///
/// ```
/// use easy_wechat::outgoing::{Way, prepare};
/// use easy_wechat::{Outgoing, Recipient, SendOptions};
///
/// let to = Recipient::from("zhangsan");
/// let long = Outgoing::from("一行\n".repeat(1000));
/// let prepared = prepare(&long, &to, &SendOptions::default(), Way::App)?;
/// assert_eq!(prepared.parts.len(), 4);
///
/// let error = prepare(&Outgoing::text(" "), &to, &SendOptions::default(), Way::App).unwrap_err();
/// assert_eq!(error.to_string(), "text.content is missing or empty, and the platform needs it");
/// # Ok::<_, easy_wechat::OutgoingError>(())
/// ```
///
/// # Errors
/// [`OutgoingError`] when the platform would refuse it, or would lose a part of it other than [`Prepared::cuts`].
pub fn prepare(
    what: &Outgoing,
    to: &Recipient,
    options: &SendOptions,
    way: Way,
) -> Result<Prepared, OutgoingError> {
    options.check()?;
    check_recipient(to, way)?;
    let msg_type = what.msg_type();
    let content = match cleaned_json(what.content()) {
        Value::Object(content) => content,
        other => return Err(OutgoingError::not_an_object(msg_type, &other)),
    };
    let mut prepared = Prepared::default();
    ignored::note_options(options, way, &mut prepared.ignored);
    let (as_it_is, as_text) = match msg_type {
        "markdown" | "markdown_v2" => readers(to, &options.markdown_fallback, way),
        _ => (Some(to.clone()), None),
    };
    if let Some(to) = &as_text {
        check_recipient(to, way)?;
        let markdown = content_of(&content, msg_type)?;
        bounded(
            msg_type,
            markdown,
            way.door().markdown.max(tables::TEXT_BYTES),
        )?;
        let content = replaced(&content, &markdown_to_text(markdown));
        prepared.add("text", content, to, options, way)?;
    }
    if let Some(to) = &as_it_is {
        prepared.add(msg_type, content, to, options, way)?;
    }
    Ok(prepared)
}

impl Prepared {
    fn add(
        &mut self,
        msg_type: &str,
        content: Map<String, Value>,
        to: &Recipient,
        options: &SendOptions,
        way: Way,
    ) -> Result<(), OutgoingError> {
        check_way(msg_type, &content, way)?;
        options.check_safe(msg_type, way)?;
        let rules = tables::rules(msg_type, &content, way);
        rules::check(rules, &content, msg_type, &mut self.cuts)?;
        ignored::note(msg_type, &content, way, &mut self.ignored);
        let contents = match msg_type {
            "text" | "markdown" | "markdown_v2" => parts_of(msg_type, content, options, way)?,
            _ => vec![content],
        };
        self.parts.extend(contents.into_iter().map(|content| Part {
            to: to.clone(),
            msg_type: msg_type.to_owned(),
            content: content.into(),
        }));
        Ok(())
    }
}

/// Checks a template card that takes the place of one that was sent. It may be without the `task_id` that it has already.
#[cfg(feature = "client")]
pub(crate) fn check_card(card: &Map<String, Value>) -> Result<(), OutgoingError> {
    let mut card = card.clone();
    card.entry("task_id").or_insert_with(|| "sent".into());
    let rules = tables::rules("template_card", &card, Way::App);
    rules::check(rules, &card, "template_card", &mut Vec::new())
}

/// Cleans the line ends and control characters of every text in `value`.
pub(crate) fn cleaned_json(mut value: Value) -> Value {
    clean_all(&mut value);
    value
}

fn clean_all(value: &mut Value) {
    match value {
        Value::String(text) => clean(text),
        Value::Array(items) => items.iter_mut().for_each(clean_all),
        Value::Object(fields) => fields.values_mut().for_each(clean_all),
        _ => {}
    }
}

/// Who gets markdown, and who gets text in its place.
fn readers(
    to: &Recipient,
    fallback: &MarkdownFallback,
    way: Way,
) -> (Option<Recipient>, Option<Recipient>) {
    let plain = match fallback {
        MarkdownFallback::Always => return (None, Some(to.clone())),
        MarkdownFallback::For(plain) if way == Way::App && !plain.is_empty() => plain,
        _ => return (Some(to.clone()), None),
    };
    let Recipient::Chosen {
        users,
        parties,
        tags,
    } = to
    else {
        return (Some(to.clone()), named(Recipient::users(plain.clone())));
    };
    let (texts, others): (Vec<_>, Vec<_>) = users.iter().cloned().partition(|user| {
        let same = |it: &str| it.trim().eq_ignore_ascii_case(user.as_str());
        plain.iter().any(|it| same(it.as_str()))
    });
    let others = Recipient::Chosen {
        users: others,
        parties: parties.clone(),
        tags: tags.clone(),
    };
    (named(others), named(Recipient::users(texts)))
}

fn named(to: Recipient) -> Option<Recipient> {
    (!to.is_empty()).then_some(to)
}

fn check_way(msg_type: &str, content: &Map<String, Value>, way: Way) -> Result<(), OutgoingError> {
    let door = way.door();
    let not_this_way = |what: String, taken: &[&str]| OutgoingError::NotThisWay {
        what,
        way,
        taken: taken.join(", "),
    };
    if !door.types.contains(&msg_type) && all_types().contains(&msg_type) {
        return Err(not_this_way(msg_type.to_owned(), door.types));
    }
    if msg_type == "template_card" {
        let kind = content.get("card_type").and_then(Value::as_str);
        let kind = kind.unwrap_or_default();
        if Way::App.door().cards.contains(&kind) && !door.cards.contains(&kind) {
            return Err(not_this_way(format!("template cards {kind}"), door.cards));
        }
    }
    Ok(())
}

/// The contents of the messages that a text becomes.
fn parts_of(
    msg_type: &str,
    content: Map<String, Value>,
    options: &SendOptions,
    way: Way,
) -> Result<Vec<Map<String, Value>>, OutgoingError> {
    let is_text = msg_type == "text";
    let limit = if is_text {
        tables::TEXT_BYTES
    } else {
        way.door().markdown
    };
    let long = content_of(&content, msg_type)?;
    let length = long.len();
    if length <= limit {
        return Ok(vec![content]);
    }
    if !is_text && !options.split_markdown {
        return Err(OutgoingError::MarkdownTooLong {
            msg_type: msg_type.to_owned(),
            way,
            length,
            limit,
        });
    }
    bounded(msg_type, long, limit)?;
    let whole = if is_text {
        links::of_text(long)
    } else {
        links::of_markdown(long)
    };
    let parts = split(
        long,
        &Splitting {
            limit,
            whole: &whole,
            lines_from: if is_text { limit / 4 } else { 1 },
            distinct: options.duplicate_check.is_some() && way == Way::App,
        },
    );
    let field = || format!("{msg_type}.content");
    let parts = parts.ok_or_else(|| OutgoingError::SameParts { field: field() })?;
    if parts.len() > MAX_PARTS {
        return Err(too_many_parts(msg_type, length, limit));
    }
    let mut contents: Vec<_> = parts.iter().map(|part| replaced(&content, part)).collect();
    for later in contents.iter_mut().skip(1) {
        for mentions in MENTIONS {
            later.remove(mentions);
        }
    }
    Ok(contents)
}

fn content_of<'a>(
    content: &'a Map<String, Value>,
    msg_type: &'a str,
) -> Result<&'a str, OutgoingError> {
    let object = Object {
        object: content,
        path: msg_type,
    };
    object.text("content")
}

fn replaced(content: &Map<String, Value>, text: &str) -> Map<String, Value> {
    let mut content = content.clone();
    content.insert("content".to_owned(), text.into());
    content
}

/// Before work is done on it that grows with its length.
fn bounded(msg_type: &str, text: &str, limit: usize) -> Result<(), OutgoingError> {
    if text.len() > MAX_PARTS * limit {
        return Err(too_many_parts(msg_type, text.len(), limit));
    }
    Ok(())
}

fn too_many_parts(msg_type: &str, length: usize, limit: usize) -> OutgoingError {
    OutgoingError::TooManyParts {
        field: format!("{msg_type}.content"),
        length,
        parts: MAX_PARTS,
        limit,
    }
}

/// Who is mentioned is called once.
const MENTIONS: [&str; 2] = ["mentioned_list", "mentioned_mobile_list"];

/// An app's messages to one member, over 30 in a minute, get lost; a robot sends 20.
/// <https://developer.work.weixin.qq.com/document/path/90454>
const MAX_PARTS: usize = 20;
