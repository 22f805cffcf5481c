//! A member's message as the platform's XML.
//!
//! <https://developer.work.weixin.qq.com/document/path/90239>,
//! <https://developer.work.weixin.qq.com/document/path/90240>

use super::catalog::{self, Sender};
use super::paths::{self, Out};
use super::refused;
use crate::platform::AccountKind;
use crate::sandbox::app::App;
use crate::sandbox::{Incoming, SandboxError};

/// What makes a message differ from another of the same content.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stamp {
    /// `CreateTime`, in seconds since 1970.
    pub(super) created: i64,
    pub(super) msgid: i64,
}

/// The XML of a message or event, before it is encrypted. `url` is where pictures can be fetched.
///
/// # Errors
/// [`SandboxError::Refused`] when the platform has no such message.
pub(super) fn compose(
    app: &App,
    member: &str,
    message: &Incoming,
    stamp: Stamp,
    url: &str,
) -> Result<String, SandboxError> {
    let plain = match message {
        Incoming::Raw { xml } => xml.clone(),
        Incoming::Event { event, fields } => event_xml(app, member, event, fields.iter(), stamp)?,
        _ => message_xml(app, member, message, stamp, url)?,
    };
    if plain.len() > MAX_BYTES {
        return Err(refused(
            "a message of more than 128 KiB; the platform's are far shorter",
            "消息超过了 128 KiB, 平台的消息远没有这么长",
        ));
    }
    Ok(plain)
}

fn message_xml(
    app: &App,
    member: &str,
    message: &Incoming,
    stamp: Stamp,
    url: &str,
) -> Result<String, SandboxError> {
    let wecom = app.kind == AccountKind::WeCom;
    let mut out = Out::new();
    out.text("ToUserName", &app.user_name);
    out.text("FromUserName", member);
    out.bare("CreateTime", stamp.created);
    out.text("MsgType", message.kind());
    match message {
        Incoming::Text { content } => out.text("Content", content),
        Incoming::Image { media_id } => {
            out.text("PicUrl", &format!("{url}/sandbox/media/{media_id}"));
            out.text("MediaId", media_id);
        }
        Incoming::Voice { media_id, format } => {
            out.text("MediaId", media_id);
            out.text("Format", format);
        }
        Incoming::ShortVideo { .. } if wecom => {
            return Err(refused(
                "WeCom has no shortvideo; send a video",
                "企业微信没有 shortvideo 消息, 请发送 video",
            ));
        }
        Incoming::Video {
            media_id,
            thumb_media_id,
        }
        | Incoming::ShortVideo {
            media_id,
            thumb_media_id,
        } => {
            out.text("MediaId", media_id);
            out.text("ThumbMediaId", thumb_media_id);
        }
        Incoming::Location {
            latitude,
            longitude,
            scale,
            label,
        } => {
            if !((-90.0..=90.0).contains(latitude) && (-180.0..=180.0).contains(longitude)) {
                return Err(refused(
                    "a latitude is -90 to 90, a longitude -180 to 180 degrees",
                    "纬度在 -90 到 90 之间, 经度在 -180 到 180 之间",
                ));
            }
            out.bare("Location_X", latitude);
            out.bare("Location_Y", longitude);
            out.bare("Scale", scale);
            out.text("Label", label);
        }
        Incoming::Link {
            title,
            description,
            url,
            picurl,
        } => {
            out.text("Title", title);
            out.text("Description", description);
            out.text("Url", url);
            if wecom {
                out.text("PicUrl", picurl);
            }
        }
        Incoming::Event { .. } | Incoming::Raw { .. } => {}
    }
    out.bare("MsgId", stamp.msgid);
    if wecom {
        out.bare("AgentID", app.agent_id);
        if matches!(message, Incoming::Location { .. }) {
            out.text("AppType", "wxwork");
        }
    }
    Ok(out.finish())
}

/// `fields` may also say `FromUserName`, `CreateTime` and `AgentID`, where an event is to differ from the usual.
fn event_xml<'a>(
    app: &App,
    member: &str,
    event: &str,
    fields: impl Iterator<Item = (&'a String, &'a String)>,
    stamp: Stamp,
) -> Result<String, SandboxError> {
    if event.trim().is_empty() {
        return Err(refused(
            "an event has a name, like click",
            "事件要有名称, 例如 click",
        ));
    }
    let known = catalog::find(app.kind, event);
    let mut own = Vec::new();
    let (mut from, mut created, mut agent) = (None, None, None);
    for (path, value) in fields {
        match path.as_str() {
            "FromUserName" => from = Some(value.as_str()),
            "CreateTime" => created = Some(value.as_str()),
            "AgentID" => agent = Some(value.as_str()),
            "ToUserName" | "MsgType" | "Event" => {
                return Err(refused(
                    "ToUserName, MsgType and Event are the sandbox's to write; send raw XML for others",
                    "ToUserName、MsgType 和 Event 由沙箱填写, 要改请发送原始 XML",
                ));
            }
            _ => own.push((path.as_str(), value.as_str())),
        }
    }
    let by_default = match known.map_or(Sender::Member, |known| known.sender) {
        Sender::Member => Some(member),
        Sender::System => Some("sys"),
        Sender::Nobody => None,
    };
    let mut out = Out::new();
    out.text("ToUserName", &app.user_name);
    if let Some(from) = from.or(by_default) {
        out.text("FromUserName", from);
    }
    match created {
        Some(created) => out.bare("CreateTime", paths::number(created).unwrap_or("0")),
        None => out.bare("CreateTime", stamp.created),
    }
    out.text("MsgType", "event");
    out.text("Event", known.map_or(event, |known| known.name));
    paths::write(&mut out, own, |path| {
        catalog::position(app.kind, event, path)
    })?;
    let has_agent = app.kind == AccountKind::WeCom && known.is_none_or(|known| known.agent);
    match agent {
        Some(agent) => out.value("AgentID", agent),
        None if has_agent => out.bare("AgentID", app.agent_id),
        None => {}
    }
    Ok(out.finish())
}

/// More than any message of the platform's, and little enough to keep thousands.
const MAX_BYTES: usize = 128 << 10;
