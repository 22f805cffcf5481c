//! Fields that the platform takes and does not look at.

use serde_json::{Map, Value};

use super::{SendOptions, Way};

/// A field of a message that the platform does not look at, so that nobody is called or nothing is shown by it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the platform ignores {field}: {advice}")]
#[non_exhaustive]
pub struct Ignored {
    /// The field, by the names of the platform's JSON: `markdown.mentioned_list`.
    pub field: String,
    /// What to do.
    pub advice: String,
}

/// Notes what of a message is ignored.
///
/// `mentioned_list` and `mentioned_mobile_list` are only looked at in a text of a robot or in a group chat, and only as
/// lists of texts. <https://developer.work.weixin.qq.com/document/path/99110>,
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
            None => "it is not documented there; check its name and place".to_owned(),
        };
        add(ignored, format!("{msg_type}.{name}"), &advice);
    }
}

/// Notes which options are ignored: these two are only of `message/send`.
///
/// <https://developer.work.weixin.qq.com/document/path/90236>
pub(super) fn note_options(options: &SendOptions, way: Way, ignored: &mut Vec<Ignored>) {
    if way == Way::App {
        return;
    }
    if options.duplicate_check.is_some() {
        let advice = "only an app's messages to members have it; send the message once";
        add(ignored, "duplicate_check".to_owned(), advice);
    }
    if options.id_trans {
        let advice = "only an app's messages to members have it; write names instead of ids";
        add(ignored, "id_trans".to_owned(), advice);
    }
}

/// Why mentions are not looked at in such a message.
fn misplaced(msg_type: &str, way: Way) -> Option<&'static str> {
    match (msg_type, way) {
        ("text", Way::Robot | Way::GroupChat) => None,
        ("text", _) => Some(
            "only robots and group chats have mentions; a message to members calls them anyway",
        ),
        ("markdown", Way::Robot) => Some("write <@userid> into the content, or send text"),
        _ => Some("only text has mentions; send the mentions in a text message"),
    }
}

fn note_form(name: &str, field: &str, value: &Value, ignored: &mut Vec<Ignored>) {
    let Value::Array(entries) = value else {
        let advice = "write a list of texts, as [\"zhangsan\", \"@all\"]";
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
            None => "write it as text, in quotes",
            Some("@all") => continue,
            Some(text) if text.trim() != text || text.is_empty() => "write it without blanks",
            Some(text) if text.contains(['|', ',', ';', '，', '、']) => {
                "write each one as an entry of its own"
            }
            Some(text) if text.starts_with('@') || text.starts_with("<@") => {
                "write the bare userid, without @; for everyone @all"
            }
            Some(text) if name == "mentioned_list" && is_mobile(text) => {
                "it looks like a mobile number: use mentioned_mobile_list"
            }
            Some(text) if name == "mentioned_mobile_list" && !is_mobile(text) => {
                "it is no mobile number: userids belong into mentioned_list"
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

/// What other platforms call it.
const ALIASES: [&str; 6] = [
    "at",
    "atMobiles",
    "at_mobiles",
    "mentions",
    "isAtAll",
    "mentioned",
];
