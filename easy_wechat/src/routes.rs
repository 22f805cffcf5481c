//! Which handler takes which message.

use std::collections::BTreeMap;
use std::fmt;

use crate::event::Event;
use crate::handler::Handler;
use crate::message::{Message, MessageKind};

/// The handlers of one app.
#[derive(Debug, Default)]
pub(crate) struct Routes {
    by_type: BTreeMap<&'static str, Handler>,
    /// By the event's name in lower case.
    by_event: BTreeMap<String, Handler>,
    fallback: Option<Handler>,
}

/// Why a handler cannot be registered.
///
/// `Debug` says the same as `Display`, so that a `main` that returns it prints a sentence.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegisterError {
    /// The platform has no such type of message.
    #[error("there is no message type {name:?}; there are {}", MessageKind::MSG_TYPES.join(", "))]
    UnknownMsgType {
        /// What was asked for.
        name: String,
    },
    /// The name of an event is empty.
    #[error("an event needs a name, like click or subscribe")]
    EmptyEventName,
    /// There is a handler for it already.
    #[error("there are two handlers for {what}; register one")]
    Twice {
        /// For what.
        what: String,
    },
}

impl Routes {
    pub(crate) fn add_type(&mut self, name: &str, handler: Handler) -> Result<(), RegisterError> {
        let known = MessageKind::MSG_TYPES
            .iter()
            .find(|known| known.eq_ignore_ascii_case(name))
            .ok_or_else(|| RegisterError::UnknownMsgType {
                name: name.to_owned(),
            })?;
        once(self.by_type.insert(known, handler).is_none(), || {
            format!("messages of type {known}")
        })
    }

    /// Registers for an event. An unknown name is taken, for the platform has new ones every year; what it may have been
    /// meant to be is told.
    pub(crate) fn add_event(
        &mut self,
        name: &str,
        handler: Handler,
    ) -> Result<Option<String>, RegisterError> {
        if name.is_empty() {
            return Err(RegisterError::EmptyEventName);
        }
        let name = name.to_ascii_lowercase();
        let unknown = (!Event::KNOWN.contains(&name.as_str())).then(|| {
            format!("a handler waits for the event {name}, which this version does not know; check its spelling")
        });
        once(
            self.by_event.insert(name.clone(), handler).is_none(),
            || format!("the event {name}"),
        )?;
        Ok(unknown)
    }

    pub(crate) fn set_fallback(&mut self, handler: Handler) -> Result<(), RegisterError> {
        once(self.fallback.replace(handler).is_none(), || {
            "all the rest (the fallback)".to_owned()
        })
    }

    /// The most specific handler for a message: by event, by type, the fallback.
    pub(crate) fn find(&self, message: &Message) -> Option<&Handler> {
        let by_event = || {
            let name = message.event_name()?;
            self.by_event
                .get(name)
                .or_else(|| self.by_event.get(&name.to_ascii_lowercase()))
        };
        let by_type = || {
            let name = message.msg_type();
            self.by_type
                .get(name)
                .or_else(|| self.by_type.get(name.to_ascii_lowercase().as_str()))
        };
        by_event().or_else(by_type).or(self.fallback.as_ref())
    }
}

impl fmt::Debug for RegisterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn once(is_first: bool, what: impl FnOnce() -> String) -> Result<(), RegisterError> {
    if is_first {
        Ok(())
    } else {
        Err(RegisterError::Twice { what: what() })
    }
}
