//! The app's menu.
//!
//! <https://developer.work.weixin.qq.com/document/path/90231>, and for Official Accounts
//! <https://developers.weixin.qq.com/doc/offiaccount/Custom_Menus/Creating_Custom-Defined_Menu.html>. The lengths of the names
//! of sub buttons are assumptions. Whether an address is on a trusted domain (40054) is not known here.

use serde_json::{Value, json};

use super::answer::{Answer, Answered, done, ok};
use super::content::text;
use super::error::ApiError;
use super::request::ApiRequest;
use super::send::own;
use crate::platform::AccountKind;
use crate::sandbox::world::WorldState;

/// The menu of the app that is called back, as in `menu/create`.
pub(crate) fn menu(state: &WorldState) -> Option<Value> {
    state.api.menus.get(&CALLED_BACK).cloned()
}

pub(crate) fn create(state: &mut WorldState, request: &mut ApiRequest<'_>) -> Answered {
    own_app(state, request)?;
    let buttons = request.list("button").unwrap_or_default();
    if !(1..=3).contains(&buttons.len()) {
        return Err(ApiError::over(40016, "button", buttons.len(), 3));
    }
    for button in &buttons {
        check(button, &TOP, 16)?;
        let subs = subs(button);
        if subs.len() > 5 {
            return Err(ApiError::over(40023, "sub_button", subs.len(), 5));
        }
        for sub in subs {
            let name = match request.kind {
                AccountKind::WeCom => 40,
                AccountKind::OfficialAccount => 60,
            };
            check(sub, &SUB, name)?;
            if !self::subs(sub).is_empty() {
                return Err(ApiError::new(40022));
            }
        }
    }
    let mut menu = json!({"button": buttons});
    super::deliver::fit(&mut menu);
    set(state, request.app, Some(menu));
    done()
}

pub(crate) fn get(state: &mut WorldState, request: &mut ApiRequest<'_>) -> Answered {
    own_app(state, request)?;
    let menu = state.api.menus.get(&request.app).cloned();
    let menu = menu.ok_or_else(|| ApiError::new(46003))?;
    match request.kind {
        AccountKind::WeCom => ok(menu),
        // There it is one level deeper, and without a code.
        AccountKind::OfficialAccount => Ok(Answer::Json(json!({"menu": menu}))),
    }
}

pub(crate) fn delete(state: &mut WorldState, request: &mut ApiRequest<'_>) -> Answered {
    own_app(state, request)?;
    set(state, request.app, None);
    done()
}

/// WeCom has the app's id in the address as well.
fn own_app(state: &WorldState, request: &ApiRequest<'_>) -> Result<(), ApiError> {
    if request.kind == AccountKind::OfficialAccount {
        return Ok(());
    }
    let id = request.query_number("agentid", 41011, 40056)?;
    own(state, request.app, id)
}

fn set(state: &mut WorldState, app: usize, menu: Option<Value>) {
    if app == CALLED_BACK {
        state.changes.push("menu", &menu);
    }
    match menu {
        Some(menu) => state.api.menus.insert(app, menu),
        None => state.api.menus.remove(&app),
    };
}

/// The codes of a level.
struct Level {
    kind: i64,
    name: i64,
    key: i64,
    url: i64,
}

fn check(button: &Value, level: &Level, name_bytes: usize) -> Result<(), ApiError> {
    sized(button, "name", name_bytes, level.name)?;
    if !subs(button).is_empty() {
        return Ok(());
    }
    match text(button, "type").unwrap_or_default() {
        "click" | "scancode_push" | "scancode_waitmsg" | "pic_sysphoto" | "pic_photo_or_album"
        | "pic_weixin" | "location_select" => sized(button, "key", 128, level.key),
        "view" => sized(button, "url", 1024, level.url),
        "view_miniprogram" | "miniprogram" => {
            sized(button, "pagepath", 1024, level.url)?;
            sized(button, "appid", 128, level.key)
        }
        _ => Err(ApiError::at(level.kind, "type")),
    }
}

fn sized(button: &Value, name: &'static str, most: usize, code: i64) -> Result<(), ApiError> {
    let value = text(button, name).ok_or_else(|| ApiError::at(code, name))?;
    if value.len() > most {
        return Err(ApiError::over(code, name, value.len(), most));
    }
    Ok(())
}

fn subs(button: &Value) -> &[Value] {
    let subs = button.get("sub_button").and_then(Value::as_array);
    subs.map_or(&[], |subs| subs)
}

/// The number of the app that is called back.
const CALLED_BACK: usize = 0;
const TOP: Level = Level {
    kind: 40017,
    name: 40018,
    key: 40019,
    url: 40020,
};
const SUB: Level = Level {
    kind: 40024,
    name: 40025,
    key: 40026,
    url: 40027,
};
