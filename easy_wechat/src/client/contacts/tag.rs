use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::UserBrief;
use crate::call::{Call, ClientError, Missed, Receipt};
use crate::clean::cleaned;
use crate::client::WeChatClient;
use crate::client::cards::number;
use crate::client::lenient::{Other, text, texts};
use crate::ids::{PartyId, TagId, UserId};
use crate::outgoing::{OutgoingError, check_userid};

/// A tag.
///
/// <https://developer.work.weixin.qq.com/document/path/90216>
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Tag {
    /// Its number.
    #[serde(deserialize_with = "text")]
    pub tagid: TagId,
    /// Its name.
    #[serde(deserialize_with = "text")]
    pub tagname: String,
    /// All else that came.
    #[serde(flatten)]
    pub other: Other,
}

/// Who has a tag.
///
/// <https://developer.work.weixin.qq.com/document/path/90213>
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TagContent {
    /// The tag's name.
    #[serde(deserialize_with = "text")]
    pub tagname: String,
    /// Members who have it.
    pub userlist: Vec<UserBrief>,
    /// Departments that have it.
    #[serde(deserialize_with = "texts")]
    pub partylist: Vec<PartyId>,
    /// All else that came.
    #[serde(flatten)]
    pub other: Other,
}

impl WeChatClient {
    /// The tags.
    ///
    /// <https://developer.work.weixin.qq.com/document/path/90216>
    ///
    /// # Errors
    /// [`ClientError::Api`] when the platform refuses.
    pub async fn tags(&self) -> Result<Vec<Tag>, ClientError> {
        self.read_field(Call::get("/cgi-bin/tag/list"), "taglist")
            .await
    }

    /// Who has a tag, as far as the app may see them.
    ///
    /// <https://developer.work.weixin.qq.com/document/path/90213>
    ///
    /// # Errors
    /// [`ClientError::Api`]: 40068 when there is no such tag.
    pub async fn tag(&self, tag: &TagId) -> Result<TagContent, ClientError> {
        self.read(Call::get("/cgi-bin/tag/get").query("tagid", tag))
            .await
    }

    /// Makes a tag with a name of up to 32 characters, and gives its number: `id`, or one that the platform draws.
    ///
    /// <https://developer.work.weixin.qq.com/document/path/90210>
    ///
    /// # Errors
    /// [`ClientError::Outgoing`] when the name is empty or too long; [`ClientError::Api`]: 40071 when it is taken, 40068 when the
    /// number is.
    pub async fn create_tag(&self, name: &str, id: Option<TagId>) -> Result<TagId, ClientError> {
        let name = &*cleaned(name);
        OutgoingError::needed("tagname", name)?;
        let length = name.chars().count();
        if length > MOST_NAME {
            return Err(ClientError::Outgoing(OutgoingError::TooLong {
                field: "tagname".to_owned(),
                length,
                limit: MOST_NAME,
                unit: "characters",
            }));
        }
        let body = NewTag {
            tagname: name,
            tagid: id.as_ref().map(|id| number(id.as_str())),
        };
        let call = Call::post("/cgi-bin/tag/create", &body);
        let made: Tag = self.read(call.clone()).await?;
        match (made.tagid, id) {
            (tag, _) if !tag.as_str().is_empty() => Ok(tag),
            (_, Some(id)) => Ok(id),
            _ => {
                let what = "JSON without a tagid";
                Err(ClientError::garbled(call.path(), what, false))
            }
        }
    }

    /// Gives a tag to members and departments, at most 1,000 and 100 at once, and says who could not get it.
    ///
    /// <https://developer.work.weixin.qq.com/document/path/90214>
    ///
    /// # Errors
    /// [`ClientError::Outgoing`] when there are more or none, or one cannot be a userid; [`ClientError::Api`]: 40070 when none of them could get it, 81011 when the tag is not the app's to give.
    pub async fn add_tag_users(
        &self,
        tag: &TagId,
        users: &[UserId],
        departments: &[PartyId],
    ) -> Result<Missed, ClientError> {
        let call = Call::post(
            "/cgi-bin/tag/addtagusers",
            &holders(tag, users, departments)?,
        );
        // Who has it already has it once.
        self.change_tag(call.repeatable()).await
    }

    /// Takes a tag from members and departments, at most 1,000 and 100 at once, and says from whom it could not.
    ///
    /// <https://developer.work.weixin.qq.com/document/path/90215>
    ///
    /// # Errors
    /// As for [`WeChatClient::add_tag_users`].
    pub async fn remove_tag_users(
        &self,
        tag: &TagId,
        users: &[UserId],
        departments: &[PartyId],
    ) -> Result<Missed, ClientError> {
        let call = Call::post(
            "/cgi-bin/tag/deltagusers",
            &holders(tag, users, departments)?,
        );
        self.change_tag(call).await
    }

    async fn change_tag(&self, call: Call) -> Result<Missed, ClientError> {
        let mut answer = self.object(&call).await?;
        // Only here it has this name.
        if let Some(users) = answer.remove("invalidlist") {
            answer.insert("invaliduser".to_owned(), users);
        }
        Ok(Receipt::read(&answer).missed)
    }
}

/// What `tag/create` is asked.
#[derive(Serialize)]
struct NewTag<'a> {
    tagname: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tagid: Option<Value>,
}

fn holders(tag: &TagId, users: &[UserId], departments: &[PartyId]) -> Result<Value, OutgoingError> {
    for (field, count, limit) in [
        ("userlist", users.len(), MOST_USERS),
        ("partylist", departments.len(), MOST_PARTIES),
    ] {
        if count > limit {
            return Err(OutgoingError::TooManyRecipients {
                field,
                count,
                limit,
            });
        }
    }
    if users.is_empty() && departments.is_empty() {
        let field = "userlist or partylist".to_owned();
        return Err(OutgoingError::Missing { field });
    }
    for user in users {
        check_userid("userlist", user)?;
    }
    let departments = departments.iter().map(|it| number(it.as_str()));
    Ok(json!({
        "tagid": number(tag.as_str()),
        "userlist": users.iter().map(UserId::as_str).collect::<Vec<_>>(),
        "partylist": departments.collect::<Vec<_>>(),
    }))
}

const MOST_NAME: usize = 32;
const MOST_USERS: usize = 1000;
const MOST_PARTIES: usize = 100;
