//! Outcomes of callbacks as reported by an app in the same process.

use std::sync::Arc;

use crate::delivery_key::DeliveryKey;
use crate::message::Message;
use crate::outcome::{CallbackOutcome, CallbackReport};
use crate::printable::printable;
use crate::sandbox::Words;
use crate::sandbox::exchanges::Exchange;
use crate::sandbox::world::World;

/// Records a report on its callback. A callback that was re-sent has several exchanges.
pub(crate) fn observe(world: &Arc<World>, report: &CallbackReport) {
    let (error, mark) = (error(&report.outcome), mark(&report.outcome));
    let mut state = world.lock();
    let recent = state.exchanges.iter().rev().take(MOST_RECENT);
    let about: Vec<u64> = recent
        .filter(|exchange| is_about(report, exchange))
        .map(|exchange| exchange.id)
        .collect();
    for id in about {
        state.change_exchange(id, |exchange| {
            exchange.done = Some(report.done);
            exchange.error = error.clone().or_else(|| exchange.error.take());
            exchange.mark = mark.clone().or_else(|| exchange.mark.take());
        });
    }
}

fn is_about(report: &CallbackReport, exchange: &Exchange) -> bool {
    // Most others are told apart without being parsed.
    let hint = match &report.id {
        Some(id) => exchange.plain.contains(id.as_str()),
        None => exchange.plain.contains(&report.created.to_string()),
    };
    if !hint || exchange.conversation.is_none() {
        return false;
    }
    let Ok(message) = Message::parse(&*exchange.plain) else {
        return false;
    };
    // An app may define its own delivery keys; they cannot be compared.
    report.key == DeliveryKey::of(&message)
        || (report.id.is_some() && report.id == message.id && report.from == message.from)
}

fn error(outcome: &CallbackOutcome) -> Option<Words> {
    match outcome {
        CallbackOutcome::Failed {
            timed_out: true,
            error,
        } => Some(said("the handler timed out", "处理函数超时", error)),
        CallbackOutcome::Failed { error, .. } => {
            Some(said("the handler failed", "处理函数出错", error))
        }
        CallbackOutcome::NotSent { error, .. } => Some(said(
            "the late reply was not sent",
            "迟到的回复没有发出",
            error,
        )),
        _ => None,
    }
}

fn said(en: &str, zh: &str, error: &str) -> Words {
    let error: String = printable(error).chars().take(MAX_ERROR).collect();
    Words::new(format!("{en}: {error}"), format!("{zh}: {error}"))
}

fn mark(outcome: &CallbackOutcome) -> Option<Words> {
    match outcome {
        CallbackOutcome::Truncated { cuts, .. } => {
            let cut = cuts.first()?;
            let zh = match cut.unit {
                "bytes" => "字节",
                "characters" => "字",
                _ => "篇",
            };
            Some(super::cut(cut.what, cut.length, cut.kept, (cut.unit, zh)))
        }
        _ => None,
    }
}

/// The number of recent callbacks that are searched.
const MOST_RECENT: usize = 200;

/// In characters.
const MAX_ERROR: usize = 1000;
