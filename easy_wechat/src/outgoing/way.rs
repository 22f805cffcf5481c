//! The doors through which messages go, and what each takes: a table.

use std::fmt;

use crate::platform::AccountKind;

/// The call by which a message goes. Types and limits differ:
///
/// | | app | group chat | robot | customer service |
/// |---|---|---|---|---|
/// | `text`, `image`, `voice`, `news` | yes | yes | yes | yes |
/// | `file` | yes | yes | yes | |
/// | `video` | yes | yes | | yes |
/// | `textcard` | yes | yes | | |
/// | `mpnews` | yes | yes | | by its media id |
/// | `markdown` | 2048 bytes | 2048 bytes | 4096 bytes | |
/// | `markdown_v2` | | | 4096 bytes | |
/// | `template_card` | yes | | `text_notice`, `news_notice` | |
/// | `miniprogram_notice` | yes | | | |
/// | `music`, `msgmenu`, `mpnewsarticle`, `wxcard`, `miniprogrampage` | | | | yes |
/// | articles of `news` | 8 | 8 | 8 | 1 |
/// | [`Safe`](super::Safe) | yes | yes | | |
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Way {
    /// An app of WeCom to members: `message/send`.
    /// <https://developer.work.weixin.qq.com/document/path/90236>
    App,
    /// An app of WeCom to a group chat that it has made: `appchat/send`.
    /// <https://developer.work.weixin.qq.com/document/path/90248>
    GroupChat,
    /// A robot of a group chat: `webhook/send`. <https://developer.work.weixin.qq.com/document/path/99110>
    Robot,
    /// An Official Account to a follower: `message/custom/send`.
    /// <https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Service_Center_messages.html>
    CustomerService,
}

/// What a way takes.
#[derive(Debug)]
pub(super) struct Door {
    /// Who sends, for messages.
    pub(super) sender: &'static str,
    pub(super) types: &'static [&'static str],
    /// The most bytes of markdown.
    pub(super) markdown: usize,
    /// The kinds of template cards.
    pub(super) cards: &'static [&'static str],
    /// Whether messages can be made confidential.
    pub(super) safe: bool,
}

impl Way {
    /// The way in which an account sends messages to users: [`Way::App`] or [`Way::CustomerService`].
    pub const fn of(kind: AccountKind) -> Self {
        match kind {
            AccountKind::WeCom => Self::App,
            AccountKind::OfficialAccount => Self::CustomerService,
        }
    }

    pub(super) fn door(self) -> &'static Door {
        match self {
            Self::App => &APP,
            Self::GroupChat => &GROUP_CHAT,
            Self::Robot => &ROBOT,
            Self::CustomerService => &CUSTOMER_SERVICE,
        }
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.door().sender)
    }
}

/// The types of all ways, each once.
pub(super) fn all_types() -> Vec<&'static str> {
    let mut all: Vec<&str> = Vec::new();
    for door in [&APP, &GROUP_CHAT, &ROBOT, &CUSTOMER_SERVICE] {
        let new = door.types.iter().filter(|known| !all.contains(known));
        let new: Vec<&str> = new.copied().collect();
        all.extend(new);
    }
    all
}

/// The known type that looks most like `found`, if any does.
pub(super) fn nearest_type(found: &str) -> Option<&'static str> {
    let found: String = found.chars().take(LONGEST).collect();
    all_types()
        .into_iter()
        .map(|known| {
            let distance = strsim::damerau_levenshtein(&found.to_ascii_lowercase(), known);
            (distance, known)
        })
        .filter(|(distance, known)| *distance <= 1 + known.len() / 4)
        .min()
        .map(|(_, known)| known)
}

static APP: Door = Door {
    sender: "an app",
    types: &[
        "text",
        "image",
        "voice",
        "video",
        "file",
        "textcard",
        "news",
        "mpnews",
        "markdown",
        "miniprogram_notice",
        "template_card",
    ],
    markdown: 2048,
    cards: &[
        "text_notice",
        "news_notice",
        "button_interaction",
        "vote_interaction",
        "multiple_interaction",
    ],
    safe: true,
};

static GROUP_CHAT: Door = Door {
    sender: "an app in a group chat",
    types: &[
        "text", "image", "voice", "video", "file", "textcard", "news", "mpnews", "markdown",
    ],
    markdown: 2048,
    cards: &[],
    safe: true,
};

static ROBOT: Door = Door {
    sender: "a robot",
    types: &[
        "text",
        "markdown",
        "markdown_v2",
        "image",
        "news",
        "file",
        "voice",
        "template_card",
    ],
    markdown: 4096,
    cards: &["text_notice", "news_notice"],
    safe: false,
};

static CUSTOMER_SERVICE: Door = Door {
    sender: "an Official Account",
    types: &[
        "text",
        "image",
        "voice",
        "video",
        "music",
        "news",
        "mpnews",
        "mpnewsarticle",
        "msgmenu",
        "wxcard",
        "miniprogrampage",
    ],
    markdown: 0,
    cards: &[],
    safe: false,
};

/// A name that is much longer than any known one is near to none.
const LONGEST: usize = 40;
