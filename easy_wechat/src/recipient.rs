//! Whom a message is for.

use std::collections::HashSet;
use std::fmt;

use crate::ids::{PartyId, TagId, UserId};

/// Whom a message is for: everyone, or chosen members, departments and tags.
///
/// A text is a list of members: `a|b` are two, `@all` is everyone. The names are separated by `|`, `,`, `;`, the full-width
/// `｜`, `，`, `；` and `、`, or white space; a userid contains none of these, only letters, digits and `_ - . @`. The same
/// separators hold for every command-line option and every key of config.ini that names receivers. Empty names are left
/// out, and a member who is named twice gets the message once (userids are case-insensitive).
///
/// ```
/// use easy_wechat::Recipient;
///
/// let to = Recipient::from("zhangsan | lisi, LiSi；wang.wu");
/// assert_eq!(to.touser(), "zhangsan|lisi|wang.wu");
///
/// let to = Recipient::users(["zhangsan"]).and_parties([2, 3]);
/// assert_eq!((to.touser(), to.toparty(), to.totag()), ("zhangsan".into(), "2|3".into(), String::new()));
///
/// assert_eq!(Recipient::from("@all"), Recipient::Everyone);
/// ```
///
/// On an Official Account it is the openid of one follower. How many there may be is checked by
/// [`prepare`](crate::outgoing::prepare).
///
/// <https://developer.work.weixin.qq.com/document/path/90236>
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Recipient {
    /// Everyone who sees the app: `@all`. Departments and tags beside it would be ignored by the platform.
    Everyone,
    /// The members of all three lists together.
    Chosen {
        /// Members by their userid, at most 1000; on an Official Account one openid.
        users: Vec<UserId>,
        /// Departments with all their members, at most 100.
        parties: Vec<PartyId>,
        /// Tags with all their members, at most 100.
        tags: Vec<TagId>,
    },
}

impl Recipient {
    /// One member. The text is not split: see `From<&str>` for a list.
    pub fn user(user: impl Into<UserId>) -> Self {
        Self::users([user])
    }

    /// Members; everyone if `@all` is among them.
    pub fn users(users: impl IntoIterator<Item = impl Into<UserId>>) -> Self {
        Self::nobody().and_users(users)
    }

    /// Departments.
    pub fn parties(parties: impl IntoIterator<Item = impl Into<PartyId>>) -> Self {
        Self::nobody().and_parties(parties)
    }

    /// Tags.
    pub fn tags(tags: impl IntoIterator<Item = impl Into<TagId>>) -> Self {
        Self::nobody().and_tags(tags)
    }

    /// These members as well; everyone if `@all` is among them. Everyone stays everyone.
    #[must_use]
    pub fn and_users(mut self, more: impl IntoIterator<Item = impl Into<UserId>>) -> Self {
        let Self::Chosen { users, .. } = &mut self else {
            return self;
        };
        let more = more.into_iter().map(|user| user.into().0);
        let users_and_more = users.drain(..).map(|user| user.0).chain(more);
        let all: Vec<UserId> = each_once(users_and_more).map(UserId).collect();
        if all.iter().any(|user| user == EVERYONE) {
            return Self::Everyone;
        }
        *users = all;
        self
    }

    /// These departments as well. Everyone stays everyone.
    #[must_use]
    pub fn and_parties(mut self, more: impl IntoIterator<Item = impl Into<PartyId>>) -> Self {
        if let Self::Chosen { parties, .. } = &mut self {
            let more = more.into_iter().map(|party| party.into().0);
            let all = parties.drain(..).map(|party| party.0).chain(more);
            *parties = each_once(all).map(PartyId).collect();
        }
        self
    }

    /// These tags as well. Everyone stays everyone.
    #[must_use]
    pub fn and_tags(mut self, more: impl IntoIterator<Item = impl Into<TagId>>) -> Self {
        if let Self::Chosen { tags, .. } = &mut self {
            let more = more.into_iter().map(|tag| tag.into().0);
            let all = tags.drain(..).map(|tag| tag.0).chain(more);
            *tags = each_once(all).map(TagId).collect();
        }
        self
    }

    /// Splits a list of receivers as it is written on a command line or in a file: members, departments or tags.
    ///
    /// The separators are those of `Recipient::from`. Empty names are left out.
    ///
    /// ```
    /// use easy_wechat::Recipient;
    ///
    /// assert_eq!(Recipient::names("2, 7；9|").collect::<Vec<_>>(), ["2", "7", "9"]);
    /// ```
    pub fn names(list: &str) -> impl Iterator<Item = &str> {
        let list = list.strip_prefix('\u{feff}').unwrap_or(list);
        list.split(is_separator).filter(|name| !name.is_empty())
    }

    /// Whether nobody at all is chosen.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Everyone => false,
            Self::Chosen {
                users,
                parties,
                tags,
            } => users.is_empty() && parties.is_empty() && tags.is_empty(),
        }
    }

    /// The field `touser`: userids joined with `|`, or `@all`.
    pub fn touser(&self) -> String {
        match self {
            Self::Everyone => EVERYONE.to_owned(),
            Self::Chosen { users, .. } => joined(users),
        }
    }

    /// The field `toparty`: departments joined with `|`. Empty for everyone: the platform would ignore it.
    pub fn toparty(&self) -> String {
        match self {
            Self::Everyone => String::new(),
            Self::Chosen { parties, .. } => joined(parties),
        }
    }

    /// The field `totag`: tags joined with `|`. Empty for everyone: the platform would ignore it.
    pub fn totag(&self) -> String {
        match self {
            Self::Everyone => String::new(),
            Self::Chosen { tags, .. } => joined(tags),
        }
    }

    fn nobody() -> Self {
        Self::Chosen {
            users: Vec::new(),
            parties: Vec::new(),
            tags: Vec::new(),
        }
    }
}

impl From<&str> for Recipient {
    fn from(text: &str) -> Self {
        Self::users(Self::names(text))
    }
}

impl From<String> for Recipient {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<&String> for Recipient {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<UserId> for Recipient {
    fn from(user: UserId) -> Self {
        Self::user(user)
    }
}

impl From<&UserId> for Recipient {
    fn from(user: &UserId) -> Self {
        Self::user(user.clone())
    }
}

impl From<PartyId> for Recipient {
    fn from(party: PartyId) -> Self {
        Self::parties([party])
    }
}

impl From<TagId> for Recipient {
    fn from(tag: TagId) -> Self {
        Self::tags([tag])
    }
}

impl<T: Into<UserId>> From<Vec<T>> for Recipient {
    fn from(users: Vec<T>) -> Self {
        Self::users(users)
    }
}

impl<T: Into<UserId>, const N: usize> From<[T; N]> for Recipient {
    fn from(users: [T; N]) -> Self {
        Self::users(users)
    }
}

impl From<&Self> for Recipient {
    fn from(recipient: &Self) -> Self {
        recipient.clone()
    }
}

fn is_separator(ch: char) -> bool {
    matches!(ch, '|' | ',' | ';' | '｜' | '，' | '；' | '、') || ch.is_whitespace()
}

/// Trimmed, none empty, and none that stood before in the same or another case.
fn each_once(names: impl Iterator<Item = String>) -> impl Iterator<Item = String> {
    let mut seen = HashSet::new();
    names.filter_map(move |name| {
        let name = name.trim();
        (!name.is_empty() && seen.insert(name.to_lowercase())).then(|| name.to_owned())
    })
}

fn joined<T: AsRef<str>>(names: &[T]) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    names.join("|")
}

const EVERYONE: &str = "@all";

/// As a log shows it: `zhangsan|lisi, parties 2, tags 7`.
impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for (what, names) in [
            ("", self.touser()),
            ("parties ", self.toparty()),
            ("tags ", self.totag()),
        ] {
            if !names.is_empty() {
                write!(f, "{separator}{what}{names}")?;
                separator = ", ";
            }
        }
        Ok(())
    }
}
