use serde::Deserialize;

use crate::client::lenient::{Other, number, text, texts};
use crate::ids::{PartyId, UserId};

/// A department.
///
/// <https://developer.work.weixin.qq.com/document/path/90208>
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Department {
    /// Its number; 1 is the whole corporation.
    #[serde(deserialize_with = "text")]
    pub id: PartyId,
    /// Its name; newer apps get its number in its place.
    #[serde(deserialize_with = "text")]
    pub name: String,
    /// Its name in English; mostly empty.
    #[serde(deserialize_with = "text")]
    pub name_en: String,
    /// Who lead it.
    #[serde(deserialize_with = "texts")]
    pub department_leader: Vec<UserId>,
    /// The department that it is in; 0 for the whole corporation.
    #[serde(deserialize_with = "text")]
    pub parentid: PartyId,
    /// Its place among its neighbours; the higher, the further up.
    #[serde(deserialize_with = "number")]
    pub order: i64,
    /// All else that came.
    #[serde(flatten)]
    pub other: Other,
}

/// Where a department is among the others.
///
/// <https://developer.work.weixin.qq.com/document/path/95350>
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct DepartmentPlace {
    /// Its number.
    #[serde(deserialize_with = "text")]
    pub id: PartyId,
    /// The department that it is in; 0 for the whole corporation.
    #[serde(deserialize_with = "text")]
    pub parentid: PartyId,
    /// Its place among its neighbours; the higher, the further up.
    #[serde(deserialize_with = "number")]
    pub order: i64,
    /// All else that came.
    #[serde(flatten)]
    pub other: Other,
}
