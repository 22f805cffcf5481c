use crate::ids::UserId;
use crate::xml::Fields;

/// A change in the contacts: the `ChangeType` of `change_contact`.
///
/// Only the identifying elements are typed; an update brings just what changed, read it by name:
/// `message.get("Mobile")`.
///
/// <https://developer.work.weixin.qq.com/document/path/90970>
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContactChange {
    /// `create_user`.
    CreateUser {
        /// `UserID`.
        user_id: UserId,
        /// `Name`; empty when the app may not see it.
        name: String,
        /// `Department`.
        departments: Vec<i64>,
    },
    /// `update_user`.
    UpdateUser {
        /// `UserID`, the old one.
        user_id: UserId,
        /// `NewUserID`, when it changed.
        new_user_id: Option<UserId>,
    },
    /// `delete_user`.
    DeleteUser {
        /// `UserID`.
        user_id: UserId,
    },
    /// `create_party`.
    CreateParty {
        /// The department (`Id`).
        id: i64,
        /// `Name`.
        name: String,
        /// The department above (`ParentId`).
        parent_id: i64,
    },
    /// `update_party`.
    UpdateParty {
        /// The department (`Id`).
        id: i64,
        /// `Name`, when it changed.
        name: Option<String>,
        /// The department above (`ParentId`), when it changed.
        parent_id: Option<i64>,
    },
    /// `delete_party`.
    DeleteParty {
        /// The department (`Id`).
        id: i64,
    },
    /// `update_tag`.
    UpdateTag {
        /// `TagId`.
        tag_id: i64,
        /// `AddUserItems`.
        added_users: Vec<UserId>,
        /// `DelUserItems`.
        removed_users: Vec<UserId>,
        /// `AddPartyItems`.
        added_parties: Vec<i64>,
        /// `DelPartyItems`.
        removed_parties: Vec<i64>,
    },
    /// A change that this version does not know.
    Unknown {
        /// `ChangeType`.
        change_type: String,
    },
}

impl ContactChange {
    pub(super) fn read(fields: &Fields) -> Self {
        let text = |name| fields.get(name).unwrap_or_default();
        let user = |name| UserId::from(text(name).trim());
        let number = |name| {
            fields
                .get(name)
                .and_then(|text| text.trim().parse::<i64>().ok())
        };
        let users = |name| items(text(name)).map(UserId::from).collect();
        let numbers = |name| {
            items(text(name))
                .filter_map(|item| item.parse().ok())
                .collect()
        };
        let id = number("Id").unwrap_or(0);
        match text("ChangeType").trim() {
            "create_user" => Self::CreateUser {
                user_id: user("UserID"),
                name: text("Name").to_owned(),
                departments: numbers("Department"),
            },
            "update_user" => Self::UpdateUser {
                user_id: user("UserID"),
                new_user_id: fields
                    .get("NewUserID")
                    .map(str::trim)
                    .filter(|id| !id.is_empty())
                    .map(UserId::from),
            },
            "delete_user" => Self::DeleteUser {
                user_id: user("UserID"),
            },
            "create_party" => Self::CreateParty {
                id,
                name: text("Name").to_owned(),
                parent_id: number("ParentId").unwrap_or(0),
            },
            "update_party" => Self::UpdateParty {
                id,
                name: fields.get("Name").map(str::to_owned),
                parent_id: number("ParentId"),
            },
            "delete_party" => Self::DeleteParty { id },
            "update_tag" => Self::UpdateTag {
                tag_id: number("TagId").unwrap_or(0),
                added_users: users("AddUserItems"),
                removed_users: users("DelUserItems"),
                added_parties: numbers("AddPartyItems"),
                removed_parties: numbers("DelPartyItems"),
            },
            other => Self::Unknown {
                change_type: other.to_owned(),
            },
        }
    }
}

/// The platform's lists: parts between commas.
fn items(list: &str) -> impl Iterator<Item = &str> {
    list.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
}
