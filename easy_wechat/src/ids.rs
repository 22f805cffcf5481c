//! The platform's identifiers, each a type of its own, so that they cannot be mixed up.

use std::fmt;

/// Makes a text identifier: cheap to build, compare, print and take apart.
macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub String);

        impl $name {
            /// The identifier as the platform writes it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.0 == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.0 == *other
            }
        }
    };
}

text_id! {
    /// Who wrote: a member's userid on WeCom (`sys` for events of the system), an openid on an Official Account.
    ///
    /// Empty where the platform names nobody (the event `kf_msg_or_event`).
    UserId
}
text_id! {
    /// The platform's number of a message, the same at every re-send.
    ///
    /// Kept as text: it is a 64-bit integer mostly, but some Official Account messages carry other forms.
    MsgId
}
text_id! {
    /// A file on the platform's servers; temporary ones live for 3 days.
    ///
    /// <https://developer.work.weixin.qq.com/document/path/90253>
    MediaId
}

text_id! {
    /// A department (部门) of a corporation, by its number.
    PartyId
}
text_id! {
    /// A tag (标签) of a corporation's address book, by its number.
    TagId
}
text_id! {
    /// A group chat (群聊) that an app has made.
    ChatId
}

impl From<i64> for PartyId {
    fn from(number: i64) -> Self {
        Self(number.to_string())
    }
}

impl From<i64> for TagId {
    fn from(number: i64) -> Self {
        Self(number.to_string())
    }
}

/// The number of an app (应用) within a corporation; `appid` in `config.ini`.
///
/// Official Accounts have none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgentId(pub i64);

impl fmt::Display for AgentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
