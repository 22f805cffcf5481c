//! Template cards: what each kind needs, and the limits that are enforced.
//!
//! Source: <https://developer.work.weixin.qq.com/document/path/90236>. Lengths in characters are only advice there, and are
//! not checked. That an app needs a callback address for cards with buttons (43012) is not enforced, so that cards can be
//! looked at without one. The order of the checks is the sandbox's own.

use std::collections::HashSet;

use serde_json::Value;

use super::content::{HasFile, Scene, at_most, file, required, text};
use super::error::ApiError;

/// Whether sending this card gives a `response_code`, with which it can be changed.
pub(crate) fn has_response_code(card: &Value) -> bool {
    has_buttons(card) || card.get("action_menu").is_some_and(Value::is_object)
}

/// Whether it has a button that can be greyed.
pub(crate) fn has_buttons(card: &Value) -> bool {
    text(card, "card_type").is_some_and(|kind| kind.ends_with("_interaction"))
}

/// Checks a card.
pub(crate) fn check(card: &Value, scene: Scene, has_file: HasFile<'_>) -> Result<(), ApiError> {
    let kind = required(card, "card_type", 42031)?;
    let known = match kind {
        "text_notice" | "news_notice" => true,
        "button_interaction" | "vote_interaction" | "multiple_interaction" => scene == Scene::App,
        _ => false,
    };
    if !known {
        return Err(ApiError::at(42031, "card_type"));
    }
    let title = card.get("main_title").and_then(|it| text(it, "title"));
    if title.is_none() && (kind != "text_notice" || text(card, "sub_title_text").is_none()) {
        return Err(ApiError::at(42033, "main_title.title"));
    }
    if has_response_code(card) || card.get("task_id").is_some() {
        task_id(card)?;
    }
    if let Some(menu) = card.get("action_menu") {
        let actions = list(menu, "action_list", 1..=3, 42051)?;
        let mut keys = HashSet::new();
        for action in actions {
            required(action, "text", 42051)?;
            unique(action, "key", 1024, 42051, &mut keys)?;
        }
    }
    lines(card, has_file)?;
    match kind {
        "text_notice" | "news_notice" => card_action(card)?,
        "button_interaction" => buttons(card)?,
        "vote_interaction" => vote(card)?,
        _ => select(card)?,
    }
    if kind == "news_notice" {
        let image = card.get("card_image").and_then(|it| text(it, "url"));
        if image.is_none() && !card.get("image_text_area").is_some_and(Value::is_object) {
            return Err(ApiError::at(42044, "card_image.url"));
        }
    }
    Ok(())
}

/// `task_id`: up to 128 digits, letters and `_-@`.
pub(crate) fn task_id(card: &Value) -> Result<&str, ApiError> {
    let id = required(card, "task_id", 42014)?;
    at_most(card, "task_id", 128, 42014)?;
    let good = |byte: u8| byte.is_ascii_alphanumeric() || b"_-@".contains(&byte);
    if id.bytes().all(good) {
        Ok(id)
    } else {
        Err(ApiError::at(42014, "task_id"))
    }
}

/// The lines that more than one kind may have.
fn lines(card: &Value, has_file: HasFile<'_>) -> Result<(), ApiError> {
    for line in list(card, "horizontal_content_list", 0..=6, 42035)? {
        required(line, "keyname", 42027)?;
        match line.get("type").and_then(Value::as_i64) {
            Some(1) => required(line, "url", 42028).map(drop)?,
            Some(2) => file(line, "media_id", "file", has_file)
                .map_err(|_| ApiError::at(42029, "horizontal_content_list.media_id"))?,
            Some(3) => required(line, "userid", 42050).map(drop)?,
            _ => {}
        }
    }
    for jump in list(card, "jump_list", 0..=3, 42042)? {
        required(jump, "title", 42033)?;
        match jump.get("type").and_then(Value::as_i64) {
            Some(1) => required(jump, "url", 42028).map(drop)?,
            Some(2) => required(jump, "appid", 42030).map(drop)?,
            _ => {}
        }
    }
    for line in list(card, "vertical_content_list", 0..=4, 42036)? {
        required(line, "title", 42033)?;
    }
    Ok(())
}

fn card_action(card: &Value) -> Result<(), ApiError> {
    let action = card.get("card_action");
    let action = action.ok_or_else(|| ApiError::at(42045, "card_action"))?;
    match action.get("type").and_then(Value::as_i64) {
        Some(1) => required(action, "url", 42045).map(drop),
        Some(2) => required(action, "appid", 42045).map(drop),
        _ => Err(ApiError::at(42045, "card_action.type")),
    }
}

fn buttons(card: &Value) -> Result<(), ApiError> {
    let mut keys = HashSet::new();
    for button in list(card, "button_list", 1..=6, 42038)? {
        required(button, "text", 42038)?;
        if button.get("type").and_then(Value::as_i64) == Some(1) {
            required(button, "url", 42028)?;
        } else {
            unique(button, "key", 1024, 42039, &mut keys)?;
        }
    }
    if let Some(selection) = card.get("button_selection") {
        question(selection, 10, &mut HashSet::new())?;
    }
    Ok(())
}

fn vote(card: &Value) -> Result<(), ApiError> {
    let checkbox = card.get("checkbox");
    let checkbox = checkbox.ok_or_else(|| ApiError::at(42043, "checkbox"))?;
    question(checkbox, 20, &mut HashSet::new())?;
    submit(card)
}

fn select(card: &Value) -> Result<(), ApiError> {
    let mut questions = HashSet::new();
    for selection in list(card, "select_list", 1..=3, 42047)? {
        question(selection, 10, &mut questions)?;
    }
    submit(card)
}

fn submit(card: &Value) -> Result<(), ApiError> {
    let button = card.get("submit_button");
    let button = button.ok_or_else(|| ApiError::at(42046, "submit_button"))?;
    unique(button, "key", 1024, 42046, &mut HashSet::new())
}

fn question<'a>(
    selection: &'a Value,
    most: usize,
    questions: &mut HashSet<&'a str>,
) -> Result<(), ApiError> {
    unique(selection, "question_key", 1024, 42043, questions)?;
    let mut ids = HashSet::new();
    for option in list(selection, "option_list", 1..=most, 42037)? {
        unique(option, "id", 128, 42040, &mut ids)?;
        required(option, "text", 42041)?;
    }
    Ok(())
}

/// A text that is there, not too long, and not the same as one before.
fn unique<'a>(
    object: &'a Value,
    name: &'static str,
    most: usize,
    code: i64,
    seen: &mut HashSet<&'a str>,
) -> Result<(), ApiError> {
    let value = required(object, name, code)?;
    at_most(object, name, most, code)?;
    if seen.insert(value) {
        Ok(())
    } else {
        Err(ApiError::at(code, format!("{name} {value:?} twice")))
    }
}

fn list<'a>(
    object: &'a Value,
    name: &'static str,
    sizes: std::ops::RangeInclusive<usize>,
    code: i64,
) -> Result<&'a [Value], ApiError> {
    let list = object.get(name).and_then(Value::as_array);
    let list = list.map_or(&[][..], |list| list);
    if sizes.contains(&list.len()) {
        Ok(list)
    } else {
        Err(ApiError::over(code, name, list.len(), *sizes.end()))
    }
}
