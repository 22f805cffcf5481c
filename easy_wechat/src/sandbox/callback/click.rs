//! A click on a template card, as the event that the app gets.
//!
//! <https://developer.work.weixin.qq.com/document/path/90240>

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::outcome::CARDS;
use crate::sandbox::api;
use crate::sandbox::app::letters;
use crate::sandbox::conversations::{From, Item};
use crate::sandbox::world::{World, WorldState};
use crate::sandbox::{Incoming, SandboxError};

/// The event of a click on the newest card of a conversation that has a button with this key.
pub(crate) fn click(
    world: &World,
    member: &str,
    key: &str,
    selected: &[(&str, &str)],
) -> Result<Incoming, SandboxError> {
    let mut state = world.lock();
    let found = state
        .conversations
        .items(member)
        .rev()
        .filter(|item| can_be_clicked(item))
        .find_map(|item| Some((item.clone(), Button::find(&item.content, key)?)));
    let (item, button) =
        found.ok_or_else(|| unknown("button that can be clicked, with the key", key))?;
    let mut answers: Vec<(String, Vec<String>)> = Vec::new();
    for (question, option) in selected {
        match answers.iter_mut().find(|(known, _)| known == question) {
            Some((_, options)) => options.push((*option).to_owned()),
            None => answers.push(((*question).to_owned(), vec![(*option).to_owned()])),
        }
    }
    event(&mut state, &item, key, button, &answers)
}

/// Clicks a button of the card that is this item, or an entry of its menu; gives the number of the exchange.
pub(crate) fn click_item(
    world: &Arc<World>,
    item: u64,
    key: &str,
    menu: bool,
    selected: &[(String, Vec<String>)],
) -> Result<u64, SandboxError> {
    let (conversation, click) = {
        let mut state = world.lock();
        let item = state
            .conversations
            .get(item)
            .filter(|item| can_be_clicked(item))
            .cloned()
            .ok_or_else(|| unknown("card that can be clicked", &item.to_string()))?;
        let button = Button::all(&item.content)
            .find(|(button, known)| *known == key && (*button == Button::Menu) == menu)
            .map(|(button, _)| button)
            .ok_or_else(|| unknown("button with the key", key))?;
        let click = event(&mut state, &item, key, button, selected)?;
        (item.conversation, click)
    };
    super::send(world, &conversation, click)
}

/// What kind of button it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Button {
    /// Of `button_list`, or the one that submits.
    Main,
    /// Of the menu in the corner.
    Menu,
    /// Of a task card of the old kind.
    TaskCard,
}

impl Button {
    /// The buttons of a card that call back, with their keys.
    fn all(card: &Value) -> impl Iterator<Item = (Self, &str)> {
        let list = |value: &'static str| {
            card.pointer(value)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
        };
        let main = list("/button_list")
            .filter(|button| button.get("type").and_then(Value::as_i64).unwrap_or(0) == 0)
            .chain(card.get("submit_button"))
            .map(|button| (Self::Main, button));
        let menu = list("/action_menu/action_list").map(|entry| (Self::Menu, entry));
        let task = list("/btn").map(|button| (Self::TaskCard, button));
        main.chain(menu)
            .chain(task)
            .filter_map(|(kind, button)| Some((kind, button.get("key")?.as_str()?)))
    }

    fn find(card: &Value, key: &str) -> Option<Self> {
        let (button, _) = Self::all(card).find(|(_, known)| *known == key)?;
        Some(button)
    }

    fn event(self) -> &'static str {
        match self {
            Self::Main => "template_card_event",
            Self::Menu => "template_card_menu_event",
            Self::TaskCard => "taskcard_click",
        }
    }
}

/// A card that the app sent, and whose buttons are not grey.
fn can_be_clicked(item: &Item) -> bool {
    item.from == From::App
        && CARDS.contains(&&*item.kind)
        && !item.recalled
        && !item.hidden
        && item.content.get("replaced").is_none()
}

fn event(
    state: &mut WorldState,
    item: &Item,
    key: &str,
    button: Button,
    selected: &[(String, Vec<String>)],
) -> Result<Incoming, SandboxError> {
    let card = &item.content;
    let answers = answers(card, selected)?;
    let text = |name: &str| card.get(name).and_then(Value::as_str).unwrap_or_default();
    let mut fields = BTreeMap::new();
    let mut field = |name: String, value: &str| {
        fields.insert(name, value.to_owned());
    };
    field("EventKey".to_owned(), key);
    field("TaskId".to_owned(), text("task_id"));
    if button != Button::TaskCard {
        field("CardType".to_owned(), text("card_type"));
        let code = api::response_code(state, item).unwrap_or_else(|| letters(32));
        field("ResponseCode".to_owned(), &code);
    }
    if button == Button::Main {
        for (at, (question, options)) in (1..).zip(answers) {
            let path = format!("SelectedItems/SelectedItem[{at}]");
            field(format!("{path}/QuestionKey"), &question);
            for (at, option) in (1..).zip(options) {
                field(format!("{path}/OptionIds/OptionId[{at}]"), &option);
            }
        }
    }
    Ok(Incoming::event(button.event(), fields))
}

/// What is selected in each question of the card: what was asked for, else what the card has selected already.
fn answers(
    card: &Value,
    selected: &[(String, Vec<String>)],
) -> Result<Vec<(String, Vec<String>)>, SandboxError> {
    let mut answers = Vec::new();
    for question in questions(card) {
        let Some(key) = question.get("question_key").and_then(Value::as_str) else {
            continue;
        };
        let chosen = match selected.iter().find(|(known, _)| known == key) {
            Some((_, options)) => {
                for option in options {
                    if !ids(question).any(|id| id == option) {
                        return Err(unknown("option", option));
                    }
                }
                options.clone()
            }
            None => by_default(question),
        };
        if !chosen.is_empty() {
            answers.push((key.to_owned(), chosen));
        }
    }
    let stranger = selected.iter().find(|(key, _)| {
        !questions(card).any(|question| question.get("question_key").is_some_and(|it| it == key))
    });
    match stranger {
        None => Ok(answers),
        Some((key, _)) => Err(unknown("question", key)),
    }
}

fn questions(card: &Value) -> impl Iterator<Item = &Value> {
    let lists = card.get("select_list").and_then(Value::as_array);
    ["button_selection", "checkbox"]
        .into_iter()
        .filter_map(|name| card.get(name))
        .chain(lists.into_iter().flatten())
}

fn options(question: &Value) -> impl Iterator<Item = &Value> {
    let options = question.get("option_list").and_then(Value::as_array);
    options.into_iter().flatten()
}

fn ids(question: &Value) -> impl Iterator<Item = &str> {
    options(question).filter_map(|option| option.get("id")?.as_str())
}

fn by_default(question: &Value) -> Vec<String> {
    let selected = question.get("selected_id").and_then(Value::as_str);
    let checked = options(question)
        .filter(|option| option.get("is_checked").and_then(Value::as_bool) == Some(true))
        .filter_map(|option| option.get("id")?.as_str());
    let selected = selected.into_iter().filter(|id| !id.is_empty());
    selected.chain(checked).map(str::to_owned).collect()
}

fn unknown(what: &'static str, id: &str) -> SandboxError {
    SandboxError::Unknown {
        what,
        id: id.to_owned(),
    }
}
