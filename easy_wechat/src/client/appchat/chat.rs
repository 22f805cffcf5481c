use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::clean::cleaned;
use crate::client::lenient::{Other, text, texts};
use crate::ids::{ChatId, UserId};
use crate::outgoing::{OutgoingError, check_userid};
use crate::reply::Cut;

/// A group chat that is to be made.
///
/// ```
/// use easy_wechat::client::NewChat;
///
/// let new = NewChat::of(["zhangsan", "lisi"]).name("值班群").owner("lisi").id("oncall");
/// ```
///
/// <https://developer.work.weixin.qq.com/document/path/90245>
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub struct NewChat {
    /// Its members, the owner among them: 2 to 2000.
    pub userlist: Vec<UserId>,
    /// Its name: up to 50 characters, the platform cuts what is beyond. Default: it has none.
    pub name: Option<String>,
    /// Its owner. Default: the platform draws one of the members.
    pub owner: Option<UserId>,
    /// Its id: up to 32 letters and digits, which no other one has. Default: the platform makes one.
    pub chatid: Option<ChatId>,
}

/// What is to be changed of a group chat; the rest stays as it is.
///
/// ```
/// use easy_wechat::client::ChatUpdate;
///
/// let update = ChatUpdate::default().name("夜班群").joining(["wangwu"]).leaving(["lisi"]);
/// ```
///
/// <https://developer.work.weixin.qq.com/document/path/90246>
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub struct ChatUpdate {
    /// Its new name: up to 50 characters, the platform cuts what is beyond.
    pub name: Option<String>,
    /// Its new owner, one of the members.
    pub owner: Option<UserId>,
    /// Who joins.
    pub add_user_list: Vec<UserId>,
    /// Who has to leave.
    pub del_user_list: Vec<UserId>,
}

/// A group chat.
///
/// <https://developer.work.weixin.qq.com/document/path/90247>
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Chat {
    /// Its id.
    #[serde(deserialize_with = "text")]
    pub chatid: ChatId,
    /// Its name.
    #[serde(deserialize_with = "text")]
    pub name: String,
    /// Its owner.
    #[serde(deserialize_with = "text")]
    pub owner: UserId,
    /// Its members, the owner among them.
    #[serde(deserialize_with = "texts")]
    pub userlist: Vec<UserId>,
    /// All else that came: `chat_type`, ….
    #[serde(flatten)]
    pub other: Other,
}

impl NewChat {
    /// A group chat of these members.
    pub fn of(users: impl IntoIterator<Item = impl Into<UserId>>) -> Self {
        Self {
            userlist: users.into_iter().map(Into::into).collect(),
            ..Self::default()
        }
    }

    /// Sets [`NewChat::name`].
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets [`NewChat::owner`].
    pub fn owner(mut self, owner: impl Into<UserId>) -> Self {
        self.owner = Some(owner.into());
        self
    }

    /// Sets [`NewChat::chatid`].
    pub fn id(mut self, id: impl Into<ChatId>) -> Self {
        self.chatid = Some(id.into());
        self
    }

    /// What the platform is going to cut: a name of more than 50 characters.
    pub fn cuts(&self) -> Vec<Cut> {
        cuts(self.name.as_deref())
    }

    /// Checks that the platform takes it; [`WeChatClient::create_chat`](crate::WeChatClient::create_chat) does so before it
    /// sends anything.
    ///
    /// # Errors
    /// Fewer than 2 or more than 2000 members, something that cannot be a userid or an id of a group chat, an owner who is
    /// not among the members.
    pub fn check(&self) -> Result<(), OutgoingError> {
        counted("userlist", self.userlist.len(), LEAST_MEMBERS)?;
        check_userids("userlist", &self.userlist)?;
        if let Some(owner) = &self.owner {
            check_userid("owner", owner)?;
            // The platform does not tell upper from lower case.
            let is_owner = |user: &UserId| user.as_str().eq_ignore_ascii_case(owner.as_str());
            if !self.userlist.iter().any(is_owner) {
                return Err(OutgoingError::Wrong {
                    field: "owner".to_owned(),
                    found: shown(owner.as_str()),
                    expected: "one of userlist".to_owned(),
                });
            }
        }
        let is_good = |id: &ChatId| {
            let id = id.as_str();
            (1..=MOST_ID).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
        };
        match &self.chatid {
            Some(id) if !is_good(id) => Err(OutgoingError::Wrong {
                field: "chatid".to_owned(),
                found: shown(id.as_str()),
                expected: format!("1 to {MOST_ID} letters a-z, A-Z and digits"),
            }),
            _ => Ok(()),
        }
    }

    pub(super) fn to_json(&self) -> Value {
        let mut body = head(self.name.as_deref(), self.owner.as_ref());
        body.insert("userlist".to_owned(), ids(&self.userlist));
        if let Some(id) = &self.chatid {
            body.insert("chatid".to_owned(), id.as_str().into());
        }
        Value::Object(body)
    }
}

impl ChatUpdate {
    /// Sets [`ChatUpdate::name`].
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets [`ChatUpdate::owner`].
    pub fn owner(mut self, owner: impl Into<UserId>) -> Self {
        self.owner = Some(owner.into());
        self
    }

    /// Adds to [`ChatUpdate::add_user_list`].
    pub fn joining(mut self, users: impl IntoIterator<Item = impl Into<UserId>>) -> Self {
        self.add_user_list.extend(users.into_iter().map(Into::into));
        self
    }

    /// Adds to [`ChatUpdate::del_user_list`].
    pub fn leaving(mut self, users: impl IntoIterator<Item = impl Into<UserId>>) -> Self {
        self.del_user_list.extend(users.into_iter().map(Into::into));
        self
    }

    /// What the platform is going to cut: a name of more than 50 characters.
    pub fn cuts(&self) -> Vec<Cut> {
        cuts(self.name.as_deref())
    }

    /// Checks that the platform takes it; [`WeChatClient::update_chat`](crate::WeChatClient::update_chat) does so before it
    /// sends anything.
    ///
    /// # Errors
    /// More than 2000 who join or leave, something that cannot be a userid.
    pub fn check(&self) -> Result<(), OutgoingError> {
        if let Some(owner) = &self.owner {
            check_userid("owner", owner)?;
        }
        for (field, users) in [
            ("add_user_list", &self.add_user_list),
            ("del_user_list", &self.del_user_list),
        ] {
            counted(field, users.len(), 0)?;
            check_userids(field, users)?;
        }
        Ok(())
    }

    pub(super) fn to_json(&self, chat: &ChatId) -> Value {
        let mut body = head(self.name.as_deref(), self.owner.as_ref());
        body.insert("chatid".to_owned(), chat.as_str().into());
        for (name, users) in [
            ("add_user_list", &self.add_user_list),
            ("del_user_list", &self.del_user_list),
        ] {
            if !users.is_empty() {
                body.insert(name.to_owned(), ids(users));
            }
        }
        Value::Object(body)
    }
}

/// What the platform answers when it has made one.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Made {
    #[serde(deserialize_with = "text")]
    pub(super) chatid: ChatId,
}

fn head(name: Option<&str>, owner: Option<&UserId>) -> Map<String, Value> {
    let mut head = Map::new();
    if let Some(name) = name {
        head.insert("name".to_owned(), cleaned(name).into());
    }
    if let Some(owner) = owner {
        head.insert("owner".to_owned(), owner.as_str().into());
    }
    head
}

fn ids(users: &[UserId]) -> Value {
    json!(users.iter().map(UserId::as_str).collect::<Vec<_>>())
}

fn cuts(name: Option<&str>) -> Vec<Cut> {
    let length = name.map_or(0, |name| cleaned(name).chars().count());
    let cut = Cut {
        what: "name",
        length,
        limit: MOST_NAME,
        kept: MOST_NAME,
        unit: "characters",
    };
    Some(cut)
        .filter(|_| length > MOST_NAME)
        .into_iter()
        .collect()
}

fn counted(field: &str, count: usize, least: usize) -> Result<(), OutgoingError> {
    if (least..=MOST_MEMBERS).contains(&count) {
        return Ok(());
    }
    Err(OutgoingError::Count {
        field: field.to_owned(),
        count,
        least,
        most: MOST_MEMBERS,
    })
}

fn check_userids(field: &str, users: &[UserId]) -> Result<(), OutgoingError> {
    let mut users = users.iter().enumerate();
    users.try_for_each(|(number, user)| check_userid(&format!("{field}[{number}]"), user))
}

fn shown(id: &str) -> String {
    format!("{:?}", id.chars().take(SHOWN).collect::<String>())
}

/// In characters. <https://developer.work.weixin.qq.com/document/path/90245>
const MOST_NAME: usize = 50;
const LEAST_MEMBERS: usize = 2;
const MOST_MEMBERS: usize = 2000;
const MOST_ID: usize = 32;

/// How much of a wrong id an error shows.
const SHOWN: usize = 40;
