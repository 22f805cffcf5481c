use std::fmt;

use serde_json::{Map, Value};

use crate::ids::{MsgId, PartyId, TagId, UserId};
use crate::outgoing::Ignored;
use crate::recipient::Recipient;
use crate::reply::Cut;

/// What the platform did with a message that it accepted.
///
/// It accepts a message when one receiver is good, so that `Ok` does not mean that all got it: see [`Receipt::missed`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
#[must_use = "a message can be accepted and still miss some people"]
pub struct Receipt {
    /// The numbers of what was sent, for [`WeChatClient::recall`](crate::WeChatClient::recall): one, or one for each part of
    /// a text that was split. An Official Account gives none.
    pub msg_ids: Vec<MsgId>,
    /// With what a card can be changed, once, within 72 hours; only cards with buttons have it.
    pub response_code: Option<String>,
    /// Who did not get it.
    pub missed: Missed,
    /// What the platform cuts silently, such as a title that is too long.
    pub cuts: Vec<Cut>,
    /// Fields that the platform ignores, such as mentions in markdown.
    pub ignored: Vec<Ignored>,
}

/// Who did not get a message, by the platform's word. Userids come in lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Missed {
    /// Members who do not exist, or are not in the app's visible range.
    pub users: Vec<UserId>,
    /// Departments of which the same is true.
    pub parties: Vec<PartyId>,
    /// Tags of which the same is true.
    pub tags: Vec<TagId>,
    /// Members without a licence for the interface (基础接口许可).
    pub unlicensed: Vec<UserId>,
}

impl Receipt {
    /// Whether everyone got it.
    pub fn is_complete(&self) -> bool {
        self.missed.is_nobody()
    }

    pub(crate) fn read(answer: &Map<String, Value>) -> Self {
        let text = |name: &str| {
            let text = answer.get(name).and_then(Value::as_str);
            text.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        Self {
            msg_ids: text("msgid").into_iter().map(MsgId).collect(),
            response_code: text("response_code"),
            missed: Missed {
                users: list(answer.get("invaliduser")),
                parties: list(answer.get("invalidparty")),
                tags: list(answer.get("invalidtag")),
                unlicensed: list(answer.get("unlicenseduser")),
            },
            ..Self::default()
        }
    }

    /// Takes in what became of a further part.
    pub(crate) fn add(&mut self, part: Self) {
        self.msg_ids.extend(part.msg_ids);
        self.response_code = self.response_code.take().or(part.response_code);
        self.cuts.extend(part.cuts);
        self.ignored.extend(part.ignored);
        let mine = &mut self.missed;
        merge(&mut mine.users, part.missed.users);
        merge(&mut mine.parties, part.missed.parties);
        merge(&mut mine.tags, part.missed.tags);
        merge(&mut mine.unlicensed, part.missed.unlicensed);
    }
}

impl Missed {
    /// All of these receivers, where they are named one by one.
    pub(crate) fn all_of(to: &Recipient) -> Option<Self> {
        let Recipient::Chosen {
            users,
            parties,
            tags,
        } = to
        else {
            return None;
        };
        Some(Self {
            users: users
                .iter()
                .map(|user| user.0.to_lowercase().into())
                .collect(),
            parties: parties.clone(),
            tags: tags.clone(),
            unlicensed: Vec::new(),
        })
    }

    /// Whether nobody was missed.
    pub fn is_nobody(&self) -> bool {
        self.users.is_empty()
            && self.parties.is_empty()
            && self.tags.is_empty()
            && self.unlicensed.is_empty()
    }
}

/// Who was missed, in one line: `users a|b, tags 7`.
impl fmt::Display for Missed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lists = Vec::new();
        let mut list = |what: &str, names: Vec<&str>| {
            if !names.is_empty() {
                lists.push(format!("{what} {}", names.join("|")));
            }
        };
        list("users", self.users.iter().map(UserId::as_str).collect());
        list(
            "parties",
            self.parties.iter().map(PartyId::as_str).collect(),
        );
        list("tags", self.tags.iter().map(TagId::as_str).collect());
        list(
            "without a licence",
            self.unlicensed.iter().map(UserId::as_str).collect(),
        );
        f.write_str(&lists.join(", "))
    }
}

/// A text with `|` between the names, or a list; some calls have the one, some the other.
fn list<T: From<String>>(value: Option<&Value>) -> Vec<T> {
    match value {
        Some(Value::String(text)) => text
            .split('|')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(|name| T::from(name.to_owned()))
            .collect(),
        Some(Value::Array(names)) => names
            .iter()
            .filter_map(|name| match name {
                Value::String(name) => Some(name.clone()),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            })
            .map(T::from)
            .collect(),
        _ => Vec::new(),
    }
}

fn merge<T: PartialEq>(all: &mut Vec<T>, more: Vec<T>) {
    for one in more {
        if !all.contains(&one) {
            all.push(one);
        }
    }
}
