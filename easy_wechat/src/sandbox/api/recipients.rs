//! Who gets a message: members, departments and tags, and which of them there are.

use serde_json::{Map, Value};

use super::error::ApiError;
use super::request::ApiRequest;
use crate::sandbox::people::People;

/// Receivers as a call names them.
#[derive(Debug, Default)]
pub(crate) struct Recipients {
    all: bool,
    users: Vec<String>,
    parties: Vec<String>,
    tags: Vec<String>,
}

/// Receivers as they were found.
#[derive(Debug, Default)]
pub(crate) struct Resolved {
    /// Each once, spelled as in the directory.
    pub(crate) members: Vec<String>,
    /// In lower case.
    pub(crate) invalid_users: Vec<String>,
    invalid_parties: Vec<String>,
    invalid_tags: Vec<String>,
}

impl Recipients {
    /// `touser`, `toparty` and `totag` of a message. <https://developer.work.weixin.qq.com/document/path/90236>
    pub(crate) fn of_message(request: &mut ApiRequest<'_>) -> Result<Self, ApiError> {
        let users = request.text("touser").unwrap_or_default();
        let parties = request.text("toparty").unwrap_or_default();
        let tags = request.text("totag").unwrap_or_default();
        let all = users.trim() == "@all";
        let recipients = if all {
            Self {
                all,
                ..Self::default()
            }
        } else {
            Self {
                all,
                users: split(&users),
                parties: split(&parties),
                tags: split(&tags),
            }
        };
        recipients.bounded("touser", "toparty", "totag")
    }

    /// `userids`, `partyids`, `tagids` and `atall`. <https://developer.work.weixin.qq.com/document/path/94945>
    pub(crate) fn of_lists(request: &mut ApiRequest<'_>) -> Result<Self, ApiError> {
        let numbers = |request: &mut ApiRequest<'_>, name| -> Vec<String> {
            let list = request.list(name).unwrap_or_default();
            list.iter()
                .map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned))
                .collect()
        };
        let recipients = Self {
            all: request.is_on("atall"),
            users: request.texts("userids").unwrap_or_default(),
            parties: numbers(request, "partyids"),
            tags: numbers(request, "tagids"),
        };
        recipients.bounded("userids", "partyids", "tagids")
    }

    pub(crate) fn is_empty(&self) -> bool {
        !self.all && self.users.is_empty() && self.parties.is_empty() && self.tags.is_empty()
    }

    /// Finds the members.
    pub(crate) fn resolve(&self, people: &People) -> Resolved {
        let mut found = Resolved::default();
        if self.all {
            found.members = people.iter().map(|member| member.id.clone()).collect();
            return found;
        }
        for user in &self.users {
            match people.get(user) {
                Some(member) => found.members.push(member.id.clone()),
                None => found.invalid_users.push(user.to_lowercase()),
            }
        }
        for party in &self.parties {
            match party.parse().ok().filter(|id| is_department(people, *id)) {
                Some(id) => found.members.extend(members_of(people, id, true)),
                None => found.invalid_parties.push(party.clone()),
            }
        }
        for tag in &self.tags {
            let number: Option<i64> = tag.parse().ok();
            match people.tags.iter().find(|known| Some(known.id) == number) {
                Some(tag) => {
                    found.members.extend(tag.members.iter().cloned());
                    let departments = tag.departments.iter();
                    let members = departments.flat_map(|id| members_of(people, *id, true));
                    found.members.extend(members);
                }
                None => found.invalid_tags.push(tag.clone()),
            }
        }
        if found.members.len() > 1 {
            found.members.sort_unstable();
            found.members.dedup();
        }
        found
    }

    fn bounded(
        self,
        users: &'static str,
        parties: &'static str,
        tags: &'static str,
    ) -> Result<Self, ApiError> {
        for (code, name, list, most) in [
            (40032, users, &self.users, MAX_USERS),
            (82002, parties, &self.parties, MAX_PARTIES),
            (82003, tags, &self.tags, MAX_PARTIES),
        ] {
            if list.len() > most {
                return Err(ApiError::over(code, name, list.len(), most));
            }
        }
        Ok(self)
    }
}

impl Resolved {
    /// Adds who was not found to the answer, as one text each; what would be empty is left out.
    pub(crate) fn tell(self, answer: &mut Map<String, Value>) {
        for (name, list) in [
            ("invaliduser", self.invalid_users),
            ("invalidparty", self.invalid_parties),
            ("invalidtag", self.invalid_tags),
        ] {
            if !list.is_empty() {
                answer.insert(name.to_owned(), Value::from(list.join("|")));
            }
        }
    }

    /// For the words about a call that went well for some only.
    pub(crate) fn has_invalid(&self) -> bool {
        !(self.invalid_users.is_empty()
            && self.invalid_parties.is_empty()
            && self.invalid_tags.is_empty())
    }
}

pub(crate) fn is_department(people: &People, id: i64) -> bool {
    people.departments.iter().any(|it| it.id == id)
}

/// The members of a department; with `deep` also those of the departments in it.
pub(crate) fn members_of(
    people: &People,
    department: i64,
    deep: bool,
) -> impl Iterator<Item = String> {
    let mut wanted = vec![department];
    let mut next = 0;
    while let Some(&parent) = wanted.get(next).filter(|_| deep) {
        let children = people.departments.iter().filter(|it| it.parent == parent);
        let children: Vec<i64> = children.map(|it| it.id).collect();
        for child in children {
            if !wanted.contains(&child) {
                wanted.push(child);
            }
        }
        next += 1;
    }
    let members = people.iter();
    members
        .filter(move |member| member.departments.iter().any(|id| wanted.contains(id)))
        .map(|member| member.id.clone())
}

/// The documentation's own examples have blanks around the bars.
fn split(list: &str) -> Vec<String> {
    let names = list.split('|').map(str::trim);
    names
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

const MAX_USERS: usize = 1000;
const MAX_PARTIES: usize = 100;
