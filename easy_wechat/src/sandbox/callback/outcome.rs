//! What the member sees of an answer.

use serde_json::{Value, json};

use super::judge::Taken;
use super::occasion::Occasion;
use super::run::Job;
use crate::platform::AccountKind;
use crate::sandbox::Words;
use crate::sandbox::app::App;
use crate::sandbox::conversations::{From, Item, Via};
use crate::sandbox::world::WorldState;

/// Shows a reply; `before` is how many the member has seen of this callback already. Gives a remark on it, if there is one.
pub(super) fn show(
    state: &mut WorldState,
    job: &Job,
    occasion: &Occasion,
    taken: Taken,
    before: usize,
) -> Option<Words> {
    let again = (before > 0).then(|| {
        Words::new(
            "another answer to the same callback, which was delivered again",
            "对同一回调的又一次回复 (重复投递)",
        )
    });
    match taken {
        Taken::Message {
            kind,
            content,
            note,
        } => {
            let note = note.or(again);
            add(state, job, kind, content, note.clone());
            note
        }
        Taken::Button { kind, replace_name } => {
            if let Some(card) = clicked(state, job, occasion) {
                change(state, card, |content| {
                    if let Some(content) = content.as_object_mut() {
                        content.insert("replaced".to_owned(), replace_name.clone().into());
                    }
                });
                return None;
            }
            let content = json!({"replace_name": replace_name});
            let note = no_card();
            add(state, job, kind, content, Some(note.clone()));
            Some(note)
        }
        Taken::Card(card) => {
            if let Some(clicked) = clicked(state, job, occasion) {
                change(state, clicked, |content| {
                    *content = Value::Object(card.clone());
                });
                return None;
            }
            let note = no_card();
            let content = Value::Object(card);
            add(
                state,
                job,
                "update_template_card",
                content,
                Some(note.clone()),
            );
            Some(note)
        }
    }
}

/// What an Official Account itself says when there is no answer that counts; WeCom says nothing.
///
/// <https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Passive_user_reply_message.html>
pub(super) fn notice(job: &Job, app: &App, occasion: &Occasion) {
    if app.kind == AccountKind::WeCom || !occasion.takes_reply {
        return;
    }
    let content = json!({"en": NOTICE_EN, "zh": NOTICE_ZH, "content": NOTICE_ZH});
    let mut item = Item::new(&job.conversation, From::System, "notice", content);
    item.exchange = Some(job.id);
    job.world.lock().add_item(item);
}

fn add(state: &mut WorldState, job: &Job, kind: &'static str, content: Value, note: Option<Words>) {
    let mut item = Item::new(&job.conversation, From::App, kind, content);
    item.via = Some(Via::Passive);
    item.exchange = Some(job.id);
    item.note = note;
    state.add_item(item);
}

fn change(state: &mut WorldState, card: u64, mut change: impl FnMut(&mut Value)) {
    state.change_items(|item| {
        let found = item.id == card;
        if found {
            change(&mut item.content);
        }
        found
    });
}

/// The card whose button was clicked: each that can be clicked has a task of its own.
fn clicked(state: &WorldState, job: &Job, occasion: &Occasion) -> Option<u64> {
    let mut cards = state.conversations.items(&job.conversation).rev();
    let found = cards.find(|item| {
        let task = item.content.get("task_id").and_then(Value::as_str);
        item.from == From::App
            && CARDS.contains(&&*item.kind)
            && !item.recalled
            && !item.hidden
            && task.is_some_and(|task| !task.is_empty() && task == occasion.task_id)
    });
    found.map(|item| item.id)
}

fn no_card() -> Words {
    Words::new(
        "the conversation has no such card, so there is nothing to be changed",
        "会话中没有这张卡片, 因此没有可更新的内容",
    )
}

/// The types of items that have buttons.
pub(super) const CARDS: [&str; 3] = ["template_card", "interactive_taskcard", "taskcard"];

const NOTICE_EN: &str =
    "This Official Account cannot provide service at the moment, please try again later";
const NOTICE_ZH: &str = "该公众号暂时无法提供服务，请稍后再试";
