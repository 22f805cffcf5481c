//! What a callback was about, as far as the answer to it depends on it.

use super::catalog;
use crate::platform::AccountKind;
use crate::xml::Fields;

/// Read from the XML that was sent: so it is also known of raw XML, and of a callback that is sent again.
#[derive(Clone, Debug, Default)]
pub(super) struct Occasion {
    /// `FromUserName`: whom a reply must be addressed to.
    pub(super) from: Option<String>,
    /// `ToUserName`: whom a reply must come from.
    pub(super) to: Option<String>,
    /// `Event`; `None` for a message.
    pub(super) event: Option<String>,
    pub(super) task_id: String,
    pub(super) card_type: String,
    /// Why the XML that was sent is not well-formed, if it is not.
    pub(super) malformed: Option<String>,
    /// Whether a passive reply is shown: to messages, and to some events.
    pub(super) takes_reply: bool,
}

impl Occasion {
    pub(super) fn of(kind: AccountKind, plain: &str) -> Self {
        let fields = match Fields::parse(plain) {
            Ok(fields) => fields,
            Err(error) => {
                return Self {
                    malformed: Some(error.to_string()),
                    takes_reply: true,
                    ..Self::default()
                };
            }
        };
        let text = |name: &str| fields.get(name).unwrap_or_default().to_owned();
        let event = (fields.get("MsgType") == Some("event")).then(|| text("Event"));
        Self {
            from: fields.get("FromUserName").map(str::to_owned),
            to: fields.get("ToUserName").map(str::to_owned),
            takes_reply: event
                .as_deref()
                .is_none_or(|event| catalog::takes_reply(kind, event)),
            event,
            task_id: text("TaskId"),
            card_type: text("CardType"),
            malformed: None,
        }
    }

    /// Whether a button of a template card was clicked.
    pub(super) fn is_card_event(&self) -> bool {
        self.event.as_deref().is_some_and(|event| {
            ["template_card_event", "template_card_menu_event"]
                .iter()
                .any(|name| name.eq_ignore_ascii_case(event))
        })
    }

    /// Whether a button of a task card of the old kind was clicked.
    pub(super) fn is_taskcard_event(&self) -> bool {
        let event = self.event.as_deref();
        event.is_some_and(|event| event.eq_ignore_ascii_case("taskcard_click"))
    }
}
