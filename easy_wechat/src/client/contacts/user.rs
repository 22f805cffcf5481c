use serde::{Deserialize, Deserializer, Serialize};

use crate::client::lenient::{Other, number, numbers, switches, text, texts};
use crate::ids::{PartyId, UserId};

/// A member, as far as the app may see him. What it may not see is empty.
///
/// <https://developer.work.weixin.qq.com/document/path/90196>
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct User {
    /// His id.
    #[serde(deserialize_with = "text")]
    pub userid: UserId,
    /// His name; newer apps get the id in its place.
    #[serde(deserialize_with = "text")]
    pub name: String,
    /// Another name.
    #[serde(deserialize_with = "text")]
    pub alias: String,
    /// The departments that he is in.
    #[serde(deserialize_with = "texts")]
    pub department: Vec<PartyId>,
    /// The department that is shown as his.
    #[serde(deserialize_with = "text")]
    pub main_department: PartyId,
    /// His place in each of [`User::department`]; the higher, the further up.
    #[serde(deserialize_with = "numbers")]
    pub order: Vec<i64>,
    /// Whether he leads each of [`User::department`].
    #[serde(deserialize_with = "switches")]
    pub is_leader_in_dept: Vec<bool>,
    /// Whom he reports to.
    #[serde(deserialize_with = "texts")]
    pub direct_leader: Vec<UserId>,
    /// His post.
    #[serde(deserialize_with = "text")]
    pub position: String,
    /// Male or female.
    pub gender: Gender,
    /// Whether he uses WeCom.
    pub status: UserStatus,
    /// His mobile telephone.
    #[serde(deserialize_with = "text")]
    pub mobile: String,
    /// His telephone.
    #[serde(deserialize_with = "text")]
    pub telephone: String,
    /// His mail address.
    #[serde(deserialize_with = "text")]
    pub email: String,
    /// His mail address in the corporation.
    #[serde(deserialize_with = "text")]
    pub biz_mail: String,
    /// The address of his picture.
    #[serde(deserialize_with = "text")]
    pub avatar: String,
    /// An id that other corporations may know.
    #[serde(deserialize_with = "text")]
    pub open_userid: String,
    /// All else that came: `extattr`, `external_profile`, `qr_code`, ….
    #[serde(flatten)]
    pub other: Other,
}

/// A member in a list.
///
/// <https://developer.work.weixin.qq.com/document/path/90200>
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct UserBrief {
    /// His id.
    #[serde(deserialize_with = "text")]
    pub userid: UserId,
    /// His name; newer apps get the id in its place.
    #[serde(deserialize_with = "text")]
    pub name: String,
    /// The departments that he is in; empty in a tag's list.
    #[serde(deserialize_with = "texts")]
    pub department: Vec<PartyId>,
    /// An id that other corporations may know.
    #[serde(deserialize_with = "text")]
    pub open_userid: String,
    /// All else that came.
    #[serde(flatten)]
    pub other: Other,
}

/// Some of the ids of all members.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct UserIds {
    /// Who is where; a member of two departments stands here twice.
    pub dept_user: Vec<Membership>,
    /// With what the next ones are asked for; `None` when these are the last.
    #[serde(deserialize_with = "cursor")]
    pub next_cursor: Option<String>,
}

/// A member in a department.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Membership {
    /// The member's id.
    #[serde(deserialize_with = "text")]
    pub userid: UserId,
    /// The department.
    #[serde(deserialize_with = "text")]
    pub department: PartyId,
    /// All else that came.
    #[serde(flatten)]
    pub other: Other,
}

/// `gender` of a member.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Gender {
    /// 0, or the app may not see it.
    #[default]
    Unknown,
    /// 1.
    Male,
    /// 2.
    Female,
}

/// `status` of a member.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UserStatus {
    /// None that is known.
    #[default]
    Unknown,
    /// 1: he uses WeCom, or follows the corporation in the WeChat plug-in.
    Active,
    /// 2: he may not use it.
    Disabled,
    /// 4: he does not use it yet.
    Inactive,
    /// 5: he has left.
    Left,
}

impl<'de> Deserialize<'de> for Gender {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match number(deserializer)? {
            1 => Self::Male,
            2 => Self::Female,
            _ => Self::Unknown,
        })
    }
}

impl<'de> Deserialize<'de> for UserStatus {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match number(deserializer)? {
            1 => Self::Active,
            2 => Self::Disabled,
            4 => Self::Inactive,
            5 => Self::Left,
            _ => Self::Unknown,
        })
    }
}

/// What `user/list_id` is asked.
#[derive(Debug, Serialize)]
pub(super) struct ListId {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cursor: Option<String>,
    pub(super) limit: u32,
}

/// <https://developer.work.weixin.qq.com/document/path/96067>
pub(super) const MOST_IDS: u32 = 10_000;

/// The last answer has none, or an empty one.
fn cursor<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let cursor: String = text(deserializer)?;
    Ok(Some(cursor).filter(|cursor| !cursor.is_empty()))
}
