//! What came in: typed for `match`, open for what is new.

use crate::event::Event;
use crate::ids::{AgentId, MediaId, MsgId, UserId};
use crate::xml::{Field, Fields, Limits, XmlError};

/// A message or an event, as the platform sent it.
///
/// The kind is typed; every element, known or not, can also be read by the platform's own name. White space around
/// identifiers and numbers is removed; texts, and the values of [`Message::get`], are kept as received.
///
/// ```
/// use easy_wechat::{Message, MessageKind};
///
/// let message = Message::parse(
///     "<xml><FromUserName><![CDATA[zhangsan]]></FromUserName><MsgType><![CDATA[text]]></MsgType>\
///      <Content><![CDATA[你好]]></Content><MsgId>1</MsgId></xml>",
/// )?;
/// assert!(matches!(&message.kind, MessageKind::Text { content } if content == "你好"));
/// assert_eq!(message.get("Content"), Some("你好"));
/// assert_eq!(message.from, "zhangsan");
/// # Ok::<_, easy_wechat::xml::XmlError>(())
/// ```
///
/// <https://developer.work.weixin.qq.com/document/path/90239>
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Message {
    /// Who wrote it (`FromUserName`); `sys` for events of the system, empty where the platform names nobody.
    pub from: UserId,
    /// Who is written to (`ToUserName`): the corpid, or an Official Account's `gh_…`, which is not its AppID.
    pub to: String,
    /// When it was written (`CreateTime`), in seconds since 1970-01-01 UTC; 0 when that is missing.
    pub created: i64,
    /// Its number (`MsgId`), the same at every re-send. Events have none.
    pub id: Option<MsgId>,
    /// The app it was written to (`AgentID`). Official Accounts and some events have none.
    pub agent: Option<AgentId>,
    /// What it is.
    pub kind: MessageKind,
    fields: Fields,
}

/// The types of messages: `MsgType`.
///
/// A message that lacks what its type must have comes as `Unknown`, as one of a new type does; its fields are all there
/// in [`Message::get`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum MessageKind {
    /// `text`.
    Text {
        /// What was written (`Content`).
        content: String,
    },
    /// `image`.
    Image {
        /// The address of the picture (`PicUrl`).
        pic_url: String,
        /// The picture, to fetch within 3 days (`MediaId`).
        media_id: MediaId,
    },
    /// `voice`.
    Voice {
        /// The recording, to fetch within 3 days (`MediaId`).
        media_id: MediaId,
        /// `amr`, `speex`, … (`Format`).
        format: String,
        /// What was said, where an Official Account has speech recognition on (`Recognition`).
        recognition: Option<String>,
    },
    /// `video`.
    Video {
        /// The film, to fetch within 3 days (`MediaId`).
        media_id: MediaId,
        /// Its thumbnail (`ThumbMediaId`).
        thumb_media_id: MediaId,
    },
    /// `shortvideo`, of Official Accounts.
    ShortVideo {
        /// The film, to fetch within 3 days (`MediaId`).
        media_id: MediaId,
        /// Its thumbnail (`ThumbMediaId`).
        thumb_media_id: MediaId,
    },
    /// `location`: a place that the user chose.
    Location {
        /// Degrees north (`Location_X`).
        latitude: f64,
        /// Degrees east (`Location_Y`).
        longitude: f64,
        /// The zoom of the map (`Scale`); 0 when missing.
        scale: i64,
        /// The place in words (`Label`).
        label: String,
    },
    /// `link`.
    Link {
        /// `Title`.
        title: String,
        /// `Description`.
        description: String,
        /// Where it leads (`Url`).
        url: String,
        /// The cover picture (`PicUrl`); empty on Official Accounts.
        pic_url: String,
    },
    /// `file`, of Official Accounts.
    File {
        /// The file's name (`Title`).
        title: String,
        /// `Description`.
        description: String,
        /// `FileKey`.
        file_key: String,
        /// The MD5 of the content (`FileMd5`).
        file_md5: String,
        /// The length in bytes (`FileTotalLen`); 0 when missing.
        file_total_len: u64,
    },
    /// `event`, and the instructions that a third-party suite gets (`InfoType`).
    Event(Event),
    /// A type that this version does not know.
    Unknown {
        /// Its `MsgType`; empty when there is none.
        msg_type: String,
    },
}

impl Message {
    /// Reads the XML that was in a callback.
    ///
    /// # Errors
    /// [`XmlError`] when it is no XML. Unknown or missing elements are no error.
    pub fn parse(xml: impl Into<String>) -> Result<Self, XmlError> {
        Self::parse_within(xml, Limits::default())
    }

    /// Reads the XML that was in a callback, within `limits`.
    ///
    /// # Errors
    /// As for [`Message::parse`].
    pub fn parse_within(xml: impl Into<String>, limits: Limits) -> Result<Self, XmlError> {
        let fields = Fields::parse_within(xml, limits)?;
        let number = |name: &str| {
            fields
                .get(name)
                .and_then(|text| text.trim().parse::<i64>().ok())
        };
        Ok(Self {
            from: word(&fields, "FromUserName").into(),
            to: word(&fields, "ToUserName"),
            created: number("CreateTime")
                .or_else(|| number("TimeStamp"))
                .unwrap_or(0),
            id: fields
                .get("MsgId")
                .map(str::trim)
                .filter(|id| !id.is_empty())
                .map(MsgId::from),
            // The platform's example of taskcard_click has the other spelling.
            agent: number("AgentID").or_else(|| number("AgentId")).map(AgentId),
            kind: MessageKind::read(&fields),
            fields,
        })
    }

    /// The platform's name of its type: `text`, `event`, …; empty when it has none.
    pub fn msg_type(&self) -> &str {
        self.kind.msg_type()
    }

    /// The text of the first element at `path`, by the platform's own names: `Content`, `ScanCodeInfo/ScanResult`.
    ///
    /// Where the platform's pages differ, ask for both: of `poi_check_notify` the words are
    /// `message.get("msg").or_else(|| message.get("Msg"))`.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.fields.get(path)
    }

    /// Every element at `path`, for what is repeated: `SendPicsInfo/PicList/item`.
    pub fn all<'a>(&'a self, path: &str) -> impl Iterator<Item = Field<'a>> + use<'a> {
        self.fields.all(path)
    }

    /// All of the message, by the platform's own names.
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// What was written, if it is a text message.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            MessageKind::Text { content } => Some(content),
            _ => None,
        }
    }

    /// The picture, recording or film, if it is one.
    pub fn media_id(&self) -> Option<&MediaId> {
        match &self.kind {
            MessageKind::Image { media_id, .. }
            | MessageKind::Voice { media_id, .. }
            | MessageKind::Video { media_id, .. }
            | MessageKind::ShortVideo { media_id, .. } => Some(media_id),
            _ => None,
        }
    }

    /// The event, if it is one.
    pub fn event(&self) -> Option<&Event> {
        match &self.kind {
            MessageKind::Event(event) => Some(event),
            _ => None,
        }
    }

    /// The platform's name of the event (`Event`, or a suite's `InfoType`), if it is one.
    pub fn event_name(&self) -> Option<&str> {
        self.event()?;
        let name = self.get("Event").or_else(|| self.get("InfoType"));
        name.map(str::trim)
    }

    /// Whether it is an instruction to a third-party suite, which wants the plain answer `success`.
    pub fn is_suite_instruction(&self) -> bool {
        self.event().is_some()
            && self
                .get("MsgType")
                .is_none_or(|name| name.trim().is_empty())
    }
}

impl MessageKind {
    /// The types that can be registered for, by the platform's names.
    pub const MSG_TYPES: &'static [&'static str] = &[
        "text",
        "image",
        "voice",
        "video",
        "shortvideo",
        "location",
        "link",
        "file",
        "event",
    ];

    /// The platform's name of the type; empty when it has none.
    pub fn msg_type(&self) -> &str {
        match self {
            Self::Text { .. } => "text",
            Self::Image { .. } => "image",
            Self::Voice { .. } => "voice",
            Self::Video { .. } => "video",
            Self::ShortVideo { .. } => "shortvideo",
            Self::Location { .. } => "location",
            Self::Link { .. } => "link",
            Self::File { .. } => "file",
            Self::Event(_) => "event",
            Self::Unknown { msg_type } => msg_type,
        }
    }

    fn read(fields: &Fields) -> Self {
        let text = |name| text(fields, name);
        let word = |name| word(fields, name);
        let media = |name| MediaId(word(name));
        let float = |name| {
            fields
                .get(name)
                .and_then(|value| value.trim().parse().ok())
                .filter(|number: &f64| number.is_finite())
        };
        let number = |name| fields.get(name).and_then(|value| value.trim().parse().ok());
        let msg_type = fields.get("MsgType").unwrap_or_default().trim();
        let lower = match Self::MSG_TYPES
            .iter()
            .find(|known| known.eq_ignore_ascii_case(msg_type))
        {
            Some(known) => known,
            None => msg_type,
        };
        match lower {
            "text" => Self::Text {
                content: text("Content"),
            },
            "image" => Self::Image {
                pic_url: word("PicUrl"),
                media_id: media("MediaId"),
            },
            "voice" => Self::Voice {
                media_id: media("MediaId"),
                format: word("Format"),
                recognition: fields.get("Recognition").map(str::to_owned),
            },
            "video" => Self::Video {
                media_id: media("MediaId"),
                thumb_media_id: media("ThumbMediaId"),
            },
            "shortvideo" => Self::ShortVideo {
                media_id: media("MediaId"),
                thumb_media_id: media("ThumbMediaId"),
            },
            "location" => match (float("Location_X"), float("Location_Y")) {
                (Some(latitude), Some(longitude)) => Self::Location {
                    latitude,
                    longitude,
                    scale: number("Scale").unwrap_or(0),
                    label: text("Label"),
                },
                _ => Self::Unknown {
                    msg_type: msg_type.to_owned(),
                },
            },
            "link" => Self::Link {
                title: text("Title"),
                description: text("Description"),
                url: word("Url"),
                pic_url: word("PicUrl"),
            },
            "file" => Self::File {
                title: text("Title"),
                description: text("Description"),
                file_key: word("FileKey"),
                file_md5: word("FileMd5"),
                file_total_len: number("FileTotalLen")
                    .and_then(|length| u64::try_from(length).ok())
                    .unwrap_or(0),
            },
            "event" => Self::Event(Event::read(
                fields.get("Event").unwrap_or_default().trim(),
                fields,
            )),
            "" => match fields.get("InfoType") {
                Some(info_type) => Self::Event(Event::read(info_type.trim(), fields)),
                None => Self::Unknown {
                    msg_type: String::new(),
                },
            },
            _ => Self::Unknown {
                msg_type: msg_type.to_owned(),
            },
        }
    }
}

/// An identifier, without white space around it.
fn word(fields: &Fields, name: &str) -> String {
    fields.get(name).unwrap_or_default().trim().to_owned()
}

fn text(fields: &Fields, name: &str) -> String {
    fields.get(name).unwrap_or_default().to_owned()
}
