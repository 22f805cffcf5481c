//! What a member sends to the app.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::MediaId;

/// A message or an event on its way to the app.
///
/// ```
/// # #[cfg(feature = "sandbox")] {
/// use easy_wechat::sandbox::Incoming;
///
/// let text = Incoming::text("你好");
/// let click = Incoming::event("click", [("EventKey", "V1001_TODAY")]);
/// # let _ = (text, click); }
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "content", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Incoming {
    /// Text.
    Text {
        /// `Content`.
        content: String,
    },
    /// A picture that is in the sandbox: see [`Sandbox::upload`](super::Sandbox::upload).
    Image {
        /// `MediaId`.
        media_id: String,
    },
    /// A recording that is in the sandbox.
    Voice {
        /// `MediaId`.
        media_id: String,
        /// `Format`. Default: `amr`.
        #[serde(default = "amr")]
        format: String,
    },
    /// A film that is in the sandbox.
    Video {
        /// `MediaId`.
        media_id: String,
        /// `ThumbMediaId`; may be empty.
        #[serde(default)]
        thumb_media_id: String,
    },
    /// A short film; Official Accounts only.
    #[serde(rename = "shortvideo")]
    ShortVideo {
        /// `MediaId`.
        media_id: String,
        /// `ThumbMediaId`; may be empty.
        #[serde(default)]
        thumb_media_id: String,
    },
    /// A place.
    Location {
        /// `Location_X`: degrees north.
        latitude: f64,
        /// `Location_Y`: degrees east.
        longitude: f64,
        /// `Scale`: the zoom of the map. Default: 16.
        #[serde(default = "zoom")]
        scale: i64,
        /// `Label`: the place in words.
        #[serde(default)]
        label: String,
    },
    /// A link.
    Link {
        /// `Title`.
        title: String,
        /// `Description`; may be empty.
        #[serde(default)]
        description: String,
        /// `Url`.
        url: String,
        /// `PicUrl`; may be empty.
        #[serde(default)]
        picurl: String,
    },
    /// An event.
    Event {
        /// `Event`, like `click`.
        event: String,
        /// Its elements by path, like `EventKey` or `ScanCodeInfo/ScanResult`; of elements that are repeated the second one
        /// is `PicList/item[2]/PicMd5Sum`. `FromUserName`, `CreateTime` and `AgentID` may be given as well.
        #[serde(default)]
        fields: BTreeMap<String, String>,
    },
    /// XML as it is, to be encrypted and sent.
    Raw {
        /// The XML.
        xml: String,
    },
}

impl Incoming {
    /// A text.
    pub fn text(content: impl Into<String>) -> Self {
        Self::Text {
            content: content.into(),
        }
    }

    /// A picture that is in the sandbox.
    pub fn image(media_id: &MediaId) -> Self {
        Self::Image {
            media_id: media_id.0.clone(),
        }
    }

    /// An event with its elements by path, like `EventKey` or `ScanCodeInfo/ScanResult`.
    pub fn event<N: Into<String>, V: Into<String>>(
        event: impl Into<String>,
        fields: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        Self::Event {
            event: event.into(),
            fields: fields
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        }
    }

    /// What the page lists it as: `text`, `event click`.
    pub(crate) fn what(&self) -> String {
        match self {
            Self::Event { event, .. } => format!("event {event}"),
            _ => self.kind().to_owned(),
        }
    }

    /// The platform's `MsgType`, or `raw`.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::Image { .. } => "image",
            Self::Voice { .. } => "voice",
            Self::Video { .. } => "video",
            Self::ShortVideo { .. } => "shortvideo",
            Self::Location { .. } => "location",
            Self::Link { .. } => "link",
            Self::Event { .. } => "event",
            Self::Raw { .. } => "raw",
        }
    }
}

fn amr() -> String {
    "amr".to_owned()
}

fn zoom() -> i64 {
    16
}
