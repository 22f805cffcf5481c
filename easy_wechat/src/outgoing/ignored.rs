//! Fields that the platform accepts and ignores.

use serde_json::{Map, Value};

use super::{SendOptions, Way};

/// A field of a message that the platform accepts but ignores: it mentions no member and shows nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the platform ignores {field}: {advice}")]
#[non_exhaustive]
pub struct Ignored {
    /// The path of the field in the platform's JSON, such as `markdown.mentioned_list`.
    pub field: String,
    /// What to do.
    pub advice: String,
}

/// Collects the fields of a message that are ignored.
///
/// `mentioned_list` and `mentioned_mobile_list` have an effect only in the text of a robot or a group chat, and only as
/// arrays of strings. <https://developer.work.weixin.qq.com/document/path/99110>,
/// <https://developer.work.weixin.qq.com/document/path/90248>
pub(super) fn note(
    msg_type: &str,
    content: &Map<String, Value>,
    way: Way,
    ignored: &mut Vec<Ignored>,
) {
    for name in MENTIONS {
        match content.get(name) {
            None | Some(Value::Null) => {}
            Some(value) => {
                let field = format!("{msg_type}.{name}");
                if let Some(advice) = misplaced(msg_type, way) {
                    add(ignored, field, advice);
                } else {
                    note_form(name, &field, value, ignored);
                }
            }
        }
    }
    if !TYPES.contains(&msg_type) {
        return;
    }
    let text = content.get("content").and_then(Value::as_str);
    if msg_type == "markdown_v2" && text.is_some_and(|text| text.contains("<@")) {
        let advice = "markdown_v2 has no <@userid>; send markdown or text";
        add(ignored, format!("{msg_type}.content"), advice);
    }
    let unknown = content
        .keys()
        .filter(|name| !KNOWN.contains(&name.as_str()));
    for name in unknown {
        let nearest = MENTIONS.iter().find(|known| {
            strsim::damerau_levenshtein(name, known) <= 4 || ALIASES.contains(&name.as_str())
        });
        let advice = match nearest {
            Some(known) => format!("did you mean {known} in text?"),
            None => "undocumented field; check its name and place".to_owned(),
        };
        add(ignored, format!("{msg_type}.{name}"), &advice);
    }
}

/// Collects the options that are ignored: these two belong to `message/send` only.
///
/// <https://developer.work.weixin.qq.com/document/path/90236>
pub(super) fn note_options(options: &SendOptions, way: Way, ignored: &mut Vec<Ignored>) {
    if way == Way::App {
        return;
    }
    if options.duplicate_check.is_some() {
        let advice = "only an app's messages to members support it; send the message once";
        add(ignored, "duplicate_check".to_owned(), advice);
    }
    if options.id_trans {
        let advice = "only an app's messages to members support it; write names instead of ids";
        add(ignored, "id_trans".to_owned(), advice);
    }
}

/// Why mentions have no effect in such a message.
fn misplaced(msg_type: &str, way: Way) -> Option<&'static str> {
    match (msg_type, way) {
        ("text", Way::Robot | Way::GroupChat) => None,
        ("text", _) => Some(
            "mentions work only for robots and group chats; members who receive a message are notified anyway",
        ),
        ("markdown", Way::Robot) => Some("write <@userid> in the content, or send text"),
        _ => Some("mentions work only in text; send them in a text message"),
    }
}

fn note_form(name: &str, field: &str, value: &Value, ignored: &mut Vec<Ignored>) {
    let Value::Array(entries) = value else {
        let advice = "write an array of strings, such as [\"zhangsan\", \"@all\"]";
        return add(ignored, field.to_owned(), advice);
    };
    let is_mobile = |text: &str| {
        text.len() >= 11
            && text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'+')
    };
    for (index, entry) in entries.iter().enumerate() {
        let advice = match entry.as_str() {
            None => "write it as a string, in quotes",
            Some("@all") => continue,
            Some(text) if text.trim() != text || text.is_empty() => "write it without blanks",
            Some(text) if text.contains(['|', ',', ';', '，', '、']) => {
                "write each userid as an entry of its own"
            }
            Some(text) if text.starts_with('@') || text.starts_with("<@") => {
                "write the bare userid without @, or @all for everyone"
            }
            Some(text) if name == "mentioned_list" && is_mobile(text) => {
                "this looks like a mobile number; use mentioned_mobile_list"
            }
            Some(text) if name == "mentioned_mobile_list" && !is_mobile(text) => {
                "not a mobile number; use mentioned_list for userids"
            }
            Some(_) => continue,
        };
        add(ignored, format!("{field}[{index}]"), advice);
    }
}

fn add(ignored: &mut Vec<Ignored>, field: String, advice: &str) {
    ignored.push(Ignored {
        field,
        advice: advice.to_owned(),
    });
}

const MENTIONS: [&str; 2] = ["mentioned_list", "mentioned_mobile_list"];
const TYPES: [&str; 3] = ["text", "markdown", "markdown_v2"];
const KNOWN: [&str; 3] = ["content", "mentioned_list", "mentioned_mobile_list"];

/// The names of mentions on other platforms.
const ALIASES: [&str; 6] = [
    "at",
    "atMobiles",
    "at_mobiles",
    "mentions",
    "isAtAll",
    "mentioned",
];
