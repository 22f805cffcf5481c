//! The events that the platforms are known to send: for the page's menu of them, and to write each as it comes.

mod official_account;
mod wecom_app;
mod wecom_corporation;
mod wecom_customers;

use serde_json::{Value, json};

use crate::platform::AccountKind;

/// One event, or one use of an event that has several.
#[derive(Debug)]
pub(super) struct Known {
    /// `Event`.
    pub(super) name: &'static str,
    en: &'static str,
    zh: &'static str,
    pub(super) sender: Sender,
    /// Whether there is an `AgentID`.
    pub(super) agent: bool,
    /// Whether a passive reply to it is shown.
    reply: bool,
    /// Paths and examples, in the documented order.
    fields: &'static [(&'static str, &'static str)],
}

/// Who stands in `FromUserName`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sender {
    Member,
    /// `sys`.
    System,
    /// There is no such element.
    Nobody,
}

/// The events of a platform, for the page.
pub(crate) fn catalog(kind: AccountKind) -> Value {
    let events: Vec<Value> = known(kind)
        .map(|known| {
            let fields: Vec<Value> = known
                .fields
                .iter()
                .map(|(name, value)| json!({"name": name, "value": value}))
                .collect();
            json!({
                "event": known.name,
                "title": {"en": known.en, "zh": known.zh},
                "fields": fields,
            })
        })
        .collect();
    json!({"events": events})
}

/// What is known of an event, however its name is spelled: the first use of several.
pub(super) fn find(kind: AccountKind, event: &str) -> Option<&'static Known> {
    uses(kind, event).next()
}

/// Where a field of an event stands among the others; `path` without numbers.
pub(super) fn position(kind: AccountKind, event: &str, path: &str) -> Option<usize> {
    uses(kind, event)
        .flat_map(|known| known.fields)
        .position(|(known, _)| without_numbers(known) == path)
}

/// Whether a passive reply to an event is shown.
///
/// The platform's list is not public (<https://developer.work.weixin.qq.com/document/path/90241> speaks of one); these are
/// the events to which replies have been seen to work.
pub(super) fn takes_reply(kind: AccountKind, event: &str) -> bool {
    find(kind, event).is_some_and(|known| known.reply)
}

fn uses(kind: AccountKind, event: &str) -> impl Iterator<Item = &'static Known> {
    known(kind).filter(move |known| known.name.eq_ignore_ascii_case(event))
}

fn known(kind: AccountKind) -> impl Iterator<Item = &'static Known> {
    let lists: &[&[Known]] = match kind {
        AccountKind::WeCom => &[
            wecom_app::EVENTS,
            wecom_corporation::EVENTS,
            wecom_customers::EVENTS,
        ],
        AccountKind::OfficialAccount => &[official_account::EVENTS],
    };
    lists.iter().copied().flatten()
}

/// `a/b[2]/c` without the `[2]`.
fn without_numbers(path: &str) -> String {
    let names = path
        .split('/')
        .map(|step| step.split('[').next().unwrap_or_default());
    names.collect::<Vec<_>>().join("/")
}

impl Known {
    /// An event that a member's doing causes, with an `AgentID`; a reply is not shown.
    const fn new(
        name: &'static str,
        en: &'static str,
        zh: &'static str,
        fields: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self {
            name,
            en,
            zh,
            sender: Sender::Member,
            agent: true,
            reply: false,
            fields,
        }
    }

    /// The same, and a reply is shown.
    const fn answered(mut self) -> Self {
        self.reply = true;
        self
    }

    /// The same from `sys`.
    const fn by_system(mut self) -> Self {
        self.sender = Sender::System;
        self
    }

    /// The same without `FromUserName`.
    const fn by_nobody(mut self) -> Self {
        self.sender = Sender::Nobody;
        self
    }

    /// The same without `AgentID`.
    const fn of_no_agent(mut self) -> Self {
        self.agent = false;
        self
    }
}
