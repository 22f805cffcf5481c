//! How a message is sent.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{OutgoingError, Way};
use crate::ids::UserId;

/// How a message is sent: the platform's switches, and ours.
///
/// ```
/// use std::time::Duration;
/// use easy_wechat::SendOptions;
/// use easy_wechat::outgoing::Safe;
///
/// let options = SendOptions::default()
///     .safe(Safe::Confidential)
///     .duplicate_check(Duration::from_secs(1800));
/// ```
///
/// <https://developer.work.weixin.qq.com/document/path/90236>
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SendOptions {
    /// Who may pass it on. Default: anybody.
    pub safe: Safe,
    /// Whether ids in the text become names; for third-party apps. Default: no. [`Way::App`] only.
    pub id_trans: bool,
    /// Within this time, 1 second to 4 hours, the same message is delivered once. Default: off. [`Way::App`] only.
    pub duplicate_check: Option<Duration>,
    /// Whether markdown over the limit is split. Default: no, it is an error.
    ///
    /// It is split at line ends where there are any; not inside of what is in a fence, a link, `<font>` or `**`, unless
    /// that alone is longer than a message. What had to be broken is not closed and opened again.
    pub split_markdown: bool,
    /// Who gets plain text in place of markdown. Default: nobody.
    pub markdown_fallback: MarkdownFallback,
}

/// Who may pass a message on.
///
/// For `text`, `image`, `video`, `file` and `mpnews`; with any other type it is an error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Safe {
    /// Anybody: the default.
    #[default]
    No,
    /// Nobody, and it is shown with a watermark.
    Confidential,
    /// Only within the corporation; `mpnews` only.
    InsideCorp,
}

/// Who gets plain text in place of markdown.
///
/// Who reads in the WeChat plug-in (微信插件) cannot see markdown. The platform does not tell who does, so you name them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum MarkdownFallback {
    /// Nobody: the default.
    #[default]
    Never,
    /// All.
    Always,
    /// These; the others get markdown. Only [`Way::App`] knows whom it sends to, the others send markdown to all.
    ///
    /// Of those that are addressed by name, they get text only. If everyone is addressed they get both. Members of a
    /// department or a tag who are not also addressed by name get markdown: who belongs to it is not known here.
    For(Vec<UserId>),
}

impl SendOptions {
    /// Sets [`SendOptions::safe`].
    #[must_use]
    pub fn safe(mut self, safe: Safe) -> Self {
        self.safe = safe;
        self
    }

    /// Sets [`SendOptions::id_trans`].
    #[must_use]
    pub fn id_trans(mut self, on: bool) -> Self {
        self.id_trans = on;
        self
    }

    /// Sets [`SendOptions::duplicate_check`].
    #[must_use]
    pub fn duplicate_check(mut self, within: impl Into<Option<Duration>>) -> Self {
        self.duplicate_check = within.into();
        self
    }

    /// Sets [`SendOptions::split_markdown`].
    #[must_use]
    pub fn split_markdown(mut self, on: bool) -> Self {
        self.split_markdown = on;
        self
    }

    /// Sets [`SendOptions::markdown_fallback`].
    #[must_use]
    pub fn markdown_fallback(mut self, fallback: MarkdownFallback) -> Self {
        self.markdown_fallback = fallback;
        self
    }

    /// The fields that stand beside `msgtype`, those at their default left out; part of a second counts as one.
    pub fn fields(&self, way: Way) -> Map<String, Value> {
        let mut fields = Map::new();
        let mut add = |name: &str, value: Value| fields.insert(name.to_owned(), value);
        if self.safe != Safe::No && way.door().safe {
            add("safe", json!(self.safe.number()));
        }
        if way == Way::App {
            if self.id_trans {
                add("enable_id_trans", json!(1));
            }
            if let Some(within) = self.duplicate_check {
                add("enable_duplicate_check", json!(1));
                add("duplicate_check_interval", json!(seconds(within)));
            }
        }
        fields
    }

    /// What is wrong whatever is sent.
    pub(super) fn check(&self) -> Result<(), OutgoingError> {
        match self.duplicate_check {
            Some(within) if within.is_zero() || within > LONGEST_CHECK => {
                Err(OutgoingError::DuplicateCheck { within })
            }
            _ => Ok(()),
        }
    }

    /// Whether `msg_type` can be sent like this by `way`; of a type that is not known all is believed.
    pub(super) fn check_safe(&self, msg_type: &str, way: Way) -> Result<(), OutgoingError> {
        let taken: &[&str] = match self.safe {
            Safe::No => return Ok(()),
            Safe::Confidential => &CONFIDENTIAL,
            Safe::InsideCorp => &INSIDE_CORP,
        };
        let door = way.door();
        let is_known = door.types.contains(&msg_type);
        if door.safe && (taken.contains(&msg_type) || !is_known) {
            return Ok(());
        }
        Err(OutgoingError::Safe {
            safe: self.safe.number(),
            msg_type: msg_type.to_owned(),
            way,
            taken: if door.safe { taken } else { &[] }.join(", "),
        })
    }
}

impl Safe {
    fn number(self) -> u8 {
        match self {
            Self::No => 0,
            Self::Confidential => 1,
            Self::InsideCorp => 2,
        }
    }
}

fn seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

const CONFIDENTIAL: [&str; 5] = ["text", "image", "video", "file", "mpnews"];
const INSIDE_CORP: [&str; 1] = ["mpnews"];
const LONGEST_CHECK: Duration = Duration::from_hours(4);
