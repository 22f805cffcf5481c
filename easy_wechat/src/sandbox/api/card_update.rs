//! `message/update_template_card`: greys the button of a card, or puts another card in its place.
//!
//! <https://developer.work.weixin.qq.com/document/path/94945>

use serde_json::{Value, json};

use super::answer::{Answered, ok};
use super::content::{Scene, required};
use super::error::ApiError;
use super::recipients::Recipients;
use super::request::ApiRequest;
use super::send::{self, own_agent};
use crate::sandbox::Words;
use crate::sandbox::world::WorldState;

/// What the card becomes.
enum Change {
    /// Its button is grey, with this text.
    Button(String),
    Card(Value),
}

pub(crate) fn update(state: &mut WorldState, request: &mut ApiRequest<'_>) -> Answered {
    let to = Recipients::of_lists(request)?;
    if to.is_empty() {
        return Err(ApiError::at(40035, "userids, partyids, tagids, atall"));
    }
    own_agent(state, request)?;
    let code = request.text("response_code").unwrap_or_default();
    let now = state.now();
    let card = state.api.cards.get(&code, now).cloned();
    let card = card.filter(|card| card.app == request.app);
    let card = card.ok_or_else(|| ApiError::new(60140))?;
    let change = match (request.object("button"), request.object("template_card")) {
        (Some(button), None) => {
            if !card.buttons {
                return Err(ApiError::because(
                    40058,
                    "this card has no button to grey: send `template_card` in place of `button`",
                    "这种卡片没有可置灰的按钮: 请用 template_card 代替 button",
                ));
            }
            Change::Button(required(&button, "replace_name", 40058)?.to_owned())
        }
        (None, Some(mut new)) => {
            send::check(state, Scene::App, "template_card", &mut new)?;
            super::deliver::fit(&mut new);
            Change::Card(new)
        }
        _ => return Err(ApiError::at(40058, "either button or template_card")),
    };
    let found = to.resolve(&state.people);
    if found.members.is_empty() {
        return Err(ApiError::new(81013));
    }
    state.api.cards.take(&code);
    let changed = state.change_items(|item| {
        let is_it = item.msgid.as_deref() == Some(&card.msgid)
            && found.members.contains(&item.conversation);
        if is_it {
            match &change {
                Change::Button(name) => {
                    if let Some(content) = item.content.as_object_mut() {
                        content.insert("replaced".to_owned(), Value::from(name.as_str()));
                    }
                }
                Change::Card(new) => item.content = new.clone(),
            }
        }
        is_it
    });
    if changed == 0 {
        request.note = Some(Words::new(
            "none of these members has the card; the response_code is used up all the same",
            "这些成员都没有这张卡片; response_code 仍然已被用掉",
        ));
    }
    request.conversation = found.members.into_iter().next();
    let mut answer = json!({});
    if !found.invalid_users.is_empty() {
        answer = json!({"invaliduser": found.invalid_users});
    }
    ok(answer)
}
